//! Rows as the file writes them: the first ones, and those that the ledger points at.
//!
//! Not for the values that were read from them (`Series`).

use std::collections::BTreeSet;

use super::error::shown;
use super::format::Delimiter;
use super::ledger::Ledger;
use super::records::Record;
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

/// The rows of a table, parted into those that have as many fields as it has columns and the others.
#[derive(Debug, Default)]
pub(crate) struct TableRows {
    /// Whole rows.
    pub whole: Vec<Record>,
    /// Numbers in the table of the rows that are not whole, rising.
    pub ragged: Vec<usize>,
    /// The first of those rows.
    pub first_ragged: Vec<Record>,
}

impl TableRows {
    fn len(&self) -> usize {
        self.whole.len() + self.ragged.len()
    }

    /// The row of that number in the table, if it is kept.
    fn get(&self, number: usize) -> Option<&Record> {
        match self.ragged.binary_search(&number) {
            Ok(at) => self.first_ragged.get(at),
            Err(before) => self.whole.get(number - before),
        }
    }

    /// The number in the table of the row that starts on a line.
    fn number_of(&self, line: usize) -> Option<usize> {
        if let Ok(row) = self.whole.binary_search_by_key(&line, |row| row.line) {
            // Before the ragged row of number `n` and place `i` stand `n - i` whole ones.
            let (mut low, mut high) = (0, self.ragged.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if self.ragged[middle] - middle <= row { low = middle + 1 } else { high = middle }
            }
            return Some(row + low);
        }
        let at = self.first_ragged.binary_search_by_key(&line, |row| row.line).ok()?;
        self.ragged.get(at).copied()
    }
}

impl Preview {
    /// The rows of a table that a person looks at first, and those that its ledger lists.
    pub(crate) fn new(
        text: &str,
        sheet: &Sheet,
        delimiter: Delimiter,
        rows: &TableRows,
        ledger: &Ledger,
    ) -> Self {
        let width = sheet.names.len().clamp(1, PREVIEW_CELLS);
        let numbers = numbers(rows, ledger, LISTED_CELLS / width);
        let mut preview = Self {
            header: sheet.names.iter().map(|name| shown(name)).collect(),
            ..Self::default()
        };
        for (number, row) in numbers.into_iter().filter_map(|at| Some((at, rows.get(at)?))) {
            let cells = row.cells(text, delimiter.byte()).take(PREVIEW_CELLS);
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
fn numbers(rows: &TableRows, ledger: &Ledger, most: usize) -> BTreeSet<usize> {
    let mut numbers: BTreeSet<usize> = (0..rows.len().min(PREVIEW_ROWS)).collect();
    let most = numbers.len() + most;
    let of_file = ledger.entries.iter();
    let of_series = ledger.series.iter().flat_map(|series| &series.entries);
    for &line in of_file.chain(of_series).flat_map(|entry| &entry.lines) {
        let Some(number) = rows.number_of(line) else { continue };
        if numbers.len() >= most {
            break;
        }
        numbers.extend(number.saturating_sub(1)..(number + 2).min(rows.len()));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: usize) -> Record {
        Record { start: 0, end: 0, line, fields: 1, quotes: false, blank: false }
    }

    #[test]
    fn rows_are_found_by_line_and_number_around_ragged_ones() {
        // Lines 2 to 9; those of 2, 5, 6 and 9 are ragged.
        let rows = TableRows {
            whole: [3, 4, 7, 8].map(row).to_vec(),
            ragged: vec![0, 3, 4, 7],
            first_ragged: [2, 5, 6, 9].map(row).to_vec(),
        };
        for line in 2..10 {
            assert_eq!(rows.number_of(line), Some(line - 2), "line {line}");
            assert_eq!(rows.get(line - 2).map(|row| row.line), Some(line));
        }
        assert_eq!((rows.number_of(10), rows.get(8)), (None, None));
    }
}
