//! Files appear whole or not at all: written beside their place under a temporary name, then
//! renamed.
//!
//! Not for devices and pipes, which are written to as they stand (`place`).
//!
//! Temporary files of writes that were interrupted. Each belongs to the program that holds its lock; one that
//! nobody holds is removed.

use std::fs::{File, Metadata};
use std::io::{Error, ErrorKind, Result as IoResult, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::place::{OutputPlace, Refusal, write_to_output, write_to_stream};

/// Why a file could not be written. Whatever stood at the path before is untouched, or the new contents
/// stand there whole.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {}", path.display(), why_unwritten(source))]
pub struct WriteError {
    /// The path asked for.
    pub path: PathBuf,
    /// The system's words.
    pub source: Error,
}

fn why_unwritten(error: &Error) -> String {
    let inner = error.get_ref();
    if inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<Refusal>) {
        return error.to_string();
    }
    match disk_problem(error) {
        Some(problem) => format!("{problem}, or choose a folder on another disk"),
        None => format!("{error}; choose a folder that exists and that you may write to"),
    }
}

/// What is wrong with the disk, where that is why a write failed, and what to do.
pub fn disk_problem(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::StorageFull => Some("the disk is full; make room on it"),
        ErrorKind::QuotaExceeded => {
            Some("your share of the disk is used up; remove some of your files")
        }
        ErrorKind::ReadOnlyFilesystem => Some("the disk is read-only; make it writable"),
        _ => None,
    }
}

/// Writes `contents` to `path`, replacing what stands there only once all of it is on disk. A file keeps
/// its mode; a device, a pipe, or the file that our standard output goes to is written to as it stands.
///
/// # Errors
/// A folder that does not exist or may not be written to, a read-only file, a full disk, or a path that
/// is a folder.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    let write = || match OutputPlace::of(path)? {
        OutputPlace::Standing(path, metadata) => replace(&path, Some(&metadata), contents),
        OutputPlace::New(path) => replace(&path, None, contents),
        OutputPlace::Stream(path) => write_to_stream(&path, contents),
        OutputPlace::Output => write_to_output(contents),
    };
    write().map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Whether a file could be written to `path`, found out without touching what stands there.
///
/// # Errors
/// As [`write_atomically`], the disk's room left aside.
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let check = || match OutputPlace::of(path)? {
        OutputPlace::Standing(path, metadata) => temporary_beside(&path, Some(&metadata)).map(drop),
        OutputPlace::New(path) => temporary_beside(&path, None).map(drop),
        OutputPlace::Stream(_) | OutputPlace::Output => Ok(()),
    };
    check().map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Waits until what was made, renamed or removed in a folder is on disk; nothing where the system syncs
/// no folders.
///
/// # Errors
/// Where the disk fails.
pub fn sync_folder(folder: &Path) -> IoResult<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder that may be written to and not read, and file systems that do not know how.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

fn replace(path: &Path, standing: Option<&Metadata>, contents: &[u8]) -> IoResult<()> {
    let mut file = temporary_beside(path, standing)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path))?;
    // Of writes into the same folder that were interrupted.
    sweep_temporary_files(folder_of(path));
    Ok(())
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A temporary file that nobody may read who may not read what stands there.
fn temporary_beside(path: &Path, standing: Option<&Metadata>) -> IoResult<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary file is private by default; an export should be as readable as any other file.
        let mode = standing.map_or(0o666, |standing| standing.permissions().mode() & 0o777);
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    // The library's own message names the temporary file, which nobody asked for.
    let plain =
        |error: Error| error.raw_os_error().map_or(error.kind().into(), Error::from_raw_os_error);
    let file = hold(|| builder.tempfile_in(folder_of(path)).map_err(plain))?;
    #[cfg(unix)]
    if let Some(standing) = standing {
        keep_owner_and_mode(file.as_file(), standing)?;
    }
    Ok(file)
}

/// Gives a file the owner of another, where that is allowed, and its mode.
#[cfg(unix)]
fn keep_owner_and_mode(file: &File, standing: &Metadata) -> IoResult<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (standing.uid(), standing.gid()) {
        // Only root may give files away; others own what they write.
        let _ = fchown(file, Some(standing.uid()), Some(standing.gid()));
    }
    match file.set_permissions(standing.permissions()) {
        // Some disks know no modes. The file is no more readable than what it replaces.
        Err(error)
            if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        set => set,
    }
}

/// Names of temporary files begin so.
pub(super) const PREFIX: &str = ".tidegate-";
/// Random letters after it.
const RANDOM: usize = 6;
/// Tries to make a file that nobody takes for a leftover between its making and its lock.
const TRIES: usize = 5;

/// Makes a temporary file and holds it, as long as it lives.
pub(super) fn hold(make: impl Fn() -> IoResult<NamedTempFile>) -> IoResult<NamedTempFile> {
    let mut file = make()?;
    for _ in 0..TRIES {
        // Where the file system knows no locks, nothing is swept either.
        let is_held = file.as_file().lock().is_ok();
        if !is_held || file.path().exists() {
            break;
        }
        file = make()?;
    }
    Ok(file)
}

/// Whether a name is that of a temporary file.
pub fn is_temporary(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).unwrap_or("");
    random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Removes the temporary files of a folder that no program holds. What cannot be removed is in nobody's
/// way.
pub fn sweep_temporary_files(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_plain && is_temporary(&entry.file_name().to_string_lossy()) {
            remove_if_free(&entry.path());
        }
    }
}

fn remove_if_free(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
#[path = "atomic_tests.rs"]
mod tests;

#[cfg(test)]
mod leftovers_tests {
    use super::*;

    #[test]
    fn only_temporary_files_that_nobody_holds_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let make = || tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder.path());
        let held = hold(make).unwrap();
        let left = make().unwrap().into_temp_path().keep().unwrap();
        let own =
            [".tidegate-notes", ".tidegate-a.csv", "a.csv"].map(|name| folder.path().join(name));
        for path in &own[1..] {
            std::fs::write(path, "own").unwrap();
        }
        std::fs::create_dir(&own[0]).unwrap();
        sweep_temporary_files(folder.path());
        assert!(held.path().exists() && !left.exists());
        assert!(own.iter().all(|path| path.exists()));
        sweep_temporary_files(&folder.path().join("no such folder"));
    }
}
