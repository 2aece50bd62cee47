//! The best weights of a run, and those before them.
//!
//! Not for choosing when a run ends (`Patience`).

use super::Engine;
use crate::nn::Network;
use crate::train::TrainError;

/// The best weights so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Best {
    pub(super) epoch: usize,
    pub(super) loss: f64,
    pub(super) weights: Vec<Vec<f32>>,
    /// They are the network's own, as long as it does not learn on: they were put there.
    pub(super) is_current: bool,
}

impl Engine<'_> {
    /// Keeps the weights of now where their loss is the lowest so far; whether it is.
    pub(super) fn keep_if_best(&mut self, loss: f64) -> Result<bool, TrainError> {
        let improved = self.best.as_ref().is_none_or(|best| loss < best.loss);
        if improved {
            let mut weights =
                self.previous_best.take().map(|best| best.weights).unwrap_or_default();
            copy_weights(self.network, &mut weights)?;
            let best = Best { epoch: self.progress.epoch, loss, weights, is_current: false };
            self.previous_best = self.best.replace(best);
        }
        Ok(improved)
    }

    /// The epoch with the best weights so far; 0 where none is done.
    pub fn best_epoch(&self) -> usize {
        self.best.as_ref().map_or(0, |best| best.epoch)
    }

    /// Takes the last improvement back: the best weights are those before it, if there are any. For a
    /// run that ends before anyone was told of it.
    pub fn take_back_best(&mut self) {
        self.best = self.previous_best.take();
    }
}

/// Copies every weight, into the same memory as before.
pub(in crate::train) fn copy_weights(
    network: &Network,
    into: &mut Vec<Vec<f32>>,
) -> candle_core::Result<()> {
    network.update(|index, weights| {
        if into.len() <= index {
            into.push(vec![0.0; weights.len()]);
        }
        into[index].copy_from_slice(weights);
    })
}
