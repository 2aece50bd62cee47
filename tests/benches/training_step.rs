//! One training step (forward, mean squared error, backward, clip, Adam), timed.
//!
//! `cargo bench --bench training_step -- --cell lstm --batch 32 --steps 48 --features 1 --hidden 64
//! --layers 1 --threads 2 --repeats 30` prints one JSON line: the median of the repeats in
//! milliseconds, windows a second, and the rate counting the products alone (six times the
//! multiply-adds of one pass: two forward, four backward).
//!
//! Without a shape it goes through six shapes and both gated cells. Each line also says what share of
//! the machine's matrix-product rate that is, what the layer of `stock.rs` needs, what one thread
//! needs, and, where `TIDEGATE_PEER` names a command that takes the same arguments and prints a line
//! with `median_ms`, what that needs; the medians of alternate turns, so that a busy machine is busy
//! for all of them. The last line sums up: geometric means, and the forecast of one window.

#![expect(clippy::print_stdout, reason = "the printed lines are the result")]
#![expect(clippy::cast_precision_loss, reason = "sizes of a benchmark are small numbers")]

#[path = "stock.rs"]
mod stock;

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use tidegate::cancellation::Cancellation;

use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use tidegate::nn::kernels::{cores, with_threads};
use tidegate::nn::{Cell, Dropout, ModelConfig, Network, Pass, PassInputs};
use tidegate::train::TrainConfig;
use tidegate::train::loss::Targets;
use tidegate::train::optimizer::{Descent, norm_of};

/// What a step is timed on.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    cell: Cell,
    batch: usize,
    steps: usize,
    features: usize,
    hidden: usize,
    layers: usize,
    threads: usize,
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
    Shape { cell: Cell::Lstm, batch, steps, features, hidden, layers, threads: 0, repeats }
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
/// Turns in which each side is measured once.
const TURNS: usize = 3;
/// A batch from which a second thread must pay.
const SHARED_BATCH: usize = 64;

/// A full cycle of values, different in every place.
fn wave(len: usize) -> Vec<f32> {
    (0..len).map(|index| ((index % 1_009) as f32 * 0.37).sin()).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed(
    repeats: usize,
    mut work: impl FnMut() -> candle_core::Result<()>,
) -> candle_core::Result<f64> {
    let mut times = Vec::with_capacity(repeats);
    for repeat in 0..WARM_UP + repeats {
        let start = Instant::now();
        work()?;
        if repeat >= WARM_UP {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(median(times))
}

impl Shape {
    fn inputs(&self) -> candle_core::Result<(Tensor, Tensor)> {
        let &Self { batch, steps, features, .. } = self;
        let device = &Device::Cpu;
        let inputs =
            Tensor::from_vec(wave(batch * steps * features), (batch, steps, features), device)?;
        Ok((inputs, Tensor::from_vec(wave(batch), (batch, 1), device)?))
    }

    /// Median milliseconds of one training step.
    fn step_ms(&self, threads: usize) -> candle_core::Result<f64> {
        let &Self { cell, batch, steps, features, hidden, layers, repeats, .. } = self;
        let config = ModelConfig { cell, layers, hidden_size: hidden, ..ModelConfig::default() };
        let network = Network::new(&config, features, 1, 1)?;
        let training = TrainConfig { gradient_clip: 1.0, ..TrainConfig::default() };
        let lengths = network.parameters().into_iter().map(|parameter| parameter.elem_count());
        let mut descent = Descent::new(&training, lengths);
        let loss = training.loss;
        let (mut pass, mut dropout) = (Pass::new(&network), Dropout::new(0.0, 1));
        let (steps_values, targets) = (wave(batch * steps * features), wave(batch));
        let (mask, mut gradient) = (vec![1.0; batch], vec![0.0; batch]);
        let inputs =
            PassInputs { batch, steps, steps_values: &steps_values, ..PassInputs::default() };
        let never = Cancellation::never();
        with_threads(Some(threads), || {
            timed(repeats, || {
                let forecast = pass
                    .forward(&network, black_box(&inputs), Some(&mut dropout), &never)
                    .map_err(candle_core::Error::wrap)?;
                let targets = Targets { values: &targets, mask: &mask, known: batch, offsets: &[] };
                black_box(loss.gradient(forecast, &targets, &mut gradient));
                pass.backward(&network, &gradient, &never).map_err(candle_core::Error::wrap)?;
                let gradients = pass.gradients();
                descent.begin(1e-3, norm_of(gradients.iter().map(Vec::as_slice)));
                network.update(|index, weights| {
                    descent.update(index, weights, &gradients[index]);
                })
            })
        })
    }

    /// The same of a layer made of the tensor library's operations, where there is one layer.
    fn stock_ms(&self) -> candle_core::Result<Option<f64>> {
        if self.layers > 1 {
            return Ok(None);
        }
        let layer = stock::Layer::new(self.cell, self.features, self.hidden)?;
        let parameters = layer.parameters();
        let training = TrainConfig { gradient_clip: 1.0, ..TrainConfig::default() };
        let lengths = parameters.iter().map(|parameter| parameter.elem_count());
        let mut descent = Descent::new(&training, lengths);
        let (inputs, targets) = self.inputs()?;
        let repeats = self.repeats.min(20);
        let time = timed(repeats, || {
            let loss = (layer.forward(black_box(&inputs))? - &targets)?.sqr()?.mean_all()?;
            stock::descend(&parameters, &loss.backward()?, &mut descent)
        })?;
        Ok(Some(time))
    }

    /// What the peer needs for the same step, if one is named and answers.
    fn peer_ms(&self) -> Option<f64> {
        let command = std::env::var("TIDEGATE_PEER").ok()?;
        let mut words = command.split_whitespace();
        let mut peer = Command::new(words.next()?);
        peer.args(words).args(["--cell", self.cell.name()]);
        for (name, value) in self.numbers() {
            peer.args([format!("--{name}"), value.to_string()]);
        }
        let line: Value = serde_json::from_slice(&peer.output().ok()?.stdout).ok()?;
        line.get("median_ms")?.as_f64()
    }

    fn numbers(&self) -> [(&'static str, usize); 7] {
        [
            ("batch", self.batch),
            ("steps", self.steps),
            ("features", self.features),
            ("hidden", self.hidden),
            ("layers", self.layers),
            ("threads", self.threads),
            ("repeats", self.repeats),
        ]
    }

    /// A line with the keys of the peer.
    fn line(&self, median_ms: f64) -> Value {
        let mut line = json!({
            "peer": concat!("tidegate ", env!("CARGO_PKG_VERSION")),
            "cell": self.cell.name(),
            "median_ms": median_ms,
            "windows_per_second": self.batch as f64 / median_ms * 1e3,
            "gflops": self.gflops(median_ms),
        });
        for (name, value) in self.numbers() {
            line[name] = value.into();
        }
        line
    }

    fn gflops(&self, median_ms: f64) -> f64 {
        let &Self { batch, steps, features, hidden, layers, .. } = self;
        let widths = (0..layers).map(|layer| if layer == 0 { features } else { hidden } + hidden);
        let multiply_adds: usize =
            widths.map(|width| batch * steps * self.cell.gates() * hidden * width).sum();
        6.0 * multiply_adds as f64 / median_ms / 1e6
    }
}

/// The machine's rate of large f32 matrix products, in GFLOP/s.
fn product_gflops() -> candle_core::Result<f64> {
    const SIZE: usize = 2_048;
    let left = Tensor::from_vec(wave(SIZE * SIZE), (SIZE, SIZE), &Device::Cpu)?;
    let right = left.t()?.contiguous()?;
    let time = timed(3, || left.matmul(black_box(&right)).map(|_| ()))?;
    Ok(2.0 * (SIZE as f64).powi(3) / time / 1e6)
}

/// Microseconds of the forecast of one window of 48 rows by 64 units.
fn forecast_us(cell: Cell) -> candle_core::Result<f64> {
    let config = ModelConfig { cell, hidden_size: 64, ..ModelConfig::default() };
    let network = Network::new(&config, 1, 12, 1)?;
    let (values, never) = (wave(48), Cancellation::never());
    let window = PassInputs { batch: 1, steps: 48, steps_values: &values, ..PassInputs::default() };
    Ok(1e3 * timed(500, || Ok(network.forward(black_box(&window), &never).map(|_| ())?))?)
}

/// A shape from `--cell gru --batch 32 ..`; `None` where none is named.
fn shape_of_arguments() -> Option<Shape> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| *argument == format!("--{name}"))?;
        arguments.get(place + 1)
    };
    let number =
        |name: &str, default| value(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    value("batch")?;
    let named = |name: &String| Cell::ALL.into_iter().find(|cell| cell.name() == name);
    Some(Shape {
        cell: value("cell").and_then(named).unwrap_or_default(),
        batch: number("batch", 32),
        steps: number("steps", 48),
        features: number("features", 1),
        hidden: number("hidden", 64),
        layers: number("layers", 1),
        threads: number("threads", cores()),
        repeats: number("repeats", 30),
    })
}

/// Every measure of one shape in alternate turns.
fn compare(shape: &Shape, means: &mut Means) -> candle_core::Result<Value> {
    let (mut ours, mut one, mut stock, mut peers, mut products) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(shape.step_ms(shape.threads)?);
        products.push(product_gflops()?);
        peers.extend(shape.peer_ms());
        one.push(shape.step_ms(1)?);
        stock.extend(shape.stock_ms()?);
    }
    let ours = median(ours);
    let mut line = shape.line(ours);
    line["share_of_product_rate"] = (shape.gflops(ours) / median(products)).into();
    if shape.batch >= SHARED_BATCH {
        line["speed_up_over_one_thread"] = (median(one) / ours).into();
    }
    if !stock.is_empty() {
        let ratio = median(stock) / ours;
        line["stock_ratio"] = ratio.into();
        means.stock.push(ratio);
    }
    if !peers.is_empty() {
        let ratio = median(peers) / ours;
        line["peer_ratio"] = ratio.into();
        means.peer.push(ratio);
    }
    Ok(line)
}

#[derive(Default)]
struct Means {
    peer: Vec<f64>,
    stock: Vec<f64>,
}

fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    let logs: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (logs / ratios.len() as f64).exp())
}

fn main() -> candle_core::Result<()> {
    if let Some(shape) = shape_of_arguments() {
        println!("{}", shape.line(shape.step_ms(shape.threads)?));
        return Ok(());
    }
    let mut means = Means::default();
    for shape in SHAPES {
        for cell in [Cell::Lstm, Cell::Gru] {
            let shape = Shape { cell, threads: cores(), ..shape };
            println!("{}", compare(&shape, &mut means)?);
        }
    }
    let sum = json!({
        "product_gflops": product_gflops()?,
        "peer_ratio_geometric_mean": geometric_mean(&means.peer),
        "stock_ratio_geometric_mean": geometric_mean(&means.stock),
        "lstm_forecast_of_one_window_us": forecast_us(Cell::Lstm)?,
        "gru_forecast_of_one_window_us": forecast_us(Cell::Gru)?,
    });
    println!("{sum}");
    Ok(())
}
