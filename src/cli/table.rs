//! Aligned text tables: the first column to the left, numbers to the right.

use std::io::{self, Write};

/// Writes rows under a header, each column as wide as its widest cell.
pub fn write_table(out: &mut impl Write, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(header.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
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
pub fn write_row(out: &mut impl Write, row: &[String], widths: &[usize]) -> io::Result<()> {
    let mut line = String::new();
    for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let width = width.min(WIDEST);
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

    #[test]
    fn numbers_line_up_on_the_right() {
        let mut text = Vec::new();
        let rows =
            [vec!["lstm".to_owned(), "7.1".to_owned()], vec!["a".to_owned(), "123.4".to_owned()]];
        write_table(&mut text, &["model", "MAE"], &rows).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "model    MAE\nlstm     7.1\na      123.4\n");
    }

    #[test]
    fn a_cell_longer_than_formatting_can_fill_is_written_whole() {
        let mut text = Vec::new();
        let long = "x".repeat(70_000);
        write_table(&mut text, &["a", "b"], &[vec!["1".to_owned(), long.clone()]]).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(&long) && text.len() < 72_100, "{}", text.len());
    }
}
