//! One model's fit, its hold-out forecast with errors, and its forecast of the future.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use crate::cancellation::Cancellation;
use crate::forecast::{
    FitAccount, FitCheckpoint, FitEvent, Fitted, Flow, Forecast, ForecastError, Forecaster,
    Outlook, PastEpoch, Refit, ResidualCheck,
};
use crate::guard::quietly;
use crate::series::{OutlierPolicy, Series, masked};
use crate::window::Split;

use super::{IntervalScore, Metrics};

/// What one model did on one series.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelReport {
    /// The model's name.
    pub name: String,
    /// Wall time of fitting and both forecasts, in seconds; what another model of the run had fitted of
    /// it is counted in.
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
    /// The forecast after the last row; of no rows where it could not be made.
    pub future: Forecast,
    /// What could not be done once the model was scored: the forecast of the future, or the fit to all
    /// rows. It costs the score nothing.
    pub shortfall: Option<String>,
    /// Forecasts of the networks whose median the forecast is; none where there is one model.
    pub members: Members,
    /// The epoch that each network's weights are of; none for other models.
    pub best_epochs: Vec<usize>,
    /// Epochs of the fit that another may go on from.
    pub past: Vec<PastEpoch>,
    /// Whether the future is forecast by a model fitted once more to all rows.
    pub refitted: bool,
    /// Fitting was stopped by hand; the weights are the best until then. So was the fit to all rows,
    /// where the future is forecast without it.
    pub stopped: bool,
}

/// Forecasts of each network of an ensemble, in the series' units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Members {
    /// Over the held-out rows.
    pub holdout: Vec<Vec<f64>>,
    /// After the last row.
    pub future: Vec<Vec<f64>>,
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
    /// What is done about values that stand far from the others.
    pub outliers: OutlierPolicy,
    /// Levels of the intervals, 0 to 1.
    pub levels: Vec<f64>,
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
    /// The hold-out forecast is given the values before the hold-out and none after it. The future is
    /// forecast by the model fitted once more to all rows, where it wants to be. What the rows of the
    /// hold-out keep from being made is the report's `shortfall`.
    ///
    /// # Errors
    /// Where the model cannot be fitted or has no input to forecast the hold-out from.
    ///
    /// The [crate](crate) has an example.
    pub fn make(
        forecaster: &dyn Forecaster,
        series: &Series,
        task: &Task,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Self, ForecastError> {
        let never = Cancellation::never();
        Ok(Self::fit(forecaster, series, task, None, &never, on_event, &mut |_| {})?.0)
    }

    /// As [`Self::make`], the fit resumed where a checkpoint left it; with the model that was scored.
    /// Where that is fitted once more to all rows, `on_scored` hears of its score before that begins: the
    /// future in that report is forecast by the model that was scored.
    ///
    /// # Errors
    /// As [`Self::make`], and where the checkpoint is of another fit.
    pub fn fit(
        forecaster: &dyn Forecaster,
        series: &Series,
        task: &Task,
        from: Option<&FitCheckpoint>,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
        on_scored: &mut dyn FnMut(Self),
    ) -> Result<(Self, Box<dyn Fitted>), ForecastError> {
        guarded(forecaster, || {
            let start = Instant::now();
            let series = &*task.modelled(series);
            let fitted = match from {
                Some(from) => forecaster.resume(series, &task.split, from, cancel, on_event)?,
                None => forecaster.fit(series, &task.split, cancel, on_event)?,
            };
            let made = Made { forecaster, fitted: &*fitted, series, task, start };
            let report = made.report(cancel, on_event, on_scored)?;
            Ok((report, fitted))
        })
    }
}

/// Runs the work of a model; its panic is the failure of that model alone.
pub(super) fn guarded<T>(
    forecaster: &dyn Forecaster,
    work: impl FnOnce() -> Result<T, ForecastError>,
) -> Result<T, ForecastError> {
    let model = || forecaster.name().to_owned();
    quietly(work).unwrap_or_else(|panic| Err(ForecastError::Panicked(model(), panic)))
}

/// A model that was fitted to `series`, which is as [`Task::modelled`] gives it.
struct Made<'a> {
    forecaster: &'a dyn Forecaster,
    fitted: &'a dyn Fitted,
    series: &'a Series,
    task: &'a Task,
    /// When fitting began.
    start: Instant,
}

/// The forecast after the last row, and what kept it from being made.
#[derive(Default)]
struct Ahead {
    outlook: Option<Outlook>,
    /// Whether it is by a model that was fitted once more to all rows.
    refitted: bool,
    /// Whether that fit was ended by hand.
    is_refit_ended: bool,
    shortfall: Option<String>,
}

impl Ahead {
    /// By the model that was scored.
    fn by_scored(made: Result<Outlook, ForecastError>) -> Self {
        match made {
            Ok(outlook) => Self { outlook: Some(outlook), ..Self::default() },
            Err(error) => {
                let shortfall =
                    format!("the rows after the last one could not be forecast: {error}");
                Self { shortfall: Some(shortfall), ..Self::default() }
            }
        }
    }

    /// The same where the fit to all rows failed.
    fn after_failed_refit(self, error: &ForecastError) -> Self {
        let shortfall = self.shortfall.unwrap_or_else(|| {
            format!(
                "it could not be fitted once more to all rows, so the model that was scored forecasts \
                 the rows after the last one: {error}"
            )
        });
        Self { shortfall: Some(shortfall), ..self }
    }
}

impl Made<'_> {
    /// The report, with the model fitted once more to all rows where it wants to be.
    ///
    /// # Errors
    /// Where the model has no input to forecast the hold-out from.
    fn report(
        &self,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
        on_scored: &mut dyn FnMut(ModelReport),
    ) -> Result<ModelReport, ForecastError> {
        let Self { forecaster, fitted, series, task, .. } = *self;
        let held_out = task.split.holdout(task.horizon);
        let in_sample = &series.values[..held_out.start];
        let outlook = |model: &dyn Fitted, history: &[f64]| {
            model.outlook(history, task.horizon, &task.levels)
        };
        let histories = [in_sample, &series.values[..]];
        if let Some([scored, future]) = fitted.outlooks(histories, task.horizon, &task.levels) {
            return Ok(self.account(cut(scored?, held_out.len()), Ahead::by_scored(future)));
        }
        let scored = cut(outlook(fitted, in_sample)?, held_out.len());
        // From here on nothing that fails, not even by a panic, costs the score.
        let by_scored =
            || Ahead::by_scored(guarded(forecaster, || outlook(fitted, &series.values)));
        if !fitted.wants_refit() {
            return Ok(self.account(scored, by_scored()));
        }
        on_scored(self.account(scored.clone(), by_scored()));
        let refitted = guarded(forecaster, || {
            Ok(match fitted.refit(series, cancel, on_event)? {
                Refit::Done(of_all) => Ahead {
                    outlook: Some(outlook(&*of_all, &series.values)?),
                    refitted: true,
                    ..Ahead::default()
                },
                Refit::Needless => by_scored(),
                Refit::Ended => Ahead { is_refit_ended: true, ..by_scored() },
            })
        });
        let ahead = match refitted {
            Ok(ahead) => ahead,
            Err(ForecastError::StoppedEarly) => Ahead { is_refit_ended: true, ..by_scored() },
            Err(error) => by_scored().after_failed_refit(&error),
        };
        Ok(self.account(scored, ahead))
    }

    /// What both outlooks come to.
    fn account(&self, mut scored: Outlook, ahead: Ahead) -> ModelReport {
        let Self { forecaster, fitted, series, task, start } = *self;
        let held_out = task.split.holdout(task.horizon);
        let in_sample = &series.values[..held_out.start];
        let Ahead { outlook, refitted, is_refit_ended, shortfall } = ahead;
        let before = outlook.as_ref().map_or(0.0, Outlook::seconds_before);
        let seconds = start.elapsed().as_secs_f64() + scored.seconds_before().max(before);
        let mut future = outlook.unwrap_or_default();
        let members = Members {
            holdout: std::mem::take(&mut scored.members),
            future: std::mem::take(&mut future.members),
        };
        let actual = &series.values[held_out.clone()];
        let pairs = actual.iter().copied().zip(scored.mean.iter().copied());
        let scores = scored.intervals.iter().filter_map(|level| IntervalScore::of(level, actual));
        let placed = |first_row, outlook: Outlook| {
            Forecast::new(series, forecaster.name(), first_row, outlook.mean)
                .with_intervals(outlook.intervals)
        };
        let parameters = scored.fit.as_ref().map(|fit| fit.parameters);
        ModelReport {
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
            shortfall,
            members,
            best_epochs: fitted.best_epochs().to_vec(),
            past: fitted.past().to_vec(),
            refitted,
            stopped: fitted.was_stopped() || is_refit_ended,
        }
    }
}

/// The first `rows` rows of an outlook.
fn cut(mut outlook: Outlook, rows: usize) -> Outlook {
    outlook.mean.truncate(rows);
    outlook.members.iter_mut().for_each(|member| member.truncate(rows));
    for interval in &mut outlook.intervals {
        interval.lower.truncate(rows);
        interval.upper.truncate(rows);
    }
    outlook
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Baseline, BaselineForecaster, Periods};
    use crate::series::TimeAxis;
    use crate::window::WindowConfig;

    fn task(series: &Series) -> Task {
        let config = WindowConfig { lookback: 8, horizon: 6, validation: 20, test: 12 };
        let split = Split::new(series.len(), &config);
        Task {
            split,
            horizon: 6,
            season_length: 1,
            outliers: OutlierPolicy::Mask,
            levels: Vec::new(),
        }
    }

    fn rule(baseline: Baseline) -> BaselineForecaster {
        BaselineForecaster::new(baseline, Periods { season_length: 1, all: vec![1.0] })
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
            ModelReport::make(&rule(Baseline::named("naive").unwrap()), &series, &task, &mut |_| {
                Flow::Continue
            })
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
            let forecast = |series: &Series| {
                rule(Baseline::named("drift").unwrap()).forecast(&series.values[..origin], 6)
            };
            assert_eq!(forecast(&modelled).unwrap(), forecast(&other).unwrap(), "origin {origin}");
            let bits = |series: &Series| {
                series.values[..origin].iter().map(|value| value.to_bits()).collect::<Vec<_>>()
            };
            assert_eq!(bits(&modelled), bits(&other), "origin {origin}");
        }
    }
}
