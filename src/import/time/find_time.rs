//! Which column is the time, by content or by name.
//!
//! Dates win over years, years over positions; of equals, a column without repeated times wins,
//! then the first. A column of numbers is never taken for time if it is the only one.

use super::integers::{from_integers, is_time_name};
use super::stamps::{DateOrder, FoundTime, TimeStyle};
use crate::import::config::ImportConfig;
use crate::import::error::{ImportError, shown};
use crate::import::keys::{Keys, find_keys};
use crate::import::number::is_missing;
use crate::import::table::Table;

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
