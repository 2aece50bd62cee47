//! The way from a file to a `Reading`, in order: bytes, text, records, cells, roles, places.

use std::path::Path;

use super::cells::Cells;
use super::columns::{NumberColumn, decimal_of};
use super::config::ImportConfig;
use super::encoding::decode;
use super::error::{ImportError, shown};
use super::format::{Delimiter, Format, sniff};
use super::layout::{Layout, lay_out};
use super::ledger::{Ledger, Reason, Tally};
use super::number::Decimal;
use super::place::{Placed, Rows, by_number, by_time, values_of};
use super::reading::{Column, PREVIEW_ROWS, Preview, Reading};
use super::records::{Record, scan};
use super::roles::{Role, Roles, Table, assign};
use super::source::bytes_of;
use crate::series::{Panel, Series};

/// Reads a file, once and whole.
///
/// # Errors
/// A file that cannot be read, is no table, has no numbers, or lacks a column that `config` names.
pub fn read_file(path: &Path, config: &ImportConfig) -> Result<Reading, ImportError> {
    let bytes = bytes_of(path)?;
    read_bytes(&path.display().to_string(), &bytes, config)
}

/// Reads the bytes of a file that `source` names.
///
/// # Errors
/// Bytes that are no table or have no numbers, or lack a column that `config` names.
pub fn read_bytes(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
) -> Result<Reading, ImportError> {
    let decoded = decode(source, bytes)?;
    let text = decoded.text.as_ref();
    let delimiter = sniff(text);
    let records = scan(text, delimiter.byte())
        .map_err(|open| ImportError::QuoteNotClosed { file: source.to_owned(), line: open.line })?;
    let mut layout = lay_out(source, text, records, delimiter)?;
    let preview = preview(text, &layout, delimiter);
    let mut ledger = Ledger { rows_read: layout.rows.len(), ..Ledger::default() };
    let whole = whole_rows(text, &layout, delimiter, &mut ledger);
    if whole.is_empty() {
        return Err(no_usable_rows(source, &ledger));
    }
    let width = layout.names.len();
    let cells = Cells::parse(source, text, &whole, delimiter.byte(), width)?;
    let decimal = decimal_of(&cells, width, delimiter);
    let numbers: Vec<NumberColumn> =
        (0..width).map(|column| NumberColumn::read(&cells, column, decimal)).collect();
    let lines: Vec<usize> = whole.iter().map(|row| row.line).collect();
    let mut notes = decoded.notes;
    notes.append(&mut layout.notes);
    let table =
        Table { file: source, layout: &layout, lines: &lines, cells: &cells, numbers: &numbers };
    let mut roles = assign(table, config)?;
    if let Some((_, time)) = &mut roles.time {
        notes.append(&mut time.notes);
    }
    let text_rows = TextRows { text, delimiter: delimiter.byte(), rows: &whole };
    let placed = place(table, &roles, &text_rows, &mut ledger, &mut notes);
    if placed.rows.is_empty() {
        return Err(no_usable_rows(source, &ledger));
    }
    ledger.rows_used = placed.rows.len();
    note_several_series(&ledger, &mut notes);
    account_for_cells(table, &roles, &placed, &mut ledger, &mut notes);
    let format = Format {
        delimiter,
        has_header: layout.header.is_some(),
        decimal_comma: decimal == Decimal::Comma,
        byte_order_mark: decoded.byte_order_mark,
        encoding: decoded.encoding,
    };
    Ok(reading(table, &roles, &placed, Read { preview, ledger, notes, format }))
}

/// Parts of a reading that are ready before its columns are.
struct Read {
    preview: Preview,
    ledger: Ledger,
    notes: Vec<String>,
    format: Format,
}

fn reading(table: Table<'_>, roles: &Roles, placed: &Placed, read: Read) -> Reading {
    let Table { layout, numbers, .. } = table;
    let mut panel = Panel::default();
    let mut target = 0;
    let mut columns = Vec::with_capacity(layout.names.len());
    for (at, name) in layout.names.iter().enumerate() {
        let role = roles.by_column[at];
        let is_series = is_series(role);
        if at == roles.target {
            target = panel.series.len();
        }
        let series = is_series.then_some(panel.series.len());
        if is_series {
            let values = values_of(placed, &numbers[at].values);
            panel.series.push(Series::new(name.clone(), placed.axis.clone(), values));
        }
        columns.push(Column { name: name.clone(), role, filled: numbers[at].filled, series });
    }
    let time = roles.time.as_ref();
    Reading {
        source: table.file.to_owned(),
        panel,
        target,
        time_column: time.map(|(column, _)| layout.names[*column].clone()),
        time_style: time.map(|(_, time)| time.style),
        columns,
        preview: read.preview,
        ledger: read.ledger,
        notes: read.notes,
        format: read.format,
    }
}

const fn is_series(role: Role) -> bool {
    matches!(role, Role::Target | Role::Numeric | Role::RowNumber)
}

/// Cells a preview row shows; wider tables are for scrolling, not for a first look.
const PREVIEW_CELLS: usize = 500;

fn preview(text: &str, layout: &Layout, delimiter: Delimiter) -> Preview {
    let first = || layout.rows.iter().take(PREVIEW_ROWS);
    let cells = |row: &Record| {
        row.cells(text, delimiter.byte()).take(PREVIEW_CELLS).map(|cell| shown(&cell)).collect()
    };
    Preview {
        header: layout.names.iter().map(|name| shown(name)).collect(),
        rows: first().map(cells).collect(),
        lines: first().map(|row| row.line).collect(),
    }
}

/// Rows with as many fields as the table has columns. More are fine if the rest are empty: some
/// programs end every row with a delimiter.
fn whole_rows(
    text: &str,
    layout: &Layout,
    delimiter: Delimiter,
    ledger: &mut Ledger,
) -> Vec<Record> {
    let width = layout.names.len();
    let mut ragged = Tally::default();
    let mut whole = Vec::with_capacity(layout.rows.len());
    for row in &layout.rows {
        let rest_is_empty = || {
            row.fields > width
                && row.cells(text, delimiter.byte()).skip(width).all(|cell| cell.is_empty())
        };
        if row.fields == width || rest_is_empty() {
            whole.push(*row);
        } else {
            ragged.add_with(row.line, || {
                format!("line {} has {} fields where {width} were expected", row.line, row.fields)
            });
        }
    }
    ledger.file(ragged, Reason::RaggedRow, None);
    whole
}

/// The rows as written.
struct TextRows<'a> {
    text: &'a str,
    delimiter: u8,
    rows: &'a [Record],
}

impl TextRows<'_> {
    fn text(&self, row: usize) -> &str {
        self.rows[row].text(self.text)
    }

    fn is_empty(&self, row: usize) -> bool {
        self.text(row).bytes().all(|byte| byte == self.delimiter || b" \t\"".contains(&byte))
    }
}

fn place(
    table: Table<'_>,
    roles: &Roles,
    text_rows: &TextRows<'_>,
    ledger: &mut Ledger,
    notes: &mut Vec<String>,
) -> Placed {
    let no_text = !roles.by_column.contains(&Role::Text);
    let same_numbers =
        |one: usize, other: usize| {
            table.numbers.iter().zip(&roles.by_column).filter(|(_, role)| is_series(**role)).all(
                |(numbers, _)| numbers.values[one].to_bits() == numbers.values[other].to_bits(),
            )
        };
    let is_repeat = |one: usize, other: usize| {
        text_rows.text(one) == text_rows.text(other) || (no_text && same_numbers(one, other))
    };
    let time_at = roles.time.as_ref().map_or(0, |(column, _)| *column);
    let rows = Rows {
        lines: table.lines,
        is_empty: &|row| text_rows.is_empty(row),
        is_repeat: &is_repeat,
        time_cell: &|row| shown(table.cells.cell(time_at, row).trim()),
    };
    match &roles.time {
        Some((column, time)) => by_time(&table.layout.names[*column], time, &rows, ledger, notes),
        None => by_number(&rows, ledger),
    }
}

/// Files the cells without a value, column by column, in the rows that are used.
fn account_for_cells(
    table: Table<'_>,
    roles: &Roles,
    placed: &Placed,
    ledger: &mut Ledger,
    notes: &mut Vec<String>,
) {
    let mut rows = placed.rows.clone();
    rows.sort_unstable();
    for (at, name) in table.layout.names.iter().enumerate() {
        if !is_series(roles.by_column[at]) {
            continue;
        }
        let numbers = &table.numbers[at];
        let (mut missing, mut unparsable) = (Tally::default(), Tally::default());
        for &row in rows.iter().filter(|&&row| numbers.values[row].is_nan()) {
            let line = table.lines[row];
            if numbers.unparsable.binary_search(&row).is_ok() {
                unparsable.add_with(line, || {
                    format!("for example \"{}\"", shown(table.cells.cell(at, row).trim()))
                });
            } else {
                missing.add(line);
            }
        }
        ledger.file(missing, Reason::MissingCell, Some(name));
        ledger.file(unparsable, Reason::UnparsableCell, Some(name));
        if numbers.grouped > 0 {
            notes.push(format!(
                "{} numbers in column {name} have thousands separators, which were left out",
                numbers.grouped
            ));
        }
    }
}

/// Times that mostly repeat are the sign of several series one under another.
fn note_several_series(ledger: &Ledger, notes: &mut Vec<String>) {
    let conflicting = ledger.count(Reason::ConflictingRow);
    if conflicting > ledger.rows_used {
        notes.push(format!(
            "{conflicting} of {} rows repeat the time of an earlier row with other values: the \
             file seems to hold several series one under another, and only the first row of each \
             time is used",
            ledger.rows_read
        ));
    }
}

fn no_usable_rows(file: &str, ledger: &Ledger) -> ImportError {
    let reasons: Vec<String> = ledger.entries.iter().map(ToString::to_string).collect();
    ImportError::NoUsableRows {
        file: file.to_owned(),
        rows: ledger.rows_read,
        reasons: reasons.join("; "),
    }
}
