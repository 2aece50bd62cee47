//! What the losses of epochs decide: the learning rate of each epoch, in PyTorch's forms; and early stopping
//! (Prechelt 1998), the best weights so far and how long training waits for better ones.
//!
//! An epoch has one rate, so that a change of the batch size within a run moves no schedule. The best
//! weights are those of the lowest loss, by however little; patience asks for more.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::config::{Schedule, TrainConfig};
use super::exact::Exact;
use crate::stats::number;

/// Share of the epochs in which a one-cycle schedule rises (`pct_start` in PyTorch).
const RISING_SHARE: f64 = 0.3;
/// What a one-cycle schedule begins below its highest rate by (`div_factor`).
const FIRST_DIVISOR: f64 = 25.0;
/// What it ends below its first rate by (`final_div_factor`).
const LAST_DIVISOR: f64 = 1e4;

/// A schedule with what it remembers of the epochs before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// What a plateau schedule has come down to.
    plateau: Exact,
    /// The best loss that it has seen.
    best: Option<Exact>,
    /// Epochs since.
    waited: usize,
}

impl Default for Rates {
    fn default() -> Self {
        Self { plateau: Exact(1.0), best: None, waited: 0 }
    }
}

impl Rates {
    /// What the learning rate is multiplied by in an epoch, from 1.
    pub fn factor(&self, config: &TrainConfig, epoch: usize) -> f64 {
        let done = epoch.saturating_sub(1);
        match config.schedule {
            Schedule::Constant => 1.0,
            Schedule::Step { epochs, factor } => {
                let falls = done / epochs.max(1);
                factor.powi(i32::try_from(falls).unwrap_or(i32::MAX))
            }
            Schedule::Cosine { warm_up_epochs } => cosine(done, warm_up_epochs, config.epochs),
            Schedule::OneCycle => one_cycle(done, config.epochs),
            Schedule::Plateau { .. } => self.plateau.0,
        }
    }

    /// Takes in the loss of an epoch that is done.
    pub fn update(&mut self, config: &TrainConfig, loss: f64) {
        let Schedule::Plateau { epochs, factor } = config.schedule else { return };
        let is_better = |best: Exact| loss < best.0 * (1.0 - config.minimum_improvement);
        if self.best.is_none_or(is_better) {
            (self.best, self.waited) = (Some(Exact(loss)), 0);
            return;
        }
        self.waited = self.waited.saturating_add(1);
        if self.waited > epochs {
            self.plateau.0 *= factor;
            self.waited = 0;
        }
    }
}

fn cosine(done: usize, warm_up: usize, epochs: usize) -> f64 {
    // A rise that never ends would leave the cosine nothing.
    let warm_up = warm_up.min(epochs.saturating_sub(1));
    if done < warm_up {
        return number(done + 1) / number(warm_up + 1);
    }
    let share = number(done - warm_up) / number(epochs.saturating_sub(warm_up).max(1));
    0.5 * (1.0 + (PI * share.min(1.0)).cos())
}

fn one_cycle(done: usize, epochs: usize) -> f64 {
    if epochs < 2 {
        return 1.0;
    }
    let (first, last) = (1.0 / FIRST_DIVISOR, 1.0 / (FIRST_DIVISOR * LAST_DIVISOR));
    let done = number(done.min(epochs - 1));
    let (top, end) = (RISING_SHARE * number(epochs) - 1.0, number(epochs - 1));
    if done <= top && top > 0.0 {
        along(first, 1.0, done / top)
    } else {
        along(1.0, last, (done - top) / (end - top))
    }
}

/// From one value to another along half a cosine.
fn along(from: f64, to: f64, share: f64) -> f64 {
    to + 0.5 * (from - to) * (1.0 + (PI * share).cos())
}

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
    use std::collections::BTreeMap;

    fn rates(config: &TrainConfig, losses: &[f64]) -> Vec<f64> {
        let mut rates = Rates::default();
        let epochs = losses.iter().enumerate();
        epochs
            .map(|(index, &loss)| {
                let rate = 0.1 * rates.factor(config, index + 1);
                rates.update(config, loss);
                rate
            })
            .collect()
    }

    #[test]
    fn rates_are_those_of_pytorch() {
        let text = include_str!("../../tests/fixtures/train/schedules.json");
        let mut fixture: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).unwrap();
        let mut numbers =
            |key: &str| serde_json::from_value::<Vec<f64>>(fixture.remove(key).unwrap()).unwrap();
        let losses = numbers("losses");
        let base = TrainConfig { epochs: 20, ..TrainConfig::default() };
        let of = |schedule| TrainConfig { schedule, ..base.clone() };
        let cosine = |warm_up_epochs| of(Schedule::Cosine { warm_up_epochs });
        let plateau = Schedule::Plateau { epochs: 2, factor: 0.5 };
        let plateau = TrainConfig { minimum_improvement: 0.01, ..of(plateau) };
        let cases = [
            ("constant", of(Schedule::Constant)),
            ("step", of(Schedule::Step { epochs: 4, factor: 0.5 })),
            ("cosine", cosine(0)),
            ("warm-up", cosine(4)),
            ("one-cycle", of(Schedule::OneCycle)),
            ("plateau", plateau),
        ];
        for (name, config) in cases {
            for (epoch, (found, expected)) in
                rates(&config, &losses).into_iter().zip(numbers(name)).enumerate()
            {
                assert!((found - expected).abs() < 1e-12, "{name} {epoch}: {found} {expected}");
            }
        }
    }

    #[test]
    fn every_rate_of_every_length_is_a_number_above_zero() {
        for schedule in Schedule::ALL {
            for epochs in 1..30 {
                let config = TrainConfig { epochs, schedule, ..TrainConfig::default() };
                for rate in rates(&config, &vec![1.0; epochs]) {
                    assert!(rate > 0.0 && rate <= 0.1 + 1e-12, "{schedule:?} {epochs}: {rate}");
                }
            }
        }
    }
}

#[cfg(test)]
mod early_stopping_tests {
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
