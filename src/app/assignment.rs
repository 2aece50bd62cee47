//! What a training job is given to do: all that it needs, so that no setting edited and no file
//! opened meanwhile reaches it.

use std::sync::Arc;

use crate::evaluate::Task;
use crate::forecast::{FitCheckpoint, Model};
use crate::project::Recipe;
use crate::series::Series;
use crate::train::Way;

use super::state::{Document, Run};

/// A network to train.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// What its run will be called, before runs of one name are numbered.
    pub name: String,
    /// The network.
    pub model: Model,
    /// The settings.
    pub recipe: Recipe,
    /// What it learns.
    pub series: Arc<Series>,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// Parts, horizon and season.
    pub task: Task,
    /// Where an earlier run was, to go on from there.
    pub from: Option<Arc<FitCheckpoint>>,
}

impl Assignment {
    /// The network of a recipe on the open series.
    pub fn new(document: &Document, recipe: &Recipe) -> Self {
        let model = Model::Network(recipe.model.cell);
        Self {
            name: model.to_string(),
            model,
            recipe: recipe.clone(),
            series: Arc::clone(&document.series),
            fingerprint: document.fingerprint,
            task: document.task.clone(),
            from: None,
        }
    }

    /// The network of a run trained further for so many epochs, from the last epoch up to `epoch` that
    /// it can be taken up at; `None` where there is none.
    pub fn further(run: &Run, epoch: usize, more: usize) -> Option<Self> {
        let from = run.checkpoint(epoch)?;
        let last = run.curve.last().map_or(0, |point| point.epoch);
        let done = from.state.epochs_done();
        let mut recipe = run.recipe.clone();
        // From the end, `more` are more than it had; an earlier epoch has as many after itself.
        let wanted = if epoch >= last { last } else { done };
        recipe.train.epochs = wanted.saturating_add(more);
        let name =
            if epoch >= last { run.label.clone() } else { format!("{} from {done}", run.label) };
        // What was waited in vain is behind it, or it would end at once.
        recipe.train.patience = recipe.train.patience.saturating_add(more).min(recipe.train.epochs);
        Some(Self {
            name,
            model: run.model,
            recipe,
            series: Arc::clone(&run.series),
            fingerprint: run.fingerprint,
            task: run.task.clone(),
            from: Some(from),
        })
    }

    /// Epochs that are done before it begins.
    pub fn epochs_done(&self) -> usize {
        self.from.as_ref().map_or(0, |from| from.state.epochs_done())
    }

    /// The same trained both ways, each named by its own: one seed, as many passes over the same rows,
    /// and every other setting as it stands. Which rows forecast, where it is left to the way, is each
    /// way's own.
    pub fn both_ways(document: &Document, recipe: &Recipe) -> [Self; 2] {
        Way::ALL.map(|way| {
            let mut recipe = recipe.clone();
            recipe.train.way = way;
            let assignment = Self::new(document, &recipe);
            Self { name: format!("{} {}", assignment.name, way.name()), ..assignment }
        })
    }
}
