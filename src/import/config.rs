//! The settings of this room: how the file is written and which columns are read as what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::format::Delimiter;
use super::layout::Layout;
use super::number::Decimal;
use super::roles::Role;
use super::time::gather::IrregularTimes;
use super::time::stamps::DateOrder;
use crate::series::{MissingPolicy, OutlierPolicy};

/// How to read a file. What is `None` or not named is found by content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportConfig {
    /// Name of the time column, as the header writes it (`column 1` for a file without a header).
    pub time: Option<String>,
    /// Name of the column, or of the series in a file of many, to forecast; the first target where
    /// `None`.
    pub target: Option<String>,
    /// How the file lays out its series.
    pub layout: Option<Layout>,
    /// Name of the sheet to read from a workbook; the first where `None`.
    pub sheet: Option<String>,
    /// What stands between two fields.
    pub delimiter: Option<Delimiter>,
    /// The sign between whole and fraction.
    pub decimal: Option<Decimal>,
    /// Whether the first record of the table names the columns.
    pub header: Option<bool>,
    /// Which of two small numbers before a year is the day.
    pub date_order: Option<DateOrder>,
    /// What stands in for missing values where a network needs an input. A missing value is never
    /// learned as a target, nor scored.
    pub missing: MissingPolicy,
    /// What is done about values that stand far from the others.
    pub outliers: OutlierPolicy,
    /// Whether hours and days on which hardly any row stands are left out of the axis.
    pub working_times: WorkingTimes,
    /// Rows at the end of each series that decide nothing about how the file is read, for models are
    /// scored there; those of the default horizon where `None` or less.
    pub held_out: Option<usize>,
    /// What is done with rows whose times keep no even step.
    pub irregular: IrregularTimes,
    /// What single columns are for, by name.
    pub roles: BTreeMap<String, ColumnRole>,
}

/// Which slots of the calendar are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkingTimes {
    /// Those of the working calendar that the times of the file show: closed weekdays, hours and
    /// holidays are no gaps, and dates to come skip them.
    #[default]
    Learned,
    /// All of them: a slot without a row is a gap.
    All,
}

/// What a column is set to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
