//! Why a run could not be kept, found or taken up again.

use std::path::{Path, PathBuf};

use super::Digest;
use crate::export::WriteError;
use crate::import::ImportError;
use crate::project::RecipeError;

/// An error about run folders.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// There is no place to keep runs in.
    #[error("this system names no folder for data; name one with --runs DIR or TIDEGATE_RUNS")]
    NoFolder,
    /// A file or folder cannot be written.
    #[error("{} cannot be written: {source}; name another folder with --runs DIR or TIDEGATE_RUNS", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file cannot be written whole.
    #[error(transparent)]
    Write(#[from] WriteError),
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
         data of then back, or train anew",
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

impl RunsError {
    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), source }
    }

    pub(super) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}
