//! Text that spreadsheets would run as a formula, marked as text on the way out and unmarked on the way
//! in.
//!
//! Excel, `LibreOffice` and Google Sheets run a cell that begins with `=`, `+`, `-` or `@`, and some look
//! past a tab or a line break before it (OWASP, "CSV injection"). An apostrophe before it is the sign by
//! which spreadsheets themselves mark text. Not for numbers and dates, which are the program's own.

use std::borrow::Cow;

/// The mark of text.
const MARK: char = '\'';

/// A name as the text of a cell of a CSV file or a workbook: one that begins like a formula, or like a
/// marked one, gets a mark before it.
///
/// ```
/// use tidegate::series::formula::{marked, unmarked};
///
/// assert_eq!(marked("=1+1"), "'=1+1");
/// assert_eq!(unmarked(&marked("=1+1")), "=1+1");
/// assert_eq!(marked("Passengers"), "Passengers");
/// ```
pub fn marked(name: &str) -> Cow<'_, str> {
    if is_formula(name) { Cow::Owned(format!("{MARK}{name}")) } else { Cow::Borrowed(name) }
}

/// The name that [`marked`] was given.
pub fn unmarked(cell: &str) -> &str {
    cell.strip_prefix(MARK).filter(|name| is_formula(name)).unwrap_or(cell)
}

/// Whether text begins like a formula, after any marks.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches(MARK).starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_marked_and_other_text_is_not() {
        for text in
            ["=cmd|'/C calc'!A0", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''+"]
        {
            assert_eq!(marked(text), format!("'{text}"));
        }
        for text in ["", "a=1", "store-1", "'quoted'", " =1", "'", "1e5"] {
            assert_eq!(marked(text), text);
            assert_eq!(unmarked(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "['=+@\t\ra-]{0,5}", other in any::<String>()) {
            for name in [name, other] {
                let marked_name = marked(&name);
                prop_assert_eq!(unmarked(&marked_name), name.as_str());
                prop_assert!(!marked_name.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            }
        }
    }
}
