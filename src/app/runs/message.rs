//! What the jobs around the list of runs report.

use std::convert::Infallible;

use crate::app::jobs::{JobId, Report};

use super::run::Run;
use super::waiting_runs::{Forgotten, WaitingRuns};

/// A message of a job around the list of runs, by the kind of the job.
#[derive(Debug)]
pub enum RunsMessage {
    /// An earlier epoch is made a run of its own.
    Epoch(Report<Infallible, Box<Run>>),
    /// Runs that wait for somebody are looked for.
    Search(JobId, Report<Infallible, WaitingRuns>),
    /// A run is put aside.
    Forget(Report<Infallible, Forgotten>),
    /// A run is put back.
    Recall(Report<Infallible, ()>),
    /// A folder is shown.
    Show(Report<Infallible, ()>),
}

/// What a message changed for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsNews {
    /// Nothing.
    Nothing,
    /// A run was put back: they are to be looked for again.
    Recalled,
}
