//! Early stopping (Prechelt 1998): the best weights so far, and how long training waits for better ones.
//!
//! The best weights are those of the lowest loss, by however little; patience asks for more.

use serde::{Deserialize, Serialize};

use super::config::TrainConfig;
use super::exact::Exact;

/// What is remembered of the losses so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Patience {
    /// The last loss that was better enough.
    mark: Option<Exact>,
    /// Epochs since.
    waited: usize,
}

impl Patience {
    /// Takes in the loss of an epoch.
    pub fn update(&mut self, config: &TrainConfig, loss: f64) {
        let is_better = |mark: Exact| loss < mark.0 * (1.0 - config.minimum_improvement);
        if self.mark.is_none_or(is_better) {
            (self.mark, self.waited) = (Some(Exact(loss)), 0);
        } else {
            self.waited = self.waited.saturating_add(1);
        }
    }

    /// Whether it has run out.
    pub fn is_exhausted(&self, config: &TrainConfig) -> bool {
        self.waited >= config.patience.max(1)
    }

    /// Waits from the start, as a finished run does that is given more epochs.
    pub const fn renew(&mut self) {
        self.waited = 0;
    }
}

/// The best weights so far.
#[derive(Debug, Clone, Default)]
pub struct BestWeights {
    pub epoch: usize,
    pub loss: f64,
    pub weights: Vec<Vec<f32>>,
    /// They are the network's own, as long as it does not learn on: they were put there.
    pub is_current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_improvements_do_not_renew_it() {
        let waited = |minimum_improvement, losses: &[f64]| {
            let config = TrainConfig { patience: 3, minimum_improvement, ..TrainConfig::default() };
            let mut patience = Patience::default();
            losses.iter().position(|&loss| {
                patience.update(&config, loss);
                patience.is_exhausted(&config)
            })
        };
        let slow = [1.0, 0.99, 0.98, 0.97, 0.96, 0.95];
        assert_eq!(waited(0.0, &slow), None);
        // By a hundredth of the last mark, 1: the second is not less than that, the third is.
        assert_eq!(waited(0.011, &slow), None);
        assert_eq!(waited(0.05, &slow), Some(3));
        assert_eq!(waited(0.0, &[1.0, 1.0, 2.0, 1.0]), Some(3));
    }
}
