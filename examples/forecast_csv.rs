//! Reads a CSV file, scores a few models on its last rows, and prints the forecast of the best as CSV.
//!
//! `cargo run --example forecast_csv -- FILE.csv`; without a file it takes the airline passengers.

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::error::Error;
use std::path::PathBuf;

use tidegate::evaluate::{ModelReport, rank};
use tidegate::forecast::{Flow, ModelChoice};
use tidegate::import::{ImportConfig, read_file};
use tidegate::project::Recipe;
use tidegate::report::{TABLE_FORMATS, forecast_table};

fn main() -> Result<(), Box<dyn Error>> {
    let sample =
        || concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data/airline-passengers.csv").into();
    let file: PathBuf = std::env::args().nth(1).unwrap_or_else(sample).into();
    let reading = read_file(&file, &ImportConfig::default())?;
    let series = reading.target();
    println!("{}", reading.summary());

    // Horizon, season, and the rows held out follow from the series; every field can be set.
    let mut recipe = Recipe::for_series(series);
    recipe.train.epochs = 20;
    let task = recipe.task(series);

    // The series with the covariates of the file, as models get it.
    let known = reading.target_with_covariates();
    let mut reports = Vec::new();
    for name in ["seasonal-naive", "theta", "auto-ets", "lstm"] {
        let model: ModelChoice = name.parse()?;
        let forecaster = recipe.forecaster(model, series);
        // The observer gets every batch and epoch, and may answer `Flow::Stop`.
        reports.push(ModelReport::make(&*forecaster, &known, &task, &mut |_| Flow::Continue)?);
    }
    rank(&mut reports);
    for report in &reports {
        let error = report.metrics.map_or(f64::NAN, |metrics| metrics.mae);
        println!("{:<16} mean absolute error {error:.3}", report.name);
    }
    let best = reports.first().map(|report| &report.future);
    let csv = TABLE_FORMATS[0].contents(&forecast_table(best, &task.levels))?;
    println!("{}", String::from_utf8(csv)?);
    Ok(())
}
