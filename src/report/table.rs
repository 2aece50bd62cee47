//! A table to be written, and what a format is that can write it.
//!
//! Not for the formats themselves: each has a file here, and a line in `formats`.

use super::atomic::WriteError;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The table could not be made.
    #[error("the table could not be laid out as CSV: {0}; please report this")]
    Csv(#[from] polars::error::PolarsError),
    /// The table could not be made.
    #[error("the table could not be laid out as JSON: {0}; please report this")]
    Json(#[from] serde_json::Error),
}

/// Columns of the same number of rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportTable {
    pub(super) columns: Vec<(String, ColumnCells)>,
}

/// One column. What is `None` is left empty.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnCells {
    Text(Vec<Option<String>>),
    Number(Vec<Option<f64>>),
    Count(Vec<usize>),
}

impl ReportTable {
    /// The table with one column more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, cells: ColumnCells) -> Self {
        self.columns.push((name.into(), cells));
        self
    }

    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| match cells {
            ColumnCells::Text(texts) => texts.len(),
            ColumnCells::Number(numbers) => numbers.len(),
            ColumnCells::Count(counts) => counts.len(),
        })
    }
}

/// A format of tables.
#[derive(Debug, Clone, Copy)]
pub struct TableFormat {
    /// Its name for people.
    pub name: &'static str,
    /// How the names of its files end, in lower case and without a dot.
    pub extension: &'static str,
    /// What a file of it holds.
    pub(super) contents: fn(&ReportTable) -> Result<Vec<u8>, ExportError>,
}

impl TableFormat {
    /// A table as the contents of a file.
    ///
    /// # Errors
    /// Where the library of the format cannot write; there is no such table known.
    pub fn contents(&self, table: &ReportTable) -> Result<Vec<u8>, ExportError> {
        (self.contents)(table)
    }
}
