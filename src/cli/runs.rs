//! `tidegate runs`: what was trained, how it went, whether it comes out the same again.

use std::io::BufRead;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::evaluate::Metrics;
use crate::project::runs::{
    BrokenRun, EpochRecord, EventLine, FoundRun, Registry, Run, RunRecord, RunState, RunsError,
    StoredForecasts,
};
use crate::series::number::compact;

use super::error::{CliError, End};
use super::keep::RunsFolder;
use super::reproduce;
use super::reproduce::ReproduceArgs;
use super::terminal::{Output, ask, write_table};

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List the runs that are kept, newest first
    List(ListArgs),
    /// Show all that is known of a run
    Show(ShowArgs),
    /// Train a run again from its recipe, data and seed, and compare
    Reproduce(ReproduceArgs),
    /// Delete runs
    Delete(DeleteArgs),
}

/// Arguments of `tidegate runs list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print one JSON array instead of a table
    #[arg(long)]
    pub json: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// Arguments of `tidegate runs show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The run: its name, the beginning of it, or its last digits
    pub run: String,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// Arguments of `tidegate runs delete`.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// The runs: their names, the beginnings of them, or their last digits
    #[arg(required = true)]
    pub run: Vec<String>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// A run in a list, as JSON. Field names are part of the interface.
#[derive(Serialize)]
struct RunJson<'a> {
    name: &'a str,
    path: String,
    /// As the table says it: `interrupted` for a run whose program died.
    status: String,
    #[serde(flatten)]
    record: &'a RunRecord,
}

impl<'a> RunJson<'a> {
    fn of(run: &'a Run) -> Self {
        let path = run.path.display().to_string();
        Self { name: &run.name, path, status: run.state_name(), record: &run.record }
    }
}

/// A run that cannot be read, likewise.
#[derive(Serialize)]
struct BrokenRunJson<'a> {
    name: &'a str,
    path: String,
    /// Always `broken`.
    status: &'static str,
    /// Why, and what to do.
    reason: &'a str,
}

impl<'a> BrokenRunJson<'a> {
    fn of(run: &'a BrokenRun) -> Self {
        let path = run.path.display().to_string();
        Self { name: &run.name, path, status: BROKEN, reason: &run.why }
    }
}

/// An entry of a list.
#[derive(Serialize)]
#[serde(untagged)]
enum RunEntryJson<'a> {
    Whole(Box<RunJson<'a>>),
    Broken(BrokenRunJson<'a>),
}

/// What a run that cannot be read is called in lists.
const BROKEN: &str = "broken";

/// A run with all that is known of it.
#[derive(Serialize)]
struct WholeRunJson<'a> {
    #[serde(flatten)]
    run: RunJson<'a>,
    epochs: Vec<EpochRecord>,
    events: Vec<EventLine>,
    forecasts: Option<StoredForecasts>,
    /// Files that cannot be read, and why; what they hold is left out above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<String>,
}

/// Runs the subcommand.
pub fn run(command: &RunsCommand, out: &mut Output<'_>) -> Result<End, CliError> {
    match command {
        RunsCommand::List(args) => list(args, out)?,
        RunsCommand::Show(args) => return show(args, out),
        RunsCommand::Reproduce(args) => reproduce::run(args, out)?,
        RunsCommand::Delete(args) => delete(args, &mut std::io::stdin().lock(), out)?,
    }
    Ok(End::Complete)
}

fn list(args: &ListArgs, out: &mut Output<'_>) -> Result<(), CliError> {
    let registry = args.folder.registry()?;
    registry.sweep();
    let listing = registry.list()?;
    // What a list says of a run, or why it cannot: one bad run is one line.
    let mut rows = Vec::new();
    let mut broken = listing.broken;
    let mut whole = Vec::new();
    for run in listing.runs {
        match row(&run) {
            Ok(row) => {
                rows.push(row);
                whole.push(run);
            }
            Err(error) => broken.push(run.broken(&error)),
        }
    }
    if args.json {
        let entries: Vec<RunEntryJson<'_>> = whole
            .iter()
            .map(|run| RunEntryJson::Whole(Box::new(RunJson::of(run))))
            .chain(broken.iter().map(|run| RunEntryJson::Broken(BrokenRunJson::of(run))))
            .collect();
        return out.json(&entries);
    }
    if whole.is_empty() && broken.is_empty() {
        return Ok(writeln!(out, "No run is kept in {}", registry.folder().display())?);
    }
    if !rows.is_empty() {
        let header = ["run", "state", "model", "series", "epochs", "MASE", "data"];
        write_table(out, &header, &rows)?;
    }
    for BrokenRun { name, why, .. } in &broken {
        writeln!(out, "{name}  {BROKEN}: {why}")?;
    }
    Ok(())
}

/// The cells of a run.
fn row(run: &Run) -> Result<Vec<String>, RunsError> {
    let RunRecord { model, target, data, metrics, .. } = &run.record;
    let mase = metrics.and_then(|metrics| metrics.mase);
    Ok(vec![
        run.name.clone(),
        run.state_name(),
        shortened(model),
        shortened(target),
        run.epochs()?.len().to_string(),
        mase.map_or_else(|| "–".to_owned(), compact),
        data.to_string(),
    ])
}

/// A name that leaves the other columns room.
fn shortened(name: &str) -> String {
    const MOST: usize = 40;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn show(args: &ShowArgs, out: &mut Output<'_>) -> Result<End, CliError> {
    match args.folder.registry()?.find_run(&args.run)? {
        FoundRun::Whole(run) => show_run(&run, args.json, out),
        FoundRun::Broken(run) => show_broken(&run, args.json, out),
    }
}

/// All that can be read of a run; the rest is left out, with the reason.
fn show_run(run: &Run, json: bool, out: &mut Output<'_>) -> Result<End, CliError> {
    let mut unreadable = Vec::new();
    let epochs = readable(run.epochs(), &mut unreadable);
    let events = readable(run.events(), &mut unreadable);
    let forecasts = readable(run.forecasts(), &mut unreadable);
    let end = if unreadable.is_empty() { End::Complete } else { End::Partial };
    if json {
        let run = RunJson::of(run);
        let whole = WholeRunJson { run, epochs, events, forecasts, unreadable };
        out.json(&whole)?;
        return Ok(end);
    }
    let record = &run.record;
    let RunRecord { target, rows, program, device, threads, seed, .. } = record;
    let ended = record.ended.as_ref().map(|time| format!(", ended {time}"));
    let mut line = |name: &str, text: String| writeln!(out, "{name:<9} {text}");
    line("run", run.name.clone())?;
    line(
        "state",
        match &record.state {
            RunState::Failed(why) => format!("failed: {why}"),
            _ => run.state_name(),
        },
    )?;
    line("model", record.model.clone())?;
    line("data", record.data.to_string())?;
    line("series", format!("{target}, {rows} rows"))?;
    line("folder", run.path.display().to_string())?;
    if let Some(continues) = &record.continues {
        line("goes on", format!("from {continues}"))?;
    }
    line("made by", format!("tidegate {program} on {device}, {threads} threads, seed {seed}"))?;
    line("started", format!("{}{}", record.started, ended.unwrap_or_default()))?;
    line("epochs", epochs_in_words(&epochs))?;
    if let Some(metrics) = record.metrics {
        line("hold-out", metrics_in_words(metrics))?;
    }
    if !record.unwritten.is_empty() {
        line("lacks", format!("{}, which could not be written", record.unwritten.join(", ")))?;
    }
    for event in events {
        line("event", format!("{} after epoch {}: {}", event.time, event.epoch, event.event))?;
    }
    for why in unreadable {
        line(BROKEN, why)?;
    }
    if let Some(StoredForecasts { future, .. }) = forecasts {
        let rows: Vec<Vec<String>> = future
            .times
            .iter()
            .zip(&future.values)
            .map(|(time, value)| vec![time.clone(), compact(*value)])
            .collect();
        writeln!(out)?;
        write_table(out, &["time", "forecast"], &rows)?;
    }
    Ok(end)
}

/// What a file holds, or nothing and why.
fn readable<T: Default>(read: Result<T, RunsError>, unreadable: &mut Vec<String>) -> T {
    read.unwrap_or_else(|error| {
        unreadable.push(error.to_string());
        T::default()
    })
}

/// What is left of a run that cannot be read.
fn show_broken(run: &BrokenRun, json: bool, out: &mut Output<'_>) -> Result<End, CliError> {
    if json {
        out.json(&BrokenRunJson::of(run))?;
        return Ok(End::Partial);
    }
    let mut line = |name: &str, text: String| writeln!(out, "{name:<9} {text}");
    line("run", run.name.clone())?;
    line("state", format!("{BROKEN}: {}", run.why))?;
    line("folder", run.path.display().to_string())?;
    for (file, bytes) in run.files() {
        line("file", format!("{file}, {bytes} bytes"))?;
    }
    Ok(End::Partial)
}

fn epochs_in_words(epochs: &[EpochRecord]) -> String {
    let Some(last) = epochs.last() else { return "none done".to_owned() };
    let best = epochs.iter().rev().find(|line| line.improved).unwrap_or(last);
    format!(
        "{}; best {}: error {} in training, {} in validation",
        epochs.len(),
        best.epoch,
        compact(best.training),
        compact(best.validation)
    )
}

fn metrics_in_words(metrics: Metrics) -> String {
    let Metrics { mae, rmse, smape, mase } = metrics;
    let mase = mase.map(|mase| format!(", MASE {}", compact(mase))).unwrap_or_default();
    format!("MAE {}, RMSE {}, sMAPE {}{mase}", compact(mae), compact(rmse), compact(smape))
}

/// Deletes what was found under every name, or nothing.
fn delete(
    args: &DeleteArgs,
    answers: &mut impl BufRead,
    out: &mut Output<'_>,
) -> Result<(), CliError> {
    let registry: Registry = args.folder.registry()?;
    registry.sweep();
    let mut runs: Vec<FoundRun> = Vec::new();
    for name in &args.run {
        let run = registry.find_run(name)?;
        if runs.iter().all(|known| known.name() != run.name()) {
            runs.push(run);
        }
    }
    for run in &runs {
        if !args.yes && !is_agreed(run, answers)? {
            return Err(CliError::NotDeleted { name: run.name().to_owned() });
        }
        run.set_aside()?.remove()?;
        writeln!(out, "deleted {}", run.name())?;
    }
    Ok(())
}

/// Asks whether a run may go. No answer is a no.
fn is_agreed(run: &FoundRun, answers: &mut impl BufRead) -> Result<bool, CliError> {
    let what = match run {
        FoundRun::Whole(run) => format!("{}, {}", run.record.model, run.state_name()),
        FoundRun::Broken(_) => BROKEN.to_owned(),
    };
    ask(format_args!("Delete run {} ({what})? [y/N]", run.name()));
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
