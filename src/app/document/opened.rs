//! The open file: its rows made ready, and what follows from them and the recipe.
//!
//! Not for when it changes, which `reduce` and `follow` decide.

use crate::app::jobs::JobId;
use crate::evaluate::Task;
use crate::import::ImportConfig;
use crate::project::Recipe;
use crate::series::TimeAxis;
use crate::series::opening::seconds_of_slots;

use super::derived::Derived;
use super::prepared::{Prepared, Readied};
use super::reading_setting::without_target;
use super::source::Source;
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
    /// What follows from the series and the recipe; of the recipe before the last edits, while that of
    /// the present one is made in a job.
    pub derived: Derived,
}

impl Document {
    /// A reading in place, with what follows from it and a recipe.
    pub(super) fn new(readied: Readied, recipe: &Recipe, source: Source, read_by: JobId) -> Self {
        let Readied { data, usual, derived } = readied;
        Self {
            source,
            read_by,
            import: without_target(&recipe.import),
            data,
            study: None,
            season_looked_at: None,
            usual: Recipe { import: recipe.import.clone(), ..usual },
            derived,
        }
    }

    /// Whether what was made of this series and task is measured as the present recipe would have it:
    /// the same series and held-out rows, the same horizon and season, outliers scored or not.
    pub fn is_scored_alike(&self, fingerprint: u64, task: &Task) -> bool {
        let present = &self.derived.task;
        task.season_length == present.season_length
            && task.outliers == present.outliers
            && self.shows_rows_of(fingerprint, task)
    }

    /// Whether what was made of this series and task forecasts the rows that are shown: the same
    /// series, the same held-out rows, the same horizon.
    pub fn shows_rows_of(&self, fingerprint: u64, task: &Task) -> bool {
        let present = &self.derived.task;
        fingerprint == self.data.fingerprint
            && task.horizon == present.horizon
            && task.split.holdout(task.horizon) == present.split.holdout(present.horizon)
    }

    /// The season length that is looked at.
    pub(super) fn season_shown(&self) -> usize {
        self.season_looked_at.unwrap_or(self.derived.task.season_length)
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
