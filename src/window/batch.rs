//! Windows gathered into a reused buffer, and the order they are visited in.
//!
//! Values leave f64 here, after the last value of a window has been subtracted in f64, so that a
//! small movement on a large level keeps its digits.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{KnownInputs, Windows};

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;

/// What windows are gathered from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Scaled values, one a row, NaN where missing.
    pub values: &'a [f64],
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
    /// `[batch, horizon]`, row-major.
    pub targets: Vec<f32>,
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
            let level = self.push_input(source, start, windows.lookback, windows.horizon);
            let targets = &source.values[start + windows.lookback..end];
            self.targets.extend(targets.iter().map(|value| narrow(value - level)));
        }
    }

    /// Replaces the contents by one window without targets: `source` holds its values and what is
    /// known of their rows and of the `horizon` rows after them. Returns the level that was
    /// subtracted, to be added to the forecast.
    pub fn gather_input(&mut self, source: &Source<'_>, horizon: usize) -> f64 {
        self.clear(1);
        self.push_input(source, 0, source.values.len(), horizon)
    }

    fn clear(&mut self, size: usize) {
        self.inputs.clear();
        self.ahead.clear();
        self.targets.clear();
        self.size = size;
    }

    /// Appends the input of the window at row `start` and returns its level.
    fn push_input(
        &mut self,
        source: &Source<'_>,
        start: usize,
        lookback: usize,
        horizon: usize,
    ) -> f64 {
        let Source { values, known, subtract_last } = *source;
        let origin = start + lookback;
        let inputs = &values[start..origin];
        let level = level_of(inputs, subtract_last);
        if known.width() == 0 {
            self.inputs.extend(inputs.iter().map(|value| narrow(value - level)));
            return level;
        }
        for (row, value) in (start..).zip(inputs) {
            self.inputs.push(narrow(value - level));
            self.inputs.extend_from_slice(known.rows(row..row + 1));
        }
        self.ahead.extend_from_slice(known.rows(origin..origin + horizon));
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
    use proptest::prelude::*;

    use crate::series::TimeAxis;
    use crate::transform::{FourierTerms, TimeFeatures, TransformConfig};
    use crate::window::{Part, Split, WindowConfig};

    #[test]
    fn gathered_windows_hold_their_rows() {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let config = WindowConfig { lookback: 3, horizon: 2, validation: 0, test: 0 };
        let windows = Windows::new(&values, &Split::new(12, &config), &config, Part::Train);
        let mut batch = Batch::default();
        let known = KnownInputs::default();
        let source = |subtract_last| Source { values: &values, known: &known, subtract_last };
        batch.gather(&source(false), &windows, &[4, 0]);
        assert_eq!(batch.inputs, [4.0, 5.0, 6.0, 0.0, 1.0, 2.0]);
        assert_eq!(batch.targets, [7.0, 8.0, 3.0, 4.0]);
        batch.gather(&source(true), &windows, &[4]);
        assert_eq!(
            (&batch.inputs[..], &batch.targets[..]),
            (&[-2.0, -1.0, 0.0][..], &[1.0, 2.0][..])
        );
        assert_eq!(batch.gather_input(&Source { values: &values[9..], ..source(true) }, 2), 11.0);
        assert_eq!((&batch.inputs[..], batch.size), (&[-2.0, -1.0, 0.0][..], 1));
    }

    #[test]
    fn known_numbers_stand_beside_their_values_and_reach_over_the_horizon() {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let config = WindowConfig { lookback: 2, horizon: 2, validation: 0, test: 0 };
        let windows = Windows::new(&values, &Split::new(12, &config), &config, Part::Train);
        let fourier = vec![FourierTerms { period: 4.0, pairs: 1 }];
        let settings = TransformConfig { fourier, ..TransformConfig::default() };
        let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), 12).unwrap();
        let known = KnownInputs::of_rows(&features, 0..12);
        let mut batch = Batch::default();
        batch.gather(
            &Source { values: &values, known: &known, subtract_last: true },
            &windows,
            &[1],
        );
        let rounded = |values: &[f32]| values.iter().map(|v| v.round() + 0.0).collect::<Vec<_>>();
        // Rows 1 and 2, then 3 and 4, of sine and cosine of a quarter turn a row.
        assert_eq!(rounded(&batch.inputs), [-1.0, 1.0, 0.0, 0.0, 0.0, -1.0]);
        assert_eq!(rounded(&batch.ahead), [-1.0, 0.0, 0.0, 1.0]);
        assert_eq!(batch.targets, [1.0, 2.0]);
        // The same window as a forecast would gather it, its horizon past the values.
        let training = batch.clone();
        let known = KnownInputs::of_rows(&features, 1..5);
        let source = Source { values: &values[1..3], known: &known, subtract_last: true };
        assert_eq!(batch.gather_input(&source, 2), 2.0);
        assert_eq!((batch.inputs, batch.ahead), (training.inputs, training.ahead));
    }

    #[test]
    fn a_small_movement_on_a_large_level_keeps_its_digits() {
        let values = [1e9, 1e9 + 0.25, 1e9 + 0.5];
        let mut batch = Batch::default();
        let known = KnownInputs::default();
        batch.gather_input(&Source { values: &values, known: &known, subtract_last: true }, 1);
        assert_eq!(batch.inputs, [-0.5, -0.25, 0.0]);
    }

    proptest! {
        /// What is known beforehand is the same whatever the values are, targets above all.
        #[test]
        fn known_numbers_tell_nothing_of_values(
            values in prop::collection::vec(-1e3_f64..1e3, 20), position in 0_usize..10,
        ) {
            let config = WindowConfig { lookback: 4, horizon: 3, validation: 0, test: 0 };
            let split = Split::new(20, &config);
            let windows = Windows::new(&values, &split, &config, Part::Train);
            let fourier = vec![FourierTerms { period: 6.5, pairs: 2 }];
            let settings = TransformConfig { fourier, ..TransformConfig::default() };
            let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), 20).unwrap();
            let known = KnownInputs::of_rows(&features, 0..20);
            let gathered = |values: &[f64]| {
                let mut batch = Batch::default();
                let source = Source { values, known: &known, subtract_last: false };
                batch.gather(&source, &windows, &[position]);
                batch
            };
            let (batch, zeros) = (gathered(&values), gathered(&[0.0; 20]));
            prop_assert_eq!(&batch.ahead, &zeros.ahead);
            for (step, zero) in batch.inputs.chunks(5).zip(zeros.inputs.chunks(5)) {
                prop_assert_eq!(&step[1..], &zero[1..]);
            }
            // And a target changes no input.
            let mut later = values.clone();
            later[position + 4..].fill(7.0);
            prop_assert_eq!(&gathered(&later).inputs, &batch.inputs);
        }
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
