//! How a series is cut: the settings, and the chronological parts: training, then validation, then test.

use std::ops::Range;

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

/// A part of the series that windows are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Inputs and targets lie in the training part.
    Train,
    /// Targets lie in the validation part; inputs may reach back before it.
    Validation,
    /// Targets lie in the test part; inputs may reach back before it.
    Test,
}

/// The three parts of a series as row ranges, in time order, covering every row once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows that weights and scalers are fitted on.
    pub train: Range<usize>,
    pub validation: Range<usize>,
    /// Rows that nothing is fitted on or chosen by.
    pub test: Range<usize>,
}

impl Split {
    /// Cuts `rows` rows from the end: test, then validation, and what is left trains. A series too
    /// short for all three loses training rows first.
    ///
    /// ```
    /// use tidegate::window::{Split, WindowConfig};
    ///
    /// let split = Split::new(100, &WindowConfig { validation: 20, test: 10, ..Default::default() });
    /// assert_eq!((split.train, split.validation, split.test), (0..70, 70..90, 90..100));
    /// ```
    pub fn new(rows: usize, config: &WindowConfig) -> Self {
        let test_start = rows.saturating_sub(config.test);
        let validation_start = test_start.saturating_sub(config.validation);
        Self {
            train: 0..validation_start,
            validation: validation_start..test_start,
            test: test_start..rows,
        }
    }

    /// The rows of a part.
    pub const fn part(&self, part: Part) -> &Range<usize> {
        match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
            Part::Test => &self.test,
        }
    }

    /// Number of rows in all three parts.
    pub const fn rows(&self) -> usize {
        self.test.end
    }

    /// Rows that the scorecard compares with: the last `horizon` rows of the test part (all of it
    /// where it is shorter). A hold-out forecast sees the rows before this range only.
    pub fn holdout(&self, horizon: usize) -> Range<usize> {
        let length = horizon.min(self.test.len());
        self.test.end - length..self.test.end
    }
}

#[cfg(test)]
mod split_tests {
    use super::*;

    #[test]
    fn parts_cover_every_row_once_in_order() {
        let config = WindowConfig { lookback: 4, horizon: 3, validation: 5, test: 6 };
        let split = Split::new(20, &config);
        assert_eq!(
            (split.train.clone(), split.validation.clone(), split.test.clone()),
            (0..9, 9..14, 14..20)
        );
        assert_eq!(split.holdout(3), 17..20);
        assert_eq!(split.holdout(9), 14..20);
    }

    #[test]
    fn a_short_series_loses_training_rows_first() {
        let config = WindowConfig { lookback: 4, horizon: 3, validation: 5, test: 6 };
        assert_eq!(Split::new(8, &config), Split { train: 0..0, validation: 0..2, test: 2..8 });
        assert_eq!(Split::new(0, &config), Split { train: 0..0, validation: 0..0, test: 0..0 });
    }
}
