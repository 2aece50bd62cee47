//! How a file writes its table: delimiter, header, decimal sign, encoding.
//!
//! The delimiter is the one that cuts the first records into the same number of fields.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::Decimal;
use super::records::{Record, scan};
use super::survey::Widths;
use super::unpack::Packing;
use super::workbook::ListedSheet;

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
