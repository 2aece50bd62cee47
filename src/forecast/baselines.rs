//! Baselines as forecasters: fitted again to the history that each forecast is made from.
//!
//! What they estimate is estimated from values before the origin only, the validation part included:
//! they have no epochs to choose among.

use std::panic::resume_unwind;
use std::sync::Arc;

use crate::baseline::{Baseline, Fits, FittedBaseline, Periods};
use crate::cancellation::Cancellation;
use crate::series::Series;
use crate::window::Split;

use super::finite;
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
        _cancel: &Cancellation<'_>,
        _on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(self.clone()))
    }
}

impl Fitted for BaselineForecaster {
    fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
        let mean = self.fit_to(history)?.predict(horizon, &[]).mean;
        finite::check(&self.name, history, std::iter::once(&mean[..]))?;
        Ok(mean)
    }

    fn outlook(
        &self,
        history: &[f64],
        horizon: usize,
        levels: &[f64],
    ) -> Result<Outlook, ForecastError> {
        let seconds_before = self.baseline.seconds_of(&self.fits, history, &self.periods);
        let fitted = self.fit_to(history)?;
        let prediction = fitted.predict(horizon, levels);
        let outlook = Outlook {
            mean: prediction.mean,
            intervals: prediction.intervals,
            members: Vec::new(),
            fit: Some(FitAccount {
                description: fitted.description(),
                criteria: fitted.criteria(),
                parameters: fitted.parameters(),
                correlation_parameters: fitted.correlation_parameters(),
                residuals: fitted.residuals().to_vec(),
                seconds_before,
            }),
        };
        outlook.finite(&self.name, history)
    }

    fn outlooks(
        &self,
        histories: [&[f64]; 2],
        horizon: usize,
        levels: &[f64],
    ) -> Option<[Result<Outlook, ForecastError>; 2]> {
        if self.baseline.is_rule() {
            return None;
        }
        let outlook = |history: &[f64]| self.outlook(history, horizon, levels);
        let [one, other] = histories;
        Some(std::thread::scope(|scope| {
            // Where there is no thread to be had, they are fitted one after another.
            let aside = std::thread::Builder::new().name("tidegate-baseline".to_owned());
            match aside.spawn_scoped(scope, || outlook(one)) {
                Ok(aside) => {
                    let other = outlook(other);
                    [aside.join().unwrap_or_else(|panic| resume_unwind(panic)), other]
                }
                Err(_) => [outlook(one), outlook(other)],
            }
        }))
    }

    fn parameters(&self) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_origins_at_once_are_as_one_after_another() {
        let values: Vec<f64> = (0..60).map(|row| f64::from(row * 37 % 11 + row % 4)).collect();
        let periods = Periods { season_length: 4, all: vec![4.0] };
        let theta = Baseline::named("theta").unwrap();
        for baseline in [
            Baseline::named("auto-arima").unwrap(),
            Baseline::named("combination").unwrap(),
            theta,
            Baseline::named("tbats").unwrap(),
        ] {
            let forecaster = BaselineForecaster::new(baseline, periods.clone());
            let histories = [&values[..48], &values[..]];
            let at_once = forecaster.outlooks(histories, 6, &[0.9]).unwrap();
            for (history, outlook) in histories.into_iter().zip(at_once) {
                let mut outlook = outlook.unwrap();
                let alone = BaselineForecaster::new(baseline, periods.clone());
                let mut alone = alone.outlook(history, 6, &[0.9]).unwrap();
                for outlook in [&mut outlook, &mut alone] {
                    let fit = outlook.fit.as_mut().unwrap();
                    // A time, and residuals with places that have none.
                    fit.seconds_before = 0.0;
                    fit.residuals.retain(|residual| !residual.is_nan());
                }
                assert_eq!(outlook, alone, "{baseline}");
            }
        }
        assert!(
            BaselineForecaster::new(Baseline::named("naive").unwrap(), periods)
                .outlooks([&values[..48], &values[..]], 6, &[])
                .is_none()
        );
    }

    #[test]
    fn what_was_fitted_before_is_told_of() {
        let values: Vec<f64> = (0..60).map(|row| f64::from(row * 37 % 11)).collect();
        let periods = Periods { season_length: 4, all: vec![4.0] };
        let fits = Fits::default();
        let before = |baseline| {
            let forecaster = BaselineForecaster::new(baseline, periods.clone()).sharing(&fits);
            forecaster.outlook(&values, 6, &[]).unwrap().seconds_before()
        };
        assert_eq!(before(Baseline::named("auto-ets").unwrap()), 0.0);
        let ets = before(Baseline::named("auto-ets").unwrap());
        assert!(ets > 0.0);
        assert!((before(Baseline::named("combination").unwrap()) - ets).abs() < 1e-12);
        assert!(
            before(Baseline::named("combination").unwrap()) > ets,
            "all members are there the second time"
        );
    }
}
