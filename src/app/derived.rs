//! What follows from a series and a recipe, made in the job that reads the series.
//!
//! Not for where it is kept, which is `document`.

use crate::evaluate::Task;
use crate::import::ImportConfig;
use crate::nn::Summary;
use crate::project::{Feed, Problem, Recipe, SeasonChoices};
use crate::window::WindowCounts;

use super::prepared::Prepared;
use super::reading_setting::without_target;

/// The settings that a series suggests, and what follows from the series and a recipe. All of it takes
/// passes over the values, so that a job makes it and no frame waits.
#[derive(Debug)]
pub struct Derived {
    /// The settings that the series suggests.
    pub usual: Recipe,
    /// The recipe that the rest follows from.
    of: Recipe,
    pub(super) task: Task,
    pub(super) windows: WindowCounts,
    pub(super) feed: Feed,
    pub(super) problems: Vec<Problem>,
    pub(super) seasons: SeasonChoices,
    pub(super) season_advice: Option<Problem>,
    pub(super) summary: Option<Summary>,
}

impl Derived {
    /// What follows from a recipe; from the settings that the series suggests where none is given.
    pub fn new(data: &Prepared, import: &ImportConfig, recipe: Option<Recipe>) -> Self {
        let usual = Recipe::for_series_read_by(&data.series, import.clone());
        let of = recipe.unwrap_or_else(|| usual.clone());
        Self::of(data, of, usual)
    }

    fn of(data: &Prepared, of: Recipe, usual: Recipe) -> Self {
        let modelled = &data.modelled;
        let seasons = of.season_choices(&data.series);
        Self {
            task: of.task(&data.series),
            windows: of.window_counts(modelled),
            feed: of.feed(modelled),
            problems: of.check(modelled),
            season_advice: of.season_advice(&data.series, &seasons),
            seasons,
            summary: of.summary(modelled),
            of,
            usual,
        }
    }

    /// The same for this recipe: made again only where the settings were changed meanwhile. The name of
    /// the target decides nothing of it.
    pub(super) fn for_recipe(self, data: &Prepared, recipe: &Recipe) -> Self {
        let without_target =
            |recipe: &Recipe| Recipe { import: without_target(&recipe.import), ..recipe.clone() };
        if without_target(&self.of) == without_target(recipe) {
            return self;
        }
        Self::of(data, recipe.clone(), self.usual)
    }
}

/// A series made ready, with the settings that it suggests and what follows from the present ones.
#[derive(Debug)]
pub struct Readied {
    /// The series.
    pub data: Prepared,
    /// What follows.
    pub derived: Derived,
}

impl Readied {
    /// The series with what follows from a recipe; from the settings that it suggests where none is
    /// given.
    pub fn new(data: Prepared, import: &ImportConfig, recipe: Option<Recipe>) -> Self {
        let derived = Derived::new(&data, import, recipe);
        Self { data, derived }
    }
}
