//! A run as it lies on disk: a folder with a file for each thing that is known of it.

use std::path::{Path, PathBuf};

use super::changes::in_effect;
use super::lines::{optional, record_of, tensors_of, text_of};
use super::lock::{LOCK, RunLock};
use super::{
    Digest, EpochRecord, EventLine, RunRecord, RunState, RunsError, StoredForecasts, lines,
};
use crate::forecast::{FitChange, FitCheckpoint};
use crate::import::Reading;
use crate::project::Recipe;
use crate::report::write_atomically;
use crate::series::Series;
use crate::train::{CheckpointError, carries_digest};

/// The files of a run.
pub(super) const RECORD: &str = "run.json";
pub(super) const RECIPE: &str = "recipe.toml";
pub(super) const LOSSES: &str = "losses.jsonl";
pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const FORECASTS: &str = "forecasts.json";
pub(super) const WEIGHTS: &str = "weights.safetensors";
pub(super) const CHECKPOINT: &str = "checkpoint.safetensors";
pub(super) const START: &str = "start.safetensors";

/// Whether a file is one of a run's, by its name.
pub(super) fn is_run_file(name: &str) -> bool {
    [RECORD, RECIPE, LOSSES, EVENTS, FORECASTS, WEIGHTS, CHECKPOINT, START, LOCK].contains(&name)
}

/// Whether a run is still going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// A program is at work on it.
    AtWork,
    /// It began, did not end, and no program is at work on it.
    Interrupted,
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
    pub record: RunRecord,
}

/// The data of a run, as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct RunData {
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
        let Some(text) = optional(record_of(&record), &record)? else { return Ok(None) };
        let record =
            serde_json::from_str(&text).map_err(|error| RunsError::broken(&record, &error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Self { name, path: path.to_owned(), record }))
    }

    /// Whether it is still going on.
    pub fn status(&self) -> RunStatus {
        match self.record.state {
            RunState::Running if RunLock::is_taken(&self.path) => RunStatus::AtWork,
            RunState::Running => RunStatus::Interrupted,
            _ => RunStatus::Ended,
        }
    }

    /// Its state in a word.
    pub fn state_name(&self) -> String {
        match self.status() {
            RunStatus::AtWork => "running".to_owned(),
            RunStatus::Interrupted => "interrupted".to_owned(),
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
    pub fn epochs(&self) -> Result<Vec<EpochRecord>, RunsError> {
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
        let failed = |error| RunsError::broken(&self.path.join(FORECASTS), &error);
        serde_json::from_str(&text).map(Some).map_err(failed)
    }

    /// The same as it is written, to compare to the last bit.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn forecasts_text(&self) -> Result<Option<String>, RunsError> {
        let path = self.path.join(FORECASTS);
        optional(text_of(&path), &path)
    }

    /// The weights it ended with, as the bytes of a safetensors file; unverified where an older version
    /// wrote no digest of them.
    ///
    /// # Errors
    /// Where the file cannot be read, or has changed since it was written.
    pub fn weights(&self) -> Result<Option<Vec<u8>>, RunsError> {
        let path = self.path.join(WEIGHTS);
        let Some(bytes) = optional(tensors_of(&path), &path)? else { return Ok(None) };
        if self.record.weights_digest.is_some_and(|then| Digest::of_bytes(&bytes) != then) {
            let advice = "put the file back, or train the run again";
            return Err(RunsError::Changed { path, advice });
        }
        Ok(Some(bytes))
    }

    /// Where it stood last, where that is on disk.
    ///
    /// # Errors
    /// Where the file cannot be read, has changed since it was written, or is no checkpoint.
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
        let Some(bytes) = optional(tensors_of(&path), &path)? else { return Ok(None) };
        FitCheckpoint::from_bytes(&bytes).map(Some).map_err(|error| match error {
            CheckpointError::Changed if file == CHECKPOINT => RunsError::Changed {
                path,
                advice: "put the file back, or delete it: the run is then trained from its beginning",
            },
            CheckpointError::Changed => {
                RunsError::Changed { path, advice: "put the file back, or delete the run" }
            }
            error => RunsError::Content { path, message: error.to_string() },
        })
    }

    /// Files of weights that an older version wrote without a digest, so that nobody can verify whether they
    /// have changed.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn without_digest(&self) -> Result<Vec<&'static str>, RunsError> {
        let mut found = Vec::new();
        for file in [START, CHECKPOINT] {
            let path = self.path.join(file);
            let bytes = optional(tensors_of(&path), &path)?;
            if bytes.is_some_and(|bytes| carries_digest(&bytes).is_ok_and(|carries| !carries)) {
                found.push(file);
            }
        }
        if self.record.weights_digest.is_none() && self.path.join(WEIGHTS).exists() {
            found.push(WEIGHTS);
        }
        Ok(found)
    }

    /// Its data, read again by its recipe.
    ///
    /// # Errors
    /// Where they cannot be read, the series is no longer the same, or the recipe does not fit it: one
    /// that was changed on disk is checked like any other.
    pub fn data(&self, recipe: &Recipe) -> Result<RunData, RunsError> {
        let reading = self.record.data.read(&recipe.import)?;
        self.check(recipe, reading.target())?;
        // Read well a moment ago; where it cannot be now, the series is what counts.
        let digest = self.record.data.digest();
        Ok(RunData { reading, other_bytes: digest.is_ok_and(|now| now != self.record.data_digest) })
    }

    /// Checks that a series is the one that it learns, and that its recipe can be used on this machine,
    /// before anything is allocated for it.
    ///
    /// # Errors
    /// Where the series is another, or a setting does not fit.
    pub fn check(&self, recipe: &Recipe, series: &Series) -> Result<(), RunsError> {
        self.check_series(series)?;
        let problems = recipe.check(&recipe.task(series).modelled_target(series));
        if problems.is_empty() {
            return Ok(());
        }
        let problems = problems.iter().map(|problem| format!("  {problem}")).collect();
        Err(RunsError::Settings { name: self.name.clone(), problems })
    }

    /// Checks that the settings which a checkpoint brings along can be used on this machine, likewise.
    ///
    /// # Errors
    /// Where one does not fit.
    pub fn check_checkpoint(
        &self,
        recipe: &Recipe,
        series: &Series,
        checkpoint: &FitCheckpoint,
    ) -> Result<(), RunsError> {
        let series = recipe.task(series).modelled_target(series);
        let refused =
            |message: String| Err(RunsError::Content { path: self.path.join(CHECKPOINT), message });
        for state in checkpoint.state.states() {
            if let Some(what) = state.contradiction() {
                return refused(format!("the checkpoint is of no run: {what}"));
            }
            let train = state.settings(&recipe.train);
            if train != recipe.train {
                let steered = Recipe { train, ..recipe.clone() };
                if let Some(problem) = steered.check(&series).first() {
                    return refused(problem.to_string());
                }
            }
        }
        Ok(())
    }

    fn check_series(&self, series: &Series) -> Result<(), RunsError> {
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
