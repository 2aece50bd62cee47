//! A piece of a file to columns of numbers, dates and text, and pieces of numbers to whole columns.
//!
//! polars cuts whole rows into cells of text: it gets a table it can only read one way, of RFC 4180
//! quotes and as many fields in every row. Numbers and dates are read from those, cell by cell, so that
//! each one that cannot be read is counted. Every column is tried; `roles` keeps those that are numeric.
//! Pieces are read side by side and know nothing of each other; `cells` puts them together.

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{
    CsvParseOptions, CsvReadOptions, DataType, Field, Schema, SerReader, StringChunked,
};

use super::error::ImportError;
use super::ledger::Tally;
use super::number::{Decimal, DecimalEvidence, Number, is_missing, quick, read};
use super::records::{Packed, Record, Span};
use super::selection::{RowMarks, Selection};
use super::time::plain_dates::PlainDates;

/// A column read as numbers.
#[derive(Debug, Default)]
pub(crate) struct NumberColumn {
    /// One value a row, NaN where there is none; none at all for a column without a number.
    pub values: Vec<f64>,
    /// Rows whose cell holds something that is no number, in order; of a column without a
    /// number only the first.
    pub unparsable: Vec<usize>,
    /// Cells that are no numbers, of a column without a number; else 0.
    pub words: usize,
    /// Cells that hold anything but a word for "missing".
    pub filled: usize,
    /// Cells with thousands separators.
    pub grouped: usize,
    /// Cells with signs of currency or percent.
    pub marked: usize,
    /// Words for "missing", with how many cells say them.
    pub missing_words: Vec<(String, usize)>,
    /// Whether every cell is empty or a whole number as programs write it, so that the number tells
    /// the cell.
    pub is_counted: bool,
}

/// The cells of one piece of a column as numbers.
#[derive(Debug)]
pub(crate) struct NumberPiece {
    /// As in the column.
    values: Vec<f64>,
    /// Rows of the piece whose cell is no number.
    unparsable: Vec<usize>,
    filled: usize,
    grouped: usize,
    marked: usize,
    missing_words: Vec<(String, usize)>,
    is_counted: bool,
    /// Whether any number has a fraction.
    has_fraction: bool,
    rows: usize,
}

impl NumberPiece {
    /// Reads cells, weighing which decimal sign they show.
    pub fn read<'a>(
        cells: impl ExactSizeIterator<Item = &'a str>,
        decimal: Decimal,
        evidence: &mut DecimalEvidence,
    ) -> Self {
        let mut piece = Self::of_words(cells.len());
        let mut values = Vec::with_capacity(cells.len());
        piece.is_counted = true;
        for (row, cell) in cells.enumerate() {
            if let Some(number) = quick(cell, decimal) {
                evidence.weigh_quick(&number, decimal);
                piece.filled += 1;
                piece.is_counted &= number.is_counted;
                piece.has_fraction |= number.fraction_digits > 0 && number.value.fract() != 0.0;
                values.push(number.value);
                continue;
            }
            evidence.weigh(cell);
            values.push(piece.take(row, cell, read(cell, decimal)));
        }
        if piece.unparsable.len() < piece.filled {
            piece.values = values;
        }
        piece
    }

    /// Cells that are no numbers, `rows` of them and none missing.
    pub fn of_words(rows: usize) -> Self {
        Self {
            values: Vec::new(),
            unparsable: Vec::new(),
            filled: 0,
            grouped: 0,
            marked: 0,
            missing_words: Vec::new(),
            is_counted: false,
            has_fraction: false,
            rows,
        }
    }

    /// Cells that are all dates, and so no numbers.
    pub fn of_dates(rows: usize) -> Self {
        Self { unparsable: (0..rows).collect(), filled: rows, ..Self::of_words(rows) }
    }

    /// Counts a cell; returns its value.
    fn take(&mut self, row: usize, cell: &str, number: Number) -> f64 {
        self.is_counted &= cell.is_empty();
        self.filled += usize::from(number != Number::Missing);
        self.grouped += usize::from(matches!(number, Number::Grouped(_)));
        self.marked += usize::from(matches!(number, Number::Marked(_)));
        match number {
            Number::Missing => count_word(&mut self.missing_words, cell.trim(), 1),
            Number::Unparsable => self.unparsable.push(row),
            Number::Value(value) | Number::Grouped(value) | Number::Marked(value) => {
                self.has_fraction |= value.fract() != 0.0;
                return value;
            }
        }
        f64::NAN
    }

    /// Whether the numbers tell all that anybody will ask of the cells.
    pub fn tells_cells(&self) -> bool {
        self.unparsable.is_empty()
            && self.grouped + self.marked == 0
            && (self.has_fraction || self.is_counted)
    }

    /// Whether every cell is missing.
    pub fn is_blank(&self) -> bool {
        self.filled == 0
    }
}

impl NumberColumn {
    /// A column before its first piece.
    pub fn empty() -> Self {
        Self { is_counted: true, ..Self::default() }
    }

    /// Adds a piece of a column of `rows`, of which `before` are read. `words` gives the rows of them
    /// whose cells are no numbers, in order; it is asked where the first number comes after them.
    pub fn append(
        &mut self,
        piece: NumberPiece,
        before: usize,
        rows: usize,
        words: impl FnOnce() -> Vec<usize>,
    ) {
        let has_numbers = !piece.values.is_empty();
        if has_numbers && self.values.is_empty() {
            self.values.reserve_exact(rows.max(before));
            self.values.resize(before, f64::NAN);
            if self.words > 0 {
                self.unparsable = words();
                self.words = 0;
            }
        }
        if self.values.is_empty() && !has_numbers {
            self.words += piece.unparsable.len();
            if self.unparsable.is_empty() {
                self.unparsable.extend(piece.unparsable.first().map(|row| before + row));
            }
        } else {
            self.values.extend_from_slice(&piece.values);
            self.values.resize(before + piece.rows, f64::NAN);
            self.unparsable.extend(piece.unparsable.iter().map(|row| before + row));
        }
        self.filled += piece.filled;
        self.grouped += piece.grouped;
        self.marked += piece.marked;
        self.is_counted &= piece.is_counted;
        for (word, count) in piece.missing_words {
            count_word(&mut self.missing_words, &word, count);
        }
    }

    /// After the last piece: a column without any cell that holds something has no values.
    pub fn finish(&mut self, rows: usize) {
        if self.filled == 0 {
            self.values = vec![f64::NAN; rows];
        }
    }

    /// The number in a row; NaN where there is none.
    pub fn value(&self, row: usize) -> f64 {
        self.values.get(row).copied().unwrap_or(f64::NAN)
    }

    /// Whether a row's cell holds something that is no number.
    pub fn is_unparsable<S: AsRef<str>>(&self, row: usize, cell: impl FnOnce() -> S) -> bool {
        if self.words > 0 {
            !is_missing(cell().as_ref())
        } else {
            self.unparsable.binary_search(&row).is_ok()
        }
    }

    /// Whether more than half of the cells that hold anything are numbers.
    pub fn is_numeric(&self) -> bool {
        self.words.max(self.unparsable.len()) * 2 < self.filled
    }
}

fn count_word(words: &mut Vec<(String, usize)>, word: &str, times: usize) {
    if word.is_empty() {
        return;
    }
    match words.iter_mut().find(|(known, _)| known == word) {
        Some((_, count)) => *count += times,
        None => words.push((word.to_owned(), times)),
    }
}

/// How the cells of a table are read.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub selection: &'a Selection,
    pub decimal: Decimal,
    /// Columns whose text is kept, whatever it says.
    pub kept: &'a [bool],
}

/// A piece, read.
pub(crate) struct Piece {
    pub marks: RowMarks,
    /// Line of each whole row.
    pub lines: Vec<usize>,
    /// Rows that are not whole.
    pub ragged: Tally,
    /// None at all where no row is whole.
    pub columns: Vec<ColumnPiece>,
}

/// A column of a piece.
pub(crate) struct ColumnPiece {
    pub numbers: NumberPiece,
    pub dates: Option<PlainDates>,
    /// The cells, unless numbers or dates tell them well enough.
    pub text: Option<Packed>,
    pub evidence: DecimalEvidence,
}

impl Piece {
    /// Reads the rows in a part of the text.
    ///
    /// # Errors
    /// What polars says.
    pub fn read(manner: Manner<'_>, span: Span) -> Result<Self, ImportError> {
        let Manner { file, text, selection, .. } = manner;
        let mut marks = RowMarks::new(span);
        let mut ragged = Tally::default();
        let mut rows: Vec<Record> = Vec::new();
        for row in selection.rows_in(text, span) {
            let is_whole = selection.is_whole(text, &row);
            marks.add(&row, is_whole);
            if is_whole {
                rows.push(row);
                continue;
            }
            ragged.add(row.line);
            ragged.detail_with(|| {
                let (line, fields, width) = (row.line, row.fields, selection.width);
                format!("line {line} has {fields} fields where {width} were expected")
            });
        }
        let lines = rows.iter().map(|row| row.line).collect();
        let mut columns = Vec::new();
        if !rows.is_empty() {
            let read = cells_by_polars(file, text, &rows, selection.delimiter, selection.width)?;
            let cells = |column: usize| {
                // Null is how polars says that a cell is empty.
                read[column].iter().map(Option::unwrap_or_default)
            };
            let column = |at| ColumnPiece::read(|| cells(at), manner.decimal, manner.kept[at]);
            columns = (0..read.len()).map(column).collect();
        }
        Ok(Self { marks, lines, ragged, columns })
    }
}

impl ColumnPiece {
    fn read<'a, I: ExactSizeIterator<Item = &'a str>>(
        cells: impl Fn() -> I,
        decimal: Decimal,
        keeps_text: bool,
    ) -> Self {
        let mut evidence = DecimalEvidence::default();
        let dates = PlainDates::read(&cells);
        let numbers = match &dates {
            // A date is no number and shows no decimal sign.
            Some(dates) if dates.strays + dates.missing == 0 => {
                NumberPiece::of_dates(cells().len())
            }
            _ => NumberPiece::read(cells(), decimal, &mut evidence),
        };
        let dates =
            if numbers.is_blank() { Some(PlainDates::nothing(cells().len())) } else { dates };
        let is_told = dates.is_some() || numbers.tells_cells();
        let text = (keeps_text || !is_told).then(|| cells().collect());
        Self { numbers, dates, text, evidence }
    }
}

/// The cells of `rows` of `text` as columns, each row with `width` fields: those past it are empty,
/// and those that lack are taken for empty. A cell that is empty may be null.
///
/// # Errors
/// What polars says.
fn cells_by_polars(
    file: &str,
    text: &str,
    rows: &[Record],
    delimiter: u8,
    width: usize,
) -> Result<Vec<StringChunked>, ImportError> {
    let failed = |message: String| ImportError::Cells { file: file.to_owned(), message };
    let table = canonical(text, rows, delimiter, width);
    let schema: Schema = (0..width)
        .map(|column| Field::new(format!("c{column}").into(), DataType::String))
        .collect();
    let options = CsvReadOptions::default()
        .with_has_header(false)
        .with_schema(Some(Arc::new(schema)))
        .with_rechunk(true)
        // Pieces of the file are read side by side already.
        .with_n_threads(Some(1))
        .with_parse_options(CsvParseOptions::default().with_separator(delimiter));
    let frame = options
        .into_reader_with_file_handle(Cursor::new(table.as_ref()))
        .finish()
        .map_err(|error| failed(error.to_string()))?;
    if frame.height() != rows.len() || frame.width() != width {
        let (height, found) = (frame.height(), frame.width());
        return Err(failed(format!(
            "{} rows of {width} fields became {height} of {found}",
            rows.len()
        )));
    }
    let columns = frame.columns().iter().map(|column| column.str().cloned());
    columns.collect::<Result<_, _>>().map_err(|error| failed(error.to_string()))
}

/// The rows as RFC 4180 text: as they stand where nothing is to be changed. Else rows without quotes
/// are copied, save the first: in quotes it can never be mistaken for the first bytes of a
/// compressed file.
fn canonical<'a>(text: &'a str, rows: &[Record], delimiter: u8, width: usize) -> Cow<'a, [u8]> {
    let is_plain = |row: &Record| !row.quotes && !row.blank && row.fields == width;
    let touch = rows.windows(2).all(|pair| pair[0].end + 1 == pair[1].start);
    if let (Some(first), Some(last), true) = (rows.first(), rows.last(), touch)
        && rows.iter().all(is_plain)
        && !text[first.start..].starts_with(['x', '\u{1f}', '('])
    {
        return Cow::Borrowed(&text.as_bytes()[first.start..last.end]);
    }
    let size: usize = rows.iter().map(|row| row.end - row.start + 1).sum();
    let mut table = Vec::with_capacity(size + size / 16);
    for (number, row) in rows.iter().enumerate() {
        if number > 0 && is_plain(row) {
            table.extend_from_slice(row.text(text).as_bytes());
        } else {
            let cells = row.cells(text, delimiter).chain(std::iter::repeat(Cow::Borrowed("")));
            for (column, cell) in cells.take(width).enumerate() {
                if column > 0 {
                    table.push(delimiter);
                }
                table.push(b'"');
                table.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                table.push(b'"');
            }
        }
        table.push(b'\n');
    }
    Cow::Owned(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(pieces: &[&[&str]]) -> NumberColumn {
        let all: Vec<&str> = pieces.concat();
        let mut column = NumberColumn::empty();
        let mut before = 0;
        for piece in pieces {
            let cells = piece.iter().copied();
            let read = NumberPiece::read(cells, Decimal::Point, &mut DecimalEvidence::default());
            let words = || (0..before).filter(|&row| !is_missing(all[row])).collect();
            column.append(read, before, all.len(), words);
            before += piece.len();
        }
        column.finish(all.len());
        column
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_a_column(
            cells in prop::collection::vec("|NA|x|1|2\\.5|1,000|\\$3|-0| 4", 0..12),
            cuts in prop::collection::vec(0_usize..12, 0..3)
        ) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let whole = column(&[&cells]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(cells.len())).collect();
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([cells.len()]);
            let mut start = 0;
            let pieces: Vec<&[&str]> = ends.map(|end| {
                let piece = &cells[start..end];
                start = end;
                piece
            }).collect();
            let pieces = column(&pieces);
            prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
        }
    }

    #[test]
    fn a_column_of_words_keeps_only_its_first() {
        let words = column(&[&["", "a"], &["b", "NA"]]);
        assert_eq!((words.words, words.unparsable.as_slice()), (2, &[1][..]));
        assert!(words.values.is_empty() && !words.is_numeric());
        let late = column(&[&["", "a"], &["b", "7"]]);
        assert_eq!((late.words, late.unparsable.as_slice()), (0, &[1, 2][..]));
        assert_eq!(late.value(3), 7.0);
    }

    #[test]
    fn numbers_tell_cells_where_they_are_written_plainly() {
        let told = |cells: &[&str]| {
            let mut evidence = DecimalEvidence::default();
            NumberPiece::read(cells.iter().copied(), Decimal::Point, &mut evidence).tells_cells()
        };
        assert!(told(&["1", "", "-20"]) && told(&["1", "2.50"]));
        for cells in
            [["1", "02"], ["1", "2.0"], ["1", "x"], ["1", "1,000"], ["1", "-0"], ["", "NA"]]
        {
            assert!(!told(&cells), "{cells:?}");
        }
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod frame_tests;
