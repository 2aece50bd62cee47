//! The first rows of a long file, read at once while the rest takes its time.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::config::ImportConfig;
use super::read::read_bytes;
use super::reading::Reading;

/// Rows of a head, its header and what stands above it included.
pub const HEAD_ROWS: usize = 2_000;
/// Files shorter than this are read whole in about a frame.
const LONG_FILE: u64 = 4 << 20;
/// Bytes looked at: far more than so many rows of an ordinary table take.
const HEAD_BYTES: u64 = 2 << 20;
/// First bytes of gzip and Zstandard files.
const PACKED: [&[u8]; 2] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];

/// Reads the head of a long file of plain text by `config`; `None` for any other file, and where the
/// head cannot be read by itself.
pub fn read_head(path: &Path, config: &ImportConfig) -> Option<Reading> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() < LONG_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    // A compressed file, a workbook or UTF-16 cannot be cut at any newline.
    if bytes.contains(&0) || PACKED.iter().any(|magic| bytes.starts_with(magic)) {
        return None;
    }
    let lines = memchr::memchr_iter(b'\n', &bytes).take(HEAD_ROWS);
    let end = lines.last()? + 1;
    read_bytes(&path.display().to_string(), &bytes[..end], config).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_shows_its_first_rows_and_a_short_one_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.csv");
        let rows: String = (0..600_000).map(|row| format!("{row},{}\n", row % 7)).collect();
        std::fs::write(&path, format!("t,y\n{rows}")).unwrap();
        let head = read_head(&path, &ImportConfig::default()).unwrap();
        assert_eq!(head.ledger.rows_read, HEAD_ROWS - 1);
        assert_eq!(head.target().name, "y");
        std::fs::write(&path, "t,y\n1,2\n3,4\n").unwrap();
        assert!(read_head(&path, &ImportConfig::default()).is_none());
    }

    #[test]
    fn a_head_that_ends_inside_a_cell_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("quoted.csv");
        let lines = "a line of a note\n".repeat(300_000);
        std::fs::write(&path, format!("y,note\n1,\"{lines}\"\n2,b\n")).unwrap();
        assert!(read_head(&path, &ImportConfig::default()).is_none());
    }
}
