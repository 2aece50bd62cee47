//! What workbooks of every format have: a list of sheets, what can be wrong with them, and numbers in
//! bytes.

use std::fmt::Display;

use crate::import::error::{ImportError, listed};

/// A workbook that cannot be read, or not whole.
#[derive(Debug, thiserror::Error)]
pub(super) enum BookError {
    /// Something in it is not as its format says.
    #[error("{0}")]
    Damaged(String),
    /// A filled cell where no sheet has one.
    #[error(
        "its cell {cell} is outside of any sheet: rows end at 1,048,576, columns at XFD (16,384)"
    )]
    Outside {
        /// Its name: `A1048577`.
        cell: String,
    },
    /// A password is needed.
    #[error("it is protected by a password: save it without one")]
    Locked,
    /// It unpacks to more than is read.
    #[error("{0}")]
    TooLarge(String),
    /// An answer to stop.
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl BookError {
    pub fn damaged(what: impl Display) -> Self {
        Self::Damaged(what.to_string())
    }

    /// The workbook ends before `what` does.
    pub fn ends_in(what: impl Display) -> Self {
        Self::Damaged(format!("it ends in the middle of {what}"))
    }

    /// As the error of a file; `sheet` where one was being read.
    pub fn of_file(self, file: &str, sheet: Option<&str>) -> ImportError {
        let file = file.to_owned();
        match (self, sheet) {
            (Self::Import(error), _) => error,
            (Self::TooLarge(what), _) => ImportError::TooLarge { file, what },
            (error, Some(sheet)) => {
                let (sheet, message) = (sheet.to_owned(), error.to_string());
                ImportError::Sheet { file, sheet, message }
            }
            (error, None) => ImportError::Workbook { file, message: error.to_string() },
        }
    }
}

/// A sheet in the list of its workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSheet {
    /// Its name.
    pub name: String,
    /// Whether a spreadsheet program does not show it.
    pub is_hidden: bool,
}

impl ListedSheet {
    /// Its name, and that it is hidden.
    pub fn label(&self) -> String {
        let Self { name, is_hidden } = self;
        if *is_hidden { format!("{name} (hidden)") } else { name.clone() }
    }
}

/// The names of the sheets, and which of them are hidden.
pub(crate) fn listed_sheets(sheets: &[ListedSheet]) -> String {
    let names = |sheets: &mut dyn Iterator<Item = &ListedSheet>| {
        listed(sheets.map(|sheet| sheet.name.as_str()))
    };
    let all = names(&mut sheets.iter());
    match sheets.iter().filter(|sheet| sheet.is_hidden).count() {
        0 => all,
        _ => {
            format!("{all}; hidden: {}", names(&mut sheets.iter().filter(|sheet| sheet.is_hidden)))
        }
    }
}

/// The places of the sheets in the order in which they are tried: those that are shown first.
pub(super) fn in_order_of_trial(sheets: &[ListedSheet]) -> impl Iterator<Item = usize> + '_ {
    let places = |hidden: bool| {
        let sheets = sheets.iter().enumerate();
        sheets.filter(move |(_, sheet)| sheet.is_hidden == hidden).map(|(place, _)| place)
    };
    places(false).chain(places(true))
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array_at(bytes, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(u32::from_le_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array_at(bytes, at).map(u64::from_le_bytes)
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    array_at(bytes, at).map(f64::from_le_bytes)
}
