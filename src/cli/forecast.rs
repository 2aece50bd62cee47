//! `tidegate forecast`: read, run every model, print the scorecard and the forecast.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::evaluate::{ModelReport, Task, rank, verdict};
use crate::export::{ExportError, check_writable, is_same_file, write_forecast_csv};
use crate::forecast::{Fits, Flow, Levels, Model, level_name};
use crate::import::{ImportConfig, Reading, Sample, read_bytes};
use crate::project::{Problem, Recipe};
use crate::series::Series;
use crate::series::number::compact;

use super::json::{ForecastJson, ModelJson, RowsJson};
use super::network::print_summaries;
use super::progress::Progress;
use super::reading::read_with_bar;
use super::table::write_table;
use super::{CliError, ForecastOptions};

/// Where the rows come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl Source {
    fn label(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Sample(sample) => sample.file_name().to_owned(),
        }
    }

    fn read(&self, config: &ImportConfig, quiet: bool) -> Result<Reading, CliError> {
        Ok(match self {
            Self::File(path) => read_with_bar(path, config, quiet)?,
            Self::Sample(sample) => {
                read_bytes(sample.file_name(), sample.csv().as_bytes(), config)?
            }
        })
    }
}

/// Runs the subcommand.
pub fn run(
    source: &Source,
    options: &ForecastOptions,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let import = import_config(options)?;
    let reading = source.read(&import, options.quiet)?;
    let series = reading.target();
    let recipe = recipe(options, &import, series)?;
    let modelled = recipe.task(series).modelled(series);
    let models = models(source, options, &recipe, &modelled)?;
    if options.summary {
        return Ok(print_summaries(&recipe, &modelled, &models, out)?);
    }
    if let Some(out) = &options.out {
        check_out(source, out)?;
    }
    let task = recipe.task(series);
    if !options.quiet {
        reading.notes.iter().for_each(|note| eprintln!("note: {note}"));
        reading.ledger.entries.iter().for_each(|entry| eprintln!("rows: {entry}"));
    }
    let (mut reports, fits) = (Vec::new(), Fits::default());
    for model in models {
        let progress = Progress::new(model, options.quiet);
        let forecaster = recipe.forecaster_sharing(model, series, &fits);
        let report = ModelReport::make(&*forecaster, series, &task, &mut |event| {
            progress.hear(&event);
            Flow::Continue
        });
        reports.push(report.map_err(|error| CliError::Model {
            model: model.to_string(),
            source: Box::new(error),
        })?);
    }
    rank(&mut reports);
    if let Some(path) = &options.out {
        let levels = options.levels.as_ref().map_or(&[][..], Levels::shares);
        write_forecast_csv(path, reports.iter().map(|report| &report.future), levels)?;
    }
    if options.json {
        print_json(source, &reading, &task, &reports, out)
    } else {
        print_tables(source, series, &task, &reports, out)?;
        match &options.levels {
            Some(levels) => print_intervals(series, &reports, levels, out),
            None => Ok(()),
        }
    }
}

/// How the file is read by the recipe file, then by the flags.
fn import_config(options: &ForecastOptions) -> Result<ImportConfig, CliError> {
    let config = match &options.recipe {
        Some(path) => Recipe::default().with_file(path)?.import,
        None => ImportConfig::default(),
    };
    Ok(options.reading.over(config))
}

/// Defaults from the data, then the recipe file, then the flags. A horizon named anywhere is what
/// the other defaults are made for.
fn recipe(
    options: &ForecastOptions,
    import: &ImportConfig,
    series: &Series,
) -> Result<Recipe, CliError> {
    let laid_over = |defaults: Recipe| match &options.recipe {
        Some(path) => defaults.with_file(path),
        None => Ok(defaults),
    };
    let first = laid_over(Recipe::for_series_read_by(series, import.clone()))?;
    let horizon = options.horizon.unwrap_or(first.window.horizon);
    let defaults = Recipe::for_series_and_horizon(series, import.clone(), horizon);
    let mut recipe = laid_over(defaults)?;
    recipe.import = import.clone();
    recipe.window.horizon = horizon;
    recipe.window.lookback = options.lookback.unwrap_or(recipe.window.lookback);
    recipe.window.test = options.holdout.unwrap_or(recipe.window.test);
    recipe.train.seed = options.seed.unwrap_or(recipe.train.seed);
    recipe.train.epochs = options.epochs.unwrap_or(recipe.train.epochs);
    options.network.lay_over(&mut recipe);
    if let Some(levels) = &options.levels {
        recipe.baselines.levels = levels.shares().to_vec();
    }
    Ok(recipe)
}

/// The models to run, each once. Networks that were not asked for by name are left out, with a
/// word, where the data give them no window.
fn models(
    source: &Source,
    options: &ForecastOptions,
    recipe: &Recipe,
    series: &Series,
) -> Result<Vec<Model>, CliError> {
    let refused = |problems: Vec<Problem>| {
        let problems = problems.iter().map(|problem| format!("  {problem}")).collect();
        Err(CliError::Settings { file: source.label(), problems })
    };
    let parts = recipe.check_parts(series);
    if !parts.is_empty() {
        return refused(parts);
    }
    let by_name = options.models.as_ref().map(|list| list.models().to_vec());
    let mut asked = by_name.unwrap_or_else(|| {
        let baselines = recipe.baselines.models.iter().copied().map(Model::Baseline);
        Model::NETWORKS.into_iter().chain(baselines).collect()
    });
    let problems = recipe.check(series);
    if problems.is_empty() || !asked.iter().any(|model| model.is_network()) {
        return Ok(asked);
    }
    let untouched = options.models.is_none() && options.sets_nothing();
    if !untouched {
        return refused(problems);
    }
    if !options.quiet {
        for problem in &problems {
            eprintln!("note: no network was trained: {problem}");
        }
    }
    asked.retain(|model| !model.is_network());
    Ok(asked)
}

/// Refuses, before any work is done, an output that cannot be written or is the input itself.
fn check_out(source: &Source, out: &Path) -> Result<(), CliError> {
    if let Source::File(file) = source
        && is_same_file(file, out)
    {
        return Err(CliError::OutIsInput { file: file.clone() });
    }
    Ok(check_writable(out).map_err(ExportError::from)?)
}

fn print_json(
    source: &Source,
    reading: &Reading,
    task: &Task,
    reports: &[ModelReport],
    out: &mut impl Write,
) -> Result<(), CliError> {
    let series = reading.target();
    let json = ForecastJson {
        file: &source.label(),
        target: &series.name,
        rows: RowsJson { read: reading.ledger.rows_read, used: reading.ledger.rows_used },
        step: series.axis.step_label(),
        season_length: task.season_length,
        models: reports.iter().map(|report| ModelJson::from_report(report, series)).collect(),
    };
    serde_json::to_writer(&mut *out, &json)?;
    Ok(writeln!(out)?)
}

fn print_tables(
    source: &Source,
    series: &Series,
    task: &Task,
    reports: &[ModelReport],
    out: &mut impl Write,
) -> Result<(), CliError> {
    let (first, last) = series.span().unwrap_or_default();
    let held_out = task.split.holdout(task.horizon);
    writeln!(
        out,
        "{}: {}, {} rows from {first} to {last}, step {}, season {}",
        source.label(),
        series.name,
        series.len(),
        series.axis.step_label(),
        task.season_length
    )?;
    writeln!(
        out,
        "Scored on the last {} rows, {} to {}, which no model has seen\n",
        held_out.len(),
        series.axis.iso(held_out.start),
        series.axis.iso(held_out.end - 1)
    )?;
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), compact);
    let rows: Vec<Vec<String>> = reports
        .iter()
        .map(|report| {
            vec![
                report.name.clone(),
                number(report.metrics.map(|metrics| metrics.mae)),
                number(report.metrics.map(|metrics| metrics.rmse)),
                number(report.metrics.map(|metrics| metrics.smape)),
                number(report.metrics.and_then(|metrics| metrics.mase)),
                format!("{:.2}", report.seconds),
                report.parameters.to_string(),
            ]
        })
        .collect();
    let header = ["model", "MAE", "RMSE", "sMAPE", "MASE", "seconds", "parameters"];
    write_table(out, &header, &rows)?;
    let is_network = |name: &str| name.parse::<Model>().is_ok_and(Model::is_network);
    print_fits(reports, out)?;
    if let Some(verdict) = verdict(&reports.iter().collect::<Vec<_>>(), is_network) {
        writeln!(out, "\n{verdict}")?;
    }
    writeln!(out, "\nForecast of the next {} rows", task.horizon)?;
    let names: Vec<&str> =
        std::iter::once("time").chain(reports.iter().map(|report| report.name.as_str())).collect();
    let rows: Vec<Vec<String>> = (0..task.horizon)
        .map(|ahead| {
            let time = series.axis.iso(series.len() + ahead);
            let value = |report: &ModelReport| compact(report.future.values[ahead]);
            std::iter::once(time).chain(reports.iter().map(value)).collect()
        })
        .collect();
    Ok(write_table(out, &names, &rows)?)
}

/// The models that were fitted, in a line each.
fn print_fits(reports: &[ModelReport], out: &mut impl Write) -> Result<(), CliError> {
    let chosen = |report: &&ModelReport| report.parameters > 0;
    for report in reports.iter().filter(chosen) {
        if let Some(fit) = &report.fit {
            let criterion = fit.criteria.map(|criteria| format!(", AICc {:.2}", criteria.aicc));
            let criterion = criterion.unwrap_or_default();
            writeln!(out, "{}: {}{criterion}", report.name, fit.description)?;
        }
    }
    Ok(())
}

/// The bounds of every model that gives intervals, a table each.
fn print_intervals(
    series: &Series,
    reports: &[ModelReport],
    levels: &Levels,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let names = || levels.shares().iter().copied().map(level_name);
    let lower = names().rev().map(|level| format!("lower {level} %"));
    let upper = names().map(|level| format!("upper {level} %"));
    let middle = ["value".to_owned()];
    let header: Vec<String> =
        ["time".to_owned()].into_iter().chain(lower).chain(middle).chain(upper).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    for report in reports.iter().filter(|report| !report.future.intervals.is_empty()) {
        let future = &report.future;
        let bounds = |ahead: usize, upper: bool| {
            let level = move |&level: &f64| {
                let interval = future.interval(level)?;
                Some(if upper { interval.upper[ahead] } else { interval.lower[ahead] })
            };
            let shares = levels.shares().iter();
            shares.map(move |share| level(share).map_or_else(|| "–".to_owned(), compact))
        };
        let row = |ahead: usize| {
            let time = series.axis.iso(series.len() + ahead);
            let lower: Vec<String> = bounds(ahead, false).collect();
            let value = compact(future.values[ahead]);
            let row = std::iter::once(time).chain(lower.into_iter().rev()).chain([value]);
            row.chain(bounds(ahead, true)).collect::<Vec<String>>()
        };
        writeln!(out, "\n{}", report.name)?;
        let rows: Vec<Vec<String>> = (0..future.values.len()).map(row).collect();
        write_table(out, &header, &rows)?;
    }
    Ok(())
}
