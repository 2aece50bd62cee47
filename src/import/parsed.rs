//! A text to a table with every cell parsed.
//!
//! The text is read in pieces, several at a time, so that no more of it is held twice than a few
//! megabytes. Not for what the columns are for (`roles`).

use std::borrow::Cow;

use rayon::prelude::*;

use super::bytes::{Packing, check_table};
use super::cells::{Cells, Columns, Preview};
use super::columns::{Manner, NumberColumn, Piece};
use super::config::{ColumnRole, ImportConfig};
use super::error::{ImportError, listed};
use super::ledger::{Ledger, Reason, Tally};
use super::number::{Decimal, DecimalEvidence};
use super::progress::{Stage, Watch};
use super::records::Span;
use super::selection::Lines;
use super::sheet::{Sheet, lay_out};
use super::survey::{Delimiter, Format, sniff, survey};
use super::time::integers::{Hint, Whole};
use super::time::plain_dates::WholeDates;
use super::time::stamps::{DateOrder, TimeColumn, from_text};
use super::workbook::ListedSheet;

/// Bytes of text that one thread reads at a time: small enough to be forgotten soon and to be asked
/// between them whether to go on, large enough that cutting costs nothing.
pub(crate) const PIECE_BYTES: usize = 1 << 20;
/// Columns of a table from which its pieces grow with it.
const WIDE: usize = 1 << 10;
/// Bytes of a piece for each column of such a table: what a column takes for itself in every piece is
/// then little beside its cells.
const BYTES_A_WIDE_COLUMN: usize = 512;
/// Columns of all pieces that are read at the same time. polars takes some 20 KB for each.
const COLUMNS_AT_ONCE: usize = 1 << 14;

/// A file's text, and what is known of it beside the words.
pub(crate) struct TextDocument<'a> {
    pub file: &'a str,
    /// Bytes of the file, packed as it is.
    pub file_bytes: usize,
    pub text: Cow<'a, str>,
    pub packing: Packing,
    /// The sheets of a workbook.
    pub sheets: Vec<ListedSheet>,
    pub byte_order_mark: bool,
    pub encoding: &'static str,
    /// What cuts fields, where a header of names on line 0 and then rows were written with it by us;
    /// else both are to be found.
    pub delimiter: Option<Delimiter>,
    pub notes: Vec<String>,
}

/// A table with every cell parsed, and what is known of the file by then.
pub(crate) struct Parsed<'a> {
    pub source: &'a str,
    pub sheet: Sheet,
    pub lines: Lines,
    pub cells: Cells<'a>,
    pub numbers: Vec<NumberColumn>,
    pub dates: Vec<Option<WholeDates>>,
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
            dates: &self.dates,
        }
    }

    pub fn preview(&self, ledger: &Ledger) -> Preview {
        Preview::new(&self.sheet, self.cells.index(), ledger)
    }
}

/// Reads every cell of a text, `piece_bytes` and a bit more at once.
///
/// # Errors
/// A text that is no table, or without a whole row; or an answer to stop.
pub(crate) fn parse<'a>(
    document: &'a TextDocument<'a>,
    config: &ImportConfig,
    piece_bytes: usize,
    watch: &Watch<'_>,
) -> Result<Parsed<'a>, ImportError> {
    let (file, text) = (document.file, document.text.as_ref());
    let set = config.delimiter.filter(|_| document.delimiter.is_none());
    let delimiter = document.delimiter.or(set).unwrap_or_else(|| sniff(text));
    let first_line = usize::from(document.delimiter.is_none());
    let survey = survey(file, text, first_line, delimiter.byte(), piece_bytes, watch)?;
    let (expected, spans) = (survey.records, survey.spans.clone());
    let header = if document.delimiter.is_some() { Some(true) } else { config.header };
    let mut sheet = lay_out(file, text, survey, delimiter, header)?;
    check_table(file, document.file_bytes, expected, sheet.selection.width)?;
    let commas_cut = delimiter == Delimiter::Comma;
    let guess = config.decimal.unwrap_or_else(|| first_evidence(text, &sheet).decimal(commas_cut));
    let is_id = |name| config.roles.get(name) == Some(&ColumnRole::Id);
    let kept: Vec<bool> = sheet.names.iter().map(is_id).collect();
    let manner = Manner { file, text, selection: &sheet.selection, decimal: guess, kept: &kept };
    let mut read = read_pieces(text, manner, &spans, expected, watch)?;
    let found = read.columns.evidence.decimal(commas_cut);
    let decimal = config.decimal.unwrap_or(found);
    if decimal != guess {
        // The first rows were not like the others.
        drop(read);
        read = read_pieces(text, Manner { decimal, ..manner }, &spans, expected, watch)?;
    }
    let ReadPieces { columns, lines, ragged } = read;
    let (cells, numbers, dates) = columns.finish();
    let mut ledger = Ledger { rows_read: cells.index().len(), ..Ledger::default() };
    ragged.file(Reason::RaggedRow, None, &mut ledger.entries);
    if cells.rows() == 0 {
        return Err(no_usable_rows(file, &ledger));
    }
    let mut notes = document.notes.clone();
    notes.append(&mut sheet.notes);
    let format = Format {
        packing: document.packing.clone(),
        sheets: document.sheets.clone(),
        delimiter,
        has_header: sheet.header.is_some(),
        decimal_comma: decimal == Decimal::Comma,
        byte_order_mark: document.byte_order_mark,
        encoding: document.encoding,
    };
    Ok(Parsed { source: file, sheet, lines, cells, numbers, dates, ledger, notes, format })
}

/// Cells of the first rows that are looked at to guess the decimal sign.
const GUESSED_CELLS: usize = 10_000;

fn first_evidence(text: &str, sheet: &Sheet) -> DecimalEvidence {
    let mut evidence = DecimalEvidence::default();
    let rows = sheet.first_rows.iter();
    let cells = rows.flat_map(|row| row.cells(text, sheet.selection.delimiter));
    cells.take(GUESSED_CELLS).for_each(|cell| evidence.weigh(&cell));
    evidence
}

struct ReadPieces<'a> {
    columns: Columns<'a>,
    lines: Lines,
    ragged: Tally,
}

fn read_pieces<'a>(
    text: &'a str,
    manner: Manner<'_>,
    spans: &[Span],
    expected: usize,
    watch: &Watch<'_>,
) -> Result<ReadPieces<'a>, ImportError> {
    let selection = *manner.selection;
    let least = if selection.width > WIDE { selection.width * BYTES_A_WIDE_COLUMN } else { 0 };
    let parts = joined(spans.iter().filter_map(|&span| selection.part_of(span)), least);
    let mut columns = Columns::new(text, selection, expected);
    let (mut lines, mut ragged) = (Lines::default(), Tally::default());
    // More than one a thread, so that a slow piece holds nobody up.
    let at_once = rayon::current_num_threads().max(1) * 2;
    let at_once = at_once.min(COLUMNS_AT_ONCE / selection.width.max(1)).max(1);
    for (batch, parts_now) in parts.chunks(at_once).enumerate() {
        watch.tell(Stage::Parsing, batch * at_once, parts.len())?;
        let pieces: Vec<_> = parts_now.par_iter().map(|&part| Piece::read(manner, part)).collect();
        for piece in pieces {
            let (own_lines, own_ragged) = columns.append(piece?);
            lines.extend(own_lines);
            ragged.absorb(&own_ragged);
        }
    }
    Ok(ReadPieces { columns, lines, ragged })
}

/// Parts of a text that touch, put together to `least` bytes or more each.
fn joined(parts: impl Iterator<Item = Span>, least: usize) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.end - last.start < least => last.end = part.end,
            _ => joined.push(part),
        }
    }
    joined
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

/// A table whose columns get their roles.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub file: &'a str,
    pub sheet: &'a Sheet,
    /// Line of each row of `cells`.
    pub lines: &'a Lines,
    pub cells: &'a Cells<'a>,
    /// Every column read as numbers.
    pub numbers: &'a [NumberColumn],
    /// Columns of dates that are each clear by themselves.
    pub dates: &'a [Option<WholeDates>],
}

impl<'a> Table<'a> {
    /// Number of columns.
    pub fn width(&self) -> usize {
        self.numbers.len()
    }

    /// A column's name, made up where the file gives none.
    pub fn name(&self, column: usize) -> &'a str {
        &self.sheet.names[column]
    }

    /// The header's own name, empty where the file gives none.
    pub fn written_name(&self, column: usize) -> &'a str {
        self.sheet.header.as_ref().map_or("", |header| header[column].as_str())
    }

    /// The cells of a column.
    pub fn column(&self, column: usize) -> Vec<&'a str> {
        self.cells.column(column).collect()
    }

    /// The cells of a column as whole numbers.
    pub fn whole_numbers(&self, column: usize) -> Vec<Whole> {
        let numbers = &self.numbers[column];
        if numbers.is_counted {
            numbers.values.iter().map(|&number| Whole::of(number)).collect()
        } else {
            self.cells.column(column).map(Whole::read).collect()
        }
    }

    /// A column of text as time; `None` where it is none.
    pub fn text_time(
        &self,
        column: usize,
        chosen: bool,
        order: Option<DateOrder>,
    ) -> Option<TimeColumn> {
        match &self.dates[column] {
            Some(dates) => dates.column(chosen),
            None => from_text(self.name(column), &self.column(column), chosen, order),
        }
    }

    /// What is known of a column besides its cells.
    pub fn hint(&self, column: usize, chosen: bool) -> Hint<'a> {
        Hint { name: self.written_name(column), first: column == 0, chosen }
    }

    /// Whether every number of a column is whole, and every cell that holds anything a number.
    pub fn is_whole(&self, column: usize) -> bool {
        let numbers = &self.numbers[column];
        numbers.filled > 0
            && numbers.unparsable.is_empty()
            && numbers.values.iter().all(|n| n.is_nan() || n.fract() == 0.0)
    }

    /// The column of that name.
    ///
    /// # Errors
    /// A name that no column has.
    pub fn named(&self, role: &'static str, name: &str) -> Result<usize, ImportError> {
        let names = &self.sheet.names;
        names.iter().position(|known| known == name.trim()).ok_or_else(|| {
            ImportError::UnknownColumn {
                file: self.file.to_owned(),
                role,
                name: name.to_owned(),
                columns: listed(names.iter().map(String::as_str)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_too_small_are_joined() {
        let part = |start, end| Span { start, end, line: start + 1 };
        let parts = [part(0, 4), part(4, 7), part(7, 30), part(30, 31)];
        let of = |least| joined(parts.into_iter(), least);
        assert_eq!(of(0), parts);
        assert_eq!(of(6), [part(0, 7), part(7, 30), part(30, 31)]);
        assert_eq!(of(100), [part(0, 31)]);
    }
}
