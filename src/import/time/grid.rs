//! The axis of the times of one series, and the one that most series of a file share.
//!
//! Not for times off the step (`strays`), nor for what becomes of uneven ones (`axes`).

use super::stamps::Ruler;
use crate::series::steps::{axis_through, position_grid};
use crate::series::{CalendarAxis, PositionAxis, Precision, TimeAxis, Unit};

/// Rows that can show no step but their own distance.
pub(super) const ROWS_WITHOUT_STEP: usize = 3;

/// An axis and the slot of each time.
pub(crate) type Grid = (TimeAxis, Vec<usize>);

/// The axis of times, rising and each once; `None` where they keep no step.
pub(crate) fn grid_of(ruler: &Ruler, times: &[i64]) -> Option<Grid> {
    match ruler {
        Ruler::Calendar(clock, precision) => axis_through(times, clock, *precision)
            .map(|(axis, slots)| (TimeAxis::Calendar(as_fine_as_its_step(axis)), slots)),
        Ruler::Positions => {
            let (step, slots) = position_grid(times)?;
            let start = *times.first()?;
            Some((TimeAxis::Position(PositionAxis { start, step }), slots))
        }
    }
}

/// Rows less than a day apart have times of day, however few of them the file writes.
pub(super) fn as_fine_as_its_step(mut axis: CalendarAxis) -> CalendarAxis {
    if matches!(axis.frequency.unit, Unit::Hour | Unit::Minute | Unit::Second) {
        axis.precision = Precision::Second;
    }
    axis
}

/// The longest series of the step that most series have.
pub(crate) fn model(grids: &[Option<Grid>]) -> Option<usize> {
    let told: Vec<(usize, &Grid)> = grids
        .iter()
        .enumerate()
        .filter_map(|(at, grid)| Some((at, grid.as_ref()?)))
        .filter(|(_, (_, slots))| slots.len() >= ROWS_WITHOUT_STEP)
        .collect();
    let mut steps: Vec<(&TimeAxis, usize)> = Vec::new();
    for (_, (axis, _)) in &told {
        match steps.iter_mut().find(|(known, _)| has_same_step(known, axis)) {
            Some((_, count)) => *count += 1,
            None => steps.push((axis, 1)),
        }
    }
    let (common, _) = steps.into_iter().max_by_key(|&(_, count)| count)?;
    let of_common = told.iter().filter(|(_, (axis, _))| has_same_step(axis, common));
    of_common.max_by_key(|(_, (_, slots))| slots.len()).map(|&(at, _)| at)
}

/// Whether two axes are of one step.
pub(super) fn has_same_step(one: &TimeAxis, other: &TimeAxis) -> bool {
    match (one, other) {
        (TimeAxis::Calendar(one), TimeAxis::Calendar(other)) => one.frequency == other.frequency,
        (TimeAxis::Position(one), TimeAxis::Position(other)) => one.step == other.step,
        _ => false,
    }
}
