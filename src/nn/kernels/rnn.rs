//! A plain recurrent layer (Elman 1990) over the steps of some batch rows.
//!
//! As `torch.nn.RNN`: `h = tanh(W x + U h' + b)`, or the rectifier `max(0, ..)` in place of the
//! tangent. Nothing is kept for backward but the hidden states.

use super::activation::tanh;
use super::isa::{multiply_add, vectorised};
use super::matrix::Write;
use super::pass::{BackwardRows, ForwardRows, add_rows};

/// What is applied to the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Hyperbolic tangent.
    Tanh,
    /// The positive part.
    Relu,
}

/// Runs all steps. The bias is the sum of both biases.
pub fn forward(rows: ForwardRows<'_>, activation: Activation) {
    let ForwardRows { chunk, gates, mut hidden, .. } = rows;
    let units = chunk.units;
    let mut scratch = chunk.mask_scratch();
    for (step, gates) in gates.into_iter().enumerate() {
        let (before, from) = hidden.split_at_mut(step);
        if let Some(previous) = before.last().map(|h| &**h).or(chunk.start_hidden) {
            let state = chunk.masked(previous, &mut scratch);
            chunk.product(gates, units, state, (0, 1, 1), Write::Add);
        }
        let per_row = gates.chunks_exact(units).zip(from[0].chunks_exact_mut(units));
        for (gates, hidden) in per_row {
            match activation {
                Activation::Tanh => tanh_row(chunk.isa, gates, chunk.bias, hidden),
                Activation::Relu => relu_row(chunk.isa, gates, chunk.bias, hidden),
            }
        }
    }
}

/// Runs all steps from the last.
pub fn backward(mut rows: BackwardRows<'_>, activation: Activation) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let mut scratch = chunk.mask_scratch();
    let mut d_hidden = chunk.zeros(1);
    for step in (0..rows.gates.len()).rev() {
        rows.gradient.add_to(chunk.isa, &mut d_hidden, step);
        let gates = &mut *rows.gates[step];
        match activation {
            Activation::Tanh => tanh_back(chunk.isa, gates, rows.hidden[step], &d_hidden),
            Activation::Relu => relu_back(chunk.isa, gates, rows.hidden[step], &d_hidden),
        }
        add_rows(chunk.isa, rows.bias_gradient, gates);
        d_hidden.fill(0.0);
        if step > 0 || rows.start_hidden_gradient.is_some() {
            chunk.product_back(&mut d_hidden, &mut scratch, gates, units, (0, 1));
        }
    }
    rows.give_start(&d_hidden, &[]);
}

vectorised! {
    fn tanh_row(sums: &[f32], bias: &[f32], hidden: &mut [f32]) = tanh_row_body
}

#[inline(always)]
fn tanh_row_body<const FUSED: bool>(sums: &[f32], bias: &[f32], hidden: &mut [f32]) {
    for ((hidden, sum), bias) in hidden.iter_mut().zip(sums).zip(bias) {
        *hidden = tanh::<FUSED>(sum + bias);
    }
}

vectorised! {
    fn relu_row(sums: &[f32], bias: &[f32], hidden: &mut [f32]) = relu_row_body
}

#[inline(always)]
fn relu_row_body<const FUSED: bool>(sums: &[f32], bias: &[f32], hidden: &mut [f32]) {
    for ((hidden, sum), bias) in hidden.iter_mut().zip(sums).zip(bias) {
        let sum = sum + bias;
        // Not `max`, which would turn NaN into 0.
        *hidden = if sum < 0.0 { 0.0 } else { sum };
    }
}

vectorised! {
    fn tanh_back(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) = tanh_back_body
}

#[inline(always)]
fn tanh_back_body<const FUSED: bool>(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) {
    for ((gate, &h), d_h) in gates.iter_mut().zip(hidden).zip(d_hidden) {
        *gate = d_h * multiply_add::<FUSED>(-h, h, 1.0);
    }
}

vectorised! {
    fn relu_back(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) = relu_back_body
}

#[inline(always)]
fn relu_back_body<const FUSED: bool>(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) {
    for ((gate, &h), &d_h) in gates.iter_mut().zip(hidden).zip(d_hidden) {
        *gate = if h > 0.0 { d_h } else { 0.0 };
    }
}
