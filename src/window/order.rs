//! The order that windows or lanes are visited in.
//!
//! Not for choosing them (`windows`, `lanes`).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;

/// Positions of windows or lanes, put in a new random order each epoch.
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
