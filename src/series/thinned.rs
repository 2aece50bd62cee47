//! Gaps and marks thinned to what a picture can show: a file with a million gaps is drawn from as few
//! shapes as one with ten.
//!
//! Not for finding or filling them (`gaps`), nor for pixels.

use std::ops::Range;

/// Filled-in values of the missing slots that have one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StandIns {
    runs: Vec<Range<usize>>,
    /// Where the values of each run begin.
    offsets: Vec<usize>,
    values: Vec<f64>,
}

impl StandIns {
    /// The values that `filled` holds where `values` are missing; `gaps` are the runs of those, in
    /// order. A gap that is filled only in part counts from its first filled slot to its first that
    /// is not.
    pub fn new(gaps: &[Range<usize>], filled: &[f64]) -> Self {
        let mut found = Self::default();
        for gap in gaps {
            let known = |slot: &usize| filled.get(*slot).is_some_and(|value| !value.is_nan());
            let Some(start) = gap.clone().find(known) else { continue };
            let end = (start..gap.end).find(|slot| !known(slot)).unwrap_or(gap.end);
            found.offsets.push(found.values.len());
            found.values.extend_from_slice(&filled[start..end]);
            found.runs.push(start..end);
        }
        found
    }

    /// Runs of slots that have a filled-in value, in order.
    pub fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    pub const fn count(&self) -> usize {
        self.values.len()
    }

    /// Lines of filled-in values in `rows`, from the last value before each gap to the first after
    /// it, in about as many points as `columns` can show. Where the runs are more than that, those
    /// that begin in one column are drawn as the first of them.
    pub fn lines(
        &self,
        series: &[f64],
        rows: &Range<usize>,
        columns: usize,
    ) -> Vec<Vec<(usize, f64)>> {
        let column = rows.len().div_ceil(columns.max(1)).max(1);
        let first = self.runs.partition_point(|run| run.end < rows.start);
        let end = self.runs.partition_point(|run| run.start <= rows.end).max(first);
        let many = end - first > columns.max(1);
        let mut lines = Vec::new();
        let mut number = first;
        while number < end {
            let run = &self.runs[number];
            lines.push(self.line(series, number, column));
            let after = if many { run.start + column } else { run.start + 1 };
            number += 1 + self.runs[number + 1..end].partition_point(|run| run.start < after);
        }
        lines
    }

    /// One run with its neighbours: every value, or the ends of every column.
    fn line(&self, series: &[f64], number: usize, column: usize) -> Vec<(usize, f64)> {
        let run = &self.runs[number];
        let values = &self.values[self.offsets[number]..self.offsets[number] + run.len()];
        let beside = |slot: usize| {
            let value = series.get(slot).copied().filter(|value| !value.is_nan());
            value.map(|value| (slot, value))
        };
        let mut line: Vec<(usize, f64)> =
            run.start.checked_sub(1).and_then(beside).into_iter().collect();
        for (part, values) in values.chunks(column).enumerate() {
            let slot = run.start + part * column;
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            line.push((slot, low));
            if high > low {
                line.push((slot + values.len() / 2, high));
            }
        }
        line.extend(beside(run.end));
        line
    }
}

/// The runs that touch `rows`, cut to it. Runs that stand closer together than one of `columns`
/// shares of `rows` become one, so at most about `columns` are left. `runs` must be in order and
/// apart.
pub fn runs_in_view(
    runs: &[Range<usize>],
    rows: &Range<usize>,
    columns: usize,
) -> Vec<Range<usize>> {
    let column = rows.len().div_ceil(columns.max(1)).max(1);
    // Where every row has a column of its own, runs that are apart stay apart.
    let reach = if column == 1 { 0 } else { column };
    let mut found = Vec::new();
    let mut next = runs.partition_point(|run| run.end <= rows.start);
    while let Some(run) = runs.get(next).filter(|run| run.start < rows.end) {
        let start = run.start;
        let mut end = run.end;
        loop {
            // Jumps over all runs within reach at once.
            let after = next + runs[next..].partition_point(|run| run.start < end + reach);
            if after <= next + 1 {
                next += 1;
                break;
            }
            end = runs[after - 1].end;
            next = after - 1;
        }
        found.push(start.max(rows.start)..end.min(rows.end));
    }
    found
}

/// The slots inside `rows`: all of them where they are few, else the first of each column. `slots`
/// must be in order.
pub fn slots_in_view(slots: &[usize], rows: &Range<usize>, columns: usize) -> Vec<usize> {
    let first = slots.partition_point(|&slot| slot < rows.start);
    let end = slots.partition_point(|&slot| slot < rows.end).max(first);
    let visible = &slots[first..end];
    if visible.len() <= 4 * columns.max(1) {
        return visible.to_vec();
    }
    let column = rows.len().div_ceil(columns.max(1)).max(1);
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(&slot) = visible.get(next) {
        found.push(slot);
        let after = rows.start + ((slot - rows.start) / column + 1) * column;
        next += visible[next..].partition_point(|&slot| slot < after);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn lines_lead_from_the_value_before_a_gap_to_the_one_after() {
        let series = [1.0, NAN, NAN, 4.0, NAN, 6.0, NAN];
        let filled = [1.0, 2.0, 3.0, 4.0, NAN, 6.0, 7.0];
        let found = StandIns::new(&[1..3, 4..5, 6..7], &filled);
        assert_eq!((found.runs(), found.count()), (&[1..3, 6..7][..], 3));
        let lines = found.lines(&series, &(0..7), 100);
        let expected = vec![vec![(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)], vec![(5, 6.0), (6, 7.0)]];
        assert_eq!(lines, expected);
        assert_eq!(found.lines(&series, &(4..7), 100), expected[1..]);
    }

    #[test]
    fn a_gap_that_nothing_fills_has_no_line() {
        let found = StandIns::new(&[0..2, 3..4], &[NAN, NAN, 1.0, NAN]);
        assert_eq!(found, StandIns::default());
    }

    proptest! {
        #[test]
        fn however_many_the_gaps_the_lines_are_few(
            gaps in prop::collection::vec((1..9_usize, 1..9_usize), 0..2_000),
            columns in 1..100_usize,
        ) {
            let mut at = 0;
            let runs: Vec<Range<usize>> = gaps.iter().map(|&(before, length)| {
                let run = at + before..at + before + length;
                at = run.end;
                run
            }).collect();
            let filled = vec![1.0; at];
            let found = StandIns::new(&runs, &filled);
            let lines = found.lines(&filled, &(0..at), columns);
            prop_assert!(lines.len() <= columns + 1, "{} lines", lines.len());
            prop_assert!(lines.iter().flatten().count() <= 8 * columns + 8);
            prop_assert_eq!(lines.is_empty(), runs.is_empty());
        }
    }
}

#[cfg(test)]
mod stretches_tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_apart_stay_apart_where_there_is_room() {
        let runs = [2..3, 5..8, 20..30];
        assert_eq!(runs_in_view(&runs, &(0..40), 40), runs);
        assert_eq!(runs_in_view(&runs, &(6..25), 40), [6..8, 20..25]);
        assert!(runs_in_view(&runs, &(8..20), 40).is_empty());
        assert_eq!(runs_in_view(&runs, &(0..40), 4), [2..8, 20..30]);
    }

    fn runs_of(lengths: &[(usize, usize)]) -> Vec<Range<usize>> {
        let mut at = 0;
        let next = |&(gap, length): &(usize, usize)| {
            let run = at + gap..at + gap + length;
            at = run.end;
            run
        };
        lengths.iter().map(next).collect()
    }

    proptest! {
        #[test]
        fn every_slot_of_a_run_in_view_is_covered_by_few_runs_in_order(
            lengths in prop::collection::vec((1..20_usize, 1..20_usize), 0..300),
            columns in 1..100_usize,
            start in 0..1_000_usize,
        ) {
            let runs = runs_of(&lengths);
            let rows = start..start + 2_000;
            let found = runs_in_view(&runs, &rows, columns);
            prop_assert!(found.len() <= columns + 2, "{} runs", found.len());
            prop_assert!(found.windows(2).all(|pair| pair[0].end < pair[1].start));
            for slot in runs.iter().cloned().flatten().filter(|slot| rows.contains(slot)) {
                prop_assert!(found.iter().any(|run| run.contains(&slot)));
            }
        }

        #[test]
        fn slots_in_view_are_few_and_real(
            gaps in prop::collection::vec(1..9_usize, 0..3_000),
            columns in 1..60_usize,
        ) {
            let slots: Vec<usize> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            let rows = 100..9_000;
            let found = slots_in_view(&slots, &rows, columns);
            prop_assert!(found.len() <= 4 * columns + 2);
            prop_assert!(found.iter().all(|slot| rows.contains(slot) && slots.contains(slot)));
            let seen = slots.iter().any(|slot| rows.contains(slot));
            prop_assert_eq!(seen, !found.is_empty());
        }
    }
}
