//! The loss over what chooses the best epoch. Lanes have states of their own here, brought up over the
//! rows before the part; nothing of training is touched.

use super::feed::{Material, TrainingData};
use super::learner::{Learner, WeightedMean};
use crate::cancellation::Cancellation;
use crate::nn::{Network, NetworkError, StateValues};
use crate::window::{Batch, LaneCursor, Supervision};

/// Windows evaluated at once where nothing is learned.
const EVALUATION_BATCH: usize = 256;

/// Buffers of an evaluation.
#[derive(Debug)]
pub struct Validator {
    batch: Batch,
    /// Every window or lane in time order.
    order: Vec<usize>,
    cursor: LaneCursor,
    states: StateValues,
    fresh: Vec<bool>,
}

impl Validator {
    pub fn new(material: Material<'_>) -> Self {
        Self {
            batch: Batch::default(),
            order: (0..material.len()).collect(),
            cursor: LaneCursor::default(),
            states: StateValues::default(),
            fresh: Vec::new(),
        }
    }

    /// The mean loss; `None` where there is nothing to be tried on.
    ///
    /// # Errors
    /// As the tensor library's, and where it is cancelled.
    pub fn loss(
        &mut self,
        network: &Network,
        data: &TrainingData<'_>,
        learner: &mut Learner,
        cancel: &Cancellation<'_>,
    ) -> Result<Option<f64>, NetworkError> {
        let mut mean = WeightedMean::default();
        match data.validation {
            Material::Windows(windows) => {
                for positions in self.order.chunks(EVALUATION_BATCH) {
                    // A forecast is made at the last row of its window, however it was learned.
                    self.batch.gather(&data.source, windows, positions);
                    let loss = learner.evaluate(network, &self.batch, None, cancel)?;
                    mean.add(loss, self.batch.known_targets);
                }
            }
            Material::Lanes(plan) => {
                self.cursor.restart();
                self.states.hidden.clear();
                self.states.memory.clear();
                while let Some(step) = self.cursor.advance(plan, &self.order) {
                    self.fresh.clear();
                    let slots = step.slots.iter();
                    self.fresh
                        .extend(slots.map(|slot| slot.as_ref().is_none_or(|slot| slot.starts)));
                    self.batch.gather_lanes(&data.source, plan, step, Supervision::Every);
                    let states = Some((&mut self.states, &self.fresh[..]));
                    let loss = learner.evaluate(network, &self.batch, states, cancel)?;
                    mean.add(loss, self.batch.known_targets);
                }
            }
        }
        Ok((mean.targets() > 0).then(|| mean.mean()))
    }
}
