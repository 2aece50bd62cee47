//! The settings of this room.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a series is cut into parts and windows. All lengths are rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WindowConfig {
    /// Input rows of a window: how far back the network looks. Raise it to show longer patterns (two
    /// seasons are a good start); lower it where rows are few. Input sequence length in PyTorch,
    /// timesteps in Keras.
    #[schemars(title = "Lookback", extend("x-flag" = "lookback"), range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "about two seasons"))]
    pub lookback: usize,
    /// Target rows of a window: how far ahead it forecasts, all at once. Models are scored on as many
    /// rows of the test part.
    #[schemars(title = "Horizon", extend("x-flag" = "horizon"), range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "about one season"))]
    pub horizon: usize,
    /// Rows before the test part that choose the best epoch and are never trained on. Raise it for a
    /// steadier choice, lower it to learn from more rows; 0 for none. `validation_split` in Keras.
    #[schemars(title = "Validation rows", extend("x-unit" = "rows"), extend("x-default" = "two horizons or a tenth of the rows, where the series is long enough"))]
    pub validation: usize,
    /// Last rows of the series, never trained on and never used to choose anything; models are scored
    /// on the last `horizon` of them.
    #[schemars(title = "Test rows", extend("x-flag" = "holdout"), range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "the horizon"))]
    pub test: usize,
}

/// Which rows of a window or chunk forecast what follows them in training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Supervision {
    /// The last alone, as the network will be used: `return_sequences=False` in Keras.
    #[default]
    #[schemars(title = "Last row")]
    Last,
    /// Every one, each its own next `horizon` rows: `return_sequences=True` in Keras.
    #[schemars(title = "Every row")]
    Every,
}

impl Supervision {
    /// Every choice, the default first.
    pub const ALL: [Self; 2] = [Self::Last, Self::Every];

    /// The name in recipe files, flags and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Every => "every",
        }
    }
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self { lookback: 24, horizon: 12, validation: 12, test: 12 }
    }
}

impl WindowConfig {
    /// Takes another horizon. The hold-out follows it until it has been given a length of its own, and
    /// no validation part that there is stays shorter.
    pub fn follow_horizon(&mut self, horizon: usize) {
        if horizon != self.horizon && self.test == self.horizon {
            self.test = horizon;
            if self.validation > 0 {
                self.validation = self.validation.max(horizon);
            }
        }
        self.horizon = horizon;
    }

    /// Training windows of a series of `rows` rows without a missing value.
    pub const fn training_windows(&self, rows: usize) -> usize {
        let training = rows.saturating_sub(self.test).saturating_sub(self.validation);
        (training + 1).saturating_sub(self.lookback.saturating_add(self.horizon))
    }
}
