//! The working calendar that all times of a column keep, and the axes without its closed slots.
//!
//! One calendar for the whole file: a shop that alone was closed on a day has a gap there. Not for
//! learning it (`series::opening`).

use std::sync::Arc;

use super::axes::Grid;
use super::place::Ordered;
use crate::series::opening::{learned_calendar, seconds_of_slots};
use crate::series::{CalendarAxis, Clock, Frequency, TimeAxis, Unit, WorkingCalendar};

const MICROS: i64 = 1_000_000;

/// Takes the slots that are never open out of the axes, and says which they are.
pub(crate) fn keep_open_slots(
    name: &str,
    ordered: &[Ordered],
    grids: &mut [Option<Grid>],
) -> Option<String> {
    let longest = (0..grids.len())
        .filter(|&at| calendar_of(grids[at].as_ref()).is_some())
        .max_by_key(|&at| ordered[at].times.len())?;
    let step = seconds_of_slots(calendar_of(grids[longest].as_ref())?.frequency)?;
    let joins = |grid: Option<&Grid>| {
        calendar_of(grid).is_some_and(|axis| seconds_of_slots(axis.frequency) == Some(step))
    };
    let has_gaps = |grid: &Option<Grid>| {
        let slots = grid.as_ref().map_or(&[][..], |(_, slots)| slots);
        slots.windows(2).any(|pair| pair[1] > pair[0] + 1)
    };
    if !grids.iter().any(|grid| joins(grid.as_ref()) && has_gaps(grid)) {
        return None;
    }
    let mut local_secs: Vec<i64> = Vec::new();
    for at in 0..grids.len() {
        let same = at > 0 && ordered[at].times == ordered[at - 1].times;
        if !same && joins(grids[at].as_ref()) {
            local_secs.extend(seconds_on(calendar_of(grids[at].as_ref())?, &ordered[at].times)?);
        }
    }
    if !local_secs.is_sorted_by(|one, next| one < next) {
        local_secs.sort_unstable();
        local_secs.dedup();
    }
    let calendar = Arc::new(learned_calendar(&local_secs, step)?);
    let axis = calendar_of(grids[longest].as_ref())?;
    let changes = axis.clock.zone().is_some() && calendar.changes_with_clocks(step);
    let is_known = axis.frequency.unit == Unit::BusinessDay
        && calendar.is_monday_to_friday()
        && calendar.rules().is_empty();
    if changes || is_known {
        return None;
    }
    for (series, grid) in ordered.iter().zip(grids.iter_mut()) {
        if joins(grid.as_ref())
            && let Some((TimeAxis::Calendar(axis), slots)) = grid
        {
            keep_open(axis, slots, &calendar, &series.times);
        }
    }
    Some(format!(
        "the times in column {name} keep a working calendar, {calendar}: closed slots are no \
         gaps, and dates to come skip them"
    ))
}

fn calendar_of(grid: Option<&Grid>) -> Option<&CalendarAxis> {
    match grid {
        Some((TimeAxis::Calendar(axis), _)) => Some(axis),
        _ => None,
    }
}

/// Times on the local clock in seconds; `None` where parts of a second are left.
fn seconds_on(axis: &CalendarAxis, times: &[i64]) -> Option<Vec<i64>> {
    let local = |&time: &i64| {
        let micros = match axis.clock {
            Clock::Wall => time,
            _ => Clock::Wall.instant_micros(axis.clock.local(time)),
        };
        (micros % MICROS == 0).then_some(micros / MICROS)
    };
    times.iter().map(local).collect()
}

/// Gives an axis the calendar, and its rows their places among the open slots.
fn keep_open(
    axis: &mut CalendarAxis,
    slots: &mut Vec<usize>,
    calendar: &Arc<WorkingCalendar>,
    times: &[i64],
) {
    let Some(local_secs) = seconds_on(axis, times) else { return };
    let Some(&first) = local_secs.first() else { return };
    // Where a clock is put back, two instants show the same time.
    let is_told_by_clock = |(&secs, &time): (&i64, &i64)| {
        axis.clock.zone().is_none()
            || axis.clock.instant_micros(Clock::Wall.local(secs * MICROS)) == time
    };
    if !local_secs.iter().all(|&secs| calendar.is_open(secs))
        || !local_secs.iter().zip(times).all(is_told_by_clock)
    {
        return;
    }
    let start = calendar.number_of(first);
    let open =
        local_secs.iter().map(|&secs| usize::try_from(calendar.number_of(secs) - start).ok());
    let Some(open) = open.collect::<Option<Vec<usize>>>() else { return };
    if axis.frequency.unit == Unit::BusinessDay {
        axis.frequency = Frequency::every(Unit::Day);
    }
    if calendar.is_monday_to_friday() {
        axis.frequency = Frequency::every(Unit::BusinessDay);
    }
    *slots = open;
    axis.calendar = Some(Arc::clone(calendar));
}
