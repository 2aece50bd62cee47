//! States between two stretches of a sequence as plain values, for whoever keeps or saves them.

use serde::{Deserialize, Serialize};

/// Where every layer stands after its last step, without a way back: PyTorch's `(h_n, c_n)`, or `h_n`
/// alone. Layers come first to last, forward before backward.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StateValues {
    /// `[layers * directions, batch, hidden]`
    pub hidden: Vec<f32>,
    /// `[layers * directions, batch, hidden]`: the memory of LSTM; empty for the others.
    pub memory: Vec<f32>,
}
