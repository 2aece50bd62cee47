//! A sheet of an Excel (`.xlsx`, `.xlsb`, `.xls`) or `.ods` workbook, as comma-separated text.
//!
//! A row of the sheet becomes the line of the same number, so that the ledger's lines are the rows
//! that a spreadsheet shows. Dates become ISO 8601, numbers keep every digit.
//!
//! Workbooks are read here, not by a library, since they come from strangers: what `container` unpacks
//! and what `cells` holds is bounded, and no place in a file is trusted. `book` and `package` are what the
//! formats share; then `xlsx`, `xlsb`, `ods`, and `xls` with `xls_text`.

mod book;
mod cells;
mod container;
mod ods;
mod package;
mod xls;
mod xls_text;
mod xlsb;
mod xlsx;

use book::{BookError, in_order_of_trial, listed_sheets};
use cells::{FilledCells, GridText};
use container::{Archive, COMPOUND, ZIP};
use ods::Ods;
use package::PackageBook;
use xls::Xls;

use super::bytes::most_unpacked;
use super::error::{ImportError, listed};
use super::progress::Watch;

pub use book::ListedSheet;

/// A sheet as text.
#[derive(Debug)]
pub(crate) struct SheetText {
    pub name: String,
    pub text: String,
    pub notes: Vec<String>,
    /// All sheets, in their order.
    pub sheets: Vec<ListedSheet>,
}

/// The sheet of that name, or the first that is shown and holds anything; `None` where the bytes are no
/// workbook. A hidden sheet is read where it is named, or where no other holds anything.
///
/// # Errors
/// A workbook that cannot be read, has no such sheet or no filled cell, or unpacks to too much; or an
/// answer to stop.
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
    let sheets = book.sheets();
    let places: Vec<usize> = match wanted {
        None => in_order_of_trial(&sheets).collect(),
        Some(wanted) => {
            let named = sheets.iter().position(|sheet| sheet.name == wanted);
            let Some(place) = named else {
                let (file, name) = (file.to_owned(), wanted.to_owned());
                let sheets = listed_sheets(&sheets);
                return Err(ImportError::UnknownSheet { file, name, sheets });
            };
            vec![place]
        }
    };
    let Some((place, grid)) =
        book.first_filled(file, &places, &sheets, &|| FilledCells::new(most, watch))?
    else {
        return Err(no_cell(file, wanted, &sheets));
    };
    // What was unpacked is not needed any more, and may be large.
    drop(book);
    let sheet = &sheets[place];
    let GridText { text, empty } =
        grid.into_text().map_err(|error| error.of_file(file, Some(&sheet.name)))?;
    let mut notes = Vec::new();
    if wanted.is_none() && (sheets.len() > 1 || sheet.is_hidden) {
        notes.push(which_is_read(place, &sheets));
    }
    if let (Some(first), Some(last)) = (empty.first(), empty.last()) {
        notes.push(match empty.len() {
            1 => format!("column {first} of the sheet is empty and left out"),
            count => {
                format!("{count} columns of the sheet, {first} to {last}, are empty and left out")
            }
        });
    }
    Ok(Some(SheetText { name: sheet.name.clone(), text, notes, sheets }))
}

/// Which of several sheets is read where none is named, and why.
fn which_is_read(place: usize, sheets: &[ListedSheet]) -> String {
    let Some(sheet) = sheets.get(place) else { return String::new() };
    let count = match sheets.len() {
        1 => "1 sheet".to_owned(),
        count => format!("{count} sheets"),
    };
    let of_others =
        |is_hidden: bool| sheets.iter().take(place).any(|other| other.is_hidden == is_hidden);
    let why = match (sheet.is_hidden, of_others(true), of_others(false)) {
        (true, ..) => "the first that is not empty, though it is hidden",
        (_, false, false) => {
            return format!(
                "the workbook has {count} ({}); the first is read",
                listed_sheets(sheets)
            );
        }
        (_, true, false) => "the first that is not hidden",
        (_, false, true) => "the first that is not empty",
        (_, true, true) => "the first that is neither hidden nor empty",
    };
    let name = listed([sheet.name.as_str()]);
    format!("the workbook has {count} ({}); {name} is read, {why}", listed_sheets(sheets))
}

/// No sheet that may be read holds anything.
fn no_cell(file: &str, wanted: Option<&str>, sheets: &[ListedSheet]) -> ImportError {
    let file = file.to_owned();
    match wanted {
        Some(name) => {
            let (name, sheets) = (name.to_owned(), listed_sheets(sheets));
            ImportError::EmptySheet { file, name, sheets }
        }
        None if sheets.is_empty() => {
            ImportError::EmptyWorkbook { file, found: "no sheet".to_owned() }
        }
        None => {
            let found = format!("no filled cell in any sheet ({})", listed_sheets(sheets));
            ImportError::EmptyWorkbook { file, found }
        }
    }
}

/// A workbook of one of the formats.
enum Book<'a, 'w> {
    Xlsx(PackageBook<'a, 'w>),
    Xlsb(PackageBook<'a, 'w>),
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
            Some(Self::Xlsb(xlsb::open(archive, &part)?))
        } else if archive.has(&part) {
            Some(Self::Xlsx(xlsx::open(archive, &part)?))
        } else if archive.has(ods::CONTENT) {
            Some(Self::Ods(Ods::open(archive)?))
        } else {
            None
        })
    }

    fn sheets(&self) -> Vec<ListedSheet> {
        match self {
            Self::Xlsx(book) | Self::Xlsb(book) => {
                book.sheets.iter().map(|sheet| sheet.listed.clone()).collect()
            }
            Self::Ods(book) => book.sheets.iter().map(|sheet| sheet.listed.clone()).collect(),
            Self::Xls(book) => book.sheets.iter().map(|sheet| sheet.listed.clone()).collect(),
        }
    }

    /// The first of the sheets at `places` that holds anything, read.
    fn first_filled<'g, 'v>(
        &self,
        file: &str,
        places: &[usize],
        sheets: &[ListedSheet],
        empty: &dyn Fn() -> FilledCells<'g, 'v>,
    ) -> Result<Option<(usize, FilledCells<'g, 'v>)>, ImportError> {
        for &place in places {
            let mut grid = empty();
            let name = sheets.get(place).map(|sheet| sheet.name.as_str());
            self.read(place, &mut grid).map_err(|error| error.of_file(file, name))?;
            if !grid.is_empty() {
                return Ok(Some((place, grid)));
            }
        }
        Ok(None)
    }

    /// Reads the sheet of that place in the list.
    fn read(&self, place: usize, grid: &mut FilledCells<'_, '_>) -> Result<(), BookError> {
        let lost = || BookError::damaged("it has no sheet");
        match self {
            Self::Xlsx(book) => xlsx::read(book, book.sheets.get(place).ok_or_else(lost)?, grid),
            Self::Xlsb(book) => xlsb::read(book, book.sheets.get(place).ok_or_else(lost)?, grid),
            Self::Ods(book) => book.read(book.sheets.get(place).ok_or_else(lost)?, grid),
            Self::Xls(book) => book.read(book.sheets.get(place).ok_or_else(lost)?, grid),
        }
    }
}
