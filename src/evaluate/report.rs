//! One model's fit, its hold-out forecast with errors, and its forecast of the future.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use crate::cancellation::Cancellation;
use crate::forecast::{
    Context, FitSummary, Fitted, FittedNetwork, Forecast, ForecastError, Model, Observer,
    PastEpoch, Prediction, Refit, Request, ResidualCheck, TrainingSet,
};
use crate::guard::quietly;
use crate::series::{DatasetSeries, OutlierPolicy, Series, masked};
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
    /// The fit that was scored, for models with residuals.
    pub fit: Option<FitSummary>,
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
pub struct ScoringTask {
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

impl ScoringTask {
    /// The series as models are given it and scored on it: where outliers are masked they are missing,
    /// as far as they were known at the end of training, of the validation part, before the
    /// hold-out, and at the end of the data.
    pub fn modelled(&self, series: &DatasetSeries) -> Arc<DatasetSeries> {
        Arc::new(DatasetSeries { target: self.modelled_target(&series.target), ..series.clone() })
    }

    /// The target alone of [`Self::modelled`].
    pub fn modelled_target(&self, target: &Series) -> Series {
        if self.outliers == OutlierPolicy::Keep {
            return target.clone();
        }
        let Split { train, test, .. } = &self.split;
        let origins = [train.end, test.start, self.split.holdout(self.horizon).start, target.len()];
        let values = masked(&target.values, self.season_length, &origins).into();
        Series { values, ..target.clone() }
    }

    /// What a model may learn of a series that is as [`Self::modelled`] gives it.
    pub fn training(&self, modelled: &Arc<DatasetSeries>) -> TrainingSet {
        TrainingSet::of(modelled, &self.split, self.horizon)
    }

    /// What is asked of a model that is fitted.
    fn request(&self) -> Request<'_> {
        Request { horizon: self.horizon, levels: &self.levels }
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
        forecaster: &dyn Model,
        series: &DatasetSeries,
        task: &ScoringTask,
        observer: &mut Observer<'_>,
    ) -> Result<Self, ForecastError> {
        let never = Cancellation::never();
        Ok(Self::fit(forecaster, series, task, &never, observer, &mut |_| {})?.0)
    }

    /// As [`Self::make`], with the model that was scored. Where that is fitted once more to all rows,
    /// `on_scored` gets the score before that begins: the future in that report is forecast by the model
    /// that was scored.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn fit(
        forecaster: &dyn Model,
        series: &DatasetSeries,
        task: &ScoringTask,
        cancel: &Cancellation<'_>,
        observer: &mut Observer<'_>,
        on_scored: &mut dyn FnMut(Self),
    ) -> Result<(Self, Box<dyn Fitted>), ForecastError> {
        guarded(forecaster, || {
            let start = Instant::now();
            let series = task.modelled(series);
            let fitted = forecaster.fit(&task.training(&series), cancel, observer)?;
            let made = Made { forecaster, fitted: &*fitted, series: &series, task, start };
            let report = made.report(cancel, observer, on_scored)?;
            Ok((report, fitted))
        })
    }
}

/// Runs the work of a model; its panic is the failure of that model alone.
pub(super) fn guarded<T>(
    forecaster: &dyn Model,
    work: impl FnOnce() -> Result<T, ForecastError>,
) -> Result<T, ForecastError> {
    let model = || forecaster.name().to_owned();
    quietly(work).unwrap_or_else(|panic| Err(ForecastError::Panicked(model(), panic)))
}

/// A model that was fitted to `series`, which is as [`ScoringTask::modelled`] gives it.
struct Made<'a> {
    forecaster: &'a dyn Model,
    fitted: &'a dyn Fitted,
    series: &'a Arc<DatasetSeries>,
    task: &'a ScoringTask,
    /// When fitting began.
    start: Instant,
}

/// The forecast after the last row, and what kept it from being made.
#[derive(Default)]
struct Ahead {
    prediction: Option<Prediction>,
    /// Whether it is by a model that was fitted once more to all rows.
    refitted: bool,
    /// Whether that fit was ended by hand.
    is_refit_ended: bool,
    shortfall: Option<String>,
}

impl Ahead {
    /// By the model that was scored.
    fn by_scored(made: Result<Prediction, ForecastError>) -> Self {
        match made {
            Ok(prediction) => Self { prediction: Some(prediction), ..Self::default() },
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
        observer: &mut Observer<'_>,
        on_scored: &mut dyn FnMut(ModelReport),
    ) -> Result<ModelReport, ForecastError> {
        let Self { forecaster, fitted, task, .. } = *self;
        let held_out = task.split.holdout(task.horizon);
        let before_holdout = self.context(held_out.start);
        let all = self.context(self.series.target.len());
        let predict =
            |model: &dyn Fitted, context: &Context| model.predict(context, &task.request());
        if fitted.fits_every_context() {
            let [scored, future] =
                both(|context| predict(fitted, context), [&before_holdout, &all]);
            return Ok(self.account(scored?.first(held_out.len()), Ahead::by_scored(future)));
        }
        let scored = predict(fitted, &before_holdout)?.first(held_out.len());
        // From here on nothing that fails, not even by a panic, costs the score.
        let by_scored = || Ahead::by_scored(guarded(forecaster, || predict(fitted, &all)));
        let network = FittedNetwork::of(fitted).filter(|network| network.wants_refit());
        let Some(network) = network else { return Ok(self.account(scored, by_scored())) };
        on_scored(self.account(scored.clone(), by_scored()));
        let refitted = guarded(forecaster, || {
            Ok(match network.refit(&all, cancel, observer)? {
                Refit::Done(of_all) => Ahead {
                    prediction: Some(predict(&*of_all, &all)?),
                    refitted: true,
                    ..Ahead::default()
                },
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

    /// What is known before row `origin`.
    fn context(&self, origin: usize) -> Context {
        Context::new(self.series, origin, self.task.horizon)
    }

    /// The report of both predictions.
    fn account(&self, mut scored: Prediction, ahead: Ahead) -> ModelReport {
        let Self { forecaster, fitted, series, task, start } = *self;
        let target = &series.target;
        let held_out = task.split.holdout(task.horizon);
        let in_sample = &target.values[..held_out.start];
        let Ahead { prediction, refitted, is_refit_ended, shortfall } = ahead;
        let before = prediction.as_ref().map_or(0.0, Prediction::seconds_before);
        let seconds = start.elapsed().as_secs_f64() + scored.seconds_before().max(before);
        let mut future = prediction.unwrap_or_default();
        let members = Members {
            holdout: std::mem::take(&mut scored.members),
            future: std::mem::take(&mut future.members),
        };
        let actual = &target.values[held_out.clone()];
        let pairs = actual.iter().copied().zip(scored.mean.iter().copied());
        let scores = scored.intervals.iter().filter_map(|level| IntervalScore::of(level, actual));
        let placed = |first_row, prediction: Prediction| {
            Forecast::new(target, forecaster.name(), first_row, prediction.mean)
                .with_intervals(prediction.intervals)
        };
        let fit = scored.fit.take();
        let network = FittedNetwork::of(fitted);
        ModelReport {
            name: forecaster.name().to_owned(),
            seconds,
            parameters: fit.as_ref().map_or_else(|| fitted.parameters(), |fit| fit.parameters),
            metrics: Metrics::score(pairs, in_sample, task.season_length),
            interval_scores: scores.collect(),
            residuals: fit.as_ref().and_then(|fit| ResidualCheck::of(fit, task.season_length)),
            fit,
            holdout: placed(held_out.start, scored),
            future: placed(target.len(), future),
            shortfall,
            members,
            best_epochs: network.map_or_else(Vec::new, |network| network.best_epochs().to_vec()),
            past: network.map_or_else(Vec::new, |network| network.past().to_vec()),
            refitted,
            stopped: network.is_some_and(FittedNetwork::was_stopped) || is_refit_ended,
        }
    }
}

/// Predictions from two contexts side by side.
fn both(
    predict: impl Fn(&Context) -> Result<Prediction, ForecastError> + Sync,
    [one, other]: [&Context; 2],
) -> [Result<Prediction, ForecastError>; 2] {
    std::thread::scope(|scope| {
        let aside = std::thread::Builder::new().name("tidegate-forecast".to_owned());
        match aside.spawn_scoped(scope, || predict(one)) {
            Ok(aside) => {
                let other = predict(other);
                [aside.join().unwrap_or_else(|panic| resume_unwind(panic)), other]
            }
            // The system gives no thread: one after the other.
            Err(_) => [predict(one), predict(other)],
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Baseline, BaselineForecaster, Flow, Periods};
    use crate::series::TimeAxis;
    use crate::window::WindowConfig;

    fn task(series: &DatasetSeries) -> ScoringTask {
        let config = WindowConfig { lookback: 8, horizon: 6, validation: 20, test: 12 };
        let split = Split::new(series.target.len(), &config);
        ScoringTask {
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

    fn series(values: Vec<f64>) -> DatasetSeries {
        Series::new("y", TimeAxis::row_numbers(), values).into()
    }

    #[test]
    fn masked_outliers_have_no_part_in_history_or_score() {
        let series = series(spiked());
        let report = |outliers| {
            let task = ScoringTask { outliers, ..task(&series) };
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
            let forecast = |series: &Arc<DatasetSeries>| {
                let context = Context::new(series, origin, 6);
                let drift = rule(Baseline::named("drift").unwrap());
                drift.predict(&context, &Request::points(6)).unwrap().mean
            };
            assert_eq!(forecast(&modelled), forecast(&other), "origin {origin}");
            let bits = |series: &DatasetSeries| {
                series.target.values[..origin]
                    .iter()
                    .map(|value| value.to_bits())
                    .collect::<Vec<_>>()
            };
            assert_eq!(bits(&modelled), bits(&other), "origin {origin}");
        }
    }
}
