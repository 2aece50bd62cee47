//! One model's fit, its hold-out forecast with errors, and its forecast of the future.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use crate::forecast::{FitEvent, Flow, Forecast, ForecastError, Forecaster};
use crate::series::{OutlierPolicy, Series, masked};
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
    /// What is done about values that stand far from the others.
    pub outliers: OutlierPolicy,
}

impl Task {
    /// The series as models are given it and scored on it: where outliers are masked they are missing,
    /// as far as they could be told at the end of training, of the validation part, before the
    /// hold-out, and at the end of the data.
    pub fn modelled<'a>(&self, series: &'a Series) -> Cow<'a, Series> {
        if self.outliers == OutlierPolicy::Keep {
            return Cow::Borrowed(series);
        }
        let Split { train, test, .. } = &self.split;
        let origins = [train.end, test.start, self.split.holdout(self.horizon).start, series.len()];
        let values: Arc<[f64]> = masked(&series.values, self.season_length, &origins).into();
        Cow::Owned(Series { values, ..series.clone() })
    }
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
        let series = &*task.modelled(series);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{BaselineRule, Fitted};
    use crate::series::TimeAxis;
    use crate::window::WindowConfig;

    fn task(series: &Series) -> Task {
        let config = WindowConfig { lookback: 8, horizon: 6, validation: 20, test: 12 };
        let split = Split::new(series.len(), &config);
        Task { split, horizon: 6, season_length: 1, outliers: OutlierPolicy::Mask }
    }

    /// A wave with spikes in the training part, just before the hold-out, and in it.
    fn spiked() -> Vec<f64> {
        let mut values: Vec<f64> = (0..200).map(|row| f64::from(row * 37 % 11)).collect();
        for slot in [50, 193, 197] {
            values[slot] += 500.0;
        }
        values
    }

    fn series(values: Vec<f64>) -> Series {
        Series::new("y", TimeAxis::row_numbers(), values)
    }

    #[test]
    fn masked_outliers_have_no_part_in_history_or_score() {
        let series = series(spiked());
        let report = |outliers| {
            let task = Task { outliers, ..task(&series) };
            ModelReport::make(&BaselineRule::Naive, &series, &task, &mut |_| Flow::Continue)
                .unwrap()
        };
        let (kept, masked) = (report(OutlierPolicy::Keep), report(OutlierPolicy::Mask));
        assert!(kept.holdout.values[0] > 500.0 && masked.holdout.values[0] < 20.0);
        assert!(kept.metrics.unwrap().rmse > 200.0 && masked.metrics.unwrap().rmse < 20.0);
    }

    #[test]
    fn what_is_masked_never_depends_on_what_comes_after_an_origin() {
        let plain = series(spiked());
        let task = task(&plain);
        let modelled = task.modelled(&plain);
        for origin in [task.split.train.end, task.split.test.start, 194] {
            let mut values = spiked();
            values[origin..].iter_mut().for_each(|value| *value = *value * -90.0 + 7.0);
            let perturbed = series(values);
            let other = task.modelled(&perturbed);
            let forecast =
                |series: &Series| BaselineRule::Drift.forecast(&series.values[..origin], 6);
            assert_eq!(forecast(&modelled).unwrap(), forecast(&other).unwrap(), "origin {origin}");
            let bits = |series: &Series| {
                series.values[..origin].iter().map(|value| value.to_bits()).collect::<Vec<_>>()
            };
            assert_eq!(bits(&modelled), bits(&other), "origin {origin}");
        }
    }
}
