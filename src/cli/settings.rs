//! The settings that decide a forecast, as flags: a recipe file and what is laid over it.
//!
//! Not for what becomes of the forecast: models, levels and files are each subcommand's own.

use std::path::PathBuf;

use clap::Args;

use crate::import::ImportConfig;
use crate::project::{Recipe, RecipeError};
use crate::series::Series;

use super::{CliError, NetworkOptions, ReadingOptions, TrainingOptions};

/// Settings beside the file's rows; what is not given follows from the data.
#[derive(Debug, Default, Args)]
pub struct SettingOptions {
    /// Rows to forecast [default: about one season]
    #[arg(long, value_name = "N")]
    pub horizon: Option<usize>,
    /// Rows a network looks back [default: about two seasons]
    #[arg(long, value_name = "N")]
    pub lookback: Option<usize>,
    /// Recipe file (TOML) that names settings; flags here come after it
    #[arg(long, value_name = "FILE.toml")]
    pub recipe: Option<PathBuf>,
    /// Rows at the end that nothing is trained on; models are scored on the last horizon of them
    /// [default: the horizon]
    #[arg(long, value_name = "N")]
    pub holdout: Option<usize>,
    /// Starts every random choice [default: 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Most passes over the training windows
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// What the networks are made of.
    #[command(flatten)]
    pub network: NetworkOptions,
    /// How they are trained.
    #[command(flatten)]
    pub training: TrainingOptions,
    /// How the file is read.
    #[command(flatten)]
    pub reading: ReadingOptions,
}

impl SettingOptions {
    /// How the file is read by the recipe file, then by the flags. The rows that are scored decide
    /// nothing of it.
    ///
    /// # Errors
    /// Where the recipe file cannot be used, or a flag is given twice for one column.
    pub fn import(&self) -> Result<ImportConfig, CliError> {
        let mut held_out = self.horizon.max(self.holdout);
        let mut config = ImportConfig::default();
        if let Some(path) = &self.recipe {
            let Recipe { import, window, .. } = Recipe::default().with_file(path)?;
            held_out = held_out.max(Some(window.horizon.max(window.test))).max(import.held_out);
            config = import;
        }
        config.held_out = held_out;
        self.reading.over(config)
    }

    /// Defaults from a series that was read by `import`, then the recipe file, then the flags. A
    /// horizon named anywhere is what the other defaults are made for.
    ///
    /// # Errors
    /// Where the recipe file cannot be used.
    pub fn recipe(&self, import: &ImportConfig, series: &Series) -> Result<Recipe, RecipeError> {
        let laid_over = |defaults: Recipe| match &self.recipe {
            Some(path) => defaults.with_file(path),
            None => Ok(defaults),
        };
        let first = laid_over(Recipe::for_series_read_by(series, import.clone()))?;
        let horizon = self.horizon.unwrap_or(first.window.horizon);
        let defaults = Recipe::for_series_and_horizon(series, import.clone(), horizon);
        let mut recipe = laid_over(defaults)?;
        recipe.import = import.clone();
        recipe.import.held_out = series.long_hold_out(import.held_out);
        recipe.window.horizon = horizon;
        recipe.window.lookback = self.lookback.unwrap_or(recipe.window.lookback);
        recipe.window.test = self.holdout.unwrap_or(recipe.window.test);
        recipe.train.seed = self.seed.unwrap_or(recipe.train.seed);
        if let Some(epochs) = self.epochs {
            recipe.train.epochs = epochs;
            // Whoever asks for few epochs means no patience beyond them.
            recipe.train.patience = recipe.train.patience.min(epochs.max(1));
        }
        self.network.lay_over(&mut recipe);
        self.training.lay_over(&mut recipe);
        Ok(recipe)
    }

    /// Whether every setting is left to the data.
    pub fn sets_nothing(&self) -> bool {
        let lengths = [self.horizon, self.lookback, self.holdout, self.epochs];
        let flags = self.network.sets_nothing() && self.training.sets_nothing();
        self.recipe.is_none() && flags && lengths.iter().all(Option::is_none)
    }
}
