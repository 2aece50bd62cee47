//! Baselines over the series of public sets, beside another implementation in one run; and how soon
//! those of one series are there.
//!
//! `TIDEGATE_DATA=FOLDER TIDEGATE_PEER="python statsforecast_score.py" cargo bench --bench baselines --
//! --every 20`. FOLDER holds `tourism/Monthly-train.csv` and `-test.csv`, and so for each of `SETS`; a
//! set that is not there is passed over, and said so. The peer takes TRAIN, TEST, `--season-length` and
//! `--models`, and prints a line with `ms_per_series`, `smape` and `mase` for each model. Both work on
//! one thread and on the same series, written without missing values, for the peer leaves those out:
//! every K-th, of the shorter ones where the peer would not end.

#![expect(clippy::print_stdout, reason = "the printed lines are the result")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use tidegate::baseline::Baseline;
use tidegate::evaluate::{ModelReport, PanelCase, PanelScore, PanelTask, score_panel};
use tidegate::forecast::{Fits, Flow, ModelChoice};
use tidegate::import::{ImportConfig, Layout, read_file};
use tidegate::project::Recipe;
use tidegate::series::{Series, TimeAxis};

/// A set of series under the folder of data.
struct Set {
    name: &'static str,
    /// Without `-train.csv` and `-test.csv`.
    files: &'static str,
    season_length: usize,
    /// Rows of the longest series that the peer ends on within seconds.
    longest: usize,
}

const SETS: [Set; 4] = [
    Set {
        name: "Tourism Monthly",
        files: "tourism/Monthly",
        season_length: 12,
        longest: usize::MAX,
    },
    Set { name: "M4 Weekly", files: "m4/Weekly", season_length: 1, longest: usize::MAX },
    Set { name: "M4 Weekly, short", files: "m4/Weekly", season_length: 52, longest: 300 },
    Set { name: "NN5 daily", files: "nn5/NN5_daily", season_length: 7, longest: usize::MAX },
];
/// What both sides have.
const MODELS: [&str; 3] = ["auto-arima", "auto-ets", "theta"];
/// Every K-th series of a set where nothing is said.
const EVERY: usize = 20;
/// Runs of which the median counts.
const RUNS: usize = 9;
/// The most that all baselines of one series may take together: what a person takes for at once.
const AT_ONCE_MS: f64 = 150.0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1)
    };
    let every = value("--every").and_then(|every| every.parse().ok()).unwrap_or(EVERY).max(1);
    let of_set = value("--set");
    if of_set.is_none() {
        one_series()?;
    }
    let Some(folder) = std::env::var_os("TIDEGATE_DATA") else {
        println!("sets of series: skipped, TIDEGATE_DATA names no folder");
        return Ok(());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    for set in SETS {
        if of_set.is_some_and(|files| files != set.files) {
            continue;
        }
        let file = |part: &str| Path::new(&folder).join(format!("{}-{part}.csv", set.files));
        let (train, test) = (file("train"), file("test"));
        if train.is_file() && test.is_file() {
            compare(&set, &cases(&set, &train, &test)?, every, &pool)?;
        } else {
            println!("{}: skipped, {} is not there", set.name, train.display());
        }
    }
    Ok(())
}

/// Every model on every K-th series, ours and the peer's in turn.
fn compare(
    set: &Set,
    all: &[PanelCase],
    every: usize,
    pool: &rayon::ThreadPool,
) -> Result<(), Box<dyn Error>> {
    let cases: Vec<PanelCase> = all.iter().step_by(every).cloned().collect();
    println!("{}, season {}: {} of {} series", set.name, set.season_length, cases.len(), all.len());
    let folder = tempfile::tempdir()?;
    let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    fs::write(&train, rows(&cases, |case| &case.history.target.values))?;
    fs::write(&test, rows(&cases, |case| &case.actual))?;
    for baseline in MODELS.into_iter().filter_map(Baseline::named) {
        let ours = pool.install(|| ours(&cases, baseline));
        println!(
            "  {baseline:10}  ours {:9.3} ms, sMAPE {}, MASE {}, {} failed",
            ours.ms_per_series,
            number(ours.smape),
            number(ours.mase),
            ours.failed
        );
        match peer(&train, &test, set.season_length, baseline) {
            Ok(line) => {
                let of = |name: &str| line.get(name).and_then(Value::as_f64);
                let ms = of("ms_per_series").ok_or("the peer gave no ms_per_series")?;
                println!(
                    "              peer {ms:9.3} ms, sMAPE {}, MASE {}; {:.1} times ours",
                    number(of("smape")),
                    number(of("mase")),
                    ms / ours.ms_per_series
                );
            }
            Err(why) => println!("              peer: skipped, {why}"),
        }
    }
    Ok(())
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| format!("{value:.4}"))
}

/// The series of a set with what came after them, missing values left out.
fn cases(set: &Set, train: &Path, test: &Path) -> Result<Vec<PanelCase>, Box<dyn Error>> {
    let config = ImportConfig { layout: Some(Layout::WideRows), ..ImportConfig::default() };
    let (train, test) = (read_file(train, &config)?.panel, read_file(test, &config)?.panel);
    let known = |values: &[f64]| values.iter().copied().filter(|value| value.is_finite()).collect();
    let pairs = train.series.iter().zip(&test.series);
    let case = |(history, actual): (&Series, &Series)| {
        let values: Vec<f64> = known(&history.values);
        let history = Series::new(history.name.clone(), TimeAxis::row_numbers(), values);
        let history = Arc::new(history.into());
        PanelCase { history, actual: known(&actual.values), season_length: set.season_length }
    };
    Ok(pairs.map(case).filter(|case| case.history.target.len() <= set.longest).collect())
}

/// Series in the layout of the M competitions.
fn rows(cases: &[PanelCase], values: fn(&PanelCase) -> &[f64]) -> String {
    let mut text = "id\n".to_owned();
    for (place, case) in cases.iter().enumerate() {
        text.push_str(&format!("s{place}"));
        for value in values(case) {
            text.push_str(&format!(",{value}"));
        }
        text.push('\n');
    }
    text
}

fn ours(cases: &[PanelCase], baseline: Baseline) -> PanelScore {
    let model = ModelChoice::Baseline(baseline);
    let set_up = |place: usize| {
        let PanelCase { history, actual, season_length } = &cases[place];
        let history = &history.target;
        let import = ImportConfig::default();
        let mut recipe = Recipe::for_series_and_horizon(history, import, actual.len());
        recipe.baselines.season_length = Some(*season_length);
        recipe.window.test = 0;
        Ok((recipe.forecaster(model, history), recipe.split(history)))
    };
    let task = PanelTask { cases, levels: &[], set_up: &set_up };
    score_panel(&model.to_string(), &task, &mut |_| Flow::Continue).score
}

fn peer(
    train: &Path,
    test: &Path,
    season_length: usize,
    baseline: Baseline,
) -> Result<Value, Box<dyn Error>> {
    let command = std::env::var("TIDEGATE_PEER").map_err(|_| "TIDEGATE_PEER names no command")?;
    let mut words = command.split_whitespace();
    let mut peer = Command::new(words.next().ok_or("TIDEGATE_PEER is empty")?);
    peer.args(words).args([train, test]);
    peer.args(["--season-length", &season_length.to_string(), "--models", &baseline.to_string()]);
    for threads in ["OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
        peer.env(threads, "1");
    }
    let output = peer.output()?;
    if !output.status.success() {
        let last = String::from_utf8_lossy(&output.stderr);
        return Err(last.lines().last().unwrap_or("it failed").to_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// How soon the baselines of one series are there, as the window makes them.
fn one_series() -> Result<(), Box<dyn Error>> {
    for rows in [144, 500, 10_000] {
        let series = series(rows);
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let start = Instant::now();
            let reports = all_baselines(&series)?;
            times.push(1e3 * start.elapsed().as_secs_f64());
            if times.len() == RUNS {
                let each = reports
                    .iter()
                    .map(|report| format!("{} {:.1}", report.name, 1e3 * report.seconds));
                println!("  {}", each.collect::<Vec<_>>().join(", "));
            }
        }
        times.sort_by(f64::total_cmp);
        let median = times[RUNS / 2];
        let bar = if rows == 500 { format!(" of {AT_ONCE_MS} ms") } else { String::new() };
        println!("all default baselines of {rows} rows: {median:.1} ms{bar}");
    }
    let long = series(100_000);
    let recipe = Recipe::for_series_read_by(&long, ImportConfig::default());
    let start = Instant::now();
    let periods = recipe.periods(&long);
    let fitted =
        Baseline::named("auto-arima").ok_or("no auto-arima")?.fit(&long.values, &periods)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("auto-arima of 100000 rows: {seconds:.2} s of 5 s, {}", fitted.description());
    Ok(())
}

/// Both forecasts of all default baselines, the cheapest first.
fn all_baselines(series: &Series) -> Result<Vec<ModelReport>, Box<dyn Error>> {
    let recipe = Recipe::for_series_read_by(series, ImportConfig::default());
    let (task, fits, known) = (recipe.task(series), Fits::default(), series.clone().into());
    let reports = recipe.baselines.models.iter().map(|&baseline| {
        let forecaster = recipe.forecaster_sharing(ModelChoice::Baseline(baseline), series, &fits);
        ModelReport::make(&*forecaster, &known, &task, &mut |_| Flow::Continue)
    });
    Ok(reports.collect::<Result<_, _>>()?)
}

/// A season of twelve on a slow curve, with noise that repeats after a billion rows.
fn series(rows: u32) -> Series {
    let value = |row: u32| {
        let t = f64::from(row);
        let noise = f64::from(row.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
        200.0
            + 30.0 * (t / 90.0).sin()
            + 12.0 * (std::f64::consts::TAU * t / 12.0).sin()
            + 20.0 * noise
    };
    Series::new("y", TimeAxis::row_numbers(), (0..rows).map(value).collect::<Vec<f64>>())
}
