//! `Forecaster` fits, `Fitted` forecasts.

use serde::{Deserialize, Serialize};

use crate::baseline::{Criteria, Interval};
use crate::cancellation::Cancellation;
use crate::series::Series;
use crate::train::{Changed, Flow, TrainEvent};
use crate::window::Split;

use super::error::ForecastError;
use super::neural::{DivergedBatch, FitCheckpoint, PastEpoch};

/// A model that can be fitted to a series.
pub trait Forecaster: Send {
    /// The name printed on the scorecard and accepted by the command line.
    fn name(&self) -> &str;

    /// Fits to the training part; the validation part may choose between fits. No value at or after
    /// `split.test.start` is read to fit or choose anything.
    ///
    /// `on_event` hears of progress and may answer [`Flow::Stop`], which ends fitting early and
    /// keeps the best so far, as `cancel` does in the middle of long work.
    ///
    /// # Errors
    /// Where the parts are too short for the model, or training diverges.
    fn fit(
        &self,
        series: &Series,
        split: &Split,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError>;

    /// As [`Self::fit`], from where a checkpoint of the same fit left it: it ends as if it had never
    /// been interrupted, to the last bit.
    ///
    /// # Errors
    /// As [`Self::fit`], where the checkpoint is of another fit, and for models without checkpoints.
    fn resume(
        &self,
        series: &Series,
        split: &Split,
        checkpoint: &FitCheckpoint,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        let _ = (series, split, checkpoint, cancel, on_event);
        Err(ForecastError::Checkpoint(format!(
            "{} is fitted in one go and has no checkpoint to go on from",
            self.name()
        )))
    }
}

/// A fitted model.
pub trait Fitted: Send {
    /// Forecasts the `horizon` values after `history`, in the series' own units. `history` holds
    /// every value before the forecast origin and nothing after it; NaN marks missing rows. It begins
    /// with the series' first row: its length is the row that dates and seasons are told by.
    ///
    /// # Errors
    /// Where `history` is shorter than the model needs or missing where it looks.
    fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError>;

    /// As [`Self::forecast`], with an interval for each of `levels` (0 to 1) and an account of the
    /// fit, where the model gives them.
    ///
    /// # Errors
    /// As [`Self::forecast`].
    fn outlook(
        &self,
        history: &[f64],
        horizon: usize,
        levels: &[f64],
    ) -> Result<Outlook, ForecastError> {
        let _ = levels;
        Ok(Outlook {
            mean: self.forecast(history, horizon)?,
            intervals: Vec::new(),
            members: Vec::new(),
            fit: None,
        })
    }

    /// As [`Self::outlook`] from two origins at once; `None` for models that would not be the faster
    /// for it. Baselines are fitted to each history, side by side.
    fn outlooks(
        &self,
        histories: [&[f64]; 2],
        horizon: usize,
        levels: &[f64],
    ) -> Option<[Result<Outlook, ForecastError>; 2]> {
        let _ = (histories, horizon, levels);
        None
    }

    /// Numbers estimated from the data (weights, smoothing parameters); 0 for rules.
    fn parameters(&self) -> usize;

    /// The weights as the bytes of a safetensors file; `None` for models without any.
    ///
    /// # Errors
    /// Where they cannot be laid out.
    fn weights(&self) -> Result<Option<Vec<u8>>, ForecastError> {
        Ok(None)
    }

    /// Whether fitting was stopped before it had run its course.
    fn was_stopped(&self) -> bool {
        false
    }

    /// The epoch that each network of it has its weights of, 0 where it was stopped in the first; none
    /// for other models.
    fn best_epochs(&self) -> &[usize] {
        &[]
    }

    /// Epochs that another run may go on from, in order; none for models without epochs.
    fn past(&self) -> &[PastEpoch] {
        &[]
    }

    /// Whether it is to be fitted once more to every row of the series.
    fn wants_refit(&self) -> bool {
        false
    }

    /// The model fitted once more to every row of the series, for forecasts of the future.
    ///
    /// # Errors
    /// As [`Forecaster::fit`].
    fn refit(
        &self,
        series: &Series,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Refit, ForecastError> {
        let _ = (series, cancel, on_event);
        Ok(Refit::Needless)
    }
}

/// What came of fitting a model once more to every row.
pub enum Refit {
    /// It is not wanted, or the fit has seen all rows already.
    Needless,
    /// The listener ended it, or it was cancelled.
    Ended,
    /// The model.
    Done(Box<dyn Fitted>),
}

impl Refit {
    /// The model, where there is one.
    pub fn done(self) -> Option<Box<dyn Fitted>> {
        match self {
            Self::Done(model) => Some(model),
            Self::Needless | Self::Ended => None,
        }
    }
}

/// A forecast with all that a model says of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// One value a row ahead, in the series' units.
    pub mean: Vec<f64>,
    /// One interval a level, where the model gives any.
    pub intervals: Vec<Interval>,
    /// The forecasts whose median `mean` is, where there are several.
    pub members: Vec<Vec<f64>>,
    /// The account of the fit that made it, for models with residuals.
    pub fit: Option<FitAccount>,
}

impl Outlook {
    /// See [`FitAccount::seconds_before`].
    pub fn seconds_before(&self) -> f64 {
        self.fit.as_ref().map_or(0.0, |fit| fit.seconds_before)
    }
}

/// How a model fits the history that it forecasts from.
#[derive(Debug, Clone, PartialEq)]
pub struct FitAccount {
    /// The model in a line: `ARIMA(2,1,1)(0,1,1)[12] with drift`.
    pub description: String,
    /// Its likelihood and what is made of it; `None` for rules.
    pub criteria: Option<Criteria>,
    /// Numbers estimated from the history.
    pub parameters: usize,
    /// Those of them that describe how rows depend on rows before; tests of residuals count them.
    pub correlation_parameters: usize,
    /// What its one-step forecasts missed by, one a row, NaN where there is none.
    pub residuals: Vec<f64>,
    /// Seconds that another model of the run had spent on this fit or its members; they were not spent
    /// again.
    pub seconds_before: f64,
}

/// Progress of a fit.
#[derive(Debug, Clone)]
pub enum FitEvent {
    /// A batch is done; sent after each.
    Batch {
        /// Epoch in progress, from 1.
        epoch: usize,
        /// Batches done in it, from 1.
        batch: usize,
        /// Batches in an epoch.
        batches: usize,
        /// Its training error, in the units of [`EpochReport::training_error`].
        error: f64,
        /// Forecasts asked for in it, one a window or a supervised row.
        outputs: usize,
    },
    /// An epoch is done.
    Epoch(EpochReport),
    /// The model is fitted once more to all rows; sent after each batch.
    Refit {
        /// Which network, from 0.
        member: usize,
        /// Epochs it has done.
        epoch: usize,
        /// Epochs it will do.
        epochs: usize,
        /// How much of the fit of all networks to all rows is done, 0 to 1.
        share: f64,
    },
    /// A batch diverged (NaN or infinite loss). Training has gone back to the last good step; [`Flow::Change`] goes on
    /// from there, [`Flow::Stop`] keeps the best so far, any other answer ends with an error.
    Diverged(Box<DivergedBatch>),
    /// Training goes on with other settings, as an answer asked for; another change is no answer to
    /// this.
    Changed(FitChange),
    /// A stop was heard in the middle of a batch, which counts as not begun. The fit ends whatever the
    /// answer; [`Flow::Checkpoint`] tells of it first, where there is one network.
    Interrupted,
    /// The fit as it stands, to be taken up again by [`Forecaster::resume`]; sent where an answer
    /// asked for it.
    Checkpoint(Box<FitCheckpoint>),
}

/// A change of settings within a fit. The same change answered at the same place gives the same fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FitChange {
    /// What was changed, and where: after that batch of that epoch, or at its beginning after batch 0.
    #[serde(flatten)]
    pub changed: Changed,
    /// Whether it was the answer to a diverged batch; training has gone back to that place
    /// then.
    #[serde(default)]
    pub diverged: bool,
}

impl FitEvent {
    /// The event of a batch; `error_of` brings a loss to the series' units.
    pub(super) fn of_batch(event: &TrainEvent, error_of: impl Fn(f64) -> f64) -> Option<Self> {
        match *event {
            TrainEvent::Batch { epoch, batch, batches, loss, outputs } => {
                Some(Self::Batch { epoch, batch, batches, error: error_of(loss), outputs })
            }
            _ => None,
        }
    }
}

/// What an epoch brought.
#[derive(Debug, Clone)]
pub struct EpochReport {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Most epochs this fit will run.
    pub epochs: usize,
    /// Training error in the series' units: root mean squared or mean absolute, as the loss is. Where
    /// values are bent, by the slope at the training values' median; where they are differenced, the
    /// error of one step.
    pub training_error: f64,
    /// Validation error in the same units; the training error where there is no validation part.
    pub validation_error: f64,
    /// Whether this is the best validation error so far.
    pub improved: bool,
    /// Whether no epoch follows, unless training is told to go on.
    pub last: bool,
    /// The step size of this epoch.
    pub learning_rate: f64,
    /// Networks that learned in this epoch: fewer than all where some have come to their end.
    pub learning: usize,
    /// Training windows, or supervised rows, passed through a second, this epoch, by all networks.
    pub windows_per_second: f64,
    /// Estimate of the time left if every epoch is run, with the fit to all rows that follows.
    pub seconds_left: f64,
    /// Estimate of the time that an epoch on all rows will take, where such a fit follows.
    pub refit_epoch_seconds: Option<f64>,
    /// Forecasts with the weights of this epoch, where they were due for drawing.
    pub live: Option<LiveForecast>,
}

/// Forecasts drawn while a model is still learning.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveForecast {
    /// Values over the hold-out rows.
    pub holdout: Vec<f64>,
    /// Values after the last row.
    pub future: Vec<f64>,
}
