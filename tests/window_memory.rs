//! What gathering takes from the system: nothing, once a batch has grown to its size. And what follows
//! a pass over lanes takes nothing a step.
//!
//! Not for what other threads take.

#![allow(unsafe_code, reason = "a global allocator that counts has no other form")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use tidegate::series::TimeAxis;
use tidegate::transform::{FourierTerms, TimeFeatures, TransformConfig};
use tidegate::window::{
    Batch, BatchSource, KnownInputs, LaneCursor, LanePlan, LaneRules, Part, Reference, Rows, Split,
    Supervision, WindowConfig, Windows,
};

struct Counting;

thread_local! {
    /// Calls for memory of this thread: the harness has others.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; the
// counter beside it touches no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get() + 1);
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_batch_of_its_size_takes_no_more_memory() {
    let values: Vec<f64> = (0..1_000_u32).map(|row| f64::from(row).sin()).collect();
    let config = WindowConfig { lookback: 20, horizon: 5, validation: 50, test: 50 };
    let split = Split::new(values.len(), &config);
    let rows = Rows::unfilled(&values);
    let fourier = vec![FourierTerms { period: 7.0, pairs: 2 }];
    let settings = TransformConfig { fourier, ..TransformConfig::default() };
    let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), values.len()).unwrap();
    let known = KnownInputs::of_rows(&features, 0..values.len());
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Row };
    let windows = Windows::new(&rows, &split, &config, Part::Train);
    let rules = LaneRules { chunk: 16, lane_rows: Some(90), batch: 4 };
    let plan = LanePlan::new(&rows, &split, &config, rules);
    let order: Vec<usize> = (0..plan.len()).rev().collect();
    let positions: Vec<usize> = (0..32).map(|place| place * 7).collect();
    let (mut batch, mut every, mut chunk) = (Batch::default(), Batch::default(), Batch::default());
    let mut pass = |supervision| {
        let mut steps = LaneCursor::default();
        // Its list of slots, once a pass.
        steps.advance(&plan, &order);
        let before = TAKEN.get();
        while let Some(step) = steps.advance(&plan, &order) {
            chunk.gather_lanes(&source, &plan, step, supervision);
            batch.gather(&source, &windows, &positions);
            every.gather_every(&source, &windows, &positions);
        }
        TAKEN.get() - before
    };
    assert!(pass(Supervision::Every) > 0, "the first pass grows the batches");
    assert_eq!(pass(Supervision::Every), 0);
    assert_eq!(pass(Supervision::Last), 0);
}
