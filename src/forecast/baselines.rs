//! Baselines as forecasters: fitted anew to the history that each forecast is made from.
//!
//! What they estimate is estimated from values before the origin only, the validation part included:
//! they have no epochs to choose among.

use std::sync::Arc;

use crate::baseline::{Baseline, Fits, FittedBaseline, Periods};
use crate::series::Series;
use crate::window::Split;

use super::{FitAccount, FitEvent, Fitted, Flow, ForecastError, Forecaster, Outlook};

/// A baseline with what it has to know of the series.
#[derive(Debug, Clone)]
pub struct BaselineForecaster {
    baseline: Baseline,
    name: Arc<str>,
    periods: Periods,
    fits: Fits,
}

impl BaselineForecaster {
    /// A baseline for a series with these seasons.
    pub fn new(baseline: Baseline, periods: Periods) -> Self {
        Self { baseline, name: baseline.to_string().into(), periods, fits: Fits::default() }
    }

    /// The same, taking from `fits` what another baseline of this run has fitted already.
    #[must_use]
    pub fn sharing(self, fits: &Fits) -> Self {
        Self { fits: fits.clone(), ..self }
    }

    fn fit_to(&self, history: &[f64]) -> Result<Arc<dyn FittedBaseline>, ForecastError> {
        Ok(self.baseline.fit_sharing(history, &self.periods, &self.fits)?)
    }
}

impl Forecaster for BaselineForecaster {
    fn name(&self) -> &str {
        &self.name
    }

    fn fit(
        &self,
        _series: &Series,
        _split: &Split,
        _on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(self.clone()))
    }
}

impl Fitted for BaselineForecaster {
    fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
        Ok(self.fit_to(history)?.predict(horizon, &[]).mean)
    }

    fn outlook(
        &self,
        history: &[f64],
        horizon: usize,
        levels: &[f64],
    ) -> Result<Outlook, ForecastError> {
        let fitted = self.fit_to(history)?;
        let prediction = fitted.predict(horizon, levels);
        Ok(Outlook {
            mean: prediction.mean,
            intervals: prediction.intervals,
            members: Vec::new(),
            fit: Some(FitAccount {
                description: fitted.description(),
                criteria: fitted.criteria(),
                parameters: fitted.parameters(),
                correlation_parameters: fitted.correlation_parameters(),
                residuals: fitted.residuals().to_vec(),
            }),
        })
    }

    fn parameters(&self) -> usize {
        0
    }
}
