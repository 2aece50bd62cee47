//! An earlier epoch of a run made a run of its own: the forecast of its weights, scored.

use std::sync::Arc;

use crate::evaluate::{Metrics, ModelReport};
use crate::forecast::Forecast;

use super::event::{JobEnd, JobOutput};
use super::film::Frame;
use super::state::{AppState, Run, RunId};
use super::workbench::Workbench;

impl Workbench {
    /// Puts the forecast of an epoch on the scorecard beside that of the best.
    pub(super) fn keep_epoch(&mut self, id: RunId, epoch: usize) {
        let Some(run) = self.state.run(id).filter(|run| run.film.place(epoch).is_some()) else {
            return;
        };
        let run = run.clone();
        // Scaling an error takes a pass over the series.
        let job = self.jobs.start("keep epoch", move |_| {
            Ok(JobEnd::Finished(JobOutput::Epoch(Box::new(of_epoch(run, epoch)))))
        });
        self.state.keep_jobs.push(job);
    }
}

impl AppState {
    /// Puts a run made of an epoch on the list.
    pub(super) fn take_epoch(&mut self, run: Run) {
        let label = self.free_label(&run.label);
        let id = self.next_run_id();
        self.tell(format!("{label} forecasts with the weights of its last epoch"));
        self.runs.push(Run { id, ..named(run, label) });
    }
}

/// A run under another label.
pub(super) fn named(mut run: Run, label: String) -> Run {
    run.report.name.clone_from(&label);
    run.report.holdout.model.clone_from(&label);
    run.report.future.model.clone_from(&label);
    Run { label, ..run }
}

/// The run as if it had ended with the weights of an epoch.
fn of_epoch(run: Run, epoch: usize) -> Run {
    let frame = run.film.place(epoch).and_then(|place| run.film.frames().get(place)).cloned();
    let Some(Frame { epoch, forecast, .. }) = frame else { return run };
    let task = &run.task;
    let modelled = task.modelled(&run.series);
    let held_out = task.split.holdout(task.horizon);
    let (in_sample, rest) = modelled.values.split_at(held_out.start.min(modelled.len()));
    let actual = rest.iter().copied().take(held_out.len());
    let pairs = actual.zip(forecast.holdout.iter().copied());
    let placed = |first_row, values| Forecast::new(&run.series, &run.label, first_row, values);
    let report = ModelReport {
        metrics: Metrics::score(pairs, in_sample, task.season_length),
        holdout: placed(held_out.start, forecast.holdout.clone()),
        future: placed(run.series.len(), forecast.future.clone()),
        ..run.report.clone()
    };
    let until = run.curve.partition_point(|point| point.epoch <= epoch);
    let changes = run.changes.iter().filter(|change| change.epoch <= epoch).copied().collect();
    Run {
        label: format!("{} epoch {epoch}", run.label),
        report,
        curve: run.curve[..until].to_vec(),
        film: run.film.until(epoch),
        changes,
        series: Arc::clone(&run.series),
        ..run
    }
}
