//! What training takes from the system: nothing that grows with steps taken, little in each step, and
//! at the peak what the formula of `nn::kernels` says.
//!
//! One test in this file: the count is of the whole process.

#![allow(unsafe_code, reason = "a global allocator that counts has no other form")]
#![expect(clippy::cast_precision_loss, reason = "a wave of a few thousand values")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use candle_core::{Device, Tensor};
use tidegate::nn::kernels::with_threads;
use tidegate::nn::{Cell, Dropout, ModelConfig, Network};
use tidegate::train::Adam;

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static TAKEN: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; the
// counters beside it touch no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        TAKEN.fetch_add(layout.size(), Relaxed);
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

struct Trainer {
    network: Network,
    adam: Adam,
    inputs: Tensor,
    targets: Tensor,
}

impl Trainer {
    fn new(cell: Cell, batch: usize, steps: usize, hidden: usize) -> Self {
        let config = ModelConfig { cell, hidden_size: hidden, ..ModelConfig::default() };
        let network = Network::new(&config, 1, 1, 1).unwrap();
        let adam = Adam::new(&network.parameters(), 1e-3, 0.0);
        let values: Vec<f32> = (0..batch * steps).map(|i| (i as f32).sin()).collect();
        let inputs = Tensor::from_vec(values, (batch, steps, 1), &Device::Cpu).unwrap();
        let targets = Tensor::ones((batch, 1), inputs.dtype(), &Device::Cpu).unwrap();
        Self { network, adam, inputs, targets }
    }

    fn step(&mut self) {
        let mut dropout = Dropout::new(0.0, 1);
        let forecast = self.network.forward_training(&self.inputs, &mut dropout).unwrap();
        let loss = (forecast - &self.targets).unwrap().sqr().unwrap().mean_all().unwrap();
        let gradients = loss.backward().unwrap();
        self.adam.step(&self.network.parameters(), &gradients, 1.0).unwrap();
    }
}

#[test]
fn a_step_takes_little_and_keeps_nothing() {
    let (batch, steps, hidden) = (32, 96, 64);
    for cell in Cell::ALL {
        let mut trainer = Trainer::new(cell, batch, steps, hidden);
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        with_threads(Some(1), || (0..3).for_each(|_| trainer.step()));
        let (live, peak) = (LIVE.load(Relaxed), PEAK.load(Relaxed) - before);
        let start = TAKEN.load(Relaxed);
        with_threads(Some(1), || (0..50).for_each(|_| trainer.step()));
        let taken = (TAKEN.load(Relaxed) - start) / 50;
        assert_eq!(LIVE.load(Relaxed), live, "{cell}: fifty more steps keep no memory");
        // What the tensor library owns: the gradient of the weights, which it adds to a zero of its own
        // (three copies), the batch's inputs and last states, the lists of steps. No activations.
        let weights = 4 * trainer.network.parameter_count();
        let activations = 4 * steps * batch * hidden;
        let owned = 3 * weights + 4 * batch * (3 * steps + 16 * hidden) + 320 * steps + 32_768;
        assert!(owned < activations);
        assert!(taken < owned, "{cell}: a step took {taken} bytes, more than {owned}");
        // The formula of `nn::kernels::call`: T B (K + 1) H, T B H more for LSTM.
        let blocks = match cell {
            Cell::Lstm => 6,
            Cell::Gru | Cell::GruCho => 5,
            Cell::RnnTanh | Cell::RnnRelu => 2,
        };
        let scratch = weights + 4 * 5 * batch * hidden;
        let bound = blocks * activations + scratch + 3 * owned;
        assert!(peak < bound, "{cell}: the peak was {peak} bytes, more than {bound}");
    }
}
