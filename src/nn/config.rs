//! The settings of the network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::random::Dropout;

/// Where weights begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Initialization {
    /// Uniform in `±1 / sqrt(hidden)`, biases too: PyTorch's rule.
    #[default]
    #[schemars(title = "Uniform")]
    Uniform,
    /// Uniform in `±sqrt(6 / (inputs + outputs))` for each gate (Glorot and Bengio 2010, equation
    /// 16), biases zero: `glorot_uniform` in Keras.
    #[schemars(title = "Glorot")]
    Glorot,
    /// Recurrent weights of each gate orthogonal (Saxe et al. 2014), so that they neither grow nor
    /// shrink a state; input weights as with Glorot, biases zero: Keras' rule.
    #[schemars(title = "Orthogonal")]
    Orthogonal,
}

/// The shape of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// The recurrent cell. LSTM keeps a separate memory behind three gates; GRU does with two gates and
    /// a quarter fewer weights; a plain RNN has no gates and a short memory. Try both of the first.
    #[schemars(title = "Cell")]
    pub cell: Cell,
    /// Recurrent layers stacked on each other. One is enough for most single series. `num_layers` in
    /// PyTorch.
    #[schemars(title = "Layers", range(min = 1, max = ModelConfig::MOST_LAYERS), extend("x-flag" = "layers"))]
    pub layers: usize,
    /// Units in each layer and direction: the memory the network has. Raise it where training error
    /// stays high; lower it where validation error rises while training error falls. `hidden_size` in
    /// PyTorch, `units` in Keras.
    #[schemars(title = "Hidden size", range(min = 1, max = ModelConfig::MOST_HIDDEN), extend("x-unit" = "units"), extend("x-flag" = "hidden"))]
    pub hidden_size: usize,
    /// Whether a second set of units reads each window from its end. It doubles the work and rarely
    /// helps a forecast, whose newest rows matter most. `bidirectional` in PyTorch, `Bidirectional`
    /// in Keras.
    #[schemars(title = "Bidirectional", extend("x-flag" = "bidirectional"))]
    pub bidirectional: bool,
    /// Whether recurrent layers have biases. Leave it on; off makes a network that answers zero with
    /// zero. `bias` in PyTorch, `use_bias` in Keras.
    #[schemars(title = "Biases", extend("x-flag" = "no-bias"))]
    pub bias: bool,
    /// Share of values zeroed at random between layers and before the forecast while training,
    /// against overfitting. Try 0.1 to 0.5. `dropout` in PyTorch and Keras.
    #[schemars(title = "Dropout", range(min = 0.0), extend("exclusiveMaximum" = 1.0), extend("x-flag" = "dropout"))]
    pub dropout: f64,
    /// Share of the state hidden from each step while training, the same units at every step of a
    /// window (Gal and Ghahramani 2016), so that the memory itself does not overfit. Try 0.1 to 0.5.
    /// `recurrent_dropout` in Keras; PyTorch has none.
    #[schemars(title = "Recurrent dropout", range(min = 0.0), extend("exclusiveMaximum" = 1.0), extend("x-flag" = "recurrent-dropout"))]
    pub recurrent_dropout: f64,
    /// Where weights begin. Try orthogonal with long lookbacks.
    #[schemars(title = "Initialisation", extend("x-flag" = "initialization"))]
    pub initialization: Initialization,
    /// Where the bias of the LSTM's forget gate begins, both biases together; left out, it begins as
    /// the other biases do. 1 lets an LSTM remember from the start (Jozefowicz et al. 2015), as
    /// `unit_forget_bias` does in Keras; raise it for longer memories. Beyond 10 the gate is open or
    /// shut for good. In PyTorch, set the second quarter of `bias_ih_l0`.
    #[schemars(title = "Forget bias", range(min = -10.0, max = 10.0), extend("x-default" = "as the initialisation says"), extend("x-flag" = "forget-bias"))]
    pub forget_bias: Option<f64>,
    /// Whether the state that every window begins with is learned like a weight, from zero on. Try it
    /// with short lookbacks, where the first steps count. In PyTorch, an `nn.Parameter` as `h0`; Keras
    /// has none.
    #[schemars(title = "Learned initial state", extend("x-flag" = "learned-initial-state"))]
    pub learned_initial_state: bool,
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
            initialization: Initialization::Uniform,
            forget_bias: None,
            learned_initial_state: false,
        }
    }
}
