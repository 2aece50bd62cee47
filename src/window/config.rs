//! The settings of this room.

use serde::{Deserialize, Serialize};

/// How a series is cut into parts and windows. All lengths are rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowConfig {
    /// Input rows of a window: how far back the network looks.
    pub lookback: usize,
    /// Target rows of a window: how far ahead it forecasts, all at once.
    pub horizon: usize,
    /// Rows before the test part that choose the best epoch and are never trained on.
    pub validation: usize,
    /// Last rows of the series, never trained on and never used to choose anything; the scorecard's
    /// hold-out is the last `horizon` of them.
    pub test: usize,
}

/// Which rows of a window or chunk forecast what follows them in training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supervision {
    /// The last alone: `return_sequences=False` in Keras.
    #[default]
    Last,
    /// Every one, each its own next `horizon` rows: `return_sequences=True` in Keras.
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
