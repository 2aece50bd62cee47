//! What the jobs that score baselines report.

use std::sync::Arc;

use crate::app::jobs::{JobId, Report};
use crate::evaluate::ModelReport;
use crate::forecast::Model;

use super::panel::{PanelRow, UnderWay};

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
    Unfitted(Model, String),
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
    /// Nothing.
    Nothing,
    /// A baseline of the open series has been scored.
    Scored(Box<ModelReport>),
    /// All of them have been.
    AllScored,
}
