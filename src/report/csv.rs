//! Tables as CSV: numbers with as many digits as it takes to read them back exactly. Names that a
//! spreadsheet would run as a formula are marked (`series::text`); reading the file gives them back.

use polars::prelude::{Column, CsvWriter, DataFrame, QuoteStyle, SerWriter};

use super::table::{ColumnCells, ExportError, ReportTable, TableFormat};
use crate::series::text::marked;

pub(super) const FORMAT: TableFormat = TableFormat { name: "CSV", extension: "csv", contents };

fn contents(table: &ReportTable) -> Result<Vec<u8>, ExportError> {
    let column = |(name, cells): &(String, ColumnCells)| {
        let name = name.as_str().into();
        match cells {
            ColumnCells::Text(texts) => {
                let fields: Vec<Option<String>> =
                    texts.iter().map(|text| text.as_deref().map(field)).collect();
                Column::new(name, fields)
            }
            ColumnCells::Number(numbers) => Column::new(name, numbers),
            ColumnCells::Count(counts) => {
                Column::new(name, counts.iter().map(|&count| count as u64).collect::<Vec<_>>())
            }
        }
    };
    let mut frame = DataFrame::new(table.rows(), table.columns.iter().map(column).collect())?;
    let mut text = Vec::new();
    let writer = CsvWriter::new(&mut text).with_quote_style(QuoteStyle::Never);
    writer.include_header(true).finish(&mut frame)?;
    Ok(text)
}

/// Signs that end a field, in this file or in one that a reader takes it for.
const DELIMITERS: [char; 7] = [',', ';', '\t', '|', '"', '\n', '\r'];

/// A text as a field: marked where it would be run as a formula, in quotes where it holds a delimiter.
fn field(text: &str) -> String {
    let text = marked(text);
    if text.contains(DELIMITERS) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}
