//! One training step (forward, mean squared error, backward, Adam), timed.
//!
//! `cargo bench --bench training_step` prints one JSON line a shape: the median of the repeats in
//! milliseconds, windows a second, and the rate counting the products alone (six times the
//! multiply-adds of one pass: two forward, four backward). With `TIDEGATE_PEER` naming a command
//! that takes the shape as `--cell lstm --batch 32 ..` and prints a line with `median_ms`, it runs
//! that after each shape and prints the ratio.

#![expect(clippy::print_stdout, reason = "the printed lines are the result")]
#![expect(clippy::cast_precision_loss, reason = "sizes of a benchmark are small numbers")]

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use candle_core::{Device, Tensor};
use tidegate::nn::{Cell, Dropout, ModelConfig, Network};
use tidegate::train::Adam;

struct Shape {
    batch: usize,
    steps: usize,
    features: usize,
    hidden: usize,
    layers: usize,
    repeats: usize,
}

const fn shape(
    batch: usize,
    steps: usize,
    features: usize,
    hidden: usize,
    layers: usize,
    repeats: usize,
) -> Shape {
    Shape { batch, steps, features, hidden, layers, repeats }
}

const SHAPES: [Shape; 6] = [
    shape(32, 12, 1, 16, 1, 200),
    shape(32, 24, 1, 32, 1, 200),
    shape(32, 48, 1, 64, 1, 100),
    shape(64, 96, 8, 128, 2, 15),
    shape(128, 168, 1, 256, 1, 9),
    shape(256, 30, 24, 512, 1, 9),
];
const WARM_UP: usize = 3;

/// A full cycle of values, different in every place.
fn wave(len: usize) -> Vec<f32> {
    (0..len).map(|index| ((index % 1_009) as f32 * 0.37).sin()).collect()
}

/// Median milliseconds of one training step.
fn median_ms(cell: Cell, shape: &Shape) -> candle_core::Result<f64> {
    let &Shape { batch, steps, features, hidden, layers, repeats } = shape;
    let config = ModelConfig { cell, layers, hidden_size: hidden, dropout: 0.0 };
    let network = Network::new(&config, features, 1, 1)?;
    let parameters = network.parameters();
    let mut adam = Adam::new(&parameters, 1e-3)?;
    let mut dropout = Dropout::new(0.0, 1);
    let device = &Device::Cpu;
    let inputs =
        Tensor::from_vec(wave(batch * steps * features), (batch, steps, features), device)?;
    let targets = Tensor::from_vec(wave(batch), (batch, 1), device)?;
    let mut times = Vec::new();
    for _ in 0..WARM_UP + repeats {
        let start = Instant::now();
        let forecast = network.forward_training(black_box(&inputs), &mut dropout)?;
        let loss = (forecast - &targets)?.sqr()?.mean_all()?;
        let gradients = loss.backward()?;
        adam.step(&parameters, &gradients, 1.0)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let mut times = times.split_off(WARM_UP);
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// What the peer needs for the same step, if one is named and answers.
fn peer_ms(cell: Cell, shape: &Shape) -> Option<f64> {
    let command = std::env::var("TIDEGATE_PEER").ok()?;
    let mut words = command.split_whitespace();
    let mut peer = Command::new(words.next()?);
    peer.args(words).args(["--cell", cell.name()]);
    for (name, value) in [
        ("--batch", shape.batch),
        ("--steps", shape.steps),
        ("--features", shape.features),
        ("--hidden", shape.hidden),
        ("--layers", shape.layers),
        ("--repeats", shape.repeats),
    ] {
        peer.args([name, &value.to_string()]);
    }
    let line: serde_json::Value = serde_json::from_slice(&peer.output().ok()?.stdout).ok()?;
    line.get("median_ms")?.as_f64()
}

fn multiply_adds(cell: Cell, shape: &Shape) -> usize {
    let &Shape { batch, steps, features, hidden, layers, .. } = shape;
    let widths = (0..layers).map(|layer| if layer == 0 { features } else { hidden } + hidden);
    widths.map(|width| batch * steps * cell.gates() * hidden * width).sum()
}

fn main() -> candle_core::Result<()> {
    for shape in &SHAPES {
        for cell in [Cell::Lstm, Cell::Gru] {
            let median = median_ms(cell, shape)?;
            let mut line = serde_json::json!({
                "cell": cell.name(), "batch": shape.batch, "steps": shape.steps,
                "features": shape.features, "hidden": shape.hidden, "layers": shape.layers,
                "median_ms": median,
                "windows_per_second": shape.batch as f64 / median * 1e3,
                "gflops": 6.0 * multiply_adds(cell, shape) as f64 / median / 1e6,
            });
            if let Some(peer) = peer_ms(cell, shape) {
                line["peer_ms"] = peer.into();
                line["peer_ratio"] = (peer / median).into();
            }
            println!("{line}");
        }
    }
    Ok(())
}
