//! The windows of a part, as start rows; and the order in which windows or lanes are visited.
//!
//! A window is `lookback` input rows, none of them without an input, and the `horizon` target rows
//! after them, of which some may be missing. Not for copying values (`batch`).

use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Part, Rows, Split, WindowConfig};

/// Start rows of the windows of one part, in time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    starts: Vec<usize>,
    /// Rows of the part, where every target lies.
    part: Range<usize>,
    /// Input rows of each window.
    pub lookback: usize,
    /// Target rows of each window.
    pub horizon: usize,
}

impl Windows {
    /// The windows of `part` that can be learned from. `rows` may end where the part does.
    pub fn new(rows: &Rows<'_>, split: &Split, config: &WindowConfig, part: Part) -> Self {
        let candidates = candidate_starts(split, config, part);
        let mut starts = Vec::with_capacity(candidates.len());
        for_each_usable(rows, candidates, config, |start, _| starts.push(start));
        let part = split.part(part).clone();
        Self { starts, part, lookback: config.lookback, horizon: config.horizon }
    }

    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether the part has none.
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The rows that targets may lie in.
    pub(super) const fn target_rows(&self) -> &Range<usize> {
        &self.part
    }

    /// First input row of each window, in time order.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }
}

/// Runs of start rows of the windows of a part, in time order: those of [`Windows`], in as little memory
/// as the series has gaps.
pub fn window_runs(
    rows: &Rows<'_>,
    split: &Split,
    config: &WindowConfig,
    part: Part,
) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let candidates = candidate_starts(split, config, part);
    for_each_usable(rows, candidates, config, |start, _| match runs.last_mut() {
        Some(run) if run.end == start => run.end += 1,
        _ => runs.push(start..start + 1),
    });
    runs
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowCounts {
    pub train: usize,
    pub validation: usize,
    /// Windows whose targets lie in the test part.
    pub test: usize,
    /// Windows of all parts left out because an input is missing, or every target.
    pub skipped_for_missing: usize,
    /// Windows of all parts, among those counted above, that some of the targets are missing of: the
    /// others are learned from and scored.
    pub with_masked_targets: usize,
}

/// Counts the windows of each part of a series in one pass a part, without building anything.
pub fn window_counts(rows: &Rows<'_>, config: &WindowConfig) -> WindowCounts {
    let split = Split::new(rows.len(), config);
    let (mut candidates, mut masked) = (0, 0);
    let mut count = |part| {
        let starts = candidate_starts(&split, config, part);
        candidates += starts.len();
        let mut usable = 0;
        for_each_usable(rows, starts, config, |_, all_known| {
            usable += 1;
            masked += usize::from(!all_known);
        });
        usable
    };
    let (train, validation, test) =
        (count(Part::Train), count(Part::Validation), count(Part::Test));
    WindowCounts {
        train,
        validation,
        test,
        skipped_for_missing: candidates - train - validation - test,
        with_masked_targets: masked,
    }
}

/// Starts of the windows that fit into the part, complete or not.
fn candidate_starts(split: &Split, config: &WindowConfig, part: Part) -> Range<usize> {
    let WindowConfig { lookback, horizon, .. } = *config;
    if lookback == 0 || horizon == 0 {
        return 0..0;
    }
    let rows = split.part(part);
    let (first, end) = match part {
        Part::Train => (rows.start, rows.end),
        Part::Validation | Part::Test => (rows.start.saturating_sub(lookback), rows.end),
    };
    match lookback.checked_add(horizon).and_then(|rows| end.checked_sub(rows)) {
        Some(last) if last >= first => first..last + 1,
        _ => 0..0,
    }
}

/// Calls `take` with every start whose window can be learned from, and whether all of its targets
/// are known. Such a window has an input in every row, one of them at least as the series has it, a
/// target in one row at least, and ends within the rows.
fn for_each_usable(
    rows: &Rows<'_>,
    candidates: Range<usize>,
    config: &WindowConfig,
    mut take: impl FnMut(usize, bool),
) {
    let (mut no_input, mut no_target) = (Runs::new(&rows.no_input), Runs::new(rows.no_target()));
    let (mut gaps, mut open) = (Runs::new(rows.gaps()), Runs::new(rows.gaps()));
    for start in candidates {
        let origin = start.saturating_add(config.lookback);
        let end = origin.saturating_add(config.horizon);
        if end > rows.len() {
            return;
        }
        let unfilled = no_input.first_ending_after(start);
        // The last row before the origin ends a gap, as far as is known there.
        let open_gap = open.first_ending_after(origin - 1).filter(|gap| gap.start < origin);
        let has_inputs = match open_gap {
            Some(gap) => {
                unfilled.is_none_or(|run| run.start >= gap.start)
                    && rows.is_filled_at(open.place(), origin)
            }
            None => unfilled.is_none_or(|run| run.start >= origin),
        };
        let is_made_up = gaps
            .first_ending_after(start)
            .is_some_and(|gap| gap.start <= start && origin <= gap.end);
        let masked = no_target.first_ending_after(origin).filter(|run| run.start < end);
        let has_target = masked.is_none_or(|run| run.start > origin || run.end < end);
        if has_inputs && !is_made_up && has_target {
            take(start, masked.is_none());
        }
    }
}

/// Runs of rows, gone through once from first to last.
struct Runs<'a> {
    runs: &'a [Range<usize>],
    place: usize,
}

impl<'a> Runs<'a> {
    const fn new(runs: &'a [Range<usize>]) -> Self {
        Self { runs, place: 0 }
    }

    /// The first run that ends after a row; rows are asked for in rising order.
    fn first_ending_after(&mut self, row: usize) -> Option<&'a Range<usize>> {
        while self.runs.get(self.place).is_some_and(|run| run.end <= row) {
            self.place += 1;
        }
        self.runs.get(self.place)
    }

    /// The place of the run last found.
    const fn place(&self) -> usize {
        self.place
    }
}

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;
/// Random words between the orders of two epochs, as a power of two: no order needs as many.
const EPOCH_BITS: u32 = 36;

/// Positions of windows or lanes, in a random order for each epoch. An order depends on the seed and
/// the epoch alone, so a run can be resumed in any of them.
#[derive(Debug, Clone)]
pub struct ShuffledOrder {
    positions: Vec<usize>,
    random: ChaCha8Rng,
}

impl ShuffledOrder {
    /// Positions `0..count` in time order.
    pub fn new(count: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(ORDER_STREAM);
        Self { positions: (0..count).collect(), random }
    }

    /// Puts them in the order of an epoch (Fisher and Yates, in Durstenfeld's form) and returns it.
    pub fn shuffle(&mut self, epoch: usize) -> &[usize] {
        self.random.set_word_pos((epoch as u128) << EPOCH_BITS);
        for (place, position) in self.positions.iter_mut().enumerate() {
            *position = place;
        }
        for last in (1..self.positions.len()).rev() {
            // The bias of a 64-bit remainder is below 2^-40 for any count of windows in memory.
            let bound = last as u64 + 1;
            let chosen = usize::try_from(self.random.next_u64() % bound).unwrap_or(last);
            self.positions.swap(last, chosen);
        }
        &self.positions
    }

    /// The order as it was put last.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::{Filler, MissingPolicy};
    use proptest::prelude::*;

    fn config(lookback: usize, horizon: usize, validation: usize, test: usize) -> WindowConfig {
        WindowConfig { lookback, horizon, validation, test }
    }

    fn rows(values: &[f64], policy: MissingPolicy) -> Rows<'_> {
        Rows::new(values, None, Filler { policy, season_length: 1 })
    }

    #[test]
    fn counts_of_a_full_series() {
        let counts = window_counts(&rows(&[1.0; 30], MissingPolicy::Auto), &config(5, 3, 6, 4));
        let expected =
            WindowCounts { train: 13, validation: 4, test: 2, ..WindowCounts::default() };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_missing_input_that_is_left_takes_out_its_window_and_a_target_does_not() {
        let mut values = vec![1.0; 30];
        values[10] = f64::NAN;
        let config = config(5, 3, 6, 4);
        let of = |policy| {
            let rows = rows(&values, policy);
            let windows = Windows::new(&rows, &Split::new(30, &config), &config, Part::Train);
            (windows.starts().to_vec(), window_counts(&rows, &config))
        };
        let (starts, counts) = of(MissingPolicy::Leave);
        assert_eq!(starts, [0, 1, 2, 3, 4, 5, 11, 12]);
        assert_eq!((counts.skipped_for_missing, counts.with_masked_targets), (5, 3));
        // Filled, it is an input even of the window that ends with it.
        let (starts, counts) = of(MissingPolicy::Auto);
        assert_eq!(starts.len(), 13);
        assert_eq!((counts.skipped_for_missing, counts.with_masked_targets), (0, 3));
    }

    #[test]
    fn a_window_needs_a_value_among_its_inputs_and_its_targets() {
        let mut values = vec![1.0; 30];
        values[8..14].fill(f64::NAN);
        let config = config(2, 3, 0, 4);
        let rows = rows(&values, MissingPolicy::Linear);
        let windows = Windows::new(&rows, &Split::new(30, &config), &config, Part::Train);
        // Targets all missing from 6 on, inputs all missing until 12.
        let expected: Vec<usize> = (0..6).chain(13..=21).collect();
        assert_eq!(windows.starts(), expected);
    }

    #[test]
    fn impossible_lengths_give_no_window() {
        for (lookback, horizon) in
            [(0, 3), (3, 0), (20, 20), (usize::MAX, 1), (usize::MAX, usize::MAX)]
        {
            let rows = rows(&[1.0; 30], MissingPolicy::Auto);
            let counts = window_counts(&rows, &config(lookback, horizon, 6, 4));
            assert_eq!(counts, WindowCounts::default(), "{lookback} {horizon}");
        }
        let none = rows(&[], MissingPolicy::Auto);
        assert_eq!(window_counts(&none, &config(2, 2, 2, 2)), WindowCounts::default());
    }

    proptest! {
        #[test]
        fn no_window_reads_rows_outside_its_part(
            rows in 0_usize..80,
            lookback in 1_usize..12, horizon in 1_usize..8,
            validation in 0_usize..20, test in 0_usize..20,
            missing in prop::collection::vec((0_usize..80, 1_usize..9), 0..4),
            policy in prop::sample::select(&MissingPolicy::ALL[..]), season_length in 1_usize..7,
        ) {
            let config = config(lookback, horizon, validation, test);
            let split = Split::new(rows, &config);
            let mut values = vec![0.5; rows];
            for (row, length) in missing {
                values.iter_mut().skip(row).take(length).for_each(|value| *value = f64::NAN);
            }
            let filler = Filler { policy, season_length };
            let scaled = Rows::new(&values, None, filler);
            let counts = window_counts(&scaled, &config);
            let of = |part| Windows::new(&scaled, &split, &config, part);
            let is_known = |value: &f64| !value.is_nan();
            // A window is used if and only if its inputs, as known at its origin, and one value at
            // least on each side are there.
            let usable = |start: usize| {
                let (origin, end) = (start + lookback, start + lookback + horizon);
                filler.fill(&values[..origin])[start..].iter().all(is_known)
                    && values[start..origin].iter().any(is_known)
                    && values[origin..end].iter().any(is_known)
            };
            for (part, range, count) in [
                (Part::Train, &split.train, counts.train),
                (Part::Validation, &split.validation, counts.validation),
                (Part::Test, &split.test, counts.test),
            ] {
                let windows = of(part);
                prop_assert_eq!(windows.len(), count);
                let candidates = candidate_starts(&split, &config, part);
                let expected: Vec<usize> = candidates.filter(|&start| usable(start)).collect();
                prop_assert_eq!(windows.starts(), expected);
                let runs = window_runs(&scaled, &split, &config, part);
                prop_assert!(runs.windows(2).all(|pair| pair[0].end < pair[1].start));
                prop_assert_eq!(runs.into_iter().flatten().collect::<Vec<_>>(), windows.starts());
                for &start in windows.starts() {
                    let targets = start + lookback..start + lookback + horizon;
                    prop_assert!(targets.start >= range.start && targets.end <= range.end);
                    prop_assert!(part != Part::Train || start >= range.start);
                    let known = filler.fill(&values[..targets.start]);
                    prop_assert_eq!(&*scaled.inputs(start..targets.start), &known[start..]);
                }
            }
        }
    }
}

#[cfg(test)]
mod order_tests {
    use super::*;

    #[test]
    fn orders_are_permutations_that_follow_seed_and_epoch_alone() {
        let mut order = ShuffledOrder::new(50, 7);
        let first = order.shuffle(1).to_vec();
        let second = order.shuffle(2).to_vec();
        assert_ne!(first, second);
        assert_eq!(ShuffledOrder::new(50, 7).shuffle(2), second);
        assert_eq!(order.shuffle(1), first);
        assert_ne!(ShuffledOrder::new(50, 8).shuffle(1), first);
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }
}
