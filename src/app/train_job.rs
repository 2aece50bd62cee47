//! What a training job does in its thread: it trains, tells, and listens once a batch.

use std::time::{Duration, Instant};

use crate::evaluate::ModelReport;
use crate::forecast::{FitEvent, Flow, ForecastError};
use crate::train::{Change, Changed, Exact};

use super::assignment::Assignment;
use super::event::{BatchProgress, JobEnd, JobEvent, JobOutput};
use super::jobs::JobContext;
use super::steering::Steering;
use super::work::Outcome;

/// Trains one network, reporting as it goes.
pub fn train(context: &JobContext, given: &Assignment, steering: &Steering) -> Outcome {
    let Assignment { model, recipe, series, task, .. } = given;
    let forecaster = recipe.forecaster(*model, series);
    let mut listener = Listener { context, steering, waited: Duration::ZERO };
    let report =
        match ModelReport::make(&*forecaster, series, task, &mut |event| listener.hear(event)) {
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
}

impl Listener<'_> {
    fn hear(&mut self, event: FitEvent) -> Flow {
        let (epoch, batch) = match event {
            FitEvent::Batch { epoch, batch, batches } => {
                self.context.set_progress(BatchProgress { epoch, batch, batches });
                (epoch, batch)
            }
            FitEvent::Epoch(report) => {
                let next = report.epoch + 1;
                self.context.send(JobEvent::Epoch(Box::new(report)));
                (next, 0)
            }
        };
        self.wait();
        if self.context.stop.is_stopped() {
            return Flow::Stop;
        }
        match self.steering.take() {
            Some(change) => {
                self.context.send(JobEvent::Changed(changed(change, epoch, batch)));
                Flow::Change(change)
            }
            None => Flow::Continue,
        }
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

/// A change with the moment it was made at.
fn changed(change: Change, epoch: usize, batch: usize) -> Changed {
    let Change { learning_rate, gradient_clip, batch_size } = change;
    let [learning_rate, gradient_clip] =
        [learning_rate, gradient_clip].map(|value| value.map(Exact));
    Changed { epoch, batch, learning_rate, gradient_clip, batch_size }
}
