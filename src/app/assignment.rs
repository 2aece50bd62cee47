//! What a training job is given to do: all that it needs, so that no setting edited and no file
//! opened meanwhile reaches it.

use std::sync::Arc;

use crate::evaluate::Task;
use crate::forecast::Model;
use crate::project::Recipe;
use crate::series::Series;
use crate::train::Way;

use super::state::Document;

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
        }
    }

    /// The same trained both ways, each named by its own.
    pub fn both_ways(document: &Document, recipe: &Recipe) -> [Self; 2] {
        Way::ALL.map(|way| {
            let mut recipe = recipe.clone();
            recipe.train.way = way;
            let assignment = Self::new(document, &recipe);
            let way = match way {
                Way::Stateless => "stateless",
                Way::Stateful => "stateful",
            };
            Self { name: format!("{} {way}", assignment.name), ..assignment }
        })
    }
}
