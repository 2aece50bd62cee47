//! A network that is learning, as panels see it.

use std::sync::Arc;

use crate::app::jobs::JobId;
use crate::app::runs::{KeptRun, PastForecasts};
use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, EpochReport};
use crate::project::runs::EpochRecord;
use crate::train::{Change, Changed};

use super::assignment::Assignment;
use super::message::{BatchProgress, Steering, TrainingEvent};

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
    pub job: JobId,
    /// What its run will be called on the scorecard.
    pub label: String,
    /// What it was given to do.
    pub assignment: Assignment,
    /// Its run on disk, once there is one.
    pub kept: Option<KeptRun>,
    /// Errors, an epoch each.
    pub curve: Vec<EpochRecord>,
    /// Errors of the first epoch, a batch each.
    pub batches: BatchCurve,
    /// Its score, once it is trained: it may be trained once more on all rows then.
    pub scored: Option<Box<ModelReport>>,
    /// Forecasts with the weights of its epochs, the latest last.
    pub past_forecasts: PastForecasts,
    /// Training windows a second, latest epoch.
    pub windows_per_second: f64,
    /// Estimate if every epoch is run, with the training on all rows that follows.
    pub seconds_left: f64,
    /// Estimate of an epoch on all rows.
    refit_epoch_seconds: Option<f64>,
    /// Settings requested while it learns, all together.
    pub requested: Change,
    /// Brings them to the job.
    pub(super) steering: Steering,
    /// Settings changed so far, each with its epoch.
    pub changes: Vec<Changed>,
    /// The diverged batch, while it is asked what to do.
    pub diverged: Option<Box<DivergedBatch>>,
    /// Epochs done, of how many, in the training on all rows that follows.
    pub refit: Option<(usize, usize)>,
    /// Whether it learns, waits or is about to end.
    pub phase: Phase,
}

/// What a training job does, or has been asked to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    #[default]
    Learns,
    /// It is about to wait.
    Pausing,
    /// It waits.
    Paused,
    /// A batch diverged (NaN or infinite loss): it waits for what to do.
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

    /// What it does once the job has said that it waits. It may have been asked otherwise meanwhile.
    #[must_use]
    const fn standing(self) -> Self {
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

/// Errors of batches, each at its place in epochs, few enough to draw however many there are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BatchCurve {
    points: Vec<[f64; 2]>,
    /// Batches seen; of them, every so many are kept.
    seen: usize,
    halvings: u32,
}

impl BatchCurve {
    /// Points kept at the most.
    const MOST: usize = 1_024;

    /// Takes in batches later than those before.
    pub(super) fn extend(&mut self, errors: impl IntoIterator<Item = [f64; 2]>) {
        for point in errors {
            if self.seen.trailing_zeros() >= self.halvings {
                self.points.push(point);
            }
            self.seen += 1;
            if self.points.len() > Self::MOST {
                self.halvings += 1;
                let mut place = 0_usize;
                self.points.retain(|_| {
                    place += 1;
                    !place.is_multiple_of(2)
                });
            }
        }
    }

    /// Place and error of every batch that is kept.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }
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
            batches: BatchCurve::default(),
            scored: None,
            past_forecasts: before.past_forecasts.clone(),
            windows_per_second: 0.0,
            seconds_left: f64::INFINITY,
            refit_epoch_seconds: None,
            requested: Change::default(),
            steering,
            changes: before.changes.clone(),
            diverged: None,
            refit: None,
            phase: Phase::default(),
        }
    }

    /// Takes in what its job says.
    pub(super) fn take(&mut self, event: TrainingEvent) {
        match event {
            TrainingEvent::Kept(kept) => self.kept = Some(kept),
            TrainingEvent::Batches(errors) => self.batches.extend(errors),
            TrainingEvent::Scored(report) => self.take_score(*report),
            TrainingEvent::Epoch(report) => self.take_in(*report),
            TrainingEvent::Changed(changed) => self.changes.push(changed),
            TrainingEvent::Diverged(batch) => self.halt(batch),
            TrainingEvent::Refit { epoch, epochs } => self.refit = Some((epoch, epochs)),
            TrainingEvent::Waits => self.phase = self.phase.standing(),
            TrainingEvent::Unkept(_) | TrainingEvent::Unwritten(_) => {}
        }
    }

    /// Takes in its score, under its name on the scorecard.
    fn take_score(&mut self, mut report: ModelReport) {
        report.name.clone_from(&self.label);
        self.scored = Some(Box::new(report));
    }

    /// Whether an epoch of this training is done; those before it are of another.
    fn has_epoch(&self) -> bool {
        self.curve.len() > self.assignment.before.curve.len()
    }

    /// Training windows a second, once that is known; not of the training on all rows.
    pub fn speed(&self, progress: Option<&BatchProgress>) -> Option<f64> {
        match (self.refit, self.has_epoch()) {
            (Some(_), _) => None,
            (None, true) => Some(self.windows_per_second),
            (None, false) => progress?.windows_per_second,
        }
    }

    /// Seconds left at the most, once that is known.
    pub fn time_left(&self, progress: Option<&BatchProgress>) -> Option<f64> {
        let measured = progress.and_then(|progress| progress.seconds_left);
        match (self.refit, self.has_epoch()) {
            (Some((done, epochs)), _) => measured.or_else(|| {
                let left = u32::try_from(epochs.saturating_sub(done)).ok()?;
                Some(self.refit_epoch_seconds? * f64::from(left))
            }),
            (None, true) => Some(self.seconds_left),
            (None, false) => measured,
        }
    }

    /// Waits for what to do about a diverged batch, unless it is about to end.
    fn halt(&mut self, batch: Box<DivergedBatch>) {
        self.diverged = Some(batch);
        if !self.phase.is_ending() {
            self.phase = Phase::Diverged;
        }
    }

    /// Takes in what an epoch brought.
    fn take_in(&mut self, report: EpochReport) {
        self.curve.push(EpochRecord::of(&report));
        self.windows_per_second = report.windows_per_second;
        self.seconds_left = report.seconds_left;
        self.refit_epoch_seconds = report.refit_epoch_seconds;
        if let Some(forecast) = report.live {
            self.past_forecasts.add(report.epoch, forecast);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_batches_there_are_few_points_are_kept_evenly() {
        let mut curve = BatchCurve::default();
        for batch in 0..100_000_u32 {
            curve.extend([[f64::from(batch), 1.0]]);
            assert!(curve.points().len() <= BatchCurve::MOST);
        }
        let places: Vec<f64> = curve.points().iter().map(|point| point[0]).collect();
        assert!(places.len() > BatchCurve::MOST / 3, "{}", places.len());
        let gap = places[1] - places[0];
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] == gap), "{gap}");
    }
}
