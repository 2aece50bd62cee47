//! What stands around a table and is no row of it: titles, comments, units under the header.

use super::error::listed;
use super::number::{self, Decimal, Number};
use super::records::Record;
use super::survey::{Comments, Delimiter, is_comment};
use super::time::date;

/// Lines of title or remarks that may stand above the header.
const MOST_PREAMBLE: usize = 20;
/// Fields that a remark in a wider table has at most: a name and what it is.
const REMARK_FIELDS: usize = 2;
/// Longest unit, in characters: `micrograms per cubic metre`.
const LONGEST_UNIT: usize = 26;
/// Lines that a note names.
const SHOWN_LINES: usize = 8;

/// Records above the table: a title in one cell, a name and a value over a wider table, a `#` remark
/// of another width, or the `sep=;` by which spreadsheets are told the delimiter. Spreadsheets fill
/// such a line up with delimiters.
pub(crate) fn preamble(
    text: &str,
    records: &[Record],
    delimiter: Delimiter,
    width: usize,
) -> usize {
    let looks = |record: &Record| -> Vec<Look> {
        record.cells(text, delimiter.byte()).take(width + 1).map(|cell| look(&cell)).collect()
    };
    let is_remark = |at: usize| {
        let record = &records[at];
        let written = record.text(text);
        if written.trim_start_matches('"').starts_with("sep=") {
            return true;
        }
        let own = looks(record);
        let looks_on = |at: usize| records.get(at).map(looks).unwrap_or_default();
        let filled = own.iter().rposition(|look| *look != Look::Nothing).map_or(0, |at| at + 1);
        let is_title = filled <= 1 && own.first() != Some(&Look::Value);
        let is_named = filled <= REMARK_FIELDS
            && width > REMARK_FIELDS + 1
            && own.first() == Some(&Look::Words);
        // Of two columns, only the names in the next line tell a title from a header.
        let names_follow = || {
            let next = looks_on(at + 1);
            next.len() == width && next.iter().all(|look| *look == Look::Words)
        };
        (is_title && (record.fields == 1 || width > REMARK_FIELDS || names_follow()))
            || (is_named && record.fields < width)
            || (written.starts_with('#') && record.fields != width)
    };
    let remarks = (0..records.len().min(MOST_PREAMBLE + 1)).take_while(|&at| is_remark(at)).count();
    if remarks <= MOST_PREAMBLE && remarks < records.len() { remarks } else { 0 }
}

/// What is left out of a table as comments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub count: usize,
    /// First byte of a header that begins with `#` all the same.
    pub kept: Option<usize>,
    pub note: Option<String>,
}

/// Takes the comments from the first `records`: lines that begin with `#`, save a header written so.
/// `comments` are those of the whole file from the first of the records on.
pub(crate) fn take_comments(
    text: &str,
    records: &mut Vec<Record>,
    comments: &Comments,
    has_header: impl Fn(&[Record]) -> bool,
) -> LeftOut {
    let Some(first) = records.first().copied() else { return LeftOut::default() };
    if comments.count == 0 {
        return LeftOut::default();
    }
    let rest: Vec<Record> =
        records.iter().filter(|record| !is_comment(text, record)).copied().collect();
    let keeps_first = is_comment(text, &first) && {
        let all: Vec<Record> = std::iter::once(first).chain(rest.iter().copied()).collect();
        rest.first().is_some_and(|next| next.fields == first.fields)
            && !has_header(&rest)
            && has_header(&all)
    };
    records
        .retain(|record| !is_comment(text, record) || (keeps_first && record.line == first.line));
    let count = comments.count - usize::from(keeps_first);
    let lines = comments.lines.iter().filter(|&&line| !(keeps_first && line == first.line));
    let named: Vec<String> = lines.take(SHOWN_LINES).map(usize::to_string).collect();
    let note = (count > 0).then(|| {
        let more = if count > SHOWN_LINES { ", …" } else { "" };
        let named = named.join(", ");
        if count == 1 {
            format!("1 comment that begins with # left out (line {named})")
        } else {
            format!("{count} comments that begin with # left out (lines {named}{more})")
        }
    });
    LeftOut { count, kept: keeps_first.then_some(first.start), note }
}

/// Takes the row of units from under the header, if there is one: words over columns of values, and
/// not one value. Returns a note that says so.
pub(crate) fn take_units(
    text: &str,
    records: &mut Vec<Record>,
    delimiter: u8,
    width: usize,
) -> Option<String> {
    let (&[first, second], true) = (records.get(..2)?.first_chunk::<2>()?, width > 1) else {
        return None;
    };
    if first.fields != width || second.fields != width {
        return None;
    }
    let mut units = Vec::new();
    let mut words_over_words = false;
    let mut blanks_over_values = 0;
    for (cell, below) in first.cells(text, delimiter).zip(second.cells(text, delimiter)) {
        match (look(&cell), look(&below)) {
            (Look::Value, _) => return None,
            (Look::Words, Look::Value) => units.push(cell.into_owned()),
            (Look::Words, _) => words_over_words = true,
            (Look::Nothing, Look::Value) => blanks_over_values += 1,
            (Look::Nothing, _) => {}
        }
    }
    let short = units.iter().all(|unit| unit.chars().count() <= LONGEST_UNIT);
    // A cell of words that is like the one below it belongs to a row of the table.
    if units.len() < blanks_over_values.max(1) || !short || words_over_words {
        return None;
    }
    records.remove(0);
    let units = listed(units.iter().map(String::as_str));
    Some(format!("line {} under the header holds no value: units, left out ({units})", first.line))
}

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

#[cfg(test)]
mod tests {
    use super::super::records::scan;
    use super::*;

    fn lines_of(records: &[Record]) -> Vec<usize> {
        records.iter().map(|record| record.line).collect()
    }

    #[test]
    fn comments_go_and_a_header_with_a_hash_stays() {
        let has_header = |text: &'static str| {
            move |records: &[Record]| records[0].text(text).contains(char::is_alphabetic)
        };
        let taken = |text: &'static str| {
            let mut records = scan(text, b',').unwrap();
            let of_all = records.iter().filter(|record| is_comment(text, record));
            let lines: Vec<usize> = of_all.map(|record| record.line).collect();
            let comments = Comments { count: lines.len(), lines };
            let left_out = take_comments(text, &mut records, &comments, has_header(text));
            (lines_of(&records), left_out)
        };
        let (left, out) = taken("# by hand\nt,v\n1,2\n#3,4\n5,6\n");
        assert_eq!((left, out.count), (vec![2, 3, 5], 2));
        assert!(out.note.unwrap().contains("2 comments that begin with # left out (lines 1, 4)"));
        let header = LeftOut { kept: Some(0), ..LeftOut::default() };
        assert_eq!(taken("#t,v\n1,2\n"), (vec![1, 2], header));
    }

    #[test]
    fn units_are_words_above_values() {
        let taken = |text: &str| {
            let mut records = scan(text, b',').unwrap();
            take_units(text, &mut records, b',', 3).is_some()
        };
        assert!(taken(",MW,degC\n2024-01-01,1,2\n"));
        assert!(taken("yyyy-mm-dd,MW,degC\n2024-01-01,1,2\n"));
        assert!(!taken("2024-01-01,oops,bad\n2024-01-02,1,2\n"));
        assert!(!taken(",oops,\n2024-01-02,1,2\n"));
        assert!(!taken("a,x,1\nb,2,2\n"));
        assert!(!taken("a,x,y\nb,2,2\n"));
    }
}
