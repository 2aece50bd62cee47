//! What a text is made of, before any cell of it is read: the delimiter, pieces that end where a record
//! ends, how many records they hold, and the first of those.
//!
//! The delimiter is the one that cuts the first records into the same number of fields. Records are
//! counted, not kept: those of a long file would take more memory than its text. Not for which of them
//! is the header (`sheet`).

use std::collections::HashMap;
use std::fmt;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bytes::Packing;
use super::error::ImportError;
use super::number::Decimal;
use super::progress::{Stage, Watch};
use super::records::{QuoteNotClosed, Record, Records, Span, scan};
use super::workbook::ListedSheet;

/// Records looked at one by one to find the header and what stands around it.
const HEAD_RECORDS: usize = 2_000;
/// Of those, how many comments; the others are only counted.
const HEAD_COMMENTS: usize = 100;
/// Longest record, in bytes: polars counts the bytes of a cell in 31 bits.
const LONGEST_RECORD: usize = (1 << 31) - 1;

/// The records of a text. Blank lines are none, save between two others of a file of one column.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The text in pieces.
    pub spans: Vec<Span>,
    /// Number of records.
    pub records: usize,
    /// The most common number of fields; the earliest of equals.
    pub width: usize,
    /// The most fields of a record.
    pub widest: usize,
    /// One past the last byte of the last record.
    pub end: usize,
    pub comments: Comments,
    /// The first records.
    pub head: Vec<Record>,
}

/// Records that begin with `#`.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    pub count: usize,
    /// Lines of the first of them.
    pub lines: Vec<usize>,
}

/// Whether a record is a comment, if comments are what its file uses `#` for.
pub(crate) fn is_comment(text: &str, record: &Record) -> bool {
    text.as_bytes().get(record.start) == Some(&b'#') && record.end > record.start
}

/// Counts the records of a text, `piece_bytes` and a bit more at once. With `one_column`, blank lines
/// count.
///
/// # Errors
/// A quote that never closes, a record that is too long; or an answer to stop.
pub(crate) fn survey(
    file: &str,
    text: &str,
    first_line: usize,
    delimiter: u8,
    piece_bytes: usize,
    watch: &Watch<'_>,
) -> Result<Survey, ImportError> {
    let open = |open: QuoteNotClosed| ImportError::QuoteNotClosed {
        file: file.to_owned(),
        line: open.line,
    };
    let one_column = delimiter == 0;
    let mut spans = cut(file, text, first_line, delimiter, piece_bytes, watch)?;
    let mut all = Counts::default();
    let at_once = rayon::current_num_threads().max(1) * 4;
    for batch in 0..spans.len().div_ceil(at_once) {
        let first = batch * at_once;
        watch.tell(Stage::Surveying, first, spans.len())?;
        let last = (first + at_once).min(spans.len());
        let counts: Vec<_> =
            spans[first..last].par_iter().map(|&span| Counts::of(text, span, delimiter)).collect();
        for (span, counts) in spans[first..last].iter_mut().zip(counts) {
            // A piece may not know how many lines stand before it.
            span.line = first_line + all.lines;
            all.absorb(counts.map_err(open)?, first_line);
        }
    }
    if let Some(line) = all.too_long {
        let what = format!("the row on line {} is over 2 GiB long", first_line + line);
        return Err(ImportError::TooLarge { file: file.to_owned(), what });
    }
    let (width, _) = all.widths.most_common();
    let end = all.last_filled.map_or(0, |(_, end)| end);
    let records = match (all.first_filled, all.last_filled) {
        (Some(first), Some((last, _))) if one_column => last - first + 1,
        _ => all.filled,
    };
    let (widest, comments) = (all.widths.widest(), all.comments);
    let whole = Span { start: 0, end, line: first_line };
    let head = head(text, whole, delimiter).map_err(open)?;
    Ok(Survey { spans, records, width, widest, end, comments, head })
}

/// Cuts a text where records end. Only the first piece knows its line where no quote can hold a line
/// ending.
fn cut(
    file: &str,
    text: &str,
    line: usize,
    delimiter: u8,
    piece_bytes: usize,
    watch: &Watch<'_>,
) -> Result<Vec<Span>, ImportError> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut rest = Span { start: 0, end: bytes.len(), line };
    let quotes = memchr::memchr(b'"', bytes).is_some();
    while rest.start < rest.end {
        let least = (rest.start + piece_bytes.max(1)).min(rest.end);
        let next = if quotes {
            watch.tell(Stage::Surveying, 0, 1)?;
            let mut records = Records::new(text, rest, delimiter);
            while records.rest().start < least {
                if let Some(Err(open)) = records.next() {
                    let (file, line) = (file.to_owned(), open.line);
                    return Err(ImportError::QuoteNotClosed { file, line });
                }
            }
            records.rest()
        } else {
            let newline = memchr::memchr(b'\n', &bytes[least..]);
            let start = newline.map_or(rest.end, |at| least + at + 1);
            Span { start, ..rest }
        };
        spans.push(Span { end: next.start, ..rest });
        rest = next;
    }
    Ok(spans)
}

fn head(text: &str, whole: Span, delimiter: u8) -> Result<Vec<Record>, QuoteNotClosed> {
    let mut head: Vec<Record> = Vec::new();
    let mut comments = 0;
    for record in Records::new(text, whole, delimiter) {
        let record = record?;
        let leading = head.is_empty() || delimiter != 0;
        if record.blank && leading {
            continue;
        }
        comments += usize::from(is_comment(text, &record));
        if comments <= HEAD_COMMENTS || !is_comment(text, &record) {
            head.push(record);
        }
        if head.len() == HEAD_RECORDS {
            break;
        }
    }
    Ok(head)
}

/// The records of a piece, or of all pieces so far.
#[derive(Debug, Default)]
struct Counts {
    /// Records, blank lines included.
    all: usize,
    filled: usize,
    lines: usize,
    first_filled: Option<usize>,
    /// The number of the last record that is not blank, and where it ends.
    last_filled: Option<(usize, usize)>,
    /// The line of the first record that is too long.
    too_long: Option<usize>,
    comments: Comments,
    widths: Widths,
}

impl Counts {
    /// Those of one piece, with lines counted from its own first, 0.
    fn of(text: &str, span: Span, delimiter: u8) -> Result<Self, QuoteNotClosed> {
        let mut counts = Self::default();
        let mut records = Records::new(text, Span { line: 0, ..span }, delimiter);
        for record in records.by_ref() {
            let record = record?;
            if record.end - record.start > LONGEST_RECORD {
                counts.too_long.get_or_insert(record.line);
            }
            if !record.blank {
                if is_comment(text, &record) {
                    counts.comments.count += 1;
                    if counts.comments.lines.len() < HEAD_COMMENTS {
                        counts.comments.lines.push(record.line);
                    }
                }
                counts.widths.add(record.fields, counts.filled);
                counts.filled += 1;
                counts.first_filled.get_or_insert(counts.all);
                counts.last_filled = Some((counts.all, record.end));
            }
            counts.all += 1;
        }
        counts.lines = records.rest().line;
        counts.widths.end_run();
        Ok(counts)
    }

    /// Adds those of the next piece.
    fn absorb(&mut self, next: Self, first_line: usize) {
        let Self { all, filled, lines, .. } = *self;
        self.first_filled = self.first_filled.or(next.first_filled.map(|at| all + at));
        self.last_filled = next.last_filled.map(|(at, end)| (all + at, end)).or(self.last_filled);
        self.too_long = self.too_long.or(next.too_long.map(|line| lines + line));
        self.widths.absorb(next.widths, filled);
        self.comments.count += next.comments.count;
        let room = HEAD_COMMENTS - self.comments.lines.len();
        let more = next.comments.lines.into_iter().take(room);
        self.comments.lines.extend(more.map(|line| first_line + lines + line));
        self.all += next.all;
        self.filled += next.filled;
        self.lines += next.lines;
    }
}

/// Numbers of fields: how many records have them, and which is the first.
#[derive(Debug, Default)]
pub(crate) struct Widths {
    seen: HashMap<usize, (usize, usize)>,
    /// Records mostly have as many fields as the one before: those of a run are added at once.
    run: (usize, usize, usize),
}

impl Widths {
    /// Counts the record of that number.
    pub fn add(&mut self, fields: usize, number: usize) {
        if self.run.1 > 0 && self.run.0 == fields {
            self.run.1 += 1;
        } else {
            self.end_run();
            self.run = (fields, 1, number);
        }
    }

    /// Counts the run of the last records.
    pub fn end_run(&mut self) {
        let (fields, count, first) = std::mem::take(&mut self.run);
        if count > 0 {
            self.seen.entry(fields).or_insert((0, first)).0 += count;
        }
    }

    fn absorb(&mut self, next: Self, before: usize) {
        for (fields, (count, first)) in next.seen {
            self.seen.entry(fields).or_insert((0, before + first)).0 += count;
        }
    }

    /// The most common number and how often it stands there; the earliest of equals.
    pub fn most_common(&self) -> (usize, usize) {
        let common =
            self.seen.iter().max_by_key(|&(_, &(count, first))| (count, usize::MAX - first));
        common.map_or((0, 0), |(&fields, &(count, _))| (fields, count))
    }

    fn widest(&self) -> usize {
        self.seen.keys().copied().max().unwrap_or(0)
    }
}

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delimiter {
    /// `,`
    #[schemars(title = "Comma")]
    Comma,
    /// `;`
    #[schemars(title = "Semicolon")]
    Semicolon,
    /// A tabulator.
    #[schemars(title = "Tab")]
    Tab,
    /// `|`
    #[schemars(title = "Pipe")]
    Pipe,
    /// One column: nothing is cut.
    #[schemars(title = "None")]
    None,
}

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// What the file is wrapped in.
    pub packing: Packing,
    /// The sheets of a workbook, in its order; none for any other file.
    pub sheets: Vec<ListedSheet>,
    /// What stands between two fields.
    pub delimiter: Delimiter,
    /// Whether the first record names the columns.
    pub has_header: bool,
    /// Whether `1,5` is one and a half.
    pub decimal_comma: bool,
    /// Whether the file opens with a byte order mark.
    pub byte_order_mark: bool,
    /// `UTF-8`, `UTF-16` or `Windows-1252`.
    pub encoding: &'static str,
}

impl Delimiter {
    /// The byte that cuts fields; one that no text holds where nothing is cut.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::None => 0,
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comma => "comma-separated",
            Self::Semicolon => "semicolon-separated",
            Self::Tab => "tab-separated",
            Self::Pipe => "pipe-separated",
            Self::None => "one column",
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.packing {
            Packing::None => {}
            Packing::Gzip | Packing::Zstd => write!(f, "{}, ", self.packing)?,
            Packing::Sheet(_) | Packing::Parquet => {
                write!(f, "{}, {}", self.packing, self.header_label())?;
                return Ok(());
            }
        }
        write!(f, "{}, {}", self.delimiter, self.header_label())?;
        if self.decimal_comma {
            f.write_str(", decimal comma")?;
        }
        if self.encoding != "UTF-8" {
            write!(f, ", {}", self.encoding)?;
        }
        Ok(())
    }
}

impl Format {
    const fn header_label(&self) -> &'static str {
        if self.has_header { "header" } else { "no header" }
    }

    /// The sign between whole and fraction.
    pub(crate) const fn decimal(&self) -> Decimal {
        if self.decimal_comma { Decimal::Comma } else { Decimal::Point }
    }
}

/// Text looked at to find the delimiter, in bytes: some hundred rows of an ordinary table.
const SNIFFED_BYTES: usize = 64 * 1024;
/// Records looked at.
const SNIFFED_RECORDS: usize = 200;

/// The delimiter of a text. Where several cut it evenly, the rarer sign in ordinary text wins:
/// a comma may be a decimal sign in a file of semicolons, hardly ever the other way round.
pub(crate) fn sniff(text: &str) -> Delimiter {
    let cut = text.floor_char_boundary(SNIFFED_BYTES);
    let window = match text[..cut].rfind('\n') {
        Some(last_newline) if cut < text.len() => &text[..last_newline],
        _ => &text[..cut],
    };
    let candidates = [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Pipe, Delimiter::Comma];
    let mut best = (0, Delimiter::None);
    for delimiter in candidates {
        let evenness = evenness(window, delimiter);
        if evenness > best.0 {
            best = (evenness, delimiter);
        }
    }
    best.1
}

/// How evenly a delimiter cuts the records, in twentieths; 0 where it cuts none.
fn evenness(window: &str, delimiter: Delimiter) -> usize {
    let Ok(records) = scan_within(window, delimiter.byte()) else { return 0 };
    let counts: Vec<usize> = records
        .iter()
        .filter(|record| !record.blank && !record.text(window).starts_with('#'))
        .map(|record| record.fields)
        .take(SNIFFED_RECORDS)
        .collect();
    let Some(&first) = counts.first() else { return 0 };
    let mut widths = Widths::default();
    counts.iter().enumerate().for_each(|(number, &fields)| widths.add(fields, number));
    widths.end_run();
    let (width, rows) = widths.most_common();
    // `value` above `1,5` is one column of decimal commas, not two columns with one name.
    let decimal_commas = delimiter == Delimiter::Comma && width == 2 && first == 1;
    if width < 2 || decimal_commas { 0 } else { (rows * 20).div_ceil(counts.len()) }
}

/// Records of a window that may end inside a quoted cell: what comes before that still counts.
fn scan_within(window: &str, delimiter: u8) -> Result<Vec<Record>, ()> {
    scan(window, delimiter).or_else(|open| {
        let before: usize = window.split_inclusive('\n').take(open.line - 1).map(str::len).sum();
        scan(&window[..before], delimiter).map_err(|_| ())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ops::ControlFlow;

    fn surveyed(text: &str, delimiter: u8, piece_bytes: usize) -> Result<Survey, ImportError> {
        let mut go_on = |_| ControlFlow::Continue(());
        survey("f", text, 1, delimiter, piece_bytes, &Watch::new("f", &mut go_on))
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_what_is_found(
            text in "[a1#,\" \n\r]{0,80}", piece_bytes in 1_usize..20, one_column: bool
        ) {
            let delimiter = if one_column { 0 } else { b',' };
            let (whole, pieces) =
                (surveyed(&text, delimiter, usize::MAX / 2), surveyed(&text, delimiter, piece_bytes));
            let (Ok(whole), Ok(pieces)) = (&whole, &pieces) else {
                prop_assert_eq!(whole.is_err(), pieces.is_err());
                return Ok(());
            };
            let all = |survey: &Survey| {
                let found = (survey.records, survey.width, survey.widest, survey.end);
                (found, survey.comments.lines.clone(), survey.head.clone())
            };
            prop_assert_eq!(all(whole), all(pieces));
            let mut line = 1;
            let mut start = 0;
            for span in &pieces.spans {
                prop_assert_eq!((span.start, span.line), (start, line));
                start = span.end;
                line += text[span.start..span.end].matches('\n').count();
            }
            prop_assert_eq!(start, text.len());
        }
    }

    #[test]
    fn blank_lines_count_only_between_the_cells_of_one_column() {
        let text = "\n1\n\n2\n\n";
        let one = surveyed(text, 0, 3).unwrap();
        assert_eq!((one.records, one.head.len(), one.end), (3, 3, 5));
        assert_eq!(surveyed(text, b',', 3).unwrap().records, 2);
    }
}

#[cfg(test)]
mod format_tests {
    use super::*;

    #[test]
    fn the_delimiter_that_cuts_evenly_wins() {
        assert_eq!(sniff("a,b\n1,2\n3,4\n"), Delimiter::Comma);
        assert_eq!(sniff("a;b\n1,5;2,5\n3,5;4,5\n"), Delimiter::Semicolon);
        assert_eq!(sniff("1,5;2,5\n3,5;4,5\n"), Delimiter::Semicolon);
        assert_eq!(sniff("a\tb\n1\t2\n"), Delimiter::Tab);
        assert_eq!(sniff("a|b\n1|2\n"), Delimiter::Pipe);
        assert_eq!(sniff("# one\na,b\n1,2\n"), Delimiter::Comma);
    }

    #[test]
    fn one_column_is_not_cut() {
        assert_eq!(sniff("value\n1\n2\n"), Delimiter::None);
        assert_eq!(sniff("value\n1,5\n2,5\n"), Delimiter::None);
        assert_eq!(sniff(""), Delimiter::None);
    }

    #[test]
    fn quoted_delimiters_do_not_count() {
        assert_eq!(sniff("a,b\n\"x;y\",2\n\"z;w\",4\n"), Delimiter::Comma);
    }

    #[test]
    fn ragged_rows_do_not_change_the_delimiter() {
        assert_eq!(sniff("a,b,c\n1,2,3\n4,5\n6,7,8\n9,1,2,3\n1,2,3\n"), Delimiter::Comma);
    }
}
