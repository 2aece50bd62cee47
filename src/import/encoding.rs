//! Bytes to text: byte order marks, UTF-16, stray Windows-1252 bytes, and what is no text at all.
//!
//! Not for records and cells (`records`).

use std::borrow::Cow;

use super::error::ImportError;

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
