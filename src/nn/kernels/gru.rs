//! Gated recurrent unit over the steps of some batch rows.
//!
//! Cho et al. (2014) with the reset gate applied after the recurrent product, as `torch.nn.GRU` and
//! Keras' `reset_after`: `r, z = sigmoid(..)`, `p = U_n h' + b_hn`, `n = tanh(W_n x + b_in + r p)`,
//! `h = (1 - z) n + z h'`, gates in the order r, z, n; `p` is kept in a fourth block for backward.

use super::activation::{sigmoid, tanh};
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply};
use super::sequence::{HiddenGradient, add_rows};
use super::simd::{multiply_add, vectorised};

/// What a forward pass over some rows reads and writes; the inner slices are one a step.
pub struct ForwardChunk<'a> {
    /// `[rows, 4 * hidden]`: holds the input projection in its first three blocks, receives
    /// r, z, n and p.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, hidden]`: receives the hidden states.
    pub hidden: Vec<&'a mut [f32]>,
}

/// Runs all steps. `recurrent_transposed` is `[units, 3 * units]`; `bias` holds the summed biases of
/// r and z, then those of n from the input and from the recurrent side.
pub fn forward(chunk: ForwardChunk<'_>, recurrent_transposed: &[f32], bias: &[f32], units: usize) {
    let ForwardChunk { gates, mut hidden } = chunk;
    let len = hidden.first().map_or(0, |first| first.len());
    let zeros = vec![0.0; len];
    let mut recurrent = vec![0.0; 3 * len];
    for (step, gates) in gates.into_iter().enumerate() {
        let (before, from) = hidden.split_at_mut(step);
        let previous = before.last().map_or(&zeros[..], |hidden| &**hidden);
        if step > 0 {
            multiply(
                MatrixMut::new(&mut recurrent, len / units, 3 * units, 3 * units),
                Matrix::new(previous, len / units, units, units),
                Matrix::new(recurrent_transposed, units, 3 * units, 3 * units),
                Write::Replace,
                Cores::One,
            );
        }
        let rows = gates
            .chunks_exact_mut(4 * units)
            .zip(recurrent.chunks_exact(3 * units))
            .zip(previous.chunks_exact(units))
            .zip(from[0].chunks_exact_mut(units));
        for (((gates, recurrent), previous), hidden) in rows {
            let [reset, update, new, product] = quarters(gates, units);
            forward_row(reset, update, new, product, recurrent, bias, previous, hidden);
        }
    }
}

/// What a backward pass over some rows reads and writes; the inner slices are one a step.
pub struct BackwardChunk<'a> {
    /// `[rows, 4 * hidden]`: holds r, z, n and p; receives their gradients before activation.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, hidden]`: hidden states.
    pub hidden: Vec<&'a [f32]>,
    /// Gradient of the hidden states.
    pub gradient: HiddenGradient<'a>,
    /// `[4 * hidden]`, zero at first: receives the bias gradients of r, z, n and p.
    pub bias: Vec<f32>,
}

/// Runs all steps from the last. `recurrent` is `[3 * units, units]`. Returns the bias gradients.
pub fn backward(chunk: BackwardChunk<'_>, recurrent: &[f32], units: usize) -> Vec<f32> {
    let BackwardChunk { mut gates, hidden, gradient, mut bias } = chunk;
    let len = hidden.first().map_or(0, |first| first.len());
    let zeros = vec![0.0; len];
    let mut d_hidden = vec![0.0; len];
    let mut d_recurrent = vec![0.0; 3 * len];
    for step in (0..gates.len()).rev() {
        gradient.add_to(&mut d_hidden, step);
        let previous = if step == 0 { &zeros[..] } else { hidden[step - 1] };
        let per_row = gates[step]
            .chunks_exact_mut(4 * units)
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact_mut(units))
            .zip(d_recurrent.chunks_exact_mut(3 * units));
        for (((gates, previous), d_hidden), d_recurrent) in per_row {
            let [reset, update, new, product] = quarters(gates, units);
            backward_row(reset, update, new, product, previous, d_hidden);
            let (d_gates, d_product) = d_recurrent.split_at_mut(2 * units);
            d_gates.copy_from_slice(&gates[..2 * units]);
            d_product.copy_from_slice(&gates[3 * units..]);
        }
        add_rows(&mut bias, gates[step]);
        if step > 0 {
            multiply(
                MatrixMut::new(&mut d_hidden, len / units, units, units),
                Matrix::new(&d_recurrent, len / units, 3 * units, 3 * units),
                Matrix::new(recurrent, 3 * units, units, units),
                Write::Add,
                Cores::One,
            );
        }
    }
    bias
}

/// The four blocks of one row.
fn quarters(row: &mut [f32], units: usize) -> [&mut [f32]; 4] {
    let (first, rest) = row.split_at_mut(units);
    let (second, rest) = rest.split_at_mut(units);
    let (third, fourth) = rest.split_at_mut(units);
    [first, second, third, fourth]
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn forward_row(
        reset: &mut [f32], update: &mut [f32], new: &mut [f32], product: &mut [f32],
        recurrent: &[f32], bias: &[f32], previous: &[f32], hidden: &mut [f32],
    ) = forward_row_body
}

#[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
#[inline(always)]
fn forward_row_body<const FUSED: bool>(
    reset: &mut [f32],
    update: &mut [f32],
    new: &mut [f32],
    product: &mut [f32],
    recurrent: &[f32],
    bias: &[f32],
    previous: &[f32],
    hidden: &mut [f32],
) {
    // Slices of one length let the compiler drop its bounds checks and vectorise.
    let n = hidden.len();
    let (reset, update) = (&mut reset[..n], &mut update[..n]);
    let (new, product, previous) = (&mut new[..n], &mut product[..n], &previous[..n]);
    let (recurrent_reset, recurrent_update) = (&recurrent[..n], &recurrent[n..2 * n]);
    let recurrent_new = &recurrent[2 * n..3 * n];
    let (bias_reset, bias_update) = (&bias[..n], &bias[n..2 * n]);
    let (bias_new, bias_product) = (&bias[2 * n..3 * n], &bias[3 * n..4 * n]);
    for unit in 0..n {
        let r = sigmoid::<FUSED>(reset[unit] + recurrent_reset[unit] + bias_reset[unit]);
        let z = sigmoid::<FUSED>(update[unit] + recurrent_update[unit] + bias_update[unit]);
        let p = recurrent_new[unit] + bias_product[unit];
        let candidate = tanh::<FUSED>(multiply_add::<FUSED>(r, p, new[unit] + bias_new[unit]));
        reset[unit] = r;
        update[unit] = z;
        new[unit] = candidate;
        product[unit] = p;
        hidden[unit] = multiply_add::<FUSED>(z, previous[unit] - candidate, candidate);
    }
}

vectorised! {
    fn backward_row(
        reset: &mut [f32], update: &mut [f32], new: &mut [f32], product: &mut [f32],
        previous: &[f32], d_hidden: &mut [f32],
    ) = backward_row_body
}

#[inline(always)]
fn backward_row_body<const FUSED: bool>(
    reset: &mut [f32],
    update: &mut [f32],
    new: &mut [f32],
    product: &mut [f32],
    previous: &[f32],
    d_hidden: &mut [f32],
) {
    let n = d_hidden.len();
    let (reset, update) = (&mut reset[..n], &mut update[..n]);
    let (new, product, previous) = (&mut new[..n], &mut product[..n], &previous[..n]);
    for unit in 0..n {
        let (r, z, candidate, p) = (reset[unit], update[unit], new[unit], product[unit]);
        let d_h = d_hidden[unit];
        let d_candidate = d_h * (1.0 - z) * multiply_add::<FUSED>(-candidate, candidate, 1.0);
        reset[unit] = d_candidate * p * r * (1.0 - r);
        update[unit] = d_h * (previous[unit] - candidate) * z * (1.0 - z);
        new[unit] = d_candidate;
        product[unit] = d_candidate * r;
        d_hidden[unit] = d_h * z;
    }
}
