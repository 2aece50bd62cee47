//! `tidegate resume`: a run that was interrupted goes on and ends as one that never was; one that has ended is
//! trained further.

use clap::Args;

use crate::forecast::{FitChange, FitCheckpoint, Fits, ModelChoice};
use crate::import::Reading;
use crate::project::Recipe;
use crate::project::runs::{Further, Keeper, NewRun, Registry, Run, Start};

use super::error::{CliError, End};
use super::keep::{CheckpointOptions, Interrupts, KeptTraining, RunsFolder, notes_of_digests};
use super::print_forecast::{print_json, print_tables};
use super::results::Results;
use super::terminal::{Output, say};

/// Arguments of `tidegate resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run: its name, the beginning of it, or its last digits; the newest that was interrupted
    /// where none is named
    pub run: Option<String>,
    /// Train a run that has ended until it has so many epochs, as a run of its own
    #[arg(long, value_name = "N", requires = "run")]
    pub epochs: Option<usize>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    pub json: bool,
    /// No progress and no notes on standard error
    #[arg(long)]
    pub quiet: bool,
    /// How often the run can be resumed.
    #[command(flatten)]
    pub checkpoints: CheckpointOptions,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// Runs the subcommand. Ctrl-C ends training as [`super::forecast`] does.
pub fn run(args: &ResumeArgs, out: &mut Output<'_>) -> Result<End, CliError> {
    let registry = args.folder.registry()?;
    registry.sweep();
    if let (Some(name), Some(epochs)) = (&args.run, args.epochs) {
        return train_further(args, &registry, &registry.get(name)?, epochs, out);
    }
    let run = match &args.run {
        Some(name) => registry.get(name)?,
        None => registry
            .interrupted()?
            .into_iter()
            .next()
            .ok_or(CliError::NothingToResume { folder: registry.folder().to_owned() })?,
    };
    let recipe = run.recipe()?;
    // Before the run is resumed, so that it stays as it is where its data are gone.
    let data = run.data(&recipe)?;
    let resumed = run.resume(&recipe, data.reading.target())?;
    if !args.quiet {
        notes_of_digests(&run)?;
        let from = match resumed.from {
            Some(_) => format!("after epoch {}", resumed.writer.epochs()),
            None => "from its beginning, for it has no checkpoint".to_owned(),
        };
        say(format_args!("run: {} goes on {from}", run.name));
        for FitChange { changed, .. } in &resumed.due {
            say(format_args!("run: will change again to {changed}"));
        }
    }
    let from = resumed.from.clone();
    let keeper = args.checkpoints.set(Keeper::resumed(resumed));
    train(args, &run, (&recipe, &data.reading), (keeper, from), out)
}

/// Trains a run that has ended until it has so many epochs, as a run of its own.
fn train_further(
    args: &ResumeArgs,
    registry: &Registry,
    run: &Run,
    epochs: usize,
    out: &mut Output<'_>,
) -> Result<End, CliError> {
    let Further { recipe, checkpoint, epochs: lines } = run.further(epochs)?;
    let data = run.data(&recipe)?;
    let series = data.reading.target();
    run.check_checkpoint(&recipe, series, &checkpoint)?;
    let writer = registry.begin(&NewRun {
        model: &run.record.model,
        data: &run.record.data,
        series,
        recipe: &recipe,
        start: Some(Start { run: Some(&run.name), checkpoint: &checkpoint, epochs: &lines }),
    })?;
    if !args.quiet {
        notes_of_digests(run)?;
        let (name, done) = (&writer.run().name, writer.epochs());
        say(format_args!("run: {name} goes on from {} after epoch {done}", run.name));
    }
    let keeper = args.checkpoints.set(Keeper::new(writer));
    train(args, run, (&recipe, &data.reading), (keeper, Some(checkpoint)), out)
}

/// Trains, and prints what came of it.
fn train(
    args: &ResumeArgs,
    run: &Run,
    (recipe, reading): (&Recipe, &Reading),
    (keeper, from): (Keeper, Option<FitCheckpoint>),
    out: &mut Output<'_>,
) -> Result<End, CliError> {
    let series = reading.target();
    let task = &recipe.task(series);
    let (model, quiet) = (ModelChoice::Network(recipe.model.cell), args.quiet);
    let (fits, interrupts) = (&Fits::default(), &Interrupts::listen());
    let mut results = Results::of(1);
    let made = {
        let series = &reading.target_with_covariates();
        let training = KeptTraining { model, recipe, fits, series, task, interrupts, quiet };
        training.report(keeper, from)
    };
    results.add(model, made);
    results.rank(series, task, quiet);
    let label = run.record.data.to_string();
    if args.json && !(results.reports.is_empty() && results.failures.is_empty()) {
        print_json(&label, reading, task, &results, out)?;
    } else if !args.json && !results.reports.is_empty() {
        print_tables(&label, series, task, &results.reports, out)?;
    }
    results.end(interrupts.is_asked())
}
