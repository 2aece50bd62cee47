//! The one door to the terminal: results to standard output, everything else to standard error.
//!
//! Names, cells and messages from files may hold characters that a terminal obeys. They are written
//! out here, for every line of text alike, so that no place that prints has to think of it. Nothing
//! else in the program writes to standard output or standard error (`tests/architecture.rs`). Progress bars
//! have a door of their own (`progress`).

use std::fmt::{Arguments, Display};
use std::io;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::error::CliError;
use crate::report::{
    ExportError, TABLE_FORMATS, TableFormat, check_writable, is_same_file, write_atomically,
};
use crate::series::text::{is_unseen, visible};

/// Where results go. `writeln!` writes one line at a time; a line break within it is written out.
///
/// A reader that has gone away (`| head`) is no failure of ours and changes nothing of how the command
/// ends: what it would have been sent is dropped.
pub struct Output<'a> {
    to: &'a mut dyn Write,
    is_closed: bool,
}

impl<'a> Output<'a> {
    /// Results to a stream.
    pub fn new(to: &'a mut dyn Write) -> Self {
        Self { to, is_closed: false }
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.unless_closed(|to| to.write_all(bytes))
    }

    fn unless_closed(
        &mut self,
        work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        match work(self.to) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.is_closed = true,
            done => return done,
        }
        Ok(())
    }

    /// One line, for `writeln!`.
    ///
    /// # Errors
    /// Where the stream is closed or full.
    pub fn write_fmt(&mut self, line: Arguments<'_>) -> io::Result<()> {
        let line = line.to_string();
        let line = visible(line.strip_suffix('\n').unwrap_or(&line));
        self.send(format!("{line}\n").as_bytes())
    }

    /// A value as one line of JSON.
    ///
    /// # Errors
    /// Where it has no JSON form, or the stream is closed or full.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string(value)?;
        Ok(self.send(format!("{}\n", plain_json(&text)).as_bytes())?)
    }

    /// A value as JSON over several lines.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub fn pretty_json(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)?;
        Ok(self.send(format!("{}\n", plain_json(&text)).as_bytes())?)
    }

    /// The contents of a file, as they are: for formats with escapes of their own.
    ///
    /// # Errors
    /// Where the stream is closed or full.
    pub fn file(&mut self, contents: &[u8]) -> io::Result<()> {
        self.send(contents)?;
        self.flush()
    }

    /// Sends on what is written.
    ///
    /// # Errors
    /// Where the stream is closed or full.
    pub fn flush(&mut self) -> io::Result<()> {
        self.unless_closed(|to| to.flush())
    }
}

/// JSON with unseen characters as `\u001b`. Outside strings there are none but line breaks, and inside
/// them line breaks are escaped already.
fn plain_json(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '\n' && is_unseen(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                plain.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// Prints to standard error what standard output has no room for.
pub fn on_standard_error<T>(print: impl FnOnce(&mut Output<'_>) -> T) -> T {
    print(&mut Output::new(&mut io::stderr().lock()))
}

/// Writes a line to standard error. Where that is closed there is nobody to tell.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{}", visible(&line.to_string()));
}

/// Writes an error to standard error. Lines after its first are indented, so that none that comes from
/// a file looks like one of the program's own.
pub fn say_error(error: impl Display) {
    let text = format!("error: {error}");
    for (number, line) in text.lines().enumerate() {
        let indent = if number > 0 && !line.starts_with("  ") { "  " } else { "" };
        say(format_args!("{indent}{line}"));
    }
}

/// Asks on standard error, the answer to come on the same line.
pub fn ask(question: impl Display) {
    let _ = write!(io::stderr(), "{} ", visible(&question.to_string()));
}

/// Says why a call was not understood, or shows the help that it asked for; returns the exit code.
pub fn say_usage(error: &clap::Error) -> u8 {
    if error.use_stderr() {
        // Names of files given by a pattern (`*.csv`) are foreign too.
        error.render().to_string().lines().for_each(say);
    } else {
        let _ = error.print();
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// Standard error for the log: its lines are made elsewhere, unseen characters are written out here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<_> = text.split('\n').map(visible).collect();
        io::stderr().write_all(lines.join("\n").as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

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

/// Writes rows under a header, each column as wide as its widest cell.
pub fn write_table(out: &mut Output<'_>, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        let names = header.get(column).copied();
        cells.chain(names).map(|cell| visible(cell).chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    for row in std::iter::once(&header).chain(rows) {
        write_row(out, row, &widths)?;
    }
    Ok(())
}

/// Letters that a column is filled up to; a longer cell stands as it is, and moves those after it.
const WIDEST: usize = 1_000;

/// Writes one row, its cells as wide as said: for tables whose rows come one by one.
pub fn write_row(out: &mut Output<'_>, row: &[String], widths: &[usize]) -> io::Result<()> {
    let mut line = String::new();
    for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let (cell, width) = (visible(cell), width.min(WIDEST));
        if column == 0 {
            line.push_str(&format!("{cell:<width$}"));
        } else {
            line.push_str(&format!("  {cell:>width$}"));
        }
    }
    writeln!(out, "{}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Output<'_>)) -> String {
        let mut bytes = Vec::new();
        write(&mut Output::new(&mut bytes));
        String::from_utf8(bytes).unwrap()
    }

    /// A stream whose reader goes away after the first line.
    struct Head(Vec<u8>);

    impl Write for Head {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                self.0.extend(bytes);
                Ok(bytes.len())
            } else {
                Err(ErrorKind::BrokenPipe.into())
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.0.is_empty() { Ok(()) } else { Err(ErrorKind::BrokenPipe.into()) }
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let mut head = Head(Vec::new());
        let mut out = Output::new(&mut head);
        writeln!(out, "one").unwrap();
        writeln!(out, "two").unwrap();
        out.json(&3).unwrap();
        out.file(b"four").unwrap();
        out.flush().unwrap();
        assert_eq!(head.0, b"one\n");
    }

    #[test]
    fn a_line_is_one_line_whatever_is_in_it() {
        let text = written(|out| {
            let (name, why) = ("a\nnote: b", "\u{1b}[31m\n");
            writeln!(out, "{name}: {why}").unwrap();
        });
        assert_eq!(text, "a\\nnote: b: \\u{1b}[31m\\n\n");
        assert_eq!(written(|out| writeln!(out).unwrap()), "\n");
    }

    #[test]
    fn json_reads_back_to_the_same_text_and_hides_nothing() {
        let names = ["\u{1b}[31m", "\u{202e}txt", "\u{9b}", "\u{e0041}", "a\nb", "東京"];
        for text in [
            written(|out| out.json(&names).unwrap()),
            written(|out| out.pretty_json(&names).unwrap()),
        ] {
            assert!(!text.replace('\n', "").contains(is_unseen), "{text}");
            assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), names);
        }
    }
}

#[cfg(test)]
mod table_tests {
    use super::*;

    #[test]
    fn numbers_line_up_on_the_right() {
        let mut text = Vec::new();
        let rows =
            [vec!["lstm".to_owned(), "7.1".to_owned()], vec!["a".to_owned(), "123.4".to_owned()]];
        write_table(&mut Output::new(&mut text), &["model", "MAE"], &rows).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "model    MAE\nlstm     7.1\na      123.4\n");
    }

    #[test]
    fn a_cell_longer_than_formatting_can_fill_is_written_whole() {
        let mut text = Vec::new();
        let long = "x".repeat(70_000);
        let rows = [vec!["1".to_owned(), long.clone()]];
        write_table(&mut Output::new(&mut text), &["a", "b"], &rows).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(&long) && text.len() < 72_100, "{}", text.len());
    }
}
