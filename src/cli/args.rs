//! What the subcommands take.

use std::path::PathBuf;

use clap::Args;

use super::keep::KeepOptions;
use super::reading::ReadingOptions;
use super::settings::SettingOptions;
use crate::forecast::{Levels, ModelChoice, ModelList};
use crate::import::{Sample, samples};

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
    let names: Vec<String> = ModelChoice::all().map(|model| model.to_string()).collect();
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
