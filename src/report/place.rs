//! What a path leads to: a file to be replaced, or a device, a pipe or our own output to be written to.

use std::fs::{Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Links that are followed, one to the next, as systems do.
const MOST_LINKS: usize = 40;

/// Where contents go.
#[derive(Debug)]
pub(super) enum OutputPlace {
    /// A plain file that is there.
    Standing(PathBuf, Metadata),
    /// A plain file that is to be made.
    New(PathBuf),
    /// A device or a pipe. It is written to, never replaced.
    Stream(PathBuf),
    /// The file, terminal or pipe that our standard output goes to, under another name. Replaced, it
    /// would take with it all that we print.
    Output,
}

/// Why a place is not written to, whole sentences of their own.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("it is a folder; give the name of a file")]
    Folder,
    #[error("it is read-only; make it writable, or choose another name")]
    ReadOnly,
    #[error("its links lead in a circle; choose another name")]
    Circle,
    #[error(
        "the program at the other end of the pipe has gone away; write to a file, or begin again"
    )]
    Unread,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::other(refusal)
    }
}

impl OutputPlace {
    /// What a path leads to, through links. Nothing is changed.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let path = without_links(path)?;
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::New(path)),
            Err(error) => return Err(error),
        };
        if metadata.is_dir() {
            return Err(Refusal::Folder.into());
        }
        if is_own_output(&metadata) {
            return Ok(Self::Output);
        }
        if !metadata.is_file() {
            return Ok(Self::Stream(path));
        }
        // A folder may be writable where a file in it is not, and renaming asks the folder alone.
        if metadata.permissions().readonly() {
            return Err(Refusal::ReadOnly.into());
        }
        OpenOptions::new().write(true).open(&path)?;
        Ok(Self::Standing(path, metadata))
    }
}

/// Writes to a device or a pipe as it stands; a pipe waits for its reader.
pub(super) fn write_to_stream(path: &Path, contents: &[u8]) -> Result<()> {
    let mut stream = OpenOptions::new().write(true).open(path)?;
    stream.write_all(contents).and_then(|()| stream.flush()).map_err(unread)
}

/// Writes where our results go too, in order with them.
pub(super) fn write_to_output(contents: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(contents)?;
    out.flush()
}

/// Only for our standard output is a reader that has gone away no failure.
fn unread(error: Error) -> Error {
    if error.kind() == ErrorKind::BrokenPipe { Refusal::Unread.into() } else { error }
}

/// The path that links lead to, whether or not there is something.
fn without_links(path: &Path) -> Result<PathBuf> {
    if let Ok(path) = std::fs::canonicalize(path) {
        return Ok(path);
    }
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = std::fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(Refusal::Circle.into())
}

#[cfg(unix)]
fn is_own_output(metadata: &Metadata) -> bool {
    use std::os::fd::AsFd;
    let output = std::io::stdout().as_fd().try_clone_to_owned();
    let output = output.and_then(|output| std::fs::File::from(output).metadata());
    output.is_ok_and(|output| is_same(&output, metadata))
}

#[cfg(not(unix))]
fn is_own_output(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether two paths name one file that exists, through links of both kinds.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        let (one, other) = (one.metadata(), other.metadata());
        one.is_ok_and(|one| other.is_ok_and(|other| is_same(&one, &other)))
    }
    #[cfg(not(unix))]
    {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        real(one).is_some_and(|one| real(other) == Some(one))
    }
}
