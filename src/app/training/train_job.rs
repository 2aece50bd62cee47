//! What a training job does in its thread: it trains, reports, keeps its run and polls once a batch; a
//! stop and a pause take effect in the middle of one too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::assignment::Assignment;
use super::message::{BatchProgress, Ending, Steering, TrainingEvent};
use super::meter::{BatchDone, Meter};
use crate::app::jobs::{JobContext, JobEnd, Latest, Outcome};
use crate::app::runs::KeptRun;
use crate::cancellation::{Cancellation, Control};
use crate::evaluate::ModelReport;
use crate::forecast::{
    DivergedBatch, Effort, FitCheckpoint, FitEvent, Fits, Flow, ForecastError, ModelChoice,
};
use crate::project::runs::{self, Keeper, NewRun, Registry, Start};

/// What a training is given: its channel.
type TrainingContext = JobContext<TrainingEvent>;

/// Trains one network, reporting as it goes; where it stands inside an epoch goes to `progress`.
pub(super) fn train(
    context: &TrainingContext,
    given: &Assignment,
    keeping: &Keeping,
    (steering, progress): (&Steering, &Latest<BatchProgress>),
) -> Outcome<Box<ModelReport>> {
    let Assignment { model, recipe, series, task, .. } = given;
    let (keeper, from) = keeper(context, given, keeping)?;
    let target = &series.target;
    let waiting = &Waiting::new(context);
    let is_one = recipe.train.ensemble <= 1;
    let done = from.as_ref().map_or(0, |from| from.state.epochs_done());
    let effort =
        is_one.then(|| Effort::of(&recipe.network(recipe.model.cell, target), &task.split));
    let mut listener = Listener {
        meter: Meter::new(effort, done, recipe.train.epochs),
        context,
        progress,
        waiting,
        steering,
        keeper,
        is_one,
        is_left: false,
        asked: Duration::ZERO,
        refitted: None,
    };
    let mut listen = |event| listener.hear(event);
    let mut scored = |report: ModelReport| context.send(TrainingEvent::Scored(Box::new(report)));
    let cancel = Cancellation::new(waiting);
    let from = from.map(Arc::unwrap_or_clone);
    let forecaster = recipe.forecaster_from(*model, target, &Fits::default(), from);
    let made = ModelReport::fit(&*forecaster, series, task, &cancel, &mut listen, &mut scored);
    let Listener { keeper, is_left, asked, .. } = listener;
    let waited = waiting.total() + asked;
    let is_stopped = context.stop.is_stopped();
    if is_left || (is_stopped && steering.ending() == Ending::Leave && keeper.keeps()) {
        // The run is interrupted here, to be resumed.
        return Ok(JobEnd::Stopped(None));
    }
    let is_discarded = is_stopped && steering.ending() == Ending::Discard;
    let (report, fitted) = match made {
        Err(ForecastError::StoppedEarly) => {
            keeper.discard();
            return Ok(JobEnd::Stopped(None));
        }
        Err(error) => {
            keeper.fail(&error);
            return Err(error.to_string());
        }
        Ok(made) => made,
    };
    if is_discarded {
        keeper.discard();
        return Ok(JobEnd::Stopped(None));
    }
    keeper.end(&report, &*fitted);
    let stopped = report.stopped;
    let report = ModelReport { seconds: report.seconds - waited.as_secs_f64(), ..report };
    let output = Box::new(report);
    Ok(if stopped { JobEnd::Stopped(Some(output)) } else { JobEnd::Finished(output) })
}

/// Answers the engine. A pause is a wait inside an answer, here or where a stop is asked for.
struct Listener<'a> {
    meter: Meter,
    context: &'a TrainingContext,
    progress: &'a Latest<BatchProgress>,
    waiting: &'a Waiting<'a>,
    steering: &'a Steering,
    keeper: Keeper,
    /// Whether one network is trained, which has a checkpoint between any two batches.
    is_one: bool,
    /// Whether training ends to be resumed.
    is_left: bool,
    /// Time that questions about batches without a number took.
    asked: Duration,
    /// Network and epochs that a refit last reported.
    refitted: Option<(usize, usize)>,
}

impl Listener<'_> {
    fn hear(&mut self, event: FitEvent) -> Flow {
        let kept = self.keeper.hear(&event);
        let has_checkpoint = match event {
            FitEvent::Batch { epoch, batch, batches, error, outputs } => {
                let done = BatchDone { epoch, batch, batches, error, outputs };
                self.progress.set(self.meter.batch(done, self.waited()));
                if let Some(errors) = self.meter.due_errors() {
                    self.context.send(TrainingEvent::Batches(errors));
                }
                self.is_one
            }
            FitEvent::Epoch(report) => {
                self.context.send(TrainingEvent::Epoch(Box::new(report)));
                true
            }
            FitEvent::Refit { member, epoch, epochs, share } => {
                self.progress.set(self.meter.refit(epoch, share, self.waited()));
                if self.refitted.replace((member, epoch)) != Some((member, epoch)) {
                    self.context.send(TrainingEvent::Refit { epoch, epochs });
                }
                false
            }
            FitEvent::Diverged(batch) if kept == Flow::Continue => return self.ask(batch),
            FitEvent::Diverged(_) => return kept,
            // Requests made meanwhile take effect after the next batch.
            FitEvent::Changed(change) => {
                self.context.send(TrainingEvent::Changed(change.changed));
                return Flow::Continue;
            }
            FitEvent::Interrupted => return self.end(self.is_one),
            FitEvent::Checkpoint(_) => {
                return if self.is_left { Flow::Stop } else { Flow::Continue };
            }
        };
        self.waiting.wait();
        if self.context.stop.is_stopped() {
            return self.end(has_checkpoint);
        }
        self.steering.take().map_or(kept, Flow::Change)
    }

    /// Time spent waiting so far.
    fn waited(&self) -> Duration {
        self.waiting.total() + self.asked
    }

    /// Ends training; where it is to be resumed, with a checkpoint of where it stands.
    fn end(&mut self, has_checkpoint: bool) -> Flow {
        let is_new = !self.is_left;
        self.is_left = self.keeper.keeps() && self.steering.ending() == Ending::Leave;
        if self.is_left && is_new && has_checkpoint { Flow::Checkpoint } else { Flow::Stop }
    }

    /// Asks what to do about a diverged batch, and waits for a change or the end.
    fn ask(&mut self, batch: Box<DivergedBatch>) -> Flow {
        self.context.stop.hold(true);
        self.context.send(TrainingEvent::Diverged(batch));
        let start = Instant::now();
        let answer = loop {
            while self.context.stop.is_held() {
                self.context.stop.wait(|| ());
            }
            if self.context.stop.is_stopped() {
                break self.end(false);
            }
            if let Some(change) = self.steering.take() {
                break Flow::Change(change);
            }
            // It was only asked to go on, which it cannot as it is, unless a request has come meanwhile.
            self.context.stop.hold(true);
            if let Some(change) = self.steering.take() {
                self.context.stop.hold(false);
                break Flow::Change(change);
            }
        };
        self.asked += start.elapsed();
        answer
    }
}

/// Where the run of a training job goes.
#[derive(Debug, Clone)]
pub enum Keeping {
    Nowhere,
    /// Into a folder of its own.
    New(Registry),
    /// Into that of the run that is resumed.
    Again(Box<runs::Run>),
}

impl Keeping {
    /// That of an assignment: into a registry, where there is one and runs are to be kept.
    pub(in crate::app) fn of(given: &Assignment, registry: Option<&Registry>) -> Self {
        match (&given.again, registry) {
            (Some(run), _) => Self::Again(run.clone()),
            (None, Some(registry)) => Self::New(registry.clone()),
            (None, None) => Self::Nowhere,
        }
    }
}

/// Begins or resumes the run of a job, with the checkpoint that training goes on from. A folder that
/// cannot be written is reported and costs the run, not the training.
///
/// # Errors
/// Where a run cannot be resumed: why.
pub(super) fn keeper(
    context: &JobContext<TrainingEvent>,
    given: &Assignment,
    keeping: &Keeping,
) -> Result<(Keeper, Option<Arc<FitCheckpoint>>), String> {
    let (keeper, from) = match keeping {
        Keeping::Nowhere => return Ok((Keeper::default(), given.from.clone())),
        Keeping::Again(run) => {
            let resumed = run.resume(&given.recipe, &given.series.target);
            let mut resumed = resumed.map_err(|error| error.to_string())?;
            let from = resumed.from.take().map(Arc::new);
            context.send(TrainingEvent::Kept(KeptRun::of(resumed.writer.run())));
            (Keeper::resumed(resumed), from)
        }
        Keeping::New(registry) => match begin(registry, given) {
            Ok(writer) => {
                context.send(TrainingEvent::Kept(KeptRun::of(writer.run())));
                (Keeper::new(writer), given.from.clone())
            }
            Err(error) => {
                context.send(TrainingEvent::Unkept(format!("no run is kept: {error}")));
                return Ok((Keeper::default(), given.from.clone()));
            }
        },
    };
    let teller = context.clone();
    Ok((keeper.telling(move |note| teller.send(TrainingEvent::Unwritten(note))), from))
}

fn begin(registry: &Registry, given: &Assignment) -> Result<runs::RunWriter, runs::RunsError> {
    let Assignment { model, recipe, series, source, from, before, .. } = given;
    let ModelChoice::Network(cell) = model else { return Err(runs::RunsError::NoFolder) };
    let start = from.as_ref().map(|checkpoint| Start {
        run: before.run.as_ref().map(|run| run.name.as_str()),
        checkpoint,
        epochs: &before.curve,
    });
    let (data, series) = (source.data(), &series.target);
    registry.begin(&NewRun { model: cell.name(), data: &data, series, recipe, start })
}

/// Where the threads of one training wait.
pub struct Waiting<'a> {
    context: &'a JobContext<TrainingEvent>,
    account: Mutex<Account>,
}

#[derive(Default)]
struct Account {
    /// Threads that wait.
    threads: usize,
    /// When the first of them came.
    since: Option<Instant>,
    /// Time spent waiting before that.
    total: Duration,
}

impl<'a> Waiting<'a> {
    /// It does not wait yet.
    pub fn new(context: &'a JobContext<TrainingEvent>) -> Self {
        Self { context, account: Mutex::default() }
    }

    /// Time spent waiting.
    pub fn total(&self) -> Duration {
        self.account().total
    }

    /// A thread stands. Each says so: the window may have asked for another pause since the one before.
    fn come(&self) {
        let mut account = self.account();
        account.since.get_or_insert_with(Instant::now);
        account.threads += 1;
        drop(account);
        self.context.send(TrainingEvent::Waits);
    }

    fn go(&self) {
        let mut account = self.account();
        account.threads -= 1;
        if account.threads == 0 {
            let since = account.since.take();
            account.total += since.map_or(Duration::ZERO, |since| since.elapsed());
        }
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Control for Waiting<'_> {
    fn is_cancelled(&self) -> bool {
        self.context.stop.is_stopped()
    }

    /// Waits while training is held; on any thread, wherever it is.
    fn wait(&self) -> Duration {
        let mut total = Duration::ZERO;
        while self.context.stop.is_held() {
            let since = Instant::now();
            let mut waited = false;
            self.context.stop.wait(|| {
                waited = true;
                self.come();
            });
            if waited {
                self.go();
            }
            total += since.elapsed();
        }
        total
    }
}
