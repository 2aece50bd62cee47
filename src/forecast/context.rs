//! What is known of a series at a forecast origin: all that a model ever sees of data.

use std::sync::Arc;

use crate::series::{Covariate, DatasetSeries, StaticCovariate, TimeAxis};

/// One series at one origin. Its values stay private, and no method returns a value of the target or a past
/// covariate at or after the origin, nor a future covariate beyond the horizon: no model can look ahead.
#[derive(Debug, Clone)]
pub struct Context {
    series: Arc<DatasetSeries>,
    origin: usize,
    horizon: usize,
}

impl Context {
    /// What is known before row `origin` of a series, and of the `horizon` rows from it on.
    pub fn new(series: &Arc<DatasetSeries>, origin: usize, horizon: usize) -> Self {
        let origin = origin.min(series.target.len());
        Self { series: Arc::clone(series), origin, horizon }
    }

    /// All rows of a series known, and `horizon` rows after them ahead.
    pub fn after(series: impl Into<DatasetSeries>, horizon: usize) -> Self {
        let series = series.into();
        let origin = series.target.len();
        Self { series: Arc::new(series), origin, horizon }
    }

    pub fn name(&self) -> &str {
        &self.series.target.name
    }

    /// Dates of all rows, those ahead too.
    pub fn axis(&self) -> &TimeAxis {
        &self.series.target.axis
    }

    /// The first row that is not known: the number of rows before it.
    pub const fn origin(&self) -> usize {
        self.origin
    }

    /// Rows ahead whose future covariates are known.
    pub const fn horizon(&self) -> usize {
        self.horizon
    }

    /// The values before the origin from the series' first row on; NaN where missing.
    pub fn target(&self) -> &[f64] {
        &self.series.target.values[..self.origin]
    }

    /// Names and values of the past covariates, before the origin.
    pub fn past_covariates(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.series.past.iter().map(|covariate| first(covariate, self.origin))
    }

    /// Names and values of the future covariates, up to the end of the horizon.
    pub fn future_covariates(&self) -> impl Iterator<Item = (&str, &[f64])> {
        let end = self.origin.saturating_add(self.horizon);
        self.series.future.iter().map(move |covariate| first(covariate, end))
    }

    pub fn statics(&self) -> &[StaticCovariate] {
        &self.series.statics
    }

    /// Whether the target before the origin is the same as in another context, to the bit.
    pub fn has_target_of(&self, other: &Self) -> bool {
        let pairs = || self.target().iter().zip(other.target());
        self.origin == other.origin
            && (Arc::ptr_eq(&self.series, &other.series)
                || pairs().all(|(one, other)| one.to_bits() == other.to_bits()))
    }
}

fn first(covariate: &Covariate, rows: usize) -> (&str, &[f64]) {
    (&covariate.name, &covariate.values[..rows.min(covariate.values.len())])
}
