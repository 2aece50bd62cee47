//! What a fit reports while it runs, and what an observer may answer.

use serde::{Deserialize, Serialize};

use crate::train::{Changed, Flow, TrainEvent};

use super::neural::{DivergedBatch, FitCheckpoint};

/// Gets every event of a fit. Its answer continues, changes or ends the fit: [`Flow::Stop`] keeps the
/// best so far.
pub type Observer<'a> = dyn FnMut(FitEvent) -> Flow + 'a;

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
    /// A stop came in the middle of a batch, which counts as not begun. The fit ends whatever the
    /// answer; [`Flow::Checkpoint`] asks for a checkpoint first, where there is one network.
    Interrupted,
    /// The fit as it stands, to be resumed by `NeuralForecaster::resuming`; sent where an answer
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
    /// Whether no epoch follows, unless training is asked to go on.
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
