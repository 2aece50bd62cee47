//! What the jobs around training report, and what the window asks of a training.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::assignment::Assignment;
use crate::app::jobs::{JobId, Report};
use crate::app::runs::KeptRun;
use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, EpochReport, Pace};
use crate::train::{Change, Changed, RangePoint, RangeTest};

/// A message of a job around training, by the kind of the job.
#[derive(Debug)]
pub enum TrainingMessage {
    Network(JobId, Report<TrainingEvent, Box<ModelReport>>),
    /// Both ways of training are checked before the first begins.
    BothWays(JobId, Report<Infallible, Box<[Assignment; 2]>>),
    /// A learning rate is looked for.
    Rates(JobId, Report<RangePoint, Box<RangeTest>>),
    /// How fast the network of the recipe learns is found out, where that can be.
    Pace(JobId, Report<Infallible, Option<Pace>>),
}

/// What the training of a network says on the way.
#[derive(Debug)]
pub enum TrainingEvent {
    /// It has a run on disk.
    Kept(KeptRun),
    /// Its run cannot be kept, and why.
    Unkept(String),
    /// Something of its run cannot be written, and why; the rest is kept.
    Unwritten(String),
    /// Batches of the first epoch, each with its place in epochs and its training error.
    Batches(Vec<[f64; 2]>),
    /// It has finished an epoch.
    Epoch(Box<EpochReport>),
    /// The network is scored, and will be trained once more on all rows.
    Scored(Box<ModelReport>),
    /// It goes on with other settings.
    Changed(Changed),
    /// A batch diverged (NaN or infinite loss); training waits for what to do.
    Diverged(Box<DivergedBatch>),
    /// The network is trained once more on all rows: epochs done, of how many.
    Refit { epoch: usize, epochs: usize },
    /// It waits, as it was asked to.
    Waits,
}

/// Where training stands inside an epoch. High-rate, so only the latest is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchProgress {
    /// Epoch in progress, from 1.
    pub epoch: usize,
    /// Batches done in it.
    pub batch: usize,
    /// Batches in an epoch.
    pub batches: usize,
    /// Training windows a second, once that is known before an epoch is done.
    pub windows_per_second: Option<f64>,
    /// Seconds left at the most, once that is known before an epoch is done.
    pub seconds_left: Option<f64>,
}

/// What becomes of a run whose training is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// It has ended, with its best weights.
    #[default]
    Keep,
    /// Nothing is left of it.
    Discard,
    /// It can be resumed.
    Leave,
}

/// Changes that were requested and not yet made. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Steering(Arc<Mutex<Requested>>);

#[derive(Debug, Default)]
struct Requested {
    change: Change,
    ending: Ending,
}

impl Steering {
    /// Requests a change; what it leaves open stays as requested before.
    pub fn ask(&self, change: Change) {
        let mut requested = self.requested();
        requested.change = requested.change.then(change);
    }

    /// Takes the request, if there is one; a setting requested twice is changed once.
    pub fn take(&self) -> Option<Change> {
        let change = std::mem::take(&mut self.requested().change);
        (change != Change::default()).then_some(change)
    }

    /// Says what is to become of the run, before the stop is asked for.
    pub fn end(&self, ending: Ending) {
        self.requested().ending = ending;
    }

    /// What is to become of the run where training is stopped.
    pub fn ending(&self) -> Ending {
        self.requested().ending
    }

    fn requested(&self) -> MutexGuard<'_, Requested> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_wish_for_each_setting_is_fetched_once() {
        let steering = Steering::default();
        let rate = |rate| Change { learning_rate: Some(rate), ..Change::default() };
        let window = steering.clone();
        window.ask(rate(0.1));
        window.ask(Change { batch_size: Some(8), ..Change::default() });
        window.ask(rate(0.2));
        let expected =
            Change { learning_rate: Some(0.2), batch_size: Some(8), ..Change::default() };
        assert_eq!(steering.take(), Some(expected));
        assert_eq!(steering.take(), None);
    }
}
