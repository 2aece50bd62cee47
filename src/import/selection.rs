//! Which records of a text are rows of its table, and which of those are whole; the way back from a row
//! to its record, and the line of each row and slot.
//!
//! Records are not kept: of every few rows it is known where they start, and the others are found
//! from there. Lines are kept as runs, since most rows stand on the line after the one before.

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
struct RowMark {
    /// Whole rows before it.
    whole: u32,
    /// Rows before it.
    row: u32,
    byte: u32,
    line: u32,
}

/// The starts of some rows of one piece.
#[derive(Debug)]
pub(crate) struct RowMarks {
    pub span: Span,
    /// Whole rows.
    pub whole: usize,
    /// Rows.
    pub rows: usize,
    known: Vec<RowMark>,
}

impl RowMarks {
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
            self.known.push(RowMark { whole, row, byte, line });
        }
        self.rows += 1;
        self.whole += usize::from(is_whole);
    }

    /// The part of the piece from the last mark that is not past what is looked for.
    fn from(&self, is_past: impl Fn(&RowMark) -> bool) -> (Span, usize, usize) {
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
    pieces: Vec<(usize, usize, RowMarks)>,
    rows: usize,
    whole: usize,
}

impl<'a> RowIndex<'a> {
    pub fn new(text: &'a str, selection: Selection) -> Self {
        Self { text, selection, pieces: Vec::new(), rows: 0, whole: 0 }
    }

    /// Adds the rows of the next piece.
    pub fn append(&mut self, marks: RowMarks) {
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

/// Lines of rows, counted from 1 (from 0 in files that have rows and no lines).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The first row of each run and its line.
    runs: Vec<(usize, usize)>,
    rows: usize,
}

impl Lines {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// The line of a row; of one past the last, as if the last run went on.
    pub fn at(&self, row: usize) -> usize {
        let run = self.runs.partition_point(|&(first, _)| first <= row);
        run.checked_sub(1).map_or(1, |run| self.runs[run].1 + (row - self.runs[run].0))
    }
}

impl Extend<usize> for Lines {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, lines: I) {
        for line in lines {
            let goes_on =
                self.runs.last().is_some_and(|&(row, start)| start + self.rows - row == line);
            if !goes_on {
                self.runs.push((self.rows, line));
            }
            self.rows += 1;
        }
    }
}

impl FromIterator<usize> for Lines {
    fn from_iter<I: IntoIterator<Item = usize>>(lines: I) -> Self {
        let mut kept = Self::default();
        kept.extend(lines);
        kept
    }
}

/// Whole numbers in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// 0, 1, 2 and so on, so many.
    Counted(usize),
    /// These.
    Listed(Vec<usize>),
}

impl Order {
    pub fn len(&self) -> usize {
        match self {
            Self::Counted(count) => *count,
            Self::Listed(numbers) => numbers.len(),
        }
    }

    /// The number at a place below the length.
    pub fn at(&self, place: usize) -> usize {
        match self {
            Self::Counted(_) => place,
            Self::Listed(numbers) => numbers[place],
        }
    }

    pub fn last(&self) -> Option<usize> {
        self.len().checked_sub(1).map(|last| self.at(last))
    }

    /// The first so many of them.
    pub fn first(&self, count: usize) -> Self {
        match self {
            Self::Counted(all) => Self::Counted(count.min(*all)),
            Self::Listed(numbers) => Self::Listed(numbers.iter().copied().take(count).collect()),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.len()).map(|place| self.at(place))
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::Counted(0)
    }
}

impl From<Vec<usize>> for Order {
    fn from(numbers: Vec<usize>) -> Self {
        let counts = numbers.iter().enumerate().all(|(place, &number)| place == number);
        if counts { Self::Counted(numbers.len()) } else { Self::Listed(numbers) }
    }
}

/// Lines of the rows of one series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotLines {
    runs: Vec<LineRun>,
}

/// Neighbouring slots whose lines rise or fall by the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LineRun {
    slot: usize,
    length: usize,
    line: usize,
    /// Lines from one slot to the next; 0 in a run of one.
    pace: isize,
}

impl SlotLines {
    /// Slots, rising, with their lines. Of rows that share a slot the first is kept.
    pub(crate) fn new(lines: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut runs: Vec<LineRun> = Vec::new();
        for (slot, line) in lines {
            let is_shared = runs.last().is_some_and(|run| slot < run.slot + run.length);
            let is_taken = is_shared || runs.last_mut().is_some_and(|run| run.takes(slot, line));
            if !is_taken {
                runs.push(LineRun { slot, length: 1, line, pace: 0 });
            }
        }
        Self { runs }
    }

    /// The line of a slot; `None` where no row stands on it.
    pub fn line_of(&self, slot: usize) -> Option<usize> {
        let after = self.runs.partition_point(|run| run.slot <= slot);
        let run = &self.runs[after.checked_sub(1)?];
        let steps = slot - run.slot;
        (steps < run.length).then(|| run.line_after(steps)).flatten()
    }
}

impl LineRun {
    /// Takes a slot that goes on with the run, and says so; the second one decides its pace.
    fn takes(&mut self, slot: usize, line: usize) -> bool {
        if slot != self.slot + self.length {
            return false;
        }
        if self.length == 1 {
            let Some(pace) = line.checked_signed_diff(self.line) else { return false };
            self.pace = pace;
        }
        let goes_on = self.line_after(self.length) == Some(line);
        self.length += usize::from(goes_on);
        goes_on
    }

    fn line_after(&self, steps: usize) -> Option<usize> {
        let steps = isize::try_from(steps).ok()?;
        self.line.checked_add_signed(self.pace.checked_mul(steps)?)
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
                let mut marks = RowMarks::new(Span { start: first.start, end, line: first.line });
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

#[cfg(test)]
mod lines_tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_keeps_its_line(steps in prop::collection::vec(1_usize..3, 0..60)) {
            let lines: Vec<usize> = steps.iter().scan(1, |line, step| { *line += step; Some(*line) }).collect();
            let kept: Lines = lines.iter().copied().collect();
            prop_assert_eq!(kept.len(), lines.len());
            for (row, &line) in lines.iter().enumerate() {
                prop_assert_eq!(kept.at(row), line);
            }
        }
    }

    #[test]
    fn neighbours_share_a_run() {
        let kept: Lines = [2, 3, 4, 9, 10].into_iter().collect();
        assert_eq!(kept.runs, [(0, 2), (3, 9)]);
    }
}

#[cfg(test)]
mod order_tests {
    use super::*;

    #[test]
    fn a_count_is_not_listed_and_reads_the_same() {
        assert_eq!(Order::from(vec![0, 1, 2]), Order::Counted(3));
        assert_eq!(Order::from(Vec::new()).last(), None);
        for numbers in [vec![0, 1, 2], vec![1, 2, 3], vec![0, 2, 5]] {
            let order = Order::from(numbers.clone());
            assert_eq!(order.iter().collect::<Vec<_>>(), numbers);
            assert_eq!((order.len(), order.last()), (3, numbers.last().copied()));
        }
    }
}

#[cfg(test)]
mod slot_lines_tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tidy_files_are_one_run_whichever_way_they_go() {
        let lines = SlotLines::new((0..1_000).map(|slot| (slot, slot + 2)));
        assert_eq!(
            (lines.runs.len(), lines.line_of(999), lines.line_of(1_000)),
            (1, Some(1_001), None)
        );
        let newest_first = SlotLines::new((0..1_000).map(|slot| (slot, 1_001 - slot)));
        assert_eq!((newest_first.runs.len(), newest_first.line_of(0)), (1, Some(1_001)));
        let interleaved = SlotLines::new((0..1_000).map(|slot| (slot, 2 + 7 * slot)));
        assert_eq!((interleaved.runs.len(), interleaved.line_of(10)), (1, Some(72)));
        let shared = SlotLines::new([(0, 2), (0, 3), (1, 4), (1, 5)].into_iter());
        assert_eq!((shared.line_of(0), shared.line_of(1)), (Some(2), Some(4)));
        assert_eq!(SlotLines::default().line_of(0), None);
    }

    proptest! {
        #[test]
        fn every_slot_keeps_its_line(
            rows in prop::collection::btree_map(0_usize..60, 2_usize..500, 0..60),
        ) {
            let lines = SlotLines::new(rows.iter().map(|(&slot, &line)| (slot, line)));
            for slot in 0..61 {
                prop_assert_eq!(lines.line_of(slot), rows.get(&slot).copied());
            }
        }
    }
}
