//! The settings of this room.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::random::Dropout;

/// The recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
    /// 2000): `nn.LSTM` in PyTorch, `LSTM` in Keras.
    #[default]
    Lstm,
    /// Gated recurrent unit with the reset gate applied after the recurrent product: `nn.GRU` in
    /// PyTorch, `GRU(reset_after=True)` in Keras.
    Gru,
    /// The gated recurrent unit as Cho et al. (2014) print it, with the reset gate applied to the
    /// state before the recurrent product: `GRU(reset_after=False)` in Keras.
    GruCho,
    /// A plain recurrent layer with a hyperbolic tangent (Elman 1990): `nn.RNN` in PyTorch,
    /// `SimpleRNN` in Keras.
    RnnTanh,
    /// A plain recurrent layer of rectified linear units: `nn.RNN(nonlinearity="relu")` in PyTorch,
    /// `SimpleRNN(activation="relu")` in Keras.
    RnnRelu,
}

impl Cell {
    /// Every cell.
    pub const ALL: [Cell; 5] = [Cell::Lstm, Cell::Gru, Cell::GruCho, Cell::RnnTanh, Cell::RnnRelu];

    /// Gate blocks in the weight matrices: 4 for LSTM, 3 for GRU, 1 for a plain layer.
    pub const fn gates(self) -> usize {
        match self {
            Cell::Lstm => 4,
            Cell::Gru | Cell::GruCho => 3,
            Cell::RnnTanh | Cell::RnnRelu => 1,
        }
    }

    /// Whether a memory `c` goes from step to step beside the hidden state.
    pub const fn has_memory(self) -> bool {
        matches!(self, Cell::Lstm)
    }

    /// What can be seen inside at every step: the gates, the memory and the hidden state.
    pub const fn inside(self) -> &'static [&'static str] {
        match self {
            Cell::Lstm => &["i", "f", "g", "o", "c", "h"],
            Cell::Gru | Cell::GruCho => &["r", "z", "n", "h"],
            Cell::RnnTanh | Cell::RnnRelu => &["h"],
        }
    }

    /// The name used by the scorecard and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Cell::Lstm => "lstm",
            Cell::Gru => "gru",
            Cell::GruCho => "gru-cho",
            Cell::RnnTanh => "rnn-tanh",
            Cell::RnnRelu => "rnn-relu",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cell::Lstm => "LSTM",
            Cell::Gru => "GRU",
            Cell::GruCho => "GRU (Cho)",
            Cell::RnnTanh => "RNN (tanh)",
            Cell::RnnRelu => "RNN (ReLU)",
        })
    }
}

/// Where weights begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// Uniform in `±1 / sqrt(hidden)`, biases too: PyTorch's rule.
    #[default]
    Uniform,
    /// Uniform in `±sqrt(6 / (inputs + outputs))` for each gate (Glorot and Bengio 2010, equation
    /// 16), biases zero: `glorot_uniform` in Keras.
    Glorot,
    /// Recurrent weights of each gate orthogonal (Saxe et al. 2014), input weights as
    /// [`Self::Glorot`], biases zero: Keras' rule.
    Orthogonal,
}

/// The shape of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// The recurrent cell.
    pub cell: Cell,
    /// Recurrent layers stacked on each other (`num_layers` in PyTorch).
    pub layers: usize,
    /// Units in each layer and direction (`hidden_size` in PyTorch, `units` in Keras).
    pub hidden_size: usize,
    /// Whether a second set of units reads the window from its end (`bidirectional` in PyTorch,
    /// `Bidirectional` in Keras).
    pub bidirectional: bool,
    /// Whether recurrent layers have biases (`bias` in PyTorch, `use_bias` in Keras).
    pub bias: bool,
    /// Share of values zeroed between layers and before the head while training, 0 to below 1.
    pub dropout: f64,
    /// Share of state values hidden from the recurrent product while training, the same ones at
    /// every step of a window (Gal and Ghahramani 2016), 0 to below 1; `recurrent_dropout` in Keras.
    pub recurrent_dropout: f64,
    /// Where weights begin.
    pub start: Start,
    /// Where the bias of the LSTM's forget gate begins, both biases together; `None` leaves it as
    /// `start` says. 1 is `unit_forget_bias` in Keras (Jozefowicz et al. 2015).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forget_bias: Option<f64>,
    /// Whether the states that a window begins with are learned rather than zero; they begin at zero.
    pub learned_start: bool,
}

impl ModelConfig {
    /// Most units in a layer: a gate matrix of this width is 1 GiB, and more helps no series.
    pub const MOST_HIDDEN: usize = 4_096;
    /// Most layers: deeper stacks of recurrent layers do not train.
    pub const MOST_LAYERS: usize = 8;

    /// Directions in which a layer reads: 2 where bidirectional.
    pub const fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }

    /// The dropout of this network, following a seed.
    pub fn dropout_of_seed(&self, seed: u64) -> Dropout {
        Dropout::with_recurrent(self.dropout, self.recurrent_dropout, seed)
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            cell: Cell::Lstm,
            layers: 1,
            hidden_size: 32,
            bidirectional: false,
            bias: true,
            dropout: 0.0,
            recurrent_dropout: 0.0,
            start: Start::Uniform,
            forget_bias: None,
            learned_start: false,
        }
    }
}
