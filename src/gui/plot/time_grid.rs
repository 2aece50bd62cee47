//! Grid lines and labels of a time axis, on calendar boundaries.
//!
//! A plot's x is seconds since 1970 on the local clock; not for positions, which the plot's own grid
//! serves.

use egui_plot::{GridInput, GridMark};
use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Span};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
const MONTH: f64 = 30.44 * DAY;
const YEAR: f64 = 365.25 * DAY;

/// Distances that read well, in rising order: the finest that leaves room for labels is used.
const DISTANCES: [Distance; 26] = [
    Distance::Seconds(1.0),
    Distance::Seconds(5.0),
    Distance::Seconds(15.0),
    Distance::Seconds(30.0),
    Distance::Seconds(MINUTE),
    Distance::Seconds(5.0 * MINUTE),
    Distance::Seconds(15.0 * MINUTE),
    Distance::Seconds(30.0 * MINUTE),
    Distance::Seconds(HOUR),
    Distance::Seconds(3.0 * HOUR),
    Distance::Seconds(6.0 * HOUR),
    Distance::Seconds(12.0 * HOUR),
    Distance::Seconds(DAY),
    Distance::Seconds(2.0 * DAY),
    Distance::Seconds(7.0 * DAY),
    Distance::Months(1),
    Distance::Months(3),
    Distance::Months(6),
    Distance::Months(12),
    Distance::Months(24),
    Distance::Months(60),
    Distance::Months(120),
    Distance::Months(240),
    Distance::Months(600),
    Distance::Months(1_200),
    Distance::Months(12_000),
];

/// Lines asked for at most, should bounds and step ever disagree.
const MOST_MARKS: usize = 400;
/// A date's label needs this many of the plot's smallest steps.
const STEPS_PER_MARK: f64 = 1.6;

#[derive(Clone, Copy)]
enum Distance {
    Seconds(f64),
    Months(i32),
}

impl Distance {
    fn seconds(self) -> f64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Months(months) => f64::from(months) * MONTH,
        }
    }
}

/// Grid marks between the bounds of `input`, all of one distance.
pub fn marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Vec::new();
    }
    let wanted = (input.base_step_size * STEPS_PER_MARK).max((high - low) / 40.0);
    let distance = DISTANCES
        .into_iter()
        .find(|distance| distance.seconds() >= wanted)
        .unwrap_or(DISTANCES[DISTANCES.len() - 1]);
    let step_size = distance.seconds();
    let values = match distance {
        Distance::Seconds(step) => second_marks(low, high, step),
        Distance::Months(months) => month_marks(low, high, months),
    };
    values.into_iter().map(|value| GridMark { value, step_size }).collect()
}

fn second_marks(low: f64, high: f64, step: f64) -> Vec<f64> {
    // 1970-01-05 was a Monday; weeks are counted from it.
    let offset = if step >= 7.0 * DAY { 4.0 * DAY } else { 0.0 };
    let first = ((low - offset) / step).ceil() * step + offset;
    std::iter::successors(Some(first), |value| Some(value + step))
        .take_while(|&value| value <= high)
        .take(MOST_MARKS)
        .collect()
}

fn month_marks(low: f64, high: f64, months: i32) -> Vec<f64> {
    let start = local(low);
    let month_number = i32::from(start.year()) * 12 + i32::from(start.month()) - 1;
    let first = month_number.div_euclid(months) * months;
    (0..)
        .map_while(|step: i32| month_start(first.checked_add(step.checked_mul(months)?)?))
        .map(seconds)
        .skip_while(|&value| value < low)
        .take_while(|&value| value <= high)
        .take(MOST_MARKS)
        .collect()
}

fn month_start(month_number: i32) -> Option<DateTime> {
    let year = i16::try_from(month_number.div_euclid(12)).ok()?;
    let month = i8::try_from(month_number.rem_euclid(12) + 1).ok()?;
    Some(Date::new(year, month, 1).ok()?.to_datetime(jiff::civil::Time::midnight()))
}

/// A mark's label: as much of the date as the distance between marks calls for.
pub fn label(mark: GridMark) -> String {
    let time = local(mark.value);
    let format = match mark.step_size {
        step if step >= YEAR * 0.9 => "%Y",
        step if step >= MONTH * 0.9 => "%b %Y",
        step if step >= DAY * 0.9 => "%-d %b %Y",
        step if step >= MINUTE * 0.9 && time.time() == jiff::civil::Time::midnight() => "%-d %b",
        step if step >= MINUTE * 0.9 => "%H:%M",
        _ => "%H:%M:%S",
    };
    time.strftime(format).to_string()
}

const EPOCH: DateTime = date(1970, 1, 1).to_datetime(jiff::civil::Time::midnight());

/// The local time at a plot coordinate, to the second; the calendar's ends beyond them.
fn local(x: f64) -> DateTime {
    let end = if x < 0.0 { DateTime::MIN } else { DateTime::MAX };
    SignedDuration::try_from_secs_f64(x.round())
        .ok()
        .and_then(|since| EPOCH.checked_add(since).ok())
        .unwrap_or(end)
}

fn seconds(time: DateTime) -> f64 {
    time.since(EPOCH)
        .and_then(|span: Span| span.to_duration(EPOCH))
        .map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: &str, high: &str, base_step_size: f64) -> Vec<String> {
        let bounds = (seconds(low.parse().unwrap()), seconds(high.parse().unwrap()));
        marks(GridInput { bounds, base_step_size }).into_iter().map(label).collect()
    }

    #[test]
    fn years_stand_on_the_first_of_january() {
        let years = labels("1949-06-01T00:00", "1953-06-01T00:00", 0.4 * YEAR);
        assert_eq!(years, ["1950", "1951", "1952", "1953"]);
    }

    #[test]
    fn months_and_days_and_hours_read_as_people_write_them() {
        let months = labels("2023-12-15T00:00", "2024-03-15T00:00", 15.0 * DAY);
        assert_eq!(months, ["Jan 2024", "Feb 2024", "Mar 2024"]);
        let days = labels("2024-02-27T12:00", "2024-03-01T12:00", 0.5 * DAY);
        assert_eq!(days, ["28 Feb 2024", "29 Feb 2024", "1 Mar 2024"]);
        let hours = labels("2024-02-28T20:00", "2024-02-29T03:00", 1.5 * HOUR);
        assert_eq!(hours, ["21:00", "29 Feb", "03:00"]);
    }

    #[test]
    fn bounds_off_the_calendar_have_no_end_of_marks() {
        for (low, high) in [(f64::NAN, 1.0), (1.0, 0.0), (-1e300, 1e300), (0.0, f64::INFINITY)] {
            assert!(
                marks(GridInput { bounds: (low, high), base_step_size: 1.0 }).len() <= MOST_MARKS
            );
        }
    }
}
