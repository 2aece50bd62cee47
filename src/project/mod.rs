//! The recipe: all settings of a run, their defaults from the data, their checks, and their files; and
//! the runs that were made by one.
//!
//! Not for running anything: `app` and `cli` hand a recipe's forecasters to `evaluate`.

mod check;
mod check_lanes;
mod check_size;
mod check_training;
mod check_transform;
mod defaults;
mod recipe;
mod recipe_file;
mod recipe_text;
mod recipe_versions;
pub mod runs;
mod season_choices;
pub mod settings;

use check_size::machine_memory;

pub(crate) use recipe_file::{MOST_SETTINGS, bytes_at_most, text_at_most};

pub use crate::recipe_setting as setting;
pub use check::{Fix, Problem};
pub use recipe::{Feed, Recipe};
pub use recipe_file::RecipeError;
pub use season_choices::{SeasonChoices, season_in_words};
pub use settings::Setting;
