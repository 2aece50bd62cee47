//! Irregular times to even steps of the calendar: the likeliest step, and the step of each time.
//!
//! Not for times that keep a step of their own (`infer`), nor for the values of a step (`import`).

use super::axis::{CalendarAxis, Precision};
use super::clock::Clock;
use super::frequency::{Frequency, Unit};
use super::holiday::day_number;
use jiff::civil::DateTime;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn at(texts: &[&str]) -> Vec<i64> {
        texts.iter().map(|text| Clock::Wall.instant_micros(text.parse().unwrap())).collect()
    }

    fn step(texts: &[&str]) -> Option<String> {
        likeliest_step(&at(texts), &Clock::Wall).map(|step| step.to_string())
    }

    #[test]
    fn the_likeliest_step_is_natural_and_mostly_filled() {
        let calls =
            ["2024-01-01T09:03", "2024-01-01T09:58", "2024-01-01T11:07", "2024-01-01T12:01"];
        assert_eq!(step(&calls).unwrap(), "1 hour");
        // Bursts a week apart: most minutes would be empty.
        let bursts: Vec<String> = (1..=4)
            .flat_map(|week| {
                [1, 3].map(move |minute| format!("2024-01-{:02}T09:0{minute}", week * 7))
            })
            .collect();
        let bursts: Vec<&str> = bursts.iter().map(String::as_str).collect();
        assert_eq!(step(&bursts).unwrap(), "1 week");
        assert_eq!(step(&["2024-01-01", "2024-01-02", "3024-01-01"]), None);
        assert_eq!(step(&["2024-01-01"]), None);
        assert_eq!(step(&[]), None);
    }

    #[test]
    fn steps_are_named_by_their_start() {
        let times = at(&["2024-05-08T10:20", "2024-05-10T23:59", "2024-05-20T00:00"]);
        let named = |frequency: Frequency| {
            let (axis, slots) = axis_of_steps(&times, &Clock::Wall, frequency).unwrap();
            (TimeAxis::Calendar(axis).iso(0), slots)
        };
        let every = |unit| named(Frequency::every(unit));
        assert_eq!(every(Unit::Week), ("2024-05-06".to_owned(), vec![0, 0, 2]));
        assert_eq!(every(Unit::Day), ("2024-05-08".to_owned(), vec![0, 2, 12]));
        assert_eq!(every(Unit::Month), ("2024-05".to_owned(), vec![0, 0, 0]));
        assert_eq!(every(Unit::Quarter).0, "2024-04-01");
        assert_eq!(every(Unit::Year).0, "2024");
        assert_eq!(every(Unit::BusinessDay).1, [0, 2, 8]);
        let six_hours = Frequency { unit: Unit::Hour, count: 6 };
        assert_eq!(named(six_hours).0, "2024-05-08T06:00:00");
    }

    #[test]
    fn hours_of_a_zone_are_counted_by_the_instant() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let times: Vec<i64> = ["2021-03-28T01:10", "2021-03-28T03:20", "2021-03-29T00:01"]
            .map(|text| clock.instant_micros(text.parse().unwrap()))
            .to_vec();
        let (axis, slots) = axis_of_steps(&times, &clock, Frequency::every(Unit::Hour)).unwrap();
        assert_eq!(slots, [0, 1, 22]);
        assert_eq!(TimeAxis::Calendar(axis).iso(1), "2021-03-28T03:00:00+02:00");
        let (_, days) = axis_of_steps(&times, &clock, Frequency::every(Unit::Day)).unwrap();
        assert_eq!(days, [0, 0, 1]);
    }

    proptest! {
        #[test]
        fn every_time_lies_in_its_step(
            distances in prop::collection::vec(1_i64..40 * 86_400, 1..60),
            which in 0..NATURAL_STEPS.len(),
        ) {
            let mut now = at(&["2023-11-05T03:04:05"])[0];
            let times: Vec<i64> = distances.iter().map(|secs| { now += secs * MICROS; now }).collect();
            let (axis, slots) = axis_of_steps(&times, &Clock::Wall, NATURAL_STEPS[which]).unwrap();
            for (&time, &slot) in times.iter().zip(&slots) {
                prop_assert!(axis.instant_micros(slot) <= time);
                prop_assert!(time < axis.instant_micros(slot + 1));
            }
        }
    }
}
