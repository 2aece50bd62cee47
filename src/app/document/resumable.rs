//! A run that was cut off, with its data read: ready to go on.

use crate::import::{ImportConfig, Reading};
use crate::project::Recipe;
use crate::project::runs::{EpochRecord, Run, RunsError};
use crate::train::Changed;

use super::prepared::{Prepared, Readied};

/// A run ready to go on: its data read, and what was before.
#[derive(Debug)]
pub struct Resumable {
    /// Its data.
    pub readied: Readied,
    /// Its settings.
    pub recipe: Recipe,
    /// The run itself.
    pub run: ResumedRun,
}

/// A run on disk that is to go on, and what was before.
#[derive(Debug)]
pub struct ResumedRun {
    /// The run on disk.
    pub run: Run,
    /// Losses of the epochs that are done.
    pub epochs: Vec<EpochRecord>,
    /// Settings changed in them.
    pub changes: Vec<Changed>,
}

impl Resumable {
    /// A run with its data as they were read now.
    ///
    /// # Errors
    /// Where they are not those of then, its settings cannot be used, or its folder cannot be read.
    pub fn new(run: Run, recipe: Recipe, reading: Reading) -> Result<Self, RunsError> {
        run.check(&recipe, reading.target())?;
        let (epochs, changes) = run.done()?;
        let changes = changes.iter().map(|change| change.changed).collect();
        let data = Prepared::new(reading);
        let readied = Readied::new(data, &ImportConfig::default(), Some(&recipe));
        Ok(Self { readied, recipe, run: ResumedRun { run, epochs, changes } })
    }
}
