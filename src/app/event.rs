//! What a job says while it runs, and how it ends. The whole thread protocol is in this file.

use std::path::PathBuf;
use std::sync::Arc;

use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, EpochReport, Model, Pace};
use crate::import::Progress;
use crate::train::{Changed, RangePoint, RangeTest};

use super::cut_off::{Forgotten, Resumable, WaitingRuns};
use super::derived::Readied;
use super::keeping::KeptRun;
use super::panel::{PanelRow, UnderWay};
use super::state::Run;
use super::study::Study;

/// Number of a job, never used twice in one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub(super) u64);

/// One message of one job. Messages of a job come in order; the last is its only `Ended`.
#[derive(Debug)]
pub struct JobMessage {
    /// Who says it; messages of a job that is no longer awaited are dropped.
    pub job: JobId,
    /// What is said.
    pub event: JobEvent,
}

/// What a job says.
#[derive(Debug)]
pub enum JobEvent {
    /// Reading has come so far.
    Reading(Progress),
    /// The first rows of a long file, read.
    Head(Box<Readied>),
    /// A baseline has been fitted and scored.
    Baseline(Box<ModelReport>),
    /// A baseline could not be fitted; the message says why.
    Unfitted(Model, String),
    /// A baseline has come so far through the series of a panel.
    UnderWay(Box<UnderWay>),
    /// A baseline has been scored on the series of a panel.
    PanelRow(Arc<PanelRow>),
    /// Training has a run on disk.
    Kept(KeptRun),
    /// Its run cannot be kept, and why.
    Unkept(String),
    /// Something of its run cannot be written, and why; the rest is kept.
    Unwritten(String),
    /// Batches of the first epoch, each with its place in epochs and its training error.
    Batches(Vec<[f64; 2]>),
    /// Training has finished an epoch.
    Epoch(Box<EpochReport>),
    /// The network is scored, and will be trained once more on all rows.
    Scored(Box<ModelReport>),
    /// A learning rate was tried.
    Rate(RangePoint),
    /// Training goes on with other settings.
    Changed(Changed),
    /// A batch gave no number; training waits for what to do.
    Diverged(Box<DivergedBatch>),
    /// A network is trained once more on all rows: epochs done, of how many.
    #[expect(missing_docs, reason = "said above")]
    Refit { epoch: usize, epochs: usize },
    /// Training waits, as it was told to.
    Waits,
    /// The job is over.
    Ended(JobEnd),
}

/// How a job ended.
#[derive(Debug)]
pub enum JobEnd {
    /// It ran its course.
    Finished(JobOutput),
    /// It was stopped by hand, and keeps what it had.
    Stopped(Option<JobOutput>),
    /// It could not go on; the message says what was found, where, and what to do.
    Failed(String),
}

/// What a job brings back.
#[derive(Debug)]
pub enum JobOutput {
    /// A file, read; for the first time or by other settings.
    Opened(Box<Readied>),
    /// Another series of the open file.
    Chosen(Box<Readied>),
    /// What is worth knowing of a series.
    Studied(Box<Study>),
    /// All baselines have been told of.
    Baselines,
    /// All baselines that were due have been scored on all series.
    Panel,
    /// A run that ends with an earlier epoch.
    Epoch(Box<Run>),
    /// What a search for a learning rate found.
    Rates(Box<RangeTest>),
    /// Runs that are waiting for somebody.
    WaitingRuns(WaitingRuns),
    /// How fast the network of the recipe learns, where that could be found.
    Paced(Option<Pace>),
    /// A run whose data were read, ready to go on.
    Resumable(Box<Resumable>),
    /// A run that was put aside.
    Forgotten(Forgotten),
    /// A run that was put back.
    Recalled,
    /// A trained network.
    Trained(Box<ModelReport>),
    /// A file, written.
    Written(PathBuf),
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
    /// Training windows a second, once that can be told before an epoch is done.
    pub windows_per_second: Option<f64>,
    /// Seconds left at the most, once that can be told before an epoch is done.
    pub seconds_left: Option<f64>,
}
