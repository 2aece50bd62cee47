//! Files of text that are read whole, and none of them without a bound on its size.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::path::Path;

use crate::series::number::grouped;

/// Bytes of a file that people write, or that is as small: a recipe with a role for each of 20,000
/// columns has two million.
pub(crate) const MOST_SETTINGS: u64 = 16 << 20;

/// The bytes of a file of at most `most` bytes. Devices and pipes end there too.
///
/// # Errors
/// Where there is no such file, or it cannot be read; or it is larger, with the size found and the size
/// allowed.
pub(crate) fn bytes_at_most(path: &Path, most: u64) -> IoResult<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() > most {
        return Err(too_large(&bytes_of(metadata.len()), most));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large("more bytes", most));
    }
    Ok(bytes)
}

/// The text of a file of at most `most` bytes.
///
/// # Errors
/// As [`bytes_at_most`], and where it is not UTF-8.
pub(crate) fn text_at_most(path: &Path, most: u64) -> IoResult<String> {
    let bytes = bytes_at_most(path, most)?;
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

fn too_large(found: &str, most: u64) -> Error {
    Error::other(format!("it has {found}, and at most {} are read", bytes_of(most)))
}

fn bytes_of(count: u64) -> String {
    format!("{} bytes", grouped(usize::try_from(count).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.toml");
        std::fs::write(&path, "12345678").unwrap();
        assert_eq!(text_at_most(&path, 8).unwrap(), "12345678");
        let error = text_at_most(&path, 7).unwrap_err().to_string();
        assert_eq!(error, "it has 8 bytes, and at most 7 bytes are read");
        std::fs::write(&path, b"\xff").unwrap();
        assert!(bytes_at_most(&path, 7).is_ok() && text_at_most(&path, 7).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_never_ends_is_not_read_for_ever() {
        let error = bytes_at_most(Path::new("/dev/zero"), 100).unwrap_err().to_string();
        assert_eq!(error, "it has more bytes, and at most 100 bytes are read");
    }
}
