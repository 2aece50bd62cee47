//! Training from outside: begun, held, ended.

use std::sync::Arc;

use crate::forecast::Model;

use super::film::Film;
use super::learning::{Learning, Phase, Training};
use super::train_job;
use super::workbench::Workbench;

impl Workbench {
    /// Trains the network of the recipe.
    pub(super) fn train(&mut self) {
        let (None, Some(document)) = (self.state.train_blocker(), &self.state.document) else {
            return;
        };
        let (series, task) = (Arc::clone(&document.series), document.task.clone());
        let fingerprint = document.fingerprint;
        let recipe = self.state.recipe.clone();
        let model = Model::Network(recipe.model.cell);
        self.jobs.clear_progress();
        let job = {
            let (series, recipe, task) = (Arc::clone(&series), recipe.clone(), task.clone());
            self.jobs.start("train", move |context| {
                train_job::train(context, model, &series, &recipe, &task)
            })
        };
        self.state.notice = None;
        self.state.training = Training::Running(Box::new(Learning {
            job,
            model,
            recipe,
            series,
            fingerprint,
            task,
            curve: Vec::new(),
            film: Film::default(),
            windows_per_second: 0.0,
            seconds_left: f64::INFINITY,
            phase: Phase::Learns,
        }));
    }

    /// Lets training wait, or go on.
    pub(super) fn hold_training(&mut self, wait: bool) {
        let Training::Running(learning) = &mut self.state.training else { return };
        learning.phase = match (learning.phase, wait) {
            (Phase::Learns, true) => Phase::Pausing,
            (Phase::Pausing | Phase::Paused, false) => Phase::Learns,
            _ => return,
        };
        self.jobs.hold(learning.job, wait);
    }

    /// Ends training in this way; one that waits ends too.
    pub(super) fn end_training(&mut self, phase: Phase) {
        if let Training::Running(learning) = &mut self.state.training {
            learning.phase = phase;
            self.jobs.stop(learning.job);
        }
    }
}
