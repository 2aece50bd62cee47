//! Why a file could not be read: what was found, where, what was expected, what to do.

use std::path::PathBuf;

/// A file, or a choice of columns, that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No file of that name.
    #[error("{}: there is no such file; check the name and the folder", path.display())]
    NotFound {
        /// The path asked for.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{}: is a folder; open one of the files in it", path.display())]
    Folder {
        /// The path asked for.
        path: PathBuf,
    },
    /// The path is a device, a pipe or a socket.
    #[error("{}: is not a plain file; save its contents to a file and open that", path.display())]
    NotPlain {
        /// The path asked for.
        path: PathBuf,
    },
    /// The system would not let the file be read.
    #[error("{}: cannot be read ({source}); check that it may be read and is not locked", path.display())]
    Unreadable {
        /// The path asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file's length or time of change moved between the start and the end of reading.
    #[error("{}: changed while it was read; open it again when nothing writes to it", path.display())]
    Changed {
        /// The path asked for.
        path: PathBuf,
    },
    /// Whoever asked for the reading had it stopped.
    #[error("{file}: the reading was stopped; open it again to read it whole")]
    Stopped {
        /// The file's name.
        file: String,
    },
    /// No text at all.
    #[error(
        "{file}: is empty (0 bytes); a table with a column of numbers was expected: export the file again"
    )]
    Empty {
        /// The file's name.
        file: String,
    },
    /// Nothing but blank lines and comments.
    #[error(
        "{file}: holds no row, only blank lines or comments; a table with a column of numbers was expected"
    )]
    Blank {
        /// The file's name.
        file: String,
    },
    /// A workbook without a filled cell.
    #[error(
        "{file}: is a workbook with {found}; a sheet with a column of numbers was expected: export the file \
         again"
    )]
    EmptyWorkbook {
        /// The file's name.
        file: String,
        /// What there is instead.
        found: String,
    },
    /// The sheet that was named has no filled cell.
    #[error(
        "{file}: sheet \"{}\" has no filled cell; choose another of the sheets: {sheets}",
        shown(name)
    )]
    EmptySheet {
        /// The file's name.
        file: String,
        /// The sheet's.
        name: String,
        /// The names of all sheets.
        sheets: String,
    },
    /// A header and nothing below it.
    #[error(
        "{file}: line {line} is a header ({columns}) with no rows below it; \
         at least one row of values was expected"
    )]
    HeaderAlone {
        /// The file's name.
        file: String,
        /// Line of the header.
        line: usize,
        /// The header's names, quoted.
        columns: String,
    },
    /// Not text.
    #[error("{file}: is {what}, not text (found on line {line}); save it as CSV and open that")]
    Binary {
        /// The file's name.
        file: String,
        /// What the bytes look like.
        what: &'static str,
        /// Line of the first byte that is not text.
        line: usize,
    },
    /// A compressed file that will not unpack.
    #[error(
        "{file}: its {kind} data cannot be unpacked past line {line} ({message}): the file is \
         damaged or was cut short; fetch it or pack it again"
    )]
    Unpacking {
        /// The file's name.
        file: String,
        /// `gzip` or `zstd`.
        kind: &'static str,
        /// Line of the text inside that could not be finished.
        line: usize,
        /// What the decoder said.
        message: String,
    },
    /// A workbook without the sheet asked for.
    #[error("{file}: no sheet is named \"{name}\"; the sheets are {sheets}")]
    UnknownSheet {
        /// The file's name.
        file: String,
        /// The name asked for.
        name: String,
        /// The names there are, quoted.
        sheets: String,
    },
    /// A workbook that cannot be read.
    #[error("{file}: cannot be read as a workbook ({message}); save a sheet as CSV and open that")]
    Workbook {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// The reader broke off, where it should have said what is wrong.
    #[error(
        "{file}: the reader broke off inside the program ({panic}); please report this, with the file \
         if you can"
    )]
    Broken {
        /// The file's name.
        file: String,
        /// What it broke off at.
        panic: crate::guard::Panic,
    },
    /// A sheet that cannot be read.
    #[error(
        "{file}: its sheet \"{sheet}\" cannot be read ({message}); save it as CSV and open that"
    )]
    Sheet {
        /// The file's name.
        file: String,
        /// Name of the sheet.
        sheet: String,
        /// What is wrong with it.
        message: String,
    },
    /// A Parquet file that cannot be read.
    #[error(
        "{file}: cannot be read as a Parquet file ({message}); export the file again, or save it as CSV"
    )]
    Parquet {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// Text that is no table.
    #[error("{file}: is {what}, not a table; save its rows as CSV, one row a line, and open that")]
    NoTable {
        /// The file's name.
        file: String,
        /// What the text is.
        what: &'static str,
    },
    /// A quote that opens a field and never closes.
    #[error(
        "{file}: the quote that opens on line {line} is never closed, so every later row would be \
         part of that cell; close the quote or remove it"
    )]
    QuoteNotClosed {
        /// The file's name.
        file: String,
        /// Line on which the quote opens.
        line: usize,
    },
    /// More columns than are read.
    #[error(
        "{file}: line {line} has {found} fields; at most {most} columns are read: \
         check that the file is a table with one row a line"
    )]
    TooManyColumns {
        /// The file's name.
        file: String,
        /// Line of the row.
        line: usize,
        /// Fields found.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// More rows, or a longer row, than 32-bit indices can hold.
    #[error("{file}: {what}; split the file into parts and open one of them")]
    TooLarge {
        /// The file's name.
        file: String,
        /// Which limit was passed.
        what: String,
    },
    /// No column to forecast.
    #[error(
        "{file}: no column holds numbers (found {columns}); \
         at least one column with mostly numeric cells was expected"
    )]
    NoNumericColumn {
        /// The file's name.
        file: String,
        /// Each column with the cell that was found in it.
        columns: String,
    },
    /// A name that no column has.
    #[error(
        "{file}: no column is named \"{name}\" (asked for as {role}); the columns are {columns}"
    )]
    UnknownColumn {
        /// The file's name.
        file: String,
        /// `time` or `target`.
        role: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are, quoted.
        columns: String,
    },
    /// The target was set to a column without numbers.
    #[error(
        "{file}: column \"{column}\" cannot be the target: \"{cell}\" on line {line} is not a \
         number; {choice}"
    )]
    TargetIsText {
        /// The file's name.
        file: String,
        /// The column asked for.
        column: String,
        /// The first cell that is no number.
        cell: String,
        /// Its line.
        line: usize,
        /// The numeric columns there are, as advice.
        choice: String,
    },
    /// The target was set to the time column.
    #[error("{file}: column \"{column}\" is the time column and cannot be the target; {choice}")]
    TargetIsTime {
        /// The file's name.
        file: String,
        /// The column asked for.
        column: String,
        /// The numeric columns there are, as advice.
        choice: String,
    },
    /// The time was set to a column that holds none.
    #[error(
        "{file}: column \"{column}\" cannot be the time: \"{cell}\" on line {line} is not a date; \
         dates such as 2024-01-31, 2024-01-31T13:30, 31/01/2024, 2024-01, 2024 Q1 or whole numbers \
         were expected"
    )]
    NotATime {
        /// The file's name.
        file: String,
        /// The column asked for.
        column: String,
        /// The first cell that is no date.
        cell: String,
        /// Its line.
        line: usize,
    },
    /// Two columns were set to be the time.
    #[error(
        "{file}: the columns {columns} are both set as the time; set one of them to another role"
    )]
    TwoTimes {
        /// The file's name.
        file: String,
        /// The two columns, quoted.
        columns: String,
    },
    /// A series a row was asked for, and no column is left for its values.
    #[error(
        "{file}: read as wide rows, no column holds values; \
         columns of ids and then columns of numbers were expected: choose another layout"
    )]
    NoValueColumns {
        /// The file's name.
        file: String,
    },
    /// Every row was dropped.
    #[error(
        "{file}: none of its {rows} rows can be used ({reasons}); correct the rows or choose another time column"
    )]
    NoUsableRows {
        /// The file's name.
        file: String,
        /// Rows read.
        rows: usize,
        /// Counts by reason.
        reasons: String,
    },
    /// Every series has missing values, and the settings drop those.
    #[error(
        "{file}: every one of its {series} series has missing values, and import.missing is \
         drop-series; use another policy for missing values"
    )]
    AllDropped {
        /// The file's name.
        file: String,
        /// Series in it.
        series: usize,
    },
    /// The target has missing values, and the settings drop such series.
    #[error(
        "{file}: {name} has {missing} missing values, and import.missing is drop-series; use another \
         policy for missing values, or another target"
    )]
    TargetDropped {
        /// The file's name.
        file: String,
        /// The series that is to be forecast.
        name: String,
        /// Its missing values.
        missing: usize,
    },
    /// The cell parser gave other rows than the line scan.
    #[error(
        "{file}: its cells could not be parsed ({message}); save it again as a plain CSV and open that"
    )]
    Cells {
        /// The file's name.
        file: String,
        /// What the cell parser said.
        message: String,
    },
}

/// Longest piece of a cell that a message shows, in characters.
const SHOWN_CELL: usize = 40;

/// A cell as a message shows it: on one line and cut to a readable length.
pub(crate) fn shown(cell: &str) -> String {
    let mut characters = cell.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = characters.by_ref().take(SHOWN_CELL).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Most names a message lists before it only counts the rest.
const LISTED_NAMES: usize = 12;

/// Names in quotes, with commas: `"a", "b" and 3 more`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let quoted: Vec<String> =
        names.by_ref().take(LISTED_NAMES).map(|name| format!("\"{}\"", shown(name))).collect();
    match names.count() {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}
