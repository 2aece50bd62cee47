//! What training tells a listener, and what the listener may answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Divergence, Exact};

/// Progress of training.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainEvent {
    /// A batch is done.
    Batch {
        /// Epoch in progress, from 1.
        epoch: usize,
        /// Batches done in it, from 1.
        batch: usize,
        /// Batches in an epoch.
        batches: usize,
        /// Mean loss of its known targets before the step, in scaled units.
        loss: f64,
        /// Forecasts asked for in it, one a window or a supervised row.
        outputs: usize,
    },
    /// An epoch is done.
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
    /// Tell where the run stands, to be taken up again from there, and go on.
    Checkpoint,
}

impl Flow {
    /// Whether training ends.
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
    /// Batches done in it.
    pub batch: usize,
    /// The new step size.
    pub learning_rate: Option<Exact>,
    /// The new clip.
    pub gradient_clip: Option<Exact>,
    /// The new batch size.
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

/// What an epoch brought.
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
    /// Whether no epoch follows.
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

/// How training ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The epoch whose weights the network has now; 0 where training was stopped in the first.
    pub best_epoch: usize,
    /// Whether the listener ended training.
    pub was_stopped: bool,
    /// Whether it wanted nothing kept.
    pub was_discarded: bool,
    /// What was changed within the run.
    pub changes: Vec<Changed>,
}
