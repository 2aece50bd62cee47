//! Initial weights and dropout masks from one seed.
//!
//! `ChaCha8` rather than the tensor library's generator, which cannot be seeded on a CPU. Each use of
//! a seed has a stream of its own, so that changing one changes no other.

use candle_core::{Device, Result, Shape, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const WEIGHT_STREAM: u64 = 0;
const DROPOUT_STREAM: u64 = 2;

/// Uniform numbers in `[0, 1)` on 24 bits, all that an f32 holds.
fn unit(random: &mut ChaCha8Rng) -> f32 {
    const STEP: f32 = 1.0 / 16_777_216.0;
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
    let integer = (random.next_u32() >> 8) as f32;
    integer * STEP
}

/// Source of initial weights.
#[derive(Debug, Clone)]
pub struct InitialWeights {
    random: ChaCha8Rng,
}

impl InitialWeights {
    /// A source that follows the seed.
    pub fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(WEIGHT_STREAM);
        Self { random }
    }

    /// `len` numbers uniform in `±1 / sqrt(fan)`: PyTorch's rule for recurrent layers (`fan` the
    /// hidden size) and for linear layers, weight and bias (`fan` the input size).
    pub fn uniform(&mut self, len: usize, fan: usize) -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "a layer has far fewer than 2^24 units")]
        let bound = 1.0 / (fan.max(1) as f32).sqrt();
        (0..len).map(|_| (2.0 * unit(&mut self.random) - 1.0) * bound).collect()
    }
}

/// Inverted dropout: zeroes a share of values while training and enlarges the others by
/// `1 / (1 - share)`, so that nothing changes when it is off (Srivastava et al. 2014).
#[derive(Debug, Clone)]
pub struct Dropout {
    share: f32,
    random: ChaCha8Rng,
}

impl Dropout {
    /// Dropout of `share` (0 to below 1) of values that follows the seed.
    pub fn new(share: f64, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(DROPOUT_STREAM);
        #[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
        let share = share.clamp(0.0, 0.999_999) as f32;
        Self { share, random }
    }

    /// Applies a new mask to values of any shape.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn apply(&mut self, values: &Tensor) -> Result<Tensor> {
        if self.share == 0.0 {
            return Ok(values.clone());
        }
        let mask = self.mask(values.shape())?;
        values * mask
    }

    fn mask(&mut self, shape: &Shape) -> Result<Tensor> {
        let kept = 1.0 / (1.0 - self.share);
        let mask: Vec<f32> = (0..shape.elem_count())
            .map(|_| if unit(&mut self.random) < self.share { 0.0 } else { kept })
            .collect();
        Tensor::from_vec(mask, shape, &Device::Cpu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_within_bounds_and_follow_the_seed() {
        let first = InitialWeights::new(1).uniform(1000, 16);
        assert!(first.iter().all(|weight| weight.abs() <= 0.25));
        let mean = first.iter().sum::<f32>() / 1000.0;
        // The mean of 1,000 has a standard deviation of 0.25 / sqrt(3000) = 0.0046; six of them.
        assert!(mean.abs() < 0.028, "mean {mean}");
        assert_eq!(first, InitialWeights::new(1).uniform(1000, 16));
        assert_ne!(first, InitialWeights::new(2).uniform(1000, 16));
    }

    #[test]
    fn dropout_keeps_the_mean() {
        let ones = Tensor::ones(10_000, candle_core::DType::F32, &Device::Cpu).unwrap();
        let dropped = Dropout::new(0.25, 5).apply(&ones).unwrap().to_vec1::<f32>().unwrap();
        let zeros = dropped.iter().filter(|&&value| value == 0.0).count();
        // Binomial(10000, 0.25) has a standard deviation of 43; six of them.
        assert!((2_240..2_760).contains(&zeros), "{zeros} zeros");
        assert!(dropped.iter().all(|&value| value == 0.0 || value == 1.0 / 0.75));
        let same = Dropout::new(0.25, 5).apply(&ones).unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(dropped, same);
    }
}
