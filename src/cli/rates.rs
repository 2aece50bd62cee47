//! `tidegate rates`: the learning-rate range test of a network on a file, and the rate it suggests.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cancellation::Cancellation;
use crate::forecast::{Flow, ModelChoice};
use crate::nn::Cell;
use crate::project::{Problem, Recipe, setting};
use crate::series::{DatasetSeries, Series};
use crate::train::RangeTest;

use super::error::CliError;
use super::progress::RatesProgress;
use super::reading::read_with_bar;
use super::settings::SettingOptions;
use super::terminal::{Output, write_table};

/// Arguments of `tidegate rates`.
#[derive(Debug, Args)]
pub struct RatesArgs {
    /// The file to read
    pub file: PathBuf,
    /// The network: lstm, gru, gru-cho, rnn-tanh or rnn-relu [default: the recipe's, else lstm]
    #[arg(long, value_name = "NAME", value_parser = network)]
    pub model: Option<Cell>,
    /// What decides a forecast.
    #[command(flatten)]
    pub settings: SettingOptions,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub json: bool,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
}

/// A network by the name that `--models` knows it by.
fn network(name: &str) -> Result<Cell, String> {
    if let Ok(ModelChoice::Network(cell)) = name.parse() {
        return Ok(cell);
    }
    let names = Cell::ALL.map(Cell::name).join(", ");
    Err(format!(
        "\"{name}\" is no network, and nothing else has a learning rate; use one of {names}"
    ))
}

/// The JSON object that `--json` prints. Field names are part of the interface.
#[derive(Debug, Serialize)]
struct RatesJson<'a> {
    /// The file as it was named.
    file: String,
    /// The column forecast.
    target: &'a str,
    /// The network.
    model: &'a str,
    /// The rate to begin with; null where none stands out.
    suggestion: Option<f64>,
    /// The rate where the loss fell most steeply.
    steepest: Option<f64>,
    /// A tenth of the rate where the loss was lowest.
    tenth_of_lowest: Option<f64>,
    /// The curve, rates rising.
    points: Vec<RatePointJson>,
}

/// A point of the curve.
#[derive(Debug, Serialize)]
struct RatePointJson {
    learning_rate: f64,
    /// In scaled units.
    loss: f64,
}

/// Runs the subcommand.
pub fn run(args: &RatesArgs, out: &mut Output<'_>) -> Result<(), CliError> {
    let import = args.settings.import()?;
    let reading = read_with_bar(&args.file, &import, args.quiet)?;
    let series = reading.target();
    let mut recipe = args.settings.recipe(&import, series)?;
    recipe.model.cell = args.model.unwrap_or(recipe.model.cell);
    let found = find(args, &recipe, &reading.target_with_covariates())?;
    if args.json {
        print_json(args, &recipe, series, &found, out)
    } else {
        Ok(print_table(args, &recipe, series, &found, out)?)
    }
}

fn find(args: &RatesArgs, recipe: &Recipe, series: &DatasetSeries) -> Result<RangeTest, CliError> {
    let task = recipe.task(&series.target);
    let modelled = task.modelled(series);
    let cell = recipe.model.cell;
    // The rate that is set has no part in the search for another.
    let mut problems = recipe.check(&modelled.target);
    problems.retain(|problem: &Problem| problem.setting != setting!(train.learning_rate));
    if !problems.is_empty() {
        return Err(CliError::refused(args.file.display().to_string(), &problems));
    }
    let progress = RatesProgress::new(ModelChoice::Network(cell), args.quiet);
    let network = recipe.network(cell, &modelled.target);
    let mut on_point = |point| {
        progress.hear(point);
        Flow::Continue
    };
    let never = Cancellation::never();
    let training = task.training(&modelled);
    training
        .only()
        .and_then(|training| network.range_test(training, &never, &mut on_point))
        .map_err(|error| CliError::Model { model: cell.name().to_owned(), source: Box::new(error) })
}

fn print_json(
    args: &RatesArgs,
    recipe: &Recipe,
    series: &Series,
    found: &RangeTest,
    out: &mut Output<'_>,
) -> Result<(), CliError> {
    let points = found.points.iter();
    let json = RatesJson {
        file: args.file.display().to_string(),
        target: &series.name,
        model: recipe.model.cell.name(),
        suggestion: found.suggestion(),
        steepest: found.steepest,
        tenth_of_lowest: found.tenth_of_lowest,
        points: points
            .map(|point| RatePointJson { learning_rate: point.learning_rate, loss: point.loss })
            .collect(),
    };
    out.pretty_json(&json)
}

fn print_table(
    args: &RatesArgs,
    recipe: &Recipe,
    series: &Series,
    found: &RangeTest,
    out: &mut Output<'_>,
) -> std::io::Result<()> {
    writeln!(out, "{}: {} by {}", args.file.display(), series.name, recipe.model.cell.name())?;
    writeln!(out)?;
    let rows: Vec<Vec<String>> = found
        .points
        .iter()
        .map(|point| vec![format!("{:.1e}", point.learning_rate), format!("{:.4}", point.loss)])
        .collect();
    write_table(out, &["learning rate", "loss, scaled"], &rows)?;
    writeln!(out)?;
    let Some(rate) = found.suggestion() else {
        return writeln!(
            out,
            "No rate stands out: the loss falls nowhere. Look for a setting that hinders learning, \
             such as a clip near 0 or too few training windows."
        );
    };
    let is_steepest = found
        .steepest
        .is_some_and(|steepest| found.tenth_of_lowest.is_none_or(|tenth| steepest <= tenth));
    let why = if is_steepest {
        "where the loss falls most steeply"
    } else {
        "a tenth of the rate where the loss is lowest"
    };
    writeln!(out, "Try --learning-rate {rate}: {why}.")
}
