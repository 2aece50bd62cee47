//! Why a run could not be kept, found or resumed.

use std::path::{Path, PathBuf};

use super::Digest;
use crate::import::ImportError;
use crate::project::RecipeError;
use crate::report::{WriteError, disk_problem};

/// An error about run folders.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// There is no place to keep runs in.
    #[error("this system names no folder for data; name one with --runs DIR or TIDEGATE_RUNS")]
    NoFolder,
    /// A file or folder cannot be written.
    #[error("{} cannot be written: {}", path.display(), why_unwritten(source))]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A run cannot be removed whole. It is off the list all the same.
    #[error("{} is off the list, and its files cannot all be removed: {source}; they are removed \
             when Tidegate next looks through the folder and may", path.display())]
    Unremoved {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// What a run would begin with cannot be read back, so it could never be shown or resumed.
    #[error("the run cannot be kept, for {what} would not read back: {why}")]
    Unkeepable {
        /// The file of the run.
        what: &'static str,
        /// What does not come back.
        why: String,
    },
    /// A file or folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file of a run is not what a run has.
    #[error("{} cannot be used: {message}; delete the run or put the file back", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// A file is not what it was when it was written.
    #[error("{} has changed since it was written; {advice}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What to do.
        advice: &'static str,
    },
    /// A folder of a run has no record.
    #[error("{file} is missing from {}; put the file back, or delete the run", path.display())]
    NoRecord {
        /// The folder.
        path: PathBuf,
        /// The record's file.
        file: &'static str,
    },
    /// The folder asked for cannot be read as a run.
    #[error("run {name} is broken: {why}")]
    Broken {
        /// The run.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// The settings of the run do not fit its data or this machine.
    #[error("the settings of run {name} cannot be used:\n{}", problems.join("\n"))]
    Settings {
        /// The run.
        name: String,
        /// All problems, a line each.
        problems: Vec<String>,
    },
    /// No run has this name.
    #[error("there is no run \"{asked}\" in {}; {}", folder.display(), those_there(known))]
    Unknown {
        /// The name asked for.
        asked: String,
        /// Where runs are kept.
        folder: PathBuf,
        /// The names that are there, newest first.
        known: Vec<String>,
    },
    /// Several runs begin like this.
    #[error("several runs begin with \"{asked}\": {}; give more of the name", known.join(", "))]
    Ambiguous {
        /// The name asked for.
        asked: String,
        /// The runs that begin so.
        known: Vec<String>,
    },
    /// The run belongs to a program that is at work on it.
    #[error(
        "run {name} is at work in process {process}; wait until it has ended, or stop that process"
    )]
    AtWork {
        /// The run.
        name: String,
        /// The process.
        process: u32,
    },
    /// A program is at work on a run that cannot be read.
    #[error("another program is at work on run {name}; wait until it has ended, or stop it")]
    BeingMade {
        /// The run.
        name: String,
    },
    /// The run has run its course.
    #[error("run {name} has {state}, so there is nothing to resume")]
    Ended {
        /// The run.
        name: String,
        /// How it ended.
        state: String,
    },
    /// The run cannot be trained further.
    #[error("run {name} cannot be trained further: {why}")]
    NoFurther {
        /// The run.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// The recipe of the run cannot be used.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The data of the run cannot be read.
    #[error("the data of the run cannot be read: {0}")]
    Data(#[from] ImportError),
    /// The data are no longer those of the run.
    #[error(
        "the data changed since the run began: {} of {data} was {expected} and is {found}; put the \
         data of then back, or train again",
        what
    )]
    DataChanged {
        /// The file or the sample.
        data: String,
        /// What was compared: the digest of the series.
        what: &'static str,
        /// The digest then.
        expected: Digest,
        /// The digest now.
        found: Digest,
    },
}

/// Names in a message; more than this many are counted.
const LISTED: usize = 8;

fn those_there(known: &[String]) -> String {
    match known.len() {
        0 => "none is kept there".to_owned(),
        1..=LISTED => format!("there are {}", known.join(", ")),
        many => format!("the newest of {many} are {}", known[..LISTED].join(", ")),
    }
}

fn why_unwritten(error: &std::io::Error) -> String {
    let elsewhere = "name another folder with --runs DIR or TIDEGATE_RUNS";
    match disk_problem(error) {
        Some(problem) => format!("{problem}, or {elsewhere}"),
        None => format!("{error}; {elsewhere}"),
    }
}

impl From<WriteError> for RunsError {
    fn from(WriteError { path, source }: WriteError) -> Self {
        Self::Unwritable { path, source }
    }
}

impl RunsError {
    pub(super) fn broken(path: &Path, error: &serde_json::Error) -> Self {
        Self::Content { path: path.to_owned(), message: error.to_string() }
    }

    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), source }
    }

    pub(super) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}
