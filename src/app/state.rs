//! What the program knows, for panels to read. Only `reduce` and `workbench` change it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, Task, verdict};
use crate::forecast::Model;
use crate::project::Recipe;
use crate::project::runs::BrokenRun;
use crate::series::Series;
use crate::train::Changed;

use super::assignment::Assignment;
use super::command::Command;
use super::cut_off::{CutOff, Forgotten};
use super::document::Document;
use super::event::{BatchProgress, JobId};
use super::film::Film;
use super::history::History;
use super::keeping::KeptRun;
use super::learning::{CurvePoint, Learning, Training};
use super::opening::{Opening, Source, Unread};
use super::pacing::{PaceJob, Paced};
use super::panel::PanelScores;
use super::preferences::Preferences;
use super::rate_search::RateSearch;
use super::reading_setting::{Found, without_target};
use super::study::StudyJob;

/// Everything a panel may read.
#[derive(Debug, Default)]
pub struct AppState {
    /// The file being read, if one is.
    pub opening: Option<Opening>,
    /// Settings by which the open file cannot be read, if it cannot.
    pub unread: Option<Unread>,
    /// What the open file says of the settings that are left to it.
    pub found: Found,
    /// The file that is open.
    pub document: Option<Document>,
    /// The settings.
    pub recipe: Recipe,
    /// Their past and future.
    pub history: History<Recipe>,
    /// What training is doing.
    pub training: Training,
    /// The search for a learning rate, until it is put away.
    pub rates: Option<RateSearch>,
    /// Networks to train after it, in order.
    pub queued: VecDeque<Assignment>,
    /// Latest place inside the epoch.
    pub progress: Option<BatchProgress>,
    /// Baselines being computed.
    pub baselines_job: Option<JobId>,
    /// The baselines that were last asked for.
    pub(super) asked: Vec<Baseline>,
    /// Baselines that could not be fitted, and why.
    pub unfitted: Vec<(Model, String)>,
    /// Baselines over all series of the open panel, where they were asked for.
    pub panel: Option<PanelScores>,
    /// The study of the series under way.
    pub study_job: Option<StudyJob>,
    /// Small jobs under way: epochs being made runs of their own, folders being shown, runs being put
    /// aside.
    pub(super) side_jobs: Vec<JobId>,
    /// How fast the network of the recipe learns, as far as it was found.
    pub(super) paced: Option<Paced>,
    /// It is being found.
    pub(super) pace_job: Option<PaceJob>,
    /// A file being written.
    pub export_job: Option<JobId>,
    /// Every model run so far, in order of making.
    pub runs: Vec<Run>,
    /// The last thing worth saying.
    pub notice: Option<Notice>,
    /// Choices remembered between starts.
    pub preferences: Preferences,
    /// Where runs are kept; `None` where there is no such place.
    pub runs_folder: Option<PathBuf>,
    /// Whether it has been said that runs cannot be kept.
    pub(super) told_unkept: bool,
    /// The run that was taken off the list last, with its place.
    pub(super) removed: Option<(usize, Run)>,
    /// Runs that were cut off, newest first.
    pub cut_off: Vec<CutOff>,
    /// Runs that cannot be read, newest first.
    pub broken_runs: Vec<BrokenRun>,
    /// They are being looked for.
    pub(super) cut_off_job: Option<JobId>,
    /// One of them that is about to go on.
    pub(super) to_go_on: Option<Box<Assignment>>,
    /// Runs put aside, to be removed when the program closes.
    pub(super) forgotten: Vec<Forgotten>,
    pub(super) runs_made: u64,
}

/// Number of a run, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub(super) u64);

/// One model's result, kept.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// The model.
    pub model: Model,
    /// What it is called, before runs of one name are numbered: `lstm`.
    pub name: String,
    /// Its name, numbered from the second run on: `lstm 2`. No other run has it.
    pub label: String,
    /// Errors and forecasts. Their model name is the label.
    pub report: ModelReport,
    /// The settings that made it.
    pub recipe: Recipe,
    /// What it was scored on.
    pub task: Task,
    /// The series it forecasts.
    pub series: Arc<Series>,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// Where the series comes from.
    pub source: Source,
    /// The same on disk, where it is kept.
    pub kept: Option<KeptRun>,
    /// Errors, an epoch each; empty for a baseline.
    pub curve: Vec<CurvePoint>,
    /// Forecasts with the weights of its epochs; empty for a baseline.
    pub film: Film,
    /// Settings changed while it learned.
    pub changes: Vec<Changed>,
    /// Drawn on the plot and exported.
    pub visible: bool,
    /// A person has said whether it is.
    pub visible_is_chosen: bool,
}

/// A message for the status bar.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something was done.
    Done(String),
    /// What an opened file was found to hold; its Data tab shows it.
    Found(String),
    /// Something was done that can be undone.
    #[expect(missing_docs, reason = "said above")]
    Undoable { text: String, undo: Box<Command> },
    /// Something could not be done: what was found, where, and what to do.
    Error(String),
}

impl AppState {
    /// Whether the open file was read by the settings of the recipe.
    pub(super) fn is_read_as_set(&self) -> bool {
        let read_by = self.document.as_ref().map(|document| &document.import);
        read_by.is_none_or(|import| *import == without_target(&self.recipe.import))
    }

    /// What the Data tab shows: the head of the file by new settings while the rest is read, else the
    /// open file.
    pub fn looked_at(&self) -> Option<&Document> {
        let head = self.opening.as_ref().and_then(|opening| opening.head.as_deref());
        head.or(self.document.as_ref())
    }

    /// Runs on the rows and season of the present recipe, best first: the scorecard.
    pub fn scorecard(&self) -> Vec<&Run> {
        let mut runs: Vec<&Run> = self.runs.iter().filter(|run| self.is_current(run)).collect();
        runs.sort_by(|a, b| {
            crate::evaluate::sort_key(&a.report).total_cmp(&crate::evaluate::sort_key(&b.report))
        });
        runs
    }

    /// Networks trained on other rows or another series, newest first.
    pub fn earlier_runs(&self) -> Vec<&Run> {
        let earlier = |run: &&Run| run.model.is_network() && !self.is_current(run);
        self.runs.iter().rev().filter(earlier).collect()
    }

    /// Whether a run is comparable with the others on the scorecard: same series, same held-out
    /// rows, same horizon, same season, outliers scored or not.
    pub fn is_current(&self, run: &Run) -> bool {
        self.is_of_scorecard(run.fingerprint, &run.task)
    }

    fn is_of_scorecard(&self, fingerprint: u64, task: &Task) -> bool {
        let is_measured_alike = self.document.as_ref().is_some_and(|document| {
            task.season_length == document.task.season_length
                && task.outliers == document.task.outliers
        });
        is_measured_alike && self.is_on_shown_rows(fingerprint, task)
    }

    /// Whether what was made of this series and task forecasts the rows that are shown: the same
    /// series, the same held-out rows, the same horizon.
    pub fn is_on_shown_rows(&self, fingerprint: u64, task: &Task) -> bool {
        self.document.as_ref().is_some_and(|document| {
            fingerprint == document.data.fingerprint
                && task.horizon == document.task.horizon
                && task.split.holdout(task.horizon)
                    == document.task.split.holdout(document.task.horizon)
        })
    }

    /// The network that is scored while it is trained once more on all rows, with its score, where that
    /// is comparable with those on the scorecard.
    pub fn scored(&self) -> Option<(&Learning, &ModelReport)> {
        let learning = self.learning()?;
        let Assignment { fingerprint, task, .. } = &learning.assignment;
        let report = learning.scored.as_deref()?;
        self.is_of_scorecard(*fingerprint, task).then_some((learning, report))
    }

    /// A run by its number.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The verdict line under the scorecard.
    pub fn verdict(&self) -> Option<String> {
        let reports: Vec<&ModelReport> = self.scorecard().iter().map(|run| &run.report).collect();
        let is_network =
            |label: &str| self.runs.iter().any(|run| run.label == label && run.model.is_network());
        let document = self.document.as_ref()?;
        let spread = document.data.pyramid.extent().map_or(0.0, |(low, high)| high - low);
        verdict(&reports, spread, is_network)
    }

    /// The network that is learning, if one is.
    pub fn learning(&self) -> Option<&Learning> {
        match &self.training {
            Training::Running(learning) => Some(learning),
            Training::Idle | Training::Failed { .. } => None,
        }
    }

    /// Why Train is off, or `None` where it is on.
    pub fn train_blocker(&self) -> Option<String> {
        let Some(document) = &self.document else {
            return Some("Open a file first.".to_owned());
        };
        if self.learning().is_some() {
            return Some("A network is learning; stop it first.".to_owned());
        }
        if self.unread.is_some() {
            let why = "the file cannot be read by the new settings; undo the change";
            return Some(why.to_owned());
        }
        if !self.is_read_as_set() {
            return Some("the file is being read by the new settings.".to_owned());
        }
        let first = document.problems.first()?;
        let more = document.problems.len() - 1;
        Some(if more == 0 {
            first.message.clone()
        } else {
            format!("{} (and {more} more)", first.message)
        })
    }
}
