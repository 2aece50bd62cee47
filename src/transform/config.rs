//! The settings of this room.

use serde::{Deserialize, Serialize};

/// How values are brought to a network's scale. Fitted on the training part only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Subtract the mean, divide by the standard deviation.
    #[default]
    Standard,
    /// Map the smallest value to 0 and the largest to 1.
    MinMax,
    /// Leave values in their own units.
    None,
}

/// What is done to values on their way into the network, and undone on the way out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformConfig {
    /// The scaler.
    pub scaling: Scaling,
    /// Subtract each window's last input from its inputs and targets, and add it back to the
    /// forecast. It lets a network follow a trend past the values it was trained on.
    pub subtract_last: bool,
}

impl Default for TransformConfig {
    fn default() -> Self {
        Self { scaling: Scaling::Standard, subtract_last: true }
    }
}
