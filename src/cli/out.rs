//! Where `--out` writes: a file that is none of the inputs, or standard output itself.

use std::path::Path;

use crate::report::{
    ExportError, TABLE_FORMATS, TableFormat, check_writable, is_same_file, write_atomically,
};

use super::CliError;
use super::terminal::Output;

/// Where `--out` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A file, written whole or not at all.
    File(&'a Path),
    /// What standard output is: `/dev/stdout`, or the file that it is sent to.
    StandardOutput,
}

impl<'a> Destination<'a> {
    /// Finds out, before any work is done, whether `out` can be written.
    ///
    /// # Errors
    /// Where it is one of `inputs`, by any name that the system has for it, or cannot be written.
    pub fn check(out: &'a Path, inputs: &[(&'static str, &Path)]) -> Result<Self, CliError> {
        for &(what, input) in inputs {
            if is_same_file(input, out) {
                return Err(CliError::OutIsInput { file: out.to_owned(), what });
            }
        }
        if is_standard_output(out) {
            return Ok(Self::StandardOutput);
        }
        check_writable(out).map_err(ExportError::from)?;
        Ok(Self::File(out))
    }

    /// The format that the name of the file ends like.
    pub fn format(self) -> &'static TableFormat {
        match self {
            Self::File(path) => TableFormat::of(path),
            Self::StandardOutput => &TABLE_FORMATS[0],
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Where that cannot be done.
    pub fn write(self, contents: &[u8], out: &mut Output<'_>) -> Result<(), CliError> {
        match self {
            Self::File(path) => Ok(write_atomically(path, contents).map_err(ExportError::from)?),
            Self::StandardOutput => Ok(out.file(contents)?),
        }
    }
}

/// Whether a path leads to what standard output is, so that both would write over each other.
fn is_standard_output(path: &Path) -> bool {
    cfg!(unix) && is_same_file(path, Path::new("/dev/stdout"))
}
