//! Gated recurrent unit over the steps of some batch rows.
//!
//! Cho et al. (2014) with the reset gate applied after the recurrent product, as `torch.nn.GRU` and
//! Keras' `reset_after`: `r, z = sigmoid(..)`, `p = U_n h' + b_hn`, `n = tanh(W_n x + b_in + r p)`,
//! `h = (1 - z) n + z h'`, gates in the order r, z, n; `p` is kept in a fourth block for backward.

use super::activation::{sigmoid, tanh};
use super::isa::{multiply_add, vectorised};
use super::matrix::Write;
use super::pass::{BackwardRows, ForwardRows, add_rows, quarters};

/// Runs all steps. The bias holds the summed biases of r and z, then those of n from the input and
/// from the recurrent side.
pub fn forward(rows: ForwardRows<'_>) {
    let ForwardRows { chunk, gates, mut hidden, .. } = rows;
    let units = chunk.units;
    let zeros = chunk.zeros(1);
    let mut scratch = chunk.mask_scratch();
    let mut recurrent = chunk.zeros(3);
    for (step, gates) in gates.into_iter().enumerate() {
        let (before, from) = hidden.split_at_mut(step);
        let previous = before.last().map(|hidden| &**hidden).or(chunk.start_hidden);
        if let Some(previous) = previous {
            let state = chunk.masked(previous, &mut scratch);
            chunk.product(&mut recurrent, 3 * units, state, (0, 3, 3), Write::Replace);
        }
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(recurrent.chunks_exact(3 * units))
            .zip(previous.unwrap_or(&zeros).chunks_exact(units))
            .zip(from[0].chunks_exact_mut(units));
        for (((gates, recurrent), previous), hidden) in per_row {
            let [reset, update, new, product] = quarters(gates, units);
            let bias = chunk.bias;
            forward_row(chunk.isa, reset, update, new, product, recurrent, bias, previous, hidden);
        }
    }
}

/// Runs all steps from the last. The gates receive the gradients of r, z, n and p.
pub fn backward(mut rows: BackwardRows<'_>) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let zeros = chunk.zeros(1);
    let mut scratch = chunk.mask_scratch();
    let mut d_hidden = chunk.zeros(1);
    let mut d_recurrent = chunk.scratch(3);
    let start = chunk.start_hidden.unwrap_or(&zeros);
    for step in (0..rows.gates.len()).rev() {
        rows.gradient.add_to(chunk.isa, &mut d_hidden, step);
        let previous = if step == 0 { start } else { rows.hidden[step - 1] };
        let gates = &mut *rows.gates[step];
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact_mut(units))
            .zip(d_recurrent.chunks_exact_mut(3 * units));
        for (((gates, previous), d_hidden), d_recurrent) in per_row {
            let [reset, update, new, product] = quarters(gates, units);
            backward_row(chunk.isa, reset, update, new, product, previous, d_hidden);
            let (d_gates, d_product) = d_recurrent.split_at_mut(2 * units);
            d_gates.copy_from_slice(&gates[..2 * units]);
            d_product.copy_from_slice(&gates[3 * units..]);
        }
        add_rows(chunk.isa, rows.bias_gradient, gates);
        if step > 0 || rows.start_hidden_gradient.is_some() {
            chunk.product_back(&mut d_hidden, &mut scratch, &d_recurrent, 3 * units, (0, 3));
        }
    }
    rows.give_start(&d_hidden, &[]);
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
