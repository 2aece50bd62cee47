//! Baselines of the present series on the list of runs: put in place, taken off, still missing.

use std::sync::Arc;

use crate::baseline::Baseline;
use crate::evaluate::ModelReport;
use crate::forecast::Model;

use super::film::Film;
use super::state::{AppState, Run};

impl AppState {
    /// Puts a baseline of the present series in the place of an earlier run of the same model.
    pub(super) fn take_baseline(&mut self, report: ModelReport) {
        let Some(document) = &self.document else { return };
        let (series, task) = (Arc::clone(&document.data.series), document.task.clone());
        let (fingerprint, source) = (document.data.fingerprint, document.source.clone());
        let Ok(model) = report.name.parse::<Model>() else { return };
        let before = self.runs.iter().find(|run| run.model == model && run.visible_is_chosen);
        let chosen = before.map(|run| run.visible);
        self.runs.retain(|run| run.model != model);
        let id = self.next_run_id();
        self.runs.push(Run {
            id,
            model,
            name: report.name.clone(),
            label: report.name.clone(),
            report,
            recipe: self.recipe.clone(),
            task,
            series,
            fingerprint,
            source,
            kept: None,
            curve: Vec::new(),
            film: Film::default(),
            changes: Vec::new(),
            visible: chosen.unwrap_or_else(|| is_drawn_at_first(model)),
            visible_is_chosen: chosen.is_some(),
        });
    }

    /// Takes off the baselines that the recipe no longer asks for.
    pub(super) fn drop_other_baselines(&mut self) {
        let wanted = &self.recipe.baselines.models;
        self.runs.retain(|run| match run.model {
            Model::Network(_) => true,
            Model::Baseline(baseline) => wanted.contains(&baseline),
        });
    }

    /// Draws the best model of the scorecard, unless a person wants it otherwise.
    pub(super) fn draw_best(&mut self) {
        let best = self.scorecard().first().map(|run| run.id);
        if let Some(run) = self.runs.iter_mut().find(|run| Some(run.id) == best) {
            run.visible |= !run.visible_is_chosen;
        }
    }

    /// The baselines of the recipe that have not been computed for the present series and task.
    pub(super) fn missing_baselines(&self) -> Vec<Baseline> {
        let set = &self.recipe.baselines;
        let is_there = |baseline: Baseline| {
            let mut runs = self.runs.iter().filter(|run| run.model == Model::Baseline(baseline));
            runs.any(|run| {
                let document = self.document.as_ref();
                run.recipe.baselines.season_length == set.season_length
                    && document.is_some_and(|document| {
                        run.fingerprint == document.data.fingerprint && run.task == document.task
                    })
            })
        };
        set.models.iter().copied().filter(|&baseline| !is_there(baseline)).collect()
    }
}

/// Whether a model is drawn before anything is said.
const fn is_drawn_at_first(model: Model) -> bool {
    match model {
        Model::Network(_) => true,
        Model::Baseline(baseline) => baseline.card().drawn_unasked,
    }
}
