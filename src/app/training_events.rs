//! What a training job reports, into state: how far it is, and its end as a run on the scorecard, a
//! failure, or nothing.

use crate::evaluate::ModelReport;
use crate::series::number::duration;

use super::assignment::Assignment;
use super::event::{JobEnd, JobEvent, JobId, JobOutput};
use super::kept_epoch::named;
use super::learning::{Learning, Phase, Training};
use super::state::{AppState, Notice, Run};

impl AppState {
    /// The network that this job trains, if it is the one awaited.
    pub(super) fn learning_of(&mut self, job: JobId) -> Option<&mut Learning> {
        match &mut self.training {
            Training::Running(learning) if learning.job == job => Some(learning),
            _ => None,
        }
    }

    /// Takes in what a training job reports while it runs. Other events change nothing.
    pub(super) fn take_training_event(&mut self, job: JobId, event: JobEvent) {
        let event = match event {
            JobEvent::Unwritten(why) => {
                tracing::warn!("{why}");
                self.notice = Some(Notice::Error(why));
                return;
            }
            JobEvent::Unkept(why) => {
                if let Some(learning) = self.learning_of(job) {
                    learning.kept = None;
                }
                return self.tell_unkept(why);
            }
            event => event,
        };
        let Some(learning) = self.learning_of(job) else { return };
        match event {
            JobEvent::Kept(kept) => learning.kept = Some(kept),
            JobEvent::Batches(errors) => learning.batches.extend(errors),
            JobEvent::Scored(report) => learning.take_score(*report),
            JobEvent::Epoch(report) => learning.take_in(*report),
            JobEvent::Changed(changed) => learning.changes.push(changed),
            JobEvent::Diverged(batch) => learning.halt(batch),
            JobEvent::Refit { epoch, epochs } => learning.refit = Some((epoch, epochs)),
            JobEvent::Waits => learning.phase = learning.phase.standing(),
            _ => {}
        }
    }

    /// Takes in how training ended.
    pub(super) fn take_training_end(&mut self, end: JobEnd) {
        let Training::Running(learning) = std::mem::take(&mut self.training) else { return };
        match end {
            _ if learning.phase == Phase::Discarding => {
                self.tell("Training stopped; nothing of it was kept.".to_owned());
            }
            JobEnd::Finished(JobOutput::Trained(report))
            | JobEnd::Stopped(Some(JobOutput::Trained(report))) => {
                self.keep_run(*learning, *report);
            }
            JobEnd::Failed(message) => {
                self.notice = Some(Notice::Error(message.clone()));
                self.training = Training::Failed { learning, message };
            }
            JobEnd::Finished(_) | JobEnd::Stopped(_) => {
                self.tell(
                    "Stopped before the first batch was learned: nothing to keep.".to_owned(),
                );
            }
        }
    }

    fn keep_run(&mut self, learning: Learning, mut report: ModelReport) {
        let before = &learning.assignment.before;
        report.past.splice(0..0, before.past.iter().cloned());
        let label = if self.is_taken(&learning.label) {
            self.free_label(&learning.assignment.name)
        } else {
            learning.label.clone()
        };
        let taken = duration(report.seconds);
        self.tell(if learning.curve.is_empty() {
            format!("{label} stopped in its first epoch; its weights until then are kept")
        } else if report.stopped {
            format!("{label} stopped after {taken}; best weights kept, not refitted")
        } else {
            trained(&label, &learning, &taken)
        });
        if let Some(shortfall) = &report.shortfall {
            self.notice = Some(Notice::Error(format!("{label} was scored, but {shortfall}")));
        }
        let id = self.next_run_id();
        let Assignment { name, model, recipe, series, fingerprint, task, source, .. } =
            learning.assignment;
        let run = Run {
            id,
            model,
            name,
            label: String::new(),
            report,
            recipe,
            task,
            series,
            fingerprint,
            source,
            kept: learning.kept,
            curve: learning.curve,
            film: learning.film,
            changes: learning.changes,
            visible: true,
            visible_is_chosen: false,
        };
        self.runs.push(named(run, label));
    }

    /// `lstm`, then `lstm 2`, `lstm 3`: never a label that is on the list, or will be of what learns.
    pub fn free_label(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name} {number}"));
        std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|label| !self.is_taken(label))
            .unwrap_or_default()
    }

    fn is_taken(&self, label: &str) -> bool {
        let learns = self.learning().is_some_and(|learning| learning.label == label);
        learns || self.runs.iter().any(|run| run.label == label)
    }
}

/// That a network has been trained: `LSTM trained in 38 ms: 50 epochs, best 48`.
fn trained(label: &str, learning: &Learning, taken: &str) -> String {
    let name = learning.assignment.model.to_string();
    let for_people = match label.strip_prefix(&name) {
        Some(number) => name.to_uppercase() + number,
        None => label.to_owned(),
    };
    let epochs = match learning.curve.len() {
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    let best = learning.curve.iter().rev().find(|point| point.improved);
    let best = best.map_or_else(String::new, |point| format!(", best {}", point.epoch));
    format!("{for_people} trained in {taken}: {epochs}{best}")
}
