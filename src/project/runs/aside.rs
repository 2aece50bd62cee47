//! Folders of runs beside the whole ones: deleted runs that can still be put back, folders that are
//! broken, and leftovers of programs that died.
//!
//! Deleted runs are under a name that no list shows, held by the program that may put them back.

use std::path::{Path, PathBuf};

use super::lock::{Removable, RunLock};
use super::run::{CHECKPOINT, EVENTS, LOSSES, RECORD, WEIGHTS, is_run_file};
use super::writer::is_run_name;
use super::{Run, RunsError};
use crate::report::sync_folder;

/// Names of such folders begin so.
pub(super) const DELETED: &str = ".deleted-";

/// A run put aside. As long as this lives no other program removes it.
#[derive(Debug)]
pub struct Aside {
    from: PathBuf,
    to: PathBuf,
    /// `None` where the folder has no lock to be held by.
    hold: Option<Removable>,
}

impl Run {
    /// Puts its folder aside. The run is gone at once, so that a removal that is interrupted leaves no half
    /// of one.
    ///
    /// # Errors
    /// Where a program is at work on it, or its folder cannot be moved.
    pub fn set_aside(&self) -> Result<Aside, RunsError> {
        set_aside(&self.path, &self.name)?.ok_or_else(|| self.at_work())
    }
}

impl BrokenRun {
    /// Puts its folder aside, as [`Run::set_aside`] does.
    ///
    /// # Errors
    /// Where a program is at work on it, or its folder cannot be moved.
    pub fn set_aside(&self) -> Result<Aside, RunsError> {
        set_aside(&self.path, &self.name)?
            .ok_or_else(|| RunsError::BeingMade { name: self.name.clone() })
    }
}

/// `None` where a program is at work on it.
fn set_aside(from: &Path, name: &str) -> Result<Option<Aside>, RunsError> {
    let failed = |source| RunsError::write(from, source);
    let Some(held) = RunLock::take_to_remove(from)? else { return Ok(None) };
    let to = from.with_file_name(format!("{DELETED}{name}"));
    // Of another that had this name and was not wholly removed.
    remove_leftover(&to);
    // Windows moves no folder in which a file is open.
    let hold = if cfg!(windows) {
        drop(held);
        std::fs::rename(from, &to).map_err(failed)?;
        RunLock::take_to_remove(&to)?
    } else {
        std::fs::rename(from, &to).map_err(failed)?;
        Some(held)
    };
    let aside = Aside { from: from.to_owned(), to, hold };
    sync(from)?;
    Ok(Some(aside))
}

/// Removes a run that was put aside and that no program holds; whatever cannot be removed is in nobody's
/// way.
pub(super) fn remove_leftover(folder: &Path) {
    if was_run(folder)
        && !RunLock::is_taken(folder)
        && let Ok(Some(held)) = RunLock::take_to_remove(folder)
    {
        // Windows keeps a folder in which a file is open.
        if cfg!(windows) {
            drop(held);
        }
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Whether a folder that is named like a run put aside was one: by the whole of its name and what is left
/// in it, or by its record. Somebody else's folder may have the beginning of such a name too.
fn was_run(folder: &Path) -> bool {
    if !folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return false;
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let Some(name) = name.strip_prefix(DELETED) else { return false };
    let is_left = || {
        let Ok(entries) = std::fs::read_dir(folder) else { return false };
        let names = entries.flatten().map(|entry| entry.file_name());
        let mut names = names.peekable();
        names.peek().is_none() || names.any(|name| is_run_file(&name.to_string_lossy()))
    };
    (is_run_name(name) && is_left()) || Run::open(folder).is_ok_and(|run| run.is_some())
}

impl Aside {
    /// Puts the run back where it was.
    ///
    /// # Errors
    /// Where it is gone for good, or cannot be moved.
    pub fn put_back(self) -> Result<(), RunsError> {
        let Self { from, to, hold } = self;
        if cfg!(windows) {
            drop(hold);
        }
        std::fs::rename(&to, &from).map_err(|source| RunsError::write(&from, source))?;
        sync(&from)
    }

    /// Removes it for good.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn remove(self) -> Result<(), RunsError> {
        let Self { from, to, hold } = self;
        // Some systems remove no file that is open.
        drop(hold);
        match std::fs::remove_dir_all(&to) {
            // Another program was tidying up.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(|source| RunsError::Unremoved { path: from, source }),
        }
    }
}

/// Waits until a folder's new name is on disk.
fn sync(path: &Path) -> Result<(), RunsError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    sync_folder(folder).map_err(|source| RunsError::write(folder, source))
}

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
    Whole(Box<Run>),
    /// What is left of one.
    Broken(BrokenRun),
}

impl FoundRun {
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
