//! Epochs of the members reported as one fit's, in the series' units, with live forecasts; these are
//! kept, so that a stop need not wait for them to be made again.

use std::time::{Duration, Instant};

use super::fitted::{FittedNetwork, Origins, median_forecast};
use super::pace::Effort;
use super::{Context, EpochReport, ForecastError, LiveForecast, NeuralForecaster, TrainingSeries};
use crate::cancellation::{Cancellation, Cancelled};
use crate::stats::number;
use crate::train::{EpochLosses, EpochSummary};

/// Time between live forecasts: redrawn often enough to look alive, seldom enough to cost nothing.
const LIVE_INTERVAL: Duration = Duration::from_millis(80);
/// Epochs whose forecasts are always made, for the replay of training; of twice as many every second one, and
/// so on.
const ALWAYS_LIVE: usize = 256;

/// Turns rounds of epochs into reports.
pub struct EpochReporter<'a> {
    config: &'a NeuralForecaster,
    training: &'a TrainingSeries,
    effort: Effort,
    last_live: Option<Instant>,
    /// Lowest mean validation loss so far.
    best: f64,
    best_epoch: usize,
}

impl<'a> EpochReporter<'a> {
    pub fn new(config: &'a NeuralForecaster, training: &'a TrainingSeries) -> Self {
        let effort = Effort::of(config, &training.split);
        Self { config, training, effort, last_live: None, best: f64::INFINITY, best_epoch: 0 }
    }

    /// Brings a loss to the series' units.
    pub fn error_of_loss(&self, fitted: &FittedNetwork) -> impl Fn(f64) -> f64 + use<'a> {
        let train = &self.config.train;
        let unit = if train.loss.is_in_units() { fitted.basis.transform.unit() } else { 1.0 };
        move |loss| train.loss.error_of(loss) * unit
    }

    /// The same after rounds that are done: `losses` are those of every member so far, and what counts
    /// as better is better than all of them.
    pub fn after<'e>(mut self, losses: impl Iterator<Item = &'e [EpochLosses]> + Clone) -> Self {
        let rounds = losses.clone().map(<[EpochLosses]>::len).max().unwrap_or(0);
        for round in 0..rounds {
            // A member that came to its end before keeps its last.
            let of_round = |member: &'e [EpochLosses]| member.get(round).or_else(|| member.last());
            let found: Vec<EpochLosses> = losses.clone().filter_map(of_round).copied().collect();
            let validation = mean(&found, |losses| losses.validation.0);
            if validation < self.best {
                (self.best, self.best_epoch) = (validation, round + 1);
            }
        }
        self
    }

    /// The report of a round: `losses` are the last of every member, `summaries` those of members that
    /// learned in it. The forecasts of the epoch come where they are due, and with them those of each
    /// member.
    ///
    /// # Errors
    /// Where it is cancelled while they are made.
    pub fn epoch(
        &mut self,
        losses: &[EpochLosses],
        summaries: &[(usize, EpochSummary)],
        fitted: &FittedNetwork,
        cancel: &Cancellation<'_>,
    ) -> Result<(EpochReport, Option<Vec<Origins>>), Cancelled> {
        let error_of = self.error_of_loss(fitted);
        let training = mean(losses, |losses| losses.training.0);
        let validation = mean(losses, |losses| losses.validation.0);
        let improved = validation < self.best;
        let each = || summaries.iter().map(|(_, summary)| summary);
        let epoch = each().map(|summary| summary.epoch).max().unwrap_or(0);
        if improved {
            (self.best, self.best_epoch) = (validation, epoch);
        }
        let last = each().all(|summary| summary.last);
        let elapsed = each().map(|summary| summary.elapsed_seconds).fold(0.0, f64::max);
        let speed = each().map(|s| number(s.outputs) / s.training_seconds.max(1e-9)).sum();
        let epochs = self.config.train.epochs.max(epoch);
        // One network after another is fitted to all rows.
        let learning: f64 = each().map(|summary| summary.training_seconds).sum();
        let refit_epoch_seconds = self.effort.refit_epoch(learning);
        let left = elapsed / number(epoch.max(1)) * number(epochs.saturating_sub(epoch));
        let refit_epochs = if last { self.best_epoch } else { epochs };
        let refit_left = refit_epoch_seconds.map_or(0.0, |seconds| seconds * number(refit_epochs));
        let is_looked_back_on =
            epoch.is_multiple_of(epoch.div_ceil(ALWAYS_LIVE).next_power_of_two());
        let members = self.live(last || is_looked_back_on, fitted, cancel)?;
        let report = EpochReport {
            epoch,
            epochs,
            training_error: error_of(training),
            validation_error: error_of(validation),
            improved,
            last,
            learning_rate: each().map(|summary| summary.learning_rate).next().unwrap_or(0.0),
            learning: summaries.len(),
            windows_per_second: speed,
            seconds_left: if last { refit_left } else { left + refit_left },
            refit_epoch_seconds,
            live: members.as_deref().map(|members| self.drawn(members)),
        };
        Ok((report, members))
    }

    /// Forecasts of every member with its weights of this epoch, where they are due. Where rows are
    /// missing just before an origin, that forecast is empty.
    fn live(
        &mut self,
        wanted: bool,
        fitted: &FittedNetwork,
        cancel: &Cancellation<'_>,
    ) -> Result<Option<Vec<Origins>>, Cancelled> {
        let Some(watched) = &self.training.watched else { return Ok(None) };
        let due = self.last_live.is_none_or(|last| last.elapsed() >= LIVE_INTERVAL);
        if !due && !wanted {
            return Ok(None);
        }
        self.last_live = Some(Instant::now());
        let horizon = self.config.window.horizon;
        let each = |context: &Context| match fitted.each(context.target(), horizon, cancel) {
            Err(ForecastError::StoppedEarly) => Err(Cancelled),
            made => Ok(made.unwrap_or_else(|_| vec![Vec::new(); fitted.members.len()])),
        };
        let members = each(&watched.holdout)?.into_iter().zip(each(&watched.future)?);
        Ok(Some(members.map(|(holdout, future)| Origins { holdout, future }).collect()))
    }

    /// What is drawn of the members' forecasts: their median.
    fn drawn(&self, members: &[Origins]) -> LiveForecast {
        let rows = self.training.split.holdout(self.config.window.horizon).len();
        let median = |of: fn(&Origins) -> &Vec<f64>| {
            median_forecast(&members.iter().map(of).collect::<Vec<_>>())
        };
        let mut holdout = median(|member| &member.holdout);
        holdout.truncate(rows);
        LiveForecast { holdout, future: median(|member| &member.future) }
    }
}

/// A mean over members.
fn mean(losses: &[EpochLosses], of: impl Fn(&EpochLosses) -> f64) -> f64 {
    losses.iter().map(of).sum::<f64>() / number(losses.len().max(1))
}
