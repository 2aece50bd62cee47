//! Which record names the columns, where the rows begin, and how wide the table is.
//!
//! A header is told by contrast: words above a column of numbers or dates. Not for the roles of the
//! columns (`roles`).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::error::{ImportError, listed, shown};
use super::records::{Record, Span};
use super::remarks::{Look, look, preamble, take_comments, take_units};
use super::selection::Selection;
use super::survey::{Comments, Delimiter, Survey, is_comment};
use super::time::date;
use crate::series::text::unmarked;

/// Most columns read; the widest published collections (M4 daily, one series a row) have 9,920.
pub(crate) const MOST_COLUMNS: usize = 20_000;
/// Rows below the first record that are compared with it.
const COMPARED_ROWS: usize = 50;

/// Names of a table, and where its rows are.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// One name a column, all different and none empty.
    pub names: Vec<String>,
    /// The header's cells as written, where there is one.
    pub header: Option<Vec<String>>,
    /// Which records are rows.
    pub selection: Selection,
    /// The first rows of the table; ragged ones too.
    pub first_rows: Vec<Record>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Finds the header and the rows. Whether there is a header is told by content where it is not set.
///
/// # Errors
/// A text without records, a header without rows, more columns than are read.
pub(crate) fn lay_out(
    file: &str,
    text: &str,
    survey: Survey,
    delimiter: Delimiter,
    header_is_set: Option<bool>,
) -> Result<Sheet, ImportError> {
    let mut notes = Vec::new();
    let Survey { head: mut records, mut width, widest, end, mut comments, .. } = survey;
    let above = if width > 1 { preamble(text, &records, delimiter, width) } else { 0 };
    notes.extend(take_preamble(text, &mut records, above, &mut comments));
    let left_out = take_comments(text, &mut records, &comments, |records| {
        has_header(text, records, delimiter.byte(), width)
    });
    notes.extend(left_out.note);
    let Some(&first) = records.first() else {
        return Err(ImportError::Blank { file: file.to_owned() });
    };
    let found = survey.records - above - left_out.count;
    if width > MOST_COLUMNS || (found == 1 && first.fields > MOST_COLUMNS) {
        let (file, found) = (file.to_owned(), width.max(first.fields));
        return Err(ImportError::TooManyColumns {
            file,
            line: first.line,
            found,
            most: MOST_COLUMNS,
        });
    }
    // One row under a header of another width says less about the table than the header does.
    if found == 2 {
        width = first.fields;
    }
    let mut header = None;
    let mut pads = false;
    if header_is_set.unwrap_or_else(|| has_header(text, &records, delimiter.byte(), width)) {
        let cells: Vec<String> =
            first.cells(text, delimiter.byte()).take(MOST_COLUMNS).map(Cow::into_owned).collect();
        records.remove(0);
        if records.is_empty() {
            let (columns, line) = (listed(cells.iter().map(String::as_str)), first.line);
            return Err(ImportError::HeaderAlone { file: file.to_owned(), line, columns });
        }
        if widest == first.fields && ends_early(text, &cells, &records, delimiter.byte()) {
            (pads, width) = (true, cells.len());
        }
        let mut cells = fitted(cells, width, text, &records, delimiter, &mut notes);
        if let Some(name) = cells.first_mut().filter(|name| name.starts_with('#')) {
            *name = name.trim_start_matches('#').trim_start().to_owned();
        }
        notes.extend(take_units(text, &mut records, delimiter.byte(), width));
        header = Some(cells);
    }
    let Some(row) = records.first() else {
        return Err(ImportError::Blank { file: file.to_owned() });
    };
    let selection = Selection {
        rows: Span { start: row.start, end, line: row.line },
        delimiter: delimiter.byte(),
        width,
        pads,
        skips_comments: left_out.count > 0,
        kept_comment: left_out.kept,
    };
    let names = names(header.as_deref().unwrap_or_default(), width, &mut notes);
    let header = header.map(|cells| cells.iter().map(|cell| shown(cell)).collect());
    Ok(Sheet { names, header, selection, first_rows: records, notes })
}

/// Takes what stands above the table, and its comments from those of the file.
fn take_preamble(
    text: &str,
    records: &mut Vec<Record>,
    count: usize,
    comments: &mut Comments,
) -> Option<String> {
    let above: Vec<Record> = records.drain(..count).collect();
    let (first, last) = (above.first()?.line, above.last()?.line);
    comments.count -= above.iter().filter(|record| is_comment(text, record)).count();
    comments.lines.retain(|&line| line > last);
    let lines =
        if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    Some(format!("{lines} above the table: a title or remarks, left out"))
}

/// Whether the first record names the columns: words above values, in more columns than values
/// above values; a word above nothing but dates, whatever numbers name the other columns; or only
/// words, where nothing below tells.
fn has_header(text: &str, records: &[Record], delimiter: u8, width: usize) -> bool {
    let Some((first, below)) = records.split_first() else { return false };
    let looks: Vec<Look> =
        first.cells(text, delimiter).take(MOST_COLUMNS).map(|cell| look(&cell)).collect();
    let mut tally = vec![(0_usize, 0_usize); width];
    for record in below.iter().filter(|record| record.fields == width).take(COMPARED_ROWS) {
        for ((values, words), cell) in tally.iter_mut().zip(record.cells(text, delimiter)) {
            match look(&cell) {
                Look::Value => *values += 1,
                Look::Words => *words += 1,
                Look::Nothing => {}
            }
        }
    }
    let timeline_of = |record: &Record| {
        timeline(&record.cells(text, delimiter).take(MOST_COLUMNS).collect::<Vec<_>>())
    };
    let timeline_above = timeline_of(first);
    let timeline_below = below.first().and_then(timeline_of);
    if timeline_above.is_some() && timeline_above != timeline_below {
        return true;
    }
    if looks.first() == Some(&Look::Words) && begins_with_dates(text, below, delimiter, width) {
        return true;
    }
    // A header one field short of its rows has no name for their first column.
    let shift = usize::from(looks.len() + 1 == width && looks.len() > 1);
    let over_values = |wanted: Look| {
        let below = tally.iter().skip(shift);
        let matching = looks.iter().zip(below);
        matching.filter(|(look, (values, words))| **look == wanted && values > words).count()
    };
    let words_over_values = over_values(Look::Words);
    let values_over_values = over_values(Look::Value);
    if words_over_values + values_over_values > 0 {
        return words_over_values > values_over_values;
    }
    looks.contains(&Look::Words) && !looks.contains(&Look::Value)
}

/// Whether the first column holds dates and nothing else.
fn begins_with_dates(text: &str, records: &[Record], delimiter: u8, width: usize) -> bool {
    let whole = records.iter().filter(|record| record.fields == width).take(COMPARED_ROWS);
    let mut firsts = whole.filter_map(|record| record.cells(text, delimiter).next()).peekable();
    firsts.peek().is_some() && firsts.all(|cell| date::read(&cell).is_some())
}

/// Cells of times, from which a record is the header of series that stand a row each.
const FEWEST_TIMES: usize = 3;

/// What the header of series that stand a row each runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timeline {
    Dates,
    Numbers,
}

/// Words, and then nothing but dates, or numbers that count evenly.
fn timeline(cells: &[impl AsRef<str>]) -> Option<Timeline> {
    let words = cells.iter().take_while(|cell| look(cell.as_ref()) != Look::Value).count();
    let times = &cells[words..];
    if words == 0 || times.len() < FEWEST_TIMES {
        return None;
    }
    if times.iter().all(|cell| date::read(cell.as_ref()).is_some()) {
        return Some(Timeline::Dates);
    }
    let numbers: Option<Vec<i64>> =
        times.iter().map(|cell| cell.as_ref().trim().parse().ok()).collect();
    numbers.filter(|numbers| counts_evenly(numbers)).map(|_| Timeline::Numbers)
}

/// Whether rows that are shorter than the header are series that end early: below a name and then
/// dates or an even count, and not beginning with dates themselves.
fn ends_early(text: &str, header: &[String], records: &[Record], delimiter: u8) -> bool {
    let shorter = records.iter().any(|record| record.fields < header.len());
    let named = |cell: &String| cell.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let numbered = || {
        let (Some(word), numbers) = (header.get(1).map(named), header.get(1..)) else {
            return false;
        };
        let numbers: Option<Vec<i64>> = numbers
            .unwrap_or_default()
            .iter()
            .map(|cell| cell.strip_prefix(word.as_str())?.parse().ok())
            .collect();
        numbers.is_some_and(|numbers| numbers.len() >= FEWEST_TIMES && counts_evenly(&numbers))
    };
    let begins_with_date = |record: &Record| {
        let mut cells = record.cells(text, delimiter);
        cells.next().is_some_and(|cell| date::read(&cell).is_some())
    };
    shorter
        && (timeline(header).is_some() || numbered())
        && !records.iter().take(COMPARED_ROWS).any(begins_with_date)
}

fn counts_evenly(numbers: &[i64]) -> bool {
    numbers.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(1))
}

/// The header's cells, as many as the table is wide.
fn fitted(
    mut cells: Vec<String>,
    width: usize,
    text: &str,
    rows: &[Record],
    delimiter: Delimiter,
    notes: &mut Vec<String>,
) -> Vec<String> {
    if cells.len() > width {
        let extra = cells.split_off(width);
        if extra.iter().any(|name| !name.is_empty()) {
            let extra = listed(extra.iter().map(String::as_str));
            notes.push(format!("the header also names {extra}, for which the rows have no field"));
        }
    } else if cells.len() + 1 == width && cells.len() > 1 {
        let last_is_filled = rows
            .iter()
            .filter(|row| row.fields == width)
            .take(COMPARED_ROWS)
            .filter_map(|row| row.cells(text, delimiter.byte()).last())
            .any(|cell| !cell.is_empty());
        if last_is_filled {
            notes.push(
                "the header is one name short of the rows, so the first column counts as row names"
                    .to_owned(),
            );
            cells.insert(0, String::new());
        }
    }
    cells.resize(width, String::new());
    cells
}

/// A name for every column, all different.
fn names(header: &[String], width: usize, notes: &mut Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    // By name, the number of its latest copy, so that each number is tried once.
    let mut copies: HashMap<String, usize> = HashMap::new();
    let mut renamed = Vec::new();
    let names = (0..width)
        .map(|column| {
            let wanted = match header.get(column).map_or("", |name| name.trim()) {
                "" => format!("column {}", column + 1),
                name => on_one_line(unmarked(name)),
            };
            let copy = copies.entry(wanted.clone()).or_insert(1);
            let mut name = wanted.clone();
            while !taken.insert(name.clone()) {
                *copy += 1;
                name = format!("{wanted} ({copy})");
            }
            if name != wanted {
                renamed.push(name.clone());
            }
            name
        })
        .collect();
    if !renamed.is_empty() {
        let renamed = listed(renamed.iter().map(String::as_str));
        notes.push(format!("several columns share a name; the later ones are called {renamed}"));
    }
    names
}

/// Longest name of a column, in characters: more is a cell that strayed into the header.
const LONGEST_NAME: usize = 200;

fn on_one_line(name: &str) -> String {
    // A mark that is not the file's first stands before the first name.
    let name = name.trim_start_matches('\u{feff}');
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::super::progress::Watch;
    use super::super::survey::survey;
    use super::*;
    use std::ops::ControlFlow;

    fn laid_out(text: &str, delimiter: Delimiter) -> Sheet {
        let mut go_on = |_| ControlFlow::Continue(());
        let watch = Watch::new("f", &mut go_on);
        let survey = survey("f", text, 1, delimiter.byte(), 1 << 20, &watch).unwrap();
        lay_out("f", text, survey, delimiter, None).unwrap()
    }

    fn sheet(text: &str) -> Sheet {
        laid_out(text, Delimiter::Comma)
    }

    #[test]
    fn words_above_values_are_a_header() {
        assert_eq!(sheet("Month,Sales\n1949-01,1\n").names, ["Month", "Sales"]);
        assert_eq!(sheet("1949-01,1\n1949-02,2\n").names, ["column 1", "column 2"]);
        assert_eq!(sheet("name,v\nx,1\n").names, ["name", "v"]);
        assert_eq!(sheet("1949-01,NA\n1949-02,2\n").names, ["column 1", "column 2"]);
    }

    #[test]
    fn a_word_above_dates_is_a_header_though_numbers_follow() {
        let read = sheet("d,2020,2021\n2024-01-01,1,2\n2024-01-02,3,4\n");
        assert_eq!(read.names, ["d", "2020", "2021"]);
        assert_eq!(read.first_rows.len(), 2);
        assert_eq!(sheet("x,2020,2021\na,1,2\nb,3,4\n").header, None);
        assert_eq!(sheet("oops,20,21\n2024-01-01,1,2\nx,3,4\n").header, None);
    }

    #[test]
    fn names_are_made_whole_and_different() {
        assert_eq!(sheet(",a,a,\n1,2,3,4\n").names, ["column 1", "a", "a (2)", "column 4"]);
        let names = sheet("a,a (3),a,a,a\n1,2,3,4,5\n").names;
        assert_eq!(names, ["a", "a (3)", "a (2)", "a (4)", "a (5)"]);
        let wide = format!("{}v\n{}1\n", "v,".repeat(19_999), "1,".repeat(19_999));
        assert_eq!(sheet(&wide).names[19_999], "v (20000)");
    }

    #[test]
    fn a_header_one_name_short_belongs_to_the_later_columns() {
        let read = sheet("x,y\n\"1\",2,3\n\"2\",4,5\n");
        assert_eq!(read.names, ["column 1", "x", "y"]);
        assert_eq!(read.first_rows.len(), 2);
        assert_eq!(sheet("x,y\n1,2,\n3,4,\n").names, ["x", "y", "column 3"]);
    }

    #[test]
    fn a_title_above_the_table_is_left_out() {
        let read = sheet("Sales of shampoo\n\ndate,v\n2024-01-01,1\n2024-01-02,2\n");
        assert_eq!(read.names, ["date", "v"]);
        assert_eq!(read.notes, ["line 1 above the table: a title or remarks, left out"]);
        let read = sheet("sep=,\n# by hand, twice\ndate,v,w\n2024-01-01,1,2\n2024-01-02,2,3\n");
        assert_eq!(read.names, ["date", "v", "w"]);
    }

    #[test]
    fn a_blank_line_in_one_column_is_an_empty_cell() {
        let text = "\nv\n1\n\n2\n\n\n";
        let read = laid_out(text, Delimiter::None);
        assert_eq!(read.first_rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5]);
    }
}
