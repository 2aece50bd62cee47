//! A path to bytes, read once, and refused if the file moved under the reader.
//!
//! Not for what the bytes mean (`encoding`).

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

use super::error::ImportError;
use super::progress::{Stage, Watch};

/// Bytes between two questions whether to go on.
const BYTES_A_QUESTION: u64 = 8 << 20;

/// The whole file, read once into memory.
///
/// # Errors
/// A path that is missing, a folder, no plain file, not readable, or that changed while it was read.
/// Or an answer to stop.
pub(crate) fn bytes_of(path: &Path, watch: &Watch<'_>) -> Result<Vec<u8>, ImportError> {
    bytes_of_while(path, watch, || {})
}

/// `bytes_of`, with something happening between the reading and the second look at the file.
fn bytes_of_while(
    path: &Path,
    watch: &Watch<'_>,
    meanwhile: impl FnOnce(),
) -> Result<Vec<u8>, ImportError> {
    let failed = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => ImportError::NotFound { path: path.to_owned() },
        _ => ImportError::Unreadable { path: path.to_owned(), source },
    };
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let before = std::fs::metadata(path).map_err(failed)?;
    if before.is_dir() {
        return Err(ImportError::Folder { path: path.to_owned() });
    }
    if !before.is_file() {
        return Err(ImportError::NotPlain { path: path.to_owned() });
    }
    let expected = usize::try_from(before.len()).unwrap_or(0);
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(failed)?;
    // Not trusted further than a first guess: some files of the system tell a length they do not have.
    bytes.try_reserve_exact(expected + 1).map_err(|error| failed(error.into()))?;
    loop {
        watch.tell(Stage::Loading, bytes.len(), expected)?;
        let piece = file.by_ref().take(BYTES_A_QUESTION);
        if { piece }.read_to_end(&mut bytes).map_err(failed)? == 0 {
            break;
        }
    }
    meanwhile();
    // By path, not by handle: a file that was replaced as a whole has changed too.
    let changed = || ImportError::Changed { path: path.to_owned() };
    let after = std::fs::metadata(path).map_err(|_| changed())?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if mark(&before) != mark(&after) || read != after.len() {
        return Err(changed());
    }
    Ok(bytes)
}

/// What tells two states of a file apart.
fn mark(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    fn read_while(path: &Path, meanwhile: impl FnOnce()) -> Result<Vec<u8>, ImportError> {
        let mut go_on = |_| ControlFlow::Continue(());
        bytes_of_while(path, &Watch::new("f", &mut go_on), meanwhile)
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grows.csv");
        std::fs::write(&path, "a\n1\n").unwrap();
        assert_eq!(read_while(&path, || {}).unwrap(), b"a\n1\n");
        let grown = read_while(&path, || std::fs::write(&path, "a\n1\n2\n").unwrap());
        let message = grown.unwrap_err().to_string();
        assert!(
            message.contains("grows.csv: changed while it was read; open it again"),
            "{message}"
        );
    }

    #[test]
    fn a_file_that_is_removed_while_it_is_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("goes.csv");
        std::fs::write(&path, "a\n1\n").unwrap();
        let gone = read_while(&path, || std::fs::remove_file(&path).unwrap());
        assert!(matches!(gone, Err(ImportError::Changed { .. })));
    }
}
