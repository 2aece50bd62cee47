//! Normal noise on the inputs while training (Bishop 1995): a network that is shown every window a
//! little differently each time learns smoother maps.
//!
//! Only on values: what is known of a row beforehand is known exactly.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Separates this use of a seed from the others (weights, order, dropout).
const NOISE_STREAM: u64 = 4;

/// A source of noise that follows a seed and can give and take back its place.
#[derive(Debug, Clone)]
pub struct Noise {
    deviation: f32,
    random: ChaCha8Rng,
}

impl Noise {
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
        /// One in 2^24: all that an f32 tells apart below 1.
        const STEP: f32 = 1.0 / 16_777_216.0;
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
        let mut unit = || (self.random.next_u32() >> 8) as f32 * STEP;
        let (radius, angle) = (unit(), unit());
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f32::consts::TAU * angle).cos()
    }

    /// Where the source stands.
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
    fn noise_is_normal_on_values_alone_and_comes_back() {
        let mut noise = Noise::new(0.5, 3);
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
        let mut noise = Noise::new(0.0, 3);
        let mut inputs = [1.0; 4];
        noise.add_to(&mut inputs, 1);
        assert_eq!((inputs, noise.position()), ([1.0; 4], 0));
    }
}
