//! Where each record of a delimited file starts and ends, by its quotes, with its line number.
//!
//! polars parses the cells; this scan knows the lines they stand on, and hands over only records
//! that are whole. A quote opens a cell only at its start (RFC 4180; spaces before it are allowed);
//! anywhere else it is an ordinary character.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

/// One record: a row of the table, or a blank line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    /// First byte of the record in the text.
    pub start: usize,
    /// One past its last byte, the line ending left out.
    pub end: usize,
    /// Line it starts on, counted from 1.
    pub line: usize,
    /// Number of fields, at least 1.
    pub fields: usize,
    /// Whether it holds any quote, and so must be read with care.
    pub quotes: bool,
    /// Whether there is nothing on the line.
    pub blank: bool,
}

/// A quote that opens on this line and never closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuoteNotClosed {
    /// Line of the opening quote, counted from 1.
    pub line: usize,
}

/// A stretch of text that begins with a record and ends with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte, the line ending included.
    pub end: usize,
    /// The line it begins on.
    pub line: usize,
}

/// The records of a stretch of text, blank lines included.
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    rest: Span,
    delimiter: u8,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, span: Span, delimiter: u8) -> Self {
        Self { bytes: text.as_bytes(), rest: span, delimiter }
    }

    /// What is left of the stretch.
    pub const fn rest(&self) -> Span {
        self.rest
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, QuoteNotClosed>;

    fn next(&mut self) -> Option<Self::Item> {
        let Span { start, end, line } = self.rest;
        if start >= end {
            return None;
        }
        match record_at(self.bytes, start, line, self.delimiter) {
            Ok((record, next)) => {
                // Only a quoted cell holds line endings.
                let inside = if record.quotes { &self.bytes[start..record.end] } else { &[] };
                let lines = memchr_iter(b'\n', inside).count() + 1;
                self.rest = Span { start: next, end, line: line + lines };
                Some(Ok(record))
            }
            Err(open) => {
                self.rest.start = end;
                Some(Err(open))
            }
        }
    }
}

/// Where one field ends.
struct FieldEnd {
    /// One past the field's last byte: the delimiter, the line end, or the end of the text.
    end: usize,
    /// Whether the record ends here too.
    last: bool,
}

/// All records of `text`, blank lines included.
///
/// # Errors
/// A quote that never closes.
pub(crate) fn scan(text: &str, delimiter: u8) -> Result<Vec<Record>, QuoteNotClosed> {
    Records::new(text, Span { start: 0, end: text.len(), line: 1 }, delimiter).collect()
}

/// The record that starts at `start`, and where the next one starts.
fn record_at(
    bytes: &[u8],
    start: usize,
    line: usize,
    delimiter: u8,
) -> Result<(Record, usize), QuoteNotClosed> {
    let mut end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
    let quotes = memchr(b'"', &bytes[start..end]).is_some();
    let mut fields = 1;
    if quotes {
        let mut at = start;
        loop {
            let field = field_end(bytes, at, delimiter).ok_or_else(|| QuoteNotClosed {
                line: line + memchr_iter(b'\n', &bytes[start..at]).count(),
            })?;
            end = field.end;
            if field.last {
                break;
            }
            fields += 1;
            at = end + 1;
        }
    } else {
        fields += memchr_iter(delimiter, &bytes[start..end]).count();
    }
    let next = (end + 1).min(bytes.len());
    if end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    let is_space = |&byte: &u8| byte == b' ' || (byte == b'\t' && delimiter != b'\t');
    let blank = bytes[start..end].iter().all(is_space);
    Ok((Record { start, end, line, fields, quotes, blank }, next))
}

/// The end of the field that starts at `start`, or `None` where its quote never closes.
fn field_end(bytes: &[u8], start: usize, delimiter: u8) -> Option<FieldEnd> {
    let spaces = bytes[start..].iter().take_while(|&&byte| byte == b' ').count();
    let mut at = start;
    if bytes.get(start + spaces) == Some(&b'"') {
        at = start + spaces + 1;
        loop {
            at += memchr(b'"', &bytes[at..])? + 1;
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
    }
    let length = memchr2(delimiter, b'\n', &bytes[at..]);
    let end = length.map_or(bytes.len(), |length| at + length);
    let last = bytes.get(end).is_none_or(|&byte| byte == b'\n' && byte != delimiter);
    Some(FieldEnd { end, last })
}

impl Record {
    /// The record as the file writes it.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }

    /// Its cells in order, without their quotes and the spaces around them.
    pub fn cells<'a>(&self, text: &'a str, delimiter: u8) -> impl Iterator<Item = Cow<'a, str>> {
        let record = self.text(text);
        let mut at = Some(0);
        std::iter::from_fn(move || {
            let start = at?;
            let bytes = record.as_bytes();
            // The scan has seen every quote of this record close.
            let end = field_end(bytes, start, delimiter).map_or(bytes.len(), |field| field.end);
            at = (end < bytes.len()).then_some(end + 1);
            Some(cell(&record[start..end]))
        })
    }
}

/// A field's content: quotes taken off and doubled ones halved, spaces around it left out.
fn cell(field: &str) -> Cow<'_, str> {
    let field = field.trim();
    let Some(inside) = field.strip_prefix('"') else { return Cow::Borrowed(field) };
    if let Some(inside) = inside.strip_suffix('"')
        && !inside.contains('"')
    {
        return Cow::Borrowed(inside);
    }
    let mut content = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('"') {
        content.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(after) = rest.strip_prefix('"') else {
            // Closed; whatever stands between the quote and the delimiter is kept as written.
            content.push_str(rest);
            return Cow::Owned(content);
        };
        content.push('"');
        rest = after;
    }
    content.push_str(rest);
    Cow::Owned(content)
}

/// Text that grows by cells and rows.
#[derive(Default)]
pub(crate) struct TextRows {
    pub text: String,
    is_row_begun: bool,
}

impl TextRows {
    /// Adds a cell. Line endings inside would make two rows of one, and a `#` before it a comment.
    pub fn push(&mut self, cell: &str) {
        if std::mem::replace(&mut self.is_row_begun, true) {
            self.text.push(',');
        }
        let cell = cell.trim();
        if cell.contains(char::is_control) {
            self.push_clean(&cell.replace(char::is_control, " "));
        } else {
            self.push_clean(cell);
        }
    }

    fn push_clean(&mut self, cell: &str) {
        if cell.starts_with('#') {
            self.text.push('"');
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            push_quoted(cell, &mut self.text);
        }
    }

    pub fn end_row(&mut self) {
        self.text.push('\n');
        self.is_row_begun = false;
    }
}

/// Adds a cell, in quotes where it holds what may cut cells.
pub(crate) fn push_quoted(cell: &str, text: &mut String) {
    if cell.contains([',', '"', ';', '\t', '|']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// Cells, one after another.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    text: String,
    /// Where each cell ends; all together are shorter than 4 GiB.
    ends: Vec<u32>,
}

impl Packed {
    /// The cell at a place below the number of cells.
    pub fn cell(&self, at: usize) -> &str {
        let end = |at: usize| usize::try_from(self.ends[at]).unwrap_or(usize::MAX);
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or_default()
    }

    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells together.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| self.cell(at))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Packed {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut packed = Self::default();
        for cell in cells {
            packed.push(cell.as_ref());
        }
        packed.text.shrink_to_fit();
        packed.ends.shrink_to_fit();
        packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<(usize, Vec<String>)> {
        let records = scan(text, b',').unwrap();
        let cells = |record: &Record| record.cells(text, b',').map(Cow::into_owned).collect();
        records.iter().map(|record| (record.line, cells(record))).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn lines_are_counted_through_quoted_newlines_and_blank_lines() {
        let text = "a,b\r\n\"two\nlines\",1\n\n3,\"x,\"\"y\"\"\"";
        let expected = [
            row(1, &["a", "b"]),
            row(2, &["two\nlines", "1"]),
            row(4, &[""]),
            row(5, &["3", "x,\"y\""]),
        ];
        assert_eq!(table(text), expected);
        assert!(scan(text, b',').unwrap()[2].blank);
    }

    #[test]
    fn a_quote_inside_a_cell_is_a_character() {
        assert_eq!(table("5\" pipe,2\n"), [row(1, &["5\" pipe", "2"])]);
        assert_eq!(table("\"a\"b,2"), [row(1, &["ab", "2"])]);
        assert_eq!(table("1, \"b, c\" ,d"), [row(1, &["1", "b, c", "d"])]);
        assert_eq!(table("\"\",\"\"\"\""), [row(1, &["", "\""])]);
    }

    #[test]
    fn trailing_delimiters_make_empty_cells() {
        assert_eq!(table("1,,\n"), [row(1, &["1", "", ""])]);
        assert_eq!(scan("1,,\n", b',').unwrap()[0].fields, 3);
        assert_eq!(scan("\"1\",,\n", b',').unwrap()[0].fields, 3);
    }

    #[test]
    fn a_quote_that_never_closes_is_found_where_it_opens() {
        assert_eq!(scan("a\n\"x\ny\",\"b\n1\n", b','), Err(QuoteNotClosed { line: 3 }));
    }
}

#[cfg(test)]
mod text_rows_tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_on_one_line() {
        let mut text = TextRows::default();
        for cell in ["a\nb", "c,d", "#e", " f\" "] {
            text.push(cell);
        }
        text.end_row();
        text.push("");
        text.end_row();
        assert_eq!(text.text, "a b,\"c,d\",\"#e\",\"f\"\"\"\n\n");
    }
}

#[cfg(test)]
mod packed_tests {
    use super::*;

    #[test]
    fn cells_come_out_as_they_went_in() {
        let cells = ["", "é", "a,b", "", "1"];
        let packed: Packed = cells.into_iter().collect();
        assert_eq!(packed.iter().collect::<Vec<_>>(), cells);
        assert_eq!(packed.cell(2), "a,b");
    }
}
