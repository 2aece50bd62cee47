//! Chronological parts of a series: training, then validation, then test.

use std::ops::Range;

use super::WindowConfig;

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
    /// Rows that choose the best epoch.
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
mod tests {
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
