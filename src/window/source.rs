//! What inputs and targets are gathered from: the rows, what is known of them beforehand, and what values
//! are measured from.
//!
//! Not for gathering (`batch`).

use std::ops::Range;

use super::Rows;
use crate::transform::TimeFeatures;

/// What windows and lanes are gathered from.
#[derive(Debug, Clone, Copy)]
pub struct BatchSource<'a> {
    /// Scaled inputs and targets.
    pub rows: &'a Rows<'a>,
    /// What is known of the same rows beforehand.
    pub known: &'a KnownInputs,
    /// What is subtracted from inputs and targets.
    pub reference: Reference,
}

/// What is subtracted from inputs and targets, and added to the forecast again. No input ever has a
/// later row subtracted from it than the row whose forecast it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reference {
    /// Nothing.
    #[default]
    Zero,
    /// A window's last input, from its inputs and its targets. Only the last row of a window forecasts
    /// then: an earlier one would see the last.
    WindowEnd,
    /// From the targets of a row that row's own input, and nothing from the inputs.
    Row,
}

impl Reference {
    /// Of windows whose last row forecasts, by the setting `subtract_last`.
    pub const fn of_windows(subtract_last: bool) -> Self {
        if subtract_last { Self::WindowEnd } else { Self::Zero }
    }

    /// Of lanes, and of windows whose every row forecasts, by the setting `subtract_last`.
    pub const fn of_rows(subtract_last: bool) -> Self {
        if subtract_last { Self::Row } else { Self::Zero }
    }

    /// What is subtracted from the inputs of a window, and from the targets of its last row.
    pub(super) fn of_window(self, inputs: &[f64]) -> (f64, f64) {
        let last = inputs.last().copied().unwrap_or(0.0);
        match self {
            Self::Zero => (0.0, 0.0),
            Self::WindowEnd => (last, last),
            Self::Row => (0.0, last),
        }
    }

    /// What is subtracted from the targets of a row of this input, where every row forecasts.
    pub(super) const fn of_row(self, input: f64) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::WindowEnd | Self::Row => input,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "networks compute in f32; values are scaled")]
pub(super) const fn narrow(value: f64) -> f32 {
    value as f32
}

/// Known numbers of consecutive rows; `width` may be 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownInputs {
    width: usize,
    /// `[rows, width]`, row-major.
    values: Vec<f32>,
}

impl KnownInputs {
    /// The time features of `rows` of a series.
    pub fn of_rows(features: &TimeFeatures, rows: Range<usize>) -> Self {
        let mut values = Vec::with_capacity(rows.len() * features.width());
        if features.width() > 0 {
            rows.for_each(|row| values.extend(features.row(row).map(narrow)));
        }
        Self { width: features.width(), values }
    }

    /// Numbers a row.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows; 0 where nothing is known of any.
    pub const fn len(&self) -> usize {
        match self.values.len().checked_div(self.width) {
            Some(rows) => rows,
            None => 0,
        }
    }

    /// Whether nothing is known of any row.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// `[rows, width]` of the given rows, counted from the first of these.
    pub fn rows(&self, rows: Range<usize>) -> &[f32] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }
}

/// The rows at the end of `history` that a network trained along lanes runs over before it forecasts
/// what follows: the last stretch without a missing value, at most `most` of it, and `lookback` rows at
/// least, where some of them may be filled in. `span` is what a row's differences reach back to. The
/// range is empty where the history is too short for a single row.
pub fn warm_up(history: &[f64], span: usize, lookback: usize, most: usize) -> Range<usize> {
    let origin = history.len();
    let reach = most.saturating_add(span).min(origin);
    let known = history[origin - reach..].iter().rev().take_while(|value| !value.is_nan()).count();
    let rows = known.saturating_sub(span).max(lookback).min(origin.saturating_sub(span));
    origin - rows..origin
}

#[cfg(test)]
mod warm_up_tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_the_last_stretch_or_the_lookback() {
        let mut history = vec![1.0; 50];
        assert_eq!(warm_up(&history, 0, 5, 100), 0..50);
        assert_eq!(warm_up(&history, 2, 5, 100), 2..50);
        assert_eq!(warm_up(&history, 2, 5, 30), 20..50);
        history[20] = f64::NAN;
        assert_eq!(warm_up(&history, 0, 5, 100), 21..50);
        assert_eq!(warm_up(&history, 3, 5, 100), 24..50);
        history[48] = f64::NAN;
        assert_eq!(warm_up(&history, 0, 5, 100), 45..50);
        assert_eq!(warm_up(&history[..4], 0, 5, 100), 0..4);
        assert_eq!(warm_up(&history[..2], 3, 5, 100), 2..2);
        assert_eq!(warm_up(&[], 0, 5, 100), 0..0);
    }

    proptest! {
        /// More of the past changes nothing once there is enough of it, so a forecast does not hang on
        /// where a file begins.
        #[test]
        fn earlier_history_moves_it_but_does_not_change_it(
            history in prop::collection::vec(prop::option::weighted(0.9, Just(1.0)), 40..80),
            more in 0_usize..30, span in 0_usize..4, lookback in 1_usize..8, most in 8_usize..30,
        ) {
            let history: Vec<f64> = history.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect();
            let longer = [&vec![2.0; more], &history[..]].concat();
            let (short, long) = (
                warm_up(&history, span, lookback, most),
                warm_up(&longer, span, lookback, most),
            );
            prop_assert_eq!(short.len(), long.len());
            prop_assert!(short.len() >= lookback && short.len() <= most.max(lookback));
            prop_assert_eq!(long.end, longer.len());
        }
    }
}
