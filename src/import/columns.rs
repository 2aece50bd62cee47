//! Columns of cells to columns of numbers, with the rows that would not be read.
//!
//! Every column is tried; `roles` keeps those that are numeric and drops the rest.

use super::cells::Cells;
use super::format::Delimiter;
use super::number::{Decimal, DecimalEvidence, Number, is_missing, read};

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
}

impl NumberColumn {
    /// Reads a column.
    pub fn read(cells: &Cells, column: usize, decimal: Decimal) -> Self {
        let mut numbers = Self { values: Vec::with_capacity(cells.rows()), ..Self::default() };
        for (row, cell) in cells.column(column).enumerate() {
            let number = read(cell, decimal);
            numbers.filled += usize::from(number != Number::Missing);
            numbers.grouped += usize::from(matches!(number, Number::Grouped(_)));
            numbers.marked += usize::from(matches!(number, Number::Marked(_)));
            if number == Number::Missing {
                numbers.count_word(cell.trim());
            }
            numbers.values.push(match number {
                Number::Value(value) | Number::Grouped(value) | Number::Marked(value) => value,
                Number::Missing | Number::Unparsable => f64::NAN,
            });
            if number == Number::Unparsable {
                numbers.unparsable.push(row);
            }
        }
        if numbers.filled > 0 && numbers.unparsable.len() == numbers.filled {
            numbers.keep_first_words();
        }
        numbers
    }

    /// A column without a number needs no list of them, nor of the rows where there is none.
    fn keep_first_words(&mut self) {
        self.words = self.unparsable.len();
        self.values = Vec::new();
        self.unparsable = self.unparsable.first().copied().into_iter().collect();
    }

    fn count_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        match self.missing_words.iter_mut().find(|(known, _)| known == word) {
            Some((_, count)) => *count += 1,
            None => self.missing_words.push((word.to_owned(), 1)),
        }
    }

    /// The number in a row; NaN where there is none.
    pub fn value(&self, row: usize) -> f64 {
        self.values.get(row).copied().unwrap_or(f64::NAN)
    }

    /// Whether a row's cell holds something that is no number.
    pub fn is_unparsable(&self, row: usize, cell: &str) -> bool {
        if self.words > 0 { !is_missing(cell) } else { self.unparsable.binary_search(&row).is_ok() }
    }

    /// Whether more than half of the cells that hold anything are numbers.
    pub fn is_numeric(&self) -> bool {
        self.words.max(self.unparsable.len()) * 2 < self.filled
    }
}

/// The decimal sign of a file, by all of its cells.
pub(crate) fn decimal_of(cells: &Cells, columns: usize, delimiter: Delimiter) -> Decimal {
    let mut evidence = DecimalEvidence::default();
    for column in 0..columns {
        for cell in cells.column(column) {
            evidence.weigh(cell);
        }
    }
    evidence.decimal(delimiter == Delimiter::Comma)
}
