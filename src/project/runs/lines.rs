//! The files of a run: JSON lines that only grow, whole texts, and their digests.
//!
//! A line that was being written when the program died does not count: it is left out when read, and
//! removed before the next is written. A line that could not be written, for the disk was full, is
//! written before the next one.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result as IoResult, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::RunsError;
use crate::project::{MOST_SETTINGS, bytes_at_most, machine_memory, text_at_most};
use crate::series::Series;
use crate::stats::Digest;

/// A file of lines, open at its end.
#[derive(Debug)]
pub struct LineFile {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines on disk.
    written: u64,
    /// Lines that are not there yet.
    pending: Vec<u8>,
    /// Whether there may be a piece of a line after the whole ones.
    is_torn: bool,
}

impl LineFile {
    /// Opens a file at the end of its last whole line; begins one where there is none.
    ///
    /// # Errors
    /// Where it cannot be opened or cut.
    pub fn open(path: &Path) -> Result<Self, RunsError> {
        Self::open_after(path, usize::MAX)
    }

    /// As [`Self::open`], with the lines after the first `kept` dropped.
    ///
    /// # Errors
    /// Where it cannot be opened or cut.
    pub fn open_after(path: &Path, kept: usize) -> Result<Self, RunsError> {
        let failed = |source| RunsError::write(path, source);
        let bytes = read_or_empty(path)?;
        let is_end = |(place, byte): (usize, &u8)| (*byte == b'\n').then_some(place + 1);
        let end = bytes.iter().enumerate().filter_map(is_end).take(kept).last().unwrap_or(0);
        let file =
            OpenOptions::new().append(true).create(true).read(true).open(path).map_err(failed)?;
        if end < bytes.len() {
            file.set_len(end as u64).map_err(failed)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            written: end as u64,
            pending: Vec::new(),
            is_torn: false,
        })
    }

    /// Adds a line, and those before it that could not be written.
    ///
    /// # Errors
    /// Where the disk is full or the file is gone; the line is kept for later.
    pub fn push(&mut self, line: &impl Serialize) -> Result<(), RunsError> {
        let text = serde_json::to_vec(line).map_err(|error| self.failed(error.into()))?;
        self.pending.extend(text);
        self.pending.push(b'\n');
        self.write_pending()
    }

    /// Waits until every line is on disk.
    ///
    /// # Errors
    /// Where the disk is full or fails.
    pub fn sync(&mut self) -> Result<(), RunsError> {
        self.write_pending()?;
        self.file.sync_data().map_err(|source| self.failed(source))
    }

    fn write_pending(&mut self) -> Result<(), RunsError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if self.is_torn {
            self.cut().map_err(|source| self.failed(source))?;
        }
        // In one piece: a reader meanwhile sees the line or does not.
        if let Err(source) = (&self.file).write_all(&self.pending) {
            self.is_torn = true;
            // Where that fails too, it is done before the next try.
            let _ = self.cut();
            return Err(self.failed(source));
        }
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Takes away what is left of a line that was not written whole.
    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.written)?;
        self.is_torn = false;
        Ok(())
    }

    fn failed(&self, source: std::io::Error) -> RunsError {
        RunsError::write(&self.path, source)
    }
}

/// The whole lines of a file as text; none where there is no file.
///
/// # Errors
/// Where it cannot be read.
pub fn whole_lines(path: &Path) -> Result<Vec<String>, RunsError> {
    let bytes = read_or_empty(path)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    Ok(String::from_utf8_lossy(&bytes[..end]).lines().map(str::to_owned).collect())
}

/// The whole lines of a file, each read as one value.
///
/// # Errors
/// Where it cannot be read, or a whole line is not what is expected.
pub fn read<Line: DeserializeOwned>(path: &Path) -> Result<Vec<Line>, RunsError> {
    let lines = whole_lines(path)?;
    let parsed = lines.iter().enumerate().map(|(index, line)| {
        serde_json::from_str(line).map_err(|error| {
            let message = format!("line {}: {error}", index + 1);
            RunsError::Content { path: path.to_owned(), message }
        })
    });
    parsed.collect()
}

/// Bytes, for a line may be torn within a letter.
fn read_or_empty(path: &Path) -> Result<Vec<u8>, RunsError> {
    Ok(optional(bytes_of(path), path)?.unwrap_or_default())
}

/// Bytes of a file read at once.
const PIECE: usize = 1 << 20;

impl Digest {
    /// The digest of a file's bytes, read piece by piece.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of_file(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut piece = vec![0; PIECE];
        let mut digest = Self::EMPTY;
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(digest),
                read => digest = digest.then(&piece[..read]),
            }
        }
    }

    /// The digest of what models see of a series: name, times and values, missing ones included.
    pub fn of_series(series: &Series) -> Self {
        let (first, last) = series.span().unwrap_or_default();
        let words = [series.name.as_str(), &series.axis.step_label(), &first, &last];
        let named = words
            .into_iter()
            .fold(Self::EMPTY, |digest, word| digest.then(word.as_bytes()).then(&[0]));
        series.values.iter().fold(named, |digest, value| digest.then(&value.to_le_bytes()))
    }
}

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
    use crate::series::TimeAxis;
    use crate::series::number::grouped;
    use proptest::prelude::*;

    fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("l.jsonl");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    proptest! {
        #[test]
        fn a_file_cut_anywhere_goes_on_after_its_last_whole_line(
            lines in prop::collection::vec(".{0,8}", 0..6),
            share in 0.0..1.0,
        ) {
            let mut text = String::new();
            for line in &lines {
                text.push_str(&serde_json::to_string(line).unwrap());
                text.push('\n');
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let cut = (share * (text.len() + 1) as f64) as usize;
            let (_folder, path) = file(&text.as_bytes()[..cut]);
            let whole = text.as_bytes()[..cut].split(|&byte| byte == b'\n').count() - 1;
            prop_assert_eq!(&read::<String>(&path).unwrap(), &lines[..whole]);
            LineFile::open(&path).unwrap().push(&"next").unwrap();
            let expected: Vec<&str> =
                lines[..whole].iter().map(String::as_str).chain(["next"]).collect();
            prop_assert_eq!(read::<String>(&path).unwrap(), expected);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_line_that_could_not_be_written_is_written_before_the_next() {
        let (_folder, path) = file(b"");
        let mut lines = LineFile::open(&path).unwrap();
        lines.push(&1).unwrap();
        // As if the disk were full: this handle cannot write.
        let whole = std::mem::replace(&mut lines.file, File::open(&path).unwrap());
        assert!(lines.push(&2).is_err() && lines.push(&3).is_err() && lines.sync().is_err());
        lines.file = whole;
        // Half of a line had got through.
        (&lines.file).write_all(b"2\n3").unwrap();
        lines.push(&4).unwrap();
        assert_eq!(read::<u32>(&path).unwrap(), [1, 2, 3, 4]);
    }

    #[test]
    fn lines_after_those_kept_are_cut() {
        let (_folder, path) = file(b"1\n2\n3\n");
        let mut lines = LineFile::open_after(&path, 1).unwrap();
        lines.push(&9).unwrap();
        lines.sync().unwrap();
        assert_eq!(read::<u32>(&path).unwrap(), [1, 9]);
    }

    #[test]
    fn a_broken_line_within_is_named() {
        let (_folder, path) = file(b"1\nx\n3\n");
        let error = read::<u32>(&path).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("l.jsonl"), "{error}");
    }

    #[test]
    fn a_file_has_the_digest_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let bytes = b"tide ".repeat(PIECE / 4);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Digest::of_file(&path).unwrap(), Digest::of_bytes(&bytes));
    }

    #[test]
    fn a_series_that_differs_in_anything_has_another_digest() {
        let series = |name: &str, values: &[f64]| {
            Digest::of_series(&Series::new(name, TimeAxis::row_numbers(), values))
        };
        let own = series("y", &[1.0, 2.0, f64::NAN]);
        assert_eq!(own, series("y", &[1.0, 2.0, f64::NAN]));
        // Signs alone too, in two rows at once: the top bits of words are not to cancel out.
        for values in [[1.0, 2.0, 0.0], [-1.0, -2.0, f64::NAN], [2.0, 1.0, f64::NAN]] {
            assert_ne!(own, series("y", &values), "{values:?}");
        }
        assert_ne!(own, series("x", &[1.0, 2.0, f64::NAN]));
    }

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
