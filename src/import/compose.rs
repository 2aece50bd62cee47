//! A table and its roles to a `Reading`: rows on their axes, the account, the notes.

use std::collections::{HashMap, HashSet};

use super::columns::NumberColumn;
use super::config::{Gather, ImportConfig, Layout, Role};
use super::dataset::{end_targets, statics};
use super::error::{ImportError, shown};
use super::ledger::{Ledger, Reason, Tally};
use super::panel::{Cleaning, Fate, account, note_several_series, panel};
use super::parsed::{Parsed, Table, no_usable_rows};
use super::progress::{Stage, Watch};
use super::reading::{Column, Reading};
use super::roles::{Roles, value_columns};
use super::selection::{Order, SlotLines};
use super::time::axes::on_axes;
use super::time::daylight::on_changing_clock;
use super::time::find_time::written_time;
use super::time::gather::methods;
use super::time::place::{Ordered, Placed, PlacingRows, already_placed, by_number, in_time_order};
use super::wide_rows::{WideRows, read_rows};
use crate::series::number::grouped;
use crate::series::{Panel, Series};

/// A file of a series a column, or of series one under another.
pub(crate) fn columns_reading(
    mut parsed: Parsed<'_>,
    mut roles: Roles,
    config: &ImportConfig,
    watch: &Watch<'_>,
) -> Result<Reading, ImportError> {
    let mut notes = std::mem::take(&mut parsed.notes);
    let mut ledger = std::mem::take(&mut parsed.ledger);
    // What is known of the dates by now is in the roles.
    parsed.dates.iter_mut().for_each(|dates| *dates = None);
    let placed = place(&parsed, &mut roles, config, &mut ledger, &mut notes, watch)?;
    watch.tell(Stage::Placing, 3, 4)?;
    let table = parsed.table();
    let (methods, gathering) = methods(table, &roles, &placed, config);
    let mut panel = panel(table, &roles, &placed, &methods);
    notes.extend(end_targets(&mut panel, &roles));
    let statics = statics(table, &roles, &placed, config, &mut notes);
    watch.tell(Stage::Placing, 4, 5)?;
    let values = value_columns(&roles);
    let per_key = if roles.keys.is_some() { values.len() } else { 1 };
    let categories: HashSet<usize> = roles.words.iter().map(|(column, _)| *column).collect();
    let is_category = |series: usize| categories.contains(&values[series % values.len()]);
    let cleaning = Cleaning::new(parsed.source, &panel, per_key, is_category, config)?;
    refuse_dropped_target(parsed.source, &panel, &cleaning, config)?;
    account(table, &roles, &placed, &cleaning, &mut ledger);
    watch.tell(Stage::Placing, 9, 10)?;
    if ledger.rows_used == 0 {
        return Err(no_usable_rows(parsed.source, &ledger));
    }
    note_several_series(&ledger, &mut notes);
    note_written_forms(table, &values, &mut notes);
    let gathered = gathering.is_some().then_some(&*methods);
    notes.extend(gathering);
    notes.extend(cleaning.note(&panel));
    cleaning.keep(&mut panel);
    let mut columns = columns(table, &roles, &cleaning, gathered);
    let target = match columns[roles.target].series {
        Some(series) => series,
        None => another_target(&mut columns),
    };
    let kept = |group: usize| {
        let series = group * values.len();
        cleaning.kept(series..series + values.len()).is_some()
    };
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
        missing: config.missing,
        outliers: config.outliers,
        preview: parsed.preview(&ledger),
        statics: (statics.into_iter().enumerate())
            .filter(|(group, _)| kept(*group))
            .map(|(_, statics)| statics)
            .collect(),
        lines: (placed.iter().enumerate())
            .filter(|(group, _)| kept(*group))
            .map(|(_, placed)| slot_lines(placed, table))
            .collect(),
        repeated: (placed.into_iter().enumerate())
            .filter(|(group, _)| kept(*group))
            .map(|(_, placed)| placed.repeated)
            .collect(),
        ledger,
        notes,
        format: parsed.format,
    })
}

/// A file of a series a row.
pub(crate) fn rows_reading(
    mut parsed: Parsed<'_>,
    wide: &WideRows,
    config: &ImportConfig,
) -> Result<Reading, ImportError> {
    let mut ledger = std::mem::take(&mut parsed.ledger);
    let mut notes = std::mem::take(&mut parsed.notes);
    let table = parsed.table();
    let (panel, lines) = read_rows(table, wide, config, &mut ledger)?;
    if panel.series.is_empty() {
        return Err(no_usable_rows(parsed.source, &ledger));
    }
    note_written_forms(table, &wide.values, &mut notes);
    let mut roles = vec![Role::Ignored; table.width()];
    wide.values.iter().for_each(|&column| roles[column] = Role::Target);
    wide.ids.iter().for_each(|&column| roles[column] = Role::Id);
    let column = |(at, role): (usize, Role)| Column {
        name: table.name(at).to_owned(),
        role,
        filled: table.numbers[at].filled,
        series: None,
        categories: Vec::new(),
        gathered: None,
    };
    Ok(Reading {
        source: parsed.source.to_owned(),
        panel,
        target: 0,
        layout: Layout::WideRows,
        evidence: wide.evidence.clone(),
        time_column: None,
        time_style: wide.style,
        columns: roles.into_iter().enumerate().map(column).collect(),
        missing: config.missing,
        outliers: config.outliers,
        preview: parsed.preview(&ledger),
        statics: Vec::new(),
        lines,
        repeated: Vec::new(),
        ledger,
        notes,
        format: parsed.format,
    })
}

/// The columns with the places of their series and how values of one step became one, if any did. One that is left out for its missing values is
/// ignored.
fn columns(
    table: Table<'_>,
    roles: &Roles,
    cleaning: &Cleaning,
    methods: Option<&[Gather]>,
) -> Vec<Column> {
    let words: HashMap<usize, &Vec<String>> =
        roles.words.iter().map(|(column, words)| (*column, words)).collect();
    let mut next = 0;
    let column = |(at, &role): (usize, &Role)| {
        let place = role.is_series().then_some(next);
        let (mut series, mut role) = (place, role);
        next += usize::from(role.is_series());
        if let (Some(place), None) = (series, &roles.keys) {
            series = cleaning.places[place];
            role = if series.is_some() { role } else { Role::Ignored };
        }
        Column {
            name: table.name(at).to_owned(),
            role,
            filled: table.numbers[at].filled,
            series,
            categories: words.get(&at).map(|&words| words.clone()).unwrap_or_default(),
            gathered: place.and_then(|place| methods?.get(place).copied()),
        }
    };
    roles.by_column.iter().enumerate().map(column).collect()
}

fn slot_lines(placed: &Placed, table: Table<'_>) -> SlotLines {
    let lines = placed.rows.iter().map(|row| table.lines.at(row));
    SlotLines::new(placed.slots.iter().zip(lines))
}

/// A target in place of one that is left out; the series that it is.
fn another_target(columns: &mut [Column]) -> usize {
    let by_role = |column: &&mut Column| (column.role != Role::Target, column.series);
    let kept = columns.iter_mut().filter(|column| column.series.is_some());
    let Some(column) = kept.min_by_key(by_role) else { return 0 };
    column.role = Role::Target;
    column.series.unwrap_or_default()
}

/// # Errors
/// Where the series that is set to be the target is left out for its missing values.
fn refuse_dropped_target(
    file: &str,
    panel: &Panel,
    cleaning: &Cleaning,
    config: &ImportConfig,
) -> Result<(), ImportError> {
    let Some(name) = &config.target else { return Ok(()) };
    let named = panel.series.iter().zip(&cleaning.fates);
    let dropped = |(series, fate): &(&Series, &Fate)| series.name == *name && fate.is_dropped;
    match named.into_iter().find(dropped) {
        Some((_, fate)) => {
            let (file, name, missing) = (file.to_owned(), name.clone(), fate.missing);
            Err(ImportError::TargetDropped { file, name, missing })
        }
        None => Ok(()),
    }
}

fn layout(table: Table<'_>, roles: &Roles) -> (Layout, String) {
    if let Some(keys) = &roles.keys {
        return (Layout::LongPanel, keys.evidence.clone());
    }
    let series = value_columns(roles).len();
    let plural = if series == 1 { "column" } else { "columns" };
    let evidence = match &roles.time {
        Some((column, _)) => {
            let column = table.name(*column);
            format!("times in {column}, and {} {plural} of numbers", grouped(series))
        }
        None => format!("{} {plural} of numbers, and no times", grouped(series)),
    };
    (Layout::WideColumns, evidence)
}

/// Puts the rows of each series on an axis.
fn place(
    parsed: &Parsed<'_>,
    roles: &mut Roles,
    config: &ImportConfig,
    ledger: &mut Ledger,
    notes: &mut Vec<String>,
    watch: &Watch<'_>,
) -> Result<Vec<Placed>, ImportError> {
    let table = parsed.table();
    let no_text = !roles.by_column.contains(&Role::Text);
    let values = value_columns(roles);
    let time_columns = roles.time.as_ref().map(|(column, time)| (*column, time.joined.clone()));
    let same_numbers = |one: usize, other: usize| {
        let bits = |column: usize, row: usize| table.numbers[column].values[row].to_bits();
        values.iter().all(|&column| bits(column, one) == bits(column, other))
    };
    let is_repeat = |one: usize, other: usize| {
        // Rows of the same text have the same numbers, and these are at hand.
        same_numbers(one, other)
            && (no_text || table.cells.row_text(one) == table.cells.row_text(other))
    };
    let time_cell = |row: usize| match &time_columns {
        Some((column, joined)) => shown(&written_time(table, *column, joined, row)),
        None => String::new(),
    };
    let rows = PlacingRows {
        lines: table.lines,
        is_empty: &|row| table.cells.row_is_empty(row),
        is_repeat: &is_repeat,
        time_cell: &time_cell,
    };
    let keys = roles.keys.as_ref();
    if let Some(keys) = keys {
        file_keyless(table, &keys.keyless, ledger);
    }
    let groups: Vec<Order> = keys.map_or_else(
        || vec![Order::Counted(table.lines.len())],
        |keys| keys.groups.iter().cloned().map(Order::Listed).collect(),
    );
    let Some((column, time)) = &mut roles.time else {
        return Ok(groups.iter().map(|group| by_number(group, &rows)).collect());
    };
    let mut changed = on_changing_clock(table.name(*column), time, &groups);
    notes.extend(changed.iter().flat_map(|time| time.notes.clone()));
    let time = changed.as_mut().unwrap_or(time);
    watch.tell(Stage::Placing, 1, 10)?;
    let whole = if keys.is_none() { already_placed(0..values.len(), time, config) } else { None };
    let mut ordered: Vec<Ordered> = whole.into_iter().collect();
    if ordered.is_empty() {
        let all = groups.len();
        for (at, group) in groups.into_iter().enumerate() {
            watch.tell(Stage::Placing, at, all * 2)?;
            let series = at * values.len()..(at + 1) * values.len();
            ordered.push(in_time_order(group, series, time, &rows, config));
        }
    }
    watch.tell(Stage::Placing, 1, 2)?;
    Ok(on_axes(table.name(*column), &time.ruler, ordered, table.lines, config, notes))
}

fn file_keyless(table: Table<'_>, keyless: &[usize], ledger: &mut Ledger) {
    let (mut empty, mut missing) = (Tally::default(), Tally::default());
    for &row in keyless {
        let tally = if table.cells.row_is_empty(row) { &mut empty } else { &mut missing };
        tally.add(table.lines.at(row));
    }
    empty.file(Reason::EmptyRow, None, &mut ledger.entries);
    missing.file(Reason::MissingId, None, &mut ledger.entries);
}

/// Notes signs that were left out of numbers, and of words that were read as missing.
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
