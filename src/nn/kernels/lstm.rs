//! Long short-term memory over the steps of some batch rows.
//!
//! Hochreiter and Schmidhuber (1997) with the forget gate of Gers et al. (2000), as `torch.nn.LSTM`:
//! `i, f, o = sigmoid(..)`, `g = tanh(..)`, `c = f c' + i g`, `h = o tanh(c)`, gates in the order
//! i, f, g, o. Backward is the derivative of these lines, step by step from the last.

#![expect(clippy::many_single_char_names, reason = "the equations' own letters")]

use super::activation::{sigmoid, tanh};
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply};
use super::sequence::{HiddenGradient, add_rows};
use super::simd::{multiply_add, vectorised};

/// What a forward pass over some rows reads and writes; the inner slices are one a step.
pub struct ForwardChunk<'a> {
    /// `[rows, 4 * hidden]`: holds the input projection, receives the gates.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, hidden]`: receives the cell states.
    pub cells: Vec<&'a mut [f32]>,
    /// `[rows, hidden]`: receives the hidden states.
    pub hidden: Vec<&'a mut [f32]>,
}

/// Runs all steps. `recurrent_transposed` is `[units, 4 * units]`, `bias` the sum of both biases.
pub fn forward(chunk: ForwardChunk<'_>, recurrent_transposed: &[f32], bias: &[f32], units: usize) {
    let ForwardChunk { gates, mut cells, mut hidden } = chunk;
    let zeros = vec![0.0; cells.first().map_or(0, |first| first.len())];
    for (step, gates) in gates.into_iter().enumerate() {
        let (cells_before, cells_from) = cells.split_at_mut(step);
        let (hidden_before, hidden_from) = hidden.split_at_mut(step);
        let previous_cells = cells_before.last().map_or(&zeros[..], |cells| &**cells);
        if let Some(previous) = hidden_before.last() {
            let rows = previous.len() / units;
            multiply(
                MatrixMut::new(gates, rows, 4 * units, 4 * units),
                Matrix::new(previous, rows, units, units),
                Matrix::new(recurrent_transposed, units, 4 * units, 4 * units),
                Write::Add,
                Cores::One,
            );
        }
        let rows = gates
            .chunks_exact_mut(4 * units)
            .zip(previous_cells.chunks_exact(units))
            .zip(cells_from[0].chunks_exact_mut(units))
            .zip(hidden_from[0].chunks_exact_mut(units));
        for (((gates, previous), cell), hidden) in rows {
            let [input, forget, candidate, output] = quarters(gates, units);
            forward_row(input, forget, candidate, output, bias, previous, cell, hidden);
        }
    }
}

/// What a backward pass over some rows reads and writes; the inner slices are one a step.
pub struct BackwardChunk<'a> {
    /// `[rows, 4 * hidden]`: holds the gates, receives the gradients before their activations.
    pub gates: Vec<&'a mut [f32]>,
    /// `[rows, hidden]`: cell states.
    pub cells: Vec<&'a [f32]>,
    /// Gradient of the hidden states.
    pub gradient: HiddenGradient<'a>,
    /// `[4 * hidden]`, zero at first: receives the bias gradient.
    pub bias: Vec<f32>,
}

/// Runs all steps from the last. `recurrent` is `[4 * units, units]`. Returns the bias gradient.
pub fn backward(chunk: BackwardChunk<'_>, recurrent: &[f32], units: usize) -> Vec<f32> {
    let BackwardChunk { mut gates, cells, gradient, mut bias } = chunk;
    let len = cells.first().map_or(0, |first| first.len());
    let rows = len / units;
    let zeros = vec![0.0; len];
    let (mut d_hidden, mut d_cell) = (vec![0.0; len], vec![0.0; len]);
    for step in (0..gates.len()).rev() {
        gradient.add_to(&mut d_hidden, step);
        let previous = if step == 0 { &zeros[..] } else { cells[step - 1] };
        let per_row = gates[step]
            .chunks_exact_mut(4 * units)
            .zip(cells[step].chunks_exact(units))
            .zip(previous.chunks_exact(units))
            .zip(d_hidden.chunks_exact(units))
            .zip(d_cell.chunks_exact_mut(units));
        for ((((gates, cell), previous), d_hidden), d_cell) in per_row {
            let [input, forget, candidate, output] = quarters(gates, units);
            backward_row(input, forget, candidate, output, cell, previous, d_hidden, d_cell);
        }
        add_rows(&mut bias, gates[step]);
        if step > 0 {
            multiply(
                MatrixMut::new(&mut d_hidden, rows, units, units),
                Matrix::new(gates[step], rows, 4 * units, 4 * units),
                Matrix::new(recurrent, 4 * units, units, units),
                Write::Replace,
                Cores::One,
            );
        }
    }
    bias
}

/// The four gate blocks of one row.
fn quarters(row: &mut [f32], units: usize) -> [&mut [f32]; 4] {
    let (first, rest) = row.split_at_mut(units);
    let (second, rest) = rest.split_at_mut(units);
    let (third, fourth) = rest.split_at_mut(units);
    [first, second, third, fourth]
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn forward_row(
        input: &mut [f32], forget: &mut [f32], candidate: &mut [f32], output: &mut [f32],
        bias: &[f32], previous: &[f32], cell: &mut [f32], hidden: &mut [f32],
    ) = forward_row_body
}

#[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
#[inline(always)]
fn forward_row_body<const FUSED: bool>(
    input: &mut [f32],
    forget: &mut [f32],
    candidate: &mut [f32],
    output: &mut [f32],
    bias: &[f32],
    previous: &[f32],
    cell: &mut [f32],
    hidden: &mut [f32],
) {
    // Slices of one length let the compiler drop its bounds checks and vectorise.
    let n = cell.len();
    let (input, forget) = (&mut input[..n], &mut forget[..n]);
    let (candidate, output) = (&mut candidate[..n], &mut output[..n]);
    let (hidden, previous) = (&mut hidden[..n], &previous[..n]);
    let (bias_input, bias_forget) = (&bias[..n], &bias[n..2 * n]);
    let (bias_candidate, bias_output) = (&bias[2 * n..3 * n], &bias[3 * n..4 * n]);
    for unit in 0..n {
        let i = sigmoid::<FUSED>(input[unit] + bias_input[unit]);
        let f = sigmoid::<FUSED>(forget[unit] + bias_forget[unit]);
        let g = tanh::<FUSED>(candidate[unit] + bias_candidate[unit]);
        let o = sigmoid::<FUSED>(output[unit] + bias_output[unit]);
        let c = multiply_add::<FUSED>(f, previous[unit], i * g);
        input[unit] = i;
        forget[unit] = f;
        candidate[unit] = g;
        output[unit] = o;
        cell[unit] = c;
        hidden[unit] = o * tanh::<FUSED>(c);
    }
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
    fn backward_row(
        input: &mut [f32], forget: &mut [f32], candidate: &mut [f32], output: &mut [f32],
        cell: &[f32], previous: &[f32], d_hidden: &[f32], d_cell: &mut [f32],
    ) = backward_row_body
}

#[expect(clippy::too_many_arguments, reason = "each slice borrowed alone lets the loop vectorise")]
#[inline(always)]
fn backward_row_body<const FUSED: bool>(
    input: &mut [f32],
    forget: &mut [f32],
    candidate: &mut [f32],
    output: &mut [f32],
    cell: &[f32],
    previous: &[f32],
    d_hidden: &[f32],
    d_cell: &mut [f32],
) {
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
