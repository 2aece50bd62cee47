//! The ledger of every row of a file: used, merged or dropped and why, and every cell without a
//! value; of the file, and of each series where it holds many.
//!
//! Rows read are rows used, merged and dropped; cells read are cells used, imputed and masked; always.
//! Not for repairs: a missing value stays missing, and is at most filled in where an input is needed.

use std::fmt;
use std::ops::Range;

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
    /// Dropped: the time lies off the step that nearly all others keep.
    OffGrid,
    /// Dropped: the row stands on a day or hour on which hardly any other does, and the working
    /// calendar closes it.
    RareOpening,
    /// Dropped: an id cell is empty, so the row belongs to no series.
    MissingId,
    /// Merged: an earlier row has the same time and the same cells.
    RepeatedRow,
    /// Dropped: an earlier row has the same time and other values.
    ConflictingRow,
    /// Dropped: the series of the row has missing values, and the settings drop such series.
    DroppedSeries,
    /// Merged: an earlier row falls into the same step, and their values become one.
    SameStep,
    /// Used: the time stands a little off the even step of all and counts as on it.
    Jitter,
    /// Used: the row stood before an earlier time and was put in its place.
    OutOfOrder,
    /// The cell is empty or says that there is no value.
    MissingCell,
    /// The cell is no number, and so counts as missing.
    UnparsableCell,
    /// The cell's value stands far from the others, and the settings mask such values.
    Outlier,
    /// The cell has a value, but its column is left out: it has missing values, and the settings drop
    /// such series.
    DroppedColumn,
    /// The cell is empty, after the last value of its column, in a row that has a future covariate.
    CellToCome,
    /// No row of the file stands on this step of the time axis.
    MissingSlot,
}

/// Line numbers kept for each entry; the count is always complete.
pub const LISTED_LINES: usize = 100;

/// Where a line of the file stands in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The series of the panel that it is about: one for a cell, all of its key for a row.
    pub series: Range<usize>,
    /// Their slots: the one that the row or cell stands on, or those of a gap. Of a line that holds a
    /// whole series, the first run of them.
    pub slots: Range<usize>,
}

/// One reason, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// What happened.
    pub reason: Reason,
    /// The column of the cells, where the reason is about cells.
    pub column: Option<String>,
    /// Rows, cells or steps that it happened to.
    pub count: usize,
    /// How many of them are filled in where a network needs an input, as of the end of the data; of
    /// steps, those that are in every series they are missing of.
    pub imputed: usize,
    /// Line numbers in the file, counted from 1, of the first 100; for missing steps the line
    /// after each gap.
    pub lines: Vec<usize>,
    /// Where each of `lines` stands in the series; `None` for a row that stands on no slot.
    pub places: Vec<Option<Place>>,
    /// An example or the place, in words.
    pub detail: Option<String>,
}

/// The ledger of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Rows of the table: the header, units under it, remarks and blank lines left out.
    pub rows_read: usize,
    /// Rows whose values are in the series.
    pub rows_used: usize,
    /// Cells that belong to a series, of the used rows and of those that share their steps.
    pub cells_read: usize,
    /// Cells whose values are in the series.
    pub cells_used: usize,
    /// Reasons that occurred, dropped rows first.
    pub entries: Vec<LedgerEntry>,
    /// The ledger of each series (each key, where several columns hold values) in a file of many;
    /// empty for a file of one. Rows that belong to no series are only in the ledger of the file.
    pub series: Vec<SeriesLedger>,
}

/// The ledger of one series among many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesLedger {
    /// The series' key: its ids joined with ` / `.
    pub name: String,
    /// Rows of the file that belong to it.
    pub rows_read: usize,
    /// Rows whose values are in it.
    pub rows_used: usize,
    /// Cells that belong to it, of the used rows and of those that share their steps.
    pub cells_read: usize,
    /// Cells whose values are in it.
    pub cells_used: usize,
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
                | Self::OffGrid
                | Self::RareOpening
                | Self::MissingId
                | Self::ConflictingRow
                | Self::DroppedSeries
        )
    }

    /// Whether rows of this reason are in the series through an earlier row.
    pub const fn merges_rows(self) -> bool {
        matches!(self, Self::RepeatedRow | Self::SameStep)
    }

    /// Whether cells of this reason are steps of a series that have no value.
    pub const fn masks_cells(self) -> bool {
        matches!(
            self,
            Self::MissingCell
                | Self::UnparsableCell
                | Self::Outlier
                | Self::DroppedColumn
                | Self::CellToCome
        )
    }

    /// A short name for tables and JSON: `ragged-row`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RaggedRow => "ragged-row",
            Self::EmptyRow => "empty-row",
            Self::MissingTime => "missing-time",
            Self::UnparsableTime => "unparsable-time",
            Self::OffGrid => "off-grid",
            Self::RareOpening => "rare-opening",
            Self::MissingId => "missing-id",
            Self::RepeatedRow => "repeated-row",
            Self::ConflictingRow => "conflicting-row",
            Self::DroppedSeries => "dropped-series",
            Self::SameStep => "same-step",
            Self::Jitter => "jitter",
            Self::OutOfOrder => "out-of-order",
            Self::MissingCell => "missing-cell",
            Self::UnparsableCell => "unparsable-cell",
            Self::Outlier => "outlier",
            Self::DroppedColumn => "dropped-column",
            Self::CellToCome => "cell-to-come",
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
            Self::OffGrid => "time off the step of the others, row dropped",
            Self::RareOpening => "on a day or hour that is closed but for a few rows, row dropped",
            Self::MissingId => "no id, row dropped",
            Self::RepeatedRow => "repeats an earlier row, merged with it",
            Self::ConflictingRow => "time of an earlier row with other values, dropped",
            Self::DroppedSeries => "of a series with missing values, dropped as set",
            Self::SameStep => "falls into the step of an earlier row, merged with it",
            Self::Jitter => "time a little off the step, read as on it",
            Self::OutOfOrder => "out of time order, put in its place",
            Self::MissingCell => "no value",
            Self::UnparsableCell => "not a number, counts as missing",
            Self::Outlier => "far from the others, masked as set",
            Self::DroppedColumn => "of a column with missing values, left out as set",
            Self::CellToCome => "no value yet: of a row to forecast",
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
        match self.imputed {
            0 => {}
            some if some == self.count => f.write_str(", filled in as input")?,
            some => write!(f, ", {some} of them filled in as input")?,
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
        counted(&self.entries, Reason::drops_rows)
    }

    /// Rows that say the same as an earlier one, or share its step.
    pub fn rows_merged(&self) -> usize {
        counted(&self.entries, Reason::merges_rows)
    }

    /// Cells that are not in the series: no target is learned from them, and none is scored.
    pub fn cells_missing(&self) -> usize {
        counted(&self.entries, Reason::masks_cells)
    }

    /// Missing cells that are filled in where a network needs an input, as of the end of the data.
    pub fn cells_imputed(&self) -> usize {
        imputed(&self.entries)
    }

    /// Missing cells that nothing stands in for.
    pub fn cells_masked(&self) -> usize {
        self.cells_missing() - self.cells_imputed()
    }

    /// The count of one reason, over all columns.
    pub fn count(&self, reason: Reason) -> usize {
        counted(&self.entries, |found| found == reason)
    }

    /// The entry of one reason; of the column named, where the reason is about cells.
    pub fn entry(&self, reason: Reason, column: Option<&str>) -> Option<&LedgerEntry> {
        self.entries
            .iter()
            .find(|entry| entry.reason == reason && entry.column.as_deref() == column)
    }

    /// Whether rows and cells are all accounted for, in the file and in every series.
    pub fn balances(&self) -> bool {
        let file = self.rows_read == self.rows_used + self.rows_merged() + self.rows_dropped()
            && self.cells_read == self.cells_used + self.cells_imputed() + self.cells_masked();
        file && self.series.iter().all(SeriesLedger::balances)
    }
}

impl SeriesLedger {
    /// The count of one reason, over all columns.
    pub fn count(&self, reason: Reason) -> usize {
        counted(&self.entries, |found| found == reason)
    }

    /// Missing cells that are filled in where a network needs an input, as of the end of the data.
    pub fn cells_imputed(&self) -> usize {
        imputed(&self.entries)
    }

    fn balances(&self) -> bool {
        let rows_left = counted(&self.entries, Reason::drops_rows)
            + counted(&self.entries, Reason::merges_rows);
        self.rows_read == self.rows_used + rows_left
            && self.cells_read == self.cells_used + counted(&self.entries, Reason::masks_cells)
    }
}

fn imputed(entries: &[LedgerEntry]) -> usize {
    let of_cells = entries.iter().filter(|entry| entry.reason.masks_cells());
    of_cells.map(|entry| entry.imputed).sum()
}

fn counted(entries: &[LedgerEntry], holds: impl Fn(Reason) -> bool) -> usize {
    entries.iter().filter(|entry| holds(entry.reason)).map(|entry| entry.count).sum()
}

/// Where a counted line stands, as far as that is known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// On no slot of any series.
    Nowhere,
    /// At a time of a series whose axis is not known yet.
    Time(i64),
    /// On slots.
    Place(Place),
}

/// Lines counted for one reason.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub count: usize,
    /// How many of them are filled in as inputs.
    pub imputed: usize,
    pub detail: Option<String>,
    /// The first lines.
    listed: Vec<(usize, Spot)>,
}

impl Tally {
    /// Counts one more, on this line, which stands on no slot.
    pub fn add(&mut self, line: usize) {
        self.add_at(line, || Spot::Nowhere);
    }

    /// Counts one more, on this line.
    pub fn add_at(&mut self, line: usize, spot: impl FnOnce() -> Spot) {
        self.count += 1;
        self.list(line, spot);
    }

    /// Lists a line without counting it.
    pub fn list(&mut self, line: usize, spot: impl FnOnce() -> Spot) {
        if self.listed.len() < LISTED_LINES {
            self.listed.push((line, spot()));
        }
    }

    /// The first line listed.
    pub fn first_line(&self) -> Option<usize> {
        self.listed.first().map(|(line, _)| *line)
    }

    /// Keeps the detail of the first that has one.
    pub fn detail_with(&mut self, detail: impl FnOnce() -> String) {
        self.detail.get_or_insert_with(detail);
    }

    /// Puts lines of which only the time was known on the slots of their series.
    pub fn stand_on(&mut self, series: &Range<usize>, slot_of: impl Fn(i64) -> Option<usize>) {
        for (_, spot) in &mut self.listed {
            let Spot::Time(time) = *spot else { continue };
            *spot = slot_of(time).map_or(Spot::Nowhere, |slot| {
                Spot::Place(Place { series: series.clone(), slots: slot..slot + 1 })
            });
        }
    }

    /// Tells times by another clock, where only they are known.
    pub fn tell_by(&mut self, other: impl Fn(i64) -> i64) {
        for (_, spot) in &mut self.listed {
            if let Spot::Time(time) = spot {
                *time = other(*time);
            }
        }
    }

    /// Puts lines on other series of the panel; where those are left out, on none.
    pub fn move_to(&mut self, series: Option<&Range<usize>>) {
        for (_, spot) in &mut self.listed {
            match (&mut *spot, series) {
                (Spot::Place(place), Some(series)) => place.series = series.clone(),
                (_, None) => *spot = Spot::Nowhere,
                _ => {}
            }
        }
    }

    /// Counts what another tally has counted; its lines may stand before ours.
    pub fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        self.imputed += other.imputed;
        let (Some((first, _)), last) = (other.listed.first(), self.listed.last()) else { return };
        let is_full = self.listed.len() >= LISTED_LINES;
        if !(is_full && last.is_some_and(|(last, _)| last <= first)) {
            self.listed.extend_from_slice(&other.listed);
            self.listed.sort_by_key(|(line, _)| *line);
            self.listed.truncate(LISTED_LINES);
        }
        if self.detail.is_none() {
            self.detail.clone_from(&other.detail);
        }
    }

    /// Files an entry unless nothing happened.
    pub fn file(self, reason: Reason, column: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        let Self { count, imputed, detail, listed } = self;
        if count == 0 {
            return;
        }
        let column = column.map(str::to_owned);
        let place = |spot| if let Spot::Place(place) = spot { Some(place) } else { None };
        let (lines, places) = listed.into_iter().map(|(line, spot)| (line, place(spot))).unzip();
        entries.push(LedgerEntry { reason, column, count, imputed, lines, places, detail });
    }
}

/// Rows by what happened to them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowTallies {
    pub empty: Tally,
    pub missing_time: Tally,
    pub unparsable_time: Tally,
    pub off_grid: Tally,
    pub closed: Tally,
    pub moved: Tally,
    pub out_of_order: Tally,
    pub repeated: Tally,
    pub conflicting: Tally,
    pub dropped: Tally,
    pub merged: Tally,
    pub missing_slots: Tally,
}

impl RowTallies {
    /// Tells the times of lines by another clock.
    pub fn tell_by(&mut self, other: impl Fn(i64) -> i64) {
        let Self { out_of_order, repeated, conflicting, merged, moved, .. } = self;
        for tally in [out_of_order, repeated, conflicting, merged, moved] {
            tally.tell_by(&other);
        }
    }

    /// Counts what happened to the rows of another series.
    pub fn absorb(&mut self, other: &Self) {
        self.empty.absorb(&other.empty);
        self.missing_time.absorb(&other.missing_time);
        self.unparsable_time.absorb(&other.unparsable_time);
        self.off_grid.absorb(&other.off_grid);
        self.closed.absorb(&other.closed);
        self.moved.absorb(&other.moved);
        self.out_of_order.absorb(&other.out_of_order);
        self.repeated.absorb(&other.repeated);
        self.conflicting.absorb(&other.conflicting);
        self.dropped.absorb(&other.dropped);
        self.merged.absorb(&other.merged);
        self.missing_slots.absorb(&other.missing_slots);
    }

    /// Points at other series of the panel, at none where those are left out.
    pub fn move_to(&mut self, series: Option<&Range<usize>>) {
        let Self { moved, out_of_order, repeated, conflicting, merged, missing_slots, .. } = self;
        for tally in [moved, out_of_order, repeated, conflicting, merged, missing_slots] {
            tally.move_to(series);
        }
    }

    /// Files what happened.
    pub fn file(self, time: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        self.empty.file(Reason::EmptyRow, None, entries);
        self.missing_time.file(Reason::MissingTime, time, entries);
        self.unparsable_time.file(Reason::UnparsableTime, time, entries);
        self.off_grid.file(Reason::OffGrid, time, entries);
        self.closed.file(Reason::RareOpening, time, entries);
        self.moved.file(Reason::Jitter, time, entries);
        self.out_of_order.file(Reason::OutOfOrder, None, entries);
        self.repeated.file(Reason::RepeatedRow, None, entries);
        self.conflicting.file(Reason::ConflictingRow, None, entries);
        self.dropped.file(Reason::DroppedSeries, None, entries);
        self.merged.file(Reason::SameStep, None, entries);
        self.missing_slots.file(Reason::MissingSlot, None, entries);
    }
}
