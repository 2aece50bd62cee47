//! Which column is the time, by content or by name.
//!
//! Dates win over years, years over positions; of equals, a column without repeated times wins,
//! then the first. A column of numbers is never taken for time if it is the only one.

use super::date;
use super::integers::{from_integers, is_time_name};
use super::stamps::{DateOrder, FoundTime, Ruler, TimeColumn, TimeStyle, from_text};
use super::strays::grid_of;
use crate::import::config::ImportConfig;
use crate::import::error::{ImportError, listed, shown};
use crate::import::keys::{Keys, find_keys};
use crate::import::number::is_missing;
use crate::import::parsed::Table;
use crate::series::Precision;

/// A column set to be the time.
///
/// # Errors
/// A column that holds no times.
pub(crate) fn chosen_time(
    table: Table<'_>,
    column: usize,
    order: Option<DateOrder>,
) -> Result<FoundTime, ImportError> {
    let time = if table.numbers[column].is_numeric() {
        from_integers(table.hint(column, true), &table.whole_numbers(column))
    } else {
        table.text_time(column, true, order)
    };
    time.map(|time| (column, time)).ok_or_else(|| {
        let numbers = &table.numbers[column];
        let stray = numbers.unparsable.first().copied();
        let filled = || table.cells.column(column).position(|cell| !is_missing(cell));
        let row = stray.or_else(filled).unwrap_or(0);
        ImportError::NotATime {
            file: table.file.to_owned(),
            column: table.name(column).to_owned(),
            cell: shown(&table.cells.cell(column, row)),
            line: table.lines.at(row),
        }
    })
}

/// The time column that the content tells, among those that `may` be it.
pub(crate) fn found_time(
    table: Table<'_>,
    may: &dyn Fn(usize) -> bool,
    order: Option<DateOrder>,
) -> Option<FoundTime> {
    let numeric = table.numbers.iter().filter(|numbers| numbers.is_numeric()).count();
    (0..table.width())
        .filter(|&column| may(column))
        .filter_map(|column| {
            let numbers = &table.numbers[column];
            let time = if numbers.filled == 0 {
                return None;
            } else if !numbers.is_numeric() {
                table.text_time(column, false, order)?
            } else if numeric > 1 && table.is_whole(column) {
                from_integers(table.hint(column, false), &table.whole_numbers(column))?
            } else {
                return None;
            };
            Some((rank(time.style), time.repeats() > 0, column, time))
        })
        .min_by_key(|&(rank, repeats, column, _)| (rank, repeats, column))
        .map(|(.., column, time)| (column, time))
}

/// A column of whole numbers that counts time within each series of a long panel, though no column
/// is a time of the file as a whole; and the keys of that panel.
pub(crate) fn time_within_keys(
    table: Table<'_>,
    may: &dyn Fn(usize) -> bool,
    config: &ImportConfig,
) -> Result<Option<(FoundTime, Keys)>, ImportError> {
    for column in (0..table.width()).filter(|&column| may(column)) {
        let named = is_time_name(table.written_name(column));
        if !named || !table.numbers[column].is_numeric() || !table.is_whole(column) {
            continue;
        }
        let cells = table.whole_numbers(column);
        let Some(time) = from_integers(table.hint(column, true), &cells) else { continue };
        let time = (column, time);
        if let Some(keys) = find_keys(table, Some(&time), config)? {
            return Ok(Some((time, keys)));
        }
    }
    Ok(None)
}

/// Preference among time columns found by content, best first.
fn rank(style: TimeStyle) -> u8 {
    match style {
        TimeStyle::Dates | TimeStyle::DayFirst | TimeStyle::MonthFirst => 0,
        TimeStyle::CompactDates | TimeStyle::UnixTime => 1,
        TimeStyle::YearMonth => 2,
        TimeStyle::Quarters => 3,
        TimeStyle::Years => 4,
        TimeStyle::Index => 5,
    }
}

/// Names of columns of the parts of a date, longest part first, in lower case.
const PARTS: [&[&str]; 4] = [&["year", "yr", "yyyy"], &["month", "mon"], &["day"], &["hour", "hr"]];
/// Least and greatest number of each part.
const RANGES: [(f64, f64); 4] = [(1500.0, 2200.0), (1.0, 12.0), (1.0, 31.0), (0.0, 24.0)];

/// Whether a column is named like a part of a date.
pub(crate) fn is_date_part(name: &str) -> bool {
    part(name).is_some()
}

fn part(name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    PARTS.iter().position(|names| names.contains(&name.as_str()))
}

/// The time, joined with the other columns that are part of it; a time of joined parts where no
/// column of dates was found. Parts are not joined to a column that is `set` to be the time.
///
/// # Errors
/// A name in `config` that no column has.
pub(crate) fn with_parts(
    table: Table<'_>,
    found: Option<FoundTime>,
    set: bool,
    may: &dyn Fn(usize) -> bool,
    config: &ImportConfig,
) -> Result<Option<FoundTime>, ImportError> {
    if let Some((column, time)) = &found
        && let Some(joined) = with_time_of_day(table, *column, time, may, config.date_order)
    {
        return Ok(Some(joined));
    }
    let is_dated = found
        .as_ref()
        .is_some_and(|(_, time)| !matches!(time.style, TimeStyle::Years | TimeStyle::Index));
    if set || is_dated {
        return Ok(found);
    }
    let Some(parts) = of_parts(table, may) else { return Ok(found) };
    let alone = parts.1.repeats() == 0;
    if alone || find_keys(table, Some(&parts), config)?.is_some() {
        return Ok(Some(parts));
    }
    Ok(found)
}

/// A row's time as written, in its column and those joined with it.
pub(crate) fn written_time(
    table: Table<'_>,
    column: usize,
    joined: &[usize],
    row: usize,
) -> String {
    let columns = std::iter::once(column).chain(joined.iter().copied());
    let cells = columns.map(|column| table.cells.cell(column, row).trim().to_owned());
    cells.collect::<Vec<_>>().join(" ")
}

/// A column of days with the first column of times of day.
fn with_time_of_day(
    table: Table<'_>,
    day: usize,
    time: &TimeColumn,
    may: &dyn Fn(usize) -> bool,
    order: Option<DateOrder>,
) -> Option<FoundTime> {
    if !matches!(time.ruler, Ruler::Calendar(_, Precision::Day)) {
        return None;
    }
    let clock = (0..table.width()).find(|&at| at != day && may(at) && holds_clock(table, at))?;
    let join = |row: usize| {
        let (day, clock) = (table.cells.cell(day, row), table.cells.cell(clock, row));
        let whole = !is_missing(&day) && !is_missing(&clock);
        if whole { format!("{} {}", day.trim(), clock.trim()) } else { String::new() }
    };
    let joined = joined_time(table, &[day, clock], &join, order)?;
    keeps_the_step(time, &joined.1).then_some(joined)
}

/// Days that repeat need their times of day; others keep their step without them, and are joined only
/// with times of day that leave it as it is, unlike those of a sunrise.
fn keeps_the_step(days: &TimeColumn, joined: &TimeColumn) -> bool {
    let slots = |time: &TimeColumn| {
        let (_, slots) = grid_of(&time.ruler, &distinct(time))?;
        slots.last().copied()
    };
    days.repeats() > 0
        || slots(days).is_none_or(|most| slots(joined).is_some_and(|own| own <= most))
}

/// The times of a column, rising and each once.
fn distinct(time: &TimeColumn) -> Vec<i64> {
    let mut times: Vec<i64> = time.times().collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// Whether the cells that hold anything are times of day, and any is.
fn holds_clock(table: Table<'_>, column: usize) -> bool {
    let numbers = &table.numbers[column];
    let is_clock = |cell: &str| {
        cell.contains(':') && date::read(&format!("2000-01-01 {}", cell.trim())).is_some()
    };
    numbers.filled > 0
        && !numbers.is_numeric()
        && table.dates[column].is_none()
        && table.cells.column(column).all(|cell| is_missing(cell) || is_clock(cell))
}

/// A year beside a month, and the day and hour that stand with them, where together they keep a
/// step.
fn of_parts(table: Table<'_>, may: &dyn Fn(usize) -> bool) -> Option<FoundTime> {
    let find = |wanted: usize| {
        let fits = |&column: &usize| {
            let (least, most) = RANGES[wanted];
            let in_range = |n: &f64| n.is_nan() || (least..=most).contains(n);
            may(column)
                && part(table.written_name(column)) == Some(wanted)
                && table.is_whole(column)
                && table.numbers[column].values.iter().all(in_range)
        };
        (0..table.width()).find(fits)
    };
    let mut columns = vec![find(0)?, find(1)?];
    columns.extend(find(2));
    if columns.len() == 3 {
        columns.extend(find(3));
    }
    let join = |row: usize| {
        let numbers = columns.iter().map(|&column| table.numbers[column].value(row));
        let numbers: Vec<f64> = numbers.take_while(|number| !number.is_nan()).collect();
        match numbers.as_slice() {
            parts if parts.len() < columns.len() => String::new(),
            [year, month] => format!("{year}-{month:02}"),
            [year, month, day] => format!("{year}-{month:02}-{day:02}"),
            [year, month, day, hour] => format!("{year}-{month:02}-{day:02} {hour:02}:00"),
            _ => String::new(),
        }
    };
    let (column, time) = joined_time(table, &columns, &join, None)?;
    let times = distinct(&time);
    (times.len() > 1 && grid_of(&time.ruler, &times).is_some()).then_some((column, time))
}

/// The time of each row in several columns; it counts as that of the first.
fn joined_time(
    table: Table<'_>,
    columns: &[usize],
    join: &dyn Fn(usize) -> String,
    order: Option<DateOrder>,
) -> Option<FoundTime> {
    let (&first, others) = columns.split_first()?;
    let texts: Vec<String> = (0..table.lines.len()).map(join).collect();
    let cells: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut time = from_text(table.name(first), &cells, false, order)?;
    let names = listed(columns.iter().map(|&column| table.name(column)));
    time.notes.push(format!(
        "columns {names} are joined into one time; to keep one of them out, set it to be ignored"
    ));
    time.joined = others.to_vec();
    Some((first, time))
}
