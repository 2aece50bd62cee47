//! Runs that were deleted and can still be put back: folders under a name that no list shows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Registry, Run, RunStatus, RunsError};

/// Names of such folders begin so.
const DELETED: &str = ".deleted-";
/// What was put aside this long ago is wanted by nobody: the program that would put it back has died.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// A run put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    from: PathBuf,
    to: PathBuf,
}

impl Run {
    /// Puts its folder aside. The run is gone at once, so that a removal that is cut off leaves no half
    /// of one.
    ///
    /// # Errors
    /// Where a program is at work on it, or its folder cannot be moved.
    pub fn set_aside(&self) -> Result<Aside, RunsError> {
        if self.status() == RunStatus::AtWork {
            return Err(self.at_work());
        }
        let to = self.path.with_file_name(format!("{DELETED}{}", self.name));
        let aside = Aside { from: self.path.clone(), to };
        std::fs::rename(&aside.from, &aside.to)
            .map_err(|source| RunsError::write(&aside.from, source))?;
        Ok(aside)
    }
}

impl Aside {
    /// Puts the run back where it was.
    ///
    /// # Errors
    /// Where it is gone for good, or cannot be moved.
    pub fn put_back(&self) -> Result<(), RunsError> {
        std::fs::rename(&self.to, &self.from).map_err(|source| RunsError::write(&self.from, source))
    }

    /// Removes it for good.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn remove(&self) -> Result<(), RunsError> {
        std::fs::remove_dir_all(&self.to).map_err(|source| RunsError::write(&self.from, source))
    }
}

impl Registry {
    /// Removes what other programs have put aside and not removed, a day after. What cannot be removed
    /// is in nobody's way.
    pub fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(self.folder()) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(DELETED) && is_old(&path) {
                let _ = std::fs::remove_dir_all(&path);
            }
        }
    }
}

fn is_old(path: &Path) -> bool {
    let changed = path.metadata().and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > FORGOTTEN))
}
