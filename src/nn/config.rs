//! The settings of this room.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers 2000).
    #[default]
    Lstm,
    /// Gated recurrent unit (Cho 2014), with the reset gate applied after the recurrent product, as
    /// in PyTorch and Keras (`reset_after`).
    Gru,
}

impl Cell {
    /// Gate blocks in the weight matrices: 4 for LSTM, 3 for GRU.
    pub const fn gates(self) -> usize {
        match self {
            Cell::Lstm => 4,
            Cell::Gru => 3,
        }
    }

    /// The name used by the scorecard and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Cell::Lstm => "lstm",
            Cell::Gru => "gru",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cell::Lstm => "LSTM",
            Cell::Gru => "GRU",
        })
    }
}

/// The shape of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The recurrent cell.
    pub cell: Cell,
    /// Recurrent layers stacked on each other (`num_layers` in PyTorch).
    pub layers: usize,
    /// Units in each layer (`hidden_size` in PyTorch, `units` in Keras).
    pub hidden_size: usize,
    /// Share of values zeroed between layers and before the head while training, 0 to below 1.
    pub dropout: f64,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self { cell: Cell::Lstm, layers: 1, hidden_size: 32, dropout: 0.0 }
    }
}
