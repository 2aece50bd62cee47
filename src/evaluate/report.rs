//! One model's fit, its hold-out forecast with errors, and its forecast of the future.

use std::time::Instant;

use crate::forecast::{
    FitAccount, FitEvent, Flow, Forecast, ForecastError, Forecaster, Outlook, ResidualCheck,
};
use crate::series::Series;
use crate::window::Split;

use super::{IntervalScore, Metrics};

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
    /// How the intervals did on the hold-out, one a level; none where the model gives none.
    pub interval_scores: Vec<IntervalScore>,
    /// The account of the fit that was scored, for models with residuals.
    pub fit: Option<FitAccount>,
    /// What that fit has left over.
    pub residuals: Option<ResidualCheck>,
    /// The forecast over the held-out rows, from the row before them.
    pub holdout: Forecast,
    /// The forecast after the last row.
    pub future: Forecast,
    /// Fitting was stopped by hand; the weights are the best until then.
    pub stopped: bool,
}

/// What a report is made for: how the series is cut and what errors are scaled by.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The parts of the series.
    pub split: Split,
    /// Rows forecast.
    pub horizon: usize,
    /// Rows in one season.
    pub season_length: usize,
    /// Levels of the intervals, 0 to 1.
    pub levels: Vec<f64>,
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
        let outlook = |history: &[f64], rows: usize| {
            let outlook = fitted.outlook(history, task.horizon, &task.levels)?;
            Ok::<_, ForecastError>(cut(outlook, rows))
        };
        let scored = outlook(in_sample, held_out.len())?;
        let future = outlook(&series.values, task.horizon)?;
        let seconds = start.elapsed().as_secs_f64();
        let actual = &series.values[held_out.clone()];
        let pairs = actual.iter().copied().zip(scored.mean.iter().copied());
        let scores = scored.intervals.iter().filter_map(|level| IntervalScore::of(level, actual));
        let placed = |first_row, outlook: Outlook| {
            Forecast::new(series, forecaster.name(), first_row, outlook.mean)
                .with_intervals(outlook.intervals)
        };
        let parameters = scored.fit.as_ref().map(|fit| fit.parameters);
        Ok(Self {
            name: forecaster.name().to_owned(),
            seconds,
            parameters: parameters.unwrap_or_else(|| fitted.parameters()),
            metrics: Metrics::score(pairs, in_sample, task.season_length),
            interval_scores: scores.collect(),
            residuals: scored
                .fit
                .as_ref()
                .and_then(|fit| ResidualCheck::of(fit, task.season_length)),
            fit: scored.fit.clone(),
            holdout: placed(held_out.start, scored),
            future: placed(series.len(), future),
            stopped: fitted.was_stopped(),
        })
    }
}

/// The first `rows` rows of an outlook.
fn cut(mut outlook: Outlook, rows: usize) -> Outlook {
    outlook.mean.truncate(rows);
    for interval in &mut outlook.intervals {
        interval.lower.truncate(rows);
        interval.upper.truncate(rows);
    }
    outlook
}
