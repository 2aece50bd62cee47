//! The settings that decide a forecast, as flags: a recipe file and what is laid over it.
//!
//! Not for what becomes of the forecast: models, levels and files are each subcommand's own.
//!
//! `tidegate recipe`: the settings that suit a file, explained, to be edited and given back.

use std::path::{Path, PathBuf};

use clap::Args;

use super::error::CliError;
use super::flags::SettingFlags;
use super::reading::{ReadingOptions, read_with_bar};
use super::terminal::Output;
use crate::import::ImportConfig;
use crate::project::settings::{Changes, recipe_schema, reference};
use crate::project::{Recipe, RecipeError, setting};
use crate::series::Series;

/// Settings beside the file's rows; what is not given follows from the data.
#[derive(Debug, Default, Args)]
pub struct SettingOptions {
    /// Recipe file (TOML) that names settings; flags here come after it
    #[arg(long, value_name = "FILE.toml")]
    pub recipe: Option<PathBuf>,
    /// Named flags of single settings.
    #[command(flatten)]
    pub flags: SettingFlags,
    /// How the file is read.
    #[command(flatten)]
    pub reading: ReadingOptions,
}

impl SettingOptions {
    /// What is set beside the recipe file: by `--set`, then by flags.
    fn given(&self) -> Changes {
        let mut given = self.reading.sets();
        given.add(self.flags.changes.clone());
        given
    }

    /// How the file is read by the recipe file, then by the flags. The rows that are scored decide
    /// nothing of it.
    ///
    /// # Errors
    /// Where the recipe file cannot be used, or a flag is given twice for one column.
    pub fn import(&self) -> Result<ImportConfig, CliError> {
        let given = self.given();
        let scored = [setting!(window.horizon), setting!(window.test)];
        let mut held_out = scored.into_iter().filter_map(|setting| given.whole(setting)).max();
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
        let given = self.given();
        let laid_over = |defaults: Recipe| match &self.recipe {
            Some(path) => defaults.with_file(path)?.with(&given),
            None => defaults.with(&given),
        };
        let first = laid_over(Recipe::for_series_read_by(series, import.clone()))?;
        let horizon = first.window.horizon;
        let defaults = Recipe::for_series_and_horizon(series, import.clone(), horizon);
        let mut recipe = laid_over(defaults)?;
        recipe.import = import.clone();
        recipe.import.held_out = series.long_hold_out(import.held_out);
        if given.whole(setting!(train.epochs)).is_some()
            && given.whole(setting!(train.patience)).is_none()
        {
            // Whoever asks for few epochs means no patience beyond them.
            recipe.train.patience = recipe.train.patience.min(recipe.train.epochs.max(1));
        }
        Ok(recipe)
    }

    /// Whether every setting is left to the data.
    pub fn sets_nothing(&self) -> bool {
        // A seed changes nothing of what suits the data, and the data are what was read.
        let is_left = |path: &String| path == "train.seed" || path.starts_with("import.");
        self.recipe.is_none() && self.given().paths().iter().all(is_left)
    }
}

/// Arguments of `tidegate recipe`.
#[derive(Debug, Args)]
pub struct RecipeArgs {
    /// The file to read
    #[arg(required_unless_present_any = ["schema", "reference"])]
    pub file: Option<PathBuf>,
    /// Print the JSON schema of recipe files, by which editors complete and check them
    #[arg(long, conflicts_with_all = ["file", "reference"])]
    pub schema: bool,
    /// Print a page that explains every setting
    #[arg(long, conflicts_with = "file")]
    pub reference: bool,
    /// Rows to forecast [default: about one season]
    #[arg(long, value_name = "N")]
    pub horizon: Option<usize>,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
    /// How the file is read.
    #[command(flatten)]
    pub reading: ReadingOptions,
}

/// Runs the subcommand.
pub fn run(args: &RecipeArgs, out: &mut Output<'_>) -> Result<(), CliError> {
    let text = match &args.file {
        Some(file) => recipe_of(file, args)?,
        None if args.schema => format!("{:#}\n", recipe_schema()),
        None => reference(),
    };
    Ok(out.file(text.as_bytes())?)
}

/// The settings that suit a file, with what flags set.
fn recipe_of(file: &Path, args: &RecipeArgs) -> Result<String, CliError> {
    let sets = args.reading.sets();
    let held_out = ImportConfig { held_out: args.horizon, ..ImportConfig::default() };
    let mut import = args.reading.over(held_out)?;
    let reading = read_with_bar(file, &import, args.quiet)?;
    let series = reading.target();
    import.held_out = series.long_hold_out(import.held_out);
    let first = Recipe::for_series_read_by(series, import.clone()).with(&sets)?;
    let horizon = args.horizon.unwrap_or(first.window.horizon);
    let mut recipe = Recipe::for_series_and_horizon(series, import.clone(), horizon).with(&sets)?;
    recipe.import = import;
    recipe.window.horizon = horizon;
    recipe.to_commented_toml(&reading).map_err(CliError::RecipeText)
}
