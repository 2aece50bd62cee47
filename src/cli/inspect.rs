//! `tidegate inspect`: how a file is read, and the account of every row.

use std::io::Write;

use serde::Serialize;

use crate::import::{ImportConfig, Reading, read_file};

use super::{CliError, InspectArgs};

#[derive(Serialize)]
struct InspectJson<'a> {
    file: &'a str,
    reading: String,
    rows: Rows<'a>,
    columns: Vec<ColumnJson<'a>>,
    target: &'a str,
    step: String,
    season_length: usize,
    span: Option<SpanJson>,
    slots: usize,
    missing: usize,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Rows<'a> {
    read: usize,
    used: usize,
    dropped: usize,
    by_reason: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    reason: &'static str,
    column: Option<&'a str>,
    count: usize,
    lines: &'a [usize],
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    name: &'a str,
    role: String,
    filled: usize,
}

#[derive(Serialize)]
struct SpanJson {
    first: String,
    last: String,
}

/// Runs the subcommand.
pub fn run(args: &InspectArgs, out: &mut impl Write) -> Result<(), CliError> {
    let reading = read_file(&args.file, &ImportConfig::default())?;
    let file = args.file.display().to_string();
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &json(&file, &reading))?;
        writeln!(out)?;
    } else {
        print(&file, &reading, out)?;
    }
    Ok(out.flush()?)
}

fn json<'a>(file: &'a str, reading: &'a Reading) -> InspectJson<'a> {
    let (series, ledger) = (reading.target(), &reading.ledger);
    let entry = |entry: &'a crate::import::LedgerEntry| EntryJson {
        reason: entry.reason.name(),
        column: entry.column.as_deref(),
        count: entry.count,
        lines: &entry.lines,
        detail: entry.detail.as_deref(),
    };
    InspectJson {
        file,
        reading: reading.summary(),
        rows: Rows {
            read: ledger.rows_read,
            used: ledger.rows_used,
            dropped: ledger.rows_dropped(),
            by_reason: ledger.entries.iter().map(entry).collect(),
        },
        columns: reading
            .columns
            .iter()
            .map(|column| ColumnJson {
                name: &column.name,
                role: column.role.to_string(),
                filled: column.filled,
            })
            .collect(),
        target: &series.name,
        step: series.axis.step_label(),
        season_length: series.season_length(),
        span: series.span().map(|(first, last)| SpanJson { first, last }),
        slots: series.len(),
        missing: series.missing(),
        notes: &reading.notes,
    }
}

fn print(file: &str, reading: &Reading, out: &mut impl Write) -> Result<(), CliError> {
    let (series, ledger) = (reading.target(), &reading.ledger);
    writeln!(out, "{file}: {}", reading.summary())?;
    let (first, last) = series.span().unwrap_or_default();
    writeln!(out, "span     {first} to {last}, step {}", series.axis.step_label())?;
    writeln!(
        out,
        "rows     {} read, {} used, {} dropped",
        ledger.rows_read,
        ledger.rows_used,
        ledger.rows_dropped()
    )?;
    writeln!(out, "missing  {} of {} steps in {}", series.missing(), series.len(), series.name)?;
    writeln!(out, "columns")?;
    for column in &reading.columns {
        writeln!(out, "  {} ({}), {} filled", column.name, column.role, column.filled)?;
    }
    if !ledger.entries.is_empty() {
        writeln!(out, "ledger")?;
        for entry in &ledger.entries {
            writeln!(out, "  {entry}")?;
        }
    }
    for note in &reading.notes {
        writeln!(out, "note: {note}")?;
    }
    Ok(())
}
