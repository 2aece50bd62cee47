//! Training that keeps its run, and tells where.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::evaluate::{ModelReport, Task};
use crate::forecast::{FitCheckpoint, FitEvent, Fits, Flow, ForecastError, Model, heeding};
use crate::project::Recipe;
use crate::project::runs::{
    DEFAULT_CHECKPOINT_SECONDS, DataSource, Keeper, NewRun, Registry, RunsError,
};
use crate::series::Series;

use super::CliError;
use super::interrupt::Interrupts;
use super::progress::Progress;

/// Where runs are kept.
#[derive(Debug, Default, Args)]
pub struct RunsFolder {
    /// Folder that runs are kept in [default: `TIDEGATE_RUNS`, else this user's data folder]
    #[arg(long, value_name = "DIR")]
    pub runs: Option<PathBuf>,
}

impl RunsFolder {
    /// The runs of that folder.
    ///
    /// # Errors
    /// Where none is named and the system has no such place.
    pub fn registry(&self) -> Result<Registry, RunsError> {
        Registry::find(self.runs.as_deref())
    }
}

/// How often a run can be taken up again.
#[derive(Debug, Default, Args)]
pub struct CheckpointOptions {
    /// Seconds between two checkpoints of a run at least; 0 for one each epoch [default: 5]
    #[arg(long, value_name = "N")]
    pub checkpoint_seconds: Option<u64>,
}

impl CheckpointOptions {
    /// A keeper that keeps to them, and says on standard error what goes wrong.
    pub fn set(&self, keeper: Keeper, quiet: bool) -> Keeper {
        let seconds = self.checkpoint_seconds.unwrap_or(DEFAULT_CHECKPOINT_SECONDS);
        let keeper = keeper.with_checkpoint_every(Duration::from_secs(seconds));
        if quiet { keeper } else { keeper.telling(|note| eprintln!("note: {note}")) }
    }
}

/// Whether, where and how often the runs of networks are kept.
#[derive(Debug, Default, Args)]
pub struct KeepOptions {
    /// Keep no run of the networks
    #[arg(long, conflicts_with_all = ["runs", "checkpoint_seconds"])]
    pub no_run: bool,
    /// How often.
    #[command(flatten)]
    pub checkpoints: CheckpointOptions,
    /// The folder.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// What is trained.
#[derive(Debug, Clone, Copy)]
pub struct Training<'a> {
    /// The model.
    pub model: Model,
    /// Every setting.
    pub recipe: &'a Recipe,
    /// What models of the same command have fitted.
    pub fits: &'a Fits,
    /// The series.
    pub series: &'a Series,
    /// What it is scored for.
    pub task: &'a Task,
    /// Ctrl-C, which ends training and keeps the best.
    pub interrupts: &'a Interrupts,
    /// No progress and no notes on standard error.
    pub quiet: bool,
}

/// Begins a run, unless the model is no network or none is wanted.
///
/// # Errors
/// Where a folder was named and cannot be written.
pub fn begin(
    options: &KeepOptions,
    data: &DataSource,
    training: &Training<'_>,
) -> Result<Keeper, CliError> {
    let Training { model, recipe, series, quiet, .. } = *training;
    let Model::Network(cell) = model else { return Ok(Keeper::default()) };
    if options.no_run {
        return Ok(Keeper::default());
    }
    let mut recipe = recipe.clone();
    recipe.model.cell = cell;
    let new = NewRun { model: cell.name(), data, series, recipe: &recipe, start: None };
    match options.folder.registry().and_then(|registry| registry.begin(&new)) {
        Ok(writer) => Ok(options.checkpoints.set(Keeper::new(writer), quiet)),
        Err(error) if options.folder.runs.is_some() => Err(error.into()),
        Err(error) => {
            if !quiet {
                eprintln!("note: no run of {model} is kept: {error}");
            }
            Ok(Keeper::default())
        }
    }
}

impl Training<'_> {
    /// Trains, from a checkpoint where there is one, scores and forecasts; the run is kept meanwhile.
    /// Returns its name, where it was kept; nothing where Ctrl-C came before there were weights to keep,
    /// which leaves the run as one that was cut off.
    ///
    /// # Errors
    /// Where the model cannot be fitted or cannot forecast.
    pub fn report(
        &self,
        mut keeper: Keeper,
        from: Option<&FitCheckpoint>,
    ) -> Result<Option<(ModelReport, Option<String>)>, CliError> {
        let Self { model, recipe, fits, series, task, interrupts, quiet } = *self;
        let progress = Progress::new(model, quiet);
        let forecaster = recipe.forecaster_sharing(model, series, fits);
        // A baseline is fitted in one go: Ctrl-C ends the program.
        let held = model.is_network().then(|| interrupts.hold(progress.word_of_stopping(quiet)));
        let mut listen = |event: FitEvent| {
            progress.hear(&event);
            let answer = keeper.hear(&event);
            if interrupts.is_asked() { Flow::Stop } else { answer }
        };
        let made = heeding(&|| interrupts.is_asked(), || {
            ModelReport::fit(&*forecaster, series, task, from, &mut listen, &mut |_| {})
        });
        drop(progress);
        let made = match made {
            Ok((report, fitted)) => {
                let run = keeper.end(&report, &*fitted);
                if let Some(run) = run.as_ref().filter(|_| !quiet) {
                    eprintln!("run: {} kept in {}", run.record.model, run.path.display());
                }
                Ok(Some((report, run.map(|run| run.name))))
            }
            Err(error @ ForecastError::StoppedEarly) => {
                if !quiet {
                    eprintln!("note: {model} was {error}");
                }
                Ok(None)
            }
            Err(error) => {
                keeper.fail(&error.to_string());
                Err(CliError::Model { model: model.to_string(), source: Box::new(error) })
            }
        };
        drop(held);
        made
    }
}
