//! Files appear whole or not at all: written beside their place under a temporary name, then
//! renamed.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a file could not be written. Whatever stood at the path before is untouched.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}; choose a folder that exists and that you may write to", path.display())]
pub struct WriteError {
    /// The path asked for.
    pub path: PathBuf,
    /// The system's words.
    pub source: std::io::Error,
}

/// Writes `contents` to `path`, replacing what stands there only once all of it is on disk.
///
/// # Errors
/// A folder that does not exist or may not be written to, a full disk, or a path that is a folder.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    let place = place_of(path).map_err(failed)?;
    let mut file = temporary_beside(&place).map_err(failed)?;
    file.write_all(contents).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&place).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Whether a file could be written to `path`, found out without touching what stands there.
///
/// # Errors
/// As [`write_atomically`], the disk's room left aside.
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    let place = place_of(path).map_err(failed)?;
    temporary_beside(&place).map(drop).map_err(failed)
}

/// Whether two paths name one file that exists.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

/// The file that a path leads to through links; only plain files are replaced.
fn place_of(path: &Path) -> std::io::Result<PathBuf> {
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if place.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    if place.exists() && !place.is_file() {
        return Err(std::io::Error::other("it is not a plain file"));
    }
    Ok(place)
}

fn temporary_beside(place: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tidegate-");
    // A temporary file is private by default; an export should be as readable as any other file.
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666))
    };
    // The library's own message names the temporary file, which nobody asked for.
    builder.tempfile_in(folder).map_err(|error| std::io::Error::from(error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_replaced_whole_and_nothing_is_left_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write_atomically(&path, b"first, and longer").unwrap();
        write_atomically(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let path = Path::new("no-such-folder/a.csv");
        let error = write_atomically(path, b"").unwrap_err().to_string();
        assert!(error.contains("no-such-folder"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_keeps_pointing_at_the_file_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert_eq!(std::fs::read(&real).unwrap(), b"new");
        assert!(link.is_symlink() && is_same_file(&link, &real));
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_not_replaced() {
        let error = write_atomically(Path::new("/dev/null"), b"x").unwrap_err().to_string();
        assert!(error.contains("not a plain file"), "{error}");
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_atomically(folder.path(), b"x").unwrap_err().to_string();
        assert!(error.contains("it is a folder"), "{error}");
        assert!(folder.path().is_dir());
    }
}
