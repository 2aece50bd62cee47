//! A column of whole numbers as time: years, compact dates, or positions.
//!
//! Whole numbers are what targets are made of too, so each reading asks for a telling name or for
//! the even steps of a first column.

use jiff::tz::Offset;

use super::date::known;
use super::stamp::Stamp;
use super::stamps::{Ruler, TimeColumn, TimeStyle, first_day, midnight};
use super::strays::strays;
use crate::import::number::is_missing;
use crate::series::steps::position_grid;
use crate::series::{Clock, Precision};

/// Names of a column of years or compact dates, in lower case.
const DATE_NAMES: [&str; 16] = [
    "year",
    "years",
    "yr",
    "yyyy",
    "date",
    "dates",
    "day",
    "month",
    "period",
    "time",
    "datum",
    "jahr",
    "année",
    "año",
    "yearmonth",
    "year_month",
];
/// Names of a column that counts rows, in lower case.
const INDEX_NAMES: [&str; 20] = [
    "",
    "i",
    "n",
    "t",
    "k",
    "no",
    "nr",
    "id",
    "ix",
    "idx",
    "index",
    "row",
    "rownames",
    "obs",
    "observation",
    "step",
    "time",
    "timestep",
    "tick",
    "unnamed: 0",
];
/// Names of a column of Unix times, in lower case.
const UNIX_NAMES: [&str; 9] =
    ["timestamp", "unix", "unixtime", "unix_time", "epoch", "time", "ts", "date", "datetime"];
/// Seconds since 1970 that a bare number may be: late 1985 to 2128.
const UNIX_SECONDS: std::ops::RangeInclusive<i64> = 500_000_000..=5_000_000_000;
/// Years that a bare number may be.
const YEARS: std::ops::RangeInclusive<i64> = 1500..=2200;
/// Whole numbers that f64 holds exactly, so that a position is a number a plot can show.
const LARGEST_POSITION: u64 = 1 << 53;
/// Rows that must step evenly before an unnamed first column counts as one of positions.
const FEWEST_STEPS: usize = 3;

/// What is known of a column besides its cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hint<'a> {
    /// Its name in the header, empty where it has none.
    pub name: &'a str,
    /// Whether it is the first column.
    pub first: bool,
    /// Whether it was chosen by name as the time.
    pub chosen: bool,
}

/// A cell of a column of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// A whole number that f64 holds exactly.
    Number(i64),
    /// Nothing, or a word that means so.
    Missing,
    /// Anything else.
    Stray,
}

impl Whole {
    /// What a cell says.
    pub fn read(cell: &str) -> Self {
        match whole(cell) {
            Some(number) => Self::Number(number),
            None if is_missing(cell) => Self::Missing,
            None => Self::Stray,
        }
    }

    /// A number without a fraction, or none.
    pub fn of(number: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "whole and far within i64")]
        let whole = number as i64;
        if number.is_nan() { Self::Missing } else { Self::Number(whole) }
    }

    const fn number(self) -> Option<i64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

/// A column of whole numbers as time; `None` where nothing tells that it is.
pub(crate) fn from_integers(hint: Hint<'_>, cells: &[Whole]) -> Option<TimeColumn> {
    let stray = cells.contains(&Whole::Stray);
    let found: Vec<i64> = cells.iter().filter_map(|cell| cell.number()).collect();
    if found.is_empty() || (stray && !hint.chosen) {
        return None;
    }
    let style = style(hint, &found)?;
    let time = |number: i64| match style {
        TimeStyle::CompactDates => compact_date(number),
        TimeStyle::YearMonth => compact_month(number),
        TimeStyle::UnixTime => unix_micros(number),
        TimeStyle::Years => u32::try_from(number).ok().and_then(|year| first_day(year, 1)),
        _ => Some(number),
    };
    let stamps = cells.iter().map(|cell| match cell.number().and_then(time) {
        Some(time) => Stamp::At(time),
        None if *cell == Whole::Missing => Stamp::Missing,
        None => Stamp::Unparsable,
    });
    let ruler = match style {
        TimeStyle::CompactDates => Ruler::Calendar(Clock::Wall, Precision::Day),
        TimeStyle::YearMonth => Ruler::Calendar(Clock::Wall, Precision::Month),
        TimeStyle::UnixTime => Ruler::Calendar(Clock::Fixed(Offset::UTC), Precision::Second),
        TimeStyle::Years => Ruler::Calendar(Clock::Wall, Precision::Year),
        _ => Ruler::Positions,
    };
    let (stamps, notes, joined) = (stamps.collect(), Vec::new(), Vec::new());
    Some(TimeColumn { style, ruler, stamps, notes, joined })
}

/// Whether a column only counts the rows: it is no target, even where it is not the time.
pub(crate) fn counts_rows(hint: Hint<'_>, cells: impl FnOnce() -> Vec<Whole>) -> bool {
    let numbers = || cells().into_iter().map(Whole::number).collect::<Option<Vec<i64>>>();
    hint.first
        && is_named(hint.name, &INDEX_NAMES)
        && numbers().is_some_and(|numbers| steps_nearly_evenly(&numbers))
}

/// A whole number, also as `3.0`.
fn whole(cell: &str) -> Option<i64> {
    let cell = cell.trim();
    let digits = match cell.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => cell,
    };
    digits.parse().ok().filter(|number: &i64| number.unsigned_abs() <= LARGEST_POSITION)
}

fn style(hint: Hint<'_>, numbers: &[i64]) -> Option<TimeStyle> {
    let dated = is_named(hint.name, &DATE_NAMES);
    let trusted = dated || hint.chosen;
    let most_are = |holds: &dyn Fn(i64) -> bool| {
        numbers.iter().filter(|&&number| holds(number)).count() * 5 >= numbers.len() * 4
    };
    if most_are(&|number| compact_date(number).is_some()) {
        return Some(TimeStyle::CompactDates);
    }
    let months: Option<Vec<i64>> = numbers.iter().map(|&number| compact_month(number)).collect();
    if months.is_some_and(|months| trusted || (hint.first && rises(&months))) {
        return Some(TimeStyle::YearMonth);
    }
    let unix = hint.chosen || is_named(hint.name, &UNIX_NAMES);
    if unix && numbers.iter().all(|&number| unix_micros(number).is_some()) {
        return Some(TimeStyle::UnixTime);
    }
    let indexed = is_named(hint.name, &INDEX_NAMES);
    if !(trusted || hint.first || indexed) {
        return None;
    }
    // One wild number does not make a count something else.
    let (counted, regular) = (steps_nearly_evenly(numbers), without_strays(numbers));
    let numbers = regular.as_slice();
    let all_years = numbers.iter().all(|number| YEARS.contains(number));
    let years_fit = hint.chosen || (dated && are_distinct(numbers)) || (hint.first && counted);
    if all_years && years_fit {
        return Some(TimeStyle::Years);
    }
    let counts = indexed && lies_on_a_grid(numbers);
    (hint.chosen || counts || (hint.first && counted)).then_some(TimeStyle::Index)
}

/// Whether a column is named like a time that is counted: years, steps, positions.
pub(crate) fn is_time_name(name: &str) -> bool {
    let counted = name.trim().eq_ignore_ascii_case("ds");
    counted || is_named(name, &DATE_NAMES) || (!name.is_empty() && is_named(name, &INDEX_NAMES))
}

fn is_named(name: &str, names: &[&str]) -> bool {
    let name = name.trim().to_lowercase();
    names.contains(&name.as_str())
}

/// `20240131`
fn compact_date(number: i64) -> Option<i64> {
    let number = u32::try_from(number).ok().filter(|n| (15_000_101..=22_001_231).contains(n))?;
    known(number / 10_000, number / 100 % 100, number % 100).map(midnight)
}

/// `202401`
fn compact_month(number: i64) -> Option<i64> {
    let number = u32::try_from(number).ok().filter(|n| (150_001..=220_012).contains(n))?;
    first_day(number / 100, number % 100)
}

/// Seconds or milliseconds since 1970.
fn unix_micros(number: i64) -> Option<i64> {
    if UNIX_SECONDS.contains(&number) {
        return Some(number * 1_000_000);
    }
    UNIX_SECONDS.contains(&(number / 1000)).then(|| number * 1000)
}

/// The same step, forwards or backwards, from each number to the next.
fn steps_evenly(numbers: &[i64]) -> bool {
    let mut steps = numbers.windows(2).map(|pair| pair[1] - pair[0]);
    let first = steps.next().unwrap_or(0);
    numbers.len() >= FEWEST_STEPS && first != 0 && steps.all(|step| step == first)
}

/// The same, with a few wild numbers among the others, all of them different.
fn steps_nearly_evenly(numbers: &[i64]) -> bool {
    if steps_evenly(numbers) {
        return true;
    }
    let regular = without_strays(numbers);
    regular.len() < numbers.len() && are_distinct(numbers) && {
        let mut rising = regular.windows(2).map(|pair| pair[1] - pair[0]);
        let first = rising.next().unwrap_or(0);
        first != 0 && rising.all(|step| step % first == 0 && step.signum() == first.signum())
    }
}

/// The numbers that keep the step of most of them, in file order.
fn without_strays(numbers: &[i64]) -> Vec<i64> {
    let mut times = sorted(numbers);
    times.dedup();
    let strays = strays(&Ruler::Positions, &times);
    numbers.iter().copied().filter(|number| strays.binary_search(number).is_err()).collect()
}

fn rises(times: &[i64]) -> bool {
    times.len() >= FEWEST_STEPS && times.windows(2).all(|pair| pair[0] < pair[1])
}

fn are_distinct(numbers: &[i64]) -> bool {
    sorted(numbers).windows(2).all(|pair| pair[0] < pair[1])
}

/// Distinct numbers on a grid that they mostly fill.
fn lies_on_a_grid(numbers: &[i64]) -> bool {
    are_distinct(numbers) && position_grid(&sorted(numbers)).is_some()
}

fn sorted(numbers: &[i64]) -> Vec<i64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, first: bool, cells: &[&str]) -> Option<TimeStyle> {
        let cells: Vec<Whole> = cells.iter().map(|cell| Whole::read(cell)).collect();
        from_integers(Hint { name, first, chosen: false }, &cells).map(|column| column.style)
    }

    #[test]
    fn years_need_a_name_or_even_steps_in_the_first_column() {
        assert_eq!(told("Year", false, &["1990", "1992", "1993"]), Some(TimeStyle::Years));
        assert_eq!(told("x", true, &["1990", "1991", "1992"]), Some(TimeStyle::Years));
        assert_eq!(told("x", false, &["1990", "1991", "1992"]), None);
        assert_eq!(told("x", true, &["1990", "1994", "1992"]), None);
        assert_eq!(told("year", true, &["1990", "1990", "1991"]), None);
        assert_eq!(told("year", true, &["1990.0", "1991.0"]), Some(TimeStyle::Years));
    }

    #[test]
    fn compact_dates_and_months() {
        assert_eq!(told("x", false, &["20240131", "20240201"]), Some(TimeStyle::CompactDates));
        assert_eq!(told("month", false, &["202401", "202402"]), Some(TimeStyle::YearMonth));
        assert_eq!(told("x", false, &["202401", "202402"]), None);
    }

    #[test]
    fn unix_times_need_a_name() {
        let hours = ["1704067200", "1704070800", "1704078000"];
        assert_eq!(told("timestamp", false, &hours), Some(TimeStyle::UnixTime));
        assert_eq!(
            told("ts", false, &["1704067200000", "1704070800000"]),
            Some(TimeStyle::UnixTime)
        );
        assert_eq!(told("x", false, &hours), None);
    }

    #[test]
    fn one_wild_number_does_not_end_a_count() {
        let mut cells: Vec<String> = (0..40).map(|row| (row * 5).to_string()).collect();
        cells[11] = "4000000".to_owned();
        let wild: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert_eq!(told("x", true, &wild), Some(TimeStyle::Index));
        assert_eq!(told("t", false, &wild), Some(TimeStyle::Index));
        assert_eq!(told("x", false, &wild), None);
        cells[30] = "5".to_owned();
        let twice: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert_eq!(told("x", true, &twice), None);
    }

    #[test]
    fn an_index_steps_evenly_or_is_named_so() {
        assert_eq!(told("x", true, &["0", "5", "10"]), Some(TimeStyle::Index));
        assert_eq!(told("x", true, &["0", "5", "11"]), None);
        assert_eq!(told("t", false, &["0", "5", "15"]), Some(TimeStyle::Index));
        assert_eq!(told("t", false, &["0", "5", "5"]), None);
        assert_eq!(told("t", false, &["0", "5", "x"]), None);
        assert_eq!(told("t", true, &["-9223372036854775808", "9223372036854775807"]), None);
    }
}
