//! Why a workbook could not be read.

use std::fmt::Display;

use crate::import::error::ImportError;

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
