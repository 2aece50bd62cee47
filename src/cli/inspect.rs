//! `tidegate inspect`: how a file is read, and the ledger of every row.

use serde::Serialize;

use crate::forecast::ModelChoice;
use crate::import::{Column, Gather, ImportConfig, LedgerEntry, Place, Reading, SeriesLedger};
use crate::project::RecipeError;
use crate::series::number::compact;
use crate::series::{FoundSeason, OutlierPolicy, Series};

use super::args::InspectArgs;
use super::error::CliError;
use super::reading::read_with_bar;
use super::terminal::Output;

#[derive(Serialize)]
struct InspectJson<'a> {
    file: &'a str,
    reading: String,
    layout: &'static str,
    evidence: &'a str,
    series: usize,
    rows: RowCountsJson<'a>,
    cells: CellsJson,
    accounts: Vec<AccountJson<'a>>,
    columns: Vec<ColumnJson<'a>>,
    target: &'a str,
    step: String,
    season_length: usize,
    seasons: Vec<SeasonJson>,
    span: Option<SpanJson>,
    slots: usize,
    missing: usize,
    missing_policy: &'static str,
    filled_in: usize,
    outlier_policy: &'static str,
    outliers: Vec<OutlierJson>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct SeasonJson {
    rows: usize,
    cycle: &'static str,
    strength: Option<f64>,
}

#[derive(Serialize)]
struct RowCountsJson<'a> {
    read: usize,
    used: usize,
    merged: usize,
    dropped: usize,
    by_reason: Vec<LedgerEntryJson<'a>>,
}

#[derive(Serialize)]
struct CellsJson {
    read: usize,
    used: usize,
    imputed: usize,
    masked: usize,
}

/// The ledger of one series in a file of many.
#[derive(Serialize)]
struct AccountJson<'a> {
    name: &'a str,
    rows_read: usize,
    rows_used: usize,
    cells_read: usize,
    cells_used: usize,
    cells_imputed: usize,
    by_reason: Vec<LedgerEntryJson<'a>>,
}

#[derive(Serialize)]
struct LedgerEntryJson<'a> {
    reason: &'static str,
    column: Option<&'a str>,
    count: usize,
    imputed: usize,
    lines: &'a [usize],
    places: Vec<Option<PlaceJson>>,
    detail: Option<&'a str>,
}

/// Where a line stands: places in the panel, and slots of those series.
#[derive(Serialize)]
struct PlaceJson {
    first_series: usize,
    series: usize,
    first_slot: usize,
    slots: usize,
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    name: &'a str,
    role: String,
    /// What is to be known of the role: that no model uses it yet.
    role_note: Option<String>,
    filled: usize,
    categories: &'a [String],
    /// `mean`, `sum` or `last`, where values of one step were gathered.
    gather: Option<Gather>,
}

/// A value of the target that stands far from the others.
#[derive(Serialize)]
struct OutlierJson {
    slot: usize,
    time: String,
    line: Option<usize>,
    value: f64,
}

#[derive(Serialize)]
struct SpanJson {
    first: String,
    last: String,
}

/// Runs the subcommand.
pub fn run(args: &InspectArgs, out: &mut Output<'_>) -> Result<(), CliError> {
    let paths = args.reading.sets().paths();
    if let Some(path) = paths.iter().find(|path| !path.starts_with("import.")) {
        let message = format!("inspect uses the settings of [import] alone, and not {path}");
        return Err(RecipeError::Sets { message }.into());
    }
    let config = args.reading.over(ImportConfig::default())?;
    let reading = read_with_bar(&args.file, &config, false)?;
    let file = args.file.display().to_string();
    if args.json {
        out.pretty_json(&json(&file, &reading))?;
    } else {
        print(&file, &reading, out)?;
    }
    Ok(out.flush()?)
}

fn entry(entry: &LedgerEntry) -> LedgerEntryJson<'_> {
    LedgerEntryJson {
        reason: entry.reason.name(),
        column: entry.column.as_deref(),
        count: entry.count,
        imputed: entry.imputed,
        lines: &entry.lines,
        places: entry.places.iter().map(|place| place.as_ref().map(place_json)).collect(),
        detail: entry.detail.as_deref(),
    }
}

fn place_json(place: &Place) -> PlaceJson {
    PlaceJson {
        first_series: place.series.start,
        series: place.series.len(),
        first_slot: place.slots.start,
        slots: place.slots.len(),
    }
}

fn outlier(reading: &Reading, slot: usize) -> OutlierJson {
    let series = reading.target();
    let (time, line) = (series.axis.iso(slot), reading.line_of(slot));
    OutlierJson { slot, time, line, value: series.values[slot] }
}

fn account(account: &SeriesLedger) -> AccountJson<'_> {
    AccountJson {
        name: &account.name,
        rows_read: account.rows_read,
        rows_used: account.rows_used,
        cells_read: account.cells_read,
        cells_used: account.cells_used,
        cells_imputed: account.cells_imputed(),
        by_reason: account.entries.iter().map(entry).collect(),
    }
}

fn json<'a>(file: &'a str, reading: &'a Reading) -> InspectJson<'a> {
    let (series, ledger) = (reading.target(), &reading.ledger);
    InspectJson {
        file,
        reading: reading.summary(),
        layout: reading.layout.name(),
        evidence: &reading.evidence,
        series: reading.panel.series.len(),
        rows: RowCountsJson {
            read: ledger.rows_read,
            used: ledger.rows_used,
            merged: ledger.rows_merged(),
            dropped: ledger.rows_dropped(),
            by_reason: ledger.entries.iter().map(entry).collect(),
        },
        cells: CellsJson {
            read: ledger.cells_read,
            used: ledger.cells_used,
            imputed: ledger.cells_imputed(),
            masked: ledger.cells_masked(),
        },
        accounts: ledger.series.iter().map(account).collect(),
        columns: reading
            .columns
            .iter()
            .map(|column| ColumnJson {
                name: &column.name,
                role: column.role.to_string(),
                role_note: role_note(column),
                filled: column.filled,
                categories: &column.categories,
                gather: column.gathered,
            })
            .collect(),
        target: &series.name,
        step: series.axis.step_label(),
        season_length: series.season_length(),
        seasons: seasons(series)
            .into_iter()
            .map(|FoundSeason { rows, cycle, strength }| SeasonJson {
                rows,
                cycle: cycle.name(),
                strength,
            })
            .collect(),
        span: series.span().map(|(first, last)| SpanJson { first, last }),
        slots: series.len(),
        missing: series.missing(),
        missing_policy: reading.missing.name(),
        filled_in: reading.imputed_slots().iter().map(ExactSizeIterator::len).sum(),
        outlier_policy: reading.outliers.name(),
        outliers: reading.outlier_slots().into_iter().map(|slot| outlier(reading, slot)).collect(),
        notes: &reading.notes,
    }
}

fn print(file: &str, reading: &Reading, out: &mut Output<'_>) -> Result<(), CliError> {
    let (series, ledger) = (reading.target(), &reading.ledger);
    writeln!(out, "{file}: {}", reading.summary())?;
    writeln!(out, "layout   {}: {}", reading.layout, reading.evidence)?;
    let (first, last) = series.span().unwrap_or_default();
    writeln!(out, "span     {first} to {last}, step {}", series.axis.step_label())?;
    let (merged, dropped) = (ledger.rows_merged(), ledger.rows_dropped());
    writeln!(
        out,
        "rows     {} read, {} used, {merged} merged, {dropped} dropped",
        ledger.rows_read, ledger.rows_used
    )?;
    writeln!(
        out,
        "cells    {} read, {} used, {} imputed, {} masked",
        ledger.cells_read,
        ledger.cells_used,
        ledger.cells_imputed(),
        ledger.cells_masked()
    )?;
    let (missing, policy) = (series.missing(), reading.missing.name());
    let filled: usize = reading.imputed_slots().iter().map(ExactSizeIterator::len).sum();
    let left = missing.saturating_sub(filled);
    let of_them = match missing {
        0 => String::new(),
        _ => format!("; policy {policy}: {filled} filled in as input, {left} left"),
    };
    writeln!(out, "missing  {missing} of {} steps in {}{of_them}", series.len(), series.name)?;
    print_seasons(series, out)?;
    print_outliers(reading, out)?;
    print_columns(&reading.columns, out)?;
    if !ledger.entries.is_empty() {
        writeln!(out, "ledger")?;
        for entry in &ledger.entries {
            writeln!(out, "  {entry}")?;
        }
    }
    print_accounts(&ledger.series, out)?;
    for note in &reading.notes {
        writeln!(out, "note: {note}")?;
    }
    Ok(())
}

/// The seasons that the calendar suggests and one that the values show, told by the rows before the default hold-out.
fn seasons(series: &Series) -> Vec<FoundSeason> {
    series.found_seasons_before(series.len() - series.default_horizon().min(series.len()))
}

fn print_seasons(series: &Series, out: &mut Output<'_>) -> Result<(), CliError> {
    let one = |season: FoundSeason| {
        let strength = season.strength.map_or_else(
            || "too few to tell".to_owned(),
            |strength| format!("strength {:.2}", strength.max(0.0)),
        );
        format!("{} of {} rows ({strength})", season.cycle.name(), season.rows)
    };
    let found: Vec<String> = seasons(series).into_iter().map(one).collect();
    let found =
        if found.is_empty() { String::new() } else { format!("; found: {}", found.join(", ")) };
    Ok(writeln!(out, "season   {} rows{found}", series.season_length())?)
}

/// Outliers that a line names one by one; `--json` lists them all.
const LISTED_OUTLIERS: usize = 6;

fn print_outliers(reading: &Reading, out: &mut Output<'_>) -> Result<(), CliError> {
    let slots = reading.outlier_slots();
    let what = if reading.outliers == OutlierPolicy::Mask { "masked" } else { "kept" };
    let shown = slots.iter().take(LISTED_OUTLIERS).map(|&slot| {
        let OutlierJson { time, line, value, .. } = outlier(reading, slot);
        let line = line.map_or_else(String::new, |line| format!(" (line {line})"));
        format!("{} at {time}{line}", compact(value))
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    let more = if slots.len() > LISTED_OUTLIERS { ", …" } else { "" };
    let shown = if slots.is_empty() { shown } else { format!(", {what}: {shown}{more}") };
    Ok(writeln!(out, "outliers {} in {}{shown}", slots.len(), reading.target().name)?)
}

/// Neighbours of one role that a list names one by one.
const LISTED_COLUMNS: usize = 24;

fn print_columns(columns: &[Column], out: &mut Output<'_>) -> Result<(), CliError> {
    writeln!(out, "columns")?;
    for alike in columns.chunk_by(|one, next| one.role == next.role) {
        if let ([first, .., last], true) = (alike, alike.len() > LISTED_COLUMNS) {
            let (one, other, role) = (&first.name, &last.name, role_in_words(first));
            writeln!(out, "  {one} to {other} ({role}), {} columns", alike.len())?;
            continue;
        }
        for column in alike {
            let (Column { name, filled, categories, .. }, role) = (column, role_in_words(column));
            let words = match categories.as_slice() {
                [] => String::new(),
                words => format!(", category of {}", words.join(", ")),
            };
            writeln!(out, "  {name} ({role}), {filled} filled{words}")?;
        }
    }
    Ok(())
}

/// Which of the models that run where none is named do not use the column.
fn role_note(column: &Column) -> Option<String> {
    ModelChoice::unused_note(column.role.covariate()?, &ModelChoice::defaults())
}

/// The role, and what is to be known of it.
fn role_in_words(column: &Column) -> String {
    let note = role_note(column).map(|note| format!("; {note}"));
    format!("{}{}", column.role, note.unwrap_or_default())
}

/// Series that a person reads through; `--json` lists them all.
const LISTED_SERIES: usize = 20;

fn print_accounts(series: &[SeriesLedger], out: &mut Output<'_>) -> Result<(), CliError> {
    let told: Vec<&SeriesLedger> = series.iter().filter(|one| !one.entries.is_empty()).collect();
    if !series.is_empty() {
        writeln!(out, "series   {}, {} with entries", series.len(), told.len())?;
    }
    for account in told.iter().take(LISTED_SERIES) {
        let SeriesLedger { name, rows_read, rows_used, .. } = account;
        writeln!(out, "  {name}: {rows_read} rows read, {rows_used} used")?;
        for entry in &account.entries {
            writeln!(out, "    {entry}")?;
        }
    }
    if told.len() > LISTED_SERIES {
        writeln!(out, "  and {} more; --json lists all", told.len() - LISTED_SERIES)?;
    }
    Ok(())
}
