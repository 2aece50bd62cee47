//! The account of every row of a file: used, dropped and why, and every cell without a value.
//!
//! Rows read are rows used plus rows dropped, always. Not for mending: a missing value stays missing.

use std::fmt;

/// What happened to rows or cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Dropped: the row has more or fewer fields than the table has columns.
    RaggedRow,
    /// Dropped: no cell of the row holds anything.
    EmptyRow,
    /// Dropped: the time cell is empty.
    MissingTime,
    /// Dropped: the time cell is no time.
    UnparsableTime,
    /// Dropped: an earlier row has the same time and the same cells.
    RepeatedRow,
    /// Dropped: an earlier row has the same time and other values.
    ConflictingRow,
    /// Used: the row stood before an earlier time and was put in its place.
    OutOfOrder,
    /// The cell is empty or says that there is no value.
    MissingCell,
    /// The cell is no number, and so counts as missing.
    UnparsableCell,
    /// No row of the file stands on this step of the time axis.
    MissingSlot,
}

/// Line numbers kept for each entry; the count is always complete.
pub const LISTED_LINES: usize = 100;

/// One reason, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// What happened.
    pub reason: Reason,
    /// The column of the cells, where the reason is about cells.
    pub column: Option<String>,
    /// Rows, cells or steps that it happened to.
    pub count: usize,
    /// Line numbers in the file, counted from 1, of the first 100; for missing steps the line
    /// after each gap.
    pub lines: Vec<usize>,
    /// An example or the place, in words.
    pub detail: Option<String>,
}

/// The account of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Rows of the file, the header and blank lines left out.
    pub rows_read: usize,
    /// Rows whose values are in the series.
    pub rows_used: usize,
    /// Reasons that occurred, dropped rows first.
    pub entries: Vec<LedgerEntry>,
}

impl Reason {
    /// Whether rows of this reason are left out of the series.
    pub const fn drops_rows(self) -> bool {
        matches!(
            self,
            Self::RaggedRow
                | Self::EmptyRow
                | Self::MissingTime
                | Self::UnparsableTime
                | Self::RepeatedRow
                | Self::ConflictingRow
        )
    }

    /// A short name for tables and JSON: `ragged-row`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RaggedRow => "ragged-row",
            Self::EmptyRow => "empty-row",
            Self::MissingTime => "missing-time",
            Self::UnparsableTime => "unparsable-time",
            Self::RepeatedRow => "repeated-row",
            Self::ConflictingRow => "conflicting-row",
            Self::OutOfOrder => "out-of-order",
            Self::MissingCell => "missing-cell",
            Self::UnparsableCell => "unparsable-cell",
            Self::MissingSlot => "missing-slot",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RaggedRow => "too many or too few fields, row dropped",
            Self::EmptyRow => "empty row, dropped",
            Self::MissingTime => "no time, row dropped",
            Self::UnparsableTime => "time cannot be read, row dropped",
            Self::RepeatedRow => "repeats an earlier row, dropped",
            Self::ConflictingRow => "time of an earlier row with other values, dropped",
            Self::OutOfOrder => "out of time order, put in its place",
            Self::MissingCell => "no value",
            Self::UnparsableCell => "not a number, counts as missing",
            Self::MissingSlot => "no row for this step, counts as missing",
        })
    }
}

/// Lines that fit a sentence.
const SHOWN_LINES: usize = 8;

impl fmt::Display for LedgerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)?;
        if let Some(column) = &self.column {
            write!(f, " in {column}")?;
        }
        write!(f, ": {}", self.reason)?;
        if let Some(detail) = &self.detail {
            write!(f, " ({detail})")?;
        }
        let lines: Vec<String> =
            self.lines.iter().take(SHOWN_LINES).map(usize::to_string).collect();
        match lines.as_slice() {
            [] => Ok(()),
            [line] => write!(f, "; line {line}"),
            lines => {
                let more = if self.lines.len() > SHOWN_LINES { ", …" } else { "" };
                write!(f, "; lines {}{more}", lines.join(", "))
            }
        }
    }
}

impl Ledger {
    /// Rows left out of the series.
    pub fn rows_dropped(&self) -> usize {
        self.entries.iter().filter(|entry| entry.reason.drops_rows()).map(|entry| entry.count).sum()
    }

    /// The count of one reason, over all columns.
    pub fn count(&self, reason: Reason) -> usize {
        self.entries.iter().filter(|entry| entry.reason == reason).map(|entry| entry.count).sum()
    }

    /// The entry of one reason; of the column named, where the reason is about cells.
    pub fn entry(&self, reason: Reason, column: Option<&str>) -> Option<&LedgerEntry> {
        self.entries
            .iter()
            .find(|entry| entry.reason == reason && entry.column.as_deref() == column)
    }

    /// Files an entry unless nothing happened.
    pub(crate) fn file(&mut self, tally: Tally, reason: Reason, column: Option<&str>) {
        let Tally { count, lines, detail } = tally;
        if count > 0 {
            let column = column.map(str::to_owned);
            self.entries.push(LedgerEntry { reason, column, count, lines, detail });
        }
    }
}

/// A count that keeps the first lines and an example.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub count: usize,
    pub lines: Vec<usize>,
    pub detail: Option<String>,
}

impl Tally {
    /// Counts one more, on this line.
    pub fn add(&mut self, line: usize) {
        self.count += 1;
        if self.lines.len() < LISTED_LINES {
            self.lines.push(line);
        }
    }

    /// Counts one more, keeping the detail of the first.
    pub fn add_with(&mut self, line: usize, detail: impl FnOnce() -> String) {
        self.add(line);
        self.detail.get_or_insert_with(detail);
    }
}
