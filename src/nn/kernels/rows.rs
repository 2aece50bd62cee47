//! What the passes of every cell over some rows of the batch share: their view of the layer, the
//! states they begin with, and the products.
//!
//! A pass sees the steps in the order it takes them, so no cell knows of directions.

use super::buffer::{Scratch, Steps, StepsMut};
use super::elementwise::{add_outer, add_rows, add_scaled, scale};
use super::isa::Isa;
use super::matrix::{Matrix, MatrixMut, PackedMatrix, ProductTerm, Write, sum_of_products};
use crate::cancellation::Cancellation;

/// The layer as one chunk of rows sees it.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    pub isa: Isa,
    /// Rows of the batch in this chunk.
    pub rows: usize,
    pub units: usize,
    pub steps: usize,
    /// `[rows, features]` a step.
    pub input: Steps<'a>,
    /// Input values a step.
    pub features: usize,
    /// `[rows, units]`, multiplied into the state before the recurrent product.
    pub mask: Option<&'a [f32]>,
    /// `[rows, units]`: the hidden state to begin with; zero where none is given.
    pub start_hidden: Option<&'a [f32]>,
    /// `[rows, units]`: the memory to begin with, likewise.
    pub start_memory: Option<&'a [f32]>,
    pub cancel: &'a Cancellation<'a>,
}

/// What a forward pass reads and writes.
pub struct ForwardRows<'a> {
    pub chunk: Chunk<'a>,
    /// `[features, gates * units]` for each group of gates.
    pub input_weights: &'a [PackedMatrix; 2],
    /// `[units, gates * units]` likewise.
    pub recurrent_weights: &'a [PackedMatrix; 2],
    /// One value a saved block and unit.
    pub bias: &'a [f32],
    /// `[rows, blocks * units]`: receives what backward needs.
    pub gates: StepsMut<'a>,
    /// `[rows, units]`: receives the memory, for LSTM.
    pub memory: StepsMut<'a>,
    /// `[rows, units]`: receives the hidden states.
    pub hidden: StepsMut<'a>,
    /// Memory for a step.
    pub scratch: Scratch<'a>,
}

/// What a backward pass reads and writes.
pub struct BackwardRows<'a> {
    pub chunk: Chunk<'a>,
    /// `[gates * units, units]` for each group of gates.
    pub recurrent_weights: &'a [PackedMatrix; 2],
    /// `[gates * units, features]`
    pub input_weights: &'a PackedMatrix,
    /// `[rows, blocks * units]`: holds what forward saved, receives the gradients of the gates
    /// before their activations.
    pub gates: StepsMut<'a>,
    /// `[rows, units]`: the memory, for LSTM.
    pub memory: Steps<'a>,
    /// `[rows, units]`: hidden states.
    pub hidden: Steps<'a>,
    pub gradient: HiddenGradient<'a>,
    /// `[rows, units]`: gradient of the last memory, where it was given out.
    pub last_memory_gradient: Option<&'a [f32]>,
    /// `[1 + narrow features, blocks * units]`, zero at first: receives the gradients of the bias, and
    /// of the input weights where there are few, transposed.
    pub sums: &'a mut [f32],
    /// `[rows, features]`, where asked for: receives the gradient of the input.
    pub input_gradient: Option<StepsMut<'a>>,
    /// `[rows, units]`, where asked for: receives the gradient of the hidden state begun with.
    pub start_hidden_gradient: Option<&'a mut [f32]>,
    /// `[rows, units]`, where asked for: receives the gradient of the memory begun with.
    pub start_memory_gradient: Option<&'a mut [f32]>,
    /// Memory for a step.
    pub scratch: Scratch<'a>,
}

/// Gradient of the loss by the hidden states, for some rows.
#[derive(Debug, Clone, Copy)]
pub enum HiddenGradient<'a> {
    /// `[rows, units]` for each step.
    Sequence(Steps<'a>),
    /// `[rows, units]` for the last step taken; zero for all others.
    Last(&'a [f32]),
}

impl Chunk<'_> {
    pub const fn state_len(&self) -> usize {
        self.rows * self.units
    }

    /// The state as the recurrent product sees it: masked into `scratch` where there is a mask.
    pub fn masked<'s>(&self, state: &'s [f32], scratch: &'s mut [f32]) -> &'s [f32] {
        let Some(mask) = self.mask else { return state };
        scratch.copy_from_slice(state);
        scale(self.isa, scratch, mask);
        scratch
    }

    /// Values of scratch for [`Self::masked`]: none where there is no mask.
    pub const fn mask_len(&self) -> usize {
        if self.mask.is_some() { self.state_len() } else { 0 }
    }

    /// A `[rows, units]` state as a matrix.
    pub fn state<'s>(&self, state: &'s [f32]) -> Matrix<'s> {
        Matrix::new(state, self.rows, self.units, self.units)
    }

    /// The input of a step as a matrix.
    pub fn input(&self, step: usize) -> Matrix<'_> {
        Matrix::new(self.input.at(step), self.rows, self.features, self.features)
    }

    /// Writes the sum of products, from block `block` of rows of `blocks` blocks on.
    pub fn products(
        &self,
        out: &mut [f32],
        (block, blocks): (usize, usize),
        terms: &[ProductTerm<'_>],
    ) {
        let Some(columns) = terms.first().map(|term| term.right.columns()) else { return };
        let out = &mut out[block * self.units..];
        let out = MatrixMut::new(out, self.rows, columns, blocks * self.units);
        sum_of_products(self.isa, out, terms, Write::Replace);
    }
}

impl BackwardRows<'_> {
    /// Adds the gradient that arrives from outside at `step`.
    pub fn add_gradient(&self, d_hidden: &mut [f32], step: usize) {
        match self.gradient {
            HiddenGradient::Sequence(steps) => add_rows(self.chunk.isa, d_hidden, steps.at(step)),
            HiddenGradient::Last(gradient) if step + 1 == self.chunk.steps => {
                add_rows(self.chunk.isa, d_hidden, gradient);
            }
            HiddenGradient::Last(_) => {}
        }
    }

    /// With the gradients of a step's gates in place: adds up those of the biases and of narrow input
    /// weights, and gives out that of the input, of which the first `gates` blocks take part.
    pub fn account(&mut self, step: usize, gates: usize) {
        let Chunk { isa, units, rows, .. } = self.chunk;
        let values = self.gates.at(step);
        let width = values.len() / rows;
        let (bias, inputs) = self.sums.split_at_mut(width);
        if inputs.is_empty() {
            add_rows(isa, bias, values);
        } else {
            add_outer(isa, bias, inputs, values, self.chunk.input.at(step));
        }
        if let Some(gradient) = &mut self.input_gradient {
            let features = self.chunk.features;
            let left = Matrix::new(values, rows, gates * units, width);
            let out = MatrixMut::new(gradient.at(step), rows, features, features);
            let term = ProductTerm { left, right: self.input_weights };
            sum_of_products(isa, out, &[term], Write::Replace);
        }
    }

    /// Whether the gradient of the state before `step` is wanted.
    pub const fn goes_on(&self, step: usize) -> bool {
        step > 0 || self.start_hidden_gradient.is_some()
    }

    /// The gradient that the groups of gates give to the state before them, masked, into `d_state`:
    /// `lefts` holds for each group the first of its blocks and their number. `scratch` is that of
    /// [`Chunk::mask_len`].
    pub fn products_back(
        &mut self,
        d_state: &mut [f32],
        scratch: &mut [f32],
        step: usize,
        lefts: &[(usize, usize)],
        write: Write,
    ) {
        let chunk = self.chunk;
        let (rows, units) = (chunk.rows, chunk.units);
        let gates = self.gates.at(step);
        let width = gates.len() / rows;
        let all = Matrix::new(gates, rows, width, width);
        let term = |group: usize| ProductTerm {
            left: all.columns(lefts[group].0 * units, lefts[group].1 * units),
            right: &self.recurrent_weights[group],
        };
        let product = |out: &mut [f32], write| {
            let out = MatrixMut::new(out, rows, units, units);
            match lefts.len() {
                1 => sum_of_products(chunk.isa, out, &[term(0)], write),
                _ => sum_of_products(chunk.isa, out, &[term(0), term(1)], write),
            }
        };
        match chunk.mask {
            None => product(d_state, write),
            Some(mask) => {
                product(scratch, Write::Replace);
                if write == Write::Replace {
                    d_state.fill(0.0);
                }
                add_scaled(chunk.isa, d_state, scratch, mask);
            }
        }
    }

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
