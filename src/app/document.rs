//! The open file: its rows made ready, and what follows from them and the recipe.
//!
//! Not for when it changes, which `reduce` decides.

use crate::evaluate::Task;
use crate::import::ImportConfig;
use crate::nn::Summary;
use crate::project::{Feed, Problem, Recipe, SeasonChoices};
use crate::series::TimeAxis;
use crate::series::opening::seconds_of_slots;
use crate::window::WindowCounts;

use super::derived::{Derived, Readied};
use super::event::JobId;
use super::opening::Source;
use super::prepared::Prepared;
use super::reading_setting::without_target;
use super::study::Study;

/// The open file and what follows from it and the recipe.
#[derive(Debug)]
pub struct Document {
    /// Where it comes from.
    pub source: Source,
    /// The job that read it: another number, another reading.
    pub read_by: JobId,
    /// The settings it was read by, without the target.
    pub import: ImportConfig,
    /// The file as read, its target made ready.
    pub data: Prepared,
    /// What is worth knowing of the series, as soon as it has been found out.
    pub study: Option<Box<Study>>,
    /// Season length to look at instead of the recipe's.
    pub season_looked_at: Option<usize>,
    /// The settings that the series suggests.
    pub usual: Recipe,
    /// Parts, horizon and season under the present recipe.
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
    /// What the network of the present recipe is made of, where one can be made.
    pub summary: Option<Summary>,
}

impl Document {
    /// A reading in place, with what follows from it and the recipe.
    pub(super) fn new(readied: Readied, recipe: &Recipe, source: Source, read_by: JobId) -> Self {
        let Readied { data, derived } = readied;
        let Derived {
            usual, task, windows, feed, problems, seasons, season_advice, summary, ..
        } = derived.for_recipe(&data, recipe);
        Self {
            source,
            read_by,
            import: without_target(&recipe.import),
            task,
            windows,
            feed,
            problems,
            seasons,
            season_advice,
            summary,
            data,
            study: None,
            season_looked_at: None,
            usual: Recipe { import: recipe.import.clone(), ..usual },
        }
    }

    /// The recipe that a reading by these settings is to be shown with: `None` for the settings that
    /// the series suggests, where nothing but the import was touched.
    pub(super) fn touched(&self, recipe: &Recipe) -> Option<Recipe> {
        (*recipe != self.defaults(recipe)).then(|| recipe.clone())
    }

    /// The settings that the series suggests, read as it is by another recipe.
    pub fn defaults(&self, recipe: &Recipe) -> Recipe {
        Recipe { import: recipe.import.clone(), ..self.usual.clone() }
    }

    /// Rows at the end that decide nothing of how the file is read, for they are scored; only where a
    /// working calendar may be learned, and they are more than what is held out anyway.
    pub(super) fn held_out(&self, recipe: &Recipe) -> Option<usize> {
        let TimeAxis::Calendar(axis) = &self.data.series.axis else { return None };
        seconds_of_slots(axis.frequency)?;
        let rows = recipe.window.horizon.max(recipe.window.test);
        (rows > self.usual.window.horizon).then_some(rows)
    }

    /// The settings that the series suggests, with a hold-out and a validation part that go with a
    /// horizon.
    pub fn usual_at(&self, horizon: usize) -> Recipe {
        let mut usual = self.usual.clone();
        let suggested = usual.window.horizon;
        usual.window.follow_horizon(horizon);
        usual.window.horizon = suggested;
        usual
    }
}
