//! A text to a table with every cell parsed.
//!
//! Not for what the columns are for (`roles`).

use std::borrow::Cow;

use super::cells::Cells;
use super::columns::{NumberColumn, decimal_of};
use super::config::ImportConfig;
use super::encoding::Decoded;
use super::error::ImportError;
use super::format::{Delimiter, Format, sniff};
use super::ledger::{Ledger, Reason};
use super::number::Decimal;
use super::preview::{PREVIEW_ROWS, Preview, TableRows};
use super::progress::{Stage, Watch};
use super::records::scan;
use super::sheet::{Sheet, lay_out};
use super::table::Table;
use super::tally::Tally;
use super::unpack::Packing;

/// A table with every cell parsed, and what is known of the file by then.
pub(crate) struct Parsed<'a> {
    pub source: &'a str,
    pub text: Cow<'a, str>,
    pub sheet: Sheet,
    pub rows: TableRows,
    pub lines: Vec<usize>,
    pub cells: Cells,
    pub numbers: Vec<NumberColumn>,
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
        self.rows.whole[row].text(&self.text)
    }

    pub fn preview(&self, ledger: &Ledger) -> Preview {
        Preview::new(&self.text, &self.sheet, self.format.delimiter, &self.rows, ledger)
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
    let mut ledger = Ledger { rows_read: sheet.rows.len(), ..Ledger::default() };
    let rows = whole_rows(&text, &mut sheet, delimiter, &mut ledger);
    if rows.whole.is_empty() {
        return Err(no_usable_rows(source, &ledger));
    }
    watch.tell(Stage::Surveying, 1, 1)?;
    let width = sheet.names.len();
    let cells = Cells::parse(source, &text, &rows.whole, delimiter.byte(), width)?;
    let decimal = config.decimal.unwrap_or_else(|| decimal_of(&cells, width, delimiter));
    let numbers = (0..width).map(|column| NumberColumn::read(&cells, column, decimal)).collect();
    let lines = rows.whole.iter().map(|row| row.line).collect();
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
    Ok(Parsed { source, text, sheet, rows, lines, cells, numbers, ledger, notes, format })
}

/// Parts off the rows that have not as many fields as the table has columns. More are fine if the
/// rest are empty: some programs end every row with a delimiter.
fn whole_rows(
    text: &str,
    sheet: &mut Sheet,
    delimiter: Delimiter,
    ledger: &mut Ledger,
) -> TableRows {
    let width = sheet.names.len();
    let mut tally = Tally::default();
    // In place: a copy of the records of a long file would be as large as the file.
    let mut rows = TableRows { whole: std::mem::take(&mut sheet.rows), ..TableRows::default() };
    let TableRows { whole, ragged, first_ragged } = &mut rows;
    let mut number = 0;
    whole.retain(|row| {
        let rest_is_empty = || {
            row.fields > width
                && row.cells(text, delimiter.byte()).skip(width).all(|cell| cell.is_empty())
        };
        let keeps = row.fields == width || rest_is_empty();
        if !keeps {
            tally.add(row.line);
            tally.detail_with(|| {
                format!("line {} has {} fields where {width} were expected", row.line, row.fields)
            });
            ragged.push(number);
            if first_ragged.len() < PREVIEW_ROWS {
                first_ragged.push(*row);
            }
        }
        number += 1;
        keeps
    });
    tally.file(Reason::RaggedRow, None, &mut ledger.entries);
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
