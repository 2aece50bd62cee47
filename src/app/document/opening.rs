//! A file on its way in: what is read and why, how far it has come, and what came of it.
//!
//! Not for the reading itself, which is a job of `reading_jobs`.

use std::time::Instant;

use crate::app::jobs::JobId;
use crate::import::{Progress, Stage};
use crate::series::visible;

use super::opened::Document;
use super::reading_setting::ReadingSetting;
use super::source::Source;

/// Why something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// It is to take the place of what is open.
    Open,
    /// The open file is read by other settings: the one that was changed, where one was.
    Again(Option<ReadingSetting>),
    /// Another series of the open file, by its name, is made ready.
    Series(String),
    /// A run of this name goes on with it.
    Resume(String),
}

/// A file on its way in.
#[derive(Debug)]
pub struct Opening {
    /// The job that reads it.
    pub job: JobId,
    /// What is read.
    pub source: Source,
    /// Why.
    pub purpose: Purpose,
    /// When it was asked for.
    pub started: Instant,
    /// How far it has come, once that is known.
    pub progress: Option<Progress>,
    /// The head of a long file by the new settings, while the rest is read.
    pub head: Option<Box<Document>>,
    /// A stop was asked for.
    pub stopping: bool,
}

impl Opening {
    /// Something that has just been asked for.
    pub(super) fn new(job: JobId, source: Source, purpose: Purpose) -> Self {
        let started = Instant::now();
        Self { job, source, purpose, started, progress: None, head: None, stopping: false }
    }

    /// What is on its way, for a person: the file's name, or that of the series.
    pub fn title(&self) -> String {
        match &self.purpose {
            Purpose::Series(name) => visible(name).into_owned(),
            Purpose::Open | Purpose::Again(_) | Purpose::Resume(_) => self.source.title(),
        }
    }

    /// Seconds left at the rate so far; `None` until that can be told, where it is being stopped, and
    /// while the series is studied, which has few steps, and none shows how long another takes.
    pub fn seconds_left(&self) -> Option<f64> {
        let is_steady = |progress: &Progress| progress.stage != Stage::Studying && !self.stopping;
        self.progress.filter(is_steady)?.seconds_left(self.started.elapsed())
    }
}

/// Settings by which the open file cannot be read; the reading before them is still shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The setting that was changed last.
    pub setting: Option<ReadingSetting>,
    /// What was found, where, and what to do.
    pub message: String,
}
