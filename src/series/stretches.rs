//! Runs and single slots thinned to what a picture can show: a file with a million gaps is drawn
//! from as few shapes as one with ten.
//!
//! Not for finding them (`marks`), nor for pixels.

use std::ops::Range;

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
