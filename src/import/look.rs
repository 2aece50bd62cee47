//! What a cell looks like on its own, before anything is known of its column.

use super::number::{self, Decimal, Number};
use super::time::date;

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Empty, or a word for "missing".
    Nothing,
    /// A number or a date.
    Value,
    /// Anything else.
    Words,
}

/// What a cell looks like.
pub(crate) fn look(cell: &str) -> Look {
    if number::is_missing(cell) {
        return Look::Nothing;
    }
    let is_number = [Decimal::Point, Decimal::Comma].iter().any(|&decimal| {
        matches!(
            number::read(cell, decimal),
            Number::Value(_) | Number::Grouped(_) | Number::Marked(_)
        )
    });
    if is_number || date::read(cell).is_some() { Look::Value } else { Look::Words }
}
