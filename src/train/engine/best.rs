//! The best weights of a run: kept as they come, and put into the network at its end.

use super::Engine;
use crate::nn::Network;
use crate::nn::kernels::{in_pieces, is_stopped};
use crate::train::{Flow, Outcome, TrainError};

/// The best weights so far.
#[derive(Debug, Clone, Default)]
pub struct Best {
    pub epoch: usize,
    pub loss: f64,
    pub weights: Vec<Vec<f32>>,
    /// They are the network's own, as long as it does not learn on: a stop kept them from being
    /// copied, or they were put there.
    pub is_current: bool,
}

impl Engine<'_> {
    /// Keeps the weights of an epoch of this validation loss where none before was lower.
    pub(super) fn keep_if_best(&mut self, loss: f64) -> Result<bool, TrainError> {
        let improved = self.best.as_ref().is_none_or(|best| loss < best.loss);
        if improved {
            std::mem::swap(&mut self.best, &mut self.best_before);
            let best = self.best.get_or_insert_default();
            (best.epoch, best.loss) = (self.progress.epoch, loss);
            copy_weights(self.network, &mut best.weights)?;
            best.is_current = is_stopped();
        }
        Ok(improved)
    }

    /// Puts the best weights into the network; where there are none yet, those that it had before the
    /// batch that a stop cut short. The run ends with it.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn finish(&mut self, ended_by: Option<Flow>) -> Result<Outcome, TrainError> {
        self.finish_within(self.epochs_done(), ended_by)
    }

    /// As [`Self::finish`], as if only the first `epochs` had been done; the last that may be left out is
    /// the one that was done last.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_within(
        &mut self,
        epochs: usize,
        ended_by: Option<Flow>,
    ) -> Result<Outcome, TrainError> {
        if self.best.as_ref().is_some_and(|best| best.epoch > epochs) {
            self.best = self.best_before.take();
        }
        match &mut self.best {
            Some(best) if !best.is_current => {
                self.network.exchange(&mut best.weights)?;
                best.is_current = true;
            }
            Some(_) => {}
            None => self.last_good.take_back_weights(self.network)?,
        }
        Ok(Outcome {
            best_epoch: self.best.as_ref().map_or(0, |best| best.epoch),
            was_stopped: ended_by.is_some(),
            was_discarded: ended_by == Some(Flow::Discard),
            changes: self.changes.clone(),
        })
    }
}

/// Copies every weight, into the same memory as before; some of them where the stop is raised.
pub fn copy_weights(network: &Network, into: &mut Vec<Vec<f32>>) -> candle_core::Result<()> {
    network.update(|index, weights| {
        if into.len() <= index {
            into.push(vec![0.0; weights.len()]);
        }
        in_pieces(weights.len(), 1, |range| {
            into[index][range.clone()].copy_from_slice(&weights[range]);
        });
    })
}
