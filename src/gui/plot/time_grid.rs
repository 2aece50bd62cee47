//! Grid lines and labels of a time axis, on calendar boundaries.
//!
//! A plot's x is seconds since 1970 on the local clock; not for positions, which the plot's own grid
//! serves.

use std::ops::RangeInclusive;

use egui_plot::{GridInput, GridMark};
use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Span};

use crate::series::{Period, TimeAxis, Unit};

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

#[derive(Debug, Clone, Copy, PartialEq)]
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

/// Where an axis of time has lines, and what stands on them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeGrid {
    /// No lines are closer together: between rows there is nothing to read.
    finest: Distance,
    /// Where a week begins, in seconds since 1970.
    week: f64,
    /// Rows stand on the last day of what they are named by.
    at_ends: bool,
    /// Rows are quarters, and so are labels.
    in_quarters: bool,
}

impl TimeGrid {
    /// The lines of an axis of dates; `None` for positions.
    pub fn of(axis: &TimeAxis) -> Option<Self> {
        let TimeAxis::Calendar(dates) = axis else { return None };
        let (period, start) = (dates.period(0), dates.local(0));
        let finest = match (period, dates.frequency.unit) {
            (_, Unit::Year) => Distance::Months(12),
            (_, Unit::Quarter) => Distance::Months(3),
            (Some(_), _) | (_, Unit::Month) => Distance::Months(1),
            (_, Unit::Week) => Distance::Seconds(7.0 * DAY),
            (_, Unit::Day | Unit::BusinessDay) => Distance::Seconds(DAY),
            (_, Unit::Hour) => Distance::Seconds(HOUR),
            (_, Unit::Minute) => Distance::Seconds(MINUTE),
            (_, Unit::Second) => Distance::Seconds(1.0),
        };
        // 1970-01-05 was a Monday; other weeks than those of rows are counted from it.
        let is_weekly = dates.frequency.unit == Unit::Week;
        let week = if is_weekly { seconds(start) } else { 4.0 * DAY };
        let at_ends = period.is_some() && dates.month_end && start.day() > 1;
        Some(Self { finest, week, at_ends, in_quarters: period == Some(Period::Quarter) })
    }

    /// Lines of text in the tallest label: hours have their date below them.
    pub fn label_lines(&self) -> f32 {
        if self.finest.seconds() < DAY { 2.0 } else { 1.0 }
    }

    /// Grid marks between the bounds of `input`, all of one distance.
    pub fn marks(&self, input: GridInput) -> Vec<GridMark> {
        let (low, high) = input.bounds;
        if !(low.is_finite() && high.is_finite() && low < high) {
            return Vec::new();
        }
        let wanted = (input.base_step_size * STEPS_PER_MARK).max((high - low) / 40.0);
        let wanted = wanted.max(self.finest.seconds());
        let distance = DISTANCES
            .into_iter()
            .find(|distance| distance.seconds() >= wanted)
            .unwrap_or(DISTANCES[DISTANCES.len() - 1]);
        let step_size = distance.seconds();
        let values = match distance {
            Distance::Seconds(step) => self.second_marks(low, high, step),
            Distance::Months(months) => self.month_marks(low, high, months),
        };
        values.into_iter().map(|value| GridMark { value, step_size }).collect()
    }

    fn second_marks(&self, low: f64, high: f64, step: f64) -> Vec<f64> {
        let offset = if step >= 7.0 * DAY { self.week } else { 0.0 };
        let first = ((low - offset) / step).ceil() * step + offset;
        std::iter::successors(Some(first), |value| Some(value + step))
            .take_while(|&value| value <= high)
            .take(MOST_MARKS)
            .collect()
    }

    fn month_marks(&self, low: f64, high: f64, months: i32) -> Vec<f64> {
        let start = local(low);
        let month_number = i32::from(start.year()) * 12 + i32::from(start.month()) - 1;
        let first = month_number.div_euclid(months) * months;
        // A year begins where it begins; shorter stretches stand where their rows do.
        let named = match self.finest {
            Distance::Months(finest) if self.at_ends && (months < 12 || finest >= 12) => finest,
            _ => 0,
        };
        let place = |month: i32| {
            let end = seconds(month_start(month.checked_add(named)?)?);
            Some(if named > 0 { end - DAY } else { end })
        };
        (0..)
            .map_while(|step: i32| place(first.checked_add(step.checked_mul(months)?)?))
            .skip_while(|&value| value < low)
            .take_while(|&value| value <= high)
            .take(MOST_MARKS)
            .collect()
    }

    /// The label of a mark, or nothing where it stands outside the room for labels. Hours have their
    /// date below the first of each day, and below the first that is in view.
    pub fn label_within(&self, mark: GridMark, room: &RangeInclusive<f64>) -> String {
        if !room.contains(&mark.value) {
            return String::new();
        }
        let before = mark.value - mark.step_size;
        let is_first =
            before < *room.start() || (before / DAY).floor() < (mark.value / DAY).floor();
        self.label(mark, is_first)
    }

    /// As much of the date as the distance between marks calls for.
    fn label(&self, mark: GridMark, is_first: bool) -> String {
        let time = local(mark.value);
        let format = match mark.step_size {
            step if step >= YEAR * 0.9 => "%Y",
            step if step >= MONTH * 0.9 && self.in_quarters => {
                return format!("{} Q{}", time.year(), (time.month() + 2) / 3);
            }
            step if step >= MONTH * 0.9 => "%b %Y",
            step if step >= DAY * 0.9 => "%-d %b %Y",
            step if step >= MINUTE * 0.9 && is_first => "%H:%M\n%-d %b %Y",
            step if step >= MINUTE * 0.9 => "%H:%M",
            _ if is_first => "%H:%M:%S\n%-d %b %Y",
            _ => "%H:%M:%S",
        };
        time.strftime(format).to_string()
    }
}

fn month_start(month_number: i32) -> Option<DateTime> {
    let year = i16::try_from(month_number.div_euclid(12)).ok()?;
    let month = i8::try_from(month_number.rem_euclid(12) + 1).ok()?;
    Some(Date::new(year, month, 1).ok()?.to_datetime(jiff::civil::Time::midnight()))
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
    use crate::series::CalendarAxis;
    use crate::series::Clock;
    use crate::series::Frequency;
    use crate::series::Precision;

    fn axis(start: &str, unit: Unit) -> CalendarAxis {
        CalendarAxis {
            start: start.parse().unwrap(),
            frequency: Frequency::every(unit),
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        }
    }

    fn labels_on(axis: CalendarAxis, low: &str, high: &str, base_step_size: f64) -> Vec<String> {
        let grid = TimeGrid::of(&TimeAxis::Calendar(axis)).unwrap();
        let bounds = (seconds(low.parse().unwrap()), seconds(high.parse().unwrap()));
        let room = bounds.0..=bounds.1;
        let marks = grid.marks(GridInput { bounds, base_step_size });
        marks.into_iter().map(|mark| grid.label_within(mark, &room)).collect()
    }

    fn labels(low: &str, high: &str, base_step_size: f64) -> Vec<String> {
        labels_on(axis("1949-01-01T00:00", Unit::Second), low, high, base_step_size)
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
    }

    #[test]
    fn hours_have_their_date_below_the_first_of_a_day_and_the_first_in_view() {
        let hours = labels("2024-02-28T16:00", "2024-02-29T07:00", 1.5 * HOUR);
        assert_eq!(hours, ["18:00\n28 Feb 2024", "21:00", "00:00\n29 Feb 2024", "03:00", "06:00"]);
        let off_midnight = labels("2024-02-28T23:59:50", "2024-02-29T00:00:20", 3.0);
        assert_eq!(off_midnight[0], "23:59:50\n28 Feb 2024");
        assert_eq!(off_midnight[2], "00:00:00\n29 Feb 2024");
        assert_eq!(off_midnight[3], "00:00:05");
    }

    #[test]
    fn however_close_the_view_months_quarters_and_years_are_never_cut_into_days() {
        let near = |axis, low, high| labels_on(axis, low, high, HOUR);
        let months =
            near(axis("2022-01-01T00:00", Unit::Month), "2022-04-20T00:00", "2022-06-20T00:00");
        assert_eq!(months, ["May 2022", "Jun 2022"]);
        let quarters =
            near(axis("2015-01-01T00:00", Unit::Quarter), "2015-12-01T00:00", "2016-08-01T00:00");
        assert_eq!(quarters, ["2016 Q1", "2016 Q2", "2016 Q3"]);
        let years =
            near(axis("2015-01-01T00:00", Unit::Year), "2015-12-01T00:00", "2017-02-01T00:00");
        assert_eq!(years, ["2016", "2017"]);
        // Rows on the last day of a month stand on their name.
        let ends = CalendarAxis { month_end: true, ..axis("2022-01-31T00:00", Unit::Month) };
        let grid = TimeGrid::of(&TimeAxis::Calendar(ends.clone())).unwrap();
        let bounds =
            (seconds(date(2022, 4, 20).at(0, 0, 0, 0)), seconds(date(2022, 6, 20).at(0, 0, 0, 0)));
        let marks = grid.marks(GridInput { bounds, base_step_size: HOUR });
        let places: Vec<f64> = marks.iter().map(|mark| mark.value).collect();
        let axis = TimeAxis::Calendar(ends);
        assert_eq!(places, [axis.plot_x(3), axis.plot_x(4)]);
        assert_eq!(grid.label_within(marks[1], &(bounds.0..=bounds.1)), axis.display(4));
    }

    #[test]
    fn bounds_off_the_calendar_have_no_end_of_marks() {
        for unit in [Unit::Second, Unit::Month, Unit::Year] {
            let grid = TimeGrid::of(&TimeAxis::Calendar(axis("1970-01-01T00:00", unit))).unwrap();
            for bounds in [(f64::NAN, 1.0), (1.0, 0.0), (-1e300, 1e300), (0.0, f64::INFINITY)] {
                let marks = grid.marks(GridInput { bounds, base_step_size: 1.0 });
                assert!(marks.len() <= MOST_MARKS, "{bounds:?}");
            }
        }
    }
}
