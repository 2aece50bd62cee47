//! The same engine without a window: subcommands, progress on standard error, results on standard
//! output.
//!
//! Not for the window itself, which `main` opens where no subcommand is given.

mod args;
mod error;
mod flags;
mod forecast;
mod inspect;
mod keep;
mod print_forecast;
mod progress;
mod rates;
mod reading;
mod reference;
mod reproduce;
mod results;
mod resume;
mod runs;
mod score;
mod settings;
mod terminal;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use args::{ForecastArgs, ForecastOptions, InspectArgs, SampleArgs, ScoreArgs};
pub use error::{CliError, EXIT_CODES, End};
pub use flags::SettingFlags;
pub use forecast::ForecastSource;
pub use keep::{CheckpointOptions, KeepOptions, RunsFolder};
pub use rates::RatesArgs;
pub use reading::ReadingOptions;
pub use reference::command_reference;
pub use reproduce::ReproduceArgs;
pub use resume::ResumeArgs;
pub use runs::{DeleteArgs, ListArgs, RunsCommand, ShowArgs};
pub use settings::{RecipeArgs, SettingOptions};
pub use terminal::{Log, say, say_error, say_usage};

use self::error::exit_codes_help;
use self::terminal::Output;

/// Forecast time series with recurrent networks, beside honest baselines.
///
#[cfg_attr(
    feature = "gui",
    doc = "Without a subcommand the window opens, on FILE where one is given."
)]
#[cfg_attr(
    not(feature = "gui"),
    doc = "This build has no window. Without a subcommand FILE is forecast with its default settings."
)]
#[derive(Debug, Parser)]
#[command(name = "tidegate", version, args_conflicts_with_subcommands = true)]
#[cfg_attr(not(feature = "gui"), command(arg_required_else_help = true))]
#[command(after_help = exit_codes_help())]
pub struct Cli {
    /// What to do; the window where nothing is named
    #[command(subcommand)]
    pub command: Option<Subcommands>,
    #[cfg_attr(feature = "gui", doc = "A CSV file to open in the window")]
    #[cfg_attr(not(feature = "gui"), doc = "A CSV file to forecast with its default settings")]
    pub file: Option<PathBuf>,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Subcommands {
    /// Say how a file is read: rows, columns, roles, step, span, missing
    Inspect(InspectArgs),
    /// Forecast the rows after the last one, and score every model on held-out rows
    Forecast(Box<ForecastArgs>),
    /// Score models over many series: a row a series in TRAIN, what came after it in TEST
    Score(Box<ScoreArgs>),
    /// Try rising learning rates on a network and suggest one
    Rates(Box<RatesArgs>),
    /// Print the settings that suit a file as a recipe to edit, each explained
    Recipe(Box<RecipeArgs>),
    /// Resume an interrupted run
    Resume(ResumeArgs),
    /// What was trained: list, show, reproduce, delete
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Write a sample series to standard output
    Sample(SampleArgs),
}

/// Runs a subcommand, writing results to `out`.
///
/// # Errors
/// Where a file or a setting cannot be used, or a result cannot be written.
pub fn run(command: &Subcommands, out: &mut impl std::io::Write) -> Result<End, CliError> {
    let out = &mut Output::new(out);
    match command {
        Subcommands::Inspect(args) => inspect::run(args, out)?,
        Subcommands::Forecast(args) => {
            return forecast::run(&ForecastSource::File(args.file.clone()), &args.options, out);
        }
        Subcommands::Score(args) => return score::run(args, out),
        Subcommands::Rates(args) => rates::run(args, out)?,
        Subcommands::Recipe(args) => settings::run(args, out)?,
        Subcommands::Resume(args) => return resume::run(args, out),
        Subcommands::Runs(command) => return runs::run(command, out),
        Subcommands::Sample(args) => out.file(args.name.csv().as_bytes())?,
    }
    Ok(End::Complete)
}

/// Forecasts a series with the defaults: what a machine without a display shows instead of a
/// window.
///
/// # Errors
/// As [`run`].
pub fn forecast_with_defaults(
    source: &ForecastSource,
    out: &mut impl std::io::Write,
) -> Result<End, CliError> {
    forecast::run(source, &ForecastOptions::default(), &mut Output::new(out))
}
