//! `tidegate resume`: a run that was cut off goes on and ends as one that never was.

use std::io::Write;

use clap::Args;

use crate::forecast::{FitChange, Fits, Model};
use crate::project::runs::Keeper;

use super::interrupt::Interrupts;
use super::keep::{CheckpointOptions, RunsFolder, Training};
use super::print_forecast::{RunNames, print_json, print_tables};
use super::{CliError, End};

/// Arguments of `tidegate resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run: its name, the beginning of it, or its last digits; the newest that was cut off
    /// where none is named
    pub run: Option<String>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    pub json: bool,
    /// No progress and no notes on standard error
    #[arg(long)]
    pub quiet: bool,
    /// How often the run can be taken up again.
    #[command(flatten)]
    pub checkpoints: CheckpointOptions,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// Runs the subcommand. Ctrl-C ends training as [`super::forecast`] does.
pub fn run(args: &ResumeArgs, out: &mut impl Write) -> Result<End, CliError> {
    let registry = args.folder.registry()?;
    let run = match &args.run {
        Some(name) => registry.get(name)?,
        None => registry
            .cut_off()?
            .into_iter()
            .next()
            .ok_or(CliError::NothingToResume { folder: registry.folder().to_owned() })?,
    };
    let recipe = run.recipe()?;
    // Before the run is taken up, so that it stays as it is where its data are gone.
    let data = run.data(&recipe)?;
    let resumed = run.resume()?;
    let series = data.reading.target();
    let task = recipe.task(series);
    let model = Model::Network(recipe.model.cell);
    let quiet = args.quiet;
    if !quiet {
        let from = match resumed.from {
            Some(_) => format!("after epoch {}", resumed.writer.epochs()),
            None => "from its beginning, for it has no checkpoint".to_owned(),
        };
        eprintln!("run: {} goes on {from}", run.name);
        for FitChange { changed, .. } in &resumed.due {
            eprintln!("run: will change again to {changed}");
        }
    }
    let (recipe, task) = (&recipe, &task);
    let (fits, interrupts) = (&Fits::default(), &Interrupts::listen());
    let training = Training { model, recipe, fits, series, task, interrupts, quiet };
    let from = resumed.from.clone();
    let keeper = args.checkpoints.set(Keeper::resumed(resumed), quiet);
    let Some((report, name)) = training.report(keeper, from.as_ref())? else {
        return Ok(End::Interrupted);
    };
    let mut names = RunNames::default();
    names.add(&report, name);
    let label = run.record.data.to_string();
    if args.json {
        print_json(&label, &data.reading, task, &[report], &names, out)?;
    } else {
        print_tables(&label, series, task, &[report], out)?;
    }
    Ok(if interrupts.is_asked() { End::Interrupted } else { End::Complete })
}
