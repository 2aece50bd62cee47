//! The windows of a part, as start rows.
//!
//! A window is `lookback` input rows and the `horizon` target rows after them, none of them
//! missing. Not for copying values (`batch`).

use std::ops::Range;

use super::{Split, WindowConfig};

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

/// Start rows of the windows of one part, in time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    starts: Vec<usize>,
    /// Input rows of each window.
    pub lookback: usize,
    /// Target rows of each window.
    pub horizon: usize,
}

impl Windows {
    /// The complete windows of `part`. `values` is one value a row, NaN where missing, in any
    /// units; it may end where the part does.
    pub fn new(values: &[f64], split: &Split, config: &WindowConfig, part: Part) -> Self {
        let candidates = candidate_starts(split, config, part);
        let mut starts = Vec::with_capacity(candidates.len());
        for_each_complete(values, candidates, config, |start| starts.push(start));
        Self { starts, lookback: config.lookback, horizon: config.horizon }
    }

    /// Number of windows.
    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether the part has no complete window.
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// First input row of each window, in time order.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }
}

/// How many windows each part has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowCounts {
    /// Windows that weights are fitted on.
    pub train: usize,
    /// Windows that choose the best epoch.
    pub validation: usize,
    /// Windows whose targets lie in the test part.
    pub test: usize,
    /// Windows of all parts left out because a row in them is missing.
    pub skipped_for_missing: usize,
}

/// Counts the windows of each part of a series of `values` (NaN where missing) in one pass a part,
/// without building anything.
pub fn window_counts(values: &[f64], config: &WindowConfig) -> WindowCounts {
    let split = Split::new(values.len(), config);
    let mut candidates = 0;
    let mut count = |part| {
        let starts = candidate_starts(&split, config, part);
        candidates += starts.len();
        let mut complete = 0;
        for_each_complete(values, starts, config, |_| complete += 1);
        complete
    };
    let (train, validation, test) =
        (count(Part::Train), count(Part::Validation), count(Part::Test));
    WindowCounts {
        train,
        validation,
        test,
        skipped_for_missing: candidates - train - validation - test,
    }
}

/// Starts of the windows that fit into the part, complete or not.
fn candidate_starts(split: &Split, config: &WindowConfig, part: Part) -> Range<usize> {
    let WindowConfig { lookback, horizon, .. } = *config;
    if lookback == 0 || horizon == 0 {
        return 0..0;
    }
    let (first, end) = match part {
        Part::Train => (split.train.start, split.train.end),
        Part::Validation => (split.validation.start.saturating_sub(lookback), split.validation.end),
        Part::Test => (split.test.start.saturating_sub(lookback), split.test.end),
    };
    match lookback.checked_add(horizon).and_then(|rows| end.checked_sub(rows)) {
        Some(last) if last >= first => first..last + 1,
        _ => 0..0,
    }
}

/// Calls `take` with every start whose window has no missing row and ends within `values`.
fn for_each_complete(
    values: &[f64],
    candidates: Range<usize>,
    config: &WindowConfig,
    mut take: impl FnMut(usize),
) {
    let rows = config.lookback.saturating_add(config.horizon);
    let mut complete_from = candidates.start;
    let mut checked = candidates.start;
    for start in candidates {
        let Some(window_end) = start.checked_add(rows).filter(|&end| end <= values.len()) else {
            return;
        };
        for (row, value) in values.iter().enumerate().take(window_end).skip(checked) {
            if value.is_nan() {
                complete_from = row + 1;
            }
        }
        checked = window_end;
        if start >= complete_from {
            take(start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn config(lookback: usize, horizon: usize, validation: usize, test: usize) -> WindowConfig {
        WindowConfig { lookback, horizon, validation, test }
    }

    #[test]
    fn counts_of_a_full_series() {
        let counts = window_counts(&[1.0; 30], &config(5, 3, 6, 4));
        let expected = WindowCounts { train: 13, validation: 4, test: 2, skipped_for_missing: 0 };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_missing_row_takes_out_every_window_over_it() {
        let mut values = vec![1.0; 30];
        values[10] = f64::NAN;
        let counts = window_counts(&values, &config(5, 3, 6, 4));
        assert_eq!((counts.train, counts.skipped_for_missing), (5, 8));
        let windows = Windows::new(
            &values,
            &Split::new(30, &config(5, 3, 6, 4)),
            &config(5, 3, 6, 4),
            Part::Train,
        );
        assert_eq!(windows.starts(), [0, 1, 2, 11, 12]);
    }

    #[test]
    fn impossible_lengths_give_no_window() {
        for (lookback, horizon) in
            [(0, 3), (3, 0), (20, 20), (usize::MAX, 1), (usize::MAX, usize::MAX)]
        {
            let counts = window_counts(&[1.0; 30], &config(lookback, horizon, 6, 4));
            assert_eq!(counts, WindowCounts::default(), "{lookback} {horizon}");
        }
        assert_eq!(window_counts(&[], &config(2, 2, 2, 2)), WindowCounts::default());
    }

    proptest! {
        #[test]
        fn no_window_reads_rows_outside_its_part(
            rows in 0_usize..80,
            lookback in 1_usize..12, horizon in 1_usize..8,
            validation in 0_usize..20, test in 0_usize..20,
            missing in prop::collection::vec(0_usize..80, 0..4),
        ) {
            let config = config(lookback, horizon, validation, test);
            let split = Split::new(rows, &config);
            let mut values = vec![0.5; rows];
            for row in missing {
                if let Some(value) = values.get_mut(row) { *value = f64::NAN; }
            }
            let counts = window_counts(&values, &config);
            let of = |part| Windows::new(&values, &split, &config, part);
            for (part, range, count) in [
                (Part::Train, &split.train, counts.train),
                (Part::Validation, &split.validation, counts.validation),
                (Part::Test, &split.test, counts.test),
            ] {
                let windows = of(part);
                prop_assert_eq!(windows.len(), count);
                for &start in windows.starts() {
                    let targets = start + lookback..start + lookback + horizon;
                    prop_assert!(targets.start >= range.start && targets.end <= range.end);
                    prop_assert!(part != Part::Train || start >= range.start);
                    prop_assert!(values[start..targets.end].iter().all(|value| !value.is_nan()));
                }
            }
        }
    }
}
