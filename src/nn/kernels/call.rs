//! One layer in one direction over a whole sequence: forward, shared out over the batch.
//!
//! Values are time-major, `[steps, batch, width]`, so that each step is one contiguous matrix.
//!
//! Memory in f32 values, `T` steps, `B` rows, `H` units, `F` features, `G` gates and `K` saved blocks
//! (4; 1 for a plain layer): forward keeps `T B (K + 1) H` for backward, and `T B H` more for LSTM;
//! the packed weights are `G H (F + H)`, twice where backward follows, and the scratch of the steps is
//! `8 B H`. Backward works in place; it gives `G H (F + H + 2)` for the parameters, and `T B F` where
//! the input learns.

use std::sync::Mutex;

use super::buffer::{Buffer, ChunkLayout, Scratch, SharedValues, Steps};
use super::isa::Isa;
use super::matrix::{Matrix, PackedMatrix};
use super::multiply::ProductBlocks;
use super::rows::{Chunk, ForwardRows};
use super::shape::{LayerShape, SCRATCH_BLOCKS};
use super::team::{self, allowed_threads};
use crate::cancellation::{Cancellation, Cancelled};

#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub isa: Isa,
    pub shape: LayerShape,
    pub steps: usize,
    pub batch: usize,
    /// `[steps, batch, features]`
    pub input: &'a [f32],
    /// Flat parameters, as [`LayerShape::blocks`] lays them out.
    pub parameters: &'a [f32],
    pub start: StartStates<'a>,
    /// `[batch, hidden]`: multiplied into the state before the recurrent product, at every step.
    pub mask: Option<&'a [f32]>,
}

/// What one call of a layer reads again, writes, and needs on the way. Kept between calls, so that
/// only a larger batch takes memory.
#[derive(Debug, Default)]
pub struct LayerMemory {
    /// `[steps, batch, blocks * hidden]`: the gates; after backward, their gradients.
    pub gates: Buffer,
    /// `[steps, batch, hidden]`; empty but for LSTM.
    pub memory: Buffer,
    /// `[steps, batch, hidden]`
    pub hidden: Buffer,
    /// `[states, batch, hidden]`: the states begun with; empty where these are zero.
    pub start: Buffer,
    /// `[states, batch, hidden]`: their gradient.
    pub d_start: Buffer,
    /// Input weights, transposed; of GRU those of r and z, and of n.
    pub input_weights: [PackedMatrix; 2],
    /// Recurrent weights, likewise.
    pub recurrent_weights: [PackedMatrix; 2],
    /// Input weights as they are, for the gradient of the input.
    pub input_weights_back: PackedMatrix,
    /// Recurrent weights as they are.
    pub recurrent_weights_back: [PackedMatrix; 2],
    /// One value a saved block and unit.
    pub bias: Buffer,
    /// `[chunks, 1 + narrow features, blocks * hidden]`: sums over the rows of a chunk.
    pub sums: Buffer,
    /// `[chunks, ..]`: what a step needs.
    pub scratch: Buffer,
    /// `[steps, batch, hidden]`: hidden states as the recurrent product saw them, where masked.
    pub masked: Buffer,
    /// The blocks of the large products, one for each thread.
    pub blocks: Vec<Mutex<ProductBlocks>>,
}

#[derive(Debug, Clone, Copy, Default)]
pub enum StartStates<'a> {
    /// Zero, or the layer's own where it learns them.
    #[default]
    Own,
    Given {
        /// `[batch, hidden]`
        hidden: &'a [f32],
        /// `[batch, hidden]`, or empty: the memory of LSTM.
        memory: &'a [f32],
        /// `[batch]`, or empty: rows that begin as [`Self::Own`] does.
        fresh: &'a [bool],
    },
}

impl Call<'_> {
    pub(super) fn rows_per_chunk(&self) -> usize {
        let LayerShape { features, hidden, .. } = self.shape;
        let a_row = self.shape.gate_rows().saturating_mul(hidden.saturating_add(features));
        let operations = self.steps.saturating_mul(self.batch).saturating_mul(a_row);
        team::rows_per_chunk(self.batch, operations)
    }

    pub(super) fn chunk_count(&self) -> usize {
        self.batch.div_ceil(self.rows_per_chunk())
    }

    /// Values of one state of the whole batch.
    pub const fn state_len(&self) -> usize {
        self.batch * self.shape.hidden
    }

    /// Whether the first step sees a state.
    pub(super) const fn has_start(&self) -> bool {
        self.shape.learned_start || matches!(self.start, StartStates::Given { .. })
    }

    /// The rows of the chunk with this index.
    pub(super) fn layout(&self, index: usize) -> ChunkLayout {
        let per_chunk = self.rows_per_chunk();
        let first = (index * per_chunk).min(self.batch);
        let rows = per_chunk.min(self.batch - first);
        ChunkLayout {
            steps: self.steps,
            batch: self.batch,
            first,
            rows,
            reverse: self.shape.reverse,
        }
    }

    /// The chunk of rows with this index, of a layer that begins with `start`.
    pub(super) fn chunk<'m>(
        &'m self,
        layout: ChunkLayout,
        start: &'m [f32],
        cancel: &'m Cancellation<'m>,
    ) -> Chunk<'m> {
        let units = self.shape.hidden;
        let own = layout.first * units..(layout.first + layout.rows) * units;
        let state =
            |number: usize| start.get(number * self.state_len()..).and_then(|s| s.get(own.clone()));
        Chunk {
            isa: self.isa,
            rows: layout.rows,
            units,
            steps: self.steps,
            input: Steps::new(self.input, layout, self.shape.features),
            features: self.shape.features,
            mask: self.mask.map(|mask| &mask[own.clone()]),
            start_hidden: state(0),
            start_memory: state(1),
            cancel,
        }
    }

    /// The bias that a forward pass adds: one value a saved block and unit.
    fn combine_bias(&self, memory: &mut LayerMemory) {
        let units = self.shape.hidden;
        let bias = memory.bias.zeros(self.shape.cell.saved_blocks() * units);
        if !self.shape.bias {
            return;
        }
        let blocks = self.shape.blocks();
        let (ih, hh) = (&self.parameters[blocks.bias_ih], &self.parameters[blocks.bias_hh]);
        for ((sum, ih), hh) in bias.iter_mut().zip(ih).zip(hh) {
            *sum = ih + hh;
        }
        for group in self.shape.cell.card().groups.iter().filter(|g| g.gradient != g.first) {
            let (gates, len) = (group.first * units, group.count * units);
            bias[gates..gates + len].copy_from_slice(&ih[gates..gates + len]);
            bias[group.gradient * units..][..len].copy_from_slice(&hh[gates..gates + len]);
        }
    }

    /// Packs the weights for the products of forward.
    fn pack_weights(&self, memory: &mut LayerMemory) {
        let LayerShape { features, hidden, .. } = self.shape;
        let blocks = self.shape.blocks();
        let gate_rows = self.shape.gate_rows();
        let input = &self.parameters[blocks.weight_ih];
        let recurrent = &self.parameters[blocks.weight_hh];
        let input = Matrix::new(input, gate_rows, features, features);
        let recurrent = Matrix::new(recurrent, gate_rows, hidden, hidden);
        for (place, group) in self.shape.cell.card().groups.iter().enumerate() {
            let (first, count) = (group.first * hidden, group.count * hidden);
            let (input, recurrent) = (input.rows(first, count), recurrent.rows(first, count));
            memory.input_weights[place].pack(self.isa, input.transposed());
            memory.recurrent_weights[place].pack(self.isa, recurrent.transposed());
        }
    }

    /// Writes down the states begun with, where these are not zero.
    fn begin(&self, memory: &mut LayerMemory) {
        let (states, units, len) = (self.shape.states(), self.shape.hidden, self.state_len());
        if !self.has_start() {
            memory.start.resize(0);
            return;
        }
        let own = &self.parameters[self.shape.blocks().start];
        let start = memory.start.resize(states * len);
        for (state, rows) in start.chunks_exact_mut(len).enumerate() {
            let own = own.get(state * units..(state + 1) * units);
            for (row, values) in rows.chunks_exact_mut(units).enumerate() {
                let given = self.given(state, row);
                match given.or(own) {
                    Some(from) => values.copy_from_slice(from),
                    None => values.fill(0.0),
                }
            }
        }
    }

    /// The state that was given for a row of the batch; `None` where it begins with the layer's own.
    pub(super) fn given(&self, state: usize, row: usize) -> Option<&[f32]> {
        match self.start {
            StartStates::Given { hidden, memory, fresh }
                if !fresh.get(row).is_some_and(|&own| own) =>
            {
                let values = if state == 0 { hidden } else { memory };
                Some(&values[row * self.shape.hidden..][..self.shape.hidden])
            }
            _ => None,
        }
    }

    /// Runs the layer; what it gives out stands in `memory`.
    ///
    /// # Errors
    /// Where it is cancelled, polled at every step.
    pub fn forward(
        &self,
        memory: &mut LayerMemory,
        cancel: &Cancellation<'_>,
    ) -> Result<(), Cancelled> {
        let LayerShape { cell, hidden, .. } = self.shape;
        let rows = self.steps * self.batch;
        self.pack_weights(memory);
        self.combine_bias(memory);
        self.begin(memory);
        let (count, width) = (self.chunk_count(), self.shape.cell.saved_blocks() * hidden);
        let memory_width = if cell.has_memory() { hidden } else { 0 };
        let scratch_len = SCRATCH_BLOCKS * self.rows_per_chunk() * hidden;
        let gates = SharedValues::new(memory.gates.resize(rows * width));
        let memories = SharedValues::new(memory.memory.resize(rows * memory_width));
        let states = SharedValues::new(memory.hidden.resize(rows * hidden));
        let scratch = SharedValues::new(memory.scratch.resize(count * scratch_len));
        let (start, bias) = (&memory.start[..], &memory.bias[..]);
        let weights = (&memory.input_weights, &memory.recurrent_weights);
        team::share(count, allowed_threads(), &|index| {
            let layout = self.layout(index);
            // SAFETY: chunks are apart in the batch, and each is taken once.
            let rows = unsafe {
                ForwardRows {
                    chunk: self.chunk(layout, start, cancel),
                    input_weights: weights.0,
                    recurrent_weights: weights.1,
                    bias,
                    gates: gates.steps(layout, width),
                    memory: memories.steps(layout, memory_width),
                    hidden: states.steps(layout, hidden),
                    scratch: Scratch::new(scratch.part(index * scratch_len, scratch_len)),
                }
            };
            (cell.card().forward)(rows);
        });
        cancel.polled()
    }

    /// Where the last step taken stands in time.
    pub const fn last_step(&self) -> usize {
        if self.shape.reverse { 0 } else { self.steps - 1 }
    }
}
