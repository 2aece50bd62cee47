//! The gated recurrent unit as Cho et al. (2014) print it, over the steps of some batch rows.
//!
//! The reset gate is applied to the state before the recurrent product, as Keras' `GRU` with
//! `reset_after=False`: `r, z = sigmoid(..)`, `q = r h'`, `n = tanh(W_n x + U_n q + b_n)`,
//! `h = (1 - z) n + z h'`, gates in the order r, z, n; `q` is kept in a fourth block, for the
//! gradient of `U_n` is a product with it.

use super::activation::{sigmoid, tanh};
use super::isa::{multiply_add, vectorised};
use super::matrix::Write;
use super::pass::{BackwardRows, Chunk, ForwardRows, add_rows, quarters};

/// Runs all steps. The bias is the sum of both biases, then a block that is not used.
pub fn forward(rows: ForwardRows<'_>) {
    let ForwardRows { chunk, gates, mut hidden, .. } = rows;
    let units = chunk.units;
    let zeros = chunk.zeros(1);
    let (mut scratch, mut reset_state) = (chunk.mask_scratch(), chunk.scratch(1));
    for (step, gates) in gates.into_iter().enumerate() {
        let (before, from) = hidden.split_at_mut(step);
        let previous = before.last().map(|hidden| &**hidden).or(chunk.start_hidden);
        let state = chunk.masked(previous.unwrap_or(&zeros), &mut scratch);
        if previous.is_some() {
            chunk.product(gates, 4 * units, state, (0, 2, 3), Write::Add);
        }
        reset_rows(&chunk, gates, state, &mut reset_state);
        if previous.is_some() {
            let new = &mut gates[2 * units..];
            chunk.product(new, 4 * units, &reset_state, (2, 1, 3), Write::Add);
        }
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(previous.unwrap_or(&zeros).chunks_exact(units))
            .zip(from[0].chunks_exact_mut(units));
        for ((gates, previous), hidden) in per_row {
            let [_, update, new, _] = quarters(gates, units);
            let bias = &chunk.bias[units..];
            new_row(chunk.isa, update, new, bias, previous, hidden);
        }
    }
}

/// The reset gate of every row, and the state after it, into the fourth block and `reset_state`.
fn reset_rows(chunk: &Chunk<'_>, gates: &mut [f32], state: &[f32], reset_state: &mut [f32]) {
    let units = chunk.units;
    let per_row = gates
        .chunks_exact_mut(4 * units)
        .zip(state.chunks_exact(units))
        .zip(reset_state.chunks_exact_mut(units));
    for ((gates, state), kept) in per_row {
        let [reset, _, _, product] = quarters(gates, units);
        reset_row(chunk.isa, reset, product, chunk.bias, state);
        kept.copy_from_slice(product);
    }
}

/// Runs all steps from the last. The first three blocks receive the gradients of r, z and n.
pub fn backward(mut rows: BackwardRows<'_>) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let zeros = chunk.zeros(1);
    let (mut scratch, mut state_scratch) = (chunk.mask_scratch(), chunk.mask_scratch());
    let (mut d_hidden, mut d_reset_state) = (chunk.zeros(1), chunk.zeros(1));
    let start = chunk.start_hidden.unwrap_or(&zeros);
    for step in (0..rows.gates.len()).rev() {
        rows.gradient.add_to(chunk.isa, &mut d_hidden, step);
        let previous = if step == 0 { start } else { rows.hidden[step - 1] };
        let has_state = step > 0 || chunk.start_hidden.is_some();
        let gates = &mut *rows.gates[step];
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact_mut(units));
        for ((gates, previous), d_hidden) in per_row {
            let [_, update, new, _] = quarters(gates, units);
            new_row_back(chunk.isa, update, new, previous, d_hidden);
        }
        d_reset_state.fill(0.0);
        if has_state {
            // The product saw `r h'` as it stands, so nothing is masked here.
            let unmasked = Chunk { mask: None, ..chunk };
            let new = &gates[2 * units..];
            unmasked.product_back(&mut d_reset_state, &mut [], new, 4 * units, (2, 1));
        }
        let state = chunk.masked(previous, &mut state_scratch);
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(state.chunks_exact(units))
            .zip(d_reset_state.chunks_exact_mut(units));
        for ((gates, state), d_reset_state) in per_row {
            let [reset, _, _, _] = quarters(gates, units);
            reset_row_back(chunk.isa, reset, state, d_reset_state);
        }
        add_rows(chunk.isa, rows.bias_gradient, gates);
        add_masked(&chunk, &mut d_hidden, &d_reset_state);
        if step > 0 || rows.start_hidden_gradient.is_some() {
            chunk.product_back(&mut d_hidden, &mut scratch, gates, 4 * units, (0, 2));
        }
    }
    rows.give_start(&d_hidden, &[]);
}

/// Adds the gradient of the masked state to that of the state.
fn add_masked(chunk: &Chunk<'_>, d_hidden: &mut [f32], d_state: &[f32]) {
    match chunk.mask {
        None => add_rows(chunk.isa, d_hidden, d_state),
        Some(mask) => super::pass::add_scaled(chunk.isa, d_hidden, d_state, mask),
    }
}

vectorised! {
    fn reset_row(reset: &mut [f32], product: &mut [f32], bias: &[f32], state: &[f32]) = reset_row_body
}

#[inline(always)]
fn reset_row_body<const FUSED: bool>(
    reset: &mut [f32],
    product: &mut [f32],
    bias: &[f32],
    state: &[f32],
) {
    let n = reset.len();
    let (product, bias, state) = (&mut product[..n], &bias[..n], &state[..n]);
    for unit in 0..n {
        let r = sigmoid::<FUSED>(reset[unit] + bias[unit]);
        reset[unit] = r;
        product[unit] = r * state[unit];
    }
}

vectorised! {
    /// `bias` begins with that of the update gate.
    fn new_row(
        update: &mut [f32], new: &mut [f32], bias: &[f32], previous: &[f32], hidden: &mut [f32],
    ) = new_row_body
}

#[inline(always)]
fn new_row_body<const FUSED: bool>(
    update: &mut [f32],
    new: &mut [f32],
    bias: &[f32],
    previous: &[f32],
    hidden: &mut [f32],
) {
    let n = hidden.len();
    let (update, new, previous) = (&mut update[..n], &mut new[..n], &previous[..n]);
    let (bias_update, bias_new) = (&bias[..n], &bias[n..2 * n]);
    for unit in 0..n {
        let z = sigmoid::<FUSED>(update[unit] + bias_update[unit]);
        let candidate = tanh::<FUSED>(new[unit] + bias_new[unit]);
        update[unit] = z;
        new[unit] = candidate;
        hidden[unit] = multiply_add::<FUSED>(z, previous[unit] - candidate, candidate);
    }
}

vectorised! {
    fn new_row_back(
        update: &mut [f32], new: &mut [f32], previous: &[f32], d_hidden: &mut [f32],
    ) = new_row_back_body
}

#[inline(always)]
fn new_row_back_body<const FUSED: bool>(
    update: &mut [f32],
    new: &mut [f32],
    previous: &[f32],
    d_hidden: &mut [f32],
) {
    let n = d_hidden.len();
    let (update, new, previous) = (&mut update[..n], &mut new[..n], &previous[..n]);
    for unit in 0..n {
        let (z, candidate, d_h) = (update[unit], new[unit], d_hidden[unit]);
        new[unit] = d_h * (1.0 - z) * multiply_add::<FUSED>(-candidate, candidate, 1.0);
        update[unit] = d_h * (previous[unit] - candidate) * z * (1.0 - z);
        d_hidden[unit] = d_h * z;
    }
}

vectorised! {
    /// `d_state` holds the gradient of `r h'`, and receives that of `h'` through it.
    fn reset_row_back(reset: &mut [f32], state: &[f32], d_state: &mut [f32]) = reset_row_back_body
}

#[inline(always)]
fn reset_row_back_body<const FUSED: bool>(reset: &mut [f32], state: &[f32], d_state: &mut [f32]) {
    let n = d_state.len();
    let (reset, state) = (&mut reset[..n], &state[..n]);
    for unit in 0..n {
        let (r, d) = (reset[unit], d_state[unit]);
        reset[unit] = d * state[unit] * r * (1.0 - r);
        d_state[unit] = d * r;
    }
}
