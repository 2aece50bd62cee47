//! What a run is, in the few lines of its `run.json`, and its forecasts in `forecasts.json`.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Digest;
use crate::evaluate::{Metrics, ModelReport};
use crate::forecast::{EpochReport, FitChange, Forecast};
use crate::import::{ImportConfig, ImportError, Reading, Sample, read_bytes, read_file};
use crate::series::number::{nan_where_null, nans_where_null};

/// Where the rows of a run came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSource {
    /// A file, by its whole path.
    File(PathBuf),
    /// A series built into the program, by its name on the command line.
    Sample(String),
}

impl DataSource {
    /// A file's path made whole, so that it is found from another folder.
    pub fn file(path: &std::path::Path) -> Self {
        Self::File(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
    }

    pub fn sample(sample: Sample) -> Self {
        Self::Sample(sample.name().to_owned())
    }

    /// The file's name without its ending, or the sample's: for names of runs.
    pub fn stem(&self) -> String {
        match self {
            Self::File(path) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Sample(name) => name.clone(),
        }
    }

    /// Reads the rows.
    ///
    /// # Errors
    /// Where the file is gone or cannot be read by these settings.
    pub fn read(&self, config: &ImportConfig) -> Result<Reading, ImportError> {
        let not_found = |path: &str| ImportError::NotFound { path: PathBuf::from(path) };
        match self {
            Self::File(path) => read_file(path, config),
            Self::Sample(name) => {
                let sample = Sample::from_name(name).ok_or_else(|| not_found(name))?;
                read_bytes(sample.file_name(), sample.csv().as_bytes(), config)
            }
        }
    }

    /// The digest of its bytes.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn digest(&self) -> std::io::Result<Digest> {
        match self {
            Self::File(path) => Digest::of_file(path),
            Self::Sample(name) => {
                let csv = Sample::from_name(name).map_or("", Sample::csv);
                Ok(Digest::of_bytes(csv.as_bytes()))
            }
        }
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Sample(name) => write!(f, "sample {name}"),
        }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It has begun and not ended. Where no program is at work on it, it was interrupted.
    Running,
    /// It ran its course.
    Finished,
    /// It was ended by hand; the best weights until then are kept.
    Stopped,
    /// It could not go on.
    Failed(String),
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        })
    }
}

/// The record of a run. Entries that later versions add are passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The model, by the name of the scorecard.
    pub model: String,
    /// Where its rows came from.
    pub data: DataSource,
    /// Digest of the file's bytes.
    pub data_digest: Digest,
    /// Digest of the series that was read from them.
    pub series_digest: Digest,
    /// Name of the series.
    pub target: String,
    pub rows: usize,
    /// What every random choice follows.
    pub seed: u64,
    /// Version of the program.
    pub program: String,
    /// What it was computed on.
    pub device: String,
    /// Threads; they change how fast, not what.
    pub threads: usize,
    /// When it began, in UTC.
    pub started: String,
    /// When it ended, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// The process at work on it, or the last that was.
    pub process: u32,
    /// How far it has come.
    pub state: RunState,
    /// Times it was resumed.
    #[serde(default)]
    pub resumed: usize,
    /// The run that it went on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continues>,
    /// Errors on the hold-out, once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// Digest of the weights it ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights_digest: Option<Digest>,
    /// Files that it ended without, for they could not be written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unwritten: Vec<String>,
}

/// Where a run went on from: an epoch of another, whose checkpoint it has in its own folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continues {
    /// Name of the other, where that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Epochs that were done there; their losses are in this run too.
    pub epoch: usize,
    /// Changes that were made there.
    #[serde(default)]
    pub changes: usize,
}

impl fmt::Display for Continues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.run {
            Some(run) => write!(f, "{run} after epoch {}", self.epoch),
            None => write!(f, "a run that was not kept, after epoch {}", self.epoch),
        }
    }
}

/// What an epoch brought, in the series' units: a point of the loss curve, and a line of
/// `losses.jsonl`. It holds nothing that another run of the same recipe would
/// have otherwise, so that files of equal runs are equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Training error, in the series' units.
    #[serde(deserialize_with = "nan_where_null")]
    pub training: f64,
    /// Validation error, in the same.
    #[serde(deserialize_with = "nan_where_null")]
    pub validation: f64,
    /// Whether it is the best so far.
    pub improved: bool,
}

impl EpochRecord {
    /// The line of an epoch's report.
    pub const fn of(report: &EpochReport) -> Self {
        Self {
            epoch: report.epoch,
            training: report.training_error,
            validation: report.validation_error,
            improved: report.improved,
        }
    }
}

/// A line of `events.jsonl`: what happened to a run besides its epochs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    /// When, in UTC.
    pub time: String,
    /// Epochs that were done.
    pub epoch: usize,
    pub event: RunEvent,
}

/// A change as a run's events have it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RunChange {
    /// Its place among the changes of the run, from 1. Those that had this place or a later one are
    /// undone by it: the run was resumed before them, and went on otherwise.
    pub number: usize,
    #[serde(flatten)]
    pub change: FitChange,
}

/// What can happen to a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEvent {
    /// It began.
    Started,
    /// It was resumed after it was interrupted.
    Resumed,
    /// Settings were changed while it learned.
    Changed(RunChange),
    /// It ran its course.
    Finished,
    /// It was ended by hand.
    Stopped,
    /// It could not go on, and why.
    Failed(String),
}

impl fmt::Display for RunEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started => f.write_str("started"),
            Self::Resumed => f.write_str("resumed"),
            Self::Changed(RunChange { change, .. }) if change.diverged => {
                write!(f, "changed to {}, where training had diverged", change.changed)
            }
            Self::Changed(RunChange { change, .. }) => write!(f, "changed to {}", change.changed),
            Self::Finished => f.write_str("finished"),
            Self::Stopped => f.write_str("stopped"),
            Self::Failed(why) => write!(f, "failed: {why}"),
        }
    }
}

/// What a run forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredForecasts {
    /// Over the held-out rows.
    pub holdout: StoredForecast,
    /// After the last row.
    pub future: StoredForecast,
    /// Whether the future is forecast by networks trained once more on all rows; older runs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refitted: Option<bool>,
}

/// One forecast: a time and a value a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredForecast {
    /// Row of the first value.
    pub first_row: usize,
    /// ISO 8601, or positions.
    pub times: Vec<String>,
    /// In the series' units.
    #[serde(deserialize_with = "nans_where_null")]
    pub values: Vec<f64>,
    /// Prediction intervals; none where the model gives none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<StoredInterval>,
}

/// The bounds of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredInterval {
    /// Share of futures that it should hold, 0 to 1.
    pub level: f64,
    /// Lower bound, one a row.
    #[serde(deserialize_with = "nans_where_null")]
    pub lower: Vec<f64>,
    /// Upper bound, one a row.
    #[serde(deserialize_with = "nans_where_null")]
    pub upper: Vec<f64>,
}

impl StoredForecasts {
    pub fn of(report: &ModelReport) -> Self {
        let [holdout, future] = [&report.holdout, &report.future].map(StoredForecast::of);
        Self { holdout, future, refitted: Some(report.refitted) }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Where there is no JSON for it.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

impl StoredForecast {
    fn of(forecast: &Forecast) -> Self {
        let intervals = forecast.intervals.iter().map(|interval| StoredInterval {
            level: interval.level,
            lower: interval.lower.clone(),
            upper: interval.upper.clone(),
        });
        Self {
            first_row: forecast.first_row,
            times: forecast.points().map(|(time, _)| time).collect(),
            values: forecast.values.clone(),
            intervals: intervals.collect(),
        }
    }
}
