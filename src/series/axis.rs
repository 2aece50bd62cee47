//! The time axis of a series: row number to date, for rows that exist and rows still to come.
//!
//! An axis is a start and a step, not a list of stamps: a missing row is a slot with a NaN value,
//! so every row of a forecast has a real date by the same rule as the data. Not for reading dates
//! from text (`import`).

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

use super::clock::Clock;
use super::frequency::{Frequency, Unit};
use super::working::WorkingCalendar;

const MICROS: i64 = 1_000_000;

/// How much of a date the file wrote, and so how much a label shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// `1961`
    Year,
    /// Read as `1961 Q1`; written as the quarter's first day.
    Quarter,
    /// `1961-01`
    Month,
    /// `1961-01-31`
    Day,
    /// `1961-01-31T13:30:00`
    Second,
}

/// Row number to date or position.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeAxis {
    Calendar(CalendarAxis),
    /// Rows stand on whole numbers: an index column, or no time column at all.
    Position(PositionAxis),
}

#[derive(Debug, Clone, PartialEq)]
pub struct CalendarAxis {
    /// Local date and time of row 0.
    pub start: DateTime,
    pub frequency: Frequency,
    /// Month-based steps land on the last day of the month.
    pub month_end: bool,
    /// The clock that `start` was read from.
    pub clock: Clock,
    /// How much of a date the labels show.
    pub precision: Precision,
    /// The only slots that are rows, where some are closed: the row after one is the next open slot.
    pub calendar: Option<Arc<WorkingCalendar>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionAxis {
    /// Position of row 0.
    pub start: i64,
    /// Distance between rows, at least 1.
    pub step: i64,
}

impl TimeAxis {
    /// Rows numbered from 1, for a file with no time column.
    pub const fn row_numbers() -> Self {
        Self::Position(PositionAxis { start: 1, step: 1 })
    }

    /// The step in words: `1 month`, `15 minutes`, `1 row`.
    pub fn step_label(&self) -> String {
        match self {
            Self::Calendar(axis) => axis.step_label(),
            Self::Position(axis) if axis.step == 1 => "1 row".to_owned(),
            Self::Position(axis) => format!("{} positions", axis.step),
        }
    }

    pub const fn is_calendar(&self) -> bool {
        matches!(self, Self::Calendar(_))
    }

    /// ISO 8601 text of a row's date, or its position. Rows past the end of the data are as valid
    /// as rows in it.
    pub fn iso(&self, row: usize) -> String {
        match self {
            Self::Calendar(axis) => axis.iso(row),
            Self::Position(axis) => axis.at(row).to_string(),
        }
    }

    /// The row's label as people write it: `May 1961` for months, `1961 Q1` for quarters,
    /// `1961-01-31` for days, `1961-01-31 13:30` for times, with the clock's offset where the file
    /// wrote one: `1961-01-31 13:30 UTC`.
    pub fn display(&self, row: usize) -> String {
        match self {
            Self::Calendar(axis) => axis.display(row),
            Self::Position(axis) => axis.at(row).to_string(),
        }
    }

    /// The name of the clock that times were written by, where the file names one: `UTC`, `UTC+02:00`,
    /// `Europe/Berlin`. Nothing for rows that stand on whole days or longer.
    pub fn clock_name(&self) -> Option<String> {
        let Self::Calendar(axis) = self else { return None };
        let is_named = matches!(axis.clock, Clock::Fixed(_) | Clock::Zoned(_));
        (is_named && axis.precision == Precision::Second).then(|| axis.clock.to_string())
    }

    /// Where the row stands on a plot: seconds since 1970 on the local clock, or its position.
    pub fn plot_x(&self, row: usize) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "a plot needs no more than 53 bits")]
            Self::Calendar(axis) => axis.plot_micros(row) as f64 / 1e6,
            #[expect(clippy::cast_precision_loss, reason = "a plot needs no more than 53 bits")]
            Self::Position(axis) => axis.at(row) as f64,
        }
    }

    /// The row nearest to a plot coordinate, among the first `rows`.
    pub fn row_at(&self, plot_x: f64, rows: usize) -> Option<usize> {
        let last = rows.checked_sub(1)?;
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.plot_x(middle) < plot_x { low = middle + 1 } else { high = middle }
        }
        let before = low.saturating_sub(1);
        let nearer = |row: usize| (self.plot_x(row) - plot_x).abs();
        Some(if nearer(before) < nearer(low) { before } else { low })
    }
}

impl PositionAxis {
    pub fn at(&self, row: usize) -> i64 {
        self.start.saturating_add(self.step.saturating_mul(i64::try_from(row).unwrap_or(i64::MAX)))
    }
}

impl CalendarAxis {
    /// The instant of a row in microseconds since 1970 (wall clocks count as UTC).
    pub fn instant_micros(&self, row: usize) -> i64 {
        if let Some(calendar) = &self.calendar {
            return self.clock.instant_micros(self.open_local(calendar, row));
        }
        let Frequency { unit, count } = self.frequency;
        let steps = i64::try_from(row).unwrap_or(i64::MAX).saturating_mul(i64::from(count));
        if let (Unit::Hour | Unit::Minute | Unit::Second, Some(seconds)) =
            (unit, unit.fixed_seconds())
        {
            let start = self.clock.instant_micros(self.start);
            return start.saturating_add(steps.saturating_mul(seconds * 1_000_000));
        }
        self.clock.instant_micros(self.local_by_date(steps))
    }

    /// Local time of a row where only the slots of a calendar are rows.
    fn open_local(&self, calendar: &WorkingCalendar, row: usize) -> DateTime {
        let start = Clock::Wall.instant_micros(self.start).div_euclid(MICROS);
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        let secs = calendar.local_secs_of(calendar.number_of(start).saturating_add(row));
        Clock::Wall.local(secs.saturating_mul(MICROS))
    }

    /// Rows in one natural cycle: the open slots of a week for days, of a day for shorter steps (of
    /// a week where days differ in length); without a calendar as [`Frequency::season_length`].
    pub fn season_length(&self) -> usize {
        let natural = self.frequency.season_length();
        let Some(calendar) = &self.calendar else { return natural };
        let week = calendar.slots_per_week();
        match (self.frequency.unit, calendar.slots_per_day()) {
            (Unit::Hour | Unit::Minute | Unit::Second, Some(day)) => {
                // Minutes repeat by the hour, if the hours of a day are whole.
                if natural < day && day % natural == 0 { natural } else { day }
            }
            _ => week,
        }
    }

    fn step_label(&self) -> String {
        match (&self.calendar, self.frequency.unit) {
            (None, _) | (_, Unit::BusinessDay) => self.frequency.to_string(),
            // `30 open minutes`
            (Some(_), _) => self.frequency.to_string().replacen(' ', " open ", 1),
        }
    }

    /// Local date and time of a row.
    pub fn local(&self, row: usize) -> DateTime {
        self.clock.local(self.instant_micros(row))
    }

    /// Local time after `steps` units of a day or longer: the clock's hour is kept across daylight
    /// saving, and a month's day is clamped to its last day.
    fn local_by_date(&self, steps: i64) -> DateTime {
        let by_days = |days: i64| {
            SignedDuration::try_from_hours(days.saturating_mul(24))
                .and_then(|span| self.start.checked_add(span).ok())
                .unwrap_or(DateTime::MAX)
        };
        match self.frequency.unit {
            Unit::Month | Unit::Quarter | Unit::Year => {
                let months = steps.saturating_mul(self.frequency.unit.months().unwrap_or(1));
                let moved = Span::new()
                    .try_months(months)
                    .and_then(|span| self.start.checked_add(span))
                    .unwrap_or(DateTime::MAX);
                if self.month_end { moved.last_of_month() } else { moved }
            }
            Unit::BusinessDay => {
                let weekday = i64::from(self.start.weekday().to_monday_zero_offset()).min(4);
                by_days(
                    (weekday + steps).div_euclid(5) * 7 + (weekday + steps).rem_euclid(5) - weekday,
                )
            }
            Unit::Week => by_days(steps.saturating_mul(7)),
            _ => by_days(steps),
        }
    }

    /// Local time as if it were UTC, so that a day on a plot is always 24 hours from midnight.
    fn plot_micros(&self, row: usize) -> i64 {
        Clock::Wall.instant_micros(self.local(row))
    }

    fn iso(&self, row: usize) -> String {
        let instant = self.instant_micros(row);
        let local = self.clock.local(instant);
        match self.precision {
            Precision::Year => local.strftime("%Y").to_string(),
            Precision::Month => local.strftime("%Y-%m").to_string(),
            Precision::Quarter | Precision::Day => local.strftime("%Y-%m-%d").to_string(),
            Precision::Second => {
                format!(
                    "{}{}",
                    local.strftime("%Y-%m-%dT%H:%M:%S"),
                    self.clock.offset_suffix(instant)
                )
            }
        }
    }

    fn display(&self, row: usize) -> String {
        let instant = self.instant_micros(row);
        let local = self.clock.local(instant);
        match (self.period_at(local), self.precision) {
            (Some(Period::Year), _) => local.strftime("%Y").to_string(),
            (Some(Period::Quarter), _) => format!("{} Q{}", local.year(), (local.month() + 2) / 3),
            (Some(Period::Month), _) => local.strftime("%b %Y").to_string(),
            (None, Precision::Second) => {
                let is_seconds = self.frequency.unit == Unit::Second;
                let format = if is_seconds { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
                let time = local.strftime(format);
                match self.clock.offset_suffix(instant).as_str() {
                    "" => time.to_string(),
                    "Z" => format!("{time} UTC"),
                    offset => format!("{time} {offset}"),
                }
            }
            (None, _) => local.strftime("%Y-%m-%d").to_string(),
        }
    }

    /// The month, quarter or year that a row stands for; nothing where rows are closer together, or
    /// where the row is a day of its own, such as the 15th.
    pub fn period(&self, row: usize) -> Option<Period> {
        self.period_at(self.local(row))
    }

    fn period_at(&self, local: DateTime) -> Option<Period> {
        let by_file = match self.precision {
            Precision::Year => Some(Period::Year),
            Precision::Quarter => Some(Period::Quarter),
            Precision::Month => Some(Period::Month),
            Precision::Day | Precision::Second => None,
        };
        if by_file.is_some() {
            return by_file;
        }
        let is_first = local.day() == 1;
        let is_last = local.date() == local.date().last_of_month();
        if local.time() != jiff::civil::Time::midnight() || !(is_first || is_last) {
            return None;
        }
        let months = if is_first { local.month() - 1 } else { local.month() };
        match self.frequency.unit {
            Unit::Year if months % 12 == 0 => Some(Period::Year),
            Unit::Quarter if months % 3 == 0 => Some(Period::Quarter),
            Unit::Month | Unit::Quarter | Unit::Year => Some(Period::Month),
            _ => None,
        }
    }
}

/// A stretch of the calendar that a row stands for as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Month,
    Quarter,
    Year,
}

#[cfg(test)]
#[path = "axis_tests.rs"]
mod tests;
