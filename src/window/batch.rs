//! Windows gathered into a reused buffer, and the order they are visited in.
//!
//! Values leave f64 here, after the last value of a window has been subtracted in f64, so that a
//! small movement on a large level keeps its digits.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::Windows;

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;

/// Inputs and targets of some windows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// `[batch, lookback, 1]`, row-major.
    pub inputs: Vec<f32>,
    /// `[batch, horizon]`, row-major.
    pub targets: Vec<f32>,
    /// Number of windows.
    pub size: usize,
}

impl Batch {
    /// Replaces the contents by the windows at `positions` of `windows`, from scaled `values`. With
    /// `subtract_last`, each window's last input is subtracted from its inputs and targets.
    pub fn gather(
        &mut self,
        values: &[f64],
        windows: &Windows,
        positions: &[usize],
        subtract_last: bool,
    ) {
        self.inputs.clear();
        self.targets.clear();
        self.size = positions.len();
        for &position in positions {
            let start = windows.starts()[position];
            let (inputs, targets) = values[start..start + windows.lookback + windows.horizon]
                .split_at(windows.lookback);
            let level = level_of(inputs, subtract_last);
            self.inputs.extend(inputs.iter().map(|value| narrow(value - level)));
            self.targets.extend(targets.iter().map(|value| narrow(value - level)));
        }
    }

    /// Replaces the contents by one window without targets: `inputs` are its scaled values.
    /// Returns the level that was subtracted, to be added to the forecast.
    pub fn gather_input(&mut self, inputs: &[f64], subtract_last: bool) -> f64 {
        self.targets.clear();
        self.inputs.clear();
        self.size = 1;
        let level = level_of(inputs, subtract_last);
        self.inputs.extend(inputs.iter().map(|value| narrow(value - level)));
        level
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
mod tests {
    use super::*;
    use crate::window::{Part, Split, WindowConfig};

    #[test]
    fn gathered_windows_hold_their_rows() {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let config = WindowConfig { lookback: 3, horizon: 2, validation: 0, test: 0 };
        let windows = Windows::new(&values, &Split::new(12, &config), &config, Part::Train);
        let mut batch = Batch::default();
        batch.gather(&values, &windows, &[4, 0], false);
        assert_eq!(batch.inputs, [4.0, 5.0, 6.0, 0.0, 1.0, 2.0]);
        assert_eq!(batch.targets, [7.0, 8.0, 3.0, 4.0]);
        batch.gather(&values, &windows, &[4], true);
        assert_eq!(
            (&batch.inputs[..], &batch.targets[..]),
            (&[-2.0, -1.0, 0.0][..], &[1.0, 2.0][..])
        );
        assert_eq!(batch.gather_input(&values[9..], true), 11.0);
        assert_eq!((&batch.inputs[..], batch.size), (&[-2.0, -1.0, 0.0][..], 1));
    }

    #[test]
    fn a_small_movement_on_a_large_level_keeps_its_digits() {
        let values = [1e9, 1e9 + 0.25, 1e9 + 0.5];
        let mut batch = Batch::default();
        batch.gather_input(&values, true);
        assert_eq!(batch.inputs, [-0.5, -0.25, 0.0]);
    }

    #[test]
    fn orders_are_permutations_that_follow_the_seed() {
        let mut order = Order::new(50, 7);
        let first = order.shuffle().to_vec();
        let second = order.shuffle().to_vec();
        assert_ne!(first, second);
        assert_eq!(Order::new(50, 7).shuffle(), first);
        assert_ne!(Order::new(50, 8).shuffle(), first);
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }
}
