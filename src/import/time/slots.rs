//! Slots of an axis: those that no row stands on, and the values of those that have rows.

use std::ops::Range;

use super::gather::{Gather, gathered};
use super::place::Placed;
use crate::import::ledger::Place;
use crate::import::lines::Lines;
use crate::import::order::Order;
use crate::import::tally::{Spot, Tally};
use crate::series::TimeAxis;

/// Gaps that a sentence can name.
const SHOWN_GAPS: usize = 3;

/// The slots that no row stands on.
pub(crate) fn gaps(
    axis: &TimeAxis,
    slots: &[usize],
    used: &Order,
    lines: &Lines,
    series: &Range<usize>,
) -> Tally {
    let mut tally = Tally::default();
    let (mut places, mut count, mut holes) = (Vec::new(), 0, 0);
    for (pair, row) in slots.windows(2).zip(used.iter().skip(1)) {
        let missing = (pair[1] - pair[0]).saturating_sub(1);
        if missing == 0 {
            continue;
        }
        count += missing;
        holes += 1;
        let gap = pair[0] + 1..pair[1];
        tally.list(lines.at(row), || Spot::Place(Place { series: series.clone(), slots: gap }));
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
    if let (Order::Counted(rows), Order::Counted(_), false) =
        (&placed.rows, &placed.slots, placed.is_gathered)
    {
        return values[..*rows].to_vec();
    }
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    if placed.is_gathered {
        let slots: Vec<usize> = placed.slots.iter().collect();
        let mut first = 0;
        for step in slots.chunk_by(|one, next| one == next) {
            let places = first..first + step.len();
            on_slots[step[0]] = gathered(places.map(|at| values[placed.rows.at(at)]), method);
            first += step.len();
        }
        return on_slots;
    }
    for (slot, row) in placed.slots.iter().zip(placed.rows.iter()) {
        on_slots[slot] = values[row];
    }
    on_slots
}
