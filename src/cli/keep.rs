//! Training that keeps its run, and tells where.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cancellation::Cancellation;
use crate::evaluate::{ModelReport, ScoringTask};
use crate::forecast::{FitCheckpoint, FitEvent, Fits, Flow, ForecastError, ModelChoice};
use crate::project::Recipe;
use crate::project::runs::{
    DEFAULT_CHECKPOINT_SECONDS, DataSource, Keeper, NewRun, Registry, Run, RunsError, SavedRun,
};
use crate::series::DatasetSeries;

use super::error::CliError;
use super::interrupt::Interrupts;
use super::progress::FitProgress;
use super::terminal::{say, say_error};

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

/// How often a run can be resumed.
#[derive(Debug, Default, Args)]
pub struct CheckpointOptions {
    /// Seconds between two checkpoints of a run at least; 0 for one each epoch [default: 5]
    #[arg(long, value_name = "N")]
    pub checkpoint_seconds: Option<u64>,
}

impl CheckpointOptions {
    /// A keeper that keeps to them, and says on standard error what is not written: with --quiet too, for
    /// something is missing then.
    pub fn set(&self, keeper: Keeper) -> Keeper {
        let seconds = self.checkpoint_seconds.unwrap_or(DEFAULT_CHECKPOINT_SECONDS);
        let keeper = keeper.with_checkpoint_every(Duration::from_secs(seconds));
        keeper.telling(say_error)
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
pub struct KeptTraining<'a> {
    /// The model.
    pub model: ModelChoice,
    /// Every setting.
    pub recipe: &'a Recipe,
    /// What models of the same command have fitted.
    pub fits: &'a Fits,
    /// The series.
    pub series: &'a DatasetSeries,
    /// What it is scored for.
    pub task: &'a ScoringTask,
    /// Ctrl-C, which ends training and keeps the best.
    pub interrupts: &'a Interrupts,
    /// No progress and no notes on standard error.
    pub quiet: bool,
}

/// Begins a run, unless the model is no network or none is wanted. One that cannot be begun is said; the
/// network is trained all the same.
pub fn begin(options: &KeepOptions, data: &DataSource, training: &KeptTraining<'_>) -> Keeper {
    let KeptTraining { model, recipe, series, .. } = *training;
    let ModelChoice::Network(cell) = model else { return Keeper::default() };
    if options.no_run {
        return Keeper::default();
    }
    let mut recipe = recipe.clone();
    recipe.model.cell = cell;
    let series = &series.target;
    let new = NewRun { model: cell.name(), data, series, recipe: &recipe, start: None };
    match options.folder.registry().and_then(|registry| registry.begin(&new)) {
        Ok(writer) => options.checkpoints.set(Keeper::new(writer)),
        Err(error) => {
            say_error(format_args!(
                "no run of {model} is kept: {error}, or keep none with --no-run"
            ));
            Keeper::unkept()
        }
    }
}

/// Says which files of a run nobody can verify.
///
/// # Errors
/// Where one cannot be read.
pub fn notes_of_digests(run: &Run) -> Result<(), RunsError> {
    for file in run.without_digest()? {
        say(format_args!(
            "note: {file} carries no digest, so nobody can tell whether it has changed"
        ));
    }
    Ok(())
}

/// A model that was trained.
#[derive(Debug)]
pub struct TrainedModel {
    /// What it forecasts.
    pub report: ModelReport,
    /// The name of its run, where one was kept.
    pub run: Option<String>,
    /// Whether all of the run is on disk that was to be.
    pub is_whole: bool,
}

impl KeptTraining<'_> {
    /// Trains, from a checkpoint where there is one, scores and forecasts; the run is kept meanwhile.
    /// Nothing where Ctrl-C came before there were weights to keep, which leaves the run as one that was
    /// interrupted.
    ///
    /// # Errors
    /// Where the model cannot be fitted or cannot forecast.
    pub fn report(
        &self,
        mut keeper: Keeper,
        from: Option<FitCheckpoint>,
    ) -> Result<Option<TrainedModel>, CliError> {
        let Self { model, recipe, fits, series, task, interrupts, quiet } = *self;
        let progress = FitProgress::new(model, quiet);
        let forecaster = recipe.forecaster_from(model, &series.target, fits, from);
        // A baseline is fitted in one go: Ctrl-C ends the program.
        let held = model.is_network().then(|| interrupts.hold(progress.word_of_stopping(quiet)));
        let mut listen = |event: FitEvent| {
            progress.hear(&event);
            let answer = keeper.hear(&event);
            if interrupts.is_asked() { Flow::Stop } else { answer }
        };
        let is_asked = || interrupts.is_asked();
        let cancel = Cancellation::new(&is_asked);
        let made = ModelReport::fit(&*forecaster, series, task, &cancel, &mut listen, &mut |_| {});
        drop(progress);
        let made = match made {
            Ok((report, fitted)) => {
                let SavedRun { run, is_whole } = keeper.end(&report, &*fitted);
                if let Some(run) = run.as_ref().filter(|_| !quiet) {
                    say(format_args!("run: {} kept in {}", run.record.model, run.path.display()));
                }
                Ok(Some(TrainedModel { report, run: run.map(|run| run.name), is_whole }))
            }
            Err(error @ ForecastError::StoppedEarly) => {
                if !quiet {
                    say(format_args!("note: {model} was {error}"));
                }
                Ok(None)
            }
            Err(error) => {
                keeper.fail(&error);
                Err(CliError::Model { model: model.to_string(), source: Box::new(error) })
            }
        };
        drop(held);
        made
    }
}
