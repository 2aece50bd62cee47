//! What has come of baselines over all series of a panel, and what the jobs of scoring report.
//!
//! Not for the series that is open, whose baselines are runs of their own.

use std::sync::Arc;

use crate::app::jobs::{JobId, Report};
use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, PanelRun, PanelScore};
use crate::forecast::ModelChoice;
use crate::project::Recipe;

/// The scores of a panel.
#[derive(Debug)]
pub struct PanelScores {
    /// The reading whose series they are.
    pub read_by: JobId,
    /// What they were held out by.
    pub hold_out: HoldOut,
    /// Places in the panel of the series, in the order of every run's results.
    pub places: Arc<[usize]>,
    /// What is there, in the order of its making.
    pub rows: Vec<Arc<PanelRow>>,
    /// What is being made.
    pub job: Option<PanelJob>,
}

impl PanelScores {
    /// Whether they are of these rows of these series.
    pub(super) fn is_of(&self, hold_out: HoldOut, places: &[usize]) -> bool {
        self.hold_out == hold_out && *self.places == *places
    }

    /// Puts a model's scores in the place of earlier ones. One that was stopped before any series was
    /// done leaves them.
    pub(super) fn take_row(&mut self, row: Arc<PanelRow>) {
        if let Some(job) = &mut self.job {
            job.under_way = None;
        }
        if row.run.done() > 0 {
            self.rows.retain(|other| other.baseline != row.baseline);
            self.rows.push(row);
        }
    }
}

/// One model over all series.
#[derive(Debug)]
pub struct PanelRow {
    /// The model.
    pub baseline: Baseline,
    /// Levels of its intervals.
    pub levels: Vec<f64>,
    /// Its errors, together and series by series.
    pub run: PanelRun,
}

/// The settings that decide what is scored; scores under others are no longer of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldOut {
    /// Rows forecast and scored.
    pub horizon: usize,
    /// Rows at the end that nothing is fitted on.
    pub test: usize,
    /// Rows in one season, where it was set by hand.
    pub season_length: Option<usize>,
}

impl HoldOut {
    pub const fn of(recipe: &Recipe) -> Self {
        let (window, season_length) = (&recipe.window, recipe.baselines.season_length);
        Self { horizon: window.horizon, test: window.test, season_length }
    }
}

/// A panel being scored.
#[derive(Debug)]
pub struct PanelJob {
    pub id: JobId,
    /// The model under way, once its first series is done.
    pub under_way: Option<UnderWay>,
    /// A stop was asked for.
    pub stopping: bool,
}

/// A model on its way through the series.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// The model.
    pub baseline: Baseline,
    /// Series that are done.
    pub done: usize,
    pub of: usize,
    /// Means over those that are done.
    pub score: PanelScore,
    /// Estimate for the rest of this model.
    pub seconds_left: f64,
}

/// A message of a job that scores baselines, by the kind of the job.
#[derive(Debug)]
pub enum ScoresMessage {
    /// The baselines of the open series.
    Baselines(JobId, Report<BaselineEvent, ()>),
    /// Baselines over all series of a panel.
    Panel(JobId, Report<PanelEvent, ()>),
}

/// What comes of the baselines of the open series.
#[derive(Debug)]
pub enum BaselineEvent {
    /// One has been fitted and scored.
    Scored(Box<ModelReport>),
    /// One could not be fitted; the message says why.
    Unfitted(ModelChoice, String),
}

/// What comes of baselines over a panel.
#[derive(Debug)]
pub enum PanelEvent {
    /// One has come so far through the series.
    UnderWay(Box<UnderWay>),
    /// One has been scored.
    Row(Arc<PanelRow>),
}

/// What a message changed for others.
#[derive(Debug)]
pub enum ScoresNews {
    Nothing,
    /// A baseline of the open series has been scored.
    Scored(Box<ModelReport>),
    /// All of them have been.
    AllScored,
}

/// A table of a panel's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoresTable {
    /// Means over the series, a row a model.
    Models,
    /// Error by error, a row a series and model.
    Series,
}
