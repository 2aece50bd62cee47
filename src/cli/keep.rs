//! Training that keeps its run, and tells where.
//!
//! Ctrl-C: the first ends the work under way, of which what is done is kept; one more ends the program.
//!
//! Outside such work, as while a file is read, Ctrl-C ends the program at once: there is nothing to
//! keep.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use clap::Args;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::error::CliError;
use super::progress::FitProgress;
use super::terminal::{say, say_error};
use crate::cancellation::Cancellation;
use crate::evaluate::{ModelReport, ScoringTask};
use crate::forecast::{FitCheckpoint, FitEvent, Fits, Flow, ForecastError, ModelChoice};
use crate::project::Recipe;
use crate::project::runs::{
    DEFAULT_CHECKPOINT_SECONDS, DataSource, Keeper, NewRun, Registry, Run, RunsError, SavedRun,
};
use crate::series::DatasetSeries;

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

/// How soon after Ctrl-C it is answered with a word: sooner than a hand presses again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What Ctrl-C has asked for, and what the next one does.
#[derive(Debug, Clone)]
pub struct Interrupts {
    asked: Arc<AtomicBool>,
    ends_program: Arc<AtomicBool>,
}

impl Interrupts {
    /// Listens from now on. Where the program was started with interrupts ignored, as shells start
    /// jobs in the background, they stay so; where the system offers no handler, Ctrl-C ends the
    /// program as before.
    pub fn listen() -> Self {
        let listening = Self {
            asked: Arc::new(AtomicBool::new(false)),
            ends_program: Arc::new(AtomicBool::new(true)),
        };
        if !are_ignored() {
            let Self { asked, ends_program } = &listening;
            // They run in this order: the first Ctrl-C of held work finds `ends_program` unset and sets
            // it for the next one. Whether a later one cannot be had changes nothing of the first.
            let _ = flag::register_conditional_default(SIGINT, Arc::clone(ends_program))
                .and_then(|_| flag::register(SIGINT, Arc::clone(asked)))
                .and_then(|_| flag::register(SIGINT, Arc::clone(ends_program)));
        }
        listening
    }

    /// Whether work has been asked to end.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Holds the program until the work is done: the first Ctrl-C asks the work to end, and `tell` is
    /// called, in another thread. The work looks at [`Self::is_asked`].
    #[must_use = "the program is held as long as this lives"]
    pub fn hold(&self, tell: impl FnOnce() + Send + 'static) -> Held<'_> {
        self.ends_program.store(false, Ordering::Relaxed);
        let done = Arc::new(AtomicBool::new(false));
        let (over, asked) = (Arc::clone(&done), Arc::clone(&self.asked));
        let watch = move || {
            while !over.load(Ordering::Relaxed) {
                if asked.load(Ordering::Relaxed) {
                    return tell();
                }
                std::thread::park_timeout(BETWEEN_LOOKS);
            }
        };
        // Without the thread nothing is said, and all else holds.
        let watcher = std::thread::Builder::new().name("tidegate-interrupt".to_owned());
        Held { interrupts: self, done, watcher: watcher.spawn(watch).ok() }
    }
}

/// Work that ends by itself after Ctrl-C.
#[derive(Debug)]
pub struct Held<'a> {
    interrupts: &'a Interrupts,
    done: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.interrupts.ends_program.store(true, Ordering::Relaxed);
        self.done.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            // Its one line may be on its way; a panic in it costs the line.
            let _ = watcher.join();
        }
    }
}

/// Whether this program was started with interrupts ignored, where the system tells.
fn are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SIGINT - 1)) != 0)
}
