//! How a workbook lists its sheets, and which of them is read where none is named.

use crate::import::error::listed;

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
