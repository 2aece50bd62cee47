//! What a training job does in its thread: it trains, tells, and listens once a batch.

use std::time::{Duration, Instant};

use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, FitEvent, Flow, ForecastError};

use super::assignment::Assignment;
use super::event::{BatchProgress, JobEnd, JobEvent, JobOutput};
use super::jobs::JobContext;
use super::steering::Steering;
use super::work::Outcome;

/// Trains one network, reporting as it goes.
pub fn train(context: &JobContext, given: &Assignment, steering: &Steering) -> Outcome {
    let Assignment { model, recipe, series, task, from, .. } = given;
    let forecaster = recipe.forecaster(*model, series);
    let mut listener = Listener { context, steering, waited: Duration::ZERO, refitted: None };
    let mut listen = |event| listener.hear(event);
    let report = match from {
        None => ModelReport::make(&*forecaster, series, task, &mut listen),
        Some(from) => ModelReport::resume(&*forecaster, series, task, from, &mut listen),
    };
    let report = match report {
        Err(ForecastError::StoppedEarly) => return Ok(JobEnd::Stopped(None)),
        report => report.map_err(|error| error.to_string())?,
    };
    let stopped = report.stopped;
    let report = ModelReport { seconds: report.seconds - listener.waited.as_secs_f64(), ..report };
    let output = JobOutput::Trained(Box::new(report));
    Ok(if stopped { JobEnd::Stopped(Some(output)) } else { JobEnd::Finished(output) })
}

/// Answers the engine. A pause is a wait inside the answer, so the engine knows nothing of it.
struct Listener<'a> {
    context: &'a JobContext,
    steering: &'a Steering,
    /// Time spent waiting.
    waited: Duration,
    /// Network and epochs that were last told of a refit.
    refitted: Option<(usize, usize)>,
}

impl Listener<'_> {
    fn hear(&mut self, event: FitEvent) -> Flow {
        match event {
            FitEvent::Batch { epoch, batch, batches } => {
                self.context.set_progress(BatchProgress { epoch, batch, batches });
            }
            FitEvent::Epoch(report) => {
                self.context.send(JobEvent::Epoch(Box::new(report)));
            }
            FitEvent::Refit { member, epoch, epochs } => {
                if self.refitted.replace((member, epoch)) != Some((member, epoch)) {
                    self.context.send(JobEvent::Refit { epoch, epochs });
                }
            }
            FitEvent::Diverged(batch) => return self.ask(batch),
            // What is wished for meanwhile is heard after the next batch.
            FitEvent::Changed(change) => {
                self.context.send(JobEvent::Changed(change.changed));
                return Flow::Continue;
            }
            FitEvent::Checkpoint(_) => return Flow::Continue,
        }
        self.wait();
        if self.context.stop.is_stopped() {
            return Flow::Stop;
        }
        self.steering.take().map_or(Flow::Continue, Flow::Change)
    }

    /// Asks what to do about a batch that gave no number, and waits for a change or the end.
    fn ask(&mut self, batch: Box<DivergedBatch>) -> Flow {
        self.context.stop.hold(true);
        self.context.send(JobEvent::Diverged(batch));
        let start = Instant::now();
        let answer = loop {
            self.context.stop.wait();
            if self.context.stop.is_stopped() {
                break Flow::Stop;
            }
            if let Some(change) = self.steering.take() {
                break Flow::Change(change);
            }
            // It was only told to go on, which it cannot as it is.
            self.context.stop.hold(true);
        };
        self.waited += start.elapsed();
        answer
    }

    /// Waits while training is held.
    fn wait(&mut self) {
        if !self.context.stop.is_held() {
            return;
        }
        let start = Instant::now();
        self.context.send(JobEvent::Waits(true));
        self.context.stop.wait();
        self.context.send(JobEvent::Waits(false));
        self.waited += start.elapsed();
    }
}
