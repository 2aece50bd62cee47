//! The open file: where it comes from, its rows made ready, and the run that it is to resume.
//!
//! Not for when it changes, which `state` and `follow` decide.
//!
//! What the jobs of the open file report, and what its state says of it.

use std::convert::Infallible;
use std::path::PathBuf;

use super::prepared::{Derived, Prepared, Readied, Study};
use super::reading_setting::without_target;
use crate::app::jobs::{JobId, Report};
use crate::evaluate::ScoringTask;
use crate::import::{ImportConfig, Progress, Reading, Sample};
use crate::project::Recipe;
use crate::project::runs::{DataSource, EpochRecord, Run, RunsError};
use crate::series::opening::seconds_of_slots;
use crate::series::{TimeAxis, visible};
use crate::train::Changed;

/// The open file and what follows from it and the recipe.
#[derive(Debug)]
pub struct Document {
    /// Where it comes from.
    pub source: Source,
    /// The job that read it: another number, another reading.
    pub read_by: JobId,
    /// The settings it was read by, without the target.
    pub import: ImportConfig,
    /// The file as read, its target made ready.
    pub data: Prepared,
    /// What is worth knowing of the series, as soon as it has been found out.
    pub study: Option<Box<Study>>,
    /// Season length to look at instead of the recipe's.
    pub season_looked_at: Option<usize>,
    /// The settings that the series suggests.
    pub usual: Recipe,
    /// What follows from the series and the recipe; of the recipe before the last edits, while that of
    /// the present one is made in a job.
    pub derived: Derived,
}

impl Document {
    /// A reading in place, with what follows from it and a recipe.
    pub(super) fn new(readied: Readied, recipe: &Recipe, source: Source, read_by: JobId) -> Self {
        let Readied { data, usual, derived } = readied;
        Self {
            source,
            read_by,
            import: without_target(&recipe.import),
            data,
            study: None,
            season_looked_at: None,
            usual: Recipe { import: recipe.import.clone(), ..usual },
            derived,
        }
    }

    /// Whether what was made of this series and task is measured as the present recipe would have it:
    /// the same series and held-out rows, the same horizon and season, outliers scored or not.
    pub fn is_scored_alike(&self, fingerprint: u64, task: &ScoringTask) -> bool {
        let present = &self.derived.task;
        task.season_length == present.season_length
            && task.outliers == present.outliers
            && self.shows_rows_of(fingerprint, task)
    }

    /// Whether what was made of this series and task forecasts the rows that are shown: the same
    /// series, the same held-out rows, the same horizon.
    pub fn shows_rows_of(&self, fingerprint: u64, task: &ScoringTask) -> bool {
        let present = &self.derived.task;
        fingerprint == self.data.fingerprint
            && task.horizon == present.horizon
            && task.split.holdout(task.horizon) == present.split.holdout(present.horizon)
    }

    /// The season length that is looked at.
    pub(super) fn season_shown(&self) -> usize {
        self.season_looked_at.unwrap_or(self.derived.task.season_length)
    }

    /// The recipe that a reading by these settings is to be shown with: `None` for the settings that
    /// the series suggests, where nothing but the import was touched.
    pub(super) fn touched(&self, recipe: &Recipe) -> Option<Recipe> {
        (*recipe != self.defaults(recipe)).then(|| recipe.clone())
    }

    /// The settings that the series suggests, read as it is by another recipe.
    pub fn defaults(&self, recipe: &Recipe) -> Recipe {
        Recipe { import: recipe.import.clone(), ..self.usual.clone() }
    }

    /// Rows at the end that decide nothing of how the file is read, for they are scored; only where a
    /// working calendar may be learned, and they are more than what is held out anyway.
    pub(super) fn held_out(&self, recipe: &Recipe) -> Option<usize> {
        let TimeAxis::Calendar(axis) = &self.data.series.axis else { return None };
        seconds_of_slots(axis.frequency)?;
        let rows = recipe.window.horizon.max(recipe.window.test);
        (rows > self.usual.window.horizon).then_some(rows)
    }

    /// The settings that the series suggests, with a hold-out and a validation part that go with a
    /// horizon.
    pub fn usual_at(&self, horizon: usize) -> Recipe {
        let mut usual = self.usual.clone();
        let suggested = usual.window.horizon;
        usual.window.follow_horizon(horizon);
        usual.window.horizon = suggested;
        usual
    }
}

/// What is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of the person's.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl Source {
    /// The file's name without its folder, or the sample's title, for a person.
    pub fn title(&self) -> String {
        match self {
            Self::File(path) => {
                visible(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
                    .into_owned()
            }
            Self::Sample(sample) => sample.title().to_owned(),
        }
    }

    /// The same as a run remembers it.
    pub fn data(&self) -> DataSource {
        match self {
            Self::File(path) => DataSource::file(path),
            Self::Sample(sample) => DataSource::sample(*sample),
        }
    }

    /// Where the rows of a run are; `None` for a sample that this program does not have.
    pub fn of_data(data: &DataSource) -> Option<Self> {
        match data {
            DataSource::File(path) => Some(Self::File(path.clone())),
            DataSource::Sample(name) => Sample::from_name(name).map(Self::Sample),
        }
    }
}

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

/// A message of a job of the document, by the kind of the job.
#[derive(Debug)]
pub enum DocumentMessage {
    /// A file is read, for the first time or by other settings, or another series of it is made ready.
    Reading(JobId, Report<ReadingEvent, WhatWasRead>),
    /// What is worth knowing of the series is found out.
    Study(JobId, Report<Infallible, Box<Study>>),
    /// What follows from an edited recipe is made.
    Follow(JobId, Report<Infallible, Box<Derived>>),
}

/// What a reading says on the way.
#[derive(Debug)]
pub enum ReadingEvent {
    /// It has come so far.
    Progress(Progress),
    /// The first rows of a long file, read.
    Head(Box<Readied>),
}

/// What was read.
#[derive(Debug)]
pub enum WhatWasRead {
    /// A series, made ready.
    Series(Box<Readied>),
    /// The data of a run that is to go on.
    ScoredRun(Box<Resumable>),
}

/// What a message changed for others.
#[derive(Debug)]
pub enum DocumentNews {
    Nothing,
    /// The series is another one: its baselines are due.
    Series,
    /// A file has taken the place of the one before.
    Opened,
    /// What follows from the present recipe is known.
    Followed,
    /// The data of a run are open; it is to go on.
    Resumed(Box<ResumedRun>),
    /// The run of this name cannot go on, and why.
    NotResumed(String, String),
}
