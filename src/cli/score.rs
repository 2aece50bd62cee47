//! `tidegate score`: models over many series, as forecasting competitions compare them.

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::evaluate::{PanelCase, PanelScore, PanelTask, SetUp, score_panel};
use crate::forecast::{Baseline, Fits, Flow, Model, level_name};
use crate::import::{ImportConfig, ImportError, Layout, read_file};
use crate::project::Recipe;
use crate::series::Series;
use crate::series::number::compact;

use super::table::write_table;
use super::{CliError, ScoreArgs};

/// Runs the subcommand.
pub fn run(args: &ScoreArgs, out: &mut impl Write) -> Result<(), CliError> {
    let cases = cases(args)?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0));
    let pool = threads.build().map_err(|error| CliError::Threads(error.to_string()))?;
    let mut scores = Vec::new();
    // Members that are fitted before their combination are not fitted again.
    let fits: Vec<Fits> = cases.iter().map(|_| Fits::default()).collect();
    for &model in args.models.models() {
        let score = score(args, model, &cases, &fits, &pool)?;
        if args.json {
            writeln!(out, "{}", line(&score))?;
            out.flush()?;
        }
        scores.push(score);
    }
    if args.json { Ok(()) } else { print_table(args, &scores, out) }
}

/// Every K-th series of TRAIN with its row of TEST.
fn cases(args: &ScoreArgs) -> Result<Vec<PanelCase>, CliError> {
    let (train, test) = (rows_of(&args.train)?, rows_of(&args.test)?);
    let every = args.every.max(1);
    let mut cases = Vec::new();
    for (place, history) in train.into_iter().enumerate().step_by(every) {
        // By name; a file may also name its rows anew and keep their order.
        let of_name = test.iter().find(|actual| actual.name == history.name);
        let Some(actual) = of_name.or_else(|| test.get(place)) else {
            return Err(CliError::NoTestRow {
                train: args.train.clone(),
                test: args.test.clone(),
                series: history.name,
            });
        };
        cases.push(PanelCase { actual: actual.values.to_vec(), history });
    }
    Ok(cases)
}

fn rows_of(path: &Path) -> Result<Vec<Series>, ImportError> {
    let config = ImportConfig { layout: Some(Layout::WideRows), ..ImportConfig::default() };
    Ok(read_file(path, &config)?.panel.series)
}

fn score(
    args: &ScoreArgs,
    model: Model,
    cases: &[PanelCase],
    fits: &[Fits],
    pool: &rayon::ThreadPool,
) -> Result<PanelScore, CliError> {
    let combined = args.models.models().contains(&Model::Baseline(Baseline::Combination));
    let forecaster = |place: usize, series: &Series, horizon: usize| {
        let recipe = recipe(args, series, horizon);
        let fits = if combined { fits[place].clone() } else { Fits::default() };
        (recipe.forecaster_sharing(model, series, &fits), recipe.split(series))
    };
    let forecaster: &SetUp<'_> = &forecaster;
    let bar = bar(args.quiet, cases.len(), model);
    let on_series = |done: usize| {
        bar.set_position(done as u64);
        Flow::Continue
    };
    let task = PanelTask {
        cases,
        season_length: args.season_length,
        levels: args.levels.shares(),
        forecaster,
        on_series: &on_series,
    };
    let score = pool.install(|| score_panel(&model.to_string(), &task));
    bar.finish_and_clear();
    let score = score.ok_or(CliError::Stopped)?;
    if let Some((series, why)) = score.first_failure.as_ref().filter(|_| !args.quiet) {
        eprintln!("note: {model} failed on {} series, first on {series}: {why}", score.failed);
    }
    Ok(score)
}

/// Settings for a history of which nothing is held out: the rows after it stand in another file.
fn recipe(args: &ScoreArgs, series: &Series, horizon: usize) -> Recipe {
    let season_length = Some(args.season_length);
    let mut recipe = Recipe::for_series_and_horizon(series, ImportConfig::default(), horizon);
    recipe.baselines.season_length = season_length;
    recipe.window.test = 0;
    recipe
}

fn bar(quiet: bool, series: usize, model: Model) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:18} {bar:32} {pos}/{len} series, {eta} left");
    let bar = ProgressBar::new(series as u64);
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.with_message(model.to_string())
}

/// One model as a JSON object in a line.
fn line(score: &PanelScore) -> Value {
    let mut object = Map::new();
    let mut put = |key: String, value: Value| object.insert(key, value);
    put("name".to_owned(), json!(score.name));
    put("series".to_owned(), json!(score.series));
    put("failed".to_owned(), json!(score.failed));
    put("smape".to_owned(), json!(score.smape));
    put("mase".to_owned(), json!(score.mase));
    put("ms_per_series".to_owned(), json!(score.ms_per_series));
    for interval in &score.intervals {
        let percent = level_name(interval.level);
        put(format!("coverage_{percent}"), json!(interval.coverage));
        put(format!("interval_score_{percent}"), json!(interval.score));
    }
    Value::Object(object)
}

fn print_table(
    args: &ScoreArgs,
    scores: &[PanelScore],
    out: &mut impl Write,
) -> Result<(), CliError> {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), compact);
    let levels: Vec<String> = args.levels.shares().iter().copied().map(level_name).collect();
    let mut header: Vec<String> =
        ["model", "series", "failed", "sMAPE", "MASE", "ms a series"].map(str::to_owned).to_vec();
    for level in &levels {
        header.push(format!("in {level} %"));
        header.push(format!("score {level} %"));
    }
    let row = |score: &PanelScore| {
        let mut row = vec![
            score.name.clone(),
            score.series.to_string(),
            score.failed.to_string(),
            number(score.smape),
            number(score.mase),
            compact(score.ms_per_series),
        ];
        for &level in args.levels.shares() {
            let found = score.intervals.iter().find(|found| found.level.total_cmp(&level).is_eq());
            row.push(found.map_or_else(
                || "–".to_owned(),
                |found| format!("{:.1} %", 100.0 * found.coverage),
            ));
            row.push(number(found.map(|found| found.score)));
        }
        row
    };
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = scores.iter().map(row).collect();
    Ok(write_table(out, &header, &rows)?)
}
