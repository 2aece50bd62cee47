//! What training takes from the system: once the first step has taken its buffers nothing at all, on
//! one thread or several, but for what the tensor library notes when a parameter is changed in place;
//! and at the peak what the formula of `nn::kernels` says.
//!
//! A program of its own without the test harness: the count is of the whole process, and the harness
//! may take memory at any time from a thread of its own.

#![allow(unsafe_code, reason = "a global allocator that counts has no other form")]
#![expect(clippy::cast_precision_loss, reason = "a wave of a few thousand values")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tidegate::cancellation::Cancellation;

use tidegate::nn::kernels::with_threads;
use tidegate::nn::{
    Cell, Dropout, ModelConfig, Network, OutputSteps, Pass, PassInputs, StateValues,
};
use tidegate::train::TrainConfig;
use tidegate::train::loss::{Loss, Targets};
use tidegate::train::optimizer::{Descent, norm_of};
use tidegate::window::{
    Batch, BatchSource, KnownInputs, Part, Reference, Rows, ShuffledOrder, Split, WindowConfig,
    Windows,
};

struct Counting;

/// Bytes in use.
static LIVE: AtomicUsize = AtomicUsize::new(0);
/// Most bytes in use at once.
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// Calls for memory.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; the
// counters beside it touch no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        TAKEN.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// All that a step of training reads and writes.
struct Trainer {
    network: Network,
    pass: Pass,
    loss: Loss,
    descent: Descent,
    dropout: Dropout,
    values: Vec<f32>,
    targets: Vec<f32>,
    mask: Vec<f32>,
    gradient: Vec<f32>,
    states: StateValues,
    fresh: Vec<bool>,
    batch: usize,
    steps: usize,
    outputs: OutputSteps,
}

impl Trainer {
    fn new(config: &ModelConfig, batch: usize, steps: usize, outputs: OutputSteps) -> Self {
        let network = Network::new(config, 1, 1, 1).unwrap();
        let training = TrainConfig::default();
        let lengths = network.parameters().into_iter().map(|parameter| parameter.elem_count());
        let descent = Descent::new(&training, lengths);
        let forecasts = if outputs == OutputSteps::Every { batch * steps } else { batch };
        let places = batch * config.layers * config.directions() * config.hidden_size;
        let memory = if config.cell.has_memory() { places } else { 0 };
        Self {
            pass: Pass::new(&network),
            network,
            loss: training.loss,
            descent,
            dropout: config.dropout_of_seed(1),
            values: (0..batch * steps).map(|i| (i as f32).sin()).collect(),
            targets: vec![1.0; forecasts],
            mask: vec![1.0; forecasts],
            gradient: vec![0.0; forecasts],
            states: StateValues { hidden: vec![0.1; places], memory: vec![0.1; memory] },
            fresh: (0..batch).map(|row| row % 3 == 0).collect(),
            batch,
            steps,
            outputs,
        }
    }

    fn step(&mut self, given: bool) {
        let never = Cancellation::never();
        let inputs = PassInputs {
            batch: self.batch,
            steps: self.steps,
            steps_values: &self.values,
            ahead: &[],
            start: given.then_some(&self.states),
            fresh: if given { &self.fresh } else { &[] },
            outputs: self.outputs,
        };
        let forecast =
            self.pass.forward(&self.network, &inputs, Some(&mut self.dropout), &never).unwrap();
        let (values, mask) = (&self.targets[..], &self.mask[..]);
        let targets = Targets { values, mask, known: self.targets.len(), offsets: &[] };
        self.loss.gradient(forecast, &targets, &mut self.gradient);
        self.pass.backward(&self.network, &self.gradient, &never).unwrap();
        self.pass.states(&mut self.states);
    }

    fn update(&mut self) {
        let (descent, gradients) = (&mut self.descent, self.pass.gradients());
        descent.begin(1e-3, norm_of(gradients.iter().map(Vec::as_slice)));
        let update = |index: usize, weights: &mut [f32]| {
            descent.update(index, weights, &gradients[index]);
        };
        self.network.update(update).unwrap();
    }
}

/// Calls for memory in five pieces of work, after three that may take what they need.
fn taken(threads: usize, mut work: impl FnMut()) -> usize {
    with_threads(Some(threads), || {
        (0..3).for_each(|_| work());
        let before = TAKEN.load(Relaxed);
        (0..5).for_each(|_| work());
        TAKEN.load(Relaxed) - before
    })
}

/// Steps of every cell and option take nothing.
fn steps_take_nothing() {
    for cell in Cell::ALL {
        for (plain, outputs) in [(true, OutputSteps::Last), (false, OutputSteps::Every)] {
            let config = ModelConfig {
                cell,
                layers: 2,
                hidden_size: 40,
                bidirectional: !plain,
                dropout: if plain { 0.0 } else { 0.2 },
                recurrent_dropout: if plain { 0.0 } else { 0.2 },
                learned_initial_state: !plain,
                ..ModelConfig::default()
            };
            // Enough for several chunks, and for products shared out over threads.
            let mut trainer = Trainer::new(&config, 33, 20, outputs);
            for threads in [1, 2] {
                let taken = taken(threads, || trainer.step(!plain));
                assert_eq!(
                    taken, 0,
                    "{cell}, {outputs:?}: calls for memory with {threads} threads"
                );
            }
        }
    }
}

/// Batches of an epoch are gathered in the same memory.
fn batches_take_nothing() {
    let values: Vec<f64> = (0..400).map(|row| f64::from(row) * 0.1).collect();
    let config = WindowConfig { lookback: 24, horizon: 4, validation: 40, test: 0 };
    let split = Split::new(values.len(), &config);
    let rows = Rows::unfilled(&values);
    let windows = Windows::new(&rows, &split, &config, Part::Train);
    let known = KnownInputs::default();
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::WindowEnd };
    let (mut order, mut batch) = (ShuffledOrder::new(windows.len(), 1), Batch::default());
    let mut epoch = 0;
    let taken = taken(1, || {
        epoch += 1;
        for positions in order.shuffle(epoch).chunks(32) {
            batch.gather(&source, &windows, positions);
        }
    });
    assert_eq!(taken, 0, "calls for memory while gathering batches");
}

/// The peak of a first step is what the formula of `nn::kernels::call` says.
fn the_peak_is_that_of_the_formula() {
    let (batch, steps, hidden) = (32, 96, 64);
    for cell in Cell::ALL {
        let config = ModelConfig { cell, hidden_size: hidden, ..ModelConfig::default() };
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        let mut trainer = Trainer::new(&config, batch, steps, OutputSteps::Last);
        with_threads(Some(1), || {
            (0..3).for_each(|_| {
                trainer.step(false);
                trainer.update();
            });
        });
        let peak = PEAK.load(Relaxed) - before;
        let weights = trainer.network.parameter_count();
        // T B (K + 1) H, T B H more for LSTM.
        let blocks = cell.saved_blocks() + 1 + usize::from(cell.has_memory());
        let activations = blocks * steps * batch * hidden;
        // The weights with their gradient, two moments and two packed copies; twice over the scratch
        // of the steps (8 B H) for states, inputs and the head; blocks of the large products.
        let scratch = 6 * weights + 16 * batch * hidden + 8 * batch * steps + 100_000;
        let bound = 4 * (activations + scratch);
        assert!(peak < bound, "{cell}: the peak was {peak} bytes, more than {bound}");
        assert!(peak > 4 * activations, "{cell}: {peak} bytes do not hold the activations");
    }
}

fn main() {
    // Who asks for the names of tests is not made to wait.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    the_peak_is_that_of_the_formula();
    steps_take_nothing();
    batches_take_nothing();
}
