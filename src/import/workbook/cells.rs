//! The filled cells of a sheet, in the order they are read, and their table as text.
//!
//! Rows and columns that nothing stands in take no memory, and columns without any cell are left out
//! of the table.

use std::fmt::Write;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};

use super::book::BookError;
use crate::import::progress::{Stage, Watch};
use crate::import::records::{Packed, push_quoted};

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
pub(super) struct FilledCells<'a, 'w> {
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

impl<'a, 'w> FilledCells<'a, 'w> {
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

/// What a cell's number format makes of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NumberKind {
    #[default]
    Number,
    /// A point in time, in days.
    Date,
    /// A time of day, as a fraction of a day: `hh:mm`, without a letter of a date.
    Clock,
    /// A length of time, in days, shown as hours: `[h]:mm`.
    Span,
}

/// Where the days of a workbook are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum DayZero {
    #[default]
    Of1900,
    Of1904,
}

impl NumberKind {
    /// That of a format Excel has built in (ECMA-376, 18.8.30).
    pub const fn of_built_in(format: u32) -> Self {
        match format {
            18..=21 | 32 | 33 | 45 | 47 => Self::Clock,
            14..=17 | 22 | 27..=31 | 34..=36 | 50..=58 => Self::Date,
            46 => Self::Span,
            _ => Self::Number,
        }
    }

    /// That of a format as it is written: a letter of a date or a time outside of quotes, escapes and
    /// brackets, in the part for positive numbers. `m` is a minute beside an hour or a second.
    pub fn of_code(code: &str) -> Self {
        let mut letters = code.chars();
        let mut bracket: Option<String> = None;
        let (mut meridiem, mut is_clock, mut is_timed) = (false, false, false);
        while let Some(letter) = letters.next() {
            let lower = letter.to_ascii_lowercase();
            if let Some(inside) = &mut bracket {
                if letter != ']' {
                    inside.push(lower);
                    continue;
                }
                let is_span = |of: char| !inside.is_empty() && inside.chars().all(|c| c == of);
                if ['h', 'm', 's'].into_iter().any(is_span) {
                    return Self::Span;
                }
                bracket = None;
                continue;
            }
            match lower {
                // What they are followed by is shown as it is.
                '\\' | '_' | '*' => drop(letters.next()),
                '"' => drop(letters.by_ref().find(|&letter| letter == '"')),
                '[' => bracket = Some(String::new()),
                ';' => break,
                'a' => meridiem = true,
                'p' | '/' if meridiem => is_clock = true,
                'h' | 's' => is_clock = true,
                'm' => is_timed = true,
                'd' | 'y' => return Self::Date,
                _ => {}
            }
        }
        match (is_clock, is_timed) {
            (true, _) => Self::Clock,
            (false, true) => Self::Date,
            (false, false) => Self::Number,
        }
    }
}

/// A number as text: a date or a time of day where its format says so. A time of day of more than a
/// day is a date that shows its time only.
pub(super) fn push_number(number: f64, kind: NumberKind, zero: DayZero, text: &mut String) {
    match kind {
        NumberKind::Clock if (0.0..=1.0).contains(&number) => push_clock(day_millis(number), text),
        NumberKind::Date | NumberKind::Clock if push_date(number, zero, text).is_some() => {}
        _ => drop(write!(text, "{number}")),
    }
}

const DAY_MILLIS: f64 = 86_400_000.0;
/// The day that Excel takes for 29 February 1900, which there was not.
const NO_DAY: i64 = 60;
/// The last day of the year 9999.
const LAST_DAY: f64 = 2_958_465.0;

/// ISO 8601; `None` for a number that is no day of the calendar.
fn push_date(days: f64, zero: DayZero, text: &mut String) -> Option<()> {
    if !(0.0..=LAST_DAY + 1.0).contains(&days) {
        return None;
    }
    let millis = day_millis(days);
    let (day, rest) = (millis / 86_400_000, millis % 86_400_000);
    let first: Date = match zero {
        DayZero::Of1904 => date(1904, 1, 1),
        DayZero::Of1900 if day < NO_DAY => date(1899, 12, 31),
        DayZero::Of1900 => date(1899, 12, 30),
    };
    if (day, zero) == (NO_DAY, DayZero::Of1900) {
        text.push_str("1900-02-29");
    } else {
        let _ = write!(text, "{}", first.checked_add(day.days()).ok()?);
    }
    if rest != 0 {
        text.push('T');
        push_clock(rest, text);
    }
    Some(())
}

/// Days, up to the last one of the calendar, in milliseconds.
#[allow(clippy::cast_possible_truncation, reason = "below 2^48 for days of the calendar")]
fn day_millis(days: f64) -> i64 {
    (days * DAY_MILLIS).round() as i64
}

/// A time of day; 24:00 is the midnight at its end.
fn push_clock(millis: i64, text: &mut String) {
    if millis == 86_400_000 {
        return text.push_str("24:00:00");
    }
    let time = jiff::civil::Time::midnight().wrapping_add(SignedDuration::from_millis(millis));
    let _ = write!(text, "{}", time.strftime("%H:%M:%S"));
    if millis % 1000 != 0 {
        let _ = write!(text, ".{:03}", millis % 1000);
    }
}

/// What a cell shows for the code of an error (MS-XLS, 2.5.10).
pub(super) const fn error_word(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2b => "#DATA!",
        _ => "#N/A",
    }
}

/// A number in 30 bits (MS-XLS, 2.5.217): a whole one or the upper half of a float, or a hundredth.
pub(super) fn rk_number(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 { number } else { number / 100.0 }
}

/// Row and column, counted from 0, of a cell's name: `B3` is (2, 1). Too large ones stay too large.
pub(super) fn place_of(name: &str) -> Option<(u64, u64)> {
    let digits = name.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let (letters, digits) = name.split_at(digits);
    let column = letters.bytes().fold(0_u64, |column, letter| {
        let letter = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.saturating_mul(26).saturating_add(letter)
    });
    Some((row_of(digits)?, column.checked_sub(1)?))
}

/// A row's number, counted from 0, where it is written counted from 1.
pub(super) fn row_of(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    number.checked_sub(1)
}

/// The name of a column, counted from 0.
pub(super) fn column_name(column: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column.saturating_add(1);
    while let Some(rest) = left.checked_sub(1) {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        left = rest / 26;
    }
    letters.iter().rev().collect()
}

/// The name of a cell, its row and column counted from 0.
pub(super) fn place_name(row: u64, column: u64) -> String {
    format!("{}{}", column_name(column), row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    fn text_of(cells: &[(u64, u64, &str)], most: u64) -> Result<GridText, BookError> {
        let mut go_on = |_| ControlFlow::Continue(());
        let watch = Watch::new("f", &mut go_on);
        let mut grid = FilledCells::new(most, &watch);
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

#[cfg(test)]
#[path = "excel_tests.rs"]
mod excel_tests;
