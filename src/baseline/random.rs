//! Normal numbers from a seed, for simulated futures.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::stats::normal_quantile;

/// Standard normal numbers.
#[derive(Debug, Clone)]
pub(super) struct Shocks {
    random: ChaCha8Rng,
}

impl Shocks {
    /// Numbers that follow the seed.
    pub(super) fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let integer = (self.random.next_u64() >> 11) as f64;
        // The middle of one of 2^53 equal parts of 0 to 1: never 0, never 1.
        normal_quantile((integer + 0.5) / 9_007_199_254_740_992.0)
    }
}
