//! One model's result, its folder on disk, and what an earlier epoch of it would have been.
//!
//! Forecasts of past epochs, to replay training: spread over all of it, and few enough to
//! keep however long it goes on.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::waiting_runs::{Forgotten, WaitingRuns};
use crate::app::document::Source;
use crate::app::jobs::{JobId, Report};
use crate::evaluate::{Members, Metrics, ModelReport, ScoringTask};
use crate::forecast::{FitCheckpoint, Forecast, LiveForecast, ModelChoice};
use crate::project::runs::EpochRecord;
use crate::project::{Recipe, runs};
use crate::series::DatasetSeries;
use crate::train::Changed;

/// One model's result, kept.
#[derive(Debug, Clone)]
pub struct ScoredRun {
    /// Its number.
    pub id: RunId,
    pub model: ModelChoice,
    /// What it is called, before runs of one name are numbered: `lstm`.
    pub name: String,
    /// Its name, numbered from the second run on: `lstm 2`. No other run has it.
    pub label: String,
    /// Errors and forecasts. Their model name is the label.
    pub report: ModelReport,
    /// The settings that made it.
    pub recipe: Recipe,
    /// What it was scored on.
    pub task: ScoringTask,
    /// The series it forecasts.
    pub series: Arc<DatasetSeries>,
    pub fingerprint: u64,
    /// Where the series comes from.
    pub source: Source,
    /// The same on disk, where it is kept.
    pub kept: Option<KeptRun>,
    /// Errors, an epoch each; empty for a baseline.
    pub curve: Vec<EpochRecord>,
    /// Forecasts with the weights of its epochs; empty for a baseline.
    pub past_forecasts: PastForecasts,
    /// Settings changed while it learned.
    pub changes: Vec<Changed>,
    /// Drawn on the plot and exported.
    pub visible: bool,
    /// A person has said whether it is.
    pub visible_is_chosen: bool,
}

/// A run on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// Its name: that of its folder.
    pub name: String,
    pub folder: PathBuf,
}

impl KeptRun {
    /// That of the files of a run.
    pub(in crate::app) fn of(run: &runs::Run) -> Self {
        Self { name: run.name.clone(), folder: run.path.clone() }
    }
}

/// A run under another label.
pub(super) fn named(mut run: ScoredRun, label: String) -> ScoredRun {
    run.report.name.clone_from(&label);
    run.report.holdout.model.clone_from(&label);
    run.report.future.model.clone_from(&label);
    ScoredRun { label, ..run }
}

/// The run as if it had ended with the weights of an epoch.
pub(super) fn of_epoch(run: ScoredRun, epoch: usize) -> ScoredRun {
    let frame = run
        .past_forecasts
        .place(epoch)
        .and_then(|place| run.past_forecasts.frames().get(place))
        .cloned();
    let Some(Frame { epoch, forecast, .. }) = frame else { return run };
    let task = &run.task;
    let modelled = task.modelled(&run.series);
    let held_out = task.split.holdout(task.horizon);
    let (in_sample, rest) =
        modelled.target.values.split_at(held_out.start.min(modelled.target.len()));
    let actual = rest.iter().copied().take(held_out.len());
    let pairs = actual.zip(forecast.holdout.iter().copied());
    let placed =
        |first_row, values| Forecast::new(&run.series.target, &run.label, first_row, values);
    let past = run.report.past.iter().filter(|past| past.epoch <= epoch).cloned().collect();
    let report = ModelReport {
        past,
        members: Members::default(),
        refitted: false,
        shortfall: None,
        metrics: Metrics::score(pairs, in_sample, task.season_length),
        holdout: placed(held_out.start, forecast.holdout.clone()),
        future: placed(run.series.target.len(), forecast.future.clone()),
        ..run.report.clone()
    };
    let (curve, past_forecasts, changes) = run.until(epoch);
    let name = format!("{} epoch {epoch}", run.label);
    ScoredRun { label: name.clone(), name, report, curve, past_forecasts, changes, ..run }
}

impl ScoredRun {
    /// The curve, the past forecasts and the changes until an epoch, as if nothing had come after it.
    pub(in crate::app) fn until(
        &self,
        epoch: usize,
    ) -> (Vec<EpochRecord>, PastForecasts, Vec<Changed>) {
        let until = self.curve.partition_point(|point| point.epoch <= epoch);
        let changes = self.changes.iter().filter(|change| change.epoch <= epoch);
        (self.curve[..until].to_vec(), self.past_forecasts.until(epoch), changes.copied().collect())
    }

    /// Where the run was after the last epoch up to this one that it can be resumed from.
    pub fn checkpoint(&self, epoch: usize) -> Option<Arc<FitCheckpoint>> {
        let past = self.report.past.iter().rev().find(|past| past.epoch <= epoch)?;
        Some(Arc::clone(&past.checkpoint))
    }
}

/// Shows a folder and waits for the program that does.
///
/// # Errors
/// Where it cannot be shown, and why.
pub(super) fn show_folder(folder: &Path) -> Result<(), String> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    let failed =
        |why: String| format!("{opener} could not show the folder {}: {why}", folder.display());
    if !folder.is_dir() {
        return Err(failed("it is gone".to_owned()));
    }
    let shown = std::process::Command::new(opener).arg(folder).status();
    let status = shown.map_err(|error| failed(error.to_string()))?;
    // Windows' explorer answers 1 whatever it did.
    if status.success() || cfg!(target_os = "windows") {
        Ok(())
    } else {
        Err(failed(status.to_string()))
    }
}

/// Number of a run, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(u64);

impl RunId {
    /// The run that is made after so many others.
    pub(super) const fn after(others: u64) -> Self {
        Self(others)
    }
}

/// A message of a job around the list of runs, by the kind of the job.
#[derive(Debug)]
pub enum RunsMessage {
    /// An earlier epoch is made a run of its own.
    Epoch(Report<Infallible, Box<ScoredRun>>),
    /// Runs that can be resumed or removed are looked for.
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
    Nothing,
    /// A run was put back: they are to be looked for again.
    Recalled,
}

/// Frames kept: as many as a slider can show.
const MOST_FRAMES: usize = 256;
/// Values kept in all frames, 4 MiB; a long horizon has fewer frames.
const MOST_VALUES: usize = 1 << 19;
/// Frames kept however long the horizon.
const FEWEST_FRAMES: usize = 16;

/// The frames, in order of their epochs. Of those shown to it every so many are kept, and the latest;
/// where they become too many, every second one goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PastForecasts {
    frames: Vec<Frame>,
    /// Frames shown to it.
    seen: usize,
    /// Those whose number is a multiple of 2 to this power are kept.
    halvings: u32,
}

/// Forecasts with the weights of one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The epoch, from 1.
    pub epoch: usize,
    /// What its weights forecast.
    pub forecast: LiveForecast,
    /// How many were shown before it.
    number: usize,
}

impl PastForecasts {
    /// Takes in the forecast of an epoch later than those before.
    pub fn add(&mut self, epoch: usize, forecast: LiveForecast) {
        // The latest stays only until the next one comes, unless it is its turn to be kept.
        self.frames.pop_if(|last| !is_turn(last.number, self.halvings));
        let values = forecast.holdout.len() + forecast.future.len();
        let most = (MOST_VALUES / values.max(1)).clamp(FEWEST_FRAMES, MOST_FRAMES);
        self.frames.push(Frame { epoch, forecast, number: self.seen });
        if self.frames.len() > most {
            self.halvings += 1;
            let (latest, halvings) = (self.seen, self.halvings);
            self.frames.retain(|frame| is_turn(frame.number, halvings) || frame.number == latest);
        }
        self.seen += 1;
    }

    /// Those until an epoch, as if nothing had come after it.
    pub(super) fn until(&self, epoch: usize) -> Self {
        let kept = self.frames.iter().take_while(|frame| frame.epoch <= epoch).cloned();
        let frames: Vec<Frame> = kept.collect();
        let seen = frames.last().map_or(0, |last| last.number + 1);
        Self { frames, seen, halvings: self.halvings }
    }

    /// The frames, in order of their epochs.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Place of the last frame that is not after an epoch.
    pub fn place(&self, epoch: usize) -> Option<usize> {
        self.frames.partition_point(|frame| frame.epoch <= epoch).checked_sub(1)
    }
}

/// Whether a frame of this number is among those kept after so many halvings.
const fn is_turn(number: usize, halvings: u32) -> bool {
    number.trailing_zeros() >= halvings
}

#[cfg(test)]
mod past_forecasts_tests {
    use super::*;
    use proptest::prelude::*;

    fn forecast(horizon: usize, epoch: usize) -> LiveForecast {
        #[expect(clippy::cast_precision_loss, reason = "a small number of a test")]
        let values = vec![epoch as f64; horizon];
        LiveForecast { holdout: values.clone(), future: values }
    }

    proptest! {
        #[test]
        fn frames_are_bounded_and_spread_over_all_epochs(
            epochs in 1_usize..3_000, horizon in prop_oneof![Just(3_usize), Just(9_000)]
        ) {
            let mut past_forecasts = PastForecasts::default();
            for epoch in 1..=epochs {
                past_forecasts.add(epoch, forecast(horizon, epoch));
                let frames = past_forecasts.frames();
                prop_assert!(frames.len() * 2 * horizon <= MOST_VALUES);
                prop_assert!(frames.len() <= MOST_FRAMES);
                prop_assert_eq!(frames.first().map(|frame| frame.epoch), Some(1));
                prop_assert_eq!(frames.last().map(|frame| frame.epoch), Some(epoch));
            }
            let frames = past_forecasts.frames();
            let gap = |pair: &[Frame]| pair[1].epoch - pair[0].epoch;
            let widest = frames.windows(2).map(gap).max().unwrap_or(1);
            let most = (MOST_VALUES / (2 * horizon)).min(MOST_FRAMES);
            prop_assert!(widest <= (2 * epochs).div_ceil(most).next_power_of_two());
            for frame in frames {
                prop_assert_eq!(&frame.forecast, &forecast(horizon, frame.epoch));
            }
        }
    }

    #[test]
    fn an_epoch_without_a_frame_shows_the_one_before() {
        let mut past_forecasts = PastForecasts::default();
        assert_eq!(past_forecasts.place(5), None);
        for epoch in [2, 6] {
            past_forecasts.add(epoch, forecast(1, epoch));
        }
        assert_eq!(
            [1, 2, 5, 6, 9].map(|epoch| past_forecasts.place(epoch)),
            [None, Some(0), Some(0), Some(1), Some(1)]
        );
    }
}
