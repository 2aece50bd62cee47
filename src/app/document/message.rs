//! What the jobs of the open file report, and what its state says of it.

use std::convert::Infallible;

use super::opened::{Resumable, ResumedRun};
use super::prepared::{Derived, Readied, Study};
use crate::app::jobs::{JobId, Report};
use crate::import::Progress;

/// A message of a job of the document, by the kind of the job.
#[derive(Debug)]
pub enum DocumentMessage {
    /// A file is read, for the first time or by other settings, or another series of it is made ready.
    Reading(JobId, Report<ReadingEvent, WhatWasRead>),
    /// What is worth knowing of the series is found out.
    Study(JobId, Report<Infallible, Box<Study>>),
    /// What follows from an edited recipe is made.
    Follow(JobId, Report<Infallible, Box<Derived>>),
}

/// What a reading says on the way.
#[derive(Debug)]
pub enum ReadingEvent {
    /// It has come so far.
    Progress(Progress),
    /// The first rows of a long file, read.
    Head(Box<Readied>),
}

/// What was read.
#[derive(Debug)]
pub enum WhatWasRead {
    /// A series, made ready.
    Series(Box<Readied>),
    /// The data of a run that is to go on.
    ScoredRun(Box<Resumable>),
}

/// What a message changed for others.
#[derive(Debug)]
pub enum DocumentNews {
    Nothing,
    /// The series is another one: its baselines are due.
    Series,
    /// A file has taken the place of the one before.
    Opened,
    /// What follows from the present recipe is known.
    Followed,
    /// The data of a run are open; it is to go on.
    Resumed(Box<ResumedRun>),
    /// The run of this name cannot go on, and why.
    NotResumed(String, String),
}
