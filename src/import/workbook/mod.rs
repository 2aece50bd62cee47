//! A sheet of an Excel (`.xlsx`, `.xlsb`, `.xls`) or `.ods` workbook, as comma-separated text.
//!
//! A row of the sheet becomes the line of the same number, so that the ledger's lines are the rows
//! that a spreadsheet shows. Dates become ISO 8601, numbers keep every digit.
//!
//! Workbooks are read here, not by a library, since they come from strangers: what `archive` unpacks
//! and what `grid` holds is bounded, and no place in a file is trusted. `xml`, `package` and `bytes`
//! are what the formats share, `excel` what Excel makes of numbers; then `xlsx`, `xlsb`, `ods`, and
//! `xls` with `xls_text` in its `compound` file.

mod archive;
mod book_error;
mod bytes;
mod compound;
mod excel;
mod grid;
mod ods;
mod package;
mod xls;
mod xls_text;
mod xlsb;
mod xlsx;
mod xml;

use archive::{Archive, ZIP};
use book_error::BookError;
use compound::COMPOUND;
use grid::{Grid, GridText};
use ods::Ods;
use xls::Xls;
use xlsb::Xlsb;
use xlsx::Xlsx;

use super::error::{ImportError, listed};
use super::progress::Watch;
use super::unpack::most_unpacked;

/// A sheet as text.
#[derive(Debug)]
pub(crate) struct SheetText {
    pub name: String,
    pub text: String,
    pub notes: Vec<String>,
    /// The names of all sheets, in their order.
    pub sheets: Vec<String>,
}

/// The sheet of that name, or the first; `None` where the bytes are no workbook.
///
/// # Errors
/// A workbook that cannot be read, has no such sheet, or unpacks to too much; or an answer to stop.
pub(crate) fn sheet_text(
    file: &str,
    bytes: &[u8],
    wanted: Option<&str>,
    watch: &Watch<'_>,
) -> Result<Option<SheetText>, ImportError> {
    let most = most_unpacked(bytes.len());
    let archive = if bytes.starts_with(ZIP) { Archive::open(bytes, most, watch) } else { None };
    let book = Book::open(bytes, archive.as_ref());
    let Some(book) = book.map_err(|error| error.of_file(file, None))? else { return Ok(None) };
    let names = book.sheet_names();
    let known = || listed(names.iter().map(String::as_str));
    let place = match wanted {
        Some(wanted) => names.iter().position(|name| name == wanted),
        None => (!names.is_empty()).then_some(0),
    };
    let Some(place) = place else {
        let (file, name) = (file.to_owned(), wanted.unwrap_or_default().to_owned());
        return Err(ImportError::UnknownSheet { file, name, sheets: known() });
    };
    let mut grid = Grid::new(most, watch);
    let read = book.read(place, &mut grid);
    // What was unpacked is not needed any more, and may be large.
    drop(book);
    let GridText { text, empty } = read
        .and_then(|()| grid.into_text())
        .map_err(|error| error.of_file(file, names.get(place).map(String::as_str)))?;
    let mut notes = Vec::new();
    if wanted.is_none() && names.len() > 1 {
        notes.push(format!(
            "the workbook has {} sheets ({}); the first is read",
            names.len(),
            known()
        ));
    }
    if let (Some(first), Some(last)) = (empty.first(), empty.last()) {
        notes.push(match empty.len() {
            1 => format!("column {first} of the sheet is empty and left out"),
            count => {
                format!("{count} columns of the sheet, {first} to {last}, are empty and left out")
            }
        });
    }
    Ok(Some(SheetText { name: names[place].clone(), text, notes, sheets: names }))
}

/// A workbook of one of the formats.
enum Book<'a, 'w> {
    Xlsx(Xlsx<'a, 'w>),
    Xlsb(Xlsb<'a, 'w>),
    Ods(Ods),
    Xls(Xls),
}

impl<'a, 'w> Book<'a, 'w> {
    /// The workbook in a file, which `archive` unpacks if it is one; `None` where there is none.
    fn open(bytes: &[u8], archive: Option<&'a Archive<'a, 'w>>) -> Result<Option<Self>, BookError> {
        if bytes.starts_with(COMPOUND) {
            return Ok(Xls::open(bytes)?.map(Self::Xls));
        }
        let Some(archive) = archive else { return Ok(None) };
        let part = package::workbook_part(archive)?;
        Ok(if archive.has(&part) && part.to_ascii_lowercase().ends_with(".bin") {
            Some(Self::Xlsb(Xlsb::open(archive, &part)?))
        } else if archive.has(&part) {
            Some(Self::Xlsx(Xlsx::open(archive, &part)?))
        } else if archive.has(ods::CONTENT) {
            Some(Self::Ods(Ods::open(archive)?))
        } else {
            None
        })
    }

    fn sheet_names(&self) -> Vec<String> {
        match self {
            Self::Xlsx(book) => book.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            Self::Xlsb(book) => book.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            Self::Ods(book) => book.sheets.clone(),
            Self::Xls(book) => book.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        }
    }

    /// Reads the sheet of that place in the list.
    fn read(&self, place: usize, grid: &mut Grid<'_, '_>) -> Result<(), BookError> {
        let lost = || BookError::damaged("it has no sheet");
        match self {
            Self::Xlsx(book) => book.read(book.sheets.get(place).ok_or_else(lost)?, grid),
            Self::Xlsb(book) => book.read(book.sheets.get(place).ok_or_else(lost)?, grid),
            Self::Ods(book) => book.read(place, grid),
            Self::Xls(book) => book.read(book.sheets.get(place).ok_or_else(lost)?, grid),
        }
    }
}
