//! Text from elsewhere, made safe to show: names and cells of files, run folders, words of other
//! programs' errors; and text that spreadsheets would run as a formula, marked as text on the way out and
//! unmarked on the way in.
//!
//! Excel, `LibreOffice` and Google Sheets run a cell that begins with `=`, `+`, `-` or `@`, and some look
//! past a tab or a line break before it (OWASP, "CSV injection"). An apostrophe before it is the sign by
//! which spreadsheets themselves mark text. Not for numbers and dates, which are the program's own, nor for
//! text that a machine reads back: JSON, TOML and CSV have escapes of their own.

use std::borrow::Cow;

/// Whether a character does something instead of being seen: controls (C0, DEL and C1) that a terminal
/// obeys, marks that turn the direction of what follows, ends of lines and paragraphs, and what has no
/// width (the default ignorable characters of Unicode 16, but for variation selectors, which emoji
/// need). Letters, signs and spaces of every script are seen.
pub const fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text with every unseen character written out: `\n`, `\t`, `\r`, `\u{1b}`.
///
/// ```
/// use tidegate::series::visible;
///
/// assert_eq!(visible("Zürich 東京"), "Zürich 東京");
/// assert_eq!(visible("\u{1b}[31mred\nnext"), "\\u{1b}[31mred\\nnext");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => visible.extend(letter.escape_default()),
            letter if is_unseen(letter) => visible.extend(letter.escape_unicode()),
            letter => visible.push(letter),
        }
    }
    Cow::Owned(visible)
}

/// The mark of text.
const MARK: char = '\'';

/// A name as the text of a cell of a CSV file or a workbook: one that begins like a formula, or like a
/// marked one, gets a mark before it.
///
/// ```
/// use tidegate::series::text::{marked, unmarked};
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
    fn what_acts_on_a_terminal_is_written_out_and_letters_stay() {
        for (text, expected) in [
            ("\u{1b}]0;owned\u{7}", "\\u{1b}]0;owned\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c"),
            ("a\u{200b}b\u{2028}c\u{feff}", "a\\u{200b}b\\u{2028}c\\u{feff}"),
            ("a\tb\r\n\u{7f}", "a\\tb\\r\\n\\u{7f}"),
            ("\u{e0041}", "\\u{e0041}"),
        ] {
            assert_eq!(visible(text), expected);
        }
        for text in [
            "naïve café",
            "Köln – Łódź",
            "東京 / 大阪",
            "مدينة",
            "ישראל",
            "ไทย",
            "❤️ €",
            "½\u{2009}m²",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_unseen_is_left_and_what_is_seen_is_kept(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.contains(is_unseen));
            let seen = text.chars().filter(|&letter| !is_unseen(letter));
            let mut rest = shown.chars();
            for letter in seen {
                prop_assert!(rest.any(|other| other == letter), "{letter} is lost");
            }
        }
    }
}

#[cfg(test)]
mod formula_tests {
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
