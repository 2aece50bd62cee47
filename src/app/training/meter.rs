//! How fast a training goes, measured by its batches: before its first epoch is done, and while it is
//! trained once more on all rows.
//!
//! Not for epochs, whose pace the engine reports.

use std::time::{Duration, Instant};

use crate::forecast::Effort;
use crate::stats::ratio;

use super::message::BatchProgress;

/// Time after which a pace is known.
const TELLING: Duration = Duration::from_secs(1);
/// Time between two reports of batch errors: a few times a second is all that is seen.
const BETWEEN_REPORTS: Duration = Duration::from_millis(80);

/// A moment, and how long training had waited until then.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Instant,
    waited: Duration,
}

impl Moment {
    fn now(waited: Duration) -> Self {
        Self { at: Instant::now(), waited }
    }

    /// Time at work since an earlier moment.
    fn since(self, earlier: Self) -> Duration {
        (self.at - earlier.at).saturating_sub(self.waited.saturating_sub(earlier.waited))
    }
}

/// A batch that is done.
#[derive(Debug, Clone, Copy)]
pub struct BatchDone {
    /// Epoch in progress, from 1.
    pub epoch: usize,
    /// Batches done in it, from 1.
    pub batch: usize,
    /// Batches in an epoch.
    pub batches: usize,
    /// Its training error.
    pub error: f64,
    /// Forecasts asked for in it.
    pub outputs: usize,
}

/// Measures one training.
#[derive(Debug)]
pub struct Meter {
    /// What there is to do beside learning; `None` for several networks, which are not heard of one
    /// by one.
    effort: Option<Effort>,
    /// The first epoch of this training, and how many it runs at the most.
    first_epoch: usize,
    epochs: usize,
    /// The end of the first batch, which also made buffers and woke threads up.
    first: Option<Moment>,
    batches: u32,
    outputs: usize,
    errors: Vec<[f64; 2]>,
    reported: Option<Instant>,
    /// The beginning of the training on all rows, and how much of it was done then.
    refit: Option<(Moment, f64)>,
}

impl Meter {
    /// A meter of a training that runs `epochs` at the most, after so many that are done.
    pub const fn new(effort: Option<Effort>, done: usize, epochs: usize) -> Self {
        Self {
            effort,
            first_epoch: done + 1,
            epochs: epochs.saturating_sub(done),
            first: None,
            batches: 0,
            outputs: 0,
            errors: Vec::new(),
            reported: None,
            refit: None,
        }
    }

    /// Takes a batch in; training has waited for so long until now.
    pub fn batch(&mut self, done: BatchDone, waited: Duration) -> BatchProgress {
        let BatchDone { epoch, batch, batches, error, outputs } = done;
        let mut progress =
            BatchProgress { epoch, batch, batches, windows_per_second: None, seconds_left: None };
        if epoch != self.first_epoch {
            return progress;
        }
        let place = ratio(epoch - 1, 1) + ratio(batch, batches);
        if self.errors.last().is_none_or(|last| last[0] < place) {
            self.errors.push([place, error]);
        }
        let now = Moment::now(waited);
        let Some(first) = self.first else {
            self.first = Some(now);
            return progress;
        };
        self.batches += 1;
        self.outputs += outputs;
        let elapsed = now.since(first);
        if let (Some(effort), true) = (&self.effort, elapsed >= TELLING) {
            let seconds = elapsed.as_secs_f64();
            let a_batch = seconds / f64::from(self.batches);
            let an_epoch = a_batch * ratio(batches, 1);
            let whole = effort.seconds(ratio(self.epochs, 1), an_epoch);
            progress.windows_per_second = Some(ratio(self.outputs, 1) / seconds);
            progress.seconds_left = Some((whole - a_batch * ratio(batch, 1)).max(0.0));
        }
        progress
    }

    /// Batch errors that have not been reported, where it is time to report some.
    pub fn due_errors(&mut self) -> Option<Vec<[f64; 2]>> {
        let is_due = self.reported.is_none_or(|last| last.elapsed() >= BETWEEN_REPORTS);
        if !is_due || self.errors.is_empty() {
            return None;
        }
        self.reported = Some(Instant::now());
        Some(std::mem::take(&mut self.errors))
    }

    /// Takes in how much of the training on all rows is done.
    pub fn refit(&mut self, epoch: usize, share: f64, waited: Duration) -> BatchProgress {
        let now = Moment::now(waited);
        let (began, before) = *self.refit.get_or_insert((now, share));
        let elapsed = now.since(began);
        let is_telling = elapsed >= TELLING && share > before;
        let left = || elapsed.as_secs_f64() * (1.0 - share).max(0.0) / (share - before);
        BatchProgress {
            epoch,
            batch: 0,
            batches: 0,
            windows_per_second: None,
            seconds_left: is_telling.then(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A training of one network whose batches take as long as its clock is set back for each.
    fn after(batches: usize, each: Duration) -> BatchProgress {
        let forecaster = crate::project::Recipe::default();
        let series = crate::series::Series::new(
            "y",
            crate::series::TimeAxis::row_numbers(),
            (0..200).map(f64::from).collect::<Vec<_>>(),
        );
        let split = forecaster.split(&series);
        let network = forecaster.network(forecaster.model.cell, &series);
        let mut meter = Meter::new(Some(Effort::of(&network, &split)), 0, 10);
        let mut last = None;
        for batch in 1..=batches {
            if let Some(first) = &mut meter.first {
                first.at -= each;
            }
            let done = BatchDone { epoch: 1, batch, batches: 100, error: 1.0, outputs: 32 };
            last = Some(meter.batch(done, Duration::ZERO));
        }
        last.unwrap()
    }

    #[test]
    fn a_pace_is_told_after_a_second_and_counts_all_that_is_left() {
        assert_eq!(after(3, Duration::from_millis(100)).windows_per_second, None);
        let told = after(21, Duration::from_millis(100));
        let speed = told.windows_per_second.unwrap();
        assert!((speed / 320.0 - 1.0).abs() < 0.05, "{speed}");
        // Ten epochs of 10 s, and at least as many seconds for all rows; 2 s of it are done.
        let left = told.seconds_left.unwrap();
        assert!((198.0..400.0).contains(&left), "{left}");
    }

    #[test]
    fn a_wait_is_no_work() {
        let began = Moment::now(Duration::ZERO);
        let later =
            Moment { at: began.at + Duration::from_secs(5), waited: Duration::from_secs(4) };
        assert_eq!(later.since(began), Duration::from_secs(1));
    }
}
