//! Which records of a text are rows of its table, and which of those are whole; and the way back
//! from a row to its record.
//!
//! Records are not kept: of every few rows it is known where they start, and the others are found
//! from there.

use super::records::{Record, Records, Span};
use super::survey::is_comment;

/// Which records are rows of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Selection {
    /// From the first row to the last.
    pub rows: Span,
    /// What cuts fields; 0 where there is one column, of which blank lines are rows.
    pub delimiter: u8,
    /// Number of columns.
    pub width: usize,
    /// Whether rows may be shorter than the table, and then end in empty cells.
    pub pads: bool,
    /// Whether lines that begin with `#` are left out.
    pub skips_comments: bool,
    /// First byte of the one such line that is not.
    pub kept_comment: Option<usize>,
}

impl Selection {
    /// Whether a record is a row, whole or not.
    pub fn takes(&self, text: &str, record: &Record) -> bool {
        let is_left_out = || {
            self.skips_comments
                && is_comment(text, record)
                && self.kept_comment != Some(record.start)
        };
        let is_blank = record.blank && self.delimiter != 0;
        !is_blank && !is_left_out()
    }

    /// Whether a row has as many fields as the table has columns. More are fine if the rest are
    /// empty: some programs end every row with a delimiter.
    pub fn is_whole(&self, text: &str, row: &Record) -> bool {
        row.fields == self.width
            || (self.pads && row.fields < self.width)
            || (row.fields > self.width
                && row.cells(text, self.delimiter).skip(self.width).all(|cell| cell.is_empty()))
    }

    /// The part of a piece that holds rows; `None` where it has none.
    pub fn part_of(&self, span: Span) -> Option<Span> {
        let line = if span.start < self.rows.start { self.rows.line } else { span.line };
        let (start, end) = (span.start.max(self.rows.start), span.end.min(self.rows.end));
        (start < end).then_some(Span { start, end, line })
    }

    /// The rows of a part, whole or not.
    pub fn rows_in<'a>(&'a self, text: &'a str, span: Span) -> impl Iterator<Item = Record> + 'a {
        // The survey has seen every quote close.
        let records = Records::new(text, span, self.delimiter).map_while(Result::ok);
        records.filter(|record| self.takes(text, record))
    }
}

/// Rows between two of which the start is known.
const ROWS_A_MARK: usize = 16;
/// Bytes of wide rows between two.
const BYTES_A_MARK: usize = 512;

/// A row of which the start is known, counted from the first of its piece.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// Whole rows before it.
    whole: u32,
    /// Rows before it.
    row: u32,
    byte: u32,
    line: u32,
}

/// The starts of some rows of one piece.
#[derive(Debug)]
pub(crate) struct Marks {
    pub span: Span,
    /// Whole rows.
    pub whole: usize,
    /// Rows.
    pub rows: usize,
    known: Vec<Mark>,
}

impl Marks {
    pub fn new(span: Span) -> Self {
        Self { span, whole: 0, rows: 0, known: Vec::new() }
    }

    /// Counts the next row.
    pub fn add(&mut self, row: &Record, is_whole: bool) {
        let byte = row.start - self.span.start;
        let due = self.known.last().is_none_or(|last| {
            self.rows - wide(last.row) >= ROWS_A_MARK || byte - wide(last.byte) >= BYTES_A_MARK
        });
        if due {
            let line = row.line - self.span.line;
            let [whole, row, byte, line] = [self.whole, self.rows, byte, line].map(narrow);
            self.known.push(Mark { whole, row, byte, line });
        }
        self.rows += 1;
        self.whole += usize::from(is_whole);
    }

    /// The part of the piece from the last mark that is not past what is looked for.
    fn from(&self, is_past: impl Fn(&Mark) -> bool) -> (Span, usize, usize) {
        let at = self.known.partition_point(|mark| !is_past(mark)).saturating_sub(1);
        self.known.get(at).map_or((self.span, 0, 0), |mark| {
            let Span { start, end, line } = self.span;
            let span = Span { start: start + wide(mark.byte), end, line: line + wide(mark.line) };
            (span, wide(mark.row), wide(mark.whole))
        })
    }
}

/// A count within a piece, which is shorter than 4 GiB.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn wide(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The rows of a table, by number or by line.
#[derive(Debug)]
pub(crate) struct RowIndex<'a> {
    pub text: &'a str,
    pub selection: Selection,
    /// Each piece with the number of rows and of whole rows before it.
    pieces: Vec<(usize, usize, Marks)>,
    rows: usize,
    whole: usize,
}

impl<'a> RowIndex<'a> {
    pub fn new(text: &'a str, selection: Selection) -> Self {
        Self { text, selection, pieces: Vec::new(), rows: 0, whole: 0 }
    }

    /// Adds the rows of the next piece.
    pub fn append(&mut self, marks: Marks) {
        let (rows, whole) = (marks.rows, marks.whole);
        self.pieces.push((self.rows, self.whole, marks));
        self.rows += rows;
        self.whole += whole;
    }

    /// Number of rows, ragged ones included.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Number of whole rows.
    pub fn whole(&self) -> usize {
        self.whole
    }

    /// The piece that a whole row stands in, and its number there.
    pub fn piece_of(&self, whole_row: usize) -> (usize, usize) {
        let at = self.pieces.partition_point(|&(_, before, _)| before <= whole_row);
        let at = at.saturating_sub(1);
        (at, whole_row - self.pieces.get(at).map_or(0, |&(_, before, _)| before))
    }

    /// The whole rows of a piece.
    pub fn whole_rows_of(&self, piece: usize) -> impl Iterator<Item = Record> + '_ {
        let span = self.pieces[piece].2.span;
        let rows = self.selection.rows_in(self.text, span);
        rows.filter(|row| self.selection.is_whole(self.text, row))
    }

    /// The record of a whole row.
    pub fn whole_row(&self, row: usize) -> Option<Record> {
        let (piece, at) = self.piece_of(row);
        let (_, _, marks) = self.pieces.get(piece)?;
        let (span, _, before) = marks.from(|mark| wide(mark.whole) > at);
        let rows = self.selection.rows_in(self.text, span);
        rows.filter(|row| self.selection.is_whole(self.text, row)).nth(at - before)
    }

    /// The record of the row of that number, ragged rows counted too.
    pub fn row(&self, number: usize) -> Option<Record> {
        let at = self.pieces.partition_point(|&(before, _, _)| before <= number);
        let (before, _, marks) = self.pieces.get(at.checked_sub(1)?)?;
        let (span, skipped, _) = marks.from(|mark| before + wide(mark.row) > number);
        self.selection.rows_in(self.text, span).nth(number - before - skipped)
    }

    /// The number of the row that starts on a line, ragged rows counted too.
    pub fn number_on(&self, line: usize) -> Option<usize> {
        let at = self.pieces.partition_point(|(_, _, marks)| marks.span.line <= line);
        let (before, _, marks) = self.pieces.get(at.checked_sub(1)?)?;
        let (span, skipped, _) = marks.from(|mark| marks.span.line + wide(mark.line) > line);
        let rows = self.selection.rows_in(self.text, span).take_while(|row| row.line <= line);
        let (number, row) = rows.enumerate().last()?;
        (row.line == line).then_some(before + skipped + number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_is_found_by_number_and_by_line(
            lines in prop::collection::vec("(a,b|a|#c,d|a,b,,|)?", 1..80), cuts in 1_usize..30
        ) {
            let text = lines.join("\n");
            let whole = Span { start: 0, end: text.len(), line: 1 };
            let selection = Selection {
                rows: whole, delimiter: b',', width: 2, pads: false,
                skips_comments: true, kept_comment: None,
            };
            let mut index = RowIndex::new(&text, selection);
            let all: Vec<Record> = selection.rows_in(&text, whole).collect();
            for part in all.chunks(cuts) {
                let first = &part[0];
                let end = part[part.len() - 1].end;
                let mut marks = Marks::new(Span { start: first.start, end, line: first.line });
                for row in part {
                    marks.add(row, selection.is_whole(&text, row));
                }
                index.append(marks);
            }
            prop_assert_eq!(index.len(), all.len());
            for (number, row) in all.iter().enumerate() {
                prop_assert_eq!(index.row(number), Some(*row));
                prop_assert_eq!(index.number_on(row.line), Some(number));
            }
            let whole_rows = all.iter().filter(|row| selection.is_whole(&text, row));
            for (number, row) in whole_rows.enumerate() {
                prop_assert_eq!(index.whole_row(number), Some(*row));
            }
            prop_assert_eq!(index.row(all.len()), None);
            prop_assert_eq!(index.number_on(lines.len() + 5), None);
        }
    }
}
