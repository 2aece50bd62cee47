//! The cells of a table through polars.

use super::super::records::scan;
use super::*;
use proptest::prelude::*;

fn read(text: &str, delimiter: u8, width: usize) -> Vec<Vec<String>> {
    let rows = scan(text, delimiter).unwrap();
    let columns = cells_by_polars("f", text, &rows, delimiter, width).unwrap();
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
        let parsed = cells_by_polars("f", &text, &rows, b',', width).unwrap();
        for (number, row) in table.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let expected = if quoted { cell.clone() } else { plain(cell) };
                prop_assert_eq!(parsed[column].get(number).unwrap_or_default(), expected);
            }
        }
    }
}
