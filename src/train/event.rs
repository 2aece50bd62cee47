//! What training reports: progress, diverged batches, errors, its outcome; and what a listener may answer.
//!
//! In scaled units, for the engine knows no others.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::checkpoint::CheckpointError;
use super::exact::Exact;
use crate::cancellation::Cancelled;
use crate::nn::NetworkError;
use crate::window::Batch;

#[derive(Debug, Clone, PartialEq)]
pub enum TrainEvent {
    Batch {
        /// Epoch in progress, from 1.
        epoch: usize,
        /// Batches done in it, from 1.
        batch: usize,
        batches: usize,
        /// Mean loss of its known targets before the step, in scaled units.
        loss: f64,
        /// Forecasts asked for in it, one a window or a supervised row.
        outputs: usize,
    },
    Epoch(EpochSummary),
    /// A batch diverged (NaN or infinite loss). Training has gone back to the last good step; an answer with a change
    /// goes on from there, any other ends with an error.
    Diverged(Box<Divergence>),
}

/// What a listener answers. A listener that does not answer yet holds training where it is, as a
/// [`Control`](crate::cancellation::Control) that waits does: that is how a pause is made.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Flow {
    /// Go on.
    #[default]
    Continue,
    /// End now and keep the best so far.
    Stop,
    /// End now and keep nothing.
    Discard,
    /// Go on with other settings.
    Change(Change),
    /// Report where the run stands, so that it can be resumed from there, and go on.
    Checkpoint,
}

impl Flow {
    pub const fn ends(self) -> bool {
        matches!(self, Self::Stop | Self::Discard)
    }
}

/// Settings that may change within a run; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Change {
    /// The step size from the next batch on.
    pub learning_rate: Option<f64>,
    /// The clip from the next batch on.
    pub gradient_clip: Option<f64>,
    /// Windows or lanes a batch from the next epoch on.
    pub batch_size: Option<usize>,
}

impl Change {
    /// This change and a later one as one: what both set is as the later has it.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            learning_rate: later.learning_rate.or(self.learning_rate),
            gradient_clip: later.gradient_clip.or(self.gradient_clip),
            batch_size: later.batch_size.or(self.batch_size),
        }
    }
}

/// A change with the moment it was made at, so that a run can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// Epoch in progress, from 1.
    pub epoch: usize,
    pub batch: usize,
    pub learning_rate: Option<Exact>,
    pub gradient_clip: Option<Exact>,
    pub batch_size: Option<usize>,
}

impl Changed {
    /// The change, to be made once more.
    pub fn change(&self) -> Change {
        Change {
            learning_rate: self.learning_rate.map(f64::from),
            gradient_clip: self.gradient_clip.map(f64::from),
            batch_size: self.batch_size,
        }
    }
}

impl fmt::Display for Changed {
    /// `learning rate 0.001 and batches of 16 in epoch 3 after batch 5`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, batch, learning_rate, gradient_clip, batch_size } = self;
        let settings: Vec<String> = [
            learning_rate.map(|Exact(rate)| format!("learning rate {rate}")),
            gradient_clip.map(|Exact(clip)| format!("gradient clip {clip}")),
            batch_size.map(|size| format!("batches of {size}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        write!(f, "{} in epoch {epoch}", settings.join(" and "))?;
        if *batch > 0 { write!(f, " after batch {batch}") } else { Ok(()) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochSummary {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the targets of the training windows, as each was met, in scaled units; missing
    /// ones have no part in it.
    pub training_loss: f64,
    /// The same over the validation windows afterwards; the training loss where there is none.
    pub validation_loss: f64,
    /// Whether this is the lowest validation loss so far.
    pub improved: bool,
    pub last: bool,
    /// The step size of this epoch, as its schedule had it.
    pub learning_rate: f64,
    /// Forecasts asked for in this epoch, one a window or a supervised row.
    pub outputs: usize,
    /// Seconds spent learning in this epoch, validation not counted.
    pub training_seconds: f64,
    /// Seconds spent training since it began, pauses and time at rest not counted.
    pub elapsed_seconds: f64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrainOutcome {
    /// The epoch whose weights the network has now; 0 where training was stopped in the first.
    pub best_epoch: usize,
    pub was_stopped: bool,
    /// Whether it wanted nothing kept.
    pub was_discarded: bool,
    pub changes: Vec<Changed>,
}

/// Rows that are shown of a batch at the most, those with the largest values.
const MOST_SLOTS: usize = 8;

#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Batch, from 1; the last of its epoch where validation found it.
    pub batch: usize,
    /// Whether it was one of validation.
    pub in_validation: bool,
    /// The loss; it may be a number where its gradient is none.
    pub loss: f64,
    /// Norm of the gradient before the clip, where it came so far.
    pub gradient_norm: Option<f64>,
    /// Where it began: the forecast, or the part of the network whose gradient is no number.
    pub place: String,
    /// The windows or chunks of the batch that hold the largest values, largest first.
    pub slots: Vec<DivergedSlot>,
}

/// One window or chunk of such a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedSlot {
    pub rows: Range<usize>,
    /// Their values as the network was given them.
    pub inputs: Vec<f32>,
    /// Its targets, from the row after its first output on; NaN where masked.
    pub targets: Vec<f32>,
}

impl DivergedSlot {
    fn largest(&self) -> f32 {
        let values = self.inputs.iter().chain(&self.targets);
        values.filter(|value| !value.is_nan()).fold(0.0, |most, value| value.abs().max(most))
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, batch, loss, .. } = self;
        let what = match self.gradient_norm {
            Some(norm) => format!("the norm of the gradient became {norm}"),
            None => format!("the loss became {loss}"),
        };
        let part = if self.in_validation { "after batch" } else { "batch" };
        write!(f, "{what} in epoch {epoch}, {part} {batch} ({})", self.place)?;
        if let Some(slot) = self.slots.first() {
            let Range { start, end } = slot.rows;
            write!(f, "; the largest value of the batch is near rows {} to {end}", start + 1)?;
        }
        Ok(())
    }
}

/// The windows or chunks of a batch with the largest values; `rows` are the input rows of each.
pub fn largest_slots(
    batch: &Batch,
    rows: impl Iterator<Item = Option<Range<usize>>>,
) -> Vec<DivergedSlot> {
    let inputs = batch.inputs.len() / batch.size.max(1);
    let features = (inputs / batch.steps.max(1)).max(1);
    let targets = batch.targets.len() / batch.size.max(1);
    let horizon = targets / batch.outputs.max(1);
    let mut slots: Vec<DivergedSlot> = rows
        .enumerate()
        .filter_map(|(slot, rows)| {
            let rows = rows?;
            let values = batch.inputs[slot * inputs..(slot + 1) * inputs].iter();
            let inputs = values.step_by(features).copied().take(rows.len()).collect();
            let known = slot * targets..(slot + 1) * targets;
            let pairs = batch.targets[known.clone()].iter().zip(&batch.mask[known]);
            let all: Vec<f32> =
                pairs.map(|(&value, &mask)| if mask > 0.0 { value } else { f32::NAN }).collect();
            // The first of each output, and all of the last: every row after the first once.
            let firsts = all.chunks(horizon.max(1)).filter_map(|output| output.first());
            let rest = all.chunks(horizon.max(1)).last().unwrap_or(&[]).iter().skip(1);
            let targets = firsts.chain(rest).copied().collect();
            Some(DivergedSlot { rows, inputs, targets })
        })
        .collect();
    slots.sort_by(|a, b| b.largest().total_cmp(&a.largest()));
    slots.truncate(MOST_SLOTS);
    slots
}

/// An error of the training engine.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there is no training window")]
    NoWindows,
    /// A batch diverged (NaN or infinite loss).
    #[error("{0}")]
    Diverged(Box<Divergence>),
    /// A tensor operation failed.
    #[error("the tensor library failed while training: {0}")]
    Tensor(#[from] candle_core::Error),
    /// It was cancelled; a batch in progress is as if it had not been begun.
    #[error("training was cancelled in the middle of a batch")]
    Cancelled(#[from] Cancelled),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint is of a run with other settings.
    #[error(
        "the checkpoint is of another run: {what}; resume it with the recipe it was made with, or \
         start again"
    )]
    OtherRun { what: &'static str },
}

impl From<NetworkError> for TrainError {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            NetworkError::Tensor(source) => Self::Tensor(source),
        }
    }
}
