//! How much work a fit is, told in epochs on the training part: for estimates of the time it takes.

use super::NeuralForecaster;
use crate::stats::number;
use crate::train::StateMode;
use crate::window::Split;

/// Share of the work of learning from a window that trying the network on one is: the way forward
/// without the way back and without the update of the weights.
const TRYING: f64 = 1.0 / 3.0;

/// The work of an epoch and of what follows, where learning from the training part once is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Trying the network on the validation part.
    validation: f64,
    /// Learning from all rows once, where a fit to all rows follows.
    all: Option<f64>,
}

impl Effort {
    /// That of fitting a forecaster to a series cut like this.
    pub fn of(forecaster: &NeuralForecaster, split: &Split) -> Self {
        let window = &forecaster.window;
        let spans = match forecaster.train.state_mode {
            StateMode::Stateless => (window.lookback + window.horizon).saturating_sub(1),
            StateMode::Stateful => 0,
        };
        let windows = |rows: usize| number(rows.saturating_sub(spans).max(1));
        let train = windows(split.train.len());
        // Windows of the validation part begin before it.
        let validation = number((split.validation.len() + 1).saturating_sub(window.horizon));
        let has_validation = !split.validation.is_empty();
        Self {
            validation: if has_validation { TRYING * validation / train } else { 0.0 },
            all: forecaster.train.refit.then(|| windows(split.rows()) / train),
        }
    }

    /// Seconds of an epoch on all rows, where one on the training part takes `learning`; none where no
    /// fit to all rows follows.
    pub fn refit_epoch(&self, learning: f64) -> Option<f64> {
        self.all.map(|all| all * learning)
    }

    /// Seconds of so many epochs and of the fit to all rows that follows, at the most.
    pub fn seconds(&self, epochs: f64, learning: f64) -> f64 {
        epochs * learning * (1.0 + self.validation + self.all.unwrap_or(0.0))
    }
}
