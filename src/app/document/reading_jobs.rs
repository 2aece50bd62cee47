//! What a reading does in its thread: a file read, another series of it made ready, the data of a run;
//! and how far it is.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::opened::{Document, ReadingEvent, Resumable, Source, WhatWasRead};
use super::prepared::{Outlines, Prepared, Readied};
use super::reading_setting::{ReadingSetting, without_target};
use crate::app::jobs::{JobContext, JobEnd, JobId, Outcome};
use crate::import::{
    ImportConfig, ImportError, OnProgress, Progress, Reading, Stage, read_bytes_watched,
    read_file_watched, read_head,
};
use crate::project::{Recipe, runs};
use crate::series::visible;

/// What a reading is given: its way to tell how far it is.
type ReadingContext = JobContext<ReadingEvent>;

/// How files and samples are read: what, by which settings, and who gets progress and may answer
/// with a stop. Tests put a slow one in place of [`read`].
pub type ReadFile = Arc<
    dyn Fn(&Source, &ImportConfig, &mut OnProgress<'_>) -> Result<Reading, ImportError>
        + Send
        + Sync,
>;

/// Reads a file or a sample by these settings.
///
/// # Errors
/// As [`read_file_watched`].
pub fn read(
    source: &Source,
    config: &ImportConfig,
    on_progress: &mut OnProgress<'_>,
) -> Result<Reading, ImportError> {
    match source {
        Source::File(path) => read_file_watched(path, config, on_progress),
        Source::Sample(sample) => {
            let bytes = sample.csv().as_bytes();
            read_bytes_watched(sample.file_name(), bytes, config, on_progress)
        }
    }
}

/// Share of opening a file that reading it is, as measured on ten million rows; the rest is studying
/// its series.
const READING: f64 = 0.7;

/// Progress is sent no more often than this: a frame or two apart is all that is seen.
const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

/// Opens a file or a sample for the first time: everything is found by content.
pub fn open(context: &ReadingContext, read: &ReadFile, source: &Source) -> Outcome<WhatWasRead> {
    read_in_job(context, read, source, (&ImportConfig::default(), None))
}

/// Reads the open file by other settings, the head of a long one first. The target of the settings
/// stays where it can: the new reading may have no such series. `recipe` are the settings to show it
/// with, or none for those that it suggests.
pub fn open_again(
    context: &ReadingContext,
    read: &ReadFile,
    source: &Source,
    config: &ImportConfig,
    recipe: Option<&Recipe>,
) -> Outcome<WhatWasRead> {
    if let Source::File(path) = source
        && let Some(head) = read_head(path, &without_target(config))
    {
        let head = Prepared::new(with_target_if_any(head, config));
        let head = Readied::new(head, config, recipe);
        context.send(ReadingEvent::Head(Box::new(head)));
    }
    read_in_job(context, read, source, (config, recipe))
}

fn read_in_job(
    context: &ReadingContext,
    read: &ReadFile,
    source: &Source,
    (config, recipe): (&ImportConfig, Option<&Recipe>),
) -> Outcome<WhatWasRead> {
    let Some(reading) = read_watched(context, read, source, config)? else {
        return Ok(JobEnd::Stopped(None));
    };
    let reading = with_target_if_any(reading, config);
    let prepared = Prepared::watched(reading, &|share| {
        let share = READING + (1.0 - READING) * share;
        context.send(ReadingEvent::Progress(Progress { stage: Stage::Studying, share }));
    });
    if context.stop.is_stopped() {
        return Ok(JobEnd::Stopped(None));
    }
    let readied = Readied::new(prepared, config, recipe);
    Ok(JobEnd::Finished(WhatWasRead::Series(Box::new(readied))))
}

/// Opens the data of a run that is to go on, by the settings of the run; data that are not those of
/// then are refused before anything changes.
pub fn open_run(
    context: &ReadingContext,
    read: &ReadFile,
    source: &Source,
    run: &runs::Run,
) -> Outcome<WhatWasRead> {
    let said = |error: runs::RunsError| error.to_string();
    let recipe = run.recipe().map_err(said)?;
    let Some(mut reading) = read_watched(context, read, source, &recipe.import)? else {
        return Ok(JobEnd::Stopped(None));
    };
    if let Some(name) = &recipe.import.target {
        reading = reading.with_target(name).map_err(|error| error.to_string())?;
    }
    let resumable = Resumable::new(run.clone(), recipe, reading).map_err(said)?;
    Ok(JobEnd::of(WhatWasRead::ScoredRun(Box::new(resumable)), &context.stop))
}

/// Reads all but the target of the settings, telling how far it is; `None` where it was stopped.
fn read_watched(
    context: &ReadingContext,
    read: &ReadFile,
    source: &Source,
    config: &ImportConfig,
) -> Result<Option<Reading>, String> {
    let mut reported: Option<Instant> = None;
    let mut hear = |progress: Progress| {
        if reported.is_none_or(|last| last.elapsed() >= BETWEEN_REPORTS) {
            reported = Some(Instant::now());
            let share = progress.share * READING;
            context.send(ReadingEvent::Progress(Progress { share, ..progress }));
        }
        if context.stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let reading = read(source, &without_target(config), &mut hear);
    if context.stop.is_stopped() {
        return Ok(None);
    }
    reading.map(Some).map_err(|error| error.to_string())
}

/// The reading with the target of the settings, or with its own where it has no such series.
fn with_target_if_any(reading: Reading, config: &ImportConfig) -> Reading {
    match &config.target {
        Some(name) => reading.clone().with_target(name).unwrap_or(reading),
        None => reading,
    }
}

/// Makes another series of an open file ready.
pub fn choose(
    context: &ReadingContext,
    (reading, outlines): (Reading, Outlines),
    name: &str,
    import: &ImportConfig,
    recipe: Option<&Recipe>,
) -> Outcome<WhatWasRead> {
    let reading = reading.with_target(name).map_err(|error| error.to_string())?;
    let prepared = Prepared::with_outlines(reading, outlines);
    let readied = Box::new(Readied::new(prepared, import, recipe));
    Ok(JobEnd::of(WhatWasRead::Series(readied), &context.stop))
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

    /// Seconds left at the rate so far; `None` until that is known, where it is being stopped, and
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
