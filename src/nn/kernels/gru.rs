//! Gated recurrent unit over the steps of some batch rows.
//!
//! Cho et al. (2014) with the reset gate applied after the recurrent product, as `torch.nn.GRU` and
//! Keras' `reset_after`: `r, z = sigmoid(..)`, `p = U_n h' + b_hn`, `n = tanh(W_n x + b_in + r p)`,
//! `h = (1 - z) n + z h'`, gates in the order r, z, n; `p` is kept in a fourth block for backward.

use super::cell::{CellCard, GateGroup};
use super::elementwise::{quarters, sigmoid, tanh};
#[cfg(test)]
use super::equations_tests::{CellStep, Number};
use super::isa::{multiply_add, vectorised};
use super::matrix::{ProductTerm, Write};
use super::rows::{BackwardRows, ForwardRows};

/// The cell of PyTorch.
pub const CARD: CellCard = CellCard {
    label: "GRU",
    help: "Gated recurrent unit with the reset gate applied after the recurrent product: `nn.GRU` in\n\
           PyTorch, `GRU(reset_after=True)` in Keras.",
    runs_unasked: true,
    color: 1,
    is_dotted: false,
    gates: 3,
    groups: &[
        GateGroup { first: 0, count: 2, gradient: 0, operand: None },
        GateGroup { first: 2, count: 1, gradient: 3, operand: None },
    ],
    saved_blocks: 4,
    has_memory: false,
    forget_gate: None,
    forward,
    backward,
    #[cfg(test)]
    equations,
};

/// Runs all steps, or some where it is cancelled. The bias holds the summed biases of r and z, then those
/// of n from the input and from the recurrent side.
fn forward(rows: ForwardRows<'_>) {
    let ForwardRows { chunk, mut gates, mut hidden, mut scratch, .. } = rows;
    let units = chunk.units;
    let zeros = scratch.zeros(chunk.state_len());
    let masked = scratch.take(chunk.mask_len());
    let sums = scratch.zeros(4 * chunk.state_len());
    for step in 0..chunk.steps {
        if chunk.cancel.is_cancelled() {
            return;
        }
        let (previous, hidden) = hidden.with_previous(step);
        let previous = previous.or(chunk.start_hidden);
        let input =
            |group| ProductTerm { left: chunk.input(step), right: &rows.input_weights[group] };
        chunk.products(sums, (2, 4), &[input(1)]);
        match previous {
            None => chunk.products(sums, (0, 4), &[input(0)]),
            Some(previous) => {
                let left = chunk.state(chunk.masked(previous, masked));
                let state = |group| ProductTerm { left, right: &rows.recurrent_weights[group] };
                chunk.products(sums, (0, 4), &[input(0), state(0)]);
                chunk.products(sums, (3, 4), &[state(1)]);
            }
        }
        let per_row = gates
            .at(step)
            .chunks_exact_mut(4 * units)
            .zip(sums.chunks_exact(4 * units))
            .zip(previous.unwrap_or(zeros).chunks_exact(units))
            .zip(hidden.chunks_exact_mut(units));
        for (((gates, sums), previous), hidden) in per_row {
            let [reset, update, new, product] = quarters(gates, units);
            forward_row(chunk.isa, reset, update, new, product, sums, rows.bias, previous, hidden);
        }
    }
}

/// Runs all steps from the last. The gates receive the gradients of r, z, n and p.
fn backward(mut rows: BackwardRows<'_>) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let zeros = rows.scratch.zeros(chunk.state_len());
    let masked = rows.scratch.take(chunk.mask_len());
    let d_hidden = rows.scratch.zeros(chunk.state_len());
    let start = chunk.start_hidden.unwrap_or(zeros);
    for step in (0..chunk.steps).rev() {
        if chunk.cancel.is_cancelled() {
            return;
        }
        rows.add_gradient(d_hidden, step);
        let previous = if step == 0 { start } else { rows.hidden.at(step - 1) };
        let per_row = rows
            .gates
            .at(step)
            .chunks_exact_mut(4 * units)
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact_mut(units));
        for ((gates, previous), d_hidden) in per_row {
            let [reset, update, new, product] = quarters(gates, units);
            backward_row(chunk.isa, reset, update, new, product, previous, d_hidden);
        }
        rows.account(step, 3);
        if rows.goes_on(step) {
            rows.products_back(d_hidden, masked, step, &[(0, 2), (3, 1)], Write::Add);
        }
    }
    rows.give_start(d_hidden, &[]);
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn forward_row(reset: &mut [f32], update: &mut [f32], new: &mut [f32], product: &mut [f32], sums: &[f32], bias: &[f32], previous: &[f32], hidden: &mut [f32]) {
        // Slices of one length let the compiler drop its bounds checks and vectorise.
        let n = hidden.len();
        let (reset, update) = (&mut reset[..n], &mut update[..n]);
        let (new, product, previous) = (&mut new[..n], &mut product[..n], &previous[..n]);
        let (sum_reset, sum_update) = (&sums[..n], &sums[n..2 * n]);
        let (sum_new, sum_product) = (&sums[2 * n..3 * n], &sums[3 * n..4 * n]);
        let (bias_reset, bias_update) = (&bias[..n], &bias[n..2 * n]);
        let (bias_new, bias_product) = (&bias[2 * n..3 * n], &bias[3 * n..4 * n]);
        for unit in 0..n {
            let r = sigmoid::<FUSED>(sum_reset[unit] + bias_reset[unit]);
            let z = sigmoid::<FUSED>(sum_update[unit] + bias_update[unit]);
            let p = sum_product[unit] + bias_product[unit];
            let candidate = tanh::<FUSED>(multiply_add::<FUSED>(r, p, sum_new[unit] + bias_new[unit]));
            reset[unit] = r;
            update[unit] = z;
            new[unit] = candidate;
            product[unit] = p;
            hidden[unit] = multiply_add::<FUSED>(z, previous[unit] - candidate, candidate);
        }
    }
}

vectorised! {
    fn backward_row(reset: &mut [f32], update: &mut [f32], new: &mut [f32], product: &mut [f32], previous: &[f32], d_hidden: &mut [f32]) {
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
}

#[cfg(test)]
fn equations(cell: &mut CellStep<'_>, h: &[Number], _: &mut [Number]) -> Vec<Number> {
    let seen = cell.seen(h);
    let unit = |unit: usize| {
        let (r, z) = (cell.gate(&seen, 0, unit), cell.gate(&seen, 1, unit));
        let (from_input, from_state) = (cell.input_sum(2, unit), cell.state_sum(&seen, 2, unit));
        let reset = cell.tape.multiply(r, from_state);
        let sum = cell.tape.add(from_input, reset);
        cell.blend(z, sum, h[unit])
    };
    (0..h.len()).map(unit).collect()
}
