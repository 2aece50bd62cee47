//! An earlier epoch of a run made a run of its own: the forecast of its weights, scored.

use std::sync::Arc;

use crate::evaluate::{Members, Metrics, ModelReport};
use crate::forecast::{FitCheckpoint, Forecast};
use crate::train::Changed;

use super::event::{JobEnd, JobOutput};
use super::film::{Film, Frame};
use super::learning::CurvePoint;
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
        self.state.side_jobs.push(job);
    }
}

impl AppState {
    /// Puts a run made of an epoch on the list.
    pub(super) fn take_epoch(&mut self, run: Run) {
        let label = self.free_label(&run.name);
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
    let past = run.report.past.iter().filter(|past| past.epoch <= epoch).cloned().collect();
    let report = ModelReport {
        past,
        members: Members::default(),
        refitted: false,
        shortfall: None,
        metrics: Metrics::score(pairs, in_sample, task.season_length),
        holdout: placed(held_out.start, forecast.holdout.clone()),
        future: placed(run.series.len(), forecast.future.clone()),
        ..run.report.clone()
    };
    let (curve, film, changes) = run.until(epoch);
    let name = format!("{} epoch {epoch}", run.label);
    Run { label: name.clone(), name, report, curve, film, changes, ..run }
}

impl Run {
    /// The curve, the film and the changes until an epoch, as if nothing had come after it.
    pub(super) fn until(&self, epoch: usize) -> (Vec<CurvePoint>, Film, Vec<Changed>) {
        let until = self.curve.partition_point(|point| point.epoch <= epoch);
        let changes = self.changes.iter().filter(|change| change.epoch <= epoch);
        (self.curve[..until].to_vec(), self.film.until(epoch), changes.copied().collect())
    }

    /// Where the run was after the last epoch up to this one that it can be taken up at.
    pub fn checkpoint(&self, epoch: usize) -> Option<Arc<FitCheckpoint>> {
        let past = self.report.past.iter().rev().find(|past| past.epoch <= epoch)?;
        Some(Arc::clone(&past.checkpoint))
    }
}
