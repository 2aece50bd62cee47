//! Folders of runs that cannot be read as runs: listed with the reason, shown, deleted.

use std::path::{Path, PathBuf};

use super::name::is_run_name;
use super::run::{CHECKPOINT, EVENTS, LOSSES, RECORD, WEIGHTS};
use super::{Aside, Run, RunsError};

/// Letters of a reason: it is one line of a list.
const LONGEST_REASON: usize = 400;

/// A run whose folder is there and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRun {
    /// Its name: that of its folder.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// Why it cannot be read and what to do, in one line.
    pub why: String,
}

/// What was found under a name.
#[derive(Debug, Clone, PartialEq)]
pub enum FoundRun {
    /// A run.
    Whole(Box<Run>),
    /// What is left of one.
    Broken(BrokenRun),
}

impl FoundRun {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Whole(run) => &run.name,
            Self::Broken(run) => &run.name,
        }
    }

    /// Puts its folder aside.
    ///
    /// # Errors
    /// Where a program is at work on it, or its folder cannot be moved.
    pub fn set_aside(&self) -> Result<Aside, RunsError> {
        match self {
            Self::Whole(run) => run.set_aside(),
            Self::Broken(run) => run.set_aside(),
        }
    }
}

impl Run {
    /// The same as a run that cannot be read, for this reason.
    #[must_use]
    pub fn broken(&self, why: &RunsError) -> BrokenRun {
        BrokenRun::new(&self.path, why)
    }
}

impl BrokenRun {
    pub(super) fn new(path: &Path, why: &RunsError) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, path: path.to_owned(), why: in_one_line(&why.to_string()) }
    }

    /// The files that are left of it with their bytes, by name.
    pub fn files(&self) -> Vec<(String, u64)> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        let mut files: Vec<(String, u64)> = entries
            .map(|entry| {
                let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
                (entry.file_name().to_string_lossy().into_owned(), bytes)
            })
            .collect();
        files.sort();
        files
    }
}

/// Whether a folder without a record is one of a run all the same: by its name, or by a file of runs in
/// it. Others belong to somebody else.
pub(super) fn is_of_a_run(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let known = [RECORD, LOSSES, EVENTS, CHECKPOINT, WEIGHTS];
    is_run_name(&name) || known.iter().any(|file| path.join(file).exists())
}

fn in_one_line(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(LONGEST_REASON) {
        line.truncate(end);
        line.push('…');
    }
    line
}
