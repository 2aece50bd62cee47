//! The settings of this room.

use serde::{Deserialize, Serialize};

/// What training makes small, over all horizon values of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Mean squared error: large misses count most.
    #[default]
    Mse,
    /// Mean absolute error: outliers count less.
    Mae,
}

/// How the network is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// What is made small.
    pub loss: Loss,
    /// Most passes over the training windows.
    pub epochs: usize,
    /// Windows in one step of the optimiser.
    pub batch_size: usize,
    /// Adam's step size (`lr`).
    pub learning_rate: f64,
    /// Gradients longer than this (norm over all parameters) are shortened to it.
    pub gradient_clip: f64,
    /// Share of each weight, times the step size, that a step takes away beside the gradient's
    /// (`AdamW`); 0 is plain Adam.
    pub weight_decay: f64,
    /// Epochs without a better validation loss after which training ends.
    pub patience: usize,
    /// Starts every random choice: weights, order of windows, dropout.
    pub seed: u64,
    /// Threads to compute with; `None` for one a core. The weights come out the same to the last bit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            loss: Loss::Mse,
            epochs: 200,
            batch_size: 32,
            learning_rate: 0.005,
            gradient_clip: 1.0,
            weight_decay: 0.0,
            patience: 30,
            seed: 1,
            threads: None,
        }
    }
}
