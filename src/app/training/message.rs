//! What the jobs around training report.

use std::convert::Infallible;

use crate::app::jobs::{JobId, Report};
use crate::app::runs::KeptRun;
use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, EpochReport, Pace};
use crate::train::{Changed, RangePoint, RangeTest};

use super::assignment::Assignment;

/// A message of a job around training, by the kind of the job.
#[derive(Debug)]
pub enum TrainingMessage {
    /// A network is trained.
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
    /// It waits, as it was told to.
    Waits,
}
