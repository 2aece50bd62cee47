//! A network that has been trained, on its way to the list of runs.

use crate::app::command::{Notice, say_done, say_error};
use crate::app::runs::{RunsState, ScoredRun};
use crate::evaluate::ModelReport;
use crate::series::number::duration;

use super::assignment::Assignment;
use super::learning::Learning;

/// A network that has been trained.
#[derive(Debug)]
pub struct Trained {
    pub learning: Learning,
    /// What it forecasts, and its errors.
    pub report: ModelReport,
}

/// What a message changed for others.
#[derive(Debug)]
pub enum TrainingNews {
    Nothing,
    /// This network is to be trained now.
    Begin(Box<Assignment>),
    /// A network has ended, with its result where it has one: the next may begin.
    Ended(Option<Box<Trained>>),
}

impl Trained {
    /// Puts it on the list of runs, and says so.
    pub(in crate::app) fn put_on(self, runs: &mut RunsState, notice: &mut Option<Notice>) {
        let Self { learning, mut report } = self;
        let before = &learning.assignment.before;
        report.past.splice(0..0, before.past.iter().cloned());
        let label = if runs.has_label(&learning.label) {
            runs.free_label(&learning.assignment.name, None)
        } else {
            learning.label.clone()
        };
        say_done(notice, done_line(&label, &learning, &report));
        if let Some(shortfall) = &report.shortfall {
            say_error(notice, format!("{label} was scored, but {shortfall}"));
        }
        let Learning { kept, curve, past_forecasts, changes, assignment, .. } = learning;
        let Assignment { name, model, recipe, series, fingerprint, task, source, .. } = assignment;
        let make = |id| ScoredRun {
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
            kept,
            curve,
            past_forecasts,
            changes,
            visible: true,
            visible_is_chosen: false,
        };
        runs.add(make, label);
    }
}

/// What is said of it: `LSTM trained in 38 ms: 50 epochs, best 48`.
fn done_line(label: &str, learning: &Learning, report: &ModelReport) -> String {
    let taken = duration(report.seconds);
    if learning.curve.is_empty() {
        return format!("{label} stopped in its first epoch; its weights until then are kept");
    }
    if report.stopped {
        return format!("{label} stopped after {taken}; best weights kept, not refitted");
    }
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
