//! A column of text to instants: one family of dates, one order of day and month, one clock.
//!
//! Cells that fall outside what most of the column says are unparsable; none is bent to fit.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::date::{self, Day, Written, known};
use super::stamp::{Stamp, Stamps};
use crate::import::number::is_missing;
use crate::series::steps::axis_through;
use crate::series::{Clock, Precision};

/// Filled cells looked at before a column without any date among them is passed over.
pub(crate) const LOOKED_AT: usize = 25;

/// How a time column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeStyle {
    /// The year first, or the month as a word: `2024-01-31`, `31 Jan 2024`.
    Dates,
    /// `31/01/2024`
    DayFirst,
    /// `01/31/2024`
    MonthFirst,
    /// `20240131`
    CompactDates,
    /// Seconds or milliseconds since 1970: `1704067200`.
    UnixTime,
    /// `2024-01`, `Jan 2024`
    YearMonth,
    /// `2024 Q1`
    Quarters,
    /// `2024`
    Years,
    /// Evenly stepping whole numbers.
    Index,
}

/// Which of two small numbers before a year is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `31/01/2024`
    #[schemars(title = "Day first")]
    DayFirst,
    /// `01/31/2024`
    #[schemars(title = "Month first")]
    MonthFirst,
}

/// What the stamps count.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ruler {
    /// Microseconds since 1970 on this clock.
    Calendar(Clock, Precision),
    /// Whole numbers.
    Positions,
}

/// A column read as time.
#[derive(Debug)]
pub(crate) struct TimeColumn {
    pub style: TimeStyle,
    pub ruler: Ruler,
    /// One a row.
    pub stamps: Stamps,
    /// What the reader should know.
    pub notes: Vec<String>,
    /// Columns joined with this one to tell the time, in the order of the words.
    pub joined: Vec<usize>,
}

/// A time column and its number.
pub(crate) type FoundTime = (usize, TimeColumn);

impl std::fmt::Display for TimeStyle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dates => "dates",
            Self::DayFirst => "day-first dates",
            Self::MonthFirst => "month-first dates",
            Self::CompactDates => "compact dates",
            Self::UnixTime => "Unix time",
            Self::YearMonth => "year-month",
            Self::Quarters => "quarters",
            Self::Years => "years",
            Self::Index => "index",
        })
    }
}

impl TimeColumn {
    /// Rows that share their time with an earlier row.
    pub fn repeats(&self) -> usize {
        if self.times().is_sorted_by(|one, next| one < next) {
            return 0;
        }
        let mut stamps: Vec<i64> = self.times().collect();
        let count = stamps.len();
        stamps.sort_unstable();
        stamps.dedup();
        count - stamps.len()
    }

    /// The times that were read, in file order.
    pub fn times(&self) -> impl Iterator<Item = i64> {
        self.stamps.iter().filter_map(Stamp::time)
    }
}

/// A cell before the column has decided.
type TimeCell = Result<Written, Stamp>;

/// A text column as time; `None` where it is none. More than half of the filled cells must be
/// dates; a column that was `chosen` by name counts with a single one. The `order` of day and month
/// is told by the column where it is `None`.
pub(crate) fn from_text(
    name: &str,
    cells: &[&str],
    chosen: bool,
    order: Option<DateOrder>,
) -> Option<TimeColumn> {
    let filled = || cells.iter().filter(|cell| !is_missing(cell));
    if !chosen && !filled().take(LOOKED_AT).any(|cell| date::read(cell).is_some()) {
        return None;
    }
    let mut written: Vec<TimeCell> = cells.iter().map(|cell| read_cell(cell)).collect();
    let precision = keep_main_family(&mut written)?;
    let dates = written.iter().flatten().count();
    if !chosen && dates * 2 <= filled().count() {
        return None;
    }
    let mut notes = Vec::new();
    let style = match precision {
        Precision::Month => TimeStyle::YearMonth,
        Precision::Quarter => TimeStyle::Quarters,
        _ => day_style(name, &written, order, &mut notes),
    };
    if written.iter().flatten().any(|cell| cell.short_year) {
        notes.push(format!("years of two digits in column {name} are read as 1969 to 2068"));
    }
    let month_first = style == TimeStyle::MonthFirst;
    let locals: Vec<Result<Local, Stamp>> =
        written.into_iter().map(|cell| cell.and_then(|cell| local(&cell, month_first))).collect();
    let (stamps, clock) = on_one_clock(name, &locals, &mut notes);
    Some(TimeColumn {
        style,
        ruler: Ruler::Calendar(clock, precision),
        stamps: stamps.into_iter().collect(),
        notes,
        joined: Vec::new(),
    })
}

fn read_cell(cell: &str) -> TimeCell {
    if is_missing(cell) {
        return Err(Stamp::Missing);
    }
    date::read(cell).ok_or(Stamp::Unparsable)
}

/// Dates, months and quarters do not mix: keeps the most frequent kind and returns the finest
/// precision in it.
fn keep_main_family(cells: &mut [TimeCell]) -> Option<Precision> {
    let family = |precision: Precision| match precision {
        Precision::Quarter => 0,
        Precision::Month | Precision::Year => 1,
        Precision::Day | Precision::Second => 2,
    };
    let mut counts = [0_usize; 3];
    for cell in cells.iter().flatten() {
        counts[family(cell.precision)] += 1;
    }
    let main = (0..3).max_by_key(|&kind| counts[kind]).filter(|&kind| counts[kind] > 0)?;
    let mut finest = [Precision::Quarter, Precision::Month, Precision::Day][main];
    for cell in cells.iter_mut() {
        match cell {
            Ok(written) if family(written.precision) != main => *cell = Err(Stamp::Unparsable),
            Ok(Written { precision: Precision::Second, .. }) => finest = Precision::Second,
            _ => {}
        }
    }
    Some(finest)
}

/// The order of day and month, told by the cells that fit only one, else by which order makes the
/// column rise in even steps.
fn day_style(
    name: &str,
    cells: &[TimeCell],
    order: Option<DateOrder>,
    notes: &mut Vec<String>,
) -> TimeStyle {
    let either: Vec<Written> = cells
        .iter()
        .flatten()
        .filter(|cell| matches!(cell.day, Day::Either { .. }))
        .copied()
        .collect();
    if either.is_empty() {
        return TimeStyle::Dates;
    }
    match order {
        Some(DateOrder::DayFirst) => return TimeStyle::DayFirst,
        Some(DateOrder::MonthFirst) => return TimeStyle::MonthFirst,
        None => {}
    }
    let fits = |month_first| either.iter().filter(|cell| local(cell, month_first).is_ok()).count();
    let (day_first, month_first) = (fits(false), fits(true));
    if day_first != month_first {
        return if month_first > day_first { TimeStyle::MonthFirst } else { TimeStyle::DayFirst };
    }
    let (by_day, by_month) = (unevenness(&either, false), unevenness(&either, true));
    let both_fit =
        format!("day-first and month-first both fit the dates in column {name}; read as");
    if by_month < by_day {
        notes.push(format!("{both_fit} month-first, which makes even steps"));
        return TimeStyle::MonthFirst;
    }
    let why = if by_day < by_month { ", which makes even steps" } else { "" };
    notes.push(format!("{both_fit} day-first{why}"));
    TimeStyle::DayFirst
}

/// How far an order of day and month is from even steps forward: steps back, then empty slots.
fn unevenness(cells: &[Written], month_first: bool) -> (usize, usize) {
    let times = cells.iter().filter_map(|cell| local(cell, month_first).ok());
    let mut times: Vec<i64> = times.map(|local| local.micros).collect();
    // A file may run from the newest row to the oldest.
    let falls = times.windows(2).filter(|pair| pair[1] < pair[0]).count();
    let rises = times.windows(2).filter(|pair| pair[1] > pair[0]).count();
    times.sort_unstable();
    times.dedup();
    let slots = axis_through(&times, &Clock::Wall, Precision::Second)
        .and_then(|(_, slots)| slots.last().copied());
    (falls.min(rises), slots.unwrap_or(usize::MAX))
}

/// The cell's time on its own clock.
fn local(cell: &Written, month_first: bool) -> Result<Local, Stamp> {
    let day = match cell.day {
        Day::Known(date) => date,
        Day::Either { first, second, year } => {
            let (month, day) = if month_first { (first, second) } else { (second, first) };
            Date::new(year, month, day).map_err(|_| Stamp::Unparsable)?
        }
    };
    Ok(Local { micros: midnight(day) + cell.time_micros, offset_secs: cell.offset_secs })
}

/// Midnight of a day on a wall clock, in microseconds since 1970.
pub(crate) fn midnight(day: Date) -> i64 {
    Clock::Wall.instant_micros(day.to_datetime(Time::midnight()))
}

/// The first day of a year, or of a month of it.
pub(crate) fn first_day(year: u32, month: u32) -> Option<i64> {
    known(year, month, 1).map(midnight)
}

/// A time as written, on its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local {
    /// Microseconds since 1970 as if the clock were UTC.
    pub micros: i64,
    /// Seconds east of Greenwich, where written.
    pub offset_secs: Option<i32>,
}

/// All times of a column on one clock. Where some cells have an offset and some have none, the
/// fewer of the two are unparsable: nobody knows where they belong.
pub(crate) fn on_one_clock(
    name: &str,
    cells: &[Result<Local, Stamp>],
    notes: &mut Vec<String>,
) -> (Vec<Stamp>, Clock) {
    let with = cells.iter().flatten().filter(|cell| cell.offset_secs.is_some()).count();
    let without = cells.iter().flatten().count() - with;
    if with > 0 && without > 0 {
        let (kept, fewer) = if with >= without { ("with", without) } else { ("without", with) };
        notes.push(format!(
            "column {name} has times with and without an offset from UTC; those {kept} one are \
             used and the {fewer} others count as unreadable"
        ));
    }
    let keep_offsets = with >= without && with > 0;
    let stamps: Vec<Stamp> = cells
        .iter()
        .map(|cell| match *cell {
            Ok(Local { micros, offset_secs: Some(offset) }) if keep_offsets => {
                Stamp::At(micros - i64::from(offset) * 1_000_000)
            }
            Ok(Local { micros, offset_secs: None }) if !keep_offsets => Stamp::At(micros),
            Ok(_) => Stamp::Unparsable,
            Err(stamp) => stamp,
        })
        .collect();
    if !keep_offsets {
        return (stamps, Clock::Wall);
    }
    let offsets = cells.iter().flatten().filter_map(|cell| cell.offset_secs);
    let pairs = stamps.iter().filter_map(|stamp| match stamp {
        Stamp::At(instant) => Some(*instant),
        Stamp::Missing | Stamp::Unparsable => None,
    });
    let clock = clock_of(name, pairs.zip(offsets).collect(), notes);
    (stamps, clock)
}

/// The clock that shows each offset at its instant.
fn clock_of(name: &str, mut shown: Vec<(i64, i32)>, notes: &mut Vec<String>) -> Clock {
    let Some(&(_, first)) = shown.first() else { return Clock::Wall };
    if shown.iter().all(|&(_, offset)| offset == first) {
        return Offset::from_seconds(first).map_or(Clock::Fixed(Offset::UTC), Clock::Fixed);
    }
    shown.sort_unstable();
    let mut samples: Vec<(i64, i32)> = shown.first().copied().into_iter().collect();
    for pair in shown.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
        samples.extend_from_slice(pair);
    }
    samples.extend(shown.last());
    samples.dedup();
    if let Some(zone) = Clock::zone_matching(&samples) {
        let clock = Clock::Zoned(zone);
        notes.push(format!(
            "the offsets in column {name} change as in {clock}, the first zone by name that shows \
             all of them; dates past the end follow it"
        ));
        return clock;
    }
    notes.push(format!(
        "the offsets in column {name} change as in no known time zone; times are shown in UTC"
    ));
    Clock::Fixed(Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> TimeColumn {
        from_text("t", cells, false, None).unwrap()
    }

    fn days(column: &TimeColumn) -> Vec<String> {
        column
            .times()
            .map(|time| Clock::Wall.local(time).strftime("%Y-%m-%d").to_string())
            .collect()
    }

    #[test]
    fn day_and_month_are_told_apart_over_the_whole_column() {
        let column = read(&["01/02/2024", "02/02/2024", "13/02/2024"]);
        assert_eq!(column.style, TimeStyle::DayFirst);
        assert_eq!(days(&column), ["2024-02-01", "2024-02-02", "2024-02-13"]);
        assert!(column.notes.is_empty());
        let column = read(&["01/02/2024", "01/13/2024"]);
        assert_eq!(column.style, TimeStyle::MonthFirst);
        assert_eq!(days(&column), ["2024-01-02", "2024-01-13"]);
    }

    #[test]
    fn a_column_that_cannot_tell_says_so() {
        let column = read(&["01.02.2024", "02.02.2024", "03.02.2024"]);
        assert_eq!(column.style, TimeStyle::DayFirst);
        assert_eq!(
            column.notes,
            ["day-first and month-first both fit the dates in column t; read as day-first"]
        );
    }

    #[test]
    fn months_of_several_years_are_told_by_their_even_steps() {
        let cells: Vec<String> =
            (0..24).map(|month| format!("{}/1/{}", month % 12 + 1, 1949 + month / 12)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let column = read(&cells);
        assert_eq!(column.style, TimeStyle::MonthFirst);
        assert!(column.notes[0].contains("month-first, which makes even steps"));
    }

    #[test]
    fn the_minority_is_unparsable() {
        let cells = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024 Q1", ""];
        let column = read(&cells);
        assert_eq!([4, 5].map(|row| column.stamps.at(row)), [Stamp::Unparsable, Stamp::Missing]);
        assert_eq!(column.ruler, Ruler::Calendar(Clock::Wall, Precision::Day));
        assert!(from_text("t", &["2024-01-01", "x", "y"], false, None).is_none());
        assert!(from_text("t", &["2024-01-01", "x", "y"], true, None).is_some());
    }

    #[test]
    fn two_digit_years_are_said_to_be_so() {
        assert!(read(&["31/12/99", "30/12/99"]).notes[0].contains("1969 to 2068"));
    }
}

#[cfg(test)]
mod clocks_tests {
    use super::*;

    fn read(cells: &[(i64, Option<i32>)]) -> (Vec<Stamp>, Clock, Vec<String>) {
        let cells = cells
            .iter()
            .map(|&(secs, offset_secs)| Ok(Local { micros: secs * 1_000_000, offset_secs }));
        let mut notes = Vec::new();
        let (stamps, clock) = on_one_clock("t", &cells.collect::<Vec<_>>(), &mut notes);
        (stamps, clock, notes)
    }

    #[test]
    fn one_offset_is_a_fixed_clock() {
        let (stamps, clock, notes) = read(&[(7200, Some(3600)), (10_800, Some(3600))]);
        assert_eq!(stamps, [Stamp::At(3_600_000_000), Stamp::At(7_200_000_000)]);
        assert_eq!(clock.to_string(), "UTC+01:00");
        assert!(notes.is_empty());
        assert_eq!(read(&[(0, Some(0))]).1.to_string(), "UTC");
    }

    #[test]
    fn changing_offsets_are_a_zone() {
        // Hours around 2021-03-28T01:00Z, when central European clocks sprang forward.
        let change = 1_616_893_200;
        let (_, clock, notes) = read(&[(change, Some(3600)), (change + 7200, Some(7200))]);
        assert!(matches!(clock, Clock::Zoned(_)));
        assert!(notes[0].contains("first zone by name"), "{notes:?}");
    }

    #[test]
    fn offsets_of_no_zone_are_shown_in_utc() {
        let (stamps, clock, notes) = read(&[(0, Some(0)), (3600, Some(61)), (7200, Some(122))]);
        assert_eq!(stamps[1], Stamp::At(3_539_000_000));
        assert_eq!(clock.to_string(), "UTC");
        assert!(notes[0].contains("no known time zone"), "{notes:?}");
    }

    #[test]
    fn the_fewer_of_mixed_times_are_unparsable() {
        let (stamps, clock, notes) = read(&[(0, None), (60, None), (120, Some(0))]);
        assert_eq!(stamps[2], Stamp::Unparsable);
        assert_eq!(clock, Clock::Wall);
        assert!(notes[0].contains("those without one are used and the 1 others"), "{notes:?}");
    }
}
