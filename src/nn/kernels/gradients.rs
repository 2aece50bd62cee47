//! Backward through time of one layer in one direction, and the products that follow it.

use std::sync::Mutex;

use super::buffer::{Scratch, SharedValues, Steps};
use super::call::{Call, LayerMemory};
use super::elementwise::{add_rows, scale};
use super::matrix::{Matrix, MatrixMut, Write};
use super::multiply::{Cores, multiply};
use super::rows::{BackwardRows, HiddenGradient};
use super::shape::{LayerShape, SCRATCH_BLOCKS};
use super::team::{self, allowed_threads};
use crate::cancellation::{Cancellation, Cancelled};

/// Inputs of no more features than this have the gradient of their weights taken step by step: a
/// product would leave most of its vectors empty.
const NARROW: usize = 4;

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

#[derive(Debug)]
pub struct Gradients<'a> {
    /// As the flat parameters.
    pub parameters: &'a mut [f32],
    /// `[steps, batch, features]`, where wanted.
    pub input: Option<&'a mut [f32]>,
    /// Whether that of the states begun with is wanted, in [`LayerMemory::d_start`].
    pub start: bool,
}

impl Call<'_> {
    /// Gradients of the parameters and of what else is wanted. The saved gates are overwritten.
    ///
    /// # Errors
    /// Where it is cancelled, polled at every step and between blocks of the large products.
    pub fn backward(
        &self,
        memory: &mut LayerMemory,
        gradient: &OutputGradient<'_>,
        mut wanted: Gradients<'_>,
        cancel: &Cancellation<'_>,
    ) -> Result<(), Cancelled> {
        self.pack_weights_back(memory, wanted.input.is_some());
        self.backward_steps(memory, gradient, &mut wanted, cancel)?;
        self.narrow_gradients(memory, wanted.parameters);
        self.weight_gradients(memory, wanted.parameters, cancel)?;
        self.start_gradients(memory, wanted.parameters);
        Ok(())
    }

    /// Features whose gradients are taken step by step.
    const fn narrow_features(&self) -> usize {
        if self.shape.features <= NARROW { self.shape.features } else { 0 }
    }

    fn pack_weights_back(&self, memory: &mut LayerMemory, input: bool) {
        let LayerShape { features, hidden, .. } = self.shape;
        let (blocks, gate_rows) = (self.shape.blocks(), self.shape.gate_rows());
        let recurrent = &self.parameters[blocks.weight_hh];
        let recurrent = Matrix::new(recurrent, gate_rows, hidden, hidden);
        for (place, group) in self.shape.cell.card().groups.iter().enumerate() {
            let weights = recurrent.rows(group.first * hidden, group.count * hidden);
            memory.recurrent_weights_back[place].pack(self.isa, weights);
        }
        if input {
            let weights = &self.parameters[blocks.weight_ih];
            let weights = Matrix::new(weights, gate_rows, features, features);
            memory.input_weights_back.pack(self.isa, weights);
        }
    }

    /// Turns saved gates into gradients, and sums these up.
    fn backward_steps(
        &self,
        memory: &mut LayerMemory,
        gradient: &OutputGradient<'_>,
        wanted: &mut Gradients<'_>,
        cancel: &Cancellation<'_>,
    ) -> Result<(), Cancelled> {
        let LayerShape { cell, features, hidden, .. } = self.shape;
        let (count, width) = (self.chunk_count(), self.shape.cell.saved_blocks() * hidden);
        let sum_len = (1 + self.narrow_features()) * width;
        let scratch_len = SCRATCH_BLOCKS * self.rows_per_chunk() * hidden;
        let start_wanted = wanted.start || self.shape.learned_start;
        let states = if start_wanted { self.shape.states() } else { 0 };
        let gates = SharedValues::new(&mut memory.gates);
        let sums = SharedValues::new(memory.sums.zeros(count * sum_len));
        let scratch = SharedValues::new(memory.scratch.resize(count * scratch_len));
        let d_start = SharedValues::new(memory.d_start.resize(states * self.state_len()));
        let d_input = wanted.input.as_deref_mut().map(SharedValues::new);
        let (start, kept, all_hidden) = (&memory.start[..], &memory.memory[..], &memory.hidden[..]);
        let recurrent_weights = &memory.recurrent_weights_back;
        let input_weights = &memory.input_weights_back;
        team::share(count, allowed_threads(), &|index| {
            let layout = self.layout(index);
            let own = layout.first * hidden..(layout.first + layout.rows) * hidden;
            // SAFETY: chunks are apart in the batch, and each is taken once.
            let rows = unsafe {
                let d_state = |state: usize| {
                    let first = state * self.state_len() + own.start;
                    (state < states).then(|| d_start.part(first, own.len()))
                };
                BackwardRows {
                    chunk: self.chunk(layout, start, cancel),
                    recurrent_weights,
                    input_weights,
                    gates: gates.steps(layout, width),
                    memory: Steps::new(kept, layout, if cell.has_memory() { hidden } else { 0 }),
                    hidden: Steps::new(all_hidden, layout, hidden),
                    gradient: if gradient.last_only {
                        HiddenGradient::Last(&gradient.hidden[own.clone()])
                    } else {
                        HiddenGradient::Sequence(Steps::new(gradient.hidden, layout, hidden))
                    },
                    last_memory_gradient: gradient.memory.map(|memory| &memory[own.clone()]),
                    sums: sums.part(index * sum_len, sum_len),
                    input_gradient: d_input.as_ref().map(|d| d.steps(layout, features)),
                    start_hidden_gradient: d_state(0),
                    start_memory_gradient: d_state(1),
                    scratch: Scratch::new(scratch.part(index * scratch_len, scratch_len)),
                }
            };
            (cell.card().backward)(rows);
        });
        // Chunk by chunk, so that threads change nothing.
        let (total, others) = memory.sums.split_at_mut(sum_len);
        add_rows(self.isa, total, others);
        cancel.polled()
    }

    /// The gradients of the biases, and of narrow input weights, from the sums.
    fn narrow_gradients(&self, memory: &LayerMemory, parameters: &mut [f32]) {
        let LayerShape { cell, hidden: units, features, bias, .. } = self.shape;
        let (blocks, gate_rows) = (self.shape.blocks(), self.shape.gate_rows());
        let width = self.shape.cell.saved_blocks() * units;
        let (sums, of_features) = memory.sums.split_at(width);
        if bias {
            parameters[blocks.bias_ih].copy_from_slice(&sums[..gate_rows]);
            let recurrent = &mut parameters[blocks.bias_hh];
            for group in cell.card().groups {
                let len = group.count * units;
                recurrent[group.first * units..][..len]
                    .copy_from_slice(&sums[group.gradient * units..][..len]);
            }
        }
        let weights = &mut parameters[blocks.weight_ih];
        for (feature, sums) in
            of_features.chunks_exact(width).take(self.narrow_features()).enumerate()
        {
            let column = weights.iter_mut().skip(feature).step_by(features);
            for (weight, sum) in column.zip(sums) {
                *weight = *sum;
            }
        }
    }

    fn weight_gradients(
        &self,
        memory: &mut LayerMemory,
        parameters: &mut [f32],
        cancel: &Cancellation<'_>,
    ) -> Result<(), Cancelled> {
        let LayerShape { cell, features, hidden, .. } = self.shape;
        let (rows, width) = (self.steps * self.batch, self.shape.cell.saved_blocks() * hidden);
        let blocks = self.shape.blocks();
        let gate_rows = self.shape.gate_rows();
        if let Some(mask) = self.mask {
            let masked = memory.masked.resize(memory.hidden.len());
            let len = self.state_len();
            for (step, hidden) in masked.chunks_exact_mut(len).zip(memory.hidden.chunks_exact(len))
            {
                step.copy_from_slice(hidden);
                scale(self.isa, step, mask);
            }
            // From here on the states are needed as the products saw them.
            memory.start.chunks_exact_mut(self.state_len()).take(1).for_each(|start| {
                scale(self.isa, start, mask);
            });
        }
        let threads = allowed_threads();
        if memory.blocks.len() < threads {
            memory.blocks.resize_with(threads, Mutex::default);
        }
        let own_blocks = &memory.blocks[..threads];
        let saved = Matrix::new(&memory.gates, rows, width, width);
        let product = |out: &mut [f32], left: Matrix<'_>, right: Matrix<'_>, columns, write| {
            let out = MatrixMut::new(out, left.columns, columns, columns);
            multiply(
                self.isa,
                out,
                left.transposed(),
                right,
                write,
                Cores::Each(own_blocks),
                cancel,
            );
        };
        if self.narrow_features() == 0 {
            let input = Matrix::new(self.input, rows, features, features);
            let (left, out) = (saved.columns(0, gate_rows), &mut parameters[blocks.weight_ih]);
            product(out, left, input, features, Write::Replace);
        }
        let hidden_states = if self.mask.is_some() { &memory.masked } else { &memory.hidden };
        let states = Matrix::new(hidden_states, rows, hidden, hidden);
        let start = (!memory.start.is_empty())
            .then(|| Matrix::new(&memory.start, self.batch, hidden, hidden));
        let later = rows - self.batch;
        let (gate_rows_later, state_rows, first_step) =
            if self.shape.reverse { (0, self.batch, later) } else { (self.batch, 0, 0) };
        let weights = &mut parameters[blocks.weight_hh];
        for group in cell.card().groups {
            let out = &mut weights[group.first * hidden * hidden..];
            let out = &mut out[..group.count * hidden * hidden];
            let gates = saved.columns(group.gradient * hidden, group.count * hidden);
            if let Some(block) = group.operand {
                let operand = saved.columns(block * hidden, hidden);
                product(out, gates, operand, hidden, Write::Replace);
                continue;
            }
            // Each step's gradients by the state before that step.
            let left = gates.rows(gate_rows_later, later);
            product(out, left, states.rows(state_rows, later), hidden, Write::Replace);
            if let Some(start) = start {
                product(out, gates.rows(first_step, self.batch), start, hidden, Write::Add);
            }
        }
        cancel.polled()
    }

    /// The gradient of a learned start: the sum over the rows that began with it.
    fn start_gradients(&self, memory: &LayerMemory, parameters: &mut [f32]) {
        if !self.shape.learned_start {
            return;
        }
        let units = self.shape.hidden;
        let sums = &mut parameters[self.shape.blocks().start];
        sums.fill(0.0);
        let states = memory.d_start.chunks_exact(self.state_len());
        for (state, (sum, rows)) in sums.chunks_exact_mut(units).zip(states).enumerate() {
            for (row, values) in rows.chunks_exact(units).enumerate() {
                if self.given(state, row).is_none() {
                    add_rows(self.isa, sum, values);
                }
            }
        }
    }
}
