//! What `tidegate forecast` and `tidegate resume` print: scorecard, verdict and forecasts.

use super::error::CliError;
use super::results::{ForecastJson, ModelJson, Results, RowsJson};
use super::terminal::{Output, write_table};
use crate::evaluate::{ModelReport, ScoringTask, spread, verdict};
use crate::forecast::{Levels, ModelChoice, level_name};
use crate::import::Reading;
use crate::project::Recipe;
use crate::series::Series;
use crate::series::number::compact;

/// Prints one JSON object.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_json(
    label: &str,
    reading: &Reading,
    task: &ScoringTask,
    results: &Results,
    out: &mut Output<'_>,
) -> Result<(), CliError> {
    let series = reading.target();
    let model = |report| ModelJson::from_report(report, series, results.runs.of(report));
    let json = ForecastJson {
        file: label,
        target: &series.name,
        rows: RowsJson { read: reading.ledger.rows_read, used: reading.ledger.rows_used },
        step: series.axis.step_label(),
        season_length: task.season_length,
        models: results.reports.iter().map(model).collect(),
        failures: &results.failures,
    };
    out.json(&json)
}

/// Prints the scorecard, a line of verdict, and the forecasts, a row a time.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_tables(
    label: &str,
    series: &Series,
    task: &ScoringTask,
    reports: &[ModelReport],
    out: &mut Output<'_>,
) -> Result<(), CliError> {
    let (first, last) = series.span().unwrap_or_default();
    let held_out = task.split.holdout(task.horizon);
    writeln!(
        out,
        "{}: {}, {} rows from {first} to {last}, step {}, season {}",
        label,
        series.name,
        series.len(),
        series.axis.step_label(),
        task.season_length
    )?;
    writeln!(
        out,
        "Scored on the last {} rows, {} to {}, which no model has seen",
        held_out.len(),
        series.axis.iso(held_out.start),
        series.axis.iso(held_out.end - 1)
    )?;
    writeln!(out)?;
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
    let is_network = |name: &str| name.parse::<ModelChoice>().is_ok_and(ModelChoice::is_network);
    print_fits(reports, out)?;
    let spread = spread(&series.values);
    if let Some(verdict) = verdict(&reports.iter().collect::<Vec<_>>(), spread, is_network) {
        writeln!(out)?;
        writeln!(out, "{verdict}")?;
    }
    writeln!(out)?;
    writeln!(out, "Forecast of the next {} rows", task.horizon)?;
    let names: Vec<&str> =
        std::iter::once("time").chain(reports.iter().map(|report| report.name.as_str())).collect();
    let rows: Vec<Vec<String>> = (0..task.horizon)
        .map(|ahead| {
            let time = series.axis.iso(series.len() + ahead);
            let value = |report: &ModelReport| {
                report.future.values.get(ahead).copied().map_or_else(|| "–".to_owned(), compact)
            };
            std::iter::once(time).chain(reports.iter().map(value)).collect()
        })
        .collect();
    Ok(write_table(out, &names, &rows)?)
}

/// The models that were fitted, in a line each.
fn print_fits(reports: &[ModelReport], out: &mut Output<'_>) -> Result<(), CliError> {
    let chosen = |report: &&ModelReport| report.parameters > 0;
    for report in reports.iter().filter(chosen) {
        if report.stopped {
            let epochs = report.best_epochs.iter().map(usize::to_string).collect::<Vec<_>>();
            let name = &report.name;
            writeln!(
                out,
                "{name}: stopped by hand, with the weights of epoch {}",
                epochs.join(", ")
            )?;
        }
        if let Some(fit) = &report.fit {
            let criterion = fit.criteria.map(|criteria| format!(", AICc {:.2}", criteria.aicc));
            let criterion = criterion.unwrap_or_default();
            writeln!(out, "{}: {}{criterion}", report.name, fit.description)?;
        }
    }
    Ok(())
}

/// Prints the bounds of every model that gives intervals, a table each.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_intervals(
    series: &Series,
    reports: &[ModelReport],
    levels: &Levels,
    out: &mut Output<'_>,
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
        writeln!(out)?;
        writeln!(out, "{}", report.name)?;
        let rows: Vec<Vec<String>> = (0..future.values.len()).map(row).collect();
        write_table(out, &header, &rows)?;
    }
    Ok(())
}

/// Prints the layers of each network among `models`: shapes out, weights, parameters.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_summaries(
    recipe: &Recipe,
    series: &Series,
    models: &[ModelChoice],
    out: &mut Output<'_>,
) -> std::io::Result<()> {
    for &model in models {
        let ModelChoice::Network(cell) = model else { continue };
        let mut recipe = recipe.clone();
        recipe.model.cell = cell;
        let Some(summary) = recipe.summary(series) else { continue };
        writeln!(out, "{model}: {} parameters", summary.parameters())?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in &summary.rows {
            let parameters = row.parameters().to_string();
            rows.push(vec![row.layer.clone(), row.output.clone(), parameters]);
            for weight in &row.weights {
                let shape = format!("{:?}", weight.shape);
                let parameters = weight.parameters().to_string();
                rows.push(vec![format!("  {}", weight.name), shape, parameters]);
            }
        }
        write_table(out, &["layer", "shape", "parameters"], &rows)?;
        writeln!(out)?;
    }
    Ok(())
}
