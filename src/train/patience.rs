//! Early stopping (Prechelt 1998): how long an epoch that is better enough is waited for.
//!
//! Not for keeping the best weights: those are of the lowest loss, by however little.

use serde::{Deserialize, Serialize};

use super::{Exact, TrainConfig};

/// What is remembered of the losses so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Patience {
    /// The last loss that was better enough.
    mark: Option<Exact>,
    /// Epochs since.
    waited: usize,
}

impl Patience {
    /// Hears of the loss of an epoch.
    pub fn hear(&mut self, config: &TrainConfig, loss: f64) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_improvements_do_not_renew_it() {
        let waited = |minimum_improvement, losses: &[f64]| {
            let config = TrainConfig { patience: 3, minimum_improvement, ..TrainConfig::default() };
            let mut patience = Patience::default();
            losses.iter().position(|&loss| {
                patience.hear(&config, loss);
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
