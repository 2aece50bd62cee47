//! One layer over a whole sequence: what both cells share.
//!
//! Values are time-major, `[steps, batch, width]`, so that each step is one contiguous matrix.

use std::sync::{Mutex, PoisonError};

use super::chunks;
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply, transpose};
use super::shape::LayerShape;
use super::simd::vectorised;
use super::workspace::{Buffer, Workspace};
use super::{gru, lstm};
use crate::nn::Cell;

/// Blocks of saved values a unit and step: four gates, or three and the recurrent product.
const SAVED_BLOCKS: usize = 4;

/// One call of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Sizes of the layer.
    pub shape: LayerShape,
    /// Steps of the sequence.
    pub steps: usize,
    /// Rows of the batch.
    pub batch: usize,
    /// `[steps, batch, features]`
    pub input: &'a [f32],
    /// Flat parameters, as [`LayerShape::blocks`] lays them out.
    pub parameters: &'a [f32],
    /// Where scratch memory comes from.
    pub workspace: &'a Workspace,
}

/// What forward leaves for backward.
#[derive(Debug)]
pub struct Saved {
    /// `[steps, batch, 4 * hidden]`
    gates: Buffer,
    /// `[steps, batch, hidden]`; empty for GRU.
    cells: Buffer,
    /// `[steps, batch, hidden]`
    pub hidden: Buffer,
}

/// Gradient of the loss by the hidden states, for some rows.
#[derive(Debug)]
pub enum HiddenGradient<'a> {
    /// `[rows, hidden]` for each step.
    Sequence(Vec<&'a [f32]>),
    /// `[rows, hidden]` for the last step; zero for all others.
    Last {
        /// The gradient.
        gradient: &'a [f32],
        /// Steps of the sequence.
        steps: usize,
    },
}

/// What backward returns.
#[derive(Debug)]
pub struct Gradients {
    /// As the flat parameters.
    pub parameters: Vec<f32>,
    /// `[steps, batch, features]`, where asked for.
    pub input: Option<Vec<f32>>,
}

impl HiddenGradient<'_> {
    /// Adds the gradient that arrives from outside at `step`.
    pub fn add_to(&self, d_hidden: &mut [f32], step: usize) {
        match self {
            Self::Sequence(gradients) => add_rows(d_hidden, gradients[step]),
            Self::Last { gradient, steps } if step + 1 == *steps => add_rows(d_hidden, gradient),
            Self::Last { .. } => {}
        }
    }
}

vectorised! {
    /// Adds each row of `rows` to `sum`, top to bottom.
    pub fn add_rows(sum: &mut [f32], rows: &[f32]) = add_rows_body
}

#[inline(always)]
fn add_rows_body<const FUSED: bool>(sum: &mut [f32], rows: &[f32]) {
    let width = sum.len();
    for row in rows.chunks_exact(width) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

impl Call<'_> {
    fn rows_per_chunk(&self) -> usize {
        let LayerShape { hidden, .. } = self.shape;
        chunks::rows_per_chunk(
            self.batch,
            self.steps * self.batch * self.shape.gate_rows() * hidden,
        )
    }

    /// The bias vector a forward pass adds: four blocks of `hidden`.
    fn combined_bias(&self) -> Vec<f32> {
        let blocks = self.shape.blocks();
        let (ih, hh) = (&self.parameters[blocks.bias_ih], &self.parameters[blocks.bias_hh]);
        let units = self.shape.hidden;
        let summed = |rows: usize| ih[..rows].iter().zip(hh).map(|(a, b)| a + b);
        match self.shape.cell {
            Cell::Lstm => summed(4 * units).collect(),
            Cell::Gru => summed(2 * units)
                .chain(ih[2 * units..].iter().copied())
                .chain(hh[2 * units..].iter().copied())
                .collect(),
        }
    }

    /// Runs the layer from a zero state.
    pub fn forward(&self) -> Saved {
        let LayerShape { cell, features, hidden } = self.shape;
        let (rows, gate_rows) = (self.steps * self.batch, self.shape.gate_rows());
        let blocks = self.shape.blocks();
        let mut gates = self.workspace.take(rows * SAVED_BLOCKS * hidden);
        multiply(
            MatrixMut::new(&mut gates, rows, gate_rows, SAVED_BLOCKS * hidden),
            Matrix::new(self.input, rows, features, features),
            Matrix::new(&self.parameters[blocks.weight_ih], gate_rows, features, features)
                .transposed(),
            Write::Replace,
            Cores::All,
        );
        let mut recurrent = self.workspace.take(gate_rows * hidden);
        transpose(&mut recurrent, &self.parameters[blocks.weight_hh], gate_rows, hidden);
        let (recurrent, bias) = (&recurrent[..], &self.combined_bias()[..]);
        let mut states = self.workspace.take(rows * hidden);
        let cell_len = if cell == Cell::Lstm { rows * hidden } else { 0 };
        let mut cells = self.workspace.take(cell_len);
        let per_chunk = self.rows_per_chunk();
        let split = |values, width| chunks::split(values, self.batch, width, per_chunk);
        let both =
            split(&mut gates, SAVED_BLOCKS * hidden).into_iter().zip(split(&mut states, hidden));
        match cell {
            Cell::Lstm => {
                let work = both
                    .zip(split(&mut cells, hidden))
                    .map(|((gates, hidden), cells)| lstm::ForwardChunk { gates, cells, hidden });
                chunks::for_each(work.collect(), |chunk| {
                    lstm::forward(chunk, recurrent, bias, hidden);
                });
            }
            Cell::Gru => {
                let work = both.map(|(gates, hidden)| gru::ForwardChunk { gates, hidden });
                chunks::for_each(work.collect(), |chunk| {
                    gru::forward(chunk, recurrent, bias, hidden);
                });
            }
        }
        Saved { gates, cells, hidden: states }
    }

    /// Gradients of the parameters, and of the input where `with_input`. `gradient` is that of the
    /// hidden states: `[steps, batch, hidden]`, or `[batch, hidden]` for the last step alone. The
    /// saved gates are overwritten.
    pub fn backward(&self, mut saved: Saved, gradient: &[f32], with_input: bool) -> Gradients {
        let bias = self.backward_steps(&mut saved, gradient);
        let mut parameters = vec![0.0; self.shape.parameter_count()];
        self.bias_gradients(&bias, &mut parameters);
        self.weight_gradients(&saved, &mut parameters);
        let input = with_input.then(|| self.input_gradient(&saved));
        Gradients { parameters, input }
    }

    /// Turns saved gates into gradients; returns the sums of these over all rows.
    fn backward_steps(&self, saved: &mut Saved, gradient: &[f32]) -> Vec<f32> {
        let LayerShape { cell, hidden, .. } = self.shape;
        let recurrent = &self.parameters[self.shape.blocks().weight_hh];
        let per_chunk = self.rows_per_chunk();
        let (batch, steps) = (self.batch, self.steps);
        let gates = chunks::split(&mut saved.gates, batch, SAVED_BLOCKS * hidden, per_chunk);
        let states = if cell == Cell::Lstm { &saved.cells } else { &saved.hidden };
        let states = chunks::split_ref(states, batch, hidden, per_chunk);
        let gradients: Vec<HiddenGradient<'_>> = if gradient.len() == batch * hidden && steps > 1 {
            gradient
                .chunks(per_chunk * hidden)
                .map(|gradient| HiddenGradient::Last { gradient, steps })
                .collect()
        } else {
            let split = chunks::split_ref(gradient, batch, hidden, per_chunk);
            split.into_iter().map(HiddenGradient::Sequence).collect()
        };
        let sums: Vec<Mutex<Vec<f32>>> = gates.iter().map(|_| Mutex::default()).collect();
        let work = gates.into_iter().zip(states).zip(gradients).zip(&sums);
        chunks::for_each(work.collect(), |(((gates, states), gradient), sum)| {
            let bias = vec![0.0; SAVED_BLOCKS * hidden];
            let bias = match cell {
                Cell::Lstm => {
                    let chunk = lstm::BackwardChunk { gates, cells: states, gradient, bias };
                    lstm::backward(chunk, recurrent, hidden)
                }
                Cell::Gru => {
                    let chunk = gru::BackwardChunk { gates, hidden: states, gradient, bias };
                    gru::backward(chunk, recurrent, hidden)
                }
            };
            *sum.lock().unwrap_or_else(PoisonError::into_inner) = bias;
        });
        let mut total = vec![0.0; SAVED_BLOCKS * hidden];
        for sum in sums {
            add_rows(&mut total, &sum.into_inner().unwrap_or_else(PoisonError::into_inner));
        }
        total
    }

    fn bias_gradients(&self, sums: &[f32], parameters: &mut [f32]) {
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
        let LayerShape { cell, features, hidden } = self.shape;
        let (rows, width) = (self.steps * self.batch, SAVED_BLOCKS * hidden);
        let blocks = self.shape.blocks();
        let gate_rows = self.shape.gate_rows();
        multiply(
            MatrixMut::new(&mut parameters[blocks.weight_ih], gate_rows, features, features),
            Matrix::new(&saved.gates, rows, gate_rows, width).transposed(),
            Matrix::new(self.input, rows, features, features),
            Write::Replace,
            Cores::All,
        );
        if self.steps < 2 {
            return;
        }
        // The state before step 0 is zero, so that step adds nothing.
        let rows = rows - self.batch;
        let later = &saved.gates[self.batch * width..];
        let states = Matrix::new(&saved.hidden, rows, hidden, hidden);
        let mut product = |first_row: usize, row_count: usize, first_column: usize| {
            let out = &mut parameters[blocks.weight_hh.clone()][first_row * hidden..];
            multiply(
                MatrixMut::new(out, row_count, hidden, hidden),
                Matrix::new(&later[first_column..], rows, row_count, width).transposed(),
                states,
                Write::Replace,
                Cores::All,
            );
        };
        match cell {
            Cell::Lstm => product(0, 4 * hidden, 0),
            Cell::Gru => {
                product(0, 2 * hidden, 0);
                product(2 * hidden, hidden, 3 * hidden);
            }
        }
    }

    fn input_gradient(&self, saved: &Saved) -> Vec<f32> {
        let LayerShape { features, hidden, .. } = self.shape;
        let (rows, gate_rows) = (self.steps * self.batch, self.shape.gate_rows());
        let mut gradient = vec![0.0; rows * features];
        multiply(
            MatrixMut::new(&mut gradient, rows, features, features),
            Matrix::new(&saved.gates, rows, gate_rows, SAVED_BLOCKS * hidden),
            Matrix::new(
                &self.parameters[self.shape.blocks().weight_ih],
                gate_rows,
                features,
                features,
            ),
            Write::Replace,
            Cores::All,
        );
        gradient
    }
}
