//! What the passes of every cell over some rows of the batch share: their view of the layer, the
//! states they begin with, and the recurrent product.
//!
//! A pass sees the steps in the order it takes them, so no cell knows of directions.

use super::isa::{Isa, vectorised};
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply};
use super::workspace::{Buffer, Workspace};

/// The layer as one chunk of rows sees it.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Vectors to compute with.
    pub isa: Isa,
    /// Rows of the batch in this chunk.
    pub rows: usize,
    /// Units of the layer.
    pub units: usize,
    /// Forward: `[units, gates * units]`, transposed. Backward: `[gates * units, units]`.
    pub recurrent: &'a [f32],
    /// Forward: one value a saved block and unit. Unused by backward.
    pub bias: &'a [f32],
    /// `[rows, units]`, multiplied into the state before the recurrent product.
    pub mask: Option<&'a [f32]>,
    /// `[rows, units]`: the hidden state to begin with; zero where none is given.
    pub start_hidden: Option<&'a [f32]>,
    /// `[rows, units]`: the memory to begin with, likewise.
    pub start_memory: Option<&'a [f32]>,
    /// Where scratch memory comes from.
    pub workspace: &'a Workspace,
}

/// What a forward pass reads and writes; inner slices are one a step, in the order taken.
pub struct ForwardRows<'a> {
    /// The layer.
    pub chunk: Chunk<'a>,
    /// `[rows, blocks * units]`: holds the input projection, receives what backward needs.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, units]`: receives the memory, for LSTM.
    pub memory: Vec<&'a mut [f32]>,
    /// `[rows, units]`: receives the hidden states.
    pub hidden: Vec<&'a mut [f32]>,
}

/// What a backward pass reads and writes; inner slices are one a step, in the order of forward.
pub struct BackwardRows<'a> {
    /// The layer.
    pub chunk: Chunk<'a>,
    /// `[rows, blocks * units]`: holds what forward saved, receives the gradients of the gates
    /// before their activations.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, units]`: the memory, for LSTM.
    pub memory: Vec<&'a [f32]>,
    /// `[rows, units]`: hidden states.
    pub hidden: Vec<&'a [f32]>,
    /// Gradient of the hidden states.
    pub gradient: HiddenGradient<'a>,
    /// `[rows, units]`: gradient of the last memory, where it was given out.
    pub last_memory_gradient: Option<&'a [f32]>,
    /// `[blocks * units]`, zero at first: receives the bias gradients.
    pub bias_gradient: &'a mut [f32],
    /// `[rows, units]`, where asked for: receives the gradient of the hidden state begun with.
    pub start_hidden_gradient: Option<&'a mut [f32]>,
    /// `[rows, units]`, where asked for: receives the gradient of the memory begun with.
    pub start_memory_gradient: Option<&'a mut [f32]>,
}

/// Gradient of the loss by the hidden states, for some rows.
#[derive(Debug)]
pub enum HiddenGradient<'a> {
    /// `[rows, units]` for each step, in the order taken.
    Sequence(Vec<&'a [f32]>),
    /// `[rows, units]` for the last step taken; zero for all others.
    Last {
        /// The gradient.
        gradient: &'a [f32],
        /// Steps of the sequence.
        steps: usize,
    },
}

impl HiddenGradient<'_> {
    /// Adds the gradient that arrives from outside at `step`.
    pub fn add_to(&self, isa: Isa, d_hidden: &mut [f32], step: usize) {
        match self {
            Self::Sequence(gradients) => add_rows(isa, d_hidden, gradients[step]),
            Self::Last { gradient, steps } if step + 1 == *steps => {
                add_rows(isa, d_hidden, gradient);
            }
            Self::Last { .. } => {}
        }
    }
}

impl Chunk<'_> {
    /// A scratch buffer of `blocks * units` values a row.
    pub fn scratch(&self, blocks: usize) -> Buffer {
        self.workspace.take(self.rows * blocks * self.units)
    }

    /// As [`Self::scratch`], zero.
    pub fn zeros(&self, blocks: usize) -> Buffer {
        self.workspace.take_zeroed(self.rows * blocks * self.units)
    }

    /// The state as the recurrent product sees it: masked into `scratch` where there is a mask.
    pub fn masked<'s>(&self, state: &'s [f32], scratch: &'s mut [f32]) -> &'s [f32] {
        let Some(mask) = self.mask else { return state };
        scratch.copy_from_slice(state);
        scale(self.isa, scratch, mask);
        scratch
    }

    /// Scratch for [`Self::masked`]: empty where there is no mask.
    pub fn mask_scratch(&self) -> Buffer {
        if self.mask.is_some() { self.scratch(1) } else { self.workspace.take(0) }
    }

    /// `state W^T` for the gates `first .. first + count` of `gates`, into `out` with rows
    /// `row_stride` apart.
    pub fn product(
        &self,
        out: &mut [f32],
        row_stride: usize,
        state: &[f32],
        (first, count, gates): (usize, usize, usize),
        write: Write,
    ) {
        let (rows, units) = (self.rows, self.units);
        let weights = Matrix::new(self.recurrent, units, gates * units, gates * units);
        multiply(
            MatrixMut::new(out, rows, count * units, row_stride),
            Matrix::new(state, rows, units, units),
            weights.columns(first * units, count * units),
            write,
            Cores::One,
        );
    }

    /// Adds `d_gates W`, masked, to `d_state`, for the gates `first .. first + count`; `scratch` is
    /// that of [`Self::mask_scratch`]. Rows of `d_gates` stand `row_stride` apart.
    pub fn product_back(
        &self,
        d_state: &mut [f32],
        scratch: &mut [f32],
        d_gates: &[f32],
        row_stride: usize,
        (first, count): (usize, usize),
    ) {
        let (rows, units) = (self.rows, self.units);
        let weights = &self.recurrent[first * units * units..];
        let left = Matrix::new(d_gates, rows, count * units, row_stride);
        let right = Matrix::new(weights, count * units, units, units);
        match self.mask {
            None => {
                let out = MatrixMut::new(d_state, rows, units, units);
                multiply(out, left, right, Write::Add, Cores::One);
            }
            Some(mask) => {
                let out = MatrixMut::new(scratch, rows, units, units);
                multiply(out, left, right, Write::Replace, Cores::One);
                add_scaled(self.isa, d_state, scratch, mask);
            }
        }
    }
}

impl BackwardRows<'_> {
    /// Gives out the gradients of the states begun with.
    pub fn give_start(&mut self, d_hidden: &[f32], d_memory: &[f32]) {
        if let Some(out) = &mut self.start_hidden_gradient {
            out.copy_from_slice(d_hidden);
        }
        if let Some(out) = &mut self.start_memory_gradient {
            out.copy_from_slice(d_memory);
        }
    }
}

vectorised! {
    /// Adds each row of `rows` to `sum`, top to bottom.
    pub fn add_rows(sum: &mut [f32], rows: &[f32]) = add_rows_body
}

#[inline(always)]
fn add_rows_body<const FUSED: bool>(sum: &mut [f32], rows: &[f32]) {
    let width = sum.len().max(1);
    for row in rows.chunks_exact(width) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

vectorised! {
    /// `values *= factors`, element by element.
    pub fn scale(values: &mut [f32], factors: &[f32]) = scale_body
}

#[inline(always)]
fn scale_body<const FUSED: bool>(values: &mut [f32], factors: &[f32]) {
    for (value, factor) in values.iter_mut().zip(factors) {
        *value *= factor;
    }
}

vectorised! {
    /// `sum += values * factors`, element by element.
    pub fn add_scaled(sum: &mut [f32], values: &[f32], factors: &[f32]) = add_scaled_body
}

#[inline(always)]
fn add_scaled_body<const FUSED: bool>(sum: &mut [f32], values: &[f32], factors: &[f32]) {
    for ((sum, value), factor) in sum.iter_mut().zip(values).zip(factors) {
        *sum += value * factor;
    }
}

/// The four blocks of one row.
pub fn quarters(row: &mut [f32], units: usize) -> [&mut [f32]; 4] {
    let (first, rest) = row.split_at_mut(units);
    let (second, rest) = rest.split_at_mut(units);
    let (third, fourth) = rest.split_at_mut(units);
    [first, second, third, fourth]
}
