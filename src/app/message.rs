//! What the window asks for (commands), what jobs report (messages), and what a person sees of them
//! (notices).

use std::convert::Infallible;
use std::path::PathBuf;

use super::document::DocumentMessage;
use super::jobs::Report;
use super::runs::RunsMessage;
use super::scores::ScoresMessage;
use super::training::TrainingMessage;

/// A message of a job.
#[derive(Debug)]
pub enum Message {
    /// Of one of the open file.
    Document(DocumentMessage),
    /// Of one around training.
    Training(TrainingMessage),
    /// Of one that scores baselines.
    Scores(ScoresMessage),
    /// Of one around the list of runs.
    Runs(RunsMessage),
    /// A file is written.
    Export(Report<Infallible, PathBuf>),
    /// Preferences are written.
    Preferences(Report<Infallible, ()>),
}

impl From<DocumentMessage> for Message {
    fn from(message: DocumentMessage) -> Self {
        Self::Document(message)
    }
}

impl From<TrainingMessage> for Message {
    fn from(message: TrainingMessage) -> Self {
        Self::Training(message)
    }
}

impl From<ScoresMessage> for Message {
    fn from(message: ScoresMessage) -> Self {
        Self::Scores(message)
    }
}

impl From<RunsMessage> for Message {
    fn from(message: RunsMessage) -> Self {
        Self::Runs(message)
    }
}
