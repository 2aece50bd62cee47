//! The same engine without a window: subcommands, progress on standard error, results on standard
//! output.
//!
//! Not for the window itself, which `main` opens where no subcommand is given.

mod exit_codes;
mod flags;
mod forecast;
mod inspect;
mod interrupt;
mod json;
mod keep;
mod network;
mod out;
mod pairing;
mod print_forecast;
mod progress;
mod rates;
mod reading;
mod recipe;
mod reproduce;
mod results;
mod resume;
mod runs;
mod sample;
mod score;
mod settings;
mod table;
mod terminal;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::forecast::{ForecastError, Levels, Model, ModelList};
use crate::import::{ImportError, Sample, samples};
use crate::project::runs::RunsError;
use crate::project::{Problem, RecipeError};

pub use exit_codes::{EXIT_CODES, End};
pub use flags::SettingFlags;
pub use forecast::Source;
pub use keep::{CheckpointOptions, KeepOptions, RunsFolder};
pub use rates::RatesArgs;
pub use reading::ReadingOptions;
pub use recipe::RecipeArgs;
pub use reproduce::ReproduceArgs;
pub use resume::ResumeArgs;
pub use runs::{DeleteArgs, ListArgs, RunsCommand, ShowArgs};
pub use settings::SettingOptions;
pub use terminal::{Log, say, say_error, say_usage};

use self::exit_codes::exit_codes_help;
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
    /// Go on with a run that was cut off
    Resume(ResumeArgs),
    /// What was trained: list, show, reproduce, delete
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Write a sample series to standard output
    Sample(SampleArgs),
}

/// Arguments of `tidegate inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The file to read
    pub file: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// How the file is read.
    #[command(flatten)]
    pub reading: ReadingOptions,
}

/// Arguments of `tidegate forecast`.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// The file to read
    pub file: PathBuf,
    /// Settings beside the file's rows.
    #[command(flatten)]
    pub options: ForecastOptions,
}

/// What `--models` takes.
fn models_help() -> String {
    let names: Vec<String> = Model::all().map(|model| model.to_string()).collect();
    format!(
        "Models to run, separated by commas: {}, ets(A,Ad,M), arima(1,1,1)(0,1,1)[12] [default: lstm, \
         gru and the recipe's baselines]",
        names.join(", ")
    )
}

/// Settings of `tidegate forecast`; what is not given follows from the data.
#[derive(Debug, Default, Args)]
pub struct ForecastOptions {
    /// What decides a forecast.
    #[command(flatten)]
    pub settings: SettingOptions,
    /// Models to run, by the names of the scorecard
    #[arg(long, value_name = "LIST", help = models_help())]
    pub models: Option<ModelList>,
    /// Levels of prediction intervals in percent, separated by commas: 80,95
    #[arg(long, value_name = "LIST")]
    pub levels: Option<Levels>,
    /// Print the networks' layers, shapes and parameters, and train nothing
    #[arg(long, conflicts_with_all = ["out", "json"])]
    pub summary: bool,
    /// Whether and where the runs of networks are kept.
    #[command(flatten)]
    pub keep: KeepOptions,
    /// Write the forecasts to this file: series,time,model,value, as JSON where its name ends in
    /// .json, else as CSV. Where that is standard output (/dev/stdout), tables go to standard error
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    pub json: bool,
    /// No progress and no notes on standard error
    #[arg(long)]
    pub quiet: bool,
}

/// Arguments of `tidegate score`.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// The histories: a row a series, its name first (the layout of the M competitions)
    pub train: PathBuf,
    /// The values after them, in the same layout
    pub test: PathBuf,
    /// Rows in one season; 1 for none
    #[arg(long, value_name = "M", default_value_t = 1, value_parser = at_least_one)]
    pub season_length: usize,
    /// Models to score, separated by commas, as for forecast
    #[arg(long, value_name = "LIST", default_value = "auto-arima,auto-ets,theta")]
    pub models: ModelList,
    /// Only every K-th series
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = at_least_one)]
    pub every: usize,
    /// Threads to work on [default: all cores]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub threads: Option<usize>,
    /// Levels of prediction intervals in percent, separated by commas
    #[arg(long, value_name = "LIST", default_value = "80,95")]
    pub levels: Levels,
    /// Print one JSON object a model instead of a table
    #[arg(long)]
    pub json: bool,
    /// No progress and no notes on standard error
    #[arg(long)]
    pub quiet: bool,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("expected a whole number of at least 1, got \"{text}\"")),
        Ok(number) => Ok(number),
    }
}

/// Arguments of `tidegate sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Name of the series
    #[arg(value_parser = parse_sample)]
    pub name: Sample,
}

fn parse_sample(name: &str) -> Result<Sample, String> {
    Sample::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = samples().iter().map(|sample| sample.name()).collect();
        format!("there is no such sample; use one of {}", names.join(", "))
    })
}

/// Why a subcommand could not do its work; each message stands alone.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The file cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The recipe cannot be used.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// Settings do not fit the data.
    #[error("the settings do not fit {file}:\n{}", problems.join("\n"))]
    Settings {
        /// The data file.
        file: String,
        /// All problems, a line each.
        problems: Vec<String>,
    },
    /// A model could not be fitted.
    #[error("{model}: {source}")]
    Model {
        /// Its name.
        model: String,
        /// Why.
        source: Box<ForecastError>,
    },
    /// The one model that was asked for could not be fitted.
    #[error("{model}: {reason}")]
    Failed {
        /// Its name.
        model: String,
        /// What was found, and what to do.
        reason: String,
    },
    /// None of the models that were asked for could be fitted; standard error has said why.
    #[error("none of the {models} models came to a result")]
    NoModel {
        /// How many were asked for.
        models: usize,
    },
    /// No series has a row of values after it.
    #[error(
        "the rows of {} and {} cannot be paired: {found}; give each series of the first a row of its name \
         in the second, or the same rows in the same order",
        train.display(), test.display()
    )]
    NotPaired {
        /// The file of histories.
        train: PathBuf,
        /// The file of the values after them.
        test: PathBuf,
        /// What stands in the way.
        found: String,
    },
    /// A run cannot be kept, found or taken up.
    #[error(transparent)]
    Runs(#[from] RunsError),
    /// A run came out otherwise than it had.
    #[error("run {name} was not reproduced")]
    NotReproduced {
        /// The run.
        name: String,
    },
    /// No run was cut off.
    #[error("no run in {} was cut off, so there is nothing to resume", folder.display())]
    NothingToResume {
        /// Where runs are kept.
        folder: PathBuf,
    },
    /// The question was not answered with yes.
    #[error("run {name} was not deleted; answer y, or give --yes")]
    NotDeleted {
        /// The run.
        name: String,
    },
    /// The threads could not be started.
    #[error("the threads to work on could not be started: {0}; try --threads 1")]
    Threads(String),
    /// The output could not be written.
    #[error(transparent)]
    Export(#[from] crate::report::ExportError),
    /// Standard output is closed or full.
    #[error("standard output cannot be written: {0}; check where it is sent to")]
    Output(#[from] std::io::Error),
    /// The forecast would replace what it is made from.
    #[error("{} is {what}; give --out another name", file.display())]
    OutIsInput {
        /// The file.
        file: PathBuf,
        /// What it is read for: `the file that is read`, `the recipe`.
        what: &'static str,
    },
    /// A flag that may be given several times was given twice for one thing.
    #[error("{flag} is given twice for {what}; give it once")]
    Twice {
        /// The flag.
        flag: &'static str,
        /// What it was given for: `column price`.
        what: String,
    },
    /// Two results would be written through each other.
    #[error(
        "--json and --out would both write to standard output; give --out a file, or leave one out"
    )]
    TwoOutputs,
    /// The recipe has no TOML form.
    #[error("the recipe could not be laid out as TOML: {0}; please report this")]
    RecipeText(toml::ser::Error),
    /// The result has no JSON form.
    #[error("the result could not be laid out as JSON: {0}; please report this")]
    Json(serde_json::Error),
}

impl CliError {
    /// Settings that do not fit a file.
    fn refused(file: String, problems: &[Problem]) -> Self {
        let problems = problems.iter().map(|problem| format!("  {problem}")).collect();
        Self::Settings { file, problems }
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Output(error.into()) } else { Self::Json(error) }
    }
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
            return forecast::run(&Source::File(args.file.clone()), &args.options, out);
        }
        Subcommands::Score(args) => return score::run(args, out),
        Subcommands::Rates(args) => rates::run(args, out)?,
        Subcommands::Recipe(args) => recipe::run(args, out)?,
        Subcommands::Resume(args) => return resume::run(args, out),
        Subcommands::Runs(command) => return runs::run(command, out),
        Subcommands::Sample(args) => sample::run(args.name, out)?,
    }
    Ok(End::Complete)
}

/// Forecasts a series with the defaults: what a machine without a display shows instead of a
/// window.
///
/// # Errors
/// As [`run`].
pub fn forecast_with_defaults(
    source: &Source,
    out: &mut impl std::io::Write,
) -> Result<End, CliError> {
    forecast::run(source, &ForecastOptions::default(), &mut Output::new(out))
}
