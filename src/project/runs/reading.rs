//! Files of a run as bytes and text, however broken: only plain files, and none that would fill the
//! memory.

use std::io::{Error, ErrorKind, Result as IoResult};
use std::path::Path;

use super::RunsError;
use crate::project::{MOST_SETTINGS, bytes_at_most, machine_memory, text_at_most};

/// Bytes of a file that grows with a run: the losses of a few million epochs.
const MOST_LINES: u64 = 1 << 28;

/// The bytes of a file that grows with a run.
///
/// # Errors
/// Where there is none, it is no plain file, or it is far too large.
pub(super) fn bytes_of(path: &Path) -> IoResult<Vec<u8>> {
    plain(path)?;
    bytes_at_most(path, MOST_LINES)
}

/// The same as text.
///
/// # Errors
/// As [`bytes_of`], and where it is not UTF-8.
pub(super) fn text_of(path: &Path) -> IoResult<String> {
    plain(path)?;
    text_at_most(path, MOST_LINES)
}

/// The text of a record, which is small.
///
/// # Errors
/// As [`text_of`].
pub(super) fn record_of(path: &Path) -> IoResult<String> {
    plain(path)?;
    text_at_most(path, MOST_SETTINGS)
}

/// The bytes of a file of weights, which may take half of the machine's memory.
///
/// # Errors
/// As [`bytes_of`].
pub(super) fn tensors_of(path: &Path) -> IoResult<Vec<u8>> {
    plain(path)?;
    bytes_at_most(path, machine_memory() as u64 / 2)
}

/// `None` for a file that is not there.
pub(super) fn optional<T>(read: IoResult<T>, path: &Path) -> Result<Option<T>, RunsError> {
    match read {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RunsError::read(path, source)),
    }
}

/// Nothing where a file is plain: a pipe would be waited for.
fn plain(path: &Path) -> IoResult<()> {
    if path.metadata()?.is_file() { Ok(()) } else { Err(Error::other("it is no plain file")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::number::grouped;

    #[test]
    fn only_plain_files_of_a_usual_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(bytes_of(folder.path()).unwrap_err().to_string().contains("no plain file"));
        let path = folder.path().join("sparse");
        std::fs::File::create(&path).unwrap().set_len(MOST_LINES + 1).unwrap();
        let error = bytes_of(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("at most {} bytes", grouped(1 << 28))), "{error}");
        std::fs::write(&path, b"\xff").unwrap();
        assert!(bytes_of(&path).is_ok() && text_of(&path).is_err());
    }
}
