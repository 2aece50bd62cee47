//! Baselines as forecasters: fitted again to the history that each forecast is made from.
//!
//! What they estimate is estimated from values before the origin only, the validation part included:
//! they have no epochs to choose among.

use std::sync::Arc;

use crate::baseline::{Baseline, Fits, Periods};
use crate::cancellation::Cancellation;

use super::{
    Context, FitSummary, Fitted, ForecastError, Model, Observer, Prediction, Request, TrainingSet,
};

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
}

impl Model for BaselineForecaster {
    fn name(&self) -> &str {
        &self.name
    }

    fn fit(
        &self,
        _training: &TrainingSet,
        _cancel: &Cancellation<'_>,
        _observer: &mut Observer<'_>,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(self.clone()))
    }
}

impl Fitted for BaselineForecaster {
    fn predict(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> Result<Prediction, ForecastError> {
        let history = context.target();
        let seconds_before = self.baseline.seconds_of(&self.fits, history, &self.periods);
        let fitted = self.baseline.fit_sharing(history, &self.periods, &self.fits)?;
        let ahead = fitted.predict(request.horizon, request.levels);
        let prediction = Prediction {
            mean: ahead.mean,
            intervals: ahead.intervals,
            members: Vec::new(),
            fit: Some(FitSummary {
                description: fitted.description(),
                criteria: fitted.criteria(),
                parameters: fitted.parameters(),
                correlation_parameters: fitted.correlation_parameters(),
                residuals: fitted.residuals().to_vec(),
                seconds_before,
            }),
        };
        prediction.finite(&self.name, history)
    }

    fn parameters(&self) -> usize {
        0
    }

    fn fits_every_context(&self) -> bool {
        !self.baseline.is_rule()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::{Series, TimeAxis};

    #[test]
    fn what_another_model_has_fitted_counts_as_seconds_before() {
        let values: Vec<f64> = (0..60).map(|row| f64::from(row * 37 % 11)).collect();
        let series = Series::new("y", TimeAxis::row_numbers(), values);
        let context = Context::after(series, 6);
        let periods = Periods { season_length: 4, all: vec![4.0] };
        let fits = Fits::default();
        let before = |name| {
            let baseline = Baseline::named(name).unwrap();
            let forecaster = BaselineForecaster::new(baseline, periods.clone()).sharing(&fits);
            forecaster.predict(&context, &Request::points(6)).unwrap().seconds_before()
        };
        assert_eq!(before("auto-ets"), 0.0);
        let ets = before("auto-ets");
        assert!(ets > 0.0);
        assert!((before("combination") - ets).abs() < 1e-12);
        assert!(before("combination") > ets, "all members are there the second time");
    }
}
