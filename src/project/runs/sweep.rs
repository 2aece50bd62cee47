//! What programs that died have left in a folder of runs, and its removal.

use std::path::Path;

use super::Registry;
use super::aside::{DELETED, remove_leftover};
use super::lock::{LOCK, RunLock};
use super::run::{LOSSES, RECIPE, RECORD, START};
use super::writer::is_run_name;
use crate::report::{is_temporary, sweep_temporary_files};

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;

impl Registry {
    /// Removes what nobody holds and nobody can use. What cannot be removed does no harm.
    pub fn sweep(&self) {
        sweep_temporary_files(self.folder());
        let Ok(entries) = std::fs::read_dir(self.folder()) else { return };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if name.starts_with(DELETED) {
                remove_leftover(&path);
            } else if is_run_name(&name) {
                sweep_run(&path);
            }
        }
    }
}

fn sweep_run(folder: &Path) {
    if is_half_made(folder) {
        remove_half_made(folder);
    } else {
        sweep_temporary_files(folder);
    }
}

/// Whoever begins a run holds it before the first file is written, so what is half made and free was
/// left by a program that died.
fn remove_half_made(folder: &Path) {
    if !RunLock::is_taken(folder)
        && let Ok(Some(_held)) = RunLock::take_to_remove(folder)
        && is_half_made(folder)
    {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Whether a folder holds nothing but what a run begins with, its record not among it.
fn is_half_made(folder: &Path) -> bool {
    let is_beginning =
        |name: &str| [LOCK, RECIPE, START, LOSSES].contains(&name) || is_temporary(name);
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    !folder.join(RECORD).exists()
        && entries.flatten().all(|entry| {
            let is_plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            is_plain && is_beginning(&entry.file_name().to_string_lossy())
        })
}
