//! Initial weights, dropout masks and input noise from one seed.
//!
//! `ChaCha8` rather than the tensor library's generator, which cannot be seeded on a CPU. Each use of
//! a seed has a stream of its own, so that changing one changes no other.

use std::sync::Arc;

use candle_core::{Device, Result, Shape, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::cancellation::{Cancellation, Cancelled};

const WEIGHT_STREAM: u64 = 0;
const DROPOUT_STREAM: u64 = 2;
const RECURRENT_DROPOUT_STREAM: u64 = 3;
const NOISE_STREAM: u64 = 4;

/// Uniform numbers in `[0, 1)` on 24 bits, all that an f32 holds.
fn unit(random: &mut ChaCha8Rng) -> f32 {
    const STEP: f32 = 1.0 / 16_777_216.0;
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
    let integer = (random.next_u32() >> 8) as f32;
    integer * STEP
}

/// Numbers that are drawn between two polls: a few milliseconds.
const PIECE: usize = 1 << 20;

/// Source of initial weights. Those of a large layer take long: each drawing ends early where it is
/// cancelled.
#[derive(Debug)]
pub struct InitialWeights<'a> {
    random: ChaCha8Rng,
    cancel: &'a Cancellation<'a>,
}

impl<'a> InitialWeights<'a> {
    pub fn new(seed: u64, cancel: &'a Cancellation<'a>) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(WEIGHT_STREAM);
        Self { random, cancel }
    }

    /// `len` numbers uniform in `±1 / sqrt(fan)`: PyTorch's rule for recurrent layers (`fan` the
    /// hidden size) and for linear layers, weight and bias (`fan` the input size).
    pub fn uniform(&mut self, len: usize, fan: usize) -> std::result::Result<Vec<f32>, Cancelled> {
        #[expect(clippy::cast_precision_loss, reason = "a layer has far fewer than 2^24 units")]
        let bound = 1.0 / (fan.max(1) as f32).sqrt();
        self.within(len, bound)
    }

    /// A `[rows, columns]` matrix uniform in `±sqrt(6 / (rows + columns))` (Glorot and Bengio 2010,
    /// equation 16).
    pub fn glorot(
        &mut self,
        rows: usize,
        columns: usize,
    ) -> std::result::Result<Vec<f32>, Cancelled> {
        #[expect(clippy::cast_precision_loss, reason = "a layer has far fewer than 2^24 units")]
        let bound = (6.0 / (rows + columns).max(1) as f32).sqrt();
        self.within(rows * columns, bound)
    }

    /// A `[size, size]` matrix with orthonormal rows: Gaussian rows made so one by one (Gram and
    /// Schmidt, twice over, which is enough: Giraud et al. 2005).
    pub fn orthogonal(&mut self, size: usize) -> std::result::Result<Vec<f32>, Cancelled> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
        while rows.len() < size {
            self.cancel.poll()?;
            let mut row: Vec<f64> = (0..size).map(|_| self.normal()).collect();
            for before in rows.iter().chain(&rows) {
                let along: f64 = before.iter().zip(&row).map(|(a, b)| a * b).sum();
                for (value, before) in row.iter_mut().zip(before) {
                    *value -= along * before;
                }
            }
            let norm = row.iter().map(|value| value * value).sum::<f64>().sqrt();
            // A row that the others span already is drawn again.
            if norm > 1e-6 {
                for value in &mut row {
                    *value /= norm;
                }
                rows.push(row);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
        Ok(rows.into_iter().flatten().map(|value| value as f32).collect())
    }

    fn within(&mut self, len: usize, bound: f32) -> std::result::Result<Vec<f32>, Cancelled> {
        let mut values = vec![0.0; len];
        for piece in values.chunks_mut(PIECE) {
            self.cancel.poll()?;
            for value in piece {
                *value = (2.0 * unit(&mut self.random) - 1.0) * bound;
            }
        }
        Ok(values)
    }

    /// A standard normal number (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let (radius, angle) =
            (f64::from(unit(&mut self.random)), f64::from(unit(&mut self.random)));
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}

/// Inverted dropout: zeroes a share of values while training and enlarges the others by
/// `1 / (1 - share)`, so that nothing changes when it is off (Srivastava et al. 2014). With it goes
/// variational dropout of recurrent states, whose mask is drawn once a batch and layer (Gal and
/// Ghahramani 2016).
#[derive(Debug, Clone)]
pub struct Dropout {
    values: Masks,
    states: Masks,
}

#[derive(Debug, Clone)]
struct Masks {
    share: f32,
    random: ChaCha8Rng,
}

impl Masks {
    fn new(share: f64, seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        #[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
        let share = share.clamp(0.0, 0.999_999) as f32;
        Self { share, random }
    }

    fn fill(&mut self, mask: &mut [f32]) {
        let kept = 1.0 / (1.0 - self.share);
        for value in mask {
            *value = if unit(&mut self.random) < self.share { 0.0 } else { kept };
        }
    }

    /// A new mask of `len` values; `None` where nothing is dropped.
    fn draw<M: FromIterator<f32>>(&mut self, len: usize) -> Option<M> {
        let kept = 1.0 / (1.0 - self.share);
        (self.share > 0.0).then(|| {
            (0..len).map(|_| if unit(&mut self.random) < self.share { 0.0 } else { kept }).collect()
        })
    }
}

impl Dropout {
    /// Dropout of `share` (0 to below 1) of values that follows the seed; states are left alone.
    pub fn new(share: f64, seed: u64) -> Self {
        Self::with_recurrent(share, 0.0, seed)
    }

    /// Dropout of `share` of values and `recurrent_share` of states, each 0 to below 1.
    pub fn with_recurrent(share: f64, recurrent_share: f64, seed: u64) -> Self {
        Self {
            values: Masks::new(share, seed, DROPOUT_STREAM),
            states: Masks::new(recurrent_share, seed, RECURRENT_DROPOUT_STREAM),
        }
    }

    /// Applies a new mask to values of any shape.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn apply(&mut self, values: &Tensor) -> Result<Tensor> {
        let shape: &Shape = values.shape();
        match self.values.draw::<Vec<f32>>(shape.elem_count()) {
            None => Ok(values.clone()),
            Some(mask) => values * Tensor::from_vec(mask, shape, &Device::Cpu)?,
        }
    }

    pub fn drops_values(&self) -> bool {
        self.values.share > 0.0
    }

    pub fn drops_states(&self) -> bool {
        self.states.share > 0.0
    }

    /// A new mask of values: what they are to be multiplied by.
    pub fn fill_values(&mut self, mask: &mut [f32]) {
        self.values.fill(mask);
    }

    /// A new mask of the states of one layer and batch.
    pub fn fill_states(&mut self, mask: &mut [f32]) {
        self.states.fill(mask);
    }

    /// How far both sources of random numbers have gone: values, states. A dropout of the same seed
    /// put there goes on as this one would.
    pub fn positions(&self) -> [u128; 2] {
        [self.values.random.get_word_pos(), self.states.random.get_word_pos()]
    }

    /// Goes to positions that [`Self::positions`] gave.
    pub fn set_positions(&mut self, [values, states]: [u128; 2]) {
        self.values.random.set_word_pos(values);
        self.states.random.set_word_pos(states);
    }

    /// A mask for the states of `len` values of one layer and batch, where states are dropped.
    pub fn state_mask(&mut self, len: usize) -> Option<Arc<[f32]>> {
        self.states.draw(len)
    }
}

/// Normal noise on the inputs while training (Bishop 1995), so that a network learns smoother maps. Only
/// on values: what is known of a row beforehand is known exactly. It follows
/// a seed.
#[derive(Debug, Clone)]
pub struct InputNoise {
    deviation: f32,
    random: ChaCha8Rng,
}

impl InputNoise {
    /// Noise of this standard deviation; 0 for none.
    #[expect(clippy::cast_possible_truncation, reason = "a deviation needs no more digits")]
    pub fn new(deviation: f64, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(NOISE_STREAM);
        Self { deviation: deviation as f32, random }
    }

    /// Adds to the first of every `features` values.
    pub fn add_to(&mut self, inputs: &mut [f32], features: usize) {
        if self.deviation == 0.0 || features == 0 {
            return;
        }
        for value in inputs.iter_mut().step_by(features) {
            *value += self.deviation * self.normal();
        }
    }

    /// A standard normal number (Box and Muller 1958).
    fn normal(&mut self) -> f32 {
        let (radius, angle) = (unit(&mut self.random), unit(&mut self.random));
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f32::consts::TAU * angle).cos()
    }

    pub fn position(&self) -> u128 {
        self.random.get_word_pos()
    }

    /// Puts the source where it stood.
    pub fn set_position(&mut self, position: u128) {
        self.random.set_word_pos(position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_within_bounds_and_follow_the_seed() {
        let never = Cancellation::never();
        let uniform = |seed| InitialWeights::new(seed, &never).uniform(1000, 16).unwrap();
        let first = uniform(1);
        assert!(first.iter().all(|weight| weight.abs() <= 0.25));
        let mean = first.iter().sum::<f32>() / 1000.0;
        // The mean of 1,000 has a standard deviation of 0.25 / sqrt(3000) = 0.0046; six of them.
        assert!(mean.abs() < 0.028, "mean {mean}");
        assert_eq!(first, uniform(1));
        assert_ne!(first, uniform(2));
        let is_cancelled = || true;
        let cancel = Cancellation::new(&is_cancelled);
        let mut cancelled = InitialWeights::new(1, &cancel);
        assert_eq!(cancelled.uniform(1000, 16), Err(Cancelled));
        assert_eq!(cancelled.orthogonal(4), Err(Cancelled));
    }

    #[test]
    fn dropout_goes_on_from_a_position() {
        let new = || Dropout::with_recurrent(0.5, 0.25, 5);
        let draw = |dropout: &mut Dropout| {
            let (mut values, mut states) = (vec![0.0; 33], vec![0.0; 17]);
            dropout.fill_values(&mut values);
            dropout.fill_states(&mut states);
            (values, states)
        };
        let mut first = new();
        let before = draw(&mut first);
        let mut resumed = new();
        resumed.set_positions(first.positions());
        let after = draw(&mut first);
        assert_eq!(draw(&mut resumed), after);
        assert_ne!(before, after);
    }

    #[test]
    fn dropout_keeps_the_mean() {
        let ones = Tensor::ones(10_000, candle_core::DType::F32, &Device::Cpu).unwrap();
        let dropped = Dropout::new(0.25, 5).apply(&ones).unwrap().to_vec1::<f32>().unwrap();
        let zeros = dropped.iter().filter(|&&value| value == 0.0).count();
        // Binomial(10000, 0.25) has a standard deviation of 43; six of them.
        assert!((2_240..2_760).contains(&zeros), "{zeros} zeros");
        assert!(dropped.iter().all(|&value| value == 0.0 || value == 1.0 / 0.75));
        assert_eq!(Dropout::new(0.25, 5).state_mask(8), None);
        // Dropping states changes nothing in what is dropped between layers.
        let same =
            Dropout::with_recurrent(0.25, 0.5, 5).apply(&ones).unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(dropped, same);
    }

    #[test]
    fn noise_is_normal_on_values_alone_and_comes_back() {
        let mut noise = InputNoise::new(0.5, 3);
        let mut inputs = vec![1.0; 30_000];
        noise.add_to(&mut inputs, 3);
        assert!(inputs.iter().enumerate().all(|(at, &value)| at % 3 == 0 || value == 1.0));
        let values: Vec<f64> = inputs.iter().step_by(3).map(|&value| f64::from(value)).collect();
        let mean = values.iter().sum::<f64>() / 1e4;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 1e4;
        // Six standard deviations of the mean and of the variance of ten thousand.
        assert!((mean - 1.0).abs() < 0.03 && (variance - 0.25).abs() < 0.022, "{mean} {variance}");
        let place = noise.position();
        let (mut first, mut again) = (vec![0.0; 5], vec![0.0; 5]);
        noise.add_to(&mut first, 1);
        noise.set_position(place);
        noise.add_to(&mut again, 1);
        assert_eq!(first, again);
    }

    #[test]
    fn no_noise_draws_nothing() {
        let mut noise = InputNoise::new(0.0, 3);
        let mut inputs = [1.0; 4];
        noise.add_to(&mut inputs, 1);
        assert_eq!((inputs, noise.position()), ([1.0; 4], 0));
    }
}
