//! Long short-term memory over the steps of some batch rows.
//!
//! Hochreiter and Schmidhuber (1997) with the forget gate of Gers et al. (2000), as `torch.nn.LSTM`:
//! `i, f, o = sigmoid(..)`, `g = tanh(..)`, `c = f c' + i g`, `h = o tanh(c)`, gates in the order
//! i, f, g, o. Backward is the derivative of these lines, step by step from the last.

use super::cell::{CellCard, GateGroup};
use super::elementwise::{quarters, sigmoid, tanh};
#[cfg(test)]
use super::equations_tests::{CellStep, Number};
use super::isa::{multiply_add, vectorised};
use super::matrix::{ProductTerm, Write};
use super::rows::{BackwardRows, ForwardRows};

/// Hochreiter and Schmidhuber's cell.
pub const CARD: CellCard = CellCard {
    label: "LSTM",
    help: "Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.\n\
           2000): `nn.LSTM` in PyTorch, `LSTM` in Keras.",
    runs_unasked: true,
    color: 0,
    is_dotted: false,
    gates: 4,
    groups: &GateGroup::all(4),
    saved_blocks: 4,
    has_memory: true,
    forget_gate: Some(1),
    forward,
    backward,
    #[cfg(test)]
    equations,
};

/// Runs all steps, or some where it is cancelled. The bias is the sum of both biases.
fn forward(rows: ForwardRows<'_>) {
    let ForwardRows { chunk, mut gates, mut memory, mut hidden, mut scratch, .. } = rows;
    let units = chunk.units;
    let zeros = scratch.zeros(chunk.state_len());
    let masked = scratch.take(chunk.mask_len());
    let sums = scratch.take(4 * chunk.state_len());
    for step in 0..chunk.steps {
        if chunk.cancel.is_cancelled() {
            return;
        }
        let (previous_memory, memory) = memory.with_previous(step);
        let (previous, hidden) = hidden.with_previous(step);
        let previous_memory = previous_memory.or(chunk.start_memory).unwrap_or(zeros);
        let input = ProductTerm { left: chunk.input(step), right: &rows.input_weights[0] };
        match previous.or(chunk.start_hidden) {
            None => chunk.products(sums, (0, 4), &[input]),
            Some(previous) => {
                let left = chunk.state(chunk.masked(previous, masked));
                let state = ProductTerm { left, right: &rows.recurrent_weights[0] };
                chunk.products(sums, (0, 4), &[input, state]);
            }
        }
        let per_row = gates
            .at(step)
            .chunks_exact_mut(4 * units)
            .zip(sums.chunks_exact(4 * units))
            .zip(previous_memory.chunks_exact(units))
            .zip(memory.chunks_exact_mut(units))
            .zip(hidden.chunks_exact_mut(units));
        for ((((gates, sums), previous), memory), hidden) in per_row {
            let [input, forget, candidate, output] = quarters(gates, units);
            forward_row(
                chunk.isa, input, forget, candidate, output, sums, rows.bias, previous, memory,
                hidden,
            );
        }
    }
}

/// Runs all steps from the last.
fn backward(mut rows: BackwardRows<'_>) {
    let (chunk, units) = (rows.chunk, rows.chunk.units);
    let zeros = rows.scratch.zeros(chunk.state_len());
    let masked = rows.scratch.take(chunk.mask_len());
    let d_hidden = rows.scratch.zeros(chunk.state_len());
    let d_memory = rows.scratch.zeros(chunk.state_len());
    if let Some(gradient) = rows.last_memory_gradient {
        d_memory.copy_from_slice(gradient);
    }
    let start_memory = chunk.start_memory.unwrap_or(zeros);
    for step in (0..chunk.steps).rev() {
        if chunk.cancel.is_cancelled() {
            return;
        }
        rows.add_gradient(d_hidden, step);
        let previous = if step == 0 { start_memory } else { rows.memory.at(step - 1) };
        let per_row = rows
            .gates
            .at(step)
            .chunks_exact_mut(4 * units)
            .zip(rows.memory.at(step).chunks_exact(units))
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact(units))
            .zip(d_memory.chunks_exact_mut(units));
        for ((((gates, memory), previous), d_hidden), d_memory) in per_row {
            let [input, forget, candidate, output] = quarters(gates, units);
            backward_row(
                chunk.isa, input, forget, candidate, output, memory, previous, d_hidden, d_memory,
            );
        }
        rows.account(step, 4);
        if rows.goes_on(step) {
            rows.products_back(d_hidden, masked, step, &[(0, 4)], Write::Replace);
        }
    }
    rows.give_start(d_hidden, d_memory);
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn forward_row(input: &mut [f32], forget: &mut [f32], candidate: &mut [f32], output: &mut [f32], sums: &[f32], bias: &[f32], previous: &[f32], cell: &mut [f32], hidden: &mut [f32]) {
        // Slices of one length let the compiler drop its bounds checks and vectorise.
        let n = cell.len();
        let (input, forget) = (&mut input[..n], &mut forget[..n]);
        let (candidate, output) = (&mut candidate[..n], &mut output[..n]);
        let (hidden, previous) = (&mut hidden[..n], &previous[..n]);
        let (bias_input, bias_forget) = (&bias[..n], &bias[n..2 * n]);
        let (bias_candidate, bias_output) = (&bias[2 * n..3 * n], &bias[3 * n..4 * n]);
        let (sum_input, sum_forget) = (&sums[..n], &sums[n..2 * n]);
        let (sum_candidate, sum_output) = (&sums[2 * n..3 * n], &sums[3 * n..4 * n]);
        for unit in 0..n {
            let i = sigmoid::<FUSED>(sum_input[unit] + bias_input[unit]);
            let f = sigmoid::<FUSED>(sum_forget[unit] + bias_forget[unit]);
            let g = tanh::<FUSED>(sum_candidate[unit] + bias_candidate[unit]);
            let o = sigmoid::<FUSED>(sum_output[unit] + bias_output[unit]);
            let c = multiply_add::<FUSED>(f, previous[unit], i * g);
            input[unit] = i;
            forget[unit] = f;
            candidate[unit] = g;
            output[unit] = o;
            cell[unit] = c;
            hidden[unit] = o * tanh::<FUSED>(c);
        }
    }
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn backward_row(input: &mut [f32], forget: &mut [f32], candidate: &mut [f32], output: &mut [f32], cell: &[f32], previous: &[f32], d_hidden: &[f32], d_cell: &mut [f32]) {
        let n = d_cell.len();
        let (input, forget) = (&mut input[..n], &mut forget[..n]);
        let (candidate, output) = (&mut candidate[..n], &mut output[..n]);
        let (cell, previous, d_hidden) = (&cell[..n], &previous[..n], &d_hidden[..n]);
        for unit in 0..n {
            let (i, f, g, o) = (input[unit], forget[unit], candidate[unit], output[unit]);
            let squashed = tanh::<FUSED>(cell[unit]);
            let d_h = d_hidden[unit];
            let d_c = multiply_add::<FUSED>(d_h * o, 1.0 - squashed * squashed, d_cell[unit]);
            output[unit] = d_h * squashed * o * (1.0 - o);
            input[unit] = d_c * g * i * (1.0 - i);
            forget[unit] = d_c * previous[unit] * f * (1.0 - f);
            candidate[unit] = d_c * i * (1.0 - g * g);
            d_cell[unit] = d_c * f;
        }
    }
}

#[cfg(test)]
fn equations(cell: &mut CellStep<'_>, h: &[Number], c: &mut [Number]) -> Vec<Number> {
    let seen = cell.seen(h);
    let unit = |(unit, c): (usize, &mut Number)| {
        let (i, f) = (cell.gate(&seen, 0, unit), cell.gate(&seen, 1, unit));
        let g = cell.both(&seen, 2, unit);
        let g = cell.tape.tanh(g);
        let o = cell.gate(&seen, 3, unit);
        let (kept, added) = (cell.tape.multiply(f, *c), cell.tape.multiply(i, g));
        *c = cell.tape.add(kept, added);
        let squashed = cell.tape.tanh(*c);
        cell.tape.multiply(o, squashed)
    };
    c.iter_mut().enumerate().map(unit).collect()
}
