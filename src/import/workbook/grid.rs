//! The filled cells of a sheet, in the order they are read, and their table as text.
//!
//! Rows and columns that nothing stands in take no memory, and columns without any cell are left out
//! of the table.

use super::book_error::BookError;
use super::excel::{column_name, place_name};
use crate::import::packed::Packed;
use crate::import::progress::{Stage, Watch};
use crate::import::text_rows::push_quoted;

/// Rows of the largest sheet there is (Excel 2007 and later).
const MOST_ROWS: u64 = 1 << 20;
/// Filled columns of the largest sheet there is.
const MOST_COLUMNS: u64 = 1 << 14;
/// Cells of a table that may be empty whatever it holds.
const EMPTY_CELLS: usize = 1 << 22;
/// Cells of a larger table for each that is filled.
const CELLS_A_FILLED_ONE: usize = 16;
/// Cells between two questions whether to go on.
const CELLS_A_QUESTION: usize = 1 << 13;
/// Bytes that a cell takes beside its text.
const BYTES_A_CELL: usize = size_of::<CellPlace>() + size_of::<u32>();

/// Where a cell stands, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CellPlace {
    row: u32,
    column: u16,
}

/// Filled cells.
pub(super) struct Grid<'a, 'w> {
    watch: &'a Watch<'w>,
    places: Vec<CellPlace>,
    cells: Packed,
    /// Cells seen, empty ones too.
    seen: usize,
    /// Most bytes that they may take.
    most: usize,
}

/// A table as comma-separated text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GridText {
    pub text: String,
    /// The names of the columns between the first and the last that hold nothing.
    pub empty: Vec<String>,
}

impl<'a, 'w> Grid<'a, 'w> {
    /// No cells yet. They may take `most` bytes.
    pub fn new(most: u64, watch: &'a Watch<'w>) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self { watch, places: Vec::new(), cells: Packed::default(), seen: 0, most }
    }

    /// Whether no cell was added.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds a cell; one without text is none.
    ///
    /// # Errors
    /// A cell outside of any sheet, more cells than are read; or an answer to stop.
    pub fn put(&mut self, row: u64, column: u64, cell: &str) -> Result<(), BookError> {
        if self.seen.is_multiple_of(CELLS_A_QUESTION) {
            self.watch.tell(Stage::Loading, 0, 1)?;
        }
        self.seen += 1;
        let cell = cell.trim();
        if cell.is_empty() {
            return Ok(());
        }
        let (Ok(place_row), Ok(place_column)) = (u32::try_from(row), u16::try_from(column)) else {
            return Err(BookError::Outside { cell: place_name(row, column) });
        };
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(BookError::Outside { cell: place_name(row, column) });
        }
        self.places.push(CellPlace { row: place_row, column: place_column });
        if cell.contains(char::is_control) {
            self.cells.push(&cell.replace(char::is_control, " "));
        } else {
            self.cells.push(cell);
        }
        if self.cells.text_len() + self.places.len() * BYTES_A_CELL > self.most {
            let what = format!("its cells unpack to over {} MiB", self.most >> 20);
            return Err(BookError::TooLarge(what));
        }
        Ok(())
    }

    /// A line a row, at the row's number, each as wide as the table.
    ///
    /// # Errors
    /// Cells so far apart that their table is almost empty.
    pub fn into_text(self) -> Result<GridText, BookError> {
        let Self { places, cells, .. } = self;
        let mut order: Vec<u32> = (0..).take(places.len()).collect();
        let place = |at: u32| usize::try_from(at).ok().and_then(|at| places.get(at)).copied();
        if !places.is_sorted() {
            order.sort_by_key(|&at| place(at));
        }
        let columns = FilledColumns::of(&places);
        let rows = order.chunk_by(|&one, &next| {
            place(one).map(|place| place.row) == place(next).map(|place| place.row)
        });
        let most = EMPTY_CELLS.max(places.len().saturating_mul(CELLS_A_FILLED_ONE));
        if rows.clone().count().saturating_mul(columns.width) > most {
            let what = format!(
                "its {} filled cells are too far apart to be a table: {} rows by {} columns",
                places.len(),
                rows.count(),
                columns.width
            );
            return Err(BookError::damaged(what));
        }
        let mut text = String::new();
        let mut line = 0;
        for row in rows {
            let number = row.first().and_then(|&at| place(at)).map_or(0, |place| place.row);
            (line..number).for_each(|_| text.push('\n'));
            line = number + 1;
            let mut reached = 0;
            for (at, &cell) in row.iter().enumerate() {
                let Some(CellPlace { column, .. }) = place(cell) else { continue };
                // Of two cells in one place the later counts.
                let next = row.get(at + 1).and_then(|&next| place(next));
                if next.is_some_and(|next| next.column == column) {
                    continue;
                }
                let position = columns.position(column);
                (reached..position).for_each(|_| text.push(','));
                reached = position;
                push_quoted(cells.cell(usize::try_from(cell).unwrap_or(usize::MAX)), &mut text);
            }
            (reached + 1..columns.width).for_each(|_| text.push(','));
            text.push('\n');
        }
        Ok(GridText { text, empty: columns.empty })
    }
}

/// Which columns hold anything.
struct FilledColumns {
    /// By column, how many before it do.
    positions: Vec<usize>,
    width: usize,
    empty: Vec<String>,
}

impl FilledColumns {
    fn of(places: &[CellPlace]) -> Self {
        let last = places.iter().map(|place| usize::from(place.column)).max();
        let mut filled = vec![false; last.map_or(0, |last| last + 1)];
        for place in places {
            filled[usize::from(place.column)] = true;
        }
        let first = filled.iter().position(|filled| *filled).unwrap_or(0);
        let (mut positions, mut empty, mut width) = (Vec::new(), Vec::new(), 0);
        for (column, &filled) in filled.iter().enumerate() {
            positions.push(width);
            width += usize::from(filled);
            if !filled && column > first {
                empty.push(column_name(column as u64));
            }
        }
        Self { positions, width, empty }
    }

    fn position(&self, column: u16) -> usize {
        self.positions.get(usize::from(column)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    fn text_of(cells: &[(u64, u64, &str)], most: u64) -> Result<GridText, BookError> {
        let mut go_on = |_| ControlFlow::Continue(());
        let watch = Watch::new("f", &mut go_on);
        let mut grid = Grid::new(most, &watch);
        cells.iter().try_for_each(|&(row, column, cell)| grid.put(row, column, cell))?;
        grid.into_text()
    }

    #[test]
    fn rows_keep_their_number_and_columns_their_order() {
        let cells = [(3, 3, "1"), (1, 2, "x"), (1, 3, "b, c"), (1, 2, "a"), (9, 5, " ")];
        let GridText { text, empty } = text_of(&cells, 1 << 20).unwrap();
        assert_eq!((text.as_str(), empty.len()), ("\na,\"b, c\"\n\n,1\n", 0));
        assert_eq!(text_of(&[], 1 << 20).unwrap().text, "");
    }

    #[test]
    fn columns_without_a_cell_are_left_out() {
        let cells = [(0, 1, "a"), (0, 16_383, "b"), (1, 1, "1"), (1, 16_383, "2")];
        let GridText { text, empty } = text_of(&cells, 1 << 20).unwrap();
        assert_eq!((text.as_str(), empty.len()), ("a,b\n1,2\n", 16_381));
        assert_eq!((empty[0].as_str(), empty[16_380].as_str()), ("C", "XFC"));
    }

    #[test]
    fn cells_outside_of_a_sheet_and_too_many_cells_are_refused() {
        let message = |cells: &[(u64, u64, &str)]| text_of(cells, 100).unwrap_err().to_string();
        assert!(message(&[(1 << 20, 0, "1")]).contains("its cell A1048577 is outside"));
        assert!(message(&[(4, 1 << 14, "1")]).contains("its cell XFE5 is outside"));
        assert!(message(&[(u64::MAX, u64::MAX, "1")]).contains("is outside"));
        assert!(text_of(&[(1 << 20, 0, "")], 100).is_ok());
        assert!(message(&[(0, 0, &"x".repeat(200))]).contains("over 0 MiB"));
        let diagonal: Vec<_> = (0..4000).map(|at| (at, at, "1")).collect();
        let message = text_of(&diagonal, 1 << 20).unwrap_err().to_string();
        assert!(message.contains("too far apart to be a table: 4000 rows by 4000"), "{message}");
    }
}
