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

impl Default for WindowConfig {
    fn default() -> Self {
        Self { lookback: 24, horizon: 12, validation: 12, test: 12 }
    }
}

impl WindowConfig {
    /// Training windows of a series of `rows` rows without a missing value.
    pub const fn training_windows(&self, rows: usize) -> usize {
        let training = rows.saturating_sub(self.test).saturating_sub(self.validation);
        (training + 1).saturating_sub(self.lookback.saturating_add(self.horizon))
    }
}
