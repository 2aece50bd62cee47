//! What baselines without a likelihood have in common: they tell their forecasts, and all else is
//! what they would have said of the history.
//!
//! Not for models that are estimated; they keep their own residuals and criteria.

use super::hindsight::Hindsight;
use super::model::{Criteria, FittedBaseline, Prediction};

/// A rule that has been applied to a history.
pub(super) trait Rule: Send + Sync {
    /// The rule in a line.
    fn words(&self) -> String;

    /// As [`FittedBaseline::predict`].
    fn ahead(&self, horizon: usize, levels: &[f64]) -> Prediction;

    /// What it would have said of each row of the history.
    fn hindsight(&self) -> &Hindsight;

    /// Numbers taken from the whole history.
    fn estimated(&self) -> usize {
        0
    }
}

impl<T: Rule> FittedBaseline for T {
    fn description(&self) -> String {
        self.words()
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> Prediction {
        self.ahead(horizon, levels)
    }

    fn fitted(&self) -> &[f64] {
        &self.hindsight().fitted
    }

    fn residuals(&self) -> &[f64] {
        &self.hindsight().residuals
    }

    fn criteria(&self) -> Option<Criteria> {
        None
    }

    fn parameters(&self) -> usize {
        self.estimated()
    }
}
