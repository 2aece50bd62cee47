//! What follows from a series and a recipe: parts, windows, checks, seasons to choose among.
//!
//! Not for when it is made again, which is `follow`.

use crate::evaluate::Task;
use crate::nn::Summary;
use crate::project::{Feed, Problem, Recipe, SeasonChoices};
use crate::series::Series;
use crate::window::WindowCounts;

use super::reading_setting::without_target;

/// What follows from a series and a recipe. All of it takes passes over the values, so that a job makes
/// it where there are many.
#[derive(Debug)]
pub struct Derived {
    /// The recipe that it follows from, without the target: its name decides nothing here.
    of: Recipe,
    /// Parts, horizon and season.
    pub task: Task,
    /// Windows in each part.
    pub windows: WindowCounts,
    /// What a network is fed in training and validation.
    pub feed: Feed,
    /// What stands in the way of training.
    pub problems: Vec<Problem>,
    /// The seasons to choose among.
    pub seasons: SeasonChoices,
    /// What to say of the season length, where another suits the values better.
    pub season_advice: Option<Problem>,
    /// What the network is made of, where one can be made.
    pub summary: Option<Summary>,
}

impl Derived {
    /// What follows from a series, the same as networks see it, and a recipe.
    pub fn new(series: &Series, modelled: &Series, recipe: &Recipe) -> Self {
        let seasons = recipe.season_choices(series);
        Self {
            of: untargeted(recipe),
            task: recipe.task(series),
            windows: recipe.window_counts(modelled),
            feed: recipe.feed(modelled),
            problems: recipe.check(modelled),
            season_advice: recipe.season_advice(series, &seasons),
            seasons,
            summary: recipe.summary(modelled),
        }
    }

    /// The recipe that it follows from, without the name of the target.
    pub fn recipe(&self) -> &Recipe {
        &self.of
    }

    /// Whether it follows from this recipe.
    pub fn is_of(&self, recipe: &Recipe) -> bool {
        self.of == untargeted(recipe)
    }
}

/// A recipe without the name of its target.
pub(super) fn untargeted(recipe: &Recipe) -> Recipe {
    Recipe { import: without_target(&recipe.import), ..recipe.clone() }
}
