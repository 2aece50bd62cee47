//! The cycles of the calendar that a season can follow, and where in its cycle a row stands.
//!
//! Not for finding a season in values (`seasons`).

use crate::stats::number;
use jiff::civil::DateTime;

use super::axis::{CalendarAxis, TimeAxis};
use super::frequency::{Frequency, Unit};

/// Days and seconds of a mean year.
pub(super) const YEAR_DAYS: f64 = 365.25;
const DAY: i64 = 86_400;
/// Seasons of which a series must show this many are worth offering.
const FEWEST_SEASONS: usize = 2;

/// What a season goes round in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cycle {
    /// From January.
    Year,
    /// From Monday.
    Week,
    /// From midnight.
    Day,
    /// From the full hour.
    Hour,
    /// From the full minute.
    Minute,
    /// A number of rows, from the first one.
    Rows,
}

impl Cycle {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Rows => "season",
        }
    }

    /// The calendar's cycle of `season_length` rows, or rows where it has none of that length.
    pub fn of(axis: &TimeAxis, season_length: usize) -> Self {
        let TimeAxis::Calendar(axis) = axis else { return Self::Rows };
        let fits = |&(cycle, rows): &(Self, f64)| {
            // Years of 52 or 53 weeks, of 365 or 366 days, are all years.
            let slack = if cycle == Self::Year { (rows / 200.0).max(0.5) } else { 0.01 };
            (rows - number(season_length)).abs() <= slack
        };
        cycles(axis).iter().find(|cycle| fits(cycle)).map_or(Self::Rows, |found| found.0)
    }
}

/// The cycles that hold a whole number of rows, of which a series of `rows` shows at least two:
/// rows in the cycle and its kind, the shortest first.
pub fn plausible(axis: &TimeAxis, rows: usize) -> Vec<(usize, Cycle)> {
    let TimeAxis::Calendar(axis) = axis else { return Vec::new() };
    let whole = |(cycle, length): (Cycle, f64)| {
        let nearest = length.round();
        let exact = cycle == Cycle::Year || (length - nearest).abs() < 1e-9;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above 2")]
        (exact && nearest >= 2.0).then_some((nearest as usize, cycle))
    };
    let shown = |&(length, _): &(usize, Cycle)| length.saturating_mul(FEWEST_SEASONS) <= rows;
    cycles(axis).into_iter().filter_map(whole).filter(shown).collect()
}

/// Rows in each cycle that is longer than a step, the shortest first; of the open slots where others
/// are closed.
fn cycles(axis: &CalendarAxis) -> Vec<(Cycle, f64)> {
    if let Some(calendar) = &axis.calendar {
        let step = axis.frequency.unit.fixed_seconds().unwrap_or(DAY);
        let hour = 3_600.0 / (exact(step) * f64::from(axis.frequency.count.max(1)));
        let day = calendar.slots_per_day().map_or(0.0, number);
        let week = number(calendar.slots_per_week());
        let year = week * YEAR_DAYS / 7.0;
        let all =
            [(Cycle::Hour, hour), (Cycle::Day, day), (Cycle::Week, week), (Cycle::Year, year)];
        return all.into_iter().filter(|&(_, rows)| rows >= 2.0).collect();
    }
    let Frequency { unit, count } = axis.frequency;
    let steps = |rows: f64| rows / f64::from(count.max(1));
    match (unit, unit.fixed_seconds()) {
        (Unit::Year, _) => Vec::new(),
        (Unit::Quarter, _) => vec![(Cycle::Year, steps(4.0))],
        (Unit::Month, _) => vec![(Cycle::Year, steps(12.0))],
        (Unit::Week, _) => vec![(Cycle::Year, steps(52.0))],
        (Unit::BusinessDay, _) => vec![(Cycle::Week, steps(5.0)), (Cycle::Year, steps(261.0))],
        (Unit::Day, _) => vec![(Cycle::Week, steps(7.0)), (Cycle::Year, steps(365.0))],
        (_, seconds) => {
            let step = seconds.map_or(1.0, |seconds| exact(seconds) * f64::from(count.max(1)));
            [
                (Cycle::Minute, 60.0),
                (Cycle::Hour, 3_600.0),
                (Cycle::Day, exact(DAY)),
                (Cycle::Week, exact(7 * DAY)),
                (Cycle::Year, YEAR_DAYS * exact(DAY)),
            ]
            .into_iter()
            .map(|(cycle, seconds)| (cycle, seconds / step))
            .filter(|&(_, rows)| rows >= 2.0)
            .collect()
        }
    }
}

/// Where rows stand in a cycle of one axis.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    axis: &'a TimeAxis,
    cycle: Cycle,
    season_length: usize,
}

/// One row's place: which round of the cycle it belongs to, and how far into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CyclePlace {
    /// Rises from one round to the next.
    pub round: i64,
    /// From 0, below [`Places::positions`].
    pub position: usize,
}

impl<'a> Places<'a> {
    /// The places of rows in seasons of `season_length`.
    pub fn new(axis: &'a TimeAxis, season_length: usize) -> Self {
        let season_length = season_length.max(1);
        Self { axis, cycle: Cycle::of(axis, season_length), season_length }
    }

    pub const fn cycle(&self) -> Cycle {
        self.cycle
    }

    /// Positions in a round; a year has one more than usual where leap years need it.
    pub fn positions(&self) -> usize {
        let TimeAxis::Calendar(axis) = self.axis else { return self.season_length };
        let Frequency { unit, count } = axis.frequency;
        let count = count.max(1) as usize;
        if axis.calendar.is_some() && unit != Unit::BusinessDay {
            // Closed slots have a place in the day and in the week, where nothing stands.
            let step = unit.fixed_seconds().and_then(|unit| usize::try_from(unit).ok());
            let in_days = |days: usize| days * 86_400 / (step.unwrap_or(86_400) * count);
            match self.cycle {
                Cycle::Day => return in_days(1),
                Cycle::Week => return in_days(7),
                _ => {}
            }
        }
        if self.cycle != Cycle::Year {
            return self.season_length;
        }
        match (unit, unit.fixed_seconds()) {
            (Unit::Week, _) => 53_usize.div_ceil(count),
            (Unit::BusinessDay, _) => 262_usize.div_ceil(count),
            (_, Some(seconds)) => {
                let step = usize::try_from(seconds).unwrap_or(1) * count;
                (366 * 86_400_usize).div_ceil(step)
            }
            _ => self.season_length,
        }
    }

    pub fn of(&self, row: usize) -> CyclePlace {
        let place = match self.axis {
            TimeAxis::Calendar(axis) if self.cycle != Cycle::Rows => {
                calendar_place(axis.local(row), self.cycle, axis.frequency)
            }
            _ => CyclePlace {
                round: i64::try_from(row / self.season_length).unwrap_or(i64::MAX),
                position: row % self.season_length,
            },
        };
        CyclePlace { position: place.position.min(self.positions() - 1), ..place }
    }
}

fn calendar_place(time: DateTime, cycle: Cycle, frequency: Frequency) -> CyclePlace {
    let count = i64::from(frequency.count.max(1));
    let second =
        i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let year_day = i64::from(time.day_of_year()) - 1;
    let weekday = i64::from(time.weekday().to_monday_zero_offset());
    let day = i64::from(time.year()) * 366 + year_day;
    let (round, steps) = match (cycle, frequency.unit) {
        (Cycle::Year, Unit::Month | Unit::Quarter) => {
            let months = frequency.unit.months().unwrap_or(1);
            (i64::from(time.year()), (i64::from(time.month()) - 1) / months)
        }
        (Cycle::Year, Unit::Week) => (i64::from(time.year()), year_day / 7),
        (Cycle::Year, Unit::BusinessDay) => {
            (i64::from(time.year()), working_days_before(year_day, weekday))
        }
        (Cycle::Year, unit) => {
            let unit = unit.fixed_seconds().unwrap_or(DAY);
            (i64::from(time.year()), (year_day * DAY + second) / unit)
        }
        (Cycle::Week, Unit::Day | Unit::BusinessDay) => (week(time, weekday), weekday),
        (Cycle::Week, unit) => {
            let unit = unit.fixed_seconds().unwrap_or(DAY);
            (week(time, weekday), (weekday * DAY + second) / unit)
        }
        (cycle, unit) => {
            let length = match cycle {
                Cycle::Minute => 60,
                Cycle::Hour => 3_600,
                _ => DAY,
            };
            let unit = unit.fixed_seconds().unwrap_or(1);
            (day * (DAY / length) + second / length, second % length / unit)
        }
    };
    CyclePlace { round, position: usize::try_from(steps / count).unwrap_or(0) }
}

/// A number that all days from a Monday to the Sunday after it share.
fn week(time: DateTime, weekday: i64) -> i64 {
    let date = time.date();
    let monday = date.checked_sub(jiff::Span::new().days(weekday)).unwrap_or(date);
    i64::from(monday.year()) * 366 + i64::from(monday.day_of_year())
}

/// Mondays to Fridays of the year before its day `year_day` (from 0), which is a `weekday`.
fn working_days_before(year_day: i64, weekday: i64) -> i64 {
    let whole_weeks = year_day / 7;
    let rest = year_day % 7;
    let in_rest = (1..=rest).filter(|back| (weekday - back).rem_euclid(7) < 5).count();
    whole_weeks * 5 + i64::try_from(in_rest).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "rows of a season or seconds of a week")]
const fn exact(seconds: i64) -> f64 {
    seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::series::{Clock, Precision, WorkingCalendar};

    fn axis(start: &str, unit: Unit, count: u32) -> TimeAxis {
        TimeAxis::Calendar(CalendarAxis {
            start: start.parse().unwrap(),
            frequency: Frequency { unit, count },
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        })
    }

    #[test]
    fn closed_slots_have_a_place_where_nothing_stands() {
        let hours = (0..5).flat_map(|day| (10..20).map(move |hour| day * DAY + hour * 3_600));
        let calendar = WorkingCalendar::new(hours.collect(), Vec::new(), 2024).unwrap();
        let TimeAxis::Calendar(open) = axis("2024-01-01T10:00", Unit::Hour, 1) else { panic!() };
        let open = TimeAxis::Calendar(CalendarAxis { calendar: Some(Arc::new(calendar)), ..open });
        assert_eq!(Cycle::of(&open, 10), Cycle::Day);
        let places = Places::new(&open, 10);
        assert_eq!((places.positions(), places.of(0).position), (24, 10));
        // Row 10 opens the next day, and row 50 the next week.
        assert_eq!(places.of(10), CyclePlace { position: 10, round: places.of(0).round + 1 });
        assert_eq!(Places::new(&open, 50).of(50).position, 10);
        assert_eq!(plausible(&open, 100), [(10, Cycle::Day), (50, Cycle::Week)]);
    }

    fn place(axis: &TimeAxis, season_length: usize, row: usize) -> usize {
        Places::new(axis, season_length).of(row).position
    }

    #[test]
    fn months_stand_in_their_years_wherever_a_series_begins() {
        let months = axis("1960-11-01T00:00", Unit::Month, 1);
        let places = Places::new(&months, 12);
        assert_eq!(
            (places.cycle(), places.of(0)),
            (Cycle::Year, CyclePlace { round: 1960, position: 10 })
        );
        assert_eq!(places.of(2), CyclePlace { round: 1961, position: 0 });
    }

    #[test]
    fn half_hours_have_days_weeks_and_years() {
        let halves = axis("2012-01-01T00:00", Unit::Minute, 30);
        let offered = plausible(&halves, 52_608);
        assert_eq!(
            offered,
            [(2, Cycle::Hour), (48, Cycle::Day), (336, Cycle::Week), (17_532, Cycle::Year)]
        );
        // 2012 began on a Sunday.
        assert_eq!(place(&halves, 336, 0), 6 * 48);
        assert_eq!(place(&halves, 48, 49), 1);
        assert_eq!(place(&halves, 17_532, 48 * 31), 48 * 31);
        assert_eq!(Places::new(&halves, 48).of(48).round, Places::new(&halves, 48).of(95).round);
    }

    #[test]
    fn days_of_a_week_begin_on_monday_across_a_new_year() {
        let days = axis("2024-12-30T00:00", Unit::Day, 1);
        let places = Places::new(&days, 7);
        let rounds: Vec<i64> = (0..8).map(|row| places.of(row).round).collect();
        assert!(rounds[..7].iter().all(|round| *round == rounds[0]) && rounds[7] > rounds[0]);
        assert_eq!((place(&days, 7, 0), place(&days, 7, 6), place(&days, 7, 7)), (0, 6, 0));
    }

    #[test]
    fn every_position_of_a_leap_year_has_room() {
        for (unit, rows) in [(Unit::Day, 366), (Unit::Week, 53), (Unit::BusinessDay, 262)] {
            let year = axis("2024-01-01T00:00", unit, 1);
            let length = plausible(&year, 2_000).last().unwrap().0;
            let places = Places::new(&year, length);
            assert!((0..rows).all(|row| places.of(row).position < places.positions()), "{unit:?}");
            assert_eq!(places.of(0).position, 0);
        }
    }

    #[test]
    fn business_days_count_up_without_a_hole() {
        let year = axis("2024-01-01T00:00", Unit::BusinessDay, 1);
        let places = Places::new(&year, 261);
        let positions: Vec<usize> = (0..262).map(|row| places.of(row).position).collect();
        assert_eq!(positions, (0..262).collect::<Vec<_>>());
    }

    #[test]
    fn a_season_the_calendar_does_not_know_is_counted_in_rows() {
        let days = axis("2024-01-03T00:00", Unit::Day, 1);
        assert_eq!((Cycle::of(&days, 10), place(&days, 10, 13)), (Cycle::Rows, 3));
        let rows = TimeAxis::row_numbers();
        assert_eq!((Cycle::of(&rows, 12), place(&rows, 12, 25)), (Cycle::Rows, 1));
        assert!(plausible(&rows, 1_000).is_empty());
    }
}
