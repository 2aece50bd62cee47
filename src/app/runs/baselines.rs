//! Baselines of the open series on the list of runs: put in place, taken off, still missing.

use std::sync::Arc;

use crate::app::document::Document;
use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, Task};
use crate::forecast::Model;
use crate::project::Recipe;

use super::film::Film;
use super::run::Run;
use super::state::RunsState;

impl RunsState {
    /// Puts a baseline of the open series, computed for a task by a recipe, in the place of an earlier
    /// run of the same model.
    pub(in crate::app) fn take_baseline(
        &mut self,
        report: ModelReport,
        document: &Document,
        (task, recipe): (&Task, &Recipe),
    ) {
        let Ok(model) = report.name.parse::<Model>() else { return };
        let before = self.list.iter().find(|run| run.model == model && run.visible_is_chosen);
        let chosen = before.map(|run| run.visible);
        self.list.retain(|run| run.model != model);
        let label = report.name.clone();
        let make = |id| Run {
            id,
            model,
            name: report.name.clone(),
            label: report.name.clone(),
            report,
            recipe: recipe.clone(),
            task: task.clone(),
            series: Arc::clone(&document.data.with_covariates),
            fingerprint: document.data.fingerprint,
            source: document.source.clone(),
            kept: None,
            curve: Vec::new(),
            film: Film::default(),
            changes: Vec::new(),
            visible: chosen.unwrap_or_else(|| is_drawn_at_first(model)),
            visible_is_chosen: chosen.is_some(),
        };
        self.add(make, label);
    }

    /// Takes off the baselines that are not among these.
    pub(in crate::app) fn keep_baselines(&mut self, wanted: &[Baseline]) {
        self.list.retain(|run| match run.model {
            Model::Network(_) => true,
            Model::Baseline(baseline) => wanted.contains(&baseline),
        });
    }

    /// The baselines of the recipe that have not been computed for the open series and task.
    pub(in crate::app) fn missing_baselines(
        &self,
        document: &Document,
        recipe: &Recipe,
    ) -> Vec<Baseline> {
        let set = &recipe.baselines;
        let is_there = |baseline: Baseline| {
            let mut runs = self.list.iter().filter(|run| run.model == Model::Baseline(baseline));
            runs.any(|run| {
                run.recipe.baselines.season_length == set.season_length
                    && run.fingerprint == document.data.fingerprint
                    && run.task == document.derived.task
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
