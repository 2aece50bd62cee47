//! Sizes of a layer, and where its parameters stand in their flat vector.

use std::ops::Range;

use crate::nn::Cell;

/// Sizes of one recurrent layer in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerShape {
    /// The recurrent cell.
    pub cell: Cell,
    /// Input values a step.
    pub features: usize,
    /// Units.
    pub hidden: usize,
    /// Whether there are biases.
    pub bias: bool,
    /// Whether steps are taken from the last to the first.
    pub reverse: bool,
    /// Whether the states begun with, where none are given, are parameters rather than zero.
    pub learned_start: bool,
}

/// Ranges of a layer's flat parameter vector; each block is row-major, gates in PyTorch's order
/// (LSTM: input, forget, cell, output; GRU: reset, update, new).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// `[gates * hidden, features]`
    pub weight_ih: Range<usize>,
    /// `[gates * hidden, hidden]`
    pub weight_hh: Range<usize>,
    /// `[gates * hidden]`, or empty.
    pub bias_ih: Range<usize>,
    /// `[gates * hidden]`, or empty.
    pub bias_hh: Range<usize>,
    /// `[states, hidden]`: hidden state, then memory; or empty.
    pub start: Range<usize>,
}

impl LayerShape {
    /// Rows of the weight matrices.
    pub const fn gate_rows(&self) -> usize {
        self.cell.gates() * self.hidden
    }

    /// Blocks of `hidden` values that a step keeps for backward: the gates, and for GRU the
    /// recurrent part of the candidate.
    pub const fn saved_blocks(&self) -> usize {
        match self.cell {
            Cell::Lstm | Cell::Gru | Cell::GruCho => 4,
            Cell::RnnTanh | Cell::RnnRelu => 1,
        }
    }

    /// Ranges of gates with one recurrent product each: first gate and number of gates. The candidate
    /// of GRU has one of its own.
    pub const fn gate_groups(&self) -> &'static [(usize, usize)] {
        match self.cell {
            Cell::Lstm => &[(0, 4)],
            Cell::Gru | Cell::GruCho => &[(0, 2), (2, 1)],
            Cell::RnnTanh | Cell::RnnRelu => &[(0, 1)],
        }
    }

    /// States that go from step to step: hidden and cell for LSTM, hidden alone for the others.
    pub const fn states(&self) -> usize {
        if self.cell.has_memory() { 2 } else { 1 }
    }

    /// Where each parameter block stands.
    pub const fn blocks(&self) -> Blocks {
        let rows = self.gate_rows();
        let input_end = rows * self.features;
        let recurrent_end = input_end + rows * self.hidden;
        let bias_rows = if self.bias { rows } else { 0 };
        let bias_end = recurrent_end + 2 * bias_rows;
        let start = if self.learned_start { self.states() * self.hidden } else { 0 };
        Blocks {
            weight_ih: 0..input_end,
            weight_hh: input_end..recurrent_end,
            bias_ih: recurrent_end..recurrent_end + bias_rows,
            bias_hh: recurrent_end + bias_rows..bias_end,
            start: bias_end..bias_end + start,
        }
    }

    /// Number of parameters, both biases counted as PyTorch does.
    pub const fn parameter_count(&self) -> usize {
        self.blocks().start.end
    }
}
