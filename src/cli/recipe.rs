//! `tidegate recipe`: the settings that suit a file, explained, to be edited and given back.

use std::path::PathBuf;

use clap::Args;

use crate::import::ImportConfig;
use crate::project::Recipe;

use super::reading::read_with_bar;
use super::terminal::Output;
use super::{CliError, ReadingOptions};

/// Arguments of `tidegate recipe`.
#[derive(Debug, Args)]
pub struct RecipeArgs {
    /// The file to read
    pub file: PathBuf,
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
    let held_out = ImportConfig { held_out: args.horizon, ..ImportConfig::default() };
    let mut import = args.reading.over(held_out)?;
    let reading = read_with_bar(&args.file, &import, args.quiet)?;
    let series = reading.target();
    import.held_out = series.long_hold_out(import.held_out);
    let recipe = match args.horizon {
        Some(horizon) => Recipe::for_series_and_horizon(series, import, horizon),
        None => Recipe::for_series_read_by(series, import),
    };
    let text = recipe.to_commented_toml(&reading).map_err(CliError::RecipeText)?;
    Ok(out.file(text.as_bytes())?)
}
