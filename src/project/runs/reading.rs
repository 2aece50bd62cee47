//! Files of a run as bytes and text, however broken: only plain files, and none that would fill the
//! memory.

use std::io::{Error, ErrorKind, Result as IoResult};
use std::path::Path;

use super::RunsError;
use crate::project::machine_memory;

/// Bytes of a file of text: the losses of a few million epochs.
const MOST_TEXT: u64 = 1 << 30;

/// The bytes of a file of text.
///
/// # Errors
/// Where there is none, it is no plain file, or it is far too large.
pub(super) fn bytes_of(path: &Path) -> IoResult<Vec<u8>> {
    read_at_most(path, MOST_TEXT)
}

/// A file of text.
///
/// # Errors
/// As [`bytes_of`], and where it is not UTF-8.
pub(super) fn text_of(path: &Path) -> IoResult<String> {
    String::from_utf8(bytes_of(path)?).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

/// The bytes of a file of weights, which may take half of the machine's memory.
///
/// # Errors
/// As [`bytes_of`].
pub(super) fn tensors_of(path: &Path) -> IoResult<Vec<u8>> {
    read_at_most(path, machine_memory() as u64 / 2)
}

/// `None` for a file that is not there.
pub(super) fn optional<T>(read: IoResult<T>, path: &Path) -> Result<Option<T>, RunsError> {
    match read {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RunsError::read(path, source)),
    }
}

fn read_at_most(path: &Path, most: u64) -> IoResult<Vec<u8>> {
    let metadata = path.metadata()?;
    // A pipe would be waited for.
    if !metadata.is_file() {
        return Err(Error::other("it is no plain file"));
    }
    if metadata.len() > most {
        let (found, most) = (metadata.len() >> 20, most >> 20);
        return Err(Error::other(format!("it has {found} MiB, and at most {most} MiB are read")));
    }
    std::fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_of_a_usual_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(bytes_of(folder.path()).unwrap_err().to_string().contains("no plain file"));
        let path = folder.path().join("sparse");
        std::fs::File::create(&path).unwrap().set_len(MOST_TEXT + (5 << 20)).unwrap();
        let error = bytes_of(&path).unwrap_err().to_string();
        assert!(error.contains("1029 MiB, and at most 1024 MiB"), "{error}");
        std::fs::write(&path, b"\xff").unwrap();
        assert!(bytes_of(&path).is_ok() && text_of(&path).is_err());
    }
}
