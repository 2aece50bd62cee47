//! A run as it lies on disk: a folder with a file for each thing that is known of it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::changes::in_effect;
use super::lock::RunLock;
use super::{Digest, EpochLine, EventLine, RunRecord, RunState, RunsError, StoredForecasts, lines};
use crate::export::write_atomically;
use crate::forecast::{FitChange, FitCheckpoint};
use crate::import::Reading;
use crate::project::Recipe;
use crate::series::Series;

/// The files of a run.
pub(super) const RECORD: &str = "run.json";
pub(super) const RECIPE: &str = "recipe.toml";
pub(super) const LOSSES: &str = "losses.jsonl";
pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const FORECASTS: &str = "forecasts.json";
pub(super) const WEIGHTS: &str = "weights.safetensors";
pub(super) const CHECKPOINT: &str = "checkpoint.safetensors";
pub(super) const START: &str = "start.safetensors";

/// Whether a run is still going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// A program is at work on it.
    AtWork,
    /// It began, did not end, and no program is at work on it.
    CutOff,
    /// It ended, one way or another.
    Ended,
}

/// A run that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its name: that of its folder.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// What it is.
    pub record: RunRecord,
}

/// The data of a run, as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct RunData {
    /// What was read.
    pub reading: Reading,
    /// Whether the file has other bytes than it had, though the series is the same.
    pub other_bytes: bool,
}

impl Run {
    /// Opens the run of a folder; `None` where the folder holds none.
    ///
    /// # Errors
    /// Where its record cannot be read.
    pub fn open(path: &Path) -> Result<Option<Self>, RunsError> {
        let record = path.join(RECORD);
        let Some(text) = optional(std::fs::read_to_string(&record), &record)? else {
            return Ok(None);
        };
        let record = serde_json::from_str(&text).map_err(|error| RunsError::Content {
            path: record.clone(),
            message: error.to_string(),
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Self { name, path: path.to_owned(), record }))
    }

    /// Whether it is still going on, as of now.
    pub fn status(&self) -> RunStatus {
        match self.record.state {
            RunState::Running if RunLock::is_taken(&self.path) => RunStatus::AtWork,
            RunState::Running => RunStatus::CutOff,
            _ => RunStatus::Ended,
        }
    }

    /// Its state in a word.
    pub fn state_name(&self) -> String {
        match self.status() {
            RunStatus::AtWork => "running".to_owned(),
            RunStatus::CutOff => "cut off".to_owned(),
            RunStatus::Ended => self.record.state.to_string(),
        }
    }

    /// Takes the run for this program, for as long as the lock lives.
    pub(super) fn lock(&self) -> Result<RunLock, RunsError> {
        RunLock::take(&self.path)?.ok_or_else(|| self.at_work())
    }

    pub(super) fn at_work(&self) -> RunsError {
        RunsError::AtWork { name: self.name.clone(), process: self.record.process }
    }

    /// Its recipe, with every setting as it was.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn recipe(&self) -> Result<Recipe, RunsError> {
        Ok(Recipe::default().with_file(&self.path.join(RECIPE))?)
    }

    /// What each epoch brought.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn epochs(&self) -> Result<Vec<EpochLine>, RunsError> {
        lines::read(&self.path.join(LOSSES))
    }

    /// The same as it is written, to compare to the last bit.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn epoch_texts(&self) -> Result<Vec<String>, RunsError> {
        lines::whole_lines(&self.path.join(LOSSES))
    }

    /// What happened to it.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn events(&self) -> Result<Vec<EventLine>, RunsError> {
        lines::read(&self.path.join(EVENTS))
    }

    /// Settings changed within it that hold, in order.
    ///
    /// # Errors
    /// Where the file of events cannot be read.
    pub fn changes(&self) -> Result<Vec<FitChange>, RunsError> {
        Ok(in_effect(&self.events()?))
    }

    /// Its forecasts, once it has ended with any.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn forecasts(&self) -> Result<Option<StoredForecasts>, RunsError> {
        let Some(text) = self.forecasts_text()? else { return Ok(None) };
        let failed = |error: serde_json::Error| RunsError::Content {
            path: self.path.join(FORECASTS),
            message: error.to_string(),
        };
        serde_json::from_str(&text).map(Some).map_err(failed)
    }

    /// The same as it is written, to compare to the last bit.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn forecasts_text(&self) -> Result<Option<String>, RunsError> {
        let path = self.path.join(FORECASTS);
        optional(std::fs::read_to_string(&path), &path)
    }

    /// The weights it ended with, as the bytes of a safetensors file.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn weights(&self) -> Result<Option<Vec<u8>>, RunsError> {
        let path = self.path.join(WEIGHTS);
        optional(std::fs::read(&path), &path)
    }

    /// Where it stood last, where that is on disk.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no checkpoint.
    pub fn checkpoint(&self) -> Result<Option<FitCheckpoint>, RunsError> {
        self.checkpoint_of(CHECKPOINT)
    }

    /// Where it went on from another run, if it did.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn start(&self) -> Result<Option<FitCheckpoint>, RunsError> {
        self.checkpoint_of(START)
    }

    fn checkpoint_of(&self, file: &str) -> Result<Option<FitCheckpoint>, RunsError> {
        let path = self.path.join(file);
        let Some(bytes) = optional(std::fs::read(&path), &path)? else { return Ok(None) };
        let read = FitCheckpoint::from_bytes(&bytes);
        read.map(Some).map_err(|error| RunsError::Content { path, message: error.to_string() })
    }

    /// Its data, read again by its recipe.
    ///
    /// # Errors
    /// Where they cannot be read, or the series is no longer the same.
    pub fn data(&self, recipe: &Recipe) -> Result<RunData, RunsError> {
        let reading = self.record.data.read(&recipe.import)?;
        self.check_series(reading.target())?;
        // Read well a moment ago; where it cannot be now, the series is what counts.
        let digest = self.record.data.digest();
        Ok(RunData { reading, other_bytes: digest.is_ok_and(|now| now != self.record.data_digest) })
    }

    /// Checks that a series is the one that it learns.
    ///
    /// # Errors
    /// Where it is another.
    pub fn check_series(&self, series: &Series) -> Result<(), RunsError> {
        let found = Digest::of_series(series);
        let expected = self.record.series_digest;
        if found == expected {
            return Ok(());
        }
        let data = self.record.data.to_string();
        Err(RunsError::DataChanged { data, what: "the digest of the series", expected, found })
    }

    /// Writes the record, whole or not at all.
    pub(super) fn save_record(&self) -> Result<(), RunsError> {
        let path = self.path.join(RECORD);
        let text = serde_json::to_string_pretty(&self.record)
            .map_err(|error| RunsError::write(&path, error.into()))?;
        Ok(write_atomically(&path, text.as_bytes())?)
    }
}

/// `None` for a file that is not there.
fn optional<T>(read: std::io::Result<T>, path: &Path) -> Result<Option<T>, RunsError> {
    match read {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RunsError::read(path, source)),
    }
}
