//! The cells of whole records as columns of text, parsed by polars.
//!
//! polars gets a table it can only read one way: every record has the same number of fields and
//! RFC 4180 quotes, and every column is text. Numbers and dates are read later, cell by cell, so
//! that each one that cannot be read is counted.

use std::io::Cursor;

use polars::prelude::{
    CsvParseOptions, CsvReadOptions, DataType, Field, Schema, SerReader, StringChunked,
};

use super::error::ImportError;
use super::records::Record;

/// Columns of text, one cell a row.
#[derive(Debug)]
pub(crate) struct Cells {
    columns: Vec<StringChunked>,
}

impl Cells {
    /// Parses `rows` of `text`, each with `width` fields (or more, if those past it are empty).
    ///
    /// # Errors
    /// More rows or a longer row than polars can index; or what polars says.
    pub fn parse(
        file: &str,
        text: &str,
        rows: &[Record],
        delimiter: u8,
        width: usize,
    ) -> Result<Self, ImportError> {
        within_limits(file, rows)?;
        let failed = |message: String| ImportError::Cells { file: file.to_owned(), message };
        let table = canonical(text, rows, delimiter, width);
        let schema: Schema = (0..width)
            .map(|column| Field::new(format!("c{column}").into(), DataType::String))
            .collect();
        let options = CsvReadOptions::default()
            .with_has_header(false)
            .with_schema(Some(std::sync::Arc::new(schema)))
            .with_rechunk(true)
            .with_parse_options(CsvParseOptions::default().with_separator(delimiter));
        let frame = options
            .into_reader_with_file_handle(Cursor::new(table))
            .finish()
            .map_err(|error| failed(error.to_string()))?;
        if frame.height() != rows.len() || frame.width() != width {
            return Err(failed(format!(
                "{} rows of {width} fields became {} of {}",
                rows.len(),
                frame.height(),
                frame.width()
            )));
        }
        let columns = frame
            .columns()
            .iter()
            .map(|column| column.str().cloned())
            .collect::<Result<_, _>>()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { columns })
    }

    /// The cells of a column from the first row to the last; an empty cell is an empty text.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        self.columns[column].iter().map(Option::unwrap_or_default)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, StringChunked::len)
    }

    /// One cell.
    pub fn cell(&self, column: usize, row: usize) -> &str {
        self.columns[column].get(row).unwrap_or_default()
    }
}

/// polars counts rows and the bytes of a cell in 32 bits.
fn within_limits(file: &str, rows: &[Record]) -> Result<(), ImportError> {
    let too_large = |what: String| Err(ImportError::TooLarge { file: file.to_owned(), what });
    // One less than the largest index, which polars keeps for itself.
    if u32::try_from(rows.len()).is_ok_and(|count| count < u32::MAX) {
        match rows.iter().find(|row| i32::try_from(row.end - row.start).is_err()) {
            Some(row) => too_large(format!("the row on line {} is over 2 GiB long", row.line)),
            None => Ok(()),
        }
    } else {
        too_large(format!("it has {} rows; at most {} are read", rows.len(), u32::MAX - 1))
    }
}

/// The rows as RFC 4180 text. Rows without quotes are copied as they are, save the first: in quotes
/// it can never be mistaken for the first bytes of a compressed file.
fn canonical(text: &str, rows: &[Record], delimiter: u8, width: usize) -> Vec<u8> {
    let size: usize = rows.iter().map(|row| row.end - row.start + 1).sum();
    let mut table = Vec::with_capacity(size + size / 16);
    for (number, row) in rows.iter().enumerate() {
        if number == 0 || row.quotes || row.blank || row.fields != width {
            for (column, cell) in row.cells(text, delimiter).take(width).enumerate() {
                if column > 0 {
                    table.push(delimiter);
                }
                table.push(b'"');
                table.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                table.push(b'"');
            }
        } else {
            table.extend_from_slice(row.text(text).as_bytes());
        }
        table.push(b'\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::records::scan;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, delimiter: u8, width: usize) -> Vec<Vec<String>> {
        let rows = scan(text, delimiter).unwrap();
        let cells = Cells::parse("f", text, &rows, delimiter, width).unwrap();
        (0..width).map(|c| cells.column(c).map(|cell| cell.trim().to_owned()).collect()).collect()
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

    proptest! {
        // Enough cells for polars to cut the table into chunks.
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn polars_reads_the_cells_that_the_scan_sees(
            cells in prop::collection::vec("[a1,;\"\n\r \té.]{0,6}", 3..240)
        ) {
            let width = 3;
            let table: Vec<&[String]> = cells.chunks_exact(width).collect();
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines = table.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(","));
            let text = lines.collect::<Vec<_>>().join("\n");
            let rows = scan(&text, b',').unwrap();
            prop_assert_eq!(rows.len(), table.len());
            let parsed = Cells::parse("f", &text, &rows, b',', width).unwrap();
            for (number, row) in table.iter().enumerate() {
                for (column, cell) in row.iter().enumerate() {
                    prop_assert_eq!(parsed.cell(column, number), cell.as_str());
                }
            }
        }
    }
}
