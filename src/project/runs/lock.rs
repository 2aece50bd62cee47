//! Which program is at work on a run: a lock on a file of its folder. Not for what a run is (`run`).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::RunsError;

/// Held by the program at work on the run. The system lets go of it however that program ends.
pub(super) const LOCK: &str = "lock";
/// Further tries to take a lock.
const TRIES: usize = 5;
/// Time between two of them.
const PAUSE: Duration = Duration::from_millis(10);

/// A run taken for this program, for as long as this lives.
#[derive(Debug)]
pub(super) struct RunLock(File);

impl RunLock {
    /// Takes the run of a folder; `None` where a program is at work on it. Where the file system knows
    /// no locks, it is taken.
    ///
    /// # Errors
    /// Where the lock's file cannot be written.
    pub(super) fn take(folder: &Path) -> Result<Option<Self>, RunsError> {
        let path = folder.join(LOCK);
        let failed = |source| RunsError::write(&path, source);
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).read(true).open(&path).map_err(failed)?;
        // Whoever only asks holds the lock for a moment, too.
        let mut tried = file.try_lock();
        for _ in 0..TRIES {
            if !matches!(tried, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(PAUSE);
            tried = file.try_lock();
        }
        match tried {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                Ok(Some(Self(file)))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Takes the run of a folder to remove it, or to put it aside; `None` where a program is at work on
    /// it. What stands in the place of the lock's file and is none keeps nobody from that.
    ///
    /// # Errors
    /// Where the lock's file cannot be written.
    pub(super) fn take_to_remove(folder: &Path) -> Result<Option<Removable>, RunsError> {
        match is_plain(&folder.join(LOCK)) {
            Some(false) => Ok(Some(Removable { _lock: None })),
            _ => Ok(Self::take(folder)?.map(|lock| Removable { _lock: Some(lock) })),
        }
    }

    /// Whether a program is at work on the run of a folder. Where the file system knows no locks, one
    /// counts as being at work: two programs on one run would spoil it.
    pub(super) fn is_taken(folder: &Path) -> bool {
        let path = folder.join(LOCK);
        if is_plain(&path) == Some(false) {
            return false;
        }
        // A file opened for reading can be locked, and asking must not touch the folder.
        match File::open(path).map(Self) {
            Ok(lock) => lock.0.try_lock_shared().is_err(),
            Err(error) => error.kind() != ErrorKind::NotFound,
        }
    }
}

/// A run that nobody works on, and nobody begins to while this lives.
#[derive(Debug)]
pub(super) struct Removable {
    _lock: Option<RunLock>,
}

/// Whether what stands there is a plain file, if anything does.
fn is_plain(path: &Path) -> Option<bool> {
    path.symlink_metadata().ok().map(|metadata| metadata.is_file())
}

impl Drop for RunLock {
    /// A program that is being started has this one's open files until it runs: closing this one alone
    /// would leave the run locked for that long.
    fn drop(&mut self) {
        // What has no lock has nothing to let go of.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_at_a_time_has_a_run() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!RunLock::is_taken(folder.path()), "nobody ever took it");
        let lock = RunLock::take(folder.path()).unwrap().expect("it is free");
        assert!(RunLock::is_taken(folder.path()));
        assert!(RunLock::take(folder.path()).unwrap().is_none());
        drop(lock);
        assert!(!RunLock::is_taken(folder.path()));
        assert!(RunLock::take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn a_folder_in_the_place_of_the_lock_keeps_nobody_from_removing_the_run() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(LOCK)).unwrap();
        assert!(!RunLock::is_taken(folder.path()));
        assert!(RunLock::take(folder.path()).is_err());
        assert!(RunLock::take_to_remove(folder.path()).unwrap().is_some());
    }

    #[test]
    fn it_is_let_go_of_though_a_program_being_started_has_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::take(folder.path()).unwrap().expect("it is free");
        // What a child has between its making and its beginning.
        let inherited = lock.0.try_clone().unwrap();
        drop(lock);
        assert!(!RunLock::is_taken(folder.path()));
        drop(inherited);
    }
}
