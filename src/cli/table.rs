//! Aligned text tables: the first column to the left, numbers to the right.

use std::io;

use super::terminal::Output;
use crate::series::visible;

/// Writes rows under a header, each column as wide as its widest cell.
pub fn write_table(out: &mut Output<'_>, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        let names = header.get(column).copied();
        cells.chain(names).map(|cell| visible(cell).chars().count()).max().unwrap_or(0)
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
pub fn write_row(out: &mut Output<'_>, row: &[String], widths: &[usize]) -> io::Result<()> {
    let mut line = String::new();
    for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let (cell, width) = (visible(cell), width.min(WIDEST));
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
        write_table(&mut Output::new(&mut text), &["model", "MAE"], &rows).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "model    MAE\nlstm     7.1\na      123.4\n");
    }

    #[test]
    fn a_cell_longer_than_formatting_can_fill_is_written_whole() {
        let mut text = Vec::new();
        let long = "x".repeat(70_000);
        let rows = [vec!["1".to_owned(), long.clone()]];
        write_table(&mut Output::new(&mut text), &["a", "b"], &rows).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(&long) && text.len() < 72_100, "{}", text.len());
    }
}
