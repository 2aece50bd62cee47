//! The working calendar that all times of a column keep, and the axes without its closed slots.
//!
//! One calendar for the whole file: a shop that alone was closed on a day has a gap there. Not for
//! learning it (`series::opening`).

use std::sync::Arc;

use super::gather::count_merged;
use super::place::Ordered;
use super::strays::Grid;
use crate::import::selection::Lines;
use crate::series::opening::{learned_calendar, seconds_of_slots};
use crate::series::{
    CalendarAxis, Clock, Frequency, Precision, TimeAxis, Unit, WorkingCalendar, default_horizon,
};

const MICROS: i64 = 1_000_000;

/// Takes the slots that are hardly ever open out of the axes, leaves out the few rows that stand on
/// them, and says which they are.
pub(crate) fn keep_open_slots(
    name: &str,
    ordered: &mut [Ordered],
    grids: &mut [Option<Grid>],
    lines: &Lines,
    held_out: Option<usize>,
) -> Option<String> {
    let longest = (0..grids.len())
        .filter(|&at| calendar_of(grids[at].as_ref()).is_some())
        .max_by_key(|&at| ordered[at].times.len())?;
    let axis = calendar_of(grids[longest].as_ref())?;
    let step = seconds_of_slots(axis.frequency)?;
    let joins = |grid: Option<&Grid>| {
        calendar_of(grid).is_some_and(|axis| seconds_of_slots(axis.frequency) == Some(step))
    };
    let has_gaps = |(series, grid): (&Ordered, &Option<Grid>)| {
        let slots = grid.as_ref().map_or(&[][..], |(_, slots)| &slots[..series.deciding]);
        joins(grid.as_ref()) && slots.windows(2).any(|pair| pair[1] > pair[0] + 1)
    };
    if !ordered.iter().zip(grids.iter()).any(has_gaps) {
        return None;
    }
    let mut all: Vec<Joined> = Vec::new();
    for at in 0..grids.len() {
        let same = at > 0 && ordered[at].has_same_times(&ordered[at - 1]);
        if !same && joins(grids[at].as_ref()) {
            let secs = seconds_on(calendar_of(grids[at].as_ref())?, &ordered[at].times)?;
            all.push(Joined { deciding: ordered[at].deciding, secs });
        }
    }
    let calendar = Deciding { all, axis, step, held_out }.calendar()?;
    let changes = axis.clock.zone().is_some() && calendar.changes_with_clocks(step);
    let is_known = axis.frequency.unit == Unit::BusinessDay && is_plain_week(&calendar);
    if changes || is_known {
        return None;
    }
    for (series, grid) in ordered.iter_mut().zip(grids.iter_mut()) {
        if joins(grid.as_ref())
            && let Some((TimeAxis::Calendar(axis), slots)) = grid
        {
            keep_open(axis, slots, &calendar, series, lines);
        }
    }
    // Business days say so in their step.
    (!is_plain_week(&calendar)).then(|| {
        format!(
            "the times in column {name} keep a working calendar, {calendar}: closed slots are no \
             gaps, and dates to come skip them"
        )
    })
}

/// The local times of a series that joins in, in seconds, rising.
struct Joined {
    /// How many of them, from the first, decide the step.
    deciding: usize,
    secs: Vec<i64>,
}

/// The times that decide the calendar: as many as stand before the hold-outs, which begin where the
/// calendar says.
struct Deciding<'a> {
    all: Vec<Joined>,
    /// The axis of the longest series.
    axis: &'a CalendarAxis,
    step: i64,
    held_out: Option<usize>,
}

/// A series that ends before the last of so many parts of the file's span has ended for good.
const LAST_PARTS: i64 = 5;
/// Times that a calendar is learned again from the rows before the hold-out that it shows.
const MOST_TRIES: usize = 6;

impl Deciding<'_> {
    /// The calendar of the rows before the hold-outs.
    ///
    /// It is learned from a part that surely lies before them. It shows how many rows there are and so
    /// where the hold-outs begin, and with that more rows to learn from, as long as these lie before
    /// the hold-outs that they show themselves.
    fn calendar(&self) -> Option<Arc<WorkingCalendar>> {
        let is_whole = |one: &Joined| one.deciding == one.secs.len();
        if self.all.iter().all(is_whole) {
            return self.learned(i64::MAX).map(Arc::new);
        }
        let running = self.all.iter().filter(|one| self.runs_on(one));
        let mut until = running.filter_map(|one| one.secs.get(one.deciding).copied()).min()?;
        let mut found = None;
        for _ in 0..MOST_TRIES {
            let learned = self.learned(until).map(Arc::new);
            let origin = self.origin(learned.as_ref())?;
            if origin < until {
                // The hold-out reaches into what was learned from.
                if found.is_some() {
                    break;
                }
                until = origin;
                continue;
            }
            let is_all = origin == until;
            found = learned;
            if is_all {
                break;
            }
            until = origin;
        }
        found
    }

    /// What the times before one show; of a series that has ended before, those that decide its step.
    fn learned(&self, until: i64) -> Option<WorkingCalendar> {
        let deciding = |one: &Joined| {
            if self.runs_on(one) {
                one.secs.partition_point(|&secs| secs < until)
            } else {
                one.deciding
            }
        };
        let secs = self.all.iter().flat_map(|one| one.secs[..deciding(one)].iter().copied());
        let mut secs: Vec<i64> = secs.collect();
        if !secs.is_sorted_by(|one, next| one < next) {
            secs.sort_unstable();
            secs.dedup();
        }
        learned_calendar(&secs, self.step)
    }

    /// The first and the last time of all series.
    fn span(&self) -> Option<(i64, i64)> {
        let first = self.all.iter().filter_map(|one| one.secs.first().copied()).min()?;
        let last = self.all.iter().filter_map(|one| one.secs.last().copied()).max()?;
        Some((first, last))
    }

    /// Whether a series goes on into the last part of the file.
    fn runs_on(&self, one: &Joined) -> bool {
        let Some((first, last)) = self.span() else { return false };
        let end = one.secs.last().copied().unwrap_or(i64::MIN);
        end >= last.saturating_sub((last - first) / LAST_PARTS)
    }

    /// The time at which the first hold-out begins of the series that go on to the end of the file.
    fn origin(&self, calendar: Option<&Arc<WorkingCalendar>>) -> Option<i64> {
        let axis = match calendar {
            Some(calendar) => with_calendar(self.axis, calendar),
            None => self.axis.clone(),
        };
        let open = calendar.map_or_else(|| self.all_open(), |known| Some(Arc::clone(known)))?;
        let axis = TimeAxis::Calendar(axis);
        let origin = |one: &Joined| {
            let start = open.number_of(*one.secs.first()?);
            let end = open.number_of(one.secs.last()?.saturating_add(1));
            let rows = usize::try_from(end - start).ok()?;
            let held_out = default_horizon(&axis, 1, rows).max(self.held_out.unwrap_or(0));
            let held_out = i64::try_from(held_out.min(rows)).ok()?;
            Some(open.local_secs_of(end - held_out))
        };
        self.all.iter().filter(|one| self.runs_on(one)).filter_map(origin).min()
    }

    /// Every slot of the step.
    fn all_open(&self) -> Option<Arc<WorkingCalendar>> {
        let phase = self.span()?.0.rem_euclid(self.step);
        let days = if self.axis.frequency.unit == Unit::BusinessDay { 5 } else { 7 };
        let slots = (0..days * 86_400 / self.step).map(|slot| slot * self.step + phase);
        WorkingCalendar::new(slots.collect(), Vec::new(), self.axis.start.year()).map(Arc::new)
    }
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

/// Gives an axis the calendar, and its rows their places among the open slots; rows that stand on
/// closed ones are left out.
fn keep_open(
    axis: &mut CalendarAxis,
    slots: &mut Vec<usize>,
    calendar: &Arc<WorkingCalendar>,
    series: &mut Ordered,
    lines: &Lines,
) {
    let Some(local_secs) = seconds_on(axis, &series.times) else { return };
    let open: Vec<bool> = local_secs.iter().map(|&secs| calendar.is_open(secs)).collect();
    let kept = || local_secs.iter().zip(&open).filter(|(_, open)| **open).map(|(&secs, _)| secs);
    let Some(first) = kept().next() else { return };
    // Where a clock is put back, two instants show the same time.
    let is_told_by_clock = |((&secs, &time), &open): ((&i64, &i64), &bool)| {
        !open
            || axis.clock.zone().is_none()
            || axis.clock.instant_micros(Clock::Wall.local(secs * MICROS)) == time
    };
    if !local_secs.iter().zip(&series.times).zip(&open).all(is_told_by_clock) {
        return;
    }
    let start = calendar.number_of(first);
    let places = kept().map(|secs| usize::try_from(calendar.number_of(secs) - start).ok());
    let Some(places) = places.collect::<Option<Vec<usize>>>() else { return };
    if !open.iter().all(|&open| open) {
        let detail = |time: i64| {
            let local = axis.clock.local(time);
            let written =
                if axis.precision == Precision::Second { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
            format!("for example {}", local.strftime(written))
        };
        series.leave_out_closed(&open, lines, detail);
        if series.is_gathered {
            count_merged(series, &places, lines);
        }
    }
    *axis = with_calendar(axis, calendar);
    axis.start = Clock::Wall.local(first * MICROS);
    *slots = places;
}

/// The axis with only the open slots as rows.
fn with_calendar(axis: &CalendarAxis, calendar: &Arc<WorkingCalendar>) -> CalendarAxis {
    let mut axis = axis.clone();
    if axis.frequency.unit == Unit::BusinessDay {
        axis.frequency = Frequency::every(Unit::Day);
    }
    if calendar.is_monday_to_friday() {
        axis.frequency = Frequency::every(Unit::BusinessDay);
    }
    axis.calendar = (!is_plain_week(calendar)).then(|| Arc::clone(calendar));
    axis
}

/// Whether business days alone are open, and all of them.
fn is_plain_week(calendar: &WorkingCalendar) -> bool {
    calendar.is_monday_to_friday() && calendar.rules().is_empty()
}
