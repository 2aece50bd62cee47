//! A plain recurrent layer (Elman 1990) over the steps of some batch rows.
//!
//! As `torch.nn.RNN`: `h = tanh(W x + U h' + b)`, or the rectifier `max(0, ..)` in place of the
//! tangent. Nothing is kept for backward but the hidden states.

use super::cell::{CellCard, GateGroup};
use super::elementwise::tanh;
#[cfg(test)]
use super::equations_tests::{CellStep, Number};
use super::isa::{multiply_add, vectorised};
use super::matrix::{ProductTerm, Write};
use super::rows::{BackwardRows, ForwardRows};

/// What the plain cells have in common.
const PLAIN: CellCard = CellCard {
    label: "",
    help: "",
    runs_unasked: false,
    color: 0,
    is_dotted: true,
    gates: 1,
    groups: &GateGroup::all(1),
    saved_blocks: 1,
    has_memory: false,
    forget_gate: None,
    forward: |rows| forward(rows, Activation::Tanh),
    backward: |rows| backward(rows, Activation::Tanh),
    #[cfg(test)]
    equations: |cell, h, _| equations(cell, h, |cell, sum| cell.tape.tanh(sum)),
};

/// A plain layer with a hyperbolic tangent.
pub const TANH_CARD: CellCard = CellCard {
    label: "RNN (tanh)",
    help: "A plain recurrent layer with a hyperbolic tangent (Elman 1990): `nn.RNN` in PyTorch,\n\
           `SimpleRNN` in Keras.",
    ..PLAIN
};

/// A plain layer of rectified linear units.
pub const RELU_CARD: CellCard = CellCard {
    label: "RNN (ReLU)",
    help: "A plain recurrent layer of rectified linear units: `nn.RNN(nonlinearity=\"relu\")` in PyTorch,\n\
           `SimpleRNN(activation=\"relu\")` in Keras.",
    color: 6,
    forward: |rows| forward(rows, Activation::Relu),
    backward: |rows| backward(rows, Activation::Relu),
    #[cfg(test)]
    equations: |cell, h, _| {
        equations(cell, h, |cell, sum| {
            *cell.nearest_kink = cell.nearest_kink.min(sum.value.abs());
            cell.tape.relu(sum)
        })
    },
    ..PLAIN
};

#[derive(Clone, Copy)]
enum Activation {
    Tanh,
    Relu,
}

/// Runs all steps, or some where it is cancelled. The bias is the sum of both biases.
fn forward(rows: ForwardRows<'_>, activation: Activation) {
    let ForwardRows { chunk, mut hidden, mut scratch, .. } = rows;
    let units = chunk.units;
    let masked = scratch.take(chunk.mask_len());
    let sums = scratch.take(chunk.state_len());
    for step in 0..chunk.steps {
        if chunk.cancel.is_cancelled() {
            return;
        }
        let (previous, hidden) = hidden.with_previous(step);
        let input = ProductTerm { left: chunk.input(step), right: &rows.input_weights[0] };
        match previous.or(chunk.start_hidden) {
            None => chunk.products(sums, (0, 1), &[input]),
            Some(previous) => {
                let left = chunk.state(chunk.masked(previous, masked));
                let state = ProductTerm { left, right: &rows.recurrent_weights[0] };
                chunk.products(sums, (0, 1), &[input, state]);
            }
        }
        let per_row = sums.chunks_exact(units).zip(hidden.chunks_exact_mut(units));
        for (sums, hidden) in per_row {
            match activation {
                Activation::Tanh => tanh_row(chunk.isa, sums, rows.bias, hidden),
                Activation::Relu => relu_row(chunk.isa, sums, rows.bias, hidden),
            }
        }
    }
}

/// Runs all steps from the last.
fn backward(mut rows: BackwardRows<'_>, activation: Activation) {
    let chunk = rows.chunk;
    let masked = rows.scratch.take(chunk.mask_len());
    let d_hidden = rows.scratch.zeros(chunk.state_len());
    for step in (0..chunk.steps).rev() {
        if chunk.cancel.is_cancelled() {
            return;
        }
        rows.add_gradient(d_hidden, step);
        let (hidden, gates) = (rows.hidden.at(step), rows.gates.at(step));
        match activation {
            Activation::Tanh => tanh_back(chunk.isa, gates, hidden, d_hidden),
            Activation::Relu => relu_back(chunk.isa, gates, hidden, d_hidden),
        }
        rows.account(step, 1);
        if rows.goes_on(step) {
            rows.products_back(d_hidden, masked, step, &[(0, 1)], Write::Replace);
        }
    }
    rows.give_start(d_hidden, &[]);
}

vectorised! {
    fn tanh_row(sums: &[f32], bias: &[f32], hidden: &mut [f32]) {
        for ((hidden, sum), bias) in hidden.iter_mut().zip(sums).zip(bias) {
            *hidden = tanh::<FUSED>(sum + bias);
        }
    }
}

vectorised! {
    fn relu_row(sums: &[f32], bias: &[f32], hidden: &mut [f32]) {
        for ((hidden, sum), bias) in hidden.iter_mut().zip(sums).zip(bias) {
            let sum = sum + bias;
            // Not `max`, which would turn NaN into 0.
            *hidden = if sum < 0.0 { 0.0 } else { sum };
        }
    }
}

vectorised! {
    fn tanh_back(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) {
        for ((gate, &h), d_h) in gates.iter_mut().zip(hidden).zip(d_hidden) {
            *gate = d_h * multiply_add::<FUSED>(-h, h, 1.0);
        }
    }
}

vectorised! {
    fn relu_back(gates: &mut [f32], hidden: &[f32], d_hidden: &[f32]) {
        for ((gate, &h), &d_h) in gates.iter_mut().zip(hidden).zip(d_hidden) {
            *gate = if h > 0.0 { d_h } else { 0.0 };
        }
    }
}

#[cfg(test)]
fn equations(
    cell: &mut CellStep<'_>,
    h: &[Number],
    activation: impl Fn(&mut CellStep<'_>, Number) -> Number,
) -> Vec<Number> {
    let seen = cell.seen(h);
    let unit = |unit: usize| {
        let sum = cell.both(&seen, 0, unit);
        activation(cell, sum)
    };
    (0..h.len()).map(unit).collect()
}
