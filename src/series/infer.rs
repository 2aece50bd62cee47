//! The step of a column of dates, found from all of them.
//!
//! Gaps are allowed: the step is the greatest common distance, so a missing row does not change it.
//! Stamps that lie on no common grid are irregular, and said to be so. Not for learning
//! working calendars (`opening`), nor for mending jitter (`jitter`).

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::axis::{CalendarAxis, Precision};
use super::clock::Clock;
use super::frequency::{Frequency, Unit};

/// A grid may have this many slots for each row before the stamps count as irregular.
const MOST_SLOTS_PER_ROW: i64 = 20;
/// Rows needed before "no row falls on a weekend" is taken for a rule.
const FEWEST_ROWS_FOR_BUSINESS_DAYS: usize = 10;
const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

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

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn read(stamps: &[&str], precision: Precision) -> Option<(CalendarAxis, Vec<usize>)> {
        let instants: Vec<i64> =
            stamps.iter().map(|s| Clock::Wall.instant_micros(s.parse().unwrap())).collect();
        axis_through(&instants, &Clock::Wall, precision)
    }

    fn step(stamps: &[&str]) -> Option<(String, Vec<usize>)> {
        read(stamps, Precision::Day).map(|(axis, slots)| (axis.frequency.to_string(), slots))
    }

    #[test]
    fn a_gap_does_not_change_the_step() {
        let found = step(&["2024-01-01", "2024-02-01", "2024-05-01"]);
        assert_eq!(found, Some(("1 month".to_owned(), vec![0, 1, 4])));
        let found = step(&["2024-01-01T00:00", "2024-01-01T00:15", "2024-01-01T01:00"]);
        assert_eq!(found, Some(("15 minutes".to_owned(), vec![0, 1, 4])));
    }

    #[test]
    fn month_ends_are_recognised() {
        let (axis, _) = read(&["2024-01-31", "2024-02-29", "2024-03-31"], Precision::Day).unwrap();
        assert!(axis.month_end);
        let (axis, _) = read(&["2024-01-28", "2024-02-28"], Precision::Day).unwrap();
        assert!(!axis.month_end);
        let (axis, _) = read(&["2024-04-30", "2024-05-31", "2024-06-30"], Precision::Day).unwrap();
        assert!(axis.month_end);
    }

    #[test]
    fn days_weeks_quarters_and_years() {
        let name = |stamps: &[&str]| step(stamps).map(|(name, _)| name);
        assert_eq!(name(&["2024-01-01", "2024-01-02", "2024-01-06"]).unwrap(), "1 day");
        assert_eq!(name(&["2024-01-01", "2024-01-08"]).unwrap(), "1 week");
        assert_eq!(name(&["1998-01-01", "1998-04-01", "1998-07-01"]).unwrap(), "1 quarter");
        assert_eq!(name(&["1998-01-01", "1999-01-01"]).unwrap(), "1 year");
    }

    #[test]
    fn a_column_without_weekends_counts_business_days() {
        let days: Vec<String> = [1, 2, 5, 6, 7, 8, 9, 12, 13, 14, 16]
            .iter()
            .map(|day| format!("2024-02-{day:02}"))
            .collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        let (name, slots) = step(&days).unwrap();
        assert_eq!(name, "1 business day");
        assert_eq!(slots, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    }

    #[test]
    fn scattered_stamps_are_irregular() {
        assert_eq!(
            step(&["2024-01-01T00:00:01", "2024-01-01T00:07:12", "2024-01-03T11:00:59"]),
            None
        );
        assert_eq!(step(&["2024-01-01", "2024-01-02", "9999-01-01"]), None);
    }

    #[test]
    fn local_days_across_daylight_saving_are_days() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let instants: Vec<i64> = (27..=30)
            .map(|day| clock.instant_micros(format!("2021-03-{day}T00:00").parse().unwrap()))
            .collect();
        let (axis, slots) = axis_through(&instants, &clock, Precision::Second).unwrap();
        assert_eq!(axis.frequency, Frequency::every(Unit::Day));
        assert_eq!(slots, [0, 1, 2, 3]);
    }

    #[test]
    fn steps_of_24_hours_in_a_zone_are_days_of_utc() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let noon = "2021-03-26T12:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
        let instants: Vec<i64> = (0..5).map(|day| noon + day * 86_400 * MICROS).collect();
        let (axis, slots) = axis_through(&instants, &clock, Precision::Second).unwrap();
        assert_eq!((axis.frequency, slots.len()), (Frequency::every(Unit::Day), 5));
        assert_eq!(crate::series::TimeAxis::Calendar(axis).iso(4), "2021-03-30T12:00:00Z");
    }
}
