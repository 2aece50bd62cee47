//! What a training job does in its thread: it trains, tells, and listens once a batch; to a stop also
//! in the middle of one.

use std::time::{Duration, Instant};

use crate::evaluate::ModelReport;
use crate::forecast::{DivergedBatch, FitEvent, Flow, ForecastError, heeding};
use crate::train::{Change, Changed, Exact};

use super::assignment::Assignment;
use super::event::{BatchProgress, JobEnd, JobEvent, JobOutput};
use super::jobs::JobContext;
use super::steering::Steering;
use super::work::Outcome;

/// Trains one network, reporting as it goes.
pub fn train(context: &JobContext, given: &Assignment, steering: &Steering) -> Outcome {
    let Assignment { model, recipe, series, task, from, .. } = given;
    let forecaster = recipe.forecaster(*model, series);
    let mut listener = Listener {
        context,
        steering,
        waited: Duration::ZERO,
        place: (1, 0),
        is_ensemble: recipe.train.ensemble > 1,
        refitted: None,
    };
    let mut listen = |event| listener.hear(event);
    let report = heeding(&|| context.stop.is_stopped(), || match from {
        None => ModelReport::make(&*forecaster, series, task, &mut listen),
        Some(from) => ModelReport::resume(&*forecaster, series, task, from, &mut listen),
    });
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
    /// Epoch in progress and batches done in it.
    place: (usize, usize),
    /// Several networks, which change together before their next epoch.
    is_ensemble: bool,
    /// Network and epochs that were last told of a refit.
    refitted: Option<(usize, usize)>,
}

impl Listener<'_> {
    fn hear(&mut self, event: FitEvent) -> Flow {
        match event {
            FitEvent::Batch { epoch, batch, batches } => {
                self.context.set_progress(BatchProgress { epoch, batch, batches });
                self.place = (epoch, batch);
            }
            FitEvent::Epoch(report) => {
                self.place = (report.epoch + 1, 0);
                self.context.send(JobEvent::Epoch(Box::new(report)));
            }
            FitEvent::Refit { member, epoch, epochs } => {
                if self.refitted.replace((member, epoch)) != Some((member, epoch)) {
                    self.context.send(JobEvent::Refit { epoch, epochs });
                }
            }
            FitEvent::Diverged(batch) => return self.ask(batch),
            FitEvent::Checkpoint(_) => {}
        }
        self.wait();
        if self.context.stop.is_stopped() {
            return Flow::Stop;
        }
        self.steering.take().map_or(Flow::Continue, |change| self.change(change))
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
                break self.change(change);
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

    fn change(&self, change: Change) -> Flow {
        let Change { learning_rate, gradient_clip, batch_size } = change;
        let (epoch, batch) = match self.place {
            (epoch, batch) if self.is_ensemble && batch > 0 => (epoch + 1, 0),
            place => place,
        };
        let [rate, clip] = [learning_rate, gradient_clip].map(|value| value.map(Exact));
        let changed =
            Changed { epoch, batch, learning_rate: rate, gradient_clip: clip, batch_size };
        self.context.send(JobEvent::Changed(changed));
        Flow::Change(change)
    }
}
