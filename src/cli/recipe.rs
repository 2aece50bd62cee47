//! `tidegate recipe`: the settings that suit a file, explained, to be edited and given back.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::import::ImportConfig;
use crate::project::Recipe;
use crate::project::settings::{recipe_schema, reference};

use super::error::CliError;
use super::reading::ReadingOptions;
use super::reading::read_with_bar;
use super::terminal::Output;

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
