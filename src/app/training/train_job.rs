//! What a training job does in its thread: it trains, tells, keeps its run and listens once a batch; to
//! a stop and a pause also in the middle of one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::jobs::{JobContext, JobEnd, Latest, Outcome};
use crate::cancellation::{Cancellation, Control};
use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, Effort, FitEvent, Fits, Flow, ForecastError};
use crate::project::runs::Keeper;

use super::assignment::Assignment;
use super::keeping::{Keeping, keeper};
use super::message::TrainingEvent;
use super::meter::{BatchDone, Meter};
use super::progress::BatchProgress;
use super::steering::{Ending, Steering};
use super::waiting::Waiting;

/// What a training is given: its way to tell how it goes.
type Context = JobContext<TrainingEvent>;

/// Trains one network, reporting as it goes; where it stands inside an epoch goes to `progress`.
pub(super) fn train(
    context: &Context,
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
    context: &'a Context,
    progress: &'a Latest<BatchProgress>,
    waiting: &'a Waiting<'a>,
    steering: &'a Steering,
    keeper: Keeper,
    /// Whether one network is trained, which has a checkpoint between any two batches.
    is_one: bool,
    /// Whether training ends to be taken up again.
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
            // What is wished for meanwhile is heard after the next batch.
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

    /// Ends training; where it is to be taken up again, with a checkpoint of where it stands.
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
            // It was only told to go on, which it cannot as it is, unless a wish has come meanwhile.
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
