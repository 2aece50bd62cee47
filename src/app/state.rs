//! What the program is doing, and what each message changes in it.

use super::command::{Notice, say_error};
use super::document::{Document, DocumentNews, DocumentState, ResumedRun, Source};
use super::jobs::{JobEnd, Report};
use super::message::Message;
use super::preferences::Preferences;
use super::runs::{RunId, RunsNews, RunsState, ScoredRun};
use super::scores::{ScoresNews, ScoresState};
use super::training::{Assignment, Learning, TrainingNews, TrainingState};
use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, ScoringTask};
use crate::forecast::Pace;

/// Everything a panel may read. Only `reduce` and `workbench` change it.
#[derive(Debug, Default)]
pub struct AppState {
    /// The open file and its settings.
    pub document: DocumentState,
    /// Networks that learn.
    pub training: TrainingState,
    /// Baselines being scored.
    pub scores: ScoresState,
    /// Results.
    pub runs: RunsState,
    /// The last thing worth saying.
    pub notice: Option<Notice>,
    /// Choices remembered between starts.
    pub preferences: Preferences,
}

impl AppState {
    /// What the Data tab shows: the head of the file by new settings while the rest is read, else the
    /// open file.
    pub fn looked_at(&self) -> Option<&Document> {
        self.document.looked_at()
    }

    /// Runs on the rows and season of the present recipe, best first: the scorecard.
    pub fn scorecard(&self) -> Vec<&ScoredRun> {
        let document = self.document.open.as_ref();
        document.map_or_else(Vec::new, |document| self.runs.scorecard(document))
    }

    /// Networks trained on other rows or another series, newest first.
    pub fn earlier_runs(&self) -> Vec<&ScoredRun> {
        let earlier = |run: &&ScoredRun| run.model.is_network() && !self.is_current(run);
        self.runs.list.iter().rev().filter(earlier).collect()
    }

    /// Whether a run is comparable with the others on the scorecard: same series, same held-out
    /// rows, same horizon, same season, outliers scored or not.
    pub fn is_current(&self, run: &ScoredRun) -> bool {
        let document = self.document.open.as_ref();
        document.is_some_and(|document| document.is_scored_alike(run.fingerprint, &run.task))
    }

    /// Whether what was made of this series and task forecasts the rows that are shown: the same
    /// series, the same held-out rows, the same horizon.
    pub fn is_on_shown_rows(&self, fingerprint: u64, task: &ScoringTask) -> bool {
        let document = self.document.open.as_ref();
        document.is_some_and(|document| document.shows_rows_of(fingerprint, task))
    }

    /// The network that is scored while it is trained once more on all rows, with its score, where that
    /// is comparable with those on the scorecard.
    pub fn scored(&self) -> Option<(&Learning, &ModelReport)> {
        let (learning, document) = (self.learning()?, self.document.open.as_ref()?);
        let Assignment { fingerprint, task, .. } = &learning.assignment;
        let report = learning.scored.as_deref()?;
        document.is_scored_alike(*fingerprint, task).then_some((learning, report))
    }

    /// A run by its number.
    pub fn run(&self, id: RunId) -> Option<&ScoredRun> {
        self.runs.run(id)
    }

    /// The verdict line under the scorecard.
    pub fn verdict(&self) -> Option<String> {
        self.runs.verdict(self.document.open.as_ref()?)
    }

    /// The network that is learning, if one is.
    pub fn learning(&self) -> Option<&Learning> {
        self.training.learning()
    }

    /// `lstm`, then `lstm 2`, `lstm 3`: never a label that is on the list, or will be of what learns.
    pub fn free_label(&self, name: &str) -> String {
        self.runs.free_label(name, self.training.reserved_label())
    }

    /// The pace of the network of the recipe, once it is known.
    pub fn pace(&self) -> Option<Pace> {
        self.training.pacing.of(self.document.checked()?, &self.document.recipe)
    }

    /// The ticked baselines that have not been scored on all series, the cheapest first; none where
    /// there is but one series to forecast.
    pub fn panel_due(&self) -> Vec<Baseline> {
        let DocumentState { open, recipe, .. } = &self.document;
        open.as_ref().map_or_else(Vec::new, |document| self.scores.panel_due(document, recipe))
    }

    /// Why Train is off, or `None` where it is on.
    pub fn train_blocker(&self) -> Option<String> {
        if self.document.open.is_some() && self.learning().is_some() {
            return Some("A network is learning; stop it first.".to_owned());
        }
        self.document.blocker()
    }
}

/// What the workbench has to do after a message.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing.
    Rest,
    /// The series or the task has changed: baselines are due.
    Baselines,
    /// What follows from the recipe has changed: baselines are due where they are others.
    Checked,
    /// This network is to be trained.
    Begin(Box<Assignment>),
    /// A network has ended: the next one may begin.
    Train,
    /// A file has been opened: baselines are due, and it is to be remembered.
    Opened,
    /// That of a run that goes on.
    GoOn(Box<ResumedRun>),
    /// A run was put back: they are to be listed again.
    LookForRuns,
}

/// Takes in one message. Messages of jobs that are no longer awaited change nothing.
pub(super) fn reduce(state: &mut AppState, message: Message) -> Next {
    let AppState { document, training, scores, runs, notice, .. } = state;
    match message {
        Message::Document(message) => {
            let news = document.reduce(message, notice);
            after_document(state, news)
        }
        Message::Training(message) => match training.reduce(message, notice) {
            TrainingNews::Nothing => Next::Rest,
            TrainingNews::Begin(assignment) => Next::Begin(assignment),
            TrainingNews::Ended(trained) => {
                if let Some(trained) = trained {
                    trained.put_on(runs, notice);
                }
                Next::Train
            }
        },
        Message::Scores(message) => {
            let news = scores.reduce(message, notice);
            after_scores(state, news);
            Next::Rest
        }
        Message::Runs(message) => match runs.reduce(message, training.reserved_label(), notice) {
            RunsNews::Nothing => Next::Rest,
            RunsNews::Recalled => Next::LookForRuns,
        },
        Message::Export(Report::Ended(end)) => {
            *notice = match end {
                JobEnd::Finished(path) => {
                    Some(Notice::Done(format!("Written to {}", path.display())))
                }
                JobEnd::Failed(message) => Some(Notice::Error(message)),
                JobEnd::Stopped(_) => None,
            };
            Next::Rest
        }
        Message::Preferences(Report::Ended(end)) => {
            if let JobEnd::Failed(message) = end {
                tracing::warn!("{message}");
            }
            Next::Rest
        }
    }
}

fn after_document(state: &mut AppState, news: DocumentNews) -> Next {
    match news {
        DocumentNews::Nothing => Next::Rest,
        DocumentNews::Series => Next::Baselines,
        DocumentNews::Followed => Next::Checked,
        DocumentNews::Opened => {
            remember_file(state);
            Next::Opened
        }
        DocumentNews::Resumed(run) => {
            remember_file(state);
            Next::GoOn(run)
        }
        DocumentNews::NotResumed(name, message) => {
            state.runs.set_problem(&name, &message);
            say_error(&mut state.notice, message);
            Next::Rest
        }
    }
}

fn remember_file(state: &mut AppState) {
    let source = state.document.open.as_ref().map(|document| &document.source);
    if let Some(Source::File(file)) = source {
        state.preferences.remember_file(file);
    }
}

fn after_scores(state: &mut AppState, news: ScoresNews) {
    let AppState { document, scores, runs, .. } = state;
    let Some(open) = &document.open else { return };
    match news {
        ScoresNews::Nothing => {}
        ScoresNews::Scored(report) => {
            if let Some(asked) = scores.asked() {
                runs.take_baseline(*report, open, (&asked.task, &asked.recipe));
            }
        }
        ScoresNews::AllScored => {
            runs.keep_baselines(&document.recipe.baselines.models);
            runs.draw_best(open);
        }
    }
}
