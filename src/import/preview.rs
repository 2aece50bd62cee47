//! Rows as the file writes them: the first ones, and those that the ledger points at.
//!
//! Not for the values that were read from them (`Series`).

use std::collections::BTreeSet;

use super::error::shown;
use super::ledger::Ledger;
use super::selection::RowIndex;
use super::sheet::Sheet;

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
