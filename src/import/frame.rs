//! Whole rows to columns of text, parsed by polars.
//!
//! polars gets a table it can only read one way: every row has the same number of fields and
//! RFC 4180 quotes, and every column is text. Numbers and dates are read later, cell by cell, so
//! that each one that cannot be read is counted.

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{
    CsvParseOptions, CsvReadOptions, DataType, Field, Schema, SerReader, StringChunked,
};

use super::error::ImportError;
use super::records::Record;

/// The cells of `rows` of `text` as columns, each row with `width` fields: those past it are empty,
/// and those that lack are taken for empty. A cell that is empty may be null.
///
/// # Errors
/// What polars says.
pub(crate) fn columns(
    file: &str,
    text: &str,
    rows: &[Record],
    delimiter: u8,
    width: usize,
) -> Result<Vec<StringChunked>, ImportError> {
    let failed = |message: String| ImportError::Cells { file: file.to_owned(), message };
    let table = canonical(text, rows, delimiter, width);
    let schema: Schema = (0..width)
        .map(|column| Field::new(format!("c{column}").into(), DataType::String))
        .collect();
    let options = CsvReadOptions::default()
        .with_has_header(false)
        .with_schema(Some(Arc::new(schema)))
        .with_rechunk(true)
        // Pieces of the file are read side by side already.
        .with_n_threads(Some(1))
        .with_parse_options(CsvParseOptions::default().with_separator(delimiter));
    let frame = options
        .into_reader_with_file_handle(Cursor::new(table.as_ref()))
        .finish()
        .map_err(|error| failed(error.to_string()))?;
    if frame.height() != rows.len() || frame.width() != width {
        let (height, found) = (frame.height(), frame.width());
        return Err(failed(format!(
            "{} rows of {width} fields became {height} of {found}",
            rows.len()
        )));
    }
    let columns = frame.columns().iter().map(|column| column.str().cloned());
    columns.collect::<Result<_, _>>().map_err(|error| failed(error.to_string()))
}

/// The rows as RFC 4180 text: as they stand where nothing is to be changed. Else rows without quotes
/// are copied, save the first: in quotes it can never be mistaken for the first bytes of a
/// compressed file.
fn canonical<'a>(text: &'a str, rows: &[Record], delimiter: u8, width: usize) -> Cow<'a, [u8]> {
    let is_plain = |row: &Record| !row.quotes && !row.blank && row.fields == width;
    let touch = rows.windows(2).all(|pair| pair[0].end + 1 == pair[1].start);
    if let (Some(first), Some(last), true) = (rows.first(), rows.last(), touch)
        && rows.iter().all(is_plain)
        && !text[first.start..].starts_with(['x', '\u{1f}', '('])
    {
        return Cow::Borrowed(&text.as_bytes()[first.start..last.end]);
    }
    let size: usize = rows.iter().map(|row| row.end - row.start + 1).sum();
    let mut table = Vec::with_capacity(size + size / 16);
    for (number, row) in rows.iter().enumerate() {
        if number > 0 && is_plain(row) {
            table.extend_from_slice(row.text(text).as_bytes());
        } else {
            let cells = row.cells(text, delimiter).chain(std::iter::repeat(Cow::Borrowed("")));
            for (column, cell) in cells.take(width).enumerate() {
                if column > 0 {
                    table.push(delimiter);
                }
                table.push(b'"');
                table.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                table.push(b'"');
            }
        }
        table.push(b'\n');
    }
    Cow::Owned(table)
}

#[cfg(test)]
mod tests {
    use super::super::records::scan;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, delimiter: u8, width: usize) -> Vec<Vec<String>> {
        let rows = scan(text, delimiter).unwrap();
        let columns = columns("f", text, &rows, delimiter, width).unwrap();
        let cells = |column: &StringChunked| {
            column.iter().map(|cell| cell.unwrap_or_default().trim().to_owned()).collect()
        };
        columns.iter().map(cells).collect()
    }

    #[test]
    fn quotes_newlines_and_doubled_quotes() {
        let columns = read("\"a,b\",1\n\"c\nd\",\"2\"\n\"e\"\"f\",\n", b',', 2);
        assert_eq!(columns, [["a,b", "c\nd", "e\"f"], ["1", "2", ""]]);
    }

    #[test]
    fn a_row_that_looks_like_a_zlib_header_is_text() {
        assert_eq!(read("x^,1\nx^,2\n", b',', 2), [["x^", "x^"], ["1", "2"]]);
    }

    #[test]
    fn one_column_without_a_delimiter() {
        assert_eq!(read("1,5\n\n2,5", 0, 1), [["1,5", "", "2,5"]]);
    }

    #[test]
    fn a_short_row_is_filled_up() {
        assert_eq!(read("1,2,3\n4\n", b',', 3), [["1", "4"], ["2", ""], ["3", ""]]);
    }

    proptest! {
        // Enough cells for polars to cut the table into chunks.
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn polars_reads_the_cells_that_the_scan_sees(
            cells in prop::collection::vec("[a1,;\"\n\r \té.]{0,6}", 3..240),
            quoted: bool
        ) {
            let width = 3;
            let plain = |cell: &String| cell.replace([',', '"', '\n', '\r'], "-");
            let in_quotes = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let written = |cell: &String| if quoted { in_quotes(cell) } else { plain(cell) };
            let table: Vec<&[String]> = cells.chunks_exact(width).collect();
            let lines = table.iter().map(|row| row.iter().map(written).collect::<Vec<_>>().join(","));
            let text = lines.collect::<Vec<_>>().join("\n");
            let rows = scan(&text, b',').unwrap();
            prop_assert_eq!(rows.len(), table.len());
            let parsed = columns("f", &text, &rows, b',', width).unwrap();
            for (number, row) in table.iter().enumerate() {
                for (column, cell) in row.iter().enumerate() {
                    let expected = if quoted { cell.clone() } else { plain(cell) };
                    prop_assert_eq!(parsed[column].get(number).unwrap_or_default(), expected);
                }
            }
        }
    }
}
