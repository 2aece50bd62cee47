//! A text to a table with every cell parsed.
//!
//! Not for what the columns are for (`roles`).

use std::borrow::Cow;

use super::cells::Cells;
use super::columns::{NumberColumn, decimal_of};
use super::config::ImportConfig;
use super::encoding::Decoded;
use super::error::{ImportError, shown};
use super::format::{Delimiter, Format, sniff};
use super::ledger::{Ledger, Reason, Tally};
use super::number::Decimal;
use super::progress::{Stage, Watch};
use super::reading::{PREVIEW_ROWS, Preview};
use super::records::{Record, scan};
use super::sheet::{Sheet, lay_out};
use super::table::Table;
use super::unpack::Packing;

/// A table with every cell parsed, and what is known of the file by then.
pub(crate) struct Parsed<'a> {
    pub source: &'a str,
    pub text: Cow<'a, str>,
    pub sheet: Sheet,
    /// The rows that have as many fields as the table has columns.
    pub rows: Vec<Record>,
    pub lines: Vec<usize>,
    pub cells: Cells,
    pub numbers: Vec<NumberColumn>,
    pub preview: Preview,
    pub ledger: Ledger,
    pub notes: Vec<String>,
    pub format: Format,
}

impl Parsed<'_> {
    pub fn table(&self) -> Table<'_> {
        Table {
            file: self.source,
            sheet: &self.sheet,
            lines: &self.lines,
            cells: &self.cells,
            numbers: &self.numbers,
        }
    }

    pub fn row_text(&self, row: usize) -> &str {
        self.rows[row].text(&self.text)
    }

    pub fn row_is_empty(&self, row: usize) -> bool {
        let delimiter = self.format.delimiter.byte();
        self.row_text(row).bytes().all(|byte| byte == delimiter || b" \t\"".contains(&byte))
    }
}

pub(crate) fn parse<'a>(
    source: &'a str,
    decoded: Decoded<'a>,
    packing: Packing,
    config: &ImportConfig,
    watch: &Watch<'_>,
) -> Result<Parsed<'a>, ImportError> {
    let Decoded { text, byte_order_mark, encoding, mut notes } = decoded;
    let delimiter = config.delimiter.unwrap_or_else(|| sniff(&text));
    let records = scan(&text, delimiter.byte())
        .map_err(|open| ImportError::QuoteNotClosed { file: source.to_owned(), line: open.line })?;
    let mut sheet = lay_out(source, &text, records, delimiter, config.header)?;
    let preview = preview(&text, &sheet, delimiter);
    let mut ledger = Ledger { rows_read: sheet.rows.len(), ..Ledger::default() };
    let rows = whole_rows(&text, &mut sheet, delimiter, &mut ledger);
    if rows.is_empty() {
        return Err(no_usable_rows(source, &ledger));
    }
    watch.tell(Stage::Surveying, 1, 1)?;
    let width = sheet.names.len();
    let cells = Cells::parse(source, &text, &rows, delimiter.byte(), width)?;
    let decimal = config.decimal.unwrap_or_else(|| decimal_of(&cells, width, delimiter));
    let numbers = (0..width).map(|column| NumberColumn::read(&cells, column, decimal)).collect();
    let lines = rows.iter().map(|row| row.line).collect();
    notes.append(&mut sheet.notes);
    let format = Format {
        packing,
        sheets: Vec::new(),
        delimiter,
        has_header: sheet.header.is_some(),
        decimal_comma: decimal == Decimal::Comma,
        byte_order_mark,
        encoding,
    };
    Ok(Parsed { source, text, sheet, rows, lines, cells, numbers, preview, ledger, notes, format })
}

/// Cells a preview row shows; wider tables are for scrolling, not for a first look.
const PREVIEW_CELLS: usize = 500;

fn preview(text: &str, sheet: &Sheet, delimiter: Delimiter) -> Preview {
    let first = || sheet.rows.iter().take(PREVIEW_ROWS);
    let cells = |row: &Record| {
        row.cells(text, delimiter.byte()).take(PREVIEW_CELLS).map(|cell| shown(&cell)).collect()
    };
    Preview {
        header: sheet.names.iter().map(|name| shown(name)).collect(),
        rows: first().map(cells).collect(),
        lines: first().map(|row| row.line).collect(),
    }
}

/// Rows with as many fields as the table has columns. More are fine if the rest are empty: some
/// programs end every row with a delimiter.
fn whole_rows(
    text: &str,
    sheet: &mut Sheet,
    delimiter: Delimiter,
    ledger: &mut Ledger,
) -> Vec<Record> {
    let width = sheet.names.len();
    let mut ragged = Tally::default();
    // In place: a copy of the records of a long file would be as large as the file.
    let mut rows = std::mem::take(&mut sheet.rows);
    rows.retain(|row| {
        let rest_is_empty = || {
            row.fields > width
                && row.cells(text, delimiter.byte()).skip(width).all(|cell| cell.is_empty())
        };
        let whole = row.fields == width || rest_is_empty();
        if !whole {
            ragged.add_with(row.line, || {
                format!("line {} has {} fields where {width} were expected", row.line, row.fields)
            });
        }
        whole
    });
    ragged.file(Reason::RaggedRow, None, &mut ledger.entries);
    rows
}

/// Every row was dropped, and why.
pub(crate) fn no_usable_rows(file: &str, ledger: &Ledger) -> ImportError {
    let reasons: Vec<String> = ledger.entries.iter().map(ToString::to_string).collect();
    ImportError::NoUsableRows {
        file: file.to_owned(),
        rows: ledger.rows_read,
        reasons: reasons.join("; "),
    }
}
