//! Slots of an axis: those that no row stands on, and the values of those that have rows.

use std::ops::Range;

use super::gather::{Gather, gathered};
use super::ledger::Place;
use super::place::Placed;
use super::tally::{Spot, Tally};
use crate::series::TimeAxis;

/// Gaps that a sentence can name.
const SHOWN_GAPS: usize = 3;

/// The slots that no row stands on.
pub(crate) fn gaps(
    axis: &TimeAxis,
    slots: &[usize],
    used: &[usize],
    lines: &[usize],
    series: &Range<usize>,
) -> Tally {
    let mut tally = Tally::default();
    let (mut places, mut count, mut holes) = (Vec::new(), 0, 0);
    for (pair, rows) in slots.windows(2).zip(used.windows(2)) {
        let missing = (pair[1] - pair[0]).saturating_sub(1);
        if missing == 0 {
            continue;
        }
        count += missing;
        holes += 1;
        let gap = pair[0] + 1..pair[1];
        tally.list(lines[rows[1]], || Spot::Place(Place { series: series.clone(), slots: gap }));
        if places.len() < SHOWN_GAPS {
            let (before, after) = (axis.display(pair[0]), axis.display(pair[1]));
            places.push(format!("{missing} between {before} and {after}"));
        }
    }
    if holes > SHOWN_GAPS {
        places.push(format!("and {} more gaps", holes - SHOWN_GAPS));
    }
    tally.count = count;
    tally.detail = (count > 0).then(|| places.join(", "));
    tally
}

/// The values of a column on the slots of the axis, NaN where no row stands; those of one slot become
/// one by `method`.
pub(crate) fn values_of(placed: &Placed, values: &[f64], method: Gather) -> Vec<f64> {
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    if placed.is_gathered {
        let mut first = 0;
        for step in placed.slots.chunk_by(|one, next| one == next) {
            let rows = &placed.rows[first..first + step.len()];
            on_slots[step[0]] = gathered(rows.iter().map(|&row| values[row]), method);
            first += step.len();
        }
        return on_slots;
    }
    for (&slot, &row) in placed.slots.iter().zip(&placed.rows) {
        on_slots[slot] = values[row];
    }
    on_slots
}
