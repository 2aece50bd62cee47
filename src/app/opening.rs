//! A file on its way in: what is read and why, how far it has come, and what came of it.
//!
//! Not for the reading itself, which is a job of `work`.

use std::path::PathBuf;
use std::time::Instant;

use crate::import::{Progress, Sample};

use super::event::JobId;
use super::reading_setting::ReadingSetting;
use super::state::Document;

/// What is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of the person's.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl Source {
    /// The file's name without its folder, or the sample's title.
    pub fn title(&self) -> String {
        match self {
            Self::File(path) => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            Self::Sample(sample) => sample.title().to_owned(),
        }
    }
}

/// Why something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// It is to take the place of what is open.
    Open,
    /// The open file is read by other settings: the one that was changed, where one was.
    Again(Option<ReadingSetting>),
    /// Another series of the open file, by its name, is made ready.
    Series(String),
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

/// A share below which the time that is left cannot be told.
const TELLING_SHARE: f64 = 0.05;
/// Seconds of reading before which it cannot be told.
const TELLING_SECONDS: f64 = 0.5;

impl Opening {
    /// Something that has just been asked for.
    pub(super) fn new(job: JobId, source: Source, purpose: Purpose) -> Self {
        let started = Instant::now();
        Self { job, source, purpose, started, progress: None, head: None, stopping: false }
    }

    /// What is on its way, for a person: the file's name, or that of the series.
    pub fn title(&self) -> String {
        match &self.purpose {
            Purpose::Series(name) => name.clone(),
            Purpose::Open | Purpose::Again(_) => self.source.title(),
        }
    }

    /// Seconds left at the rate so far; `None` until that can be told.
    pub fn seconds_left(&self) -> Option<f64> {
        left(self.progress?.share, self.started.elapsed().as_secs_f64())
    }
}

fn left(share: f64, elapsed: f64) -> Option<f64> {
    let telling = share >= TELLING_SHARE && elapsed >= TELLING_SECONDS;
    telling.then(|| elapsed * (1.0 - share).max(0.0) / share)
}

/// Settings by which the open file cannot be read; the reading before them is still shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The setting that was changed last.
    pub setting: Option<ReadingSetting>,
    /// What was found, where, and what to do.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn the_time_left_is_told_only_once_it_can_be() {
        assert_eq!(left(0.01, 9.0), None);
        assert_eq!(left(0.5, 0.1), None);
        assert_eq!(left(0.25, 2.0), Some(6.0));
        assert_eq!(left(1.0, 2.0), Some(0.0));
    }
}
