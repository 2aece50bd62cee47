//! The step of a column of times: the even step that all of them keep, or for irregular times the likeliest
//! step of the calendar, and the step of each time.
//!
//! Gaps are allowed: an even step is the greatest common distance, so a missing row does not change it.
//! Not for working calendars (`opening`), nor for jitter (`jitter`), nor for the values of a step
//! (`import`).

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::axis::{CalendarAxis, Precision};
use super::clock::Clock;
use super::frequency::{Frequency, Unit};
use super::holiday::day_number;

/// Steps that people count time in, shortest first.
pub const NATURAL_STEPS: [Frequency; 13] = [
    Frequency::every(Unit::Second),
    Frequency::every(Unit::Minute),
    Frequency { unit: Unit::Minute, count: 5 },
    Frequency { unit: Unit::Minute, count: 10 },
    Frequency { unit: Unit::Minute, count: 15 },
    Frequency { unit: Unit::Minute, count: 30 },
    Frequency::every(Unit::Hour),
    Frequency { unit: Unit::Hour, count: 6 },
    Frequency::every(Unit::Day),
    Frequency::every(Unit::Week),
    Frequency::every(Unit::Month),
    Frequency::every(Unit::Quarter),
    Frequency::every(Unit::Year),
];
/// Of hundred steps, so many must have a row.
const FILLED_PERCENT: i64 = 60;
/// Fewer steps than this are no series.
const FEWEST_STEPS: i64 = 3;
/// More rows a step than this would hide what the file holds.
const MOST_ROWS_PER_STEP: i64 = 100;
/// A step may leave so many steps a row empty, or it is too short for the times.
const MOST_STEPS_PER_ROW: i64 = 20;
const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

/// The natural step next to the median distance of the times, or the next longer one of which most
/// steps have a row; `None` where none does. `instants` are microseconds since 1970, rising, each
/// once.
pub fn likeliest_step(instants: &[i64], clock: &Clock) -> Option<Frequency> {
    let mut distances: Vec<i64> =
        instants.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    if distances.is_empty() {
        return None;
    }
    let middle = distances.len() / 2;
    let (_, &mut median, _) = distances.select_nth_unstable(middle);
    let first = NATURAL_STEPS.iter().position(|&step| {
        // Up to the geometric middle between this step and the next.
        let next = NATURAL_STEPS.iter().find(|&&other| micros(other) > micros(step));
        next.is_none_or(|&next| ratio(median, micros(step)) <= ratio(micros(next), median))
    })?;
    let rows = i64::try_from(instants.len()).ok()?;
    NATURAL_STEPS[first..].iter().copied().find(|&step| {
        let (filled, all) = filled_steps(instants, clock, step);
        filled >= FEWEST_STEPS
            && filled * 100 >= all * FILLED_PERCENT
            && filled * MOST_ROWS_PER_STEP >= rows
    })
}

/// Whether a step is long enough that the steps of the times fit in memory beside them.
pub fn is_long_enough(instants: &[i64], clock: &Clock, step: Frequency) -> bool {
    let rows = i64::try_from(instants.len()).unwrap_or(i64::MAX);
    filled_steps(instants, clock, step).1 <= rows.saturating_mul(MOST_STEPS_PER_ROW)
}

/// The axis whose rows are steps, each named by its start, and the step of each time: rising, and
/// the same for times of one step.
pub fn axis_of_steps(
    instants: &[i64],
    clock: &Clock,
    frequency: Frequency,
) -> Option<(CalendarAxis, Vec<usize>)> {
    let &first = instants.first()?;
    let start = start_of_step(clock.local(first), frequency);
    let precision = match frequency.unit {
        Unit::Year => Precision::Year,
        Unit::Quarter => Precision::Quarter,
        Unit::Month => Precision::Month,
        Unit::Week | Unit::Day | Unit::BusinessDay => Precision::Day,
        Unit::Hour | Unit::Minute | Unit::Second => Precision::Second,
    };
    let numbers = numbers(instants, clock, frequency);
    let slots = numbers.map(|number| usize::try_from(number).ok()).collect::<Option<Vec<_>>>()?;
    let clock = clock.clone();
    Some((
        CalendarAxis { start, frequency, month_end: false, clock, precision, calendar: None },
        slots,
    ))
}

/// Steps with a time, and steps from the first to the last.
fn filled_steps(instants: &[i64], clock: &Clock, step: Frequency) -> (i64, i64) {
    let (mut filled, mut last) = (0, -1);
    for number in numbers(instants, clock, step) {
        filled += i64::from(number != last);
        last = number;
    }
    (filled, last.saturating_add(1))
}

/// The step of each time, counted from that of the first.
fn numbers(instants: &[i64], clock: &Clock, frequency: Frequency) -> impl Iterator<Item = i64> {
    let first = instants.first().map(|&first| start_of_step(clock.local(first), frequency));
    let (from, unit_from) = first
        .map_or((0, 0), |start| (clock.instant_micros(start), unit_number(start, frequency.unit)));
    let count = i64::from(frequency.count.max(1));
    let length = match frequency.unit {
        Unit::Hour | Unit::Minute | Unit::Second => frequency.unit.fixed_seconds(),
        _ => None,
    };
    instants.iter().map(move |&instant| match length {
        Some(seconds) => (instant - from).max(0) / (seconds * count * MICROS),
        None => (unit_number(clock.local(instant), frequency.unit) - unit_from).max(0) / count,
    })
}

/// Days, weeks, months and so on of a local time since a fixed day. Weekends count as the Friday
/// before where business days are counted.
fn unit_number(local: DateTime, unit: Unit) -> i64 {
    let months = || i64::from(local.year()) * 12 + i64::from(local.month()) - 1;
    // 1970-01-01 was a Thursday.
    let from_monday = || day_number(local.date()) + 3;
    match unit {
        Unit::Month | Unit::Quarter | Unit::Year => months().div_euclid(unit.months().unwrap_or(1)),
        Unit::Week => from_monday().div_euclid(7),
        Unit::BusinessDay => from_monday().div_euclid(7) * 5 + from_monday().rem_euclid(7).min(4),
        _ => from_monday(),
    }
}

/// The start of the step in which a local time lies: midnight, Monday, the first of a month.
fn start_of_step(local: DateTime, frequency: Frequency) -> DateTime {
    let wall = Clock::Wall.instant_micros(local);
    let at = |micros: i64| Clock::Wall.local(micros);
    let day = wall.div_euclid(DAY);
    match frequency.unit {
        Unit::Hour | Unit::Minute | Unit::Second => {
            let step = micros(frequency);
            // Steps that are no part of a day are counted from midnight too.
            at(day * DAY + wall.rem_euclid(DAY) / step * step)
        }
        Unit::Day => at(day * DAY),
        Unit::BusinessDay => at((day - ((day + 3).rem_euclid(7) - 4).max(0)) * DAY),
        Unit::Week => at((day - (day + 3).rem_euclid(7)) * DAY),
        Unit::Month => local.first_of_month().date().at(0, 0, 0, 0),
        Unit::Quarter => {
            let month = (local.month() - 1) / 3 * 3 + 1;
            jiff::civil::date(local.year(), month, 1).at(0, 0, 0, 0)
        }
        Unit::Year => jiff::civil::date(local.year(), 1, 1).at(0, 0, 0, 0),
    }
}

/// The usual length of a step in microseconds.
fn micros(frequency: Frequency) -> i64 {
    let seconds = match frequency.unit {
        Unit::BusinessDay => 86_400,
        unit => unit
            .fixed_seconds()
            .unwrap_or_else(|| unit.months().unwrap_or(1).saturating_mul(2_629_746)),
    };
    seconds.saturating_mul(i64::from(frequency.count.max(1))).saturating_mul(MICROS)
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no more than 53 bits")]
fn ratio(one: i64, other: i64) -> f64 {
    one as f64 / other.max(1) as f64
}

/// A grid may have this many slots for each row before the stamps count as irregular.
const MOST_SLOTS_PER_ROW: i64 = 20;
/// Rows needed before "no row falls on a weekend" is taken for a rule.
const FEWEST_ROWS_FOR_BUSINESS_DAYS: usize = 10;

/// The axis that all stamps lie on and the slot of each, or `None` where they are irregular.
///
/// `instants` are microseconds since 1970 on `clock`, strictly increasing, at least one.
pub fn axis_through(
    instants: &[i64],
    clock: &Clock,
    precision: Precision,
) -> Option<(CalendarAxis, Vec<usize>)> {
    let start = clock.local(*instants.first()?);
    let axis = |frequency, month_end| CalendarAxis {
        start,
        frequency,
        month_end,
        clock: clock.clone(),
        precision,
        calendar: None,
    };
    if varies_in_time_of_day(instants, clock) {
        let (seconds, slots) = common_grid(instants)?;
        return Some((axis(Frequency::from_seconds(seconds), false), slots));
    }
    let locals: Vec<DateTime> = instants.iter().map(|&micros| clock.local(micros)).collect();
    if let Some((frequency, month_end, slots)) = by_months(&locals, precision) {
        return Some((axis(frequency, month_end), slots));
    }
    let walls: Vec<i64> = locals.iter().map(|&local| Clock::Wall.instant_micros(local)).collect();
    if let Some((frequency, slots)) = by_whole_days(&walls, &locals) {
        return Some((axis(frequency, false), slots));
    }
    let (seconds, slots) = common_grid(instants)?;
    let frequency = Frequency::from_seconds(seconds);
    let mut found = axis(frequency, false);
    if clock.zone().is_some() && seconds >= 86_400 {
        // A zone's days differ in length; steps of whole days that are no local days are UTC's.
        found.clock = Clock::Fixed(Offset::UTC);
        found.start = found.clock.local(*instants.first()?);
    }
    Some((found, slots))
}

/// Whether rows stand at different times of the day, so that no step of days or months fits. A zone's
/// days differ in length, so its rows are looked at one by one instead.
fn varies_in_time_of_day(instants: &[i64], clock: &Clock) -> bool {
    let of_day = |instant: i64| instant.rem_euclid(DAY);
    clock.zone().is_none() && instants.windows(2).any(|pair| of_day(pair[0]) != of_day(pair[1]))
}

/// Month-based steps: every stamp on the same day and hour of its month, or on its last day.
fn by_months(locals: &[DateTime], precision: Precision) -> Option<(Frequency, bool, Vec<usize>)> {
    let first = *locals.first()?;
    if locals.iter().any(|local| local.time() != first.time()) {
        return None;
    }
    let month_end = locals.iter().all(|local| local.day() == local.days_in_month())
        && locals.iter().any(|local| local.day() != first.day() || local.day() == 31);
    // A day past the 28th is clamped in shorter months.
    let longest_day = locals.iter().map(|local| local.day()).max()?;
    let same_day = locals.iter().all(|local| local.day() == longest_day.min(local.days_in_month()));
    let starts_unclamped = first.day() == longest_day || month_end;
    if !(month_end || same_day) || !starts_unclamped {
        return None;
    }
    if locals.len() == 1 {
        let unit = match precision {
            Precision::Year => Unit::Year,
            Precision::Quarter => Unit::Quarter,
            Precision::Month => Unit::Month,
            Precision::Day | Precision::Second => return None,
        };
        return Some((Frequency::every(unit), month_end, vec![0]));
    }
    let months: Vec<i64> = locals
        .iter()
        .map(|local| i64::from(local.year()) * 12 + i64::from(local.month()))
        .collect();
    let (step, slots) = common_grid_of(&months)?;
    Some((Frequency::from_months(step), month_end, slots))
}

/// Steps of whole local days: days, business days, weeks.
fn by_whole_days(walls: &[i64], locals: &[DateTime]) -> Option<(Frequency, Vec<usize>)> {
    let first = *walls.first()?;
    if walls.iter().any(|wall| (wall - first) % DAY != 0) {
        return None;
    }
    let days: Vec<i64> = walls.iter().map(|wall| (wall - first) / DAY).collect();
    let weekday = |local: &DateTime| i64::from(local.weekday().to_monday_zero_offset());
    let (step, slots) = common_grid_of(&days)?;
    let works_weekdays = step == 1
        && locals.len() >= FEWEST_ROWS_FOR_BUSINESS_DAYS
        && locals.iter().all(|local| weekday(local) < 5);
    if works_weekdays {
        let start = weekday(locals.first()?);
        let business = days.iter().map(|day| {
            let since_monday = start + day;
            usize::try_from(since_monday / 7 * 5 + since_monday % 7 - start).ok()
        });
        return Some((Frequency::every(Unit::BusinessDay), business.collect::<Option<_>>()?));
    }
    Some((Frequency::from_seconds(step * 86_400), slots))
}

/// The step in whole seconds that all instants are multiples of, counted from the first.
fn common_grid(instants: &[i64]) -> Option<(i64, Vec<usize>)> {
    if instants.iter().any(|instant| instant.rem_euclid(MICROS) != instants[0].rem_euclid(MICROS)) {
        return None;
    }
    let seconds: Vec<i64> = instants.iter().map(|instant| instant.div_euclid(MICROS)).collect();
    common_grid_of(&seconds)
}

/// The greatest common distance of strictly increasing numbers and each one's slot, or `None`
/// where the grid would be mostly empty.
fn common_grid_of(numbers: &[i64]) -> Option<(i64, Vec<usize>)> {
    let first = *numbers.first()?;
    let step =
        numbers.windows(2).fold(0, |step, pair| greatest_common_divisor(step, pair[1] - pair[0]));
    let step = if step > 0 { step } else { 1 };
    let slots = (numbers.last()? - first) / step + 1;
    let rows = i64::try_from(numbers.len()).ok()?;
    if slots > rows.saturating_mul(MOST_SLOTS_PER_ROW) {
        return None;
    }
    let slots = numbers.iter().map(|number| usize::try_from((number - first) / step).ok());
    Some((step, slots.collect::<Option<_>>()?))
}

/// The step and slots of an integer index column, strictly increasing, by the same rule.
pub fn position_grid(positions: &[i64]) -> Option<(i64, Vec<usize>)> {
    common_grid_of(positions)
}

/// 0 divides nothing: with it, the other number.
pub(super) fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
