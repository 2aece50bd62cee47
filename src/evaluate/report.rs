//! One model's fit, its hold-out forecast with errors, and its forecast of the future.

use std::time::Instant;

use crate::forecast::{FitEvent, Flow, Forecast, ForecastError, Forecaster};
use crate::series::Series;
use crate::window::Split;

use super::Metrics;

/// What one model did on one series.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelReport {
    /// The model's name.
    pub name: String,
    /// Wall time of fitting and both forecasts, in seconds.
    pub seconds: f64,
    /// Numbers estimated from the data.
    pub parameters: usize,
    /// Errors on the hold-out; absent where all of its values are missing.
    pub metrics: Option<Metrics>,
    /// The forecast over the held-out rows, from the row before them.
    pub holdout: Forecast,
    /// The forecast after the last row.
    pub future: Forecast,
    /// Fitting was stopped by hand; the weights are the best until then.
    pub stopped: bool,
}

/// What a report is made for: how the series is cut and what errors are scaled by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The parts of the series.
    pub split: Split,
    /// Rows forecast.
    pub horizon: usize,
    /// Rows in one season.
    pub season_length: usize,
}

impl ModelReport {
    /// Fits `forecaster` before the test part, scores it on the hold-out, and forecasts the future.
    ///
    /// The hold-out forecast is given the values before the hold-out and none after it.
    ///
    /// # Errors
    /// Where the model cannot be fitted or has no input to forecast from.
    pub fn make(
        forecaster: &dyn Forecaster,
        series: &Series,
        task: &Task,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Self, ForecastError> {
        let start = Instant::now();
        let fitted = forecaster.fit(series, &task.split, on_event)?;
        let held_out = task.split.holdout(task.horizon);
        let in_sample = &series.values[..held_out.start];
        let mut values = fitted.forecast(in_sample, task.horizon)?;
        values.truncate(held_out.len());
        let future = fitted.forecast(&series.values, task.horizon)?;
        let seconds = start.elapsed().as_secs_f64();
        let pairs = series.values[held_out.clone()].iter().copied().zip(values.iter().copied());
        Ok(Self {
            name: forecaster.name().to_owned(),
            seconds,
            parameters: fitted.parameters(),
            metrics: Metrics::score(pairs, in_sample, task.season_length),
            holdout: Forecast::new(series, forecaster.name(), held_out.start, values),
            future: Forecast::new(series, forecaster.name(), series.len(), future),
            stopped: fitted.was_stopped(),
        })
    }
}
