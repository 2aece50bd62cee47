//! Backward through time of one layer in one direction, and the products that follow it.

use super::call::{Call, Saved};
use super::chunks;
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply};
use super::pass::{BackwardRows, HiddenGradient, add_rows, scale};
use super::rnn::Activation;
use super::shape::LayerShape;
use super::workspace::Buffer;
use super::{gru, gru_cho, lstm, rnn};
use crate::nn::Cell;

/// Gradient of the loss by what the layer gave out.
#[derive(Debug, Clone, Copy)]
pub struct OutputGradient<'a> {
    /// `[steps, batch, hidden]`, or `[batch, hidden]` where only the last state was given out.
    pub hidden: &'a [f32],
    /// Whether `hidden` is that of the last step taken alone.
    pub last_only: bool,
    /// `[batch, hidden]`: that of the last memory, where it was given out.
    pub memory: Option<&'a [f32]>,
}

/// Which gradients are wanted beside those of the parameters.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// That of the input.
    pub input: bool,
    /// That of the states begun with.
    pub start: bool,
}

/// What backward returns.
#[derive(Debug)]
pub struct Gradients {
    /// As the flat parameters.
    pub parameters: Vec<f32>,
    /// `[steps, batch, features]`, where asked for.
    pub input: Option<Vec<f32>>,
    /// `[states, batch, hidden]`, where asked for.
    pub start: Option<Vec<f32>>,
}

/// The rows of one chunk in `[states, batch, hidden]`: hidden state, then memory.
type StartRows<'a> = (Option<&'a mut [f32]>, Option<&'a mut [f32]>);

impl Call<'_> {
    /// Gradients of the parameters and of what else is wanted. The saved gates are overwritten.
    pub fn backward(
        &self,
        mut saved: Saved,
        gradient: &OutputGradient<'_>,
        wanted: Wanted,
    ) -> Gradients {
        let states = if wanted.start { self.shape.states() } else { 0 };
        let mut start = vec![0.0; states * self.state_len()];
        let bias = self.backward_steps(&mut saved, gradient, &mut start);
        let mut parameters = vec![0.0; self.shape.parameter_count()];
        self.bias_gradients(&bias, &mut parameters);
        self.weight_gradients(&saved, &mut parameters);
        let input = wanted.input.then(|| self.input_gradient(&saved));
        Gradients { parameters, input, start: wanted.start.then_some(start) }
    }

    /// Turns saved gates into gradients; returns the sums of these over all rows. `start` is empty
    /// where its gradient is not wanted.
    fn backward_steps(
        &self,
        saved: &mut Saved,
        gradient: &OutputGradient<'_>,
        start: &mut [f32],
    ) -> Buffer {
        let LayerShape { cell, hidden, reverse, .. } = self.shape;
        let width = self.shape.saved_blocks() * hidden;
        let recurrent = &self.parameters[self.shape.blocks().weight_hh];
        let (batch, per_chunk) = (self.batch, self.rows_per_chunk());
        let split = |values| chunks::split_ref(values, batch, hidden, per_chunk, reverse);
        let gates = chunks::split(&mut saved.gates, batch, width, per_chunk, reverse);
        let mut memory = split(&saved.memory);
        memory.resize_with(gates.len(), Vec::new);
        let mut sums = self.workspace.take_zeroed(gates.len() * width);
        let work: Vec<_> = gates
            .into_iter()
            .zip(memory)
            .zip(split(&saved.hidden))
            .zip(self.hidden_gradients(gradient))
            .zip(self.start_rows(start))
            .zip(sums.chunks_mut(width))
            .enumerate()
            .collect();
        chunks::for_each(
            work,
            |(index, (((((gates, memory), states), from_outside), start), sum))| {
                let chunk = self.chunk(index, recurrent, &[]);
                let first = index * per_chunk * hidden;
                let rows = BackwardRows {
                    chunk,
                    gates,
                    memory,
                    hidden: states,
                    gradient: from_outside,
                    last_memory_gradient: gradient
                        .memory
                        .map(|memory| &memory[first..first + chunk.rows * hidden]),
                    bias_gradient: sum,
                    start_hidden_gradient: start.0,
                    start_memory_gradient: start.1,
                };
                match cell {
                    Cell::Lstm => lstm::backward(rows),
                    Cell::Gru => gru::backward(rows),
                    Cell::GruCho => gru_cho::backward(rows),
                    Cell::RnnTanh => rnn::backward(rows, Activation::Tanh),
                    Cell::RnnRelu => rnn::backward(rows, Activation::Relu),
                }
            },
        );
        let mut total = self.workspace.take_zeroed(width);
        add_rows(self.isa, &mut total, &sums);
        total
    }

    /// The gradient from outside, chunk by chunk.
    fn hidden_gradients<'g>(&self, gradient: &OutputGradient<'g>) -> Vec<HiddenGradient<'g>> {
        let LayerShape { hidden, reverse, .. } = self.shape;
        let (steps, per_chunk) = (self.steps, self.rows_per_chunk());
        if gradient.last_only {
            let rows = gradient.hidden.chunks(per_chunk * hidden);
            return rows.map(|gradient| HiddenGradient::Last { gradient, steps }).collect();
        }
        let split = chunks::split_ref(gradient.hidden, self.batch, hidden, per_chunk, reverse);
        split.into_iter().map(HiddenGradient::Sequence).collect()
    }

    /// Where each chunk writes the gradients of the states it began with.
    fn start_rows<'s>(&self, start: &'s mut [f32]) -> Vec<StartRows<'s>> {
        let chunk_len = self.rows_per_chunk() * self.shape.hidden;
        let chunk_count = self.batch.div_ceil(self.rows_per_chunk());
        let wanted = !start.is_empty();
        let (hidden, memory) = start.split_at_mut(if wanted { self.state_len() } else { 0 });
        let mut hidden = hidden.chunks_mut(chunk_len);
        let mut memory = memory.chunks_mut(chunk_len);
        (0..chunk_count).map(|_| (hidden.next(), memory.next())).collect()
    }

    fn bias_gradients(&self, sums: &[f32], parameters: &mut [f32]) {
        if !self.shape.bias {
            return;
        }
        let (blocks, units) = (self.shape.blocks(), self.shape.hidden);
        let gate_rows = self.shape.gate_rows();
        parameters[blocks.bias_ih].copy_from_slice(&sums[..gate_rows]);
        let recurrent = &mut parameters[blocks.bias_hh];
        recurrent.copy_from_slice(&sums[..gate_rows]);
        if self.shape.cell == Cell::Gru {
            recurrent[2 * units..].copy_from_slice(&sums[3 * units..]);
        }
    }

    fn weight_gradients(&self, saved: &Saved, parameters: &mut [f32]) {
        let LayerShape { cell, features, hidden, .. } = self.shape;
        let (rows, width) = (self.steps * self.batch, self.shape.saved_blocks() * hidden);
        let blocks = self.shape.blocks();
        let gate_rows = self.shape.gate_rows();
        multiply(
            MatrixMut::new(
                &mut parameters[blocks.weight_ih.clone()],
                gate_rows,
                features,
                features,
            ),
            Matrix::new(&saved.gates, rows, gate_rows, width).transposed(),
            Matrix::new(self.input, rows, features, features),
            Write::Replace,
            Cores::All,
        );
        let recurrent = &mut parameters[blocks.weight_hh];
        match cell {
            Cell::Lstm => self.recurrent_gradients(saved, recurrent, 0, 4),
            Cell::RnnTanh | Cell::RnnRelu => self.recurrent_gradients(saved, recurrent, 0, 1),
            Cell::Gru => {
                let (gates, new) = recurrent.split_at_mut(2 * hidden * hidden);
                self.recurrent_gradients(saved, gates, 0, 2);
                self.recurrent_gradients(saved, new, 3, 1);
            }
            Cell::GruCho => {
                let (gates, new) = recurrent.split_at_mut(2 * hidden * hidden);
                self.recurrent_gradients(saved, gates, 0, 2);
                let all = Matrix::new(&saved.gates, rows, width, width);
                multiply(
                    MatrixMut::new(new, hidden, hidden, hidden),
                    all.columns(2 * hidden, hidden).transposed(),
                    all.columns(3 * hidden, hidden),
                    Write::Replace,
                    Cores::All,
                );
            }
        }
    }

    /// The gradient of the recurrent weights of `count` blocks, of which the first stands at block
    /// `first` of the saved gates: each step's gradients by the state before that step.
    fn recurrent_gradients(&self, saved: &Saved, out: &mut [f32], first: usize, count: usize) {
        let hidden = self.shape.hidden;
        let width = self.shape.saved_blocks() * hidden;
        let masked = self.mask.map(|mask| self.masked_states(&saved.hidden, mask));
        let states = masked.as_ref().map_or(&saved.hidden[..], |masked| &masked[..]);
        let rows = (self.steps - 1) * self.batch;
        let (gate_rows, state_rows) =
            if self.shape.reverse { (0, self.batch) } else { (self.batch, 0) };
        let mut product = |first_row: usize, rows: usize, states: &[f32], write| {
            let gates = &saved.gates[first_row * width..];
            let gates = Matrix::new(gates, rows, width, width);
            multiply(
                MatrixMut::new(out, count * hidden, hidden, hidden),
                gates.columns(first * hidden, count * hidden).transposed(),
                Matrix::new(states, rows, hidden, hidden),
                write,
                Cores::All,
            );
        };
        if rows > 0 {
            product(gate_rows, rows, &states[state_rows * hidden..], Write::Replace);
        }
        if let Some(start) = self.start {
            let first_step = if self.shape.reverse { self.steps - 1 } else { 0 };
            let start = &start[..self.state_len()];
            let masked = self.mask.map(|mask| self.masked_states(start, mask));
            let start = masked.as_ref().map_or(start, |masked| &masked[..]);
            product(first_step * self.batch, self.batch, start, Write::Add);
        }
    }

    /// States as the recurrent product saw them.
    fn masked_states(&self, states: &[f32], mask: &[f32]) -> Buffer {
        let mut masked = self.workspace.take(states.len());
        masked.copy_from_slice(states);
        for step in masked.chunks_exact_mut(self.state_len()) {
            scale(self.isa, step, mask);
        }
        masked
    }

    fn input_gradient(&self, saved: &Saved) -> Vec<f32> {
        let LayerShape { features, hidden, .. } = self.shape;
        let (rows, gate_rows) = (self.steps * self.batch, self.shape.gate_rows());
        let weights = &self.parameters[self.shape.blocks().weight_ih];
        let mut gradient = vec![0.0; rows * features];
        multiply(
            MatrixMut::new(&mut gradient, rows, features, features),
            Matrix::new(&saved.gates, rows, gate_rows, self.shape.saved_blocks() * hidden),
            Matrix::new(weights, gate_rows, features, features),
            Write::Replace,
            Cores::All,
        );
        gradient
    }
}
