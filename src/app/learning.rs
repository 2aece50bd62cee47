//! A network that is learning, as panels see it.

use std::sync::Arc;

use crate::forecast::{DivergedBatch, EpochReport};
use crate::train::{Change, Changed};

use super::assignment::Assignment;
use super::event::JobId;
use super::film::Film;
use super::keeping::KeptRun;
use super::steering::Steering;

/// What training is doing.
#[derive(Debug, Default)]
pub enum Training {
    /// Nothing yet.
    #[default]
    Idle,
    /// A network is learning.
    Running(Box<Learning>),
    /// The last run could not go on.
    Failed {
        /// The curve until then.
        learning: Box<Learning>,
        /// What was found, where, and what to do.
        message: String,
    },
}

/// A network that is learning.
#[derive(Debug)]
pub struct Learning {
    /// The job.
    pub job: JobId,
    /// What its run will be called on the scorecard.
    pub label: String,
    /// What it was given to do.
    pub assignment: Assignment,
    /// Its run on disk, once there is one.
    pub kept: Option<KeptRun>,
    /// Errors, an epoch each.
    pub curve: Vec<CurvePoint>,
    /// Forecasts with the weights of its epochs, the latest last.
    pub film: Film,
    /// Training windows a second, latest epoch.
    pub windows_per_second: f64,
    /// Estimate if every epoch is run.
    pub seconds_left: f64,
    /// Settings wished for while it learns, all together.
    pub wished: Change,
    /// Brings them to the job.
    pub(super) steering: Steering,
    /// Settings changed so far, each with its epoch.
    pub changes: Vec<Changed>,
    /// The batch that gave no number, while it is asked what to do.
    pub diverged: Option<Box<DivergedBatch>>,
    /// Epochs done, of how many, in the training on all rows that follows.
    pub refit: Option<(usize, usize)>,
    /// Whether it learns, waits or is about to end.
    pub phase: Phase,
}

/// What a training job does, or has been asked to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// It learns.
    #[default]
    Learns,
    /// It is about to wait.
    Pausing,
    /// It waits.
    Paused,
    /// A batch gave no number: it waits for what to do.
    Diverged,
    /// It will end and keep its best weights.
    Stopping,
    /// It will end and leave nothing.
    Discarding,
}

impl Phase {
    /// Whether the end has been asked for.
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::Stopping | Self::Discarding)
    }

    /// What it does once the job has said that it waits. It may have been told otherwise meanwhile.
    #[must_use]
    pub(super) const fn standing(self) -> Self {
        match self {
            Self::Pausing => Self::Paused,
            phase => phase,
        }
    }

    /// Whether it waits, or is about to.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Pausing | Self::Paused)
    }
}

/// One epoch on the loss plot, in the series' units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Error on the training windows.
    pub training: f64,
    /// Error on the validation windows.
    pub validation: f64,
    /// Best validation error so far.
    pub improved: bool,
}

impl Learning {
    /// One that has just begun.
    pub(super) fn new(
        job: JobId,
        label: String,
        assignment: Assignment,
        steering: Steering,
    ) -> Self {
        let before = Arc::clone(&assignment.before);
        Self {
            job,
            label,
            assignment,
            kept: None,
            curve: before.curve.clone(),
            film: before.film.clone(),
            windows_per_second: 0.0,
            seconds_left: f64::INFINITY,
            wished: Change::default(),
            steering,
            changes: before.changes.clone(),
            diverged: None,
            refit: None,
            phase: Phase::default(),
        }
    }

    /// Waits for what to do about a batch that gave no number, unless it is about to end.
    pub(super) fn halt(&mut self, batch: Box<DivergedBatch>) {
        self.diverged = Some(batch);
        if !self.phase.is_ending() {
            self.phase = Phase::Diverged;
        }
    }

    /// Takes in what an epoch brought.
    pub(super) fn take_in(&mut self, report: EpochReport) {
        self.curve.push(CurvePoint {
            epoch: report.epoch,
            training: report.training_error,
            validation: report.validation_error,
            improved: report.improved,
        });
        self.windows_per_second = report.windows_per_second;
        self.seconds_left = report.seconds_left;
        if let Some(forecast) = report.live {
            self.film.add(report.epoch, forecast);
        }
    }
}
