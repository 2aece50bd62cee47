//! What was read from a file: the panel, the roles of its columns, the ledger, and how it was
//! written.

use std::fmt;

use super::error::{ImportError, shown};
use super::format::Format;
use super::ledger::Ledger;
use super::number::{self, Number};
use super::roles::{Role, choice};
use super::stamps::TimeStyle;
use crate::series::{Panel, Series};

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header; `column 1` and so on where it has none.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Rows of the file in which it holds anything but a word for "missing".
    pub filled: usize,
    /// Its place in the panel, for numeric columns.
    pub series: Option<usize>,
}

/// The first rows as the file writes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Names of the columns, as in `Reading::columns`.
    pub header: Vec<String>,
    /// Cells of the first rows, ragged rows included; long cells are cut.
    pub rows: Vec<Vec<String>>,
    /// Line of each row, counted from 1.
    pub lines: Vec<usize>,
}

/// Rows kept for the preview.
pub const PREVIEW_ROWS: usize = 200;

/// A file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The file's name, or the sample's.
    pub source: String,
    /// Every numeric column but the time, in file order, all on one axis.
    pub panel: Panel,
    /// Index of the target in `panel.series`.
    pub target: usize,
    /// Name of the time column, if there is one.
    pub time_column: Option<String>,
    /// How the time column is written.
    pub time_style: Option<TimeStyle>,
    /// Every column of the file.
    pub columns: Vec<Column>,
    /// The first rows.
    pub preview: Preview,
    /// The account of every row.
    pub ledger: Ledger,
    /// What the reader should know: choices that the file left open.
    pub notes: Vec<String>,
    /// How the file is written.
    pub format: Format,
}

impl Reading {
    /// The series to forecast.
    pub fn target(&self) -> &Series {
        &self.panel.series[self.target]
    }

    /// The same reading with another numeric column as the target.
    ///
    /// # Errors
    /// A name that no column has, a column of text, or the time column.
    pub fn with_target(mut self, name: &str) -> Result<Self, ImportError> {
        let (column, series) = self.numeric_column(name)?;
        for other in &mut self.columns {
            if other.role == Role::Target {
                other.role = Role::Numeric;
            }
        }
        self.columns[column].role = Role::Target;
        self.target = series;
        Ok(self)
    }

    fn numeric_column(&self, name: &str) -> Result<(usize, usize), ImportError> {
        let file = self.source.clone();
        let Some(at) = self.columns.iter().position(|column| column.name == name) else {
            let columns = self.columns.iter().map(|column| column.name.as_str());
            let columns = super::error::listed(columns);
            return Err(ImportError::UnknownColumn {
                file,
                role: "target",
                name: name.to_owned(),
                columns,
            });
        };
        if let Some(series) = self.columns[at].series {
            return Ok((at, series));
        }
        let choice = choice(self.panel.names());
        let column = name.to_owned();
        if self.columns[at].role == Role::Time {
            return Err(ImportError::TargetIsTime { file, column, choice });
        }
        let decimal = self.format.decimal();
        let is_text = |cell: &&String| number::read(cell, decimal) == Number::Unparsable;
        let mut cells = self.preview.rows.iter().map(|row| row.get(at)).zip(&self.preview.lines);
        let found = cells.find_map(|(cell, &line)| Some((cell.filter(is_text)?, line)));
        let (cell, line) = found.map_or(("", 1), |(cell, line)| (cell.as_str(), line));
        Err(ImportError::TargetIsText { file, column, cell: shown(cell), line, choice })
    }

    /// One line: `comma-separated, header, time in column Month (year-month, step 1 month), target
    /// Passengers`.
    pub fn summary(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.format)?;
        let step = self.target().axis.step_label();
        match (&self.time_column, self.time_style) {
            (Some(name), Some(style)) => {
                write!(f, "time in column {name} ({style}, step {step})")?;
            }
            _ => f.write_str("no time column (rows are numbered)")?,
        }
        write!(f, ", target {}", self.target().name)
    }
}
