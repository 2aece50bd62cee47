//! One layer in one direction over a whole sequence: forward, shared out over the batch.
//!
//! Values are time-major, `[steps, batch, width]`, so that each step is one contiguous matrix.
//!
//! Memory in f32 values, `T` steps, `B` rows, `H` units, `F` features, `G` gates and `K` saved blocks
//! (4; 1 for a plain layer): forward keeps `T B (K + 1) H` for backward, and `T B H` more for LSTM;
//! its scratch is `G H H` for the transposed weights and at most `5 B H` for the step. Backward works
//! in place; it returns `G H (F + H + 2)` for the parameters, and `T B F` where the input learns.

use super::chunks;
use super::isa::Isa;
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply, transpose};
use super::pass::{Chunk, ForwardRows};
use super::rnn::Activation;
use super::shape::LayerShape;
use super::workspace::{Buffer, Workspace};
use super::{gru, gru_cho, lstm, rnn};
use crate::nn::Cell;

/// One call of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Vectors to compute with.
    pub isa: Isa,
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
    /// `[states, batch, hidden]`: the states to begin with, zero where not given.
    pub start: Option<&'a [f32]>,
    /// `[batch, hidden]`: multiplied into the state before the recurrent product, at every step.
    pub mask: Option<&'a [f32]>,
    /// Where scratch memory comes from.
    pub workspace: &'a Workspace,
}

/// What forward leaves for backward.
#[derive(Debug)]
pub struct Saved {
    /// `[steps, batch, blocks * hidden]`
    pub gates: Buffer,
    /// `[steps, batch, hidden]`; empty but for LSTM.
    pub memory: Buffer,
    /// `[steps, batch, hidden]`
    pub hidden: Buffer,
}

impl<'a> Call<'a> {
    pub(super) fn rows_per_chunk(&self) -> usize {
        let operations = self.steps * self.batch * self.shape.gate_rows() * self.shape.hidden;
        chunks::rows_per_chunk(self.batch, operations)
    }

    /// Values of one state of the whole batch.
    pub(super) const fn state_len(&self) -> usize {
        self.batch * self.shape.hidden
    }

    /// The chunk of rows with this index.
    pub(super) fn chunk(&self, index: usize, recurrent: &'a [f32], bias: &'a [f32]) -> Chunk<'a> {
        let (per_chunk, units) = (self.rows_per_chunk(), self.shape.hidden);
        let first = index * per_chunk;
        let rows = per_chunk.min(self.batch - first);
        let own = first * units..(first + rows) * units;
        let state = |number: usize| {
            let start = self.start.filter(|_| number < self.shape.states())?;
            Some(&start[number * self.state_len()..][own.clone()])
        };
        Chunk {
            isa: self.isa,
            rows,
            units,
            recurrent,
            bias,
            mask: self.mask.map(|mask| &mask[own.clone()]),
            start_hidden: state(0),
            start_memory: state(1),
            workspace: self.workspace,
        }
    }

    /// The bias that a forward pass adds: one value a saved block and unit.
    fn combined_bias(&self) -> Buffer {
        let units = self.shape.hidden;
        let mut bias = self.workspace.take_zeroed(self.shape.saved_blocks() * units);
        if !self.shape.bias {
            return bias;
        }
        let blocks = self.shape.blocks();
        let (ih, hh) = (&self.parameters[blocks.bias_ih], &self.parameters[blocks.bias_hh]);
        for ((sum, ih), hh) in bias.iter_mut().zip(ih).zip(hh) {
            *sum = ih + hh;
        }
        if self.shape.cell == Cell::Gru {
            bias[2 * units..3 * units].copy_from_slice(&ih[2 * units..]);
            bias[3 * units..].copy_from_slice(&hh[2 * units..]);
        }
        bias
    }

    /// The input projection of all steps, in the place where the gates will stand.
    fn projected(&self) -> Buffer {
        let LayerShape { features, hidden, .. } = self.shape;
        let (rows, gate_rows) = (self.steps * self.batch, self.shape.gate_rows());
        let width = self.shape.saved_blocks() * hidden;
        let weights = &self.parameters[self.shape.blocks().weight_ih];
        let mut gates = self.workspace.take(rows * width);
        multiply(
            MatrixMut::new(&mut gates, rows, gate_rows, width),
            Matrix::new(self.input, rows, features, features),
            Matrix::new(weights, gate_rows, features, features).transposed(),
            Write::Replace,
            Cores::All,
        );
        gates
    }

    /// Runs the layer.
    pub fn forward(&self) -> Saved {
        let LayerShape { cell, hidden, reverse, .. } = self.shape;
        let (rows, gate_rows) = (self.steps * self.batch, self.shape.gate_rows());
        let mut gates = self.projected();
        let mut recurrent = self.workspace.take(gate_rows * hidden);
        let weights = &self.parameters[self.shape.blocks().weight_hh];
        transpose(&mut recurrent, weights, gate_rows, hidden);
        let bias = self.combined_bias();
        let mut states = self.workspace.take(rows * hidden);
        let memory_width = if cell.has_memory() { hidden } else { 0 };
        let mut memory = self.workspace.take(rows * memory_width);
        let per_chunk = self.rows_per_chunk();
        let split = |values, width| chunks::split(values, self.batch, width, per_chunk, reverse);
        let work = split(&mut gates, self.shape.saved_blocks() * hidden)
            .into_iter()
            .zip(split(&mut memory, memory_width))
            .zip(split(&mut states, hidden))
            .enumerate()
            .collect();
        chunks::for_each(work, |(index, ((gates, memory), hidden))| {
            let chunk = self.chunk(index, &recurrent, &bias);
            let rows = ForwardRows { chunk, gates, memory, hidden };
            match cell {
                Cell::Lstm => lstm::forward(rows),
                Cell::Gru => gru::forward(rows),
                Cell::GruCho => gru_cho::forward(rows),
                Cell::RnnTanh => rnn::forward(rows, Activation::Tanh),
                Cell::RnnRelu => rnn::forward(rows, Activation::Relu),
            }
        });
        Saved { gates, memory, hidden: states }
    }

    /// Where the last step taken stands in time.
    pub const fn last_step(&self) -> usize {
        if self.shape.reverse { 0 } else { self.steps - 1 }
    }
}
