//! What a training job does in its thread: it trains, tells, and listens once a batch.

use std::time::{Duration, Instant};

use crate::evaluate::ModelReport;
use crate::forecast::{FitEvent, Flow, ForecastError};

use super::assignment::Assignment;
use super::event::{BatchProgress, JobEnd, JobEvent, JobOutput};
use super::jobs::JobContext;
use super::work::Outcome;

/// Trains one network, reporting as it goes.
pub fn train(context: &JobContext, given: &Assignment) -> Outcome {
    let Assignment { model, recipe, series, task, .. } = given;
    let forecaster = recipe.forecaster(*model, series);
    let mut listener = Listener::new(context);
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

/// Answers the engine. A pause is a wait inside the answer, so the engine knows nothing of it; its
/// clocks stand still meanwhile.
struct Listener<'a> {
    context: &'a JobContext,
    /// Time spent waiting.
    waited: Duration,
}

impl<'a> Listener<'a> {
    const fn new(context: &'a JobContext) -> Self {
        Self { context, waited: Duration::ZERO }
    }

    fn hear(&mut self, event: FitEvent) -> Flow {
        match event {
            FitEvent::Batch { epoch, batch, batches } => {
                self.context.set_progress(BatchProgress { epoch, batch, batches });
            }
            FitEvent::Epoch(report) => self.context.send(JobEvent::Epoch(Box::new(report))),
            FitEvent::Refit { .. } | FitEvent::Diverged(_) | FitEvent::Checkpoint(_) => {}
        }
        self.wait();
        if self.context.stop.is_stopped() { Flow::Stop } else { Flow::Continue }
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
