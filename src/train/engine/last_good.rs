//! What a run was before its last update, to go back to where the next one diverges.

use candle_core::Result;

use super::learner::Learner;
use super::progress::Progress;
use crate::nn::{Network, StateValues};
use crate::train::optimizer::Moments;

/// A run between two updates, in buffers that are used again.
#[derive(Debug, Clone, Default)]
pub struct LastGood {
    pub progress: Progress,
    pub steps: i32,
    weights: Vec<Vec<f32>>,
    moments: Vec<Moments>,
    states: StateValues,
    /// Of dropout of values and of states, and of noise.
    positions: [u128; 3],
    /// The same before the update that is being made.
    next_positions: [u128; 3],
}

impl LastGood {
    /// Puts the sources of random numbers back to before the batch that was begun last.
    pub fn rewind(&self, learner: &mut Learner) {
        set_positions(learner, self.next_positions);
    }

    /// Takes down where the sources of random numbers stand before an update.
    pub fn remember_positions(&mut self, learner: &Learner) {
        self.next_positions = positions(learner);
    }

    /// Takes down the states before an update that will be made, and the positions with them.
    pub fn remember_states(&mut self, states: &StateValues) {
        self.positions = self.next_positions;
        self.states.hidden.clone_from(&states.hidden);
        self.states.memory.clone_from(&states.memory);
    }

    /// Takes down one parameter before it is moved.
    pub fn remember_parameter(&mut self, index: usize, weights: &[f32], moments: &[Moments]) {
        if self.weights.len() <= index {
            self.weights.resize(index + 1, Vec::new());
            self.moments.resize(index + 1, Moments::default());
        }
        weights.clone_into(&mut self.weights[index]);
        if let Some(moments) = moments.get(index) {
            self.moments[index].first.clone_from(&moments.first);
            self.moments[index].second.clone_from(&moments.second);
        }
    }

    /// Takes down the whole of a run as it is.
    pub fn remember(&mut self, network: &Network, learner: &Learner) -> Result<()> {
        self.remember_positions(learner);
        self.remember_states(&learner.states);
        self.steps = learner.descent.steps();
        network.update(|index, weights| {
            self.remember_parameter(index, weights, learner.descent.moments());
        })
    }

    /// Puts weights, moments, states and random numbers back.
    pub fn restore(&self, network: &Network, learner: &mut Learner) -> Result<()> {
        network.update(|index, weights| weights.copy_from_slice(&self.weights[index]))?;
        // Of the same network and optimiser, so they fit.
        let _ = learner.descent.restore(self.steps, &self.moments);
        learner.states.clone_from(&self.states);
        set_positions(learner, self.positions);
        Ok(())
    }
}

/// Where the learner's sources of random numbers stand: dropout of values, of states, noise.
pub fn positions(learner: &Learner) -> [u128; 3] {
    let [values, states] = learner.dropout.positions();
    [values, states, learner.noise.position()]
}

/// Puts them there.
pub fn set_positions(learner: &mut Learner, [values, states, noise]: [u128; 3]) {
    learner.dropout.set_positions([values, states]);
    learner.noise.set_position(noise);
}
