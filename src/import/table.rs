//! A table between its cells and its roles: what every later step asks about columns.

use super::cells::Cells;
use super::columns::NumberColumn;
use super::error::{ImportError, listed};
use super::lines::Lines;
use super::sheet::Sheet;
use super::time::integers::{Hint, Whole};
use super::time::plain_dates::WholeDates;
use super::time::stamps::{DateOrder, TimeColumn, from_text};

/// A table whose columns get their roles.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub file: &'a str,
    pub sheet: &'a Sheet,
    /// Line of each row of `cells`.
    pub lines: &'a Lines,
    pub cells: &'a Cells<'a>,
    /// Every column read as numbers.
    pub numbers: &'a [NumberColumn],
    /// Columns of dates that are each clear by themselves.
    pub dates: &'a [Option<WholeDates>],
}

impl<'a> Table<'a> {
    /// Number of columns.
    pub fn width(&self) -> usize {
        self.numbers.len()
    }

    /// A column's name, made up where the file gives none.
    pub fn name(&self, column: usize) -> &'a str {
        &self.sheet.names[column]
    }

    /// The header's own name, empty where the file gives none.
    pub fn written_name(&self, column: usize) -> &'a str {
        self.sheet.header.as_ref().map_or("", |header| header[column].as_str())
    }

    /// The cells of a column.
    pub fn column(&self, column: usize) -> Vec<&'a str> {
        self.cells.column(column).collect()
    }

    /// The cells of a column as whole numbers.
    pub fn whole_numbers(&self, column: usize) -> Vec<Whole> {
        let numbers = &self.numbers[column];
        if numbers.is_counted {
            numbers.values.iter().map(|&number| Whole::of(number)).collect()
        } else {
            self.cells.column(column).map(Whole::read).collect()
        }
    }

    /// A column of text as time; `None` where it is none.
    pub fn text_time(
        &self,
        column: usize,
        chosen: bool,
        order: Option<DateOrder>,
    ) -> Option<TimeColumn> {
        match &self.dates[column] {
            Some(dates) => dates.column(chosen),
            None => from_text(self.name(column), &self.column(column), chosen, order),
        }
    }

    /// What is known of a column besides its cells.
    pub fn hint(&self, column: usize, chosen: bool) -> Hint<'a> {
        Hint { name: self.written_name(column), first: column == 0, chosen }
    }

    /// Whether every number of a column is whole, and every cell that holds anything a number.
    pub fn is_whole(&self, column: usize) -> bool {
        let numbers = &self.numbers[column];
        numbers.filled > 0
            && numbers.unparsable.is_empty()
            && numbers.values.iter().all(|n| n.is_nan() || n.fract() == 0.0)
    }

    /// The column of that name.
    ///
    /// # Errors
    /// A name that no column has.
    pub fn named(&self, role: &'static str, name: &str) -> Result<usize, ImportError> {
        let names = &self.sheet.names;
        names.iter().position(|known| known == name.trim()).ok_or_else(|| {
            ImportError::UnknownColumn {
                file: self.file.to_owned(),
                role,
                name: name.to_owned(),
                columns: listed(names.iter().map(String::as_str)),
            }
        })
    }
}
