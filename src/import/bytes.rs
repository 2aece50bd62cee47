//! A path to the text inside it: the bytes, read once; unpacked from gzip (RFC 1952) or Zstandard
//! (RFC 8878); and decoded from UTF-8, UTF-16 or stray Windows-1252 bytes.
//!
//! How much comes out is bounded, so that no small file fills the memory: one of 10 MB takes no more
//! than 1 GB, however it was made. Not for records and cells (`records`).

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

use flate2::read::MultiGzDecoder;

use super::error::ImportError;
use super::progress::{Stage, Watch};

/// Bytes between two questions whether to go on.
const BYTES_A_QUESTION: u64 = 4 << 20;

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

/// What a file is wrapped in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Packing {
    /// Nothing: the file is its text.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// The sheet of that name in a workbook.
    Sheet(String),
    /// Parquet.
    Parquet,
}

/// The first bytes of gzip files.
const GZIP: &[u8] = b"\x1f\x8b";
/// The first bytes of Zstandard files.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// Most bytes that a file unpacks to.
const MOST_BYTES: u64 = 4 << 30;
/// A table of numbers shrinks to a fifth or so, one with much that repeats to a twentieth, one of a
/// single repeated row to a thousandth.
const MOST_GROWTH: u64 = 25;
/// What may come out of even the smallest file.
const LEAST_LIMIT: u64 = 64 << 20;

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Gzip => f.write_str("gzip"),
            Self::Zstd => f.write_str("zstd"),
            Self::Parquet => f.write_str("Parquet"),
            Self::Sheet(name) => write!(f, "sheet {name}"),
        }
    }
}

/// Most bytes that a file of that size unpacks to.
pub(crate) fn most_unpacked(bytes: usize) -> u64 {
    (bytes as u64).saturating_mul(MOST_GROWTH).clamp(LEAST_LIMIT, MOST_BYTES)
}

/// Memory that a row takes while it is read, and each of its cells, in bytes; as measured.
const ROW_BYTES: u64 = 64;
const CELL_BYTES: u64 = 24;
/// What a table may take for each byte of its file, and files that are taken for longer than they are.
/// Of plain text no table takes more than two thirds of that, unless its rows are short of fields.
const TABLE_GROWTH: u64 = 64;
const LEAST_FILE: u64 = 10 << 20;

/// Checks that a table is not too large for a file of `bytes`: what is packed well, or left out of
/// short rows, can be a thousand times as large.
///
/// # Errors
/// A table that is.
pub(crate) fn check_table(
    file: &str,
    bytes: usize,
    rows: usize,
    width: usize,
) -> Result<(), ImportError> {
    let (rows, width) = (rows as u64, width as u64);
    let row = ROW_BYTES.saturating_add(CELL_BYTES.saturating_mul(width));
    let most = (bytes as u64).max(LEAST_FILE).saturating_mul(TABLE_GROWTH);
    if rows.saturating_mul(row) <= most {
        return Ok(());
    }
    let most = most / row;
    let what = format!(
        "its table has {rows} rows of {width} fields, and of a file of its size at most {most} such \
         rows are read"
    );
    Err(ImportError::TooLarge { file: file.to_owned(), what })
}

/// Whether bytes are those of a gzip or Zstandard file.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP) || bytes.starts_with(ZSTD)
}

/// The bytes inside a file.
///
/// # Errors
/// A stream that is damaged or cut short, or that unpacks to more than is read; or an answer to stop.
pub(crate) fn unpack<'a>(
    file: &str,
    bytes: &'a [u8],
    watch: &Watch<'_>,
) -> Result<(Cow<'a, [u8]>, Packing), ImportError> {
    let mut rest = bytes;
    let (kind, packing, mut stream): (_, _, Box<dyn Read>) = if bytes.starts_with(GZIP) {
        ("gzip", Packing::Gzip, Box::new(MultiGzDecoder::new(&mut rest)))
    } else if bytes.starts_with(ZSTD) {
        let decoder = zstd::Decoder::with_buffer(&mut rest);
        let failed = |error| damaged(file, "zstd", &[], error);
        ("zstd", Packing::Zstd, Box::new(decoder.map_err(failed)?))
    } else {
        return Ok((Cow::Borrowed(bytes), Packing::None));
    };
    let most = most_unpacked(bytes.len());
    let mut unpacked = Vec::new();
    loop {
        // What a stream says of its length before its end is not to be trusted.
        watch.tell(Stage::Loading, 0, 1)?;
        let read = stream.by_ref().take(BYTES_A_QUESTION).read_to_end(&mut unpacked);
        if read.map_err(|error| damaged(file, kind, &unpacked, error))? == 0 {
            return Ok((Cow::Owned(unpacked), packing));
        }
        if unpacked.len() as u64 > most {
            let what = format!("it unpacks to over {} MiB", most >> 20);
            return Err(ImportError::TooLarge { file: file.to_owned(), what });
        }
    }
}

fn damaged(file: &str, kind: &'static str, unpacked: &[u8], error: std::io::Error) -> ImportError {
    ImportError::Unpacking {
        file: file.to_owned(),
        kind,
        line: memchr::memchr_iter(b'\n', unpacked).count() + 1,
        message: error.to_string(),
    }
}

/// A file's text and what was found on the way to it.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// UTF-8 without a byte order mark; lines end in `\n` or `\r\n`.
    pub text: Cow<'a, str>,
    /// Whether the file opens with a byte order mark.
    pub byte_order_mark: bool,
    /// Name of the encoding, as people write it.
    pub encoding: &'static str,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// First bytes of files that people mistake for tables.
const SIGNATURES: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "a zip archive (spreadsheets in .xlsx or .ods form are such archives)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"SQLite format 3\0", "an SQLite database"),
];

/// First bytes of files that are no text further on, as some of these may begin a table.
const BINARY: [(&[u8], &str); 5] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"\x89HDF", "an HDF5 file"),
];

/// What Windows-1252 shows for 0x80 to 0x9f; five bytes are unassigned and stay control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file.
///
/// # Errors
/// Bytes that are no text: a known binary format, or a NUL byte.
pub(crate) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<Decoded<'a>, ImportError> {
    let binary = |what, line| ImportError::Binary { file: file.to_owned(), what, line };
    let begins = |(start, _): &&(&[u8], &str)| bytes.starts_with(start);
    if let Some((_, what)) = SIGNATURES.iter().find(begins) {
        return Err(binary(what, 1));
    }
    let mut notes = Vec::new();
    let (text, byte_order_mark, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (from_utf16(rest, u16::from_le_bytes), true, "UTF-16"),
        [0xfe, 0xff, rest @ ..] => (from_utf16(rest, u16::from_be_bytes), true, "UTF-16"),
        [0xef, 0xbb, 0xbf, rest @ ..] => (from_utf8(rest, &mut notes), true, "UTF-8"),
        _ => (from_utf8(bytes, &mut notes), false, "UTF-8"),
    };
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1;
        let unknown = "binary data or UTF-16 without a byte order mark";
        let what = BINARY.iter().find(begins).map_or(unknown, |(_, what)| what);
        return Err(binary(what, line));
    }
    if let Some(what) = markup(&text) {
        return Err(ImportError::NoTable { file: file.to_owned(), what });
    }
    let encoding = if notes.is_empty() { encoding } else { "Windows-1252" };
    Ok(Decoded { text: with_newlines(text), byte_order_mark, encoding, notes })
}

/// What a text is that people take for a table, by how it begins; of JSON lists also how they end.
fn markup(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let start = text.get(..text.floor_char_boundary(20))?.to_ascii_lowercase();
    let mut signs = text.chars().filter(|sign| !sign.is_whitespace());
    match (signs.next()?, signs.next()) {
        ('{', Some('"' | '}')) => Some("JSON"),
        ('[', Some('{' | '[' | '"' | '-' | '0'..='9')) if text.ends_with(']') => Some("JSON"),
        ('<', _) if start.starts_with("<!doctype html") || start.starts_with("<html") => {
            Some("a web page")
        }
        ('<', _) if start.starts_with("<?xml") => Some("XML"),
        _ => None,
    }
}

/// UTF-8, with each byte that is not part of it read as Windows-1252, so that a file pasted
/// together from both reads right.
fn from_utf8<'a>(bytes: &'a [u8], notes: &mut Vec<String>) -> Cow<'a, str> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(error) => error,
    };
    let first = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() + 1;
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut replaced = 0_usize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            replaced += 1;
            text.push(match byte {
                0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
                _ => char::from(byte),
            });
        }
    }
    notes.push(format!(
        "not all of the file is UTF-8: {replaced} bytes were read as Windows-1252, the first on \
         line {first}; save it as UTF-8 if letters look wrong"
    ));
    Cow::Owned(text)
}

/// UTF-16 in either byte order; a lone half of a pair becomes the replacement character.
fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let characters = char::decode_utf16(units);
    Cow::Owned(characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Old Mac files end lines with a bare carriage return; those become `\n`, one for one.
fn with_newlines(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let bare = memchr::memchr(b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_some();
    if bare { Cow::Owned(text.replace('\r', "\n")) } else { text }
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

#[cfg(test)]
mod unpack_tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use std::ops::ControlFlow;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn unpacked(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Packing), ImportError> {
        unpack("f", bytes, &Watch::new("f", &mut |_| ControlFlow::Continue(())))
    }

    #[test]
    fn both_kinds_unpack_member_by_member() {
        for (pack, packing) in
            [(gzip as fn(&[u8]) -> Vec<u8>, Packing::Gzip), (zstd, Packing::Zstd)]
        {
            let bytes = [pack(b"a,b\n1,2\n"), pack(b"3,4\n")].concat();
            let (unpacked, found) = unpacked(&bytes).unwrap();
            assert_eq!((&*unpacked, found), (&b"a,b\n1,2\n3,4\n"[..], packing));
        }
    }

    #[test]
    fn a_stream_that_is_cut_short_is_refused() {
        let text: Vec<u8> =
            (0..5000).flat_map(|i| format!("{i},{}\n", i * i).into_bytes()).collect();
        for pack in [gzip, zstd] {
            let packed = pack(&text);
            let message = unpacked(&packed[..packed.len() / 2]).unwrap_err().to_string();
            assert!(message.contains("damaged or was cut short"), "{message}");
        }
    }

    #[test]
    fn a_table_too_large_for_its_file_is_refused() {
        assert!(check_table("f", 95 << 20, 48_000, 2_795).is_ok());
        let refused = |bytes, rows| check_table("f", bytes, rows, 20_000).unwrap_err().to_string();
        let message = refused(5 << 20, 2_600_000);
        assert!(
            message.contains("2600000 rows of 20000 fields") && message.contains("most 1397 such")
        );
        assert!(refused(1 << 40, usize::MAX).contains("fields"));
    }

    #[test]
    fn a_bomb_is_refused() {
        let message = unpacked(&gzip(&vec![b'0'; 80 << 20])).unwrap_err().to_string();
        assert!(message.contains("unpacks to over 64 MiB"), "{message}");
    }
}

#[cfg(test)]
mod encoding_tests {
    use super::*;

    fn read(bytes: &[u8]) -> Decoded<'_> {
        decode("f", bytes).unwrap()
    }

    #[test]
    fn byte_order_marks_are_taken_off() {
        let decoded = read(b"\xef\xbb\xbfa,b");
        assert_eq!((decoded.text.as_ref(), decoded.byte_order_mark), ("a,b", true));
        assert_eq!(read(b"\xff\xfea\0\n\0\x31\0").text, "a\n1");
        assert_eq!(read(b"\xfe\xff\0a\0\n\0\x31").text, "a\n1");
    }

    #[test]
    fn stray_bytes_are_windows_1252_beside_utf_8() {
        let decoded = read(b"caf\xc3\xa9\n\x80 caf\xe9\n");
        assert_eq!(decoded.text, "café\n€ café\n");
        assert!(decoded.notes[0].contains("2 bytes"), "{:?}", decoded.notes);
        assert!(decoded.notes[0].contains("line 2"), "{:?}", decoded.notes);
    }

    #[test]
    fn binary_files_are_named() {
        let of = |bytes: &[u8]| decode("f", bytes).unwrap_err().to_string();
        assert!(of(b"PK\x03\x04rest").contains("zip archive"));
        assert!(of(b"a\nb\0c").contains("line 2"));
        assert!(of(b"\x89PNG\r\n\x1a\n\0\0").contains("is a PNG picture, not text"));
        assert!(of(b"ARROW1\0\0").contains("is an Arrow or Feather file, not text"));
        assert_eq!(read(b"ARROW1,b\n1,2").text, "ARROW1,b\n1,2");
    }

    #[test]
    fn text_that_is_no_table_is_named() {
        let of = |text: &str| decode("f", text.as_bytes()).map(|decoded| decoded.text.into_owned());
        for text in ["{\"a\": 1}", " [\n {\"a\": 1}\n]\n", "[1, 2]", "{\"a\": 1}\n{\"a\": 2}\n"] {
            assert!(of(text).unwrap_err().to_string().contains("is JSON, not a table"), "{text}");
        }
        assert!(of("<!DOCTYPE HTML>\n<p>").unwrap_err().to_string().contains("is a web page"));
        assert!(of("<?xml version='1.0'?>").unwrap_err().to_string().contains("is XML"));
        for text in ["[a],[b]\n1,2\n", "[1],2\n3,4\n", "{x},1\n", "<5,1\n"] {
            assert_eq!(of(text).unwrap(), text);
        }
    }

    #[test]
    fn bare_carriage_returns_end_lines() {
        assert_eq!(read(b"a\r1\r2").text, "a\n1\n2");
        assert_eq!(read(b"a\r\n1").text, "a\r\n1");
    }
}
