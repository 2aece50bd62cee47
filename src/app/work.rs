//! What each job does in its thread, on an owned snapshot of what it needs.

use std::path::PathBuf;
use std::sync::Arc;

use crate::evaluate::{ModelReport, Task};
use crate::export::write_forecast_csv;
use crate::forecast::{FitEvent, Flow, Forecast, ForecastError, Model};
use crate::import::{ImportConfig, Reading, Sample, read_file};
use crate::project::Recipe;
use crate::series::Series;

use super::event::{BatchProgress, JobEnd, JobEvent, JobOutput};
use super::jobs::JobContext;
use super::prepared::Prepared;

/// What is opened.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file of the person's.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

/// A work result: how the job ended, or why it failed.
pub type Outcome = Result<JobEnd, String>;

/// Reads a file or a sample.
pub fn open(context: &JobContext, source: &Source) -> Outcome {
    let reading = match source {
        Source::File(path) => read_file(path, &ImportConfig::default()),
        Source::Sample(sample) => sample.read(),
    }
    .map_err(|error| error.to_string())?;
    let prepared = Box::new(Prepared::new(reading));
    Ok(JobEnd::of(JobOutput::Opened(prepared), &context.stop))
}

/// Makes another series of an open file ready.
pub fn choose(context: &JobContext, reading: Reading, name: &str) -> Outcome {
    let reading = reading.with_target(name).map_err(|error| error.to_string())?;
    Ok(JobEnd::of(JobOutput::Chosen(Box::new(Prepared::new(reading))), &context.stop))
}

/// Runs every baseline.
pub fn baselines(context: &JobContext, series: &Series, recipe: &Recipe, task: &Task) -> Outcome {
    let mut reports = Vec::new();
    let mut baselines = recipe.baselines.models.clone();
    baselines.sort_by_key(|baseline| baseline.cost());
    for model in baselines.into_iter().map(Model::Baseline) {
        if context.stop.is_stopped() {
            return Ok(JobEnd::Stopped(None));
        }
        let forecaster = recipe.forecaster(model, series);
        let report = ModelReport::make(&*forecaster, series, task, &mut |_| Flow::Continue);
        reports.push(report.map_err(|error| error.to_string())?);
    }
    Ok(JobEnd::Finished(JobOutput::Baselines(reports)))
}

/// Trains one network, reporting as it goes.
pub fn train(
    context: &JobContext,
    model: Model,
    series: &Arc<Series>,
    recipe: &Recipe,
    task: &Task,
) -> Outcome {
    let forecaster = recipe.forecaster(model, series);
    let mut listen = |event| {
        match event {
            FitEvent::Batch { epoch, batch, batches } => {
                context.set_progress(BatchProgress { epoch, batch, batches });
            }
            FitEvent::Epoch(report) => context.send(JobEvent::Epoch(Box::new(report))),
        }
        if context.stop.is_stopped() { Flow::Stop } else { Flow::Continue }
    };
    let report = match ModelReport::make(&*forecaster, series, task, &mut listen) {
        Err(ForecastError::StoppedEarly) => return Ok(JobEnd::Stopped(None)),
        report => report.map_err(|error| error.to_string())?,
    };
    let stopped = report.stopped;
    let output = JobOutput::Trained(Box::new(report));
    Ok(if stopped { JobEnd::Stopped(Some(output)) } else { JobEnd::Finished(output) })
}

/// Writes forecasts to a file.
pub fn export(path: PathBuf, forecasts: &[Forecast]) -> Outcome {
    write_forecast_csv(&path, forecasts).map_err(|error| error.to_string())?;
    Ok(JobEnd::Finished(JobOutput::Written(path)))
}
