//! What is said of a diverged batch, and the way back to before it.

use super::{Engine, Learned};
use crate::train::divergence::largest_slots;
use crate::train::{Divergence, TrainError};

impl Engine<'_> {
    /// The account of the batch learned from last.
    pub(super) fn account(&self, found: Learned) -> Divergence {
        let rows = self.feed.rows(self.progress.batch);
        let place = match found.norm {
            None => "forecast, NaN or too large to be squared".to_owned(),
            Some(_) => self.first_wrong_gradient(),
        };
        Divergence {
            epoch: self.progress.epoch,
            batch: self.progress.batch + 1,
            in_validation: false,
            loss: found.loss,
            gradient_norm: found.norm,
            place,
            slots: largest_slots(&self.learner.batch, rows.into_iter()),
        }
    }

    /// What a diverged validation looked like.
    pub(super) fn account_of_validation(&self, loss: f64) -> Divergence {
        Divergence {
            epoch: self.progress.epoch,
            batch: self.progress.batch,
            in_validation: true,
            loss,
            gradient_norm: None,
            place: "validation forecast, NaN or too large".to_owned(),
            slots: Vec::new(),
        }
    }

    /// The part of the network nearest to the forecast whose gradient is no number, where it began.
    fn first_wrong_gradient(&self) -> String {
        let gradients = self.learner.pass.gradients();
        let layers = self.network.recurrent().layers().count().max(1);
        let head = if self.network.head().known().is_some() { 3 } else { 2 };
        let recurrent = gradients.len().saturating_sub(head);
        let is_wrong = |values: &Vec<f32>| values.iter().any(|value| !value.is_finite());
        match gradients.iter().rposition(is_wrong) {
            Some(index) if index >= recurrent => "gradient of the head".to_owned(),
            Some(index) => {
                let layer = index * layers / recurrent.max(1);
                format!("gradient of recurrent layer {}", layer + 1)
            }
            None => "sum of all gradients".to_owned(),
        }
    }

    /// Goes back to before the last update; the account comes back as the error.
    pub(super) fn roll_back(&mut self, account: Divergence) -> TrainError {
        if let Err(error) = self.last_good.restore(self.network, &mut self.learner) {
            return TrainError::Tensor(error);
        }
        self.progress = self.last_good.progress;
        self.feed.open(self.progress.epoch, self.progress.batch_size, self.progress.batch);
        TrainError::Diverged(Box::new(account))
    }
}
