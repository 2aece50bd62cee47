//! The settings of this module: how the file is written and which columns are read as what.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::Decimal;
use super::survey::Delimiter;
use super::time::stamps::DateOrder;
use crate::series::{CovariateRole, Frequency, MissingPolicy, OutlierPolicy};

/// How to read a file. What is left out or not named is found by content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImportConfig {
    /// The column that holds the dates or positions of the rows, as the header writes its name
    /// (`column 1` for a file without a header). `index_col` with `parse_dates` in `pandas.read_csv`.
    #[schemars(title = "Time column", extend("x-default" = "as found"))]
    pub time: Option<String>,
    /// The column to forecast, or the series in a file of many, by name; left out for the first target.
    #[schemars(title = "Target", extend("x-default" = "the first target"))]
    pub target: Option<String>,
    /// How the file lays out its series.
    #[schemars(title = "Layout", extend("x-default" = "as found"))]
    pub layout: Option<Layout>,
    /// Which sheet of a workbook is read, by name; left out for the first that is neither hidden nor
    /// empty. Another sheet has other columns, so roles set by hand do not carry over.
    #[schemars(title = "Sheet", extend("x-default" = "the first that shows rows"))]
    pub sheet: Option<String>,
    /// What stands between two fields. Another one makes other columns, so roles set by hand do not
    /// carry over. `sep` in `pandas.read_csv`.
    #[schemars(title = "Delimiter", extend("x-default" = "as found"))]
    pub delimiter: Option<Delimiter>,
    /// The sign between whole and fraction: 1.5 or 1,5. The other one then groups thousands. `decimal`
    /// in `pandas.read_csv`.
    #[schemars(title = "Decimal sign", extend("x-default" = "as found"))]
    pub decimal: Option<Decimal>,
    /// Whether the first row of the table names the columns. Without one they are called column 1,
    /// column 2 and so on. `header` in `pandas.read_csv`.
    #[schemars(title = "Header", extend("x-default" = "as found"))]
    pub header: Option<bool>,
    /// Whether 03/04/2024 is read with the day or the month first. Set it where the dates themselves cannot
    /// tell. `dayfirst` in `pandas.read_csv`.
    #[schemars(title = "Date order", extend("x-default" = "as found"))]
    pub date_order: Option<DateOrder>,
    /// What stands in for a missing value where a network needs an input. A missing value is never
    /// learned as a target, nor scored, and what fills a gap never looks past the origin of a
    /// forecast. `fillna` and `interpolate` in pandas.
    #[schemars(title = "Missing values")]
    pub missing: MissingPolicy,
    /// What is done about values far from what the series does beside them and a season away. Mask
    /// them where a few typing errors bend the forecast; keep them where peaks are what you forecast.
    #[schemars(title = "Outliers")]
    pub outliers: OutlierPolicy,
    /// Whether closed hours, weekdays and holidays, on which hardly any row stands, are left out of the axis.
    #[schemars(title = "Working times")]
    pub working_times: WorkingTimes,
    /// Rows at the end of each series that decide nothing about how the file is read, since models are
    /// scored there; left out, or where less, those of the default horizon.
    #[schemars(title = "Rows held out", extend("x-unit" = "rows"), extend("x-default" = "the default horizon"))]
    pub held_out: Option<usize>,
    /// What is done with rows whose times keep no even step.
    #[schemars(title = "Uneven times")]
    pub irregular: IrregularTimes,
    /// What single columns are for, by name.
    #[schemars(title = "Roles")]
    pub roles: BTreeMap<String, ColumnRole>,
}

/// Which slots of the calendar are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkingTimes {
    /// Those of the working calendar that the times of the file show: closed weekdays, hours and
    /// holidays are no gaps, and dates to come skip them.
    #[default]
    #[schemars(title = "Learned")]
    Learned,
    /// All of them: a slot without a row is a gap.
    #[schemars(title = "All open")]
    All,
}

/// What a column is set to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnRole {
    /// The dates or positions of the rows.
    Time,
    /// A part of the name of the row's series.
    Id,
    /// A series to forecast.
    Target,
    /// A series known up to the forecast's origin.
    PastCovariate,
    /// A series known past the origin too: holidays, prices set in advance.
    FutureCovariate,
    /// The same in every row of a series.
    Static,
    /// Left out.
    Ignored,
}

impl ColumnRole {
    /// The name in messages and files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Id => "id",
            Self::Target => "target",
            Self::PastCovariate => "past-covariate",
            Self::FutureCovariate => "future-covariate",
            Self::Static => "static",
            Self::Ignored => "ignored",
        }
    }
}

impl From<ColumnRole> for Role {
    fn from(chosen: ColumnRole) -> Self {
        match chosen {
            ColumnRole::Time => Self::Time,
            ColumnRole::Id => Self::Id,
            ColumnRole::Target => Self::Target,
            ColumnRole::PastCovariate => Self::PastCovariate,
            ColumnRole::FutureCovariate => Self::FutureCovariate,
            ColumnRole::Static => Self::Static,
            ColumnRole::Ignored => Self::Ignored,
        }
    }
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The dates or positions of the rows.
    Time,
    /// A part of the name of the row's series.
    Id,
    /// A series that can be forecast; `Reading::target` says which one is.
    Target,
    /// A series known up to the forecast's origin.
    PastCovariate,
    /// A series known past the origin too.
    FutureCovariate,
    /// The same in every row of a series.
    Static,
    /// A series that only numbers the rows; never the target by default.
    RowNumber,
    /// Words, or dates beside the time column.
    Text,
    /// No cell holds anything.
    Empty,
    /// Left out by the settings.
    Ignored,
}

impl Role {
    /// Whether columns of this role are series of the panel.
    pub const fn is_series(self) -> bool {
        matches!(self, Self::Target | Self::PastCovariate | Self::FutureCovariate | Self::RowNumber)
    }

    /// When a column of this role is known beside a target; `None` for other roles.
    pub const fn covariate(self) -> Option<CovariateRole> {
        match self {
            Self::PastCovariate => Some(CovariateRole::Past),
            Self::FutureCovariate => Some(CovariateRole::Future),
            Self::Static => Some(CovariateRole::Static),
            _ => None,
        }
    }
}

/// Where the series of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A series a column, all on one time column.
    #[schemars(title = "Wide columns")]
    WideColumns,
    /// Series one under another: id columns, a time column and value columns.
    #[schemars(title = "Long panel")]
    LongPanel,
    /// A series a row: ids, then one value after another.
    #[schemars(title = "Wide rows")]
    WideRows,
}

impl Layout {
    /// The name in files: `long-panel`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WideColumns => "wide-columns",
            Self::LongPanel => "long-panel",
            Self::WideRows => "wide-rows",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WideColumns => "wide columns",
            Self::LongPanel => "long panel",
            Self::WideRows => "wide rows",
        })
    }
}

/// What is done with rows whose times keep no even step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IrregularTimes {
    /// What rows become whose times keep no even step. `resample` in pandas.
    #[schemars(title = "Uneven times")]
    pub rows: IrregularRows,
    /// The step that rows of uneven times are gathered into; left out for the shortest natural one of
    /// which most hold a row, which also takes the place of one so short that nearly all steps would
    /// be empty. Raise it where most steps stay empty. `rule` of `resample` in pandas.
    #[schemars(title = "Step", extend("x-default" = "as found"))]
    pub step: Option<Frequency>,
    /// How several values of one step become one, in every column; left out, each column's name and
    /// values decide. `mean`, `sum` and `last` after `resample` in pandas.
    #[schemars(title = "Values of a step", extend("x-default" = "as each column suggests"))]
    pub method: Option<Gather>,
    /// How several values of one step become one in single columns, by name.
    #[schemars(title = "Values of a step, by column")]
    pub methods: BTreeMap<String, Gather>,
}

/// What rows of irregular times become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IrregularRows {
    /// Rows of one step are one row, named by the start of the step; steps without a row are gaps.
    #[default]
    #[schemars(title = "Gathered")]
    Gathered,
    /// Each row is a step of no fixed length.
    #[schemars(title = "Numbered")]
    Numbered,
}

/// How several values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gather {
    /// Their mean: temperatures, rates.
    #[schemars(title = "Mean")]
    Mean,
    /// Their sum: sales, counts, amounts.
    #[schemars(title = "Sum")]
    Sum,
    /// The last of them: prices, balances, stocks, meter readings.
    #[schemars(title = "Last")]
    Last,
}

impl std::fmt::Display for Gather {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Last => "last",
        })
    }
}
