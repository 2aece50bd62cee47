//! The way from a file to a `Reading`, in order: bytes, text, records, cells, roles, places.

use std::borrow::Cow;
use std::path::Path;

use super::accounts::{account, panel, value_columns};
use super::axes::on_axes;
use super::cells::Cells;
use super::columns::{NumberColumn, decimal_of};
use super::config::ImportConfig;
use super::encoding::{Decoded, decode};
use super::error::{ImportError, shown};
use super::format::{Delimiter, Format, sniff};
use super::joined::written_time;
use super::layout::Layout;
use super::ledger::{Ledger, Reason, Tally};
use super::number::Decimal;
use super::place::{Placed, Rows, by_number, in_time_order};
use super::reading::{Column, PREVIEW_ROWS, Preview, Reading};
use super::records::{Record, scan};
use super::roles::{Role, Roles, assign};
use super::sheet::{Sheet, lay_out};
use super::source::bytes_of;
use super::table::Table;
use super::unpack::{Packing, unpack};
use super::wide_rows::{WideRows, find_wide_rows, read_rows};
use super::workbook::{SheetText, sheet_text};

/// Reads a file, once and whole.
///
/// # Errors
/// A file that cannot be read, is no table, has no numbers, or lacks a column that `config` names.
pub fn read_file(path: &Path, config: &ImportConfig) -> Result<Reading, ImportError> {
    let bytes = bytes_of(path)?;
    read_bytes(&path.display().to_string(), &bytes, config)
}

/// Reads the bytes of a file that `source` names.
///
/// # Errors
/// Bytes that are no table or have no numbers, or lack a column that `config` names.
pub fn read_bytes(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
) -> Result<Reading, ImportError> {
    let (unpacked, mut packing) = unpack(source, bytes)?;
    let mut all_sheets = Vec::new();
    let decoded = match sheet_text(source, &unpacked, config.sheet.as_deref())? {
        Some(SheetText { name, text, notes, sheets }) => {
            packing = Packing::Sheet(name);
            all_sheets = sheets;
            Decoded { text: text.into(), byte_order_mark: false, encoding: "UTF-8", notes }
        }
        None => decode(source, &unpacked)?,
    };
    let mut parsed = parse(source, decoded, packing, config)?;
    parsed.format.sheets = all_sheets;
    if let Some(wide) = find_wide_rows(parsed.table(), config)? {
        return rows_reading(parsed, &wide)?.with_set_target(config);
    }
    let mut roles = assign(parsed.table(), config)?;
    if let Some((_, time)) = &mut roles.time {
        parsed.notes.append(&mut time.notes);
    }
    parsed.notes.append(&mut roles.notes);
    for ((column, _), codes) in roles.words.iter().zip(roles.codes.drain(..)) {
        parsed.numbers[*column] = codes;
    }
    columns_reading(parsed, roles)?.with_set_target(config)
}

/// A table with every cell parsed, and what is known of the file by then.
struct Parsed<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    sheet: Sheet,
    /// The rows that have as many fields as the table has columns.
    rows: Vec<Record>,
    lines: Vec<usize>,
    cells: Cells,
    numbers: Vec<NumberColumn>,
    preview: Preview,
    ledger: Ledger,
    notes: Vec<String>,
    format: Format,
}

impl Parsed<'_> {
    fn table(&self) -> Table<'_> {
        Table {
            file: self.source,
            sheet: &self.sheet,
            lines: &self.lines,
            cells: &self.cells,
            numbers: &self.numbers,
        }
    }

    fn row_text(&self, row: usize) -> &str {
        self.rows[row].text(&self.text)
    }

    fn row_is_empty(&self, row: usize) -> bool {
        let delimiter = self.format.delimiter.byte();
        self.row_text(row).bytes().all(|byte| byte == delimiter || b" \t\"".contains(&byte))
    }
}

fn parse<'a>(
    source: &'a str,
    decoded: Decoded<'a>,
    packing: Packing,
    config: &ImportConfig,
) -> Result<Parsed<'a>, ImportError> {
    let Decoded { text, byte_order_mark, encoding, mut notes } = decoded;
    let delimiter = config.delimiter.unwrap_or_else(|| sniff(&text));
    let records = scan(&text, delimiter.byte())
        .map_err(|open| ImportError::QuoteNotClosed { file: source.to_owned(), line: open.line })?;
    let mut sheet = lay_out(source, &text, records, delimiter, config.header)?;
    let preview = preview(&text, &sheet, delimiter);
    let mut ledger = Ledger { rows_read: sheet.rows.len(), ..Ledger::default() };
    let rows = whole_rows(&text, &mut sheet, delimiter, &mut ledger);
    if rows.is_empty() {
        return Err(no_usable_rows(source, &ledger));
    }
    let width = sheet.names.len();
    let cells = Cells::parse(source, &text, &rows, delimiter.byte(), width)?;
    let decimal = config.decimal.unwrap_or_else(|| decimal_of(&cells, width, delimiter));
    let numbers = (0..width).map(|column| NumberColumn::read(&cells, column, decimal)).collect();
    let lines = rows.iter().map(|row| row.line).collect();
    notes.append(&mut sheet.notes);
    let format = Format {
        packing,
        sheets: Vec::new(),
        delimiter,
        has_header: sheet.header.is_some(),
        decimal_comma: decimal == Decimal::Comma,
        byte_order_mark,
        encoding,
    };
    Ok(Parsed { source, text, sheet, rows, lines, cells, numbers, preview, ledger, notes, format })
}

/// A file of a series a column, or of series one under another.
fn columns_reading(mut parsed: Parsed<'_>, roles: Roles) -> Result<Reading, ImportError> {
    let mut notes = std::mem::take(&mut parsed.notes);
    let mut ledger = std::mem::take(&mut parsed.ledger);
    let placed = place(&parsed, &roles, &mut ledger, &mut notes);
    let table = parsed.table();
    account(table, &roles, &placed, &mut ledger);
    if ledger.rows_used == 0 {
        return Err(no_usable_rows(parsed.source, &ledger));
    }
    note_several_series(&ledger, &mut notes);
    note_written_forms(table, &value_columns(&roles), &mut notes);
    let panel = panel(table, &roles, &placed);
    let columns = columns(table, &roles);
    let target = columns[roles.target].series.unwrap_or_default();
    let (layout, evidence) = layout(table, &roles);
    let time = roles.time.as_ref();
    Ok(Reading {
        source: parsed.source.to_owned(),
        panel,
        target,
        layout,
        evidence,
        time_column: time.map(|(column, _)| table.name(*column).to_owned()),
        time_style: time.map(|(_, time)| time.style),
        columns,
        preview: parsed.preview,
        ledger,
        notes,
        format: parsed.format,
    })
}

/// A file of a series a row.
fn rows_reading(mut parsed: Parsed<'_>, wide: &WideRows) -> Result<Reading, ImportError> {
    let mut ledger = std::mem::take(&mut parsed.ledger);
    let mut notes = std::mem::take(&mut parsed.notes);
    let table = parsed.table();
    let panel = read_rows(table, wide, &mut ledger);
    if panel.series.is_empty() {
        return Err(no_usable_rows(parsed.source, &ledger));
    }
    note_written_forms(table, &wide.values, &mut notes);
    let role = |column: usize| {
        if wide.ids.contains(&column) {
            Role::Id
        } else if wide.values.contains(&column) {
            Role::Target
        } else {
            Role::Ignored
        }
    };
    let column = |at: usize| Column {
        name: table.name(at).to_owned(),
        role: role(at),
        filled: table.numbers[at].filled,
        series: None,
        categories: Vec::new(),
    };
    Ok(Reading {
        source: parsed.source.to_owned(),
        panel,
        target: 0,
        layout: Layout::WideRows,
        evidence: wide.evidence.clone(),
        time_column: None,
        time_style: wide.style,
        columns: (0..table.width()).map(column).collect(),
        ledger,
        notes,
        preview: parsed.preview,
        format: parsed.format,
    })
}

fn columns(table: Table<'_>, roles: &Roles) -> Vec<Column> {
    let mut next = 0;
    let column = |(at, &role): (usize, &Role)| {
        let series = role.is_series().then_some(next);
        next += usize::from(role.is_series());
        let words = roles.words.iter().find(|(column, _)| *column == at);
        Column {
            name: table.name(at).to_owned(),
            role,
            filled: table.numbers[at].filled,
            series,
            categories: words.map(|(_, words)| words.clone()).unwrap_or_default(),
        }
    };
    roles.by_column.iter().enumerate().map(column).collect()
}

fn layout(table: Table<'_>, roles: &Roles) -> (Layout, String) {
    if let Some(keys) = &roles.keys {
        return (Layout::LongPanel, keys.evidence.clone());
    }
    let series = value_columns(roles).len();
    let plural = if series == 1 { "column" } else { "columns" };
    let evidence = match &roles.time {
        Some((column, _)) => {
            format!("times in {} beside {series} {plural} of numbers", table.name(*column))
        }
        None => format!("{series} {plural} of numbers and no times"),
    };
    (Layout::WideColumns, evidence)
}

/// Cells a preview row shows; wider tables are for scrolling, not for a first look.
const PREVIEW_CELLS: usize = 500;

fn preview(text: &str, sheet: &Sheet, delimiter: Delimiter) -> Preview {
    let first = || sheet.rows.iter().take(PREVIEW_ROWS);
    let cells = |row: &Record| {
        row.cells(text, delimiter.byte()).take(PREVIEW_CELLS).map(|cell| shown(&cell)).collect()
    };
    Preview {
        header: sheet.names.iter().map(|name| shown(name)).collect(),
        rows: first().map(cells).collect(),
        lines: first().map(|row| row.line).collect(),
    }
}

/// Rows with as many fields as the table has columns. More are fine if the rest are empty: some
/// programs end every row with a delimiter.
fn whole_rows(
    text: &str,
    sheet: &mut Sheet,
    delimiter: Delimiter,
    ledger: &mut Ledger,
) -> Vec<Record> {
    let width = sheet.names.len();
    let mut ragged = Tally::default();
    // In place: a copy of the records of a long file would be as large as the file.
    let mut rows = std::mem::take(&mut sheet.rows);
    rows.retain(|row| {
        let rest_is_empty = || {
            row.fields > width
                && row.cells(text, delimiter.byte()).skip(width).all(|cell| cell.is_empty())
        };
        let whole = row.fields == width || rest_is_empty();
        if !whole {
            ragged.add_with(row.line, || {
                format!("line {} has {} fields where {width} were expected", row.line, row.fields)
            });
        }
        whole
    });
    ragged.file(Reason::RaggedRow, None, &mut ledger.entries);
    rows
}

/// Puts the rows of each series on an axis.
fn place(
    parsed: &Parsed<'_>,
    roles: &Roles,
    ledger: &mut Ledger,
    notes: &mut Vec<String>,
) -> Vec<Placed> {
    let table = parsed.table();
    let no_text = !roles.by_column.contains(&Role::Text);
    let values = value_columns(roles);
    let same_numbers = |one: usize, other: usize| {
        let bits = |column: usize, row: usize| table.numbers[column].values[row].to_bits();
        values.iter().all(|&column| bits(column, one) == bits(column, other))
    };
    let is_repeat = |one: usize, other: usize| {
        parsed.row_text(one) == parsed.row_text(other) || (no_text && same_numbers(one, other))
    };
    let time_cell = |row: usize| match &roles.time {
        Some(time) => shown(&written_time(table, time, row)),
        None => String::new(),
    };
    let rows = Rows {
        lines: table.lines,
        is_empty: &|row| parsed.row_is_empty(row),
        is_repeat: &is_repeat,
        time_cell: &time_cell,
    };
    let all: Vec<Vec<usize>>;
    let groups = if let Some(keys) = &roles.keys {
        file_keyless(parsed, &keys.keyless, ledger);
        &keys.groups
    } else {
        all = vec![(0..table.lines.len()).collect()];
        &all
    };
    match &roles.time {
        Some((column, time)) => {
            let ordered = groups.iter().map(|group| in_time_order(group, time, &rows)).collect();
            on_axes(table.name(*column), &time.ruler, ordered, table.lines, notes)
        }
        None => groups.iter().map(|group| by_number(group, &rows)).collect(),
    }
}

fn file_keyless(parsed: &Parsed<'_>, keyless: &[usize], ledger: &mut Ledger) {
    let (mut empty, mut missing) = (Tally::default(), Tally::default());
    for &row in keyless {
        let tally = if parsed.row_is_empty(row) { &mut empty } else { &mut missing };
        tally.add(parsed.lines[row]);
    }
    empty.file(Reason::EmptyRow, None, &mut ledger.entries);
    missing.file(Reason::MissingId, None, &mut ledger.entries);
}

/// Tells of signs that were left out of numbers, and of words that were read as missing.
fn note_written_forms(table: Table<'_>, columns: &[usize], notes: &mut Vec<String>) {
    let mut words: Vec<(&str, usize)> = Vec::new();
    for &column in columns {
        let NumberColumn { grouped, marked, missing_words, .. } = &table.numbers[column];
        for (count, what) in
            [(grouped, "thousands separators"), (marked, "signs of currency, percent or debt")]
        {
            if *count > 0 {
                let name = table.name(column);
                let what = format!("have {what}, which were left out");
                notes.push(format!("{count} numbers in column {name} {what}"));
            }
        }
        for (word, count) in missing_words {
            match words.iter_mut().find(|(known, _)| known == word) {
                Some((_, all)) => *all += count,
                None => words.push((word, *count)),
            }
        }
    }
    if !words.is_empty() {
        let words = words.iter().map(|(word, count)| format!("\"{word}\" ({count})"));
        let words = words.collect::<Vec<_>>().join(", ");
        notes.push(format!("words in columns of numbers that count as no value: {words}"));
    }
}

/// Times that mostly repeat are the sign of several series one under another.
fn note_several_series(ledger: &Ledger, notes: &mut Vec<String>) {
    let conflicting = ledger.count(Reason::ConflictingRow);
    if conflicting > ledger.rows_used {
        notes.push(format!(
            "{conflicting} of {} rows repeat the time of an earlier row with other values: the \
             file seems to hold several series one under another, and only the first row of each \
             time is used; set the columns that tell them apart as ids",
            ledger.rows_read
        ));
    }
}

fn no_usable_rows(file: &str, ledger: &Ledger) -> ImportError {
    let reasons: Vec<String> = ledger.entries.iter().map(ToString::to_string).collect();
    ImportError::NoUsableRows {
        file: file.to_owned(),
        rows: ledger.rows_read,
        reasons: reasons.join("; "),
    }
}
