//! One update: a batch forward, its loss, backward, and a step of the optimiser.
//!
//! Every buffer is kept from step to step. Not for what a batch holds (`feed`).

use super::Feed;
use super::last_good::LastGood;
use crate::cancellation::Cancellation;
use crate::nn::{Dropout, Network, NetworkError, OutputSteps, Pass, PassInputs, StateValues};
use crate::train::loss::{Criterion, Targets};
use crate::train::optimizer::{Descent, norm_of};
use crate::train::{Noise, TrainConfig};
use crate::window::Batch;

/// What an update needs and keeps.
#[derive(Debug)]
pub struct Learner {
    pub pass: Pass,
    pub descent: Descent,
    pub dropout: Dropout,
    pub noise: Noise,
    pub batch: Batch,
    /// Where the lanes stand before the next batch.
    pub states: StateValues,
    criterion: Criterion,
    zero: f64,
    next_states: StateValues,
    fresh: Vec<bool>,
    offsets: Vec<f32>,
    gradient: Vec<f32>,
}

/// What an update found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learned {
    /// Mean loss before the step.
    pub loss: f64,
    /// Norm of the gradient before the clip; `None` where the loss is no number.
    pub norm: Option<f64>,
}

impl Learned {
    /// Whether a step was taken.
    pub fn is_good(&self) -> bool {
        self.loss.is_finite() && self.norm.is_some_and(f64::is_finite)
    }
}

impl Learner {
    pub fn new(network: &Network, config: &TrainConfig, dropout: Dropout, zero: f64) -> Self {
        let pass = Pass::new(network);
        let lengths: Vec<usize> = pass.gradients().iter().map(Vec::len).collect();
        Self {
            pass,
            descent: Descent::new(config, lengths),
            dropout,
            noise: Noise::new(config.input_noise, config.seed),
            batch: Batch::default(),
            states: StateValues::default(),
            criterion: Criterion::new(config),
            zero,
            next_states: StateValues::default(),
            fresh: Vec::new(),
            offsets: Vec::new(),
            gradient: Vec::new(),
        }
    }

    /// Learns from the batch that was gathered last. What was before is kept in `last_good`; where a
    /// number is missing, or it is cancelled, nothing is moved. An update that has begun is made whole.
    pub fn learn(
        &mut self,
        network: &Network,
        feed: &Feed<'_>,
        rate: f64,
        last_good: &mut LastGood,
        cancel: &Cancellation<'_>,
    ) -> Result<Learned, NetworkError> {
        last_good.remember_positions(self);
        feed.fresh(&mut self.fresh);
        let features = self.batch.inputs.len() / (self.batch.size * self.batch.steps).max(1);
        self.noise.add_to(&mut self.batch.inputs, features);
        let is_carried = feed.carries_state() && !self.states.hidden.is_empty();
        let inputs = PassInputs {
            start: is_carried.then_some(&self.states),
            fresh: if is_carried { &self.fresh } else { &[] },
            ..inputs_of(&self.batch)
        };
        let forecast = self.pass.forward(network, &inputs, Some(&mut self.dropout), cancel)?;
        self.gradient.resize(forecast.len(), 0.0);
        let targets = targets_of(&self.batch, self.zero, &mut self.offsets);
        let loss = self.criterion.gradient(forecast, &targets, &mut self.gradient);
        if !loss.is_finite() {
            return Ok(Learned { loss, norm: None });
        }
        if feed.carries_state() {
            self.pass.states(&mut self.next_states);
        }
        let mut norm = 0.0;
        // A batch of no target, a chunk that ends in nothing, only carries the state on.
        if self.batch.known_targets > 0 {
            self.pass.backward(network, &self.gradient, cancel)?;
            norm = norm_of(self.pass.gradients().iter().map(Vec::as_slice));
            if !norm.is_finite() {
                return Ok(Learned { loss, norm: Some(norm) });
            }
            last_good.remember_states(&self.states);
            self.descend(network, rate, norm, last_good)?;
        } else {
            last_good.remember(network, self)?;
        }
        std::mem::swap(&mut self.states, &mut self.next_states);
        Ok(Learned { loss, norm: Some(norm) })
    }

    /// Moves every weight, keeping what it was.
    fn descend(
        &mut self,
        network: &Network,
        rate: f64,
        norm: f64,
        last_good: &mut LastGood,
    ) -> candle_core::Result<()> {
        last_good.steps = self.descent.steps();
        self.descent.begin(rate, norm);
        let (descent, gradients) = (&mut self.descent, self.pass.gradients());
        network.update(|index, weights| {
            last_good.remember_parameter(index, weights, descent.moments());
            descent.update(index, weights, &gradients[index]);
        })
    }

    /// The mean loss of a forecast of the batch gathered last, without dropout and without learning;
    /// `states` are carried where they are given.
    pub fn evaluate(
        &mut self,
        network: &Network,
        batch: &Batch,
        states: Option<(&mut StateValues, &[bool])>,
        cancel: &Cancellation<'_>,
    ) -> Result<f64, NetworkError> {
        let mut inputs = inputs_of(batch);
        if let Some((states, fresh)) = &states
            && !states.hidden.is_empty()
        {
            (inputs.start, inputs.fresh) = (Some(&**states), fresh);
        }
        let forecast = self.pass.forward(network, &inputs, None, cancel)?;
        let targets = targets_of(batch, self.zero, &mut self.offsets);
        let loss = self.criterion.mean(forecast, &targets);
        if let Some((states, _)) = states {
            self.pass.states(states);
        }
        Ok(loss)
    }
}

/// A batch as the network takes it.
pub fn inputs_of(batch: &Batch) -> PassInputs<'_> {
    PassInputs {
        batch: batch.size,
        steps: batch.steps,
        steps_values: &batch.inputs,
        ahead: &batch.ahead,
        outputs: if batch.outputs == 1 { OutputSteps::Last } else { OutputSteps::Every },
        ..PassInputs::default()
    }
}

/// Its targets, with what makes them proportional to the series' values.
fn targets_of<'a>(batch: &'a Batch, zero: f64, offsets: &'a mut Vec<f32>) -> Targets<'a> {
    offsets.clear();
    #[expect(clippy::cast_possible_truncation, reason = "levels are f32 already")]
    let zero = zero as f32;
    offsets.extend(batch.levels.iter().map(|level| level - zero));
    Targets { values: &batch.targets, mask: &batch.mask, known: batch.known_targets, offsets }
}
