//! Baselines as forecasters: nothing is fitted, the rule is applied to the history.

use crate::baseline::{drift, naive, seasonal_naive};
use crate::series::Series;
use crate::window::Split;

use super::{FitEvent, Fitted, Flow, ForecastError, Forecaster};

/// The rule a baseline forecasts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineRule {
    /// The last value repeats.
    Naive,
    /// The last season repeats.
    SeasonalNaive {
        /// Rows in one season.
        season_length: usize,
    },
    /// The line from first to last value goes on.
    Drift,
}

impl BaselineRule {
    const fn label(self) -> &'static str {
        match self {
            Self::Naive => super::Model::Naive.name(),
            Self::SeasonalNaive { .. } => super::Model::SeasonalNaive.name(),
            Self::Drift => super::Model::Drift.name(),
        }
    }
}

impl Forecaster for BaselineRule {
    fn name(&self) -> &str {
        self.label()
    }

    fn fit(
        &self,
        _series: &Series,
        _split: &Split,
        _on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(*self))
    }
}

impl Fitted for BaselineRule {
    fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
        match *self {
            Self::Naive => naive(history, horizon),
            Self::SeasonalNaive { season_length } => {
                seasonal_naive(history, season_length, horizon)
            }
            Self::Drift => drift(history, horizon),
        }
        .ok_or_else(|| ForecastError::NoValues {
            model: self.label().to_owned(),
            rows: history.len(),
        })
    }

    fn parameters(&self) -> usize {
        0
    }
}
