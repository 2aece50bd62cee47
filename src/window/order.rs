//! The order that windows or lanes are visited in.
//!
//! Not for choosing them (`windows`, `lanes`).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Separates this use of a seed from the others (weights, dropout).
const ORDER_STREAM: u64 = 1;
/// Random words between the orders of two epochs, as a power of two: no order needs as many.
const EPOCH_BITS: u32 = 36;

/// Positions of windows or lanes, in a random order for each epoch. An order depends on the seed and
/// the epoch alone, so a run can be taken up in any of them.
#[derive(Debug, Clone)]
pub struct Order {
    positions: Vec<usize>,
    random: ChaCha8Rng,
}

impl Order {
    /// Positions `0..count` in time order.
    pub fn new(count: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(ORDER_STREAM);
        Self { positions: (0..count).collect(), random }
    }

    /// Puts them in the order of an epoch (Fisher and Yates, in Durstenfeld's form) and returns it.
    pub fn shuffle(&mut self, epoch: usize) -> &[usize] {
        self.random.set_word_pos((epoch as u128) << EPOCH_BITS);
        for (place, position) in self.positions.iter_mut().enumerate() {
            *position = place;
        }
        for last in (1..self.positions.len()).rev() {
            // The bias of a 64-bit remainder is below 2^-40 for any count of windows in memory.
            let bound = last as u64 + 1;
            let chosen = usize::try_from(self.random.next_u64() % bound).unwrap_or(last);
            self.positions.swap(last, chosen);
        }
        &self.positions
    }

    /// The order as it was put last.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_permutations_that_follow_seed_and_epoch_alone() {
        let mut order = Order::new(50, 7);
        let first = order.shuffle(1).to_vec();
        let second = order.shuffle(2).to_vec();
        assert_ne!(first, second);
        assert_eq!(Order::new(50, 7).shuffle(2), second);
        assert_eq!(order.shuffle(1), first);
        assert_ne!(Order::new(50, 8).shuffle(1), first);
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }
}
