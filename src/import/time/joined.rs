//! Times that stand in several columns: a day beside a time of day, or a year beside a month and
//! perhaps a day and an hour.
//!
//! The columns are joined row by row into text that reads as one time. Numbers are joined only under
//! names that say what they are, and only where the joined times keep an even step.

use super::date;
use super::grid::grid_of;
use super::stamps::{DateOrder, FoundTime, Ruler, TimeColumn, TimeStyle, from_text};
use crate::import::config::ImportConfig;
use crate::import::error::{ImportError, listed};
use crate::import::keys::find_keys;
use crate::import::number::is_missing;
use crate::import::table::Table;
use crate::series::Precision;

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
