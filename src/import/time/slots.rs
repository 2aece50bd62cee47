//! Slots of an axis that no row stands on.

use std::ops::Range;

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
