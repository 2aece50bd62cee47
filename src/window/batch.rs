//! Windows gathered into a reused buffer, and the order they are visited in.
//!
//! Values leave f64 here, after the last value of a window has been subtracted in f64, so that a
//! small movement on a large level keeps its digits.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{KnownInputs, Rows, Windows};

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;

/// What windows are gathered from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Scaled inputs and targets.
    pub rows: &'a Rows<'a>,
    /// What is known of the same rows beforehand.
    pub known: &'a KnownInputs,
    /// Whether each window's last input is subtracted from its inputs and targets.
    pub subtract_last: bool,
}

/// Inputs and targets of some windows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// `[batch, lookback, 1 + known]`, row-major: the value, then what is known of its row.
    pub inputs: Vec<f32>,
    /// `[batch, horizon, known]`, row-major: what is known of the rows to forecast.
    pub ahead: Vec<f32>,
    /// `[batch, horizon]`, row-major; 0 where masked.
    pub targets: Vec<f32>,
    /// `[batch, horizon]`, row-major: 1 for a target, 0 for a missing one, which has no part in any
    /// loss.
    pub mask: Vec<f32>,
    /// Targets that are not missing.
    pub known_targets: usize,
    /// Number of windows.
    pub size: usize,
}

impl Batch {
    /// Replaces the contents by the windows at `positions` of `windows`.
    pub fn gather(&mut self, source: &Source<'_>, windows: &Windows, positions: &[usize]) {
        self.clear(positions.len());
        for &position in positions {
            let start = windows.starts()[position];
            let end = start + windows.lookback + windows.horizon;
            let inputs = source.rows.inputs(start..start + windows.lookback);
            let level = level_of(&inputs, source.subtract_last);
            self.push_input(source.known, start, &inputs, level, windows.horizon);
            for target in source.rows.targets(start + windows.lookback..end) {
                let is_known = !target.is_nan();
                self.known_targets += usize::from(is_known);
                self.mask.push(if is_known { 1.0 } else { 0.0 });
                self.targets.push(if is_known { narrow(target - level) } else { 0.0 });
            }
        }
    }

    /// Replaces the contents by one window without targets: its scaled `inputs`, and what is `known`
    /// of their rows and of the `horizon` rows after them. Returns the level that was subtracted, to
    /// be added to the forecast.
    pub fn gather_input(
        &mut self,
        inputs: &[f64],
        known: &KnownInputs,
        subtract_last: bool,
        horizon: usize,
    ) -> f64 {
        self.clear(1);
        let level = level_of(inputs, subtract_last);
        self.push_input(known, 0, inputs, level, horizon);
        level
    }

    fn clear(&mut self, size: usize) {
        self.inputs.clear();
        self.ahead.clear();
        self.targets.clear();
        self.mask.clear();
        self.known_targets = 0;
        self.size = size;
    }

    /// Appends the inputs of the window at row `start`, and what is known of its rows.
    fn push_input(
        &mut self,
        known: &KnownInputs,
        start: usize,
        inputs: &[f64],
        level: f64,
        horizon: usize,
    ) {
        if known.width() == 0 {
            self.inputs.extend(inputs.iter().map(|value| narrow(value - level)));
            return;
        }
        for (row, value) in (start..).zip(inputs) {
            self.inputs.push(narrow(value - level));
            self.inputs.extend_from_slice(known.rows(row..row + 1));
        }
        let origin = start + inputs.len();
        self.ahead.extend_from_slice(known.rows(origin..origin + horizon));
    }
}

fn level_of(inputs: &[f64], subtract_last: bool) -> f64 {
    if subtract_last { inputs.last().copied().unwrap_or(0.0) } else { 0.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "networks compute in f32; values are scaled")]
const fn narrow(value: f64) -> f32 {
    value as f32
}

/// Positions of windows, put in a new random order each epoch.
#[derive(Debug, Clone)]
pub struct Order {
    positions: Vec<usize>,
    random: ChaCha8Rng,
}

impl Order {
    /// Positions `0..count` in time order; the seed decides every later order.
    pub fn new(count: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(ORDER_STREAM);
        Self { positions: (0..count).collect(), random }
    }

    /// Shuffles (Fisher and Yates, in Durstenfeld's form) and returns the new order.
    pub fn shuffle(&mut self) -> &[usize] {
        for last in (1..self.positions.len()).rev() {
            // The bias of a 64-bit remainder is below 2^-40 for any count of windows in memory.
            let bound = last as u64 + 1;
            let chosen = usize::try_from(self.random.next_u64() % bound).unwrap_or(last);
            self.positions.swap(last, chosen);
        }
        &self.positions
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
