//! How far a run has come within an epoch, and the mean of its losses so far.

use serde::{Deserialize, Serialize};

use crate::stats::number;
use crate::train::Exact;

/// Where a run stands between two batches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Epoch in progress or next, from 1.
    pub epoch: usize,
    /// Batches done in it.
    pub batch: usize,
    /// Windows or lanes a batch in it.
    pub batch_size: usize,
    /// Mean loss so far in it.
    pub mean: WeightedMean,
}

/// Mean of batch losses, each weighted by its known targets.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct WeightedMean {
    sum: Exact,
    weight: usize,
}

impl WeightedMean {
    pub fn add(&mut self, value: f64, targets: usize) {
        self.sum.0 += value * number(targets);
        self.weight = self.weight.saturating_add(targets);
    }

    /// NaN where there was nothing.
    pub fn mean(&self) -> f64 {
        self.sum.0 / number(self.weight)
    }

    /// Known targets so far.
    pub const fn targets(&self) -> usize {
        self.weight
    }
}
