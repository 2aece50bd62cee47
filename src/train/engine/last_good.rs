//! What a run was before its last update, to go back to where the next one gives no number; and the
//! way back from an update that a stop cut short.

use candle_core::Result;

use super::learner::Learner;
use super::progress::Progress;
use crate::nn::kernels::{in_pieces, is_stopped};
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
    update: Update,
}

/// How far the update of the weights has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Update {
    /// Done, or not begun.
    #[default]
    Whole,
    /// So many parameters may have been moved, and are kept as they were before.
    Begun(usize),
    /// Nothing is moved, but what was before the last update is no longer kept.
    Forgotten,
}

impl LastGood {
    /// An update begins, the step after `steps`.
    pub const fn begin_update(&mut self, steps: i32) {
        self.steps = steps;
        self.update = Update::Begun(0);
    }

    /// The parameter at `index`, which is kept, is about to be moved.
    pub const fn moves(&mut self, index: usize) {
        self.update = Update::Begun(index + 1);
    }

    /// Every parameter has been moved.
    pub const fn end_update(&mut self) {
        self.update = Update::Whole;
    }

    /// A parameter that an update cut short may have moved, as it was before: its weights and moments.
    pub fn untouched(&self, index: usize) -> Option<(&[f32], &Moments)> {
        match self.update {
            Update::Begun(count) if index < count => {
                Some((&self.weights[index], &self.moments[index]))
            }
            _ => None,
        }
    }

    /// Steps of the optimiser, where an update of it was cut short.
    pub const fn steps_before(&self) -> Option<i32> {
        match self.update {
            Update::Begun(_) => Some(self.steps),
            _ => None,
        }
    }

    /// Puts the weights back that an update cut short has moved.
    pub fn take_back_weights(&self, network: &Network) -> Result<()> {
        if self.update == Update::Whole {
            return Ok(());
        }
        network.update(|index, weights| {
            if let Some((before, _)) = self.untouched(index) {
                weights.copy_from_slice(before);
            }
        })
    }

    /// Takes back an update that was cut short, and takes down anew what it was to go back to.
    pub fn mend(&mut self, network: &Network, learner: &mut Learner) -> Result<()> {
        if self.update == Update::Whole {
            return Ok(());
        }
        self.take_back_weights(network)?;
        let steps = self.steps_before().unwrap_or(learner.descent.steps());
        for index in 0..self.moments.len() {
            if let Some((_, moments)) = self.untouched(index) {
                learner.descent.put_back(index, moments);
            }
        }
        learner.descent.set_steps(steps);
        self.update = Update::Forgotten;
        self.remember(network, learner)
    }

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

    /// Takes down one parameter before it is moved, or some of it where the stop is raised.
    pub fn remember_parameter(&mut self, index: usize, weights: &[f32], moments: &[Moments]) {
        if self.weights.len() <= index {
            self.weights.resize(index + 1, Vec::new());
            self.moments.resize(index + 1, Moments::default());
        }
        copy(&mut self.weights[index], weights);
        if let Some(moments) = moments.get(index) {
            copy(&mut self.moments[index].first, &moments.first);
            copy(&mut self.moments[index].second, &moments.second);
        }
    }

    /// Takes down the whole of a run as it is; where it is stopped meanwhile, it is to be mended.
    pub fn remember(&mut self, network: &Network, learner: &Learner) -> Result<()> {
        self.remember_positions(learner);
        self.remember_states(&learner.states);
        self.steps = learner.descent.steps();
        network.update(|index, weights| {
            if !is_stopped() {
                self.remember_parameter(index, weights, learner.descent.moments());
            }
        })?;
        self.update = if is_stopped() { Update::Forgotten } else { Update::Whole };
        Ok(())
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

fn copy(into: &mut Vec<f32>, values: &[f32]) {
    into.clear();
    into.reserve(values.len());
    in_pieces(values.len(), 1, |range| into.extend_from_slice(&values[range]));
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
