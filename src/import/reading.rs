//! What was read from a file: the panel, the roles of its columns, the ledger, and how it was
//! written.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::cells::Preview;
use super::config::{Gather, ImportConfig, Layout, Role};
use super::error::{ImportError, shown};
use super::keys::SEPARATOR;
use super::ledger::Ledger;
use super::number::{self, Number};
use super::roles::choice;
use super::selection::SlotLines;
use super::survey::Format;
use super::time::stamps::TimeStyle;
use crate::series::gaps::gaps;
use crate::series::{
    CovariateRole, Filler, MissingPolicy, OutlierPolicy, Panel, Series, StandIns, StaticCovariate,
    masked, outliers,
};

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header; `column 1` and so on where it has none.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Rows of the file in which it holds anything but a word for "missing".
    pub filled: usize,
    /// Its place in the panel, or among the series of each key of a long panel, for columns that are
    /// series.
    pub series: Option<usize>,
    /// The words that its numbers 0, 1, 2 … stand for, where it is a category.
    pub categories: Vec<String>,
    /// How its values of one step became one, where the rows' times keep no even step.
    pub gathered: Option<Gather>,
}

/// A file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The file's name, or the sample's.
    pub source: String,
    /// The series. Of wide columns: every numeric column but the time, in file order, all on one
    /// axis. Of a long panel: for each key, in the order in which keys occur, one a value column. Of
    /// wide rows: one a row. Series of different keys or rows may start and end at different times.
    pub panel: Panel,
    /// Index of the target in `panel.series`.
    pub target: usize,
    /// How the file lays out its series.
    pub layout: Layout,
    /// What tells so, in words.
    pub evidence: String,
    /// Name of the time column, if there is one.
    pub time_column: Option<String>,
    /// How the time column is written.
    pub time_style: Option<TimeStyle>,
    /// Every column of the file.
    pub columns: Vec<Column>,
    /// What stands in for missing values where a network needs an input.
    pub missing: MissingPolicy,
    /// What is done about values that stand far from the others. The panel has them as the file does.
    pub outliers: OutlierPolicy,
    /// For each key of a long panel, or for the one table of wide columns: what is the same in all its
    /// rows, one a static column.
    pub statics: Vec<Vec<StaticCovariate>>,
    /// Lines of the slots: for each key of a long panel, for the one table of wide columns, or for each
    /// row of wide rows.
    pub lines: Vec<SlotLines>,
    /// The first rows, and those that the ledger points at.
    pub preview: Preview,
    /// For each key of a long panel, or for the one table of wide columns: slots for which the file
    /// has more than one row, rising.
    pub repeated: Vec<Vec<usize>>,
    /// What became of every row.
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

    /// The same reading with another series as the target, by its name or by that of its column.
    ///
    /// # Errors
    /// A name that nothing has, a column of text, or the time column.
    pub fn with_target(mut self, name: &str) -> Result<Self, ImportError> {
        let per_key = self.series_per_key();
        let named = self.panel.series.iter().position(|series| series.name == name);
        let (column, series) = match named {
            Some(series) if self.layout != Layout::WideColumns => {
                let place = Some(series % per_key);
                (self.columns.iter().position(|column| column.series == place), series)
            }
            _ => {
                let (column, series) = self.numeric_column(name)?;
                (Some(column), series)
            }
        };
        if let Some(column) = column {
            self.columns[column].role = Role::Target;
        }
        self.target = series;
        Ok(self)
    }

    /// The reading with the target that the settings name.
    pub(crate) fn with_set_target(self, config: &ImportConfig) -> Result<Self, ImportError> {
        match &config.target {
            Some(name) => self.with_target(name),
            None => Ok(self),
        }
    }

    /// Columns that are known beside a target.
    pub fn covariate_columns(&self) -> impl Iterator<Item = (&Column, CovariateRole)> {
        self.columns.iter().filter_map(|column| Some((column, column.role.covariate()?)))
    }

    /// The line of the file that a slot of the target was read from; `None` where there is none.
    pub fn line_of(&self, slot: usize) -> Option<usize> {
        self.lines.get(self.target / self.series_per_key())?.line_of(slot)
    }

    /// Slots of the target whose values stand far from the others, rising. It takes a few passes over
    /// the values.
    pub fn outlier_slots(&self) -> Vec<usize> {
        outliers(&self.target().values, self.target().season_length())
    }

    /// Missing slots of the target, as runs, that an input stands in for as of the end of the data.
    pub fn imputed_slots(&self) -> Vec<Range<usize>> {
        self.stand_ins().runs().to_vec()
    }

    /// What an input of the target shows in place of missing values, as of the end of the data.
    pub fn stand_ins(&self) -> StandIns {
        let target = self.target();
        let missing = gaps(&target.values);
        if missing.is_empty() {
            return StandIns::default();
        }
        let filler = Filler { policy: self.missing, season_length: target.season_length() };
        let values = match self.outliers {
            OutlierPolicy::Keep => Cow::Borrowed(&target.values[..]),
            OutlierPolicy::Mask => {
                Cow::Owned(masked(&target.values, target.season_length(), &[target.len()]))
            }
        };
        StandIns::new(&missing, &filler.fill(&values))
    }

    /// Slots of the target for which the file has more than one row, rising.
    pub fn repeated_slots(&self) -> &[usize] {
        let slots = self.repeated.get(self.target / self.series_per_key());
        let slots = slots.map_or(&[][..], Vec::as_slice);
        &slots[..slots.partition_point(|&slot| slot < self.target().len())]
    }

    /// Places in the panel of the series that can be forecast: all but categories.
    pub fn candidates(&self) -> Vec<usize> {
        let per_key = self.series_per_key();
        let mut categories = vec![false; per_key];
        for column in self.columns.iter().filter(|column| !column.categories.is_empty()) {
            if let Some(is_category) = column.series.and_then(|place| categories.get_mut(place)) {
                *is_category = true;
            }
        }
        (0..self.panel.series.len()).filter(|series| !categories[series % per_key]).collect()
    }

    /// Places in the panel of the series that are there to be forecast: those that can be, but for
    /// covariates and row numbers.
    pub fn targets(&self) -> Vec<usize> {
        let per_key = self.series_per_key();
        let is_beside = |place: usize| {
            let named = |column: &&Column| column.series == Some(place);
            self.columns.iter().find(named).is_some_and(|column| column.role != Role::Target)
        };
        let beside: Vec<bool> = (0..per_key).map(is_beside).collect();
        self.candidates().into_iter().filter(|series| !beside[series % per_key]).collect()
    }

    /// Series that each key of a long panel has; of the whole file where there are no keys.
    pub fn series_per_key(&self) -> usize {
        self.columns.iter().filter(|column| column.series.is_some()).count().max(1)
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
        let is_category = !self.columns[at].categories.is_empty();
        if let Some(series) = self.columns[at].series.filter(|_| !is_category) {
            return Ok((at, series));
        }
        let choice = choice(self.panel.names().filter(|name| !self.names_category(name)));
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

    fn names_category(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name && !column.categories.is_empty())
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
        if self.layout != Layout::WideColumns {
            let ids = self.columns.iter().filter(|column| column.role == Role::Id);
            let ids: Vec<&str> = ids.map(|column| column.name.as_str()).collect();
            write!(f, "{} of {} series", self.layout, self.panel.series.len())?;
            if !ids.is_empty() {
                write!(f, " by {}", ids.join(SEPARATOR))?;
            }
            f.write_str(", ")?;
        }
        let step = self.target().axis.step_label();
        match (&self.time_column, self.time_style) {
            (Some(name), Some(style)) => {
                write!(f, "time in column {name} ({style}, step {step})")?;
            }
            (None, Some(style)) => write!(f, "time in the header ({style}, step {step})")?,
            _ if self.layout == Layout::WideRows => f.write_str("values are numbered")?,
            _ => f.write_str("no time column (rows are numbered)")?,
        }
        write!(f, ", target {}", self.target().name)
    }
}
