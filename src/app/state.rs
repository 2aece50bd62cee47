//! What the program knows, for panels to read: the state of each concern, and questions that take more
//! than one of them.

use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, Task};
use crate::forecast::Pace;

use super::document::{Document, DocumentState};
use super::notice::Notice;
use super::preferences::Preferences;
use super::runs::{Run, RunId, RunsState};
use super::scores::ScoresState;
use super::training::{Assignment, Learning, TrainingState};

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
    pub fn scorecard(&self) -> Vec<&Run> {
        let document = self.document.open.as_ref();
        document.map_or_else(Vec::new, |document| self.runs.scorecard(document))
    }

    /// Networks trained on other rows or another series, newest first.
    pub fn earlier_runs(&self) -> Vec<&Run> {
        let earlier = |run: &&Run| run.model.is_network() && !self.is_current(run);
        self.runs.list.iter().rev().filter(earlier).collect()
    }

    /// Whether a run is comparable with the others on the scorecard: same series, same held-out
    /// rows, same horizon, same season, outliers scored or not.
    pub fn is_current(&self, run: &Run) -> bool {
        let document = self.document.open.as_ref();
        document.is_some_and(|document| document.is_scored_alike(run.fingerprint, &run.task))
    }

    /// Whether what was made of this series and task forecasts the rows that are shown: the same
    /// series, the same held-out rows, the same horizon.
    pub fn is_on_shown_rows(&self, fingerprint: u64, task: &Task) -> bool {
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
    pub fn run(&self, id: RunId) -> Option<&Run> {
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
