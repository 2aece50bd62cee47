//! Series to forecast, with what is known beside them.
//!
//! Not for what a model may see of them at an origin: that is `forecast::Context`.

use std::sync::Arc;

use super::data::Series;

/// Series to forecast on one frequency, each with its covariates and static values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    pub series: Vec<DatasetSeries>,
}

/// One series to forecast, with what is known beside it. A clone shares all values.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetSeries {
    /// The values to forecast; NaN where missing.
    pub target: Series,
    /// Known up to the forecast origin, on the rows of the target.
    pub past: Vec<Covariate>,
    /// Known past the origin too. They may have more rows than the target.
    pub future: Vec<Covariate>,
    /// The same in every row.
    pub statics: Vec<StaticCovariate>,
}

/// What is known beside a target, by when it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CovariateRole {
    /// Up to the forecast origin.
    Past,
    /// Past the origin too.
    Future,
    /// Always the same.
    Static,
}

/// Values known beside a target, from its first row on.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    pub name: String,
    /// One value a row, NaN where missing; of a category the number of its word.
    pub values: Arc<[f64]>,
}

/// What holds for every row of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct StaticCovariate {
    pub name: String,
    pub value: StaticValue,
}

/// A value that does not change with time.
#[derive(Debug, Clone, PartialEq)]
pub enum StaticValue {
    Number(f64),
    Category(String),
}

impl From<Series> for DatasetSeries {
    /// A series of which nothing else is known.
    fn from(target: Series) -> Self {
        Self { target, past: Vec::new(), future: Vec::new(), statics: Vec::new() }
    }
}

impl DatasetSeries {
    /// The first `rows` rows alone, and the future covariates of `ahead` rows more.
    #[must_use]
    pub fn before(&self, rows: usize, ahead: usize) -> Self {
        let cut = |covariates: &[Covariate], rows: usize| {
            covariates.iter().map(|covariate| covariate.first(rows)).collect()
        };
        Self {
            target: self.target.first(rows),
            past: cut(&self.past, rows),
            future: cut(&self.future, rows.saturating_add(ahead)),
            statics: self.statics.clone(),
        }
    }
}

impl Covariate {
    fn first(&self, rows: usize) -> Self {
        let values = self.values[..rows.min(self.values.len())].into();
        Self { name: self.name.clone(), values }
    }
}
