//! How long a training job goes on after it was told to stop, or, with `--pause`, to wait.
//!
//! `cargo bench --bench stop -- --hidden 1024 --layers 4 --lookback 500 --batch 256 --trials 30
//! --within 20` begins so many jobs, stops each at a random moment within so many seconds, and prints
//! one JSON line: the median and the longest time in milliseconds from the stop to the job's end, all
//! its memory given back; or from the pause to when the job stands.

#![expect(clippy::print_stdout, reason = "the printed line is the result")]
#![expect(clippy::cast_precision_loss, reason = "sizes of a benchmark are small numbers")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tidegate::cancellation::{Cancellation, Control};
use tidegate::evaluate::{ModelReport, ScoringTask};
use tidegate::forecast::{Flow, NeuralForecaster};
use tidegate::nn::{Cell, Initialization, ModelConfig};
use tidegate::series::{DatasetSeries, MissingPolicy, OutlierPolicy, Series, TimeAxis};
use tidegate::train::{Optimizer, StateMode, Supervision, TrainConfig};
use tidegate::transform::TransformConfig;
use tidegate::window::{Split, WindowConfig};

/// A number given as `--name value`.
fn number(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    arguments.next().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn flag(name: &str) -> bool {
    std::env::args().any(|argument| argument == name)
}

fn series(rows: usize) -> Series {
    let values = (0..rows).map(|row| (row as f64 * 0.05).sin() + (row * 37 % 11) as f64 * 0.1);
    Series::new("y", TimeAxis::row_numbers(), values.collect::<Vec<_>>())
}

fn forecaster() -> NeuralForecaster {
    let gru = flag("--gru");
    NeuralForecaster {
        missing: MissingPolicy::default(),
        transform: TransformConfig::default(),
        season_length: 1,
        window: WindowConfig {
            lookback: number("--lookback", 96),
            horizon: number("--horizon", 24),
            validation: number("--validation", 300),
            test: 100,
        },
        model: ModelConfig {
            cell: if gru { Cell::Gru } else { Cell::Lstm },
            layers: number("--layers", 2),
            hidden_size: number("--hidden", 256),
            dropout: if flag("--dropout") { 0.1 } else { 0.0 },
            initialization: if flag("--orthogonal") {
                Initialization::Orthogonal
            } else {
                Initialization::Uniform
            },
            ..ModelConfig::default()
        },
        train: TrainConfig {
            batch_size: number("--batch", 64),
            ensemble: number("--ensemble", 1),
            state_mode: if flag("--stateful") { StateMode::Stateful } else { StateMode::Stateless },
            supervise: Some(if flag("--every") { Supervision::Every } else { Supervision::Last }),
            chunk: number("--chunk", 96),
            optimizer: if flag("--sgd") {
                Optimizer::Sgd { momentum: 0.9 }
            } else {
                Optimizer::AdamW
            },
            epochs: 1_000,
            patience: 1_000,
            ..TrainConfig::default()
        },
    }
}

/// What a job is told, and whether it stands.
#[derive(Default)]
struct Told {
    stopped: AtomicBool,
    held: AtomicBool,
    stands: AtomicBool,
}

impl Told {
    /// Whether to stop, after a wait where one is asked for.
    fn stop(&self) -> bool {
        self.wait();
        self.is_cancelled()
    }
}

impl Control for Told {
    fn is_cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn wait(&self) -> Duration {
        let start = Instant::now();
        let mut waited = Duration::ZERO;
        while self.held.load(Ordering::Relaxed) && !self.is_cancelled() {
            self.stands.store(true, Ordering::Relaxed);
            thread::sleep(Duration::from_micros(100));
            waited = start.elapsed();
        }
        waited
    }
}

/// Milliseconds from what the job is told, `after` the beginning, to when it does so; and how far it
/// had come.
fn trial(series: &DatasetSeries, forecaster: &NeuralForecaster, after: Duration) -> (f64, usize) {
    let told = Told::default();
    let split = Split::new(series.target.len(), &forecaster.window);
    let task = ScoringTask {
        split,
        horizon: forecaster.window.horizon,
        season_length: 1,
        outliers: OutlierPolicy::Keep,
        levels: Vec::new(),
    };
    thread::scope(|scope| {
        let job = scope.spawn(|| {
            let mut heard = 0;
            let mut listen = |_| {
                heard += 1;
                if told.stop() { Flow::Stop } else { Flow::Continue }
            };
            let cancel = Cancellation::new(&told);
            let scored = &mut |_| {};
            let report = ModelReport::fit(forecaster, series, &task, &cancel, &mut listen, scored);
            drop(report);
            heard
        });
        thread::sleep(after);
        let start = Instant::now();
        if !flag("--pause") {
            told.stopped.store(true, Ordering::Relaxed);
            let heard = job.join().unwrap_or_default();
            return (start.elapsed().as_secs_f64() * 1e3, heard);
        }
        told.held.store(true, Ordering::Relaxed);
        while !told.stands.load(Ordering::Relaxed) && !job.is_finished() {
            thread::sleep(Duration::from_micros(100));
        }
        let took = start.elapsed().as_secs_f64() * 1e3;
        told.stopped.store(true, Ordering::Relaxed);
        (took, job.join().unwrap_or_default())
    })
}

fn main() {
    let series = series(number("--rows", 5_000)).into();
    let forecaster = forecaster();
    let (trials, within) = (number("--trials", 30), number("--within", 4));
    let mut found: Vec<(f64, usize, u64)> = (0..trials)
        .map(|trial_number| {
            // Moments that fill the time evenly, in no order: multiples of the golden ratio.
            let share = (trial_number as f64 * 0.618_034).fract();
            let after = Duration::from_secs_f64(share * within as f64);
            let (milliseconds, heard) = trial(&series, &forecaster, after);
            (milliseconds, heard, u64::try_from(after.as_millis()).unwrap_or(u64::MAX))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    if flag("--all") {
        for (milliseconds, heard, after) in &found {
            println!("told after {after} ms and {heard} events: {milliseconds:.1} ms");
        }
    }
    let last = found.len().saturating_sub(1);
    let at = |place: usize| found.get(place).map_or(0.0, |found| found.0);
    println!(
        "{}",
        json!({
            "trials": found.len(),
            "median_ms": at(found.len() / 2),
            "ninth_decile_ms": at(last * 9 / 10),
            "longest_ms": at(last),
            "most_events": found.iter().map(|found| found.1).max(),
        })
    );
}
