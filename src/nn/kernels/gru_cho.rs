//! The gated recurrent unit as Cho et al. (2014) print it, over the steps of some batch rows.
//!
//! The reset gate is applied to the state before the recurrent product, as Keras' `GRU` with
//! `reset_after=False`: `r, z = sigmoid(..)`, `q = r h'`, `n = tanh(W_n x + U_n q + b_n)`,
//! `h = (1 - z) n + z h'`, gates in the order r, z, n; `q` is kept in a fourth block, for the
//! gradient of `U_n` is a product with it.

use super::cell::{CellCard, GateGroup};
use super::elementwise::{add_rows, add_scaled, quarters, sigmoid, tanh};
#[cfg(test)]
use super::equations_tests::{CellStep, Number};
use super::isa::{Isa, multiply_add, vectorised};
use super::matrix::{Matrix, ProductTerm, Write};
use super::rows::{BackwardRows, ForwardRows};

/// The cell of the paper.
pub const CARD: CellCard = CellCard {
    label: "GRU (Cho)",
    help: "The gated recurrent unit as Cho et al. (2014) print it, with the reset gate applied to the\n\
           state before the recurrent product: `GRU(reset_after=False)` in Keras.",
    runs_unasked: false,
    color: 1,
    is_dotted: true,
    gates: 3,
    groups: &[
        GateGroup { first: 0, count: 2, gradient: 0, operand: None },
        GateGroup { first: 2, count: 1, gradient: 2, operand: Some(3) },
    ],
    saved_blocks: 4,
    has_memory: false,
    forget_gate: None,
    forward,
    backward,
    #[cfg(test)]
    equations,
};

/// Runs all steps, or some where it is cancelled. The bias is the sum of both biases, then a block that is
/// not used.
fn forward(rows: ForwardRows<'_>) {
    let ForwardRows { chunk, mut gates, mut hidden, mut scratch, .. } = rows;
    let units = chunk.units;
    let zeros = scratch.zeros(chunk.state_len());
    let masked = scratch.take(chunk.mask_len());
    let reset_state = scratch.take(chunk.state_len());
    for step in 0..chunk.steps {
        if chunk.cancel.is_cancelled() {
            return;
        }
        let (before, hidden) = hidden.with_previous(step);
        let previous = before.or(chunk.start_hidden);
        let state = chunk.masked(previous.unwrap_or(zeros), masked);
        let gates = gates.at(step);
        let input =
            |group| ProductTerm { left: chunk.input(step), right: &rows.input_weights[group] };
        let recurrent = |group, left| ProductTerm { left, right: &rows.recurrent_weights[group] };
        if previous.is_some() {
            chunk.products(gates, (0, 4), &[input(0), recurrent(0, chunk.state(state))]);
        } else {
            chunk.products(gates, (0, 4), &[input(0)]);
        }
        reset_rows(chunk.isa, units, gates, rows.bias, state, reset_state);
        if previous.is_some() {
            let left = chunk.state(reset_state);
            chunk.products(gates, (2, 4), &[input(1), recurrent(1, left)]);
        } else {
            chunk.products(gates, (2, 4), &[input(1)]);
        }
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(previous.unwrap_or(zeros).chunks_exact(units))
            .zip(hidden.chunks_exact_mut(units));
        for ((gates, previous), hidden) in per_row {
            let [_, update, new, _] = quarters(gates, units);
            new_row(chunk.isa, update, new, &rows.bias[units..], previous, hidden);
        }
    }
}

/// The reset gate of every row, and the state after it, into the fourth block and `reset_state`.
fn reset_rows(
    isa: Isa,
    units: usize,
    gates: &mut [f32],
    bias: &[f32],
    state: &[f32],
    reset_state: &mut [f32],
) {
    let per_row = gates
        .chunks_exact_mut(4 * units)
        .zip(state.chunks_exact(units))
        .zip(reset_state.chunks_exact_mut(units));
    for ((gates, state), kept) in per_row {
        let [reset, _, _, product] = quarters(gates, units);
        reset_row(isa, reset, product, bias, state);
        kept.copy_from_slice(product);
    }
}

/// Runs all steps from the last. The first three blocks receive the gradients of r, z and n.
fn backward(mut rows: BackwardRows<'_>) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let zeros = rows.scratch.zeros(chunk.state_len());
    let masked = rows.scratch.take(chunk.mask_len());
    let d_hidden = rows.scratch.zeros(chunk.state_len());
    let d_reset_state = rows.scratch.take(chunk.state_len());
    let start = chunk.start_hidden.unwrap_or(zeros);
    for step in (0..chunk.steps).rev() {
        if chunk.cancel.is_cancelled() {
            return;
        }
        rows.add_gradient(d_hidden, step);
        let previous = if step == 0 { start } else { rows.hidden.at(step - 1) };
        let gates = rows.gates.at(step);
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact_mut(units));
        for ((gates, previous), d_hidden) in per_row {
            let [_, update, new, _] = quarters(gates, units);
            new_row_back(chunk.isa, update, new, previous, d_hidden);
        }
        // The product saw `r h'` as it stands, so nothing is masked here.
        let left = Matrix::new(gates, chunk.rows, 4 * units, 4 * units).columns(2 * units, units);
        let term = ProductTerm { left, right: &rows.recurrent_weights[1] };
        chunk.products(d_reset_state, (0, 1), &[term]);
        let state = chunk.masked(previous, masked);
        let per_row = gates
            .chunks_exact_mut(4 * units)
            .zip(state.chunks_exact(units))
            .zip(d_reset_state.chunks_exact_mut(units));
        for ((gates, state), d_reset_state) in per_row {
            let [reset, _, _, _] = quarters(gates, units);
            reset_row_back(chunk.isa, reset, state, d_reset_state);
        }
        match chunk.mask {
            None => add_rows(chunk.isa, d_hidden, d_reset_state),
            Some(mask) => add_scaled(chunk.isa, d_hidden, d_reset_state, mask),
        }
        rows.account(step, 3);
        if rows.goes_on(step) {
            rows.products_back(d_hidden, masked, step, &[(0, 2)], Write::Add);
        }
    }
    rows.give_start(d_hidden, &[]);
}

vectorised! {
    fn reset_row(reset: &mut [f32], product: &mut [f32], bias: &[f32], state: &[f32]) {
        let n = reset.len();
        let (product, bias, state) = (&mut product[..n], &bias[..n], &state[..n]);
        for unit in 0..n {
            let r = sigmoid::<FUSED>(reset[unit] + bias[unit]);
            reset[unit] = r;
            product[unit] = r * state[unit];
        }
    }
}

vectorised! {
    /// `bias` begins with that of the update gate.
    fn new_row(update: &mut [f32], new: &mut [f32], bias: &[f32], previous: &[f32], hidden: &mut [f32]) {
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
}

vectorised! {
    fn new_row_back(update: &mut [f32], new: &mut [f32], previous: &[f32], d_hidden: &mut [f32]) {
        let n = d_hidden.len();
        let (update, new, previous) = (&mut update[..n], &mut new[..n], &previous[..n]);
        for unit in 0..n {
            let (z, candidate, d_h) = (update[unit], new[unit], d_hidden[unit]);
            new[unit] = d_h * (1.0 - z) * multiply_add::<FUSED>(-candidate, candidate, 1.0);
            update[unit] = d_h * (previous[unit] - candidate) * z * (1.0 - z);
            d_hidden[unit] = d_h * z;
        }
    }
}

vectorised! {
    /// `d_state` holds the gradient of `r h'`, and receives that of `h'` through it.
    fn reset_row_back(reset: &mut [f32], state: &[f32], d_state: &mut [f32]) {
        let n = d_state.len();
        let (reset, state) = (&mut reset[..n], &state[..n]);
        for unit in 0..n {
            let (r, d) = (reset[unit], d_state[unit]);
            reset[unit] = d * state[unit] * r * (1.0 - r);
            d_state[unit] = d * r;
        }
    }
}

#[cfg(test)]
fn equations(cell: &mut CellStep<'_>, h: &[Number], _: &mut [Number]) -> Vec<Number> {
    let seen = cell.seen(h);
    let reset: Vec<Number> = (0..h.len())
        .map(|unit| {
            let r = cell.gate(&seen, 0, unit);
            cell.tape.multiply(r, seen[unit])
        })
        .collect();
    let unit = |unit: usize| {
        let z = cell.gate(&seen, 1, unit);
        let (from_input, from_state) = (cell.input_sum(2, unit), cell.state_sum(&reset, 2, unit));
        let sum = cell.tape.add(from_input, from_state);
        cell.blend(z, sum, h[unit])
    };
    (0..h.len()).map(unit).collect()
}
