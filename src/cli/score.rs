//! `tidegate score`: models over many series, as forecasting competitions compare them.

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::evaluate::{PanelCase, PanelProgress, PanelRun, PanelScore, PanelTask, score_panel};
use crate::forecast::{Baseline, Fits, Flow, Model, level_name};
use crate::import::{ImportConfig, ImportError, Layout, read_file};
use crate::project::Recipe;
use crate::series::Series;
use crate::series::number::compact;

use super::interrupt::Interrupts;
use super::table::write_row;
use super::{CliError, End, ScoreArgs};

/// Width of a number in the table: one of nine digits, or of four in scientific notation.
const NUMBER_WIDTH: usize = 9;

/// Runs the subcommand. Each model's line is written when it is there. Ctrl-C ends the model under way
/// with the means over the series that are done, and leaves out the models after it.
pub fn run(args: &ScoreArgs, out: &mut impl Write) -> Result<End, CliError> {
    let cases = cases(args)?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0));
    let pool = threads.build().map_err(|error| CliError::Threads(error.to_string()))?;
    let (header, widths) = columns(args);
    if !args.json {
        write_row(out, &header, &widths)?;
    }
    // Members that are fitted before their combination are not fitted again.
    let fits: Vec<Fits> = cases.iter().map(|_| Fits::default()).collect();
    let interrupts = Interrupts::listen();
    for (place, &model) in args.models.models().iter().enumerate() {
        let run = score(args, model, &cases, &fits, &pool, &interrupts);
        if args.json {
            writeln!(out, "{}", line(&run))?;
        } else if run.done() > 0 {
            write_row(out, &row(args, &run.score), &widths)?;
        }
        out.flush()?;
        let left = &args.models.models()[place + 1..];
        if run.is_cut_short() || (interrupts.is_asked() && !left.is_empty()) {
            let words = in_words(&run, left);
            if !args.json {
                writeln!(out, "{words}")?;
            } else if !args.quiet {
                eprintln!("{words}");
            }
            return Ok(End::Interrupted);
        }
    }
    Ok(End::Complete)
}

/// What Ctrl-C has left out.
fn in_words(run: &PanelRun, left: &[Model]) -> String {
    let (name, done, of) = (&run.score.name, run.done(), run.series.len());
    let mut words = Vec::new();
    if run.is_cut_short() {
        words.push(format!("{name} was interrupted after {done} of {of} series"));
    }
    if !left.is_empty() {
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        words.push(format!("not scored: {}", left.join(", ")));
    }
    words.join("; ")
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
        let season_length = args.season_length;
        cases.push(PanelCase { actual: actual.values.to_vec(), history, season_length });
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
    interrupts: &Interrupts,
) -> PanelRun {
    let combined = args.models.models().contains(&Model::Baseline(Baseline::Combination));
    let set_up = |place: usize| {
        let PanelCase { history, actual, .. } = &cases[place];
        let recipe = recipe(args, history, actual.len());
        let fits = if combined { fits[place].clone() } else { Fits::default() };
        Ok((recipe.forecaster_sharing(model, history, &fits), recipe.split(history)))
    };
    let bar = bar(args.quiet, cases.len(), model);
    let mut on_progress = |progress: &PanelProgress<'_>| {
        bar.set_position(progress.done as u64);
        if !bar.is_hidden() {
            bar.set_message(so_far(&progress.score()));
        }
        if interrupts.is_asked() { Flow::Stop } else { Flow::Continue }
    };
    let task = PanelTask { cases, levels: args.levels.shares(), set_up: &set_up };
    let held = interrupts.hold(word_of_stopping(&bar, args.quiet));
    let run = pool.install(|| score_panel(&model.to_string(), &task, &mut on_progress));
    drop(held);
    bar.finish_and_clear();
    if let Some((series, why)) = run.score.first_failure.as_ref().filter(|_| !args.quiet) {
        eprintln!("note: {model} failed on {} series, first on {series}: {why}", run.score.failed);
    }
    run
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
    let style = "{prefix:18} {bar:24} {pos} of {len} series, {eta} left  {msg}";
    let style = ProgressStyle::with_template(style);
    let bar = ProgressBar::new(series as u64);
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.with_prefix(model.to_string())
}

/// Says, above the bar, that the model ends: for the thread that hears Ctrl-C.
fn word_of_stopping(bar: &ProgressBar, quiet: bool) -> impl FnOnce() + Send + use<> {
    let bar = bar.clone();
    move || {
        if !quiet {
            bar.suspend(|| eprintln!("stopping after the series under way; Ctrl-C ends at once"));
        }
    }
}

/// The means over the series that are done.
fn so_far(score: &PanelScore) -> String {
    format!("sMAPE {}, MASE {}", number(score.smape), number(score.mase))
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), compact)
}

/// One model as a JSON object in a line; one that Ctrl-C has ended says so.
fn line(run: &PanelRun) -> Value {
    let score = &run.score;
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
    if run.is_cut_short() {
        put("interrupted".to_owned(), json!(true));
        put("of".to_owned(), json!(run.series.len()));
    }
    Value::Object(object)
}

/// Names and widths of the table's columns; rows come one by one.
fn columns(args: &ScoreArgs) -> (Vec<String>, Vec<usize>) {
    let mut header: Vec<String> =
        ["model", "series", "failed", "sMAPE", "MASE", "ms a series"].map(str::to_owned).to_vec();
    for &level in args.levels.shares() {
        let level = level_name(level);
        header.extend([format!("in {level} %"), format!("score {level} %")]);
    }
    let names = args.models.models().iter().map(|model| model.to_string().chars().count());
    let widest_name = names.max().unwrap_or(0);
    let width = |(column, name): (usize, &String)| {
        let cells = match column {
            0 => widest_name,
            1 | 2 => 0,
            _ => NUMBER_WIDTH,
        };
        name.chars().count().max(cells)
    };
    let widths = header.iter().enumerate().map(width).collect();
    (header, widths)
}

/// One model as a row of the table.
fn row(args: &ScoreArgs, score: &PanelScore) -> Vec<String> {
    let mut row = vec![
        score.name.clone(),
        score.series.to_string(),
        score.failed.to_string(),
        number(score.smape),
        number(score.mase),
        compact(score.ms_per_series),
    ];
    for &level in args.levels.shares() {
        let found = score.interval(level);
        let share = |found: f64| format!("{:.1} %", 100.0 * found);
        row.push(found.map_or_else(|| "–".to_owned(), |found| share(found.coverage)));
        row.push(number(found.map(|found| found.score)));
    }
    row
}
