//! The cells of a table: what they say as numbers and dates, and how they are written.
//!
//! Text is kept only of columns whose numbers or dates do not tell it; any other cell is looked up
//! where it stands in the file.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::columns::{ColumnPiece, NumberColumn, Piece};
use super::error::shown;
use super::ledger::{Ledger, Tally};
use super::number::{DecimalEvidence, is_missing};
use super::records::{Packed, Record};
use super::selection::{RowIndex, Selection};
use super::sheet::Sheet;
use super::time::plain_dates::{PlainDates, WholeDates};

/// Most columns of which each is looked up for itself.
const MOST_READ_ONE_BY_ONE: usize = 64;

/// The cells of whole rows.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    rows: RowIndex<'a>,
    /// Of each column and each piece with a whole row; filled when first asked for.
    texts: Vec<Vec<OnceCell<Packed>>>,
}

/// Columns that grow piece by piece.
pub(crate) struct Columns<'a> {
    pub cells: Cells<'a>,
    pub numbers: Vec<NumberColumn>,
    /// `None` where a column is no longer one of plain dates.
    dates: Vec<Option<PlainDates>>,
    pub evidence: DecimalEvidence,
    /// Rows to come in all, or a few more.
    expected: usize,
}

impl<'a> Columns<'a> {
    /// Those of a text of about `expected` rows.
    pub fn new(text: &'a str, selection: Selection, expected: usize) -> Self {
        let width = selection.width;
        Self {
            cells: Cells {
                rows: RowIndex::new(text, selection),
                texts: (0..width).map(|_| Vec::new()).collect(),
            },
            numbers: (0..width).map(|_| NumberColumn::empty()).collect(),
            dates: (0..width).map(|_| Some(PlainDates::default())).collect(),
            evidence: DecimalEvidence::default(),
            expected,
        }
    }

    /// Adds the next piece; returns what else is known of it: the lines of its rows, and its rows
    /// that are not whole.
    pub fn append(&mut self, piece: Piece) -> (Vec<usize>, Tally) {
        let Piece { marks, lines, ragged, columns } = piece;
        let before = self.cells.rows.whole();
        let mut columns = columns.into_iter();
        for at in 0..self.numbers.len() {
            let column = columns.next();
            let text = column.and_then(|column| self.append_column(at, column, before));
            self.cells.texts[at].push(text.map_or_else(OnceCell::new, OnceCell::from));
        }
        self.cells.rows.append(marks);
        (lines, ragged)
    }

    /// Adds the next piece of a column, of which `before` rows are read; returns its text.
    fn append_column(&mut self, at: usize, next: ColumnPiece, before: usize) -> Option<Packed> {
        let cells = &self.cells;
        let words = || cells.words_before(at, before);
        self.numbers[at].append(next.numbers, before, self.expected, words);
        let dates = self.dates[at].take().zip(next.dates);
        self.dates[at] = dates.and_then(|(all, next)| all.append(next, self.expected));
        self.evidence.absorb(next.evidence);
        next.text
    }

    /// After the last piece: the cells, the numbers and the dates.
    pub fn finish(mut self) -> (Cells<'a>, Vec<NumberColumn>, Vec<Option<WholeDates>>) {
        let rows = self.cells.rows();
        self.numbers.iter_mut().for_each(|numbers| numbers.finish(rows));
        let dates = self.dates.into_iter().map(|dates| dates?.finish()).collect();
        (self.cells, self.numbers, dates)
    }
}

impl Cells<'_> {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows.whole()
    }

    /// All rows of the table, ragged ones too.
    pub fn index(&self) -> &RowIndex<'_> {
        &self.rows
    }

    /// One cell.
    pub fn cell(&self, column: usize, row: usize) -> Cow<'_, str> {
        let (piece, at) = self.rows.piece_of(row);
        let kept = self.texts.get(column).and_then(|pieces| pieces.get(piece)?.get());
        if let Some(text) = kept {
            return Cow::Borrowed(text.cell(at));
        }
        let record = self.rows.whole_row(row);
        record.map_or(Cow::Borrowed(""), |record| self.cell_of(&record, column))
    }

    /// The cells of a column from the first row to the last; an empty cell is an empty text. Keeps
    /// its text from now on.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        let pieces = self.texts[column].iter().enumerate();
        pieces.flat_map(move |(piece, text)| {
            if text.get().is_none() && self.texts.len() > MOST_READ_ONE_BY_ONE {
                self.keep_piece(piece);
            }
            let read = || self.rows.whole_rows_of(piece).map(|row| self.cell_of(&row, column));
            text.get_or_init(|| read().collect()).iter()
        })
    }

    /// Keeps the text of all columns of a piece: a row is read from its start for each of its cells,
    /// which takes too long for one column after another of a wide table.
    fn keep_piece(&self, piece: usize) {
        let mut texts: Vec<Packed> = self.texts.iter().map(|_| Packed::default()).collect();
        for row in self.rows.whole_rows_of(piece) {
            let cells = row.cells(self.rows.text, self.rows.selection.delimiter);
            let cells = cells.chain(std::iter::repeat(Cow::Borrowed("")));
            texts.iter_mut().zip(cells).for_each(|(text, cell)| text.push(&cell));
        }
        for (pieces, text) in self.texts.iter().zip(texts) {
            if let Some(kept) = pieces.get(piece) {
                let _ = kept.set(text);
            }
        }
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> Vec<Cow<'_, str>> {
        let width = self.rows.selection.width;
        let Some(record) = self.rows.whole_row(row) else { return vec![Cow::Borrowed(""); width] };
        let cells = record.cells(self.rows.text, self.rows.selection.delimiter);
        cells.chain(std::iter::repeat(Cow::Borrowed(""))).take(width).collect()
    }

    /// A row as the file writes it.
    pub fn row_text(&self, row: usize) -> &str {
        self.rows.whole_row(row).map_or("", |record| record.text(self.rows.text))
    }

    /// Whether a row holds nothing at all.
    pub fn row_is_empty(&self, row: usize) -> bool {
        let delimiter = self.rows.selection.delimiter;
        self.row_text(row).bytes().all(|byte| byte == delimiter || b" \t\"".contains(&byte))
    }

    fn cell_of(&self, record: &Record, column: usize) -> Cow<'_, str> {
        let mut cells = record.cells(self.rows.text, self.rows.selection.delimiter);
        cells.nth(column).unwrap_or_default()
    }

    /// Rows before `end` of a column without a number whose cells are not missing.
    fn words_before(&self, column: usize, end: usize) -> Vec<usize> {
        let cells = self.column(column).take(end).enumerate();
        cells.filter(|(_, cell)| !is_missing(cell)).map(|(row, _)| row).collect()
    }
}

/// Rows of the file, in its order: the first ones, and each line that the ledger lists with the row
/// before it and the row after it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Names of the columns, as in `Reading::columns`.
    pub header: Vec<String>,
    /// Cells of the rows, ragged rows included; long cells are cut.
    pub rows: Vec<Vec<String>>,
    /// Line of each row, counted from 1.
    pub lines: Vec<usize>,
    /// Number of each row in the table, counted from 0: where it jumps, rows are left out.
    pub numbers: Vec<usize>,
}

/// First rows kept for the preview.
pub const PREVIEW_ROWS: usize = 200;
/// Cells a preview row shows; wider tables are for scrolling, not for a first look.
const PREVIEW_CELLS: usize = 500;
/// Cells of rows beyond the first ones: about 10 MB of text, and every line listed for a table of a
/// few hundred columns.
const LISTED_CELLS: usize = 200_000;

impl Preview {
    /// The rows of a table that a person looks at first, and those that its ledger lists.
    pub(crate) fn new(sheet: &Sheet, rows: &RowIndex<'_>, ledger: &Ledger) -> Self {
        let width = sheet.names.len().clamp(1, PREVIEW_CELLS);
        let numbers = numbers(rows, ledger, LISTED_CELLS / width);
        let mut preview = Self {
            header: sheet.names.iter().map(|name| shown(name)).collect(),
            ..Self::default()
        };
        for (number, row) in numbers.into_iter().filter_map(|at| Some((at, rows.row(at)?))) {
            let cells = row.cells(rows.text, rows.selection.delimiter).take(PREVIEW_CELLS);
            preview.rows.push(cells.map(|cell| shown(&cell)).collect());
            preview.lines.push(row.line);
            preview.numbers.push(number);
        }
        preview
    }

    /// The row that starts on a line of the file, by its place in `rows`; `None` where it is not
    /// kept.
    pub fn place_of(&self, line: usize) -> Option<usize> {
        self.lines.binary_search(&line).ok()
    }

    /// Rows of the table left out just before a row of `rows`.
    pub fn left_out_before(&self, place: usize) -> usize {
        let first = place.checked_sub(1).and_then(|before| self.numbers.get(before));
        let first = first.map_or(0, |before| before + 1);
        self.numbers.get(place).map_or(0, |number| number.saturating_sub(first))
    }
}

/// Numbers of the rows to keep: the first ones, and about `most` of those listed.
fn numbers(rows: &RowIndex<'_>, ledger: &Ledger, most: usize) -> BTreeSet<usize> {
    let mut numbers: BTreeSet<usize> = (0..rows.len().min(PREVIEW_ROWS)).collect();
    let most = numbers.len() + most;
    let of_file = ledger.entries.iter();
    let of_series = ledger.series.iter().flat_map(|series| &series.entries);
    for &line in of_file.chain(of_series).flat_map(|entry| &entry.lines) {
        let Some(number) = rows.number_on(line) else { continue };
        if numbers.len() >= most {
            break;
        }
        numbers.extend(number.saturating_sub(1)..(number + 2).min(rows.len()));
    }
    numbers
}
