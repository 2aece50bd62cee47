//! `tidegate runs`: what was trained, how it went, whether it comes out the same again.

use std::io::{BufRead, Write};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::evaluate::Metrics;
use crate::project::runs::{
    EpochLine, EventLine, Registry, Run, RunRecord, RunState, StoredForecasts,
};
use crate::series::number::compact;

use super::keep::RunsFolder;
use super::reproduce;
use super::table::write_table;
use super::{CliError, ReproduceArgs};

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
    /// As the table says it: `cut off` for a run whose program died.
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

/// A run with all that is known of it.
#[derive(Serialize)]
struct WholeRunJson<'a> {
    #[serde(flatten)]
    run: RunJson<'a>,
    epochs: Vec<EpochLine>,
    events: Vec<EventLine>,
    forecasts: Option<StoredForecasts>,
}

/// Runs the subcommand.
pub fn run(command: &RunsCommand, out: &mut impl Write) -> Result<(), CliError> {
    match command {
        RunsCommand::List(args) => list(args, out),
        RunsCommand::Show(args) => show(args, out),
        RunsCommand::Reproduce(args) => reproduce::run(args, out),
        RunsCommand::Delete(args) => delete(args, &mut std::io::stdin().lock(), out),
    }
}

fn list(args: &ListArgs, out: &mut impl Write) -> Result<(), CliError> {
    let registry = args.folder.registry()?;
    let listing = registry.list()?;
    for error in &listing.unreadable {
        eprintln!("note: {error}");
    }
    if args.json {
        let runs: Vec<RunJson<'_>> = listing.runs.iter().map(RunJson::of).collect();
        serde_json::to_writer(&mut *out, &runs)?;
        return Ok(writeln!(out)?);
    }
    if listing.runs.is_empty() {
        return Ok(writeln!(out, "No run is kept in {}", registry.folder().display())?);
    }
    let row = |run: &Run| {
        let RunRecord { model, target, data, metrics, .. } = &run.record;
        let mase = metrics.and_then(|metrics| metrics.mase);
        let epochs = run.epoch_texts()?.len();
        Ok(vec![
            run.name.clone(),
            run.state_name(),
            model.clone(),
            target.clone(),
            epochs.to_string(),
            mase.map_or_else(|| "–".to_owned(), compact),
            data.to_string(),
        ])
    };
    let rows = listing.runs.iter().map(row).collect::<Result<Vec<_>, CliError>>()?;
    let header = ["run", "state", "model", "series", "epochs", "MASE", "data"];
    Ok(write_table(out, &header, &rows)?)
}

fn show(args: &ShowArgs, out: &mut impl Write) -> Result<(), CliError> {
    let run = args.folder.registry()?.get(&args.run)?;
    let (epochs, events, forecasts) = (run.epochs()?, run.events()?, run.forecasts()?);
    if args.json {
        let whole = WholeRunJson { run: RunJson::of(&run), epochs, events, forecasts };
        serde_json::to_writer(&mut *out, &whole)?;
        return Ok(writeln!(out)?);
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
    for event in events {
        line("event", format!("{} after epoch {}: {}", event.time, event.epoch, event.event))?;
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
    Ok(())
}

fn epochs_in_words(epochs: &[EpochLine]) -> String {
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
    out: &mut impl Write,
) -> Result<(), CliError> {
    let registry: Registry = args.folder.registry()?;
    let mut runs: Vec<Run> = Vec::new();
    for name in &args.run {
        let run = registry.get(name)?;
        if !runs.contains(&run) {
            runs.push(run);
        }
    }
    for run in &runs {
        if !args.yes && !is_agreed(run, answers)? {
            return Err(CliError::NotDeleted { name: run.name.clone() });
        }
        registry.delete(run)?;
        writeln!(out, "deleted {}", run.name)?;
    }
    Ok(())
}

/// Asks whether a run may go. No answer is a no.
fn is_agreed(run: &Run, answers: &mut impl BufRead) -> Result<bool, CliError> {
    eprint!("Delete run {} ({}, {})? [y/N] ", run.name, run.record.model, run.state_name());
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
