//! Columns of a few words as numbers: `FALSE` and `TRUE` as 0 and 1, `clear`, `mist`, `rain` as 0,
//! 1, 2.
//!
//! The code of a word is its place in the alphabet among the words of the column.

use std::collections::{BTreeMap, HashMap};

use super::columns::NumberColumn;
use super::number::is_missing;

/// Most different words of a category.
const MOST_CATEGORIES: usize = 20;
/// Rows for each word, so that no column of remarks counts as one.
const ROWS_PER_CATEGORY: usize = 3;
/// Pairs of words that are always two categories, in lower case and in order.
const PAIRS: [[&str; 2]; 6] =
    [["false", "true"], ["no", "yes"], ["n", "y"], ["f", "t"], ["off", "on"], ["closed", "open"]];

/// A column's words and their codes.
#[derive(Debug)]
pub(crate) struct Categories {
    /// The words, in order of their codes.
    pub words: Vec<String>,
    /// The codes as numbers.
    pub codes: NumberColumn,
}

/// Reads a column of words as categories; `None` where there are too many words. With `any` their
/// number does not matter.
pub(crate) fn categories<'a, I: Iterator<Item = &'a str>>(
    cells: impl Fn() -> I,
    any: bool,
) -> Option<Categories> {
    let mut known: BTreeMap<&str, f64> = BTreeMap::new();
    let mut filled = 0;
    for cell in cells().map(str::trim).filter(|cell| !is_missing(cell)) {
        filled += 1;
        if !known.contains_key(cell) {
            if known.len() == MOST_CATEGORIES && !any {
                return None;
            }
            known.insert(cell, 0.0);
        }
    }
    let few = known.len() * ROWS_PER_CATEGORY <= filled && known.len() > 1;
    if known.is_empty() || !(any || few || is_pair(&known)) {
        return None;
    }
    let mut next = 0.0;
    for code in known.values_mut() {
        *code = next;
        next += 1.0;
    }
    let codes: HashMap<&str, f64> = known.iter().map(|(&word, &code)| (word, code)).collect();
    let values = cells().map(|cell| codes.get(cell.trim()).copied().unwrap_or(f64::NAN)).collect();
    let codes = NumberColumn { values, filled, ..NumberColumn::default() };
    Some(Categories { words: known.into_keys().map(str::to_owned).collect(), codes })
}

fn is_pair(known: &BTreeMap<&str, f64>) -> bool {
    let words: Vec<String> = known.keys().map(|word| word.to_lowercase()).collect();
    PAIRS.iter().any(|pair| *pair == words.iter().map(String::as_str).collect::<Vec<_>>()[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> Option<(Vec<String>, Vec<f64>)> {
        categories(|| cells.iter().copied(), false).map(|found| (found.words, found.codes.values))
    }

    #[test]
    fn truth_is_one() {
        let (words, codes) = read(&["TRUE", "FALSE", "", "TRUE"]).unwrap();
        assert_eq!(words, ["FALSE", "TRUE"]);
        assert_eq!(codes[..2], [1.0, 0.0]);
        assert!(codes[2].is_nan());
    }

    #[test]
    fn few_words_in_many_rows_are_categories() {
        let cells = ["rain", "clear", "clear", "rain", "clear", "rain"];
        assert_eq!(read(&cells).unwrap().1, [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
        assert!(read(&["a", "b", "c", "a"]).is_none());
        assert!(read(&["", "NA"]).is_none());
    }
}
