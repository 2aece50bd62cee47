//! A long run takes no more memory than a short one.
//!
//! One test in this file: the count is of the whole process.

#![allow(unsafe_code, reason = "a global allocator that counts has no other form")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};
use tidegate::cancellation::Cancellation;

use tidegate::nn::{Cell, ModelConfig, Network};
use tidegate::train::{
    BatchSize, Engine, Material, RunSize, StateMode, Supervision, TrainConfig, TrainEvent,
    TrainingData,
};
use tidegate::window::{
    BatchSource, KnownInputs, LanePlan, LaneRules, Part, Reference, Rows, Split, WindowConfig,
    Windows,
};

/// Bytes that are taken and not given back.
static LIVE: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; the
// counter beside it touches no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(size(layout), Ordering::Relaxed);
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(size(layout), Ordering::Relaxed);
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn size(layout: Layout) -> isize {
    isize::try_from(layout.size()).unwrap_or(isize::MAX)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes alive after 100 epochs, and how many more after 1,000.
fn growth(way: StateMode) -> (isize, isize) {
    let values: Vec<f64> = (0..90).map(|row| (f64::from(row) * 0.4).sin()).collect();
    let window = WindowConfig { lookback: 8, horizon: 2, validation: 20, test: 0 };
    let split = Split::new(values.len(), &window);
    let rows = Rows::unfilled(&values);
    let rules = LaneRules { chunk: 6, lane_rows: Some(20), batch: 4 };
    let lanes = LanePlan::new(&rows, &split, &window, rules);
    let judge = LanePlan::of_part(&rows, &split, &window, Part::Validation, 20, rules);
    let of = |part| Windows::new(&rows, &split, &window, part);
    let windows = [of(Part::Train), of(Part::Validation)];
    let known = KnownInputs::default();
    let (train, validation) = match way {
        StateMode::Stateful => (Material::Lanes(&lanes), Material::Lanes(&judge)),
        StateMode::Stateless => (Material::Windows(&windows[0]), Material::Windows(&windows[1])),
    };
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Row };
    let data = TrainingData { source, train, validation, zero: 0.0 };
    let model =
        ModelConfig { cell: Cell::Gru, hidden_size: 6, dropout: 0.1, ..ModelConfig::default() };
    let network = Network::new(&model, 1, 2, 1).unwrap();
    let config = TrainConfig {
        state_mode: way,
        supervise: Some(Supervision::Every),
        epochs: 1_000,
        patience: 1_000,
        batch_size: 4,
        input_noise: 0.1,
        threads: Some(1),
        ..TrainConfig::default()
    };
    let mut engine = Engine::new(&network, &data, &config, model.dropout_of_seed(1)).unwrap();
    let mut at_100 = 0;
    while !engine.is_done() {
        if let TrainEvent::Epoch(summary) = engine.step(&Cancellation::never()).unwrap()
            && summary.epoch == 100
        {
            at_100 = LIVE.load(Ordering::Relaxed);
        }
    }
    assert_eq!(engine.epochs_done(), 1_000);
    (at_100, LIVE.load(Ordering::Relaxed) - at_100)
}

/// Bytes alive after an epoch, and what was told of them beforehand.
fn found_and_told(way: StateMode, model: &ModelConfig) -> (f64, f64) {
    let values: Vec<f64> = (0..700).map(|row| (f64::from(row) * 0.4).sin()).collect();
    let window = WindowConfig { lookback: 40, horizon: 8, validation: 60, test: 0 };
    let split = Split::new(values.len(), &window);
    let rows = Rows::unfilled(&values);
    let rules = LaneRules { chunk: 10, lane_rows: Some(40), batch: 16 };
    let lanes = LanePlan::new(&rows, &split, &window, rules);
    let windows = Windows::new(&rows, &split, &window, Part::Train);
    let none = Windows::new(&rows, &split, &window, Part::Test);
    let known = KnownInputs::default();
    let (train, steps) = match way {
        StateMode::Stateful => (Material::Lanes(&lanes), 10),
        StateMode::Stateless => (Material::Windows(&windows), 40),
    };
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Row };
    let data = TrainingData { source, train, validation: Material::Windows(&none), zero: 0.0 };
    let config = TrainConfig {
        state_mode: way,
        supervise: Some(Supervision::Every),
        epochs: 1,
        batch_size: 16,
        threads: Some(1),
        ..TrainConfig::default()
    };
    let before = LIVE.load(Ordering::Relaxed);
    let network = Network::new(model, 1, window.horizon, 1).unwrap();
    let batch = BatchSize { rows: 16, steps, outputs: steps, horizon: window.horizon, known: 0 };
    let told = RunSize::new(model, &config, network.parameter_count(), &batch).bytes;
    let mut engine = Engine::new(&network, &data, &config, model.dropout_of_seed(1)).unwrap();
    while !engine.is_done() {
        engine.step(&Cancellation::never()).unwrap();
    }
    let found = usize::try_from(LIVE.load(Ordering::Relaxed) - before).unwrap();
    let bytes = |count: usize| f64::from(u32::try_from(count).unwrap());
    (bytes(found), bytes(told))
}

#[test]
fn memory_stays_flat_and_is_what_was_told() {
    for way in StateMode::ALL {
        for (cell, layers, dropout) in [(Cell::Lstm, 2, 0.0), (Cell::Gru, 3, 0.2)] {
            let hidden_size = 64;
            let model =
                ModelConfig { cell, layers, dropout, hidden_size, ..ModelConfig::default() };
            let (found, told) = found_and_told(way, &model);
            eprintln!("{way:?} {cell}: {found} bytes, told {told}");
            // Nobody minds a fifth of what is told; twice as much would be no answer.
            assert!((0.8..1.25).contains(&(found / told)), "{way:?} {cell}: {found} for {told}");
        }
    }
    for way in StateMode::ALL {
        let (at_100, more) = growth(way);
        eprintln!("{way:?}: {at_100} bytes after 100 epochs, {more} more after 1,000");
        // Two losses an epoch are all that is kept, in a list that doubles.
        assert!(more < 2 * 16 * 1_000 + 4_096, "{way:?}: {more}");
    }
}
