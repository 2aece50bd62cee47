//! `tidegate score`: models over many series, as forecasting competitions compare them.
//!
//! Which row of TEST holds the values after which series of TRAIN.
//!
//! By name. Rows are paired by their order only where no name of one file is in the other: some
//! collections number the rows of TEST by themselves.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::args::ScoreArgs;
use super::error::{CliError, End};
use super::keep::Interrupts;
use super::progress::ScoreProgress;
use super::terminal::{Output, say, say_error, write_row};
use crate::evaluate::{PanelCase, PanelProgress, PanelRun, PanelScore, PanelTask, score_panel};
use crate::forecast::{Fits, Flow, ModelChoice, level_name};
use crate::import::{ImportConfig, Layout, Reading, read_file};
use crate::nn::kernels::clamped_threads;
use crate::project::Recipe;
use crate::series::Series;
use crate::series::number::compact;

/// Width of a number in the table: one of nine digits, or of four in scientific notation.
const NUMBER_WIDTH: usize = 9;

/// Runs the subcommand. Each model's line is written when it is there. Ctrl-C ends the model under way
/// with the means over the series that are done, and leaves out the models after it.
pub fn run(args: &ScoreArgs, out: &mut Output<'_>) -> Result<End, CliError> {
    let Pairing { cases, left_out, notes } = pair(args)?;
    if !args.quiet {
        for note in &notes {
            say(format_args!("note: {note}"));
        }
    }
    if !left_out.is_empty() {
        let (test, series) = (args.test.display(), listed(&left_out));
        say_error(format_args!("{test} has no row for {series}, which is not scored"));
    }
    let threads = clamped_threads(args.threads);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| CliError::Threads(error.to_string()))?;
    let (header, widths) = columns(args);
    if !args.json {
        write_row(out, &header, &widths)?;
    }
    // Members that are fitted before their combination are not fitted again.
    let fits: Vec<Fits> = cases.iter().map(|_| Fits::default()).collect();
    let interrupts = Interrupts::listen();
    let bar = ScoreProgress::new(cases.len(), args.quiet);
    // Between two models too, so that an interrupt never ends the program before what is done is told.
    let _held = interrupts.hold(bar.word_of_stopping());
    let models = args.models.models();
    let (mut is_whole, mut scored) = (left_out.is_empty(), 0);
    for (place, &model) in models.iter().enumerate() {
        let run = score(args, model, (&cases, &fits), &pool, &interrupts, &bar);
        is_whole &= run.score.failed == 0;
        scored += run.score.series;
        if args.json {
            out.json(&line(&run, &cases, &left_out))?;
        } else if run.done() > 0 {
            write_row(out, &row(args, &run.score), &widths)?;
        }
        out.flush()?;
        let left = &models[place + 1..];
        if run.is_cut_short() || (interrupts.is_asked() && !left.is_empty()) {
            let words = in_words(&run, left);
            if !args.json {
                writeln!(out, "{words}")?;
            } else if !args.quiet {
                say(words);
            }
            return Ok(End::Interrupted);
        }
    }
    match (scored, is_whole) {
        (0, _) => Err(CliError::NoModel { models: models.len() }),
        (_, true) => Ok(End::Complete),
        (_, false) => Ok(End::Partial),
    }
}

/// What Ctrl-C has left out.
fn in_words(run: &PanelRun, left: &[ModelChoice]) -> String {
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

fn score(
    args: &ScoreArgs,
    model: ModelChoice,
    (cases, fits): (&[PanelCase], &[Fits]),
    pool: &rayon::ThreadPool,
    interrupts: &Interrupts,
    bar: &ScoreProgress,
) -> PanelRun {
    let combined =
        args.models.models().iter().any(
            |model| matches!(model, ModelChoice::Baseline(baseline) if baseline.is_combination()),
        );
    let set_up = |place: usize| {
        let PanelCase { history, actual, .. } = &cases[place];
        let history = &history.target;
        let recipe = recipe(args, history, actual.len());
        let fits = if combined { fits[place].clone() } else { Fits::default() };
        Ok((recipe.forecaster_sharing(model, history, &fits), recipe.split(history)))
    };
    bar.begin(model);
    let mut on_progress = |progress: &PanelProgress<'_>| {
        bar.hear(progress.done, || progress.score());
        if interrupts.is_asked() { Flow::Stop } else { Flow::Continue }
    };
    let task = PanelTask { cases, levels: args.levels.shares(), set_up: &set_up };
    let run = pool.install(|| score_panel(&model.to_string(), &task, &mut on_progress));
    bar.finish();
    if let Some((series, why)) = &run.score.first_failure {
        let (failed, of) = (run.score.failed, cases.len());
        say_error(format_args!(
            "{model} failed on {failed} of {of} series, first on {series}: {why}"
        ));
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

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), compact)
}

/// One model as a JSON object in a line, with every series that it failed on and every one that had no
/// row of TEST; one that Ctrl-C has ended says so.
fn line(run: &PanelRun, cases: &[PanelCase], left_out: &[String]) -> Value {
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
    let failures = run.series.iter().zip(cases).filter_map(|(made, case)| {
        let reason = made.as_ref()?.as_ref().err()?;
        Some(json!({ "series": case.history.target.name, "reason": reason }))
    });
    put("failures".to_owned(), failures.collect());
    put("left_out".to_owned(), json!(left_out));
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

/// The series to score, and what is to be said of the others.
#[derive(Debug, Default)]
pub struct Pairing {
    /// Every K-th series of TRAIN that has a row of TEST.
    pub cases: Vec<PanelCase>,
    /// Series among the K-th ones that have none.
    pub left_out: Vec<String>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Reads both files and pairs their rows.
///
/// # Errors
/// Where a file cannot be read, or rows cannot be told to belong together.
pub fn pair(args: &ScoreArgs) -> Result<Pairing, CliError> {
    let (train, test) = (rows_of(&args.train)?, rows_of(&args.test)?);
    let of_train: HashSet<&str> = train.panel.names().collect();
    let of_test: HashMap<&str, &Series> =
        test.panel.series.iter().map(|series| (series.name.as_str(), series)).collect();
    let mut pairing = Pairing::default();
    let is_named = of_train.iter().any(|name| of_test.contains_key(name));
    if is_named {
        let unused = test.panel.names().filter(|name| !of_train.contains(name));
        let unused: Vec<&str> = unused.collect();
        if !unused.is_empty() {
            pairing.notes.push(format!(
                "{} has rows for series that {} does not have, which are not used: {}",
                args.test.display(),
                args.train.display(),
                listed(&unused)
            ));
        }
    } else {
        check_order(args, &train, &test)?;
        pairing.notes.push(format!(
            "no series of {} has a name of {}; their rows are paired by their order",
            args.test.display(),
            args.train.display()
        ));
    }
    for (place, history) in train.panel.series.iter().enumerate().step_by(args.every.max(1)) {
        let by_order = || test.panel.series.get(place).filter(|_| !is_named);
        match of_test.get(history.name.as_str()).copied().or_else(by_order) {
            Some(actual) => pairing.cases.push(PanelCase {
                actual: actual.values.to_vec(),
                history: Arc::new(history.clone().into()),
                season_length: args.season_length,
            }),
            None => pairing.left_out.push(history.name.clone()),
        }
    }
    if pairing.cases.is_empty() {
        return Err(not_paired(
            args,
            format!("the second has no row for {}", listed(&pairing.left_out)),
        ));
    }
    Ok(pairing)
}

fn rows_of(path: &Path) -> Result<Reading, CliError> {
    let config = ImportConfig { layout: Some(Layout::WideRows), ..ImportConfig::default() };
    Ok(read_file(path, &config)?)
}

/// Refuses to pair by order where a row is missing on one side, for all after it would be shifted.
fn check_order(args: &ScoreArgs, train: &Reading, test: &Reading) -> Result<(), CliError> {
    let [histories, actuals] = [train, test].map(|reading| reading.panel.series.len());
    if histories != actuals {
        let found = format!(
            "the second has {actuals} rows for {histories} series, and none of their names"
        );
        return Err(not_paired(args, found));
    }
    for (reading, file) in [(train, &args.train), (test, &args.test)] {
        let empty = reading.ledger.rows_read.saturating_sub(reading.ledger.rows_used);
        if empty > 0 {
            let found = format!(
                "no name is in both files, and {empty} rows of {} hold no values, so that their order \
                 does not tell",
                file.display()
            );
            return Err(not_paired(args, found));
        }
    }
    Ok(())
}

fn not_paired(args: &ScoreArgs, found: String) -> CliError {
    CliError::NotPaired { train: args.train.clone(), test: args.test.clone(), found }
}

/// Names that a line lists one by one.
const LISTED: usize = 8;

/// Names of series in a line. A number in brackets behind one is the reader's own.
pub fn listed<N: AsRef<str>>(names: &[N]) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let is_copy = |name: &&str| name.ends_with(')') && name.contains(" (");
    let copies = if shown.iter().any(is_copy) {
        " (a number in brackets counts the rows of one name)"
    } else {
        ""
    };
    format!("{}{more}{copies}", shown.join(", "))
}
