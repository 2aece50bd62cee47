//! A row a series: ids, then one value after another, under dates or plain positions.
//!
//! The M4 and Monash collections are written so. Blanks after a row's last value are where its
//! series ends; a blank before it is a missing value.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cells::Cells;
use super::config::{ColumnRole, ImportConfig, Layout};
use super::error::{ImportError, shown};
use super::keys::{SEPARATOR, id};
use super::ledger::{Ledger, Place, Reason, SeriesLedger, Spot, Tally};
use super::panel::Fate;
use super::parsed::Table;
use super::selection::SlotLines;
use super::time::integers::{Hint, Whole, from_integers};
use super::time::stamp::Stamp;
use super::time::stamps::{Ruler, TimeColumn, TimeStyle, from_text};
use crate::series::steps::{axis_through, position_grid};
use crate::series::{Panel, PositionAxis, Series, TimeAxis};

/// What tells that a table holds a series a row.
#[derive(Debug)]
pub(crate) struct WideRows {
    /// Columns of ids, in file order.
    pub ids: Vec<usize>,
    /// Columns of values, in time order.
    pub values: Vec<usize>,
    /// The axis of the first value of every row.
    pub axis: TimeAxis,
    /// How the header writes the times; `None` for positions.
    pub style: Option<TimeStyle>,
    /// The signs of it, in words.
    pub evidence: String,
}

/// Columns of values from which a header of positions or dates tells a series a row.
const FEWEST_VALUES: usize = 3;
/// The same where there is no header.
const FEWEST_VALUES_WITHOUT_HEADER: usize = 8;

/// Finds the columns of a table that holds a series a row; `None` where it does not.
///
/// # Errors
/// The settings ask for wide rows and the columns of values are not evenly spaced, or there are none.
pub(crate) fn find_wide_rows(
    table: Table<'_>,
    config: &ImportConfig,
) -> Result<Option<WideRows>, ImportError> {
    let forced = match config.layout {
        Some(Layout::WideRows) => true,
        Some(_) => return Ok(None),
        None if config.time.is_some() => return Ok(None),
        None => false,
    };
    let role = |column: usize| config.roles.get(table.name(column)).copied();
    let leading = (0..table.width())
        .take_while(|&column| is_words(table, column) || role(column) == Some(ColumnRole::Id))
        .count();
    // Ids may be numbers under a header of dates or positions that leaves them out.
    let first = if leading == 0 && !is_counted(table, 0) { 1 } else { leading };
    let ids: Vec<usize> =
        (0..first).filter(|&column| role(column) != Some(ColumnRole::Ignored)).collect();
    let values: Vec<usize> = (first..table.width())
        .filter(|&column| role(column) != Some(ColumnRole::Ignored))
        .collect();
    let found = header_axis(table, &values).map(|(axis, style)| {
        let (one, last) = (values.first(), values.last());
        let name = |column: Option<&usize>| column.map_or("", |&column| table.name(column));
        let what = style.map_or_else(|| "positions".to_owned(), |style| style.to_string());
        let evidence =
            format!("the header runs through {what} from {} to {}", name(one), name(last));
        (axis, style, evidence)
    });
    if forced {
        let numbered = || (TimeAxis::row_numbers(), None, "set so".to_owned());
        if values.is_empty() {
            return Err(ImportError::NoValueColumns { file: table.file.to_owned() });
        }
        let (axis, style, evidence) = found.unwrap_or_else(numbered);
        return Ok(Some(WideRows { ids, values, axis, style, evidence }));
    }
    let headless =
        table.sheet.header.is_none() && values.len() >= FEWEST_VALUES_WITHOUT_HEADER && leading > 0;
    if ids.is_empty() || !(found.is_some() || headless) || !are_mostly_numbers(table, &values) {
        return Ok(None);
    }
    let holds_time =
        ids.iter().any(|&column| table.text_time(column, false, config.date_order).is_some());
    // Rows that begin with nothing but their date are steps of time, whatever names the columns.
    let dated = holds_time && ids.len() == 1;
    if dated || (found.is_none() && holds_time) {
        return Ok(None);
    }
    let repeats = repeated_ids(table, &ids);
    let guess = match found {
        // Dates in the header can only be those of the values, whatever the rows are called.
        Some((axis, style, evidence)) if repeats == 0 || style.is_some() => {
            let same = match repeats {
                0 => String::new(),
                1 => {
                    "; 1 row has the ids of an earlier one and is told apart by a number".to_owned()
                }
                _ => format!(
                    "; {repeats} rows have the ids of an earlier one and are told apart by numbers"
                ),
            };
            let evidence = evidence + &same;
            Some(WideRows { ids, values, axis, style, evidence })
        }
        _ if headless && repeats == 0 => {
            let evidence =
                "no header, and ids that differ from row to row before the numbers".to_owned();
            let axis = TimeAxis::row_numbers();
            Some(WideRows { ids, values, axis, style: None, evidence })
        }
        _ => None,
    };
    Ok(guess)
}

fn is_words(table: Table<'_>, column: usize) -> bool {
    table.numbers[column].filled > 0 && !table.numbers[column].is_numeric()
}

/// Whether the header counts this column as one of the values.
fn is_counted(table: Table<'_>, column: usize) -> bool {
    header_axis(table, &(column..table.width()).collect::<Vec<_>>()).is_some()
}

/// Columns enough, and most of them numbers or empty.
fn are_mostly_numbers(table: Table<'_>, values: &[usize]) -> bool {
    let numeric = |&&column: &&usize| {
        let numbers = &table.numbers[column];
        numbers.filled == 0 || numbers.is_numeric()
    };
    values.len() >= FEWEST_VALUES && values.iter().filter(numeric).count() * 4 >= values.len() * 3
}

/// Rows that have the ids of an earlier row.
fn repeated_ids(table: Table<'_>, ids: &[usize]) -> usize {
    let mut seen = HashSet::new();
    (0..table.lines.len()).filter(|&row| !seen.insert(key(table.cells, ids, row))).count()
}

fn key(cells: &Cells<'_>, ids: &[usize], row: usize) -> String {
    let ids = ids.iter().map(|&column| id(&cells.cell(column, row)).to_owned());
    ids.collect::<Vec<_>>().join(SEPARATOR)
}

/// The axis that the header's names of the value columns stand on: dates, or a word and a number
/// that counts evenly (`V2`, `V3`, …).
fn header_axis(table: Table<'_>, values: &[usize]) -> Option<(TimeAxis, Option<TimeStyle>)> {
    table.sheet.header.as_ref()?;
    if values.len() < FEWEST_VALUES {
        return None;
    }
    let names: Vec<&str> = values.iter().map(|&column| table.written_name(column).trim()).collect();
    let hint = Hint { name: "", first: false, chosen: true };
    let whole = || names.iter().map(|name| Whole::read(name)).collect::<Vec<_>>();
    let time =
        from_text("the header", &names, false, None).or_else(|| from_integers(hint, &whole()));
    let Some(TimeColumn { ruler: Ruler::Calendar(clock, precision), style, stamps, .. }) = time
    else {
        return positions(&names, values).map(|axis| (axis, None));
    };
    let times: Option<Vec<i64>> = stamps.iter().map(Stamp::time).collect();
    let times = times.filter(|times| times.windows(2).all(|pair| pair[0] < pair[1]))?;
    let (axis, slots) = axis_through(&times, &clock, precision)?;
    let gapless = slots.last().is_some_and(|&last| last + 1 == slots.len());
    gapless.then_some((TimeAxis::Calendar(axis), Some(style)))
}

/// Names of one word and an evenly rising number.
fn positions(names: &[&str], columns: &[usize]) -> Option<TimeAxis> {
    let split = |name: &str| {
        let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
        Some((word.len(), name[word.len()..].parse::<i64>().ok()?))
    };
    let (first_word, first) = split(names.first()?)?;
    let word = &names.first()?[..first_word];
    let numbers: Option<Vec<i64>> = names
        .iter()
        .map(|name| split(name).filter(|&(at, _)| &name[..at] == word).map(|(_, number)| number))
        .collect();
    let numbers = numbers?;
    if numbers.windows(2).any(|pair| pair[1] <= pair[0]) {
        return None;
    }
    let (step, slots) = position_grid(&numbers)?;
    if slots.last()? + 1 != slots.len() {
        return None;
    }
    // R names columns by their number in the file; the first value is not the second for that.
    let numbers_columns = usize::try_from(first).ok()? == columns.first()? + 1;
    let start = if numbers_columns && !word.is_empty() { 1 } else { first };
    Some(TimeAxis::Position(PositionAxis { start, step }))
}

/// Reads every row as a series.
///
/// # Errors
/// Where the settings drop every series, or the target, for its missing values.
pub(crate) fn read_rows(
    table: Table<'_>,
    wide: &WideRows,
    config: &ImportConfig,
    ledger: &mut Ledger,
) -> Result<(Panel, Vec<SlotLines>), ImportError> {
    let file = || table.file.to_owned();
    let (mut panel, mut lines) = (Panel::default(), Vec::new());
    let [mut missing, mut unparsable, mut outliers, mut empty, mut dropped] =
        <[Tally; 5]>::default();
    let (mut names, mut copies) = (HashSet::new(), HashMap::new());
    for row in 0..table.lines.len() {
        let line = table.lines.at(row);
        let cells = table.cells.row(row);
        let filled = |&column: &usize| !cells[column].trim().is_empty();
        let end = wide.values.iter().rposition(filled).map_or(0, |last| last + 1);
        if end == 0 {
            empty.add(line);
            continue;
        }
        let mut name = key(table.cells, &wide.ids, row);
        if name.is_empty() {
            name = format!("row {}", row + 1);
        }
        let plain = name.clone();
        while !names.insert(name.clone()) {
            let copies = copies.entry(plain.clone()).or_insert(1_usize);
            *copies += 1;
            name = format!("{plain} ({copies})");
        }
        let values = wide.values[..end].iter().map(|&column| table.numbers[column].value(row));
        let series = Series::new(name.clone(), wide.axis.clone(), values.collect::<Vec<f64>>());
        let fate = Fate::of(&series, config);
        if fate.is_dropped {
            if config.target.as_ref() == Some(&name) {
                return Err(ImportError::TargetDropped {
                    file: file(),
                    name,
                    missing: fate.missing,
                });
            }
            let mut own = Tally::default();
            own.add(line);
            own.detail_with(|| format!("the first has {} missing values", fate.missing));
            dropped.absorb(&own);
            let mut account = SeriesLedger { name, rows_read: 1, ..SeriesLedger::default() };
            own.file(Reason::DroppedSeries, None, &mut account.entries);
            ledger.series.push(account);
            continue;
        }
        let own = (row, cells.as_slice());
        let masked = RowCells::of(table, &wide.values[..end], own, panel.series.len(), &fate);
        missing.absorb(&masked.missing);
        unparsable.absorb(&masked.unparsable);
        outliers.absorb(&masked.outliers);
        let account = masked.account(name, end);
        ledger.cells_read += account.cells_read;
        ledger.cells_used += account.cells_used;
        ledger.series.push(account);
        panel.series.push(series);
        lines.push(SlotLines::new((0..end).map(|slot| (slot, line))));
    }
    if panel.series.is_empty() && dropped.count > 0 {
        return Err(ImportError::AllDropped { file: file(), series: dropped.count });
    }
    empty.file(Reason::EmptyRow, None, &mut ledger.entries);
    dropped.file(Reason::DroppedSeries, None, &mut ledger.entries);
    missing.file(Reason::MissingCell, None, &mut ledger.entries);
    unparsable.file(Reason::UnparsableCell, None, &mut ledger.entries);
    outliers.file(Reason::Outlier, None, &mut ledger.entries);
    ledger.rows_used = panel.series.len();
    Ok((panel, lines))
}

/// Cells of one row, up to its last value, that have none.
#[derive(Default)]
struct RowCells {
    missing: Tally,
    unparsable: Tally,
    outliers: Tally,
}

impl RowCells {
    /// The cells of the row that is the panel's `series`. Its line is listed once a reason, with the
    /// first run of slots.
    fn of(
        table: Table<'_>,
        columns: &[usize],
        (row, written): (usize, &[Cow<'_, str>]),
        series: usize,
        fate: &Fate,
    ) -> Self {
        let line = table.lines.at(row);
        let mut cells = Self::default();
        let [mut missing, mut unparsable, mut outliers] = <[FirstRun; 3]>::default();
        for (slot, &column) in columns.iter().enumerate() {
            let numbers = &table.numbers[column];
            if !numbers.value(row).is_nan() {
                if fate.is_outlier(slot) {
                    outliers.add(slot, fate);
                }
                continue;
            }
            let cell = written[column].as_ref();
            if numbers.is_unparsable(row, || cell) {
                unparsable.add(slot, fate);
                cells.unparsable.detail_with(|| {
                    format!("for example \"{}\" in {}", shown(cell.trim()), table.name(column))
                });
            } else {
                missing.add(slot, fate);
            }
        }
        for (tally, run) in [
            (&mut cells.missing, missing),
            (&mut cells.unparsable, unparsable),
            (&mut cells.outliers, outliers),
        ] {
            tally.count = run.count;
            tally.imputed = run.imputed;
            if let Some(slots) = run.slots {
                tally.list(line, || Spot::Place(Place { series: series..series + 1, slots }));
            }
        }
        cells
    }

    /// The ledger of the row, `cells_read` of whose cells lie before its end.
    fn account(self, name: String, cells_read: usize) -> SeriesLedger {
        let masked = self.missing.count + self.unparsable.count + self.outliers.count;
        let mut entries = Vec::new();
        self.missing.file(Reason::MissingCell, None, &mut entries);
        self.unparsable.file(Reason::UnparsableCell, None, &mut entries);
        self.outliers.file(Reason::Outlier, None, &mut entries);
        let cells_used = cells_read - masked;
        SeriesLedger { name, rows_read: 1, rows_used: 1, cells_read, cells_used, entries }
    }
}

/// A count of slots that remembers the first run of neighbours.
#[derive(Default)]
struct FirstRun {
    count: usize,
    imputed: usize,
    slots: Option<Range<usize>>,
}

impl FirstRun {
    fn add(&mut self, slot: usize, fate: &Fate) {
        self.count += 1;
        self.imputed += usize::from(fate.is_filled(slot));
        let run = self.slots.get_or_insert(slot..slot);
        if run.end == slot {
            run.end = slot + 1;
        }
    }
}
