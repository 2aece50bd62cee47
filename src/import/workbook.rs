//! A sheet of an Excel (`.xlsx`, `.xlsb`, `.xls`) or `.ods` workbook, as comma-separated text.
//!
//! A row of the sheet becomes the line of the same number, so that the ledger's lines are the rows
//! that a spreadsheet shows. Dates become ISO 8601, numbers keep every digit.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Ods, Reader, Sheets, Xls, Xlsb, Xlsx, open_workbook_from_rs};

use super::error::{ImportError, listed};
use super::sheet::MOST_COLUMNS;

/// First bytes of zip archives, which new workbooks are.
const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes of the old compound files.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";
/// Most cells of a sheet's bounding box, empty ones included.
const MOST_CELLS: usize = 1 << 27;

/// A sheet as text.
#[derive(Debug)]
pub(crate) struct SheetText {
    pub name: String,
    pub text: String,
    pub notes: Vec<String>,
    /// The names of all sheets, in their order.
    pub sheets: Vec<String>,
}

type Book<'a> = Sheets<Cursor<&'a [u8]>>;
/// Cells that hold anything, by row and column from 0.
type Rows = BTreeMap<u32, BTreeMap<u32, String>>;

/// The sheet of that name, or the first; `None` where the bytes are no workbook.
///
/// # Errors
/// A workbook that has no such sheet, or whose sheet cannot be read.
pub(crate) fn sheet_text(
    file: &str,
    bytes: &[u8],
    wanted: Option<&str>,
) -> Result<Option<SheetText>, ImportError> {
    let Some(mut book) = open(bytes) else { return Ok(None) };
    let names = book.sheet_names();
    let known = || listed(names.iter().map(String::as_str));
    let name = match wanted {
        Some(wanted) => names.iter().find(|name| *name == wanted),
        None => names.first(),
    };
    let Some(name) = name else {
        let (file, name) = (file.to_owned(), wanted.unwrap_or_default().to_owned());
        return Err(ImportError::UnknownSheet { file, name, sheets: known() });
    };
    let failed = |message: String| ImportError::Workbook {
        file: file.to_owned(),
        sheet: name.clone(),
        message,
    };
    let rows = cells(&mut book, name).map_err(failed)?;
    let mut notes = Vec::new();
    if wanted.is_none() && names.len() > 1 {
        notes.push(format!(
            "the workbook has {} sheets ({}); the first is read",
            names.len(),
            known()
        ));
    }
    let text = text_of(&rows).ok_or_else(|| {
        let what = format!("its sheet {name} has cells too far apart");
        ImportError::TooLarge { file: file.to_owned(), what }
    })?;
    Ok(Some(SheetText { name: name.clone(), text, notes, sheets: names }))
}

fn open(bytes: &[u8]) -> Option<Book<'_>> {
    let cursor = || Cursor::new(bytes);
    if bytes.starts_with(COMPOUND) {
        return open_workbook_from_rs::<Xls<_>, _>(cursor()).ok().map(Sheets::Xls);
    }
    if !bytes.starts_with(ZIP) {
        return None;
    }
    if let Ok(book) = open_workbook_from_rs::<Xlsx<_>, _>(cursor()) {
        return Some(Sheets::Xlsx(book));
    }
    if let Ok(book) = open_workbook_from_rs::<Xlsb<_>, _>(cursor()) {
        return Some(Sheets::Xlsb(book));
    }
    open_workbook_from_rs::<Ods<_>, _>(cursor()).ok().map(Sheets::Ods)
}

fn cells(book: &mut Book<'_>, name: &str) -> Result<Rows, String> {
    let mut rows = Rows::new();
    let mut put = |row: u32, column: u32, cell: &Data| {
        let cell = written(cell);
        if !cell.is_empty() {
            rows.entry(row).or_default().insert(column, cell);
        }
    };
    // Cell by cell where that is possible: a range as a whole spans all cells between two that are
    // far apart.
    if let Sheets::Xlsx(book) = book {
        let mut reader = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            put(row, column, &Data::from(cell.get_value().clone()));
        }
    } else {
        let range = book.worksheet_range(name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            let place = |at: usize, first: u32| u32::try_from(at).unwrap_or(u32::MAX) + first;
            put(place(row, top), place(column, left), cell);
        }
    }
    Ok(rows)
}

fn written(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(time) if time.is_datetime() => date(time),
        Data::DateTime(span) => span.as_f64().to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
        }
        Data::Error(error) => error.to_string(),
    }
}

fn date(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
        if milli > 0 {
            let _ = write!(text, ".{milli:03}");
        }
    }
    text
}

/// Rows as lines, every one as wide as the widest; `None` where that would be too many cells.
fn text_of(rows: &Rows) -> Option<String> {
    let columns = || rows.values().flat_map(BTreeMap::keys).copied();
    let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
    let width = usize::try_from(right - left).ok()? + 1;
    if width > MOST_COLUMNS || rows.len().saturating_mul(width) > MOST_CELLS {
        return None;
    }
    let mut text = String::new();
    let mut line = 0;
    for (&row, cells) in rows {
        (line..row).for_each(|_| text.push('\n'));
        line = row + 1;
        for column in left..=right {
            if column > left {
                text.push(',');
            }
            if let Some(cell) = cells.get(&column) {
                push_quoted(cell, &mut text);
            }
        }
        text.push('\n');
    }
    Some(text)
}

fn push_quoted(cell: &str, text: &mut String) {
    if cell.contains([',', '"', ';', '\t', '|']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_number_and_columns_their_order() {
        let row = |cells: &[(u32, &str)]| {
            cells.iter().map(|&(column, cell)| (column, cell.to_owned())).collect()
        };
        let rows = Rows::from([(1, row(&[(2, "a"), (3, "b, c")])), (3, row(&[(3, "1")]))]);
        assert_eq!(text_of(&rows).unwrap(), "\na,\"b, c\"\n\n,1\n");
        let far = Rows::from([(0, row(&[(0, "a"), (u32::MAX - 1, "b")]))]);
        assert!(text_of(&far).is_none());
    }
}
