//! One update: a batch forward, its loss, backward, and a step of the optimiser; and what a run was before
//! its last update, to go back to where the next one diverges.
//!
//! Every buffer is kept from step to step. Not for what a batch holds (`feed`).

use serde::{Deserialize, Serialize};

use super::feed::{BatchFeed, Material, TrainingData};
use crate::cancellation::Cancellation;
use crate::nn::{
    Dropout, InputNoise, Network, NetworkError, OutputSteps, Pass, PassInputs, StateValues,
};
use crate::stats::number;
use crate::train::config::TrainConfig;
use crate::train::exact::Exact;
use crate::train::loss::{Loss, Targets};
use crate::train::optimizer::{Descent, Moments, norm_of};
use crate::window::{Batch, LaneCursor, Supervision};

#[derive(Debug)]
pub struct Learner {
    pub pass: Pass,
    pub descent: Descent,
    pub dropout: Dropout,
    pub noise: InputNoise,
    pub batch: Batch,
    /// Where the lanes stand before the next batch.
    pub states: StateValues,
    loss: Loss,
    zero: f64,
    next_states: StateValues,
    fresh: Vec<bool>,
    offsets: Vec<f32>,
    gradient: Vec<f32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learned {
    /// Mean loss before the step.
    pub loss: f64,
    /// Norm of the gradient before the clip; `None` where the loss is no number.
    pub norm: Option<f64>,
}

impl Learned {
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
            noise: InputNoise::new(config.input_noise, config.seed),
            batch: Batch::default(),
            states: StateValues::default(),
            loss: config.loss,
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
        feed: &BatchFeed<'_>,
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
        let loss = self.loss.gradient(forecast, &targets, &mut self.gradient);
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
        let loss = self.loss.mean(forecast, &targets);
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

/// A run between two updates, in buffers that are used again.
#[derive(Debug, Clone, Default)]
pub struct LastGood {
    pub progress: EpochProgress,
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

    /// Notes where the sources of random numbers stand before an update.
    pub fn remember_positions(&mut self, learner: &Learner) {
        self.next_positions = positions(learner);
    }

    /// Notes the states before an update that will be made, and the positions with them.
    pub fn remember_states(&mut self, states: &StateValues) {
        self.positions = self.next_positions;
        self.states.hidden.clone_from(&states.hidden);
        self.states.memory.clone_from(&states.memory);
    }

    /// Notes one parameter before it is moved.
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

    /// Notes the whole of a run as it is.
    pub fn remember(&mut self, network: &Network, learner: &Learner) -> candle_core::Result<()> {
        self.remember_positions(learner);
        self.remember_states(&learner.states);
        self.steps = learner.descent.steps();
        network.update(|index, weights| {
            self.remember_parameter(index, weights, learner.descent.moments());
        })
    }

    /// Puts weights, moments, states and random numbers back.
    pub fn restore(&self, network: &Network, learner: &mut Learner) -> candle_core::Result<()> {
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

pub fn set_positions(learner: &mut Learner, [values, states, noise]: [u128; 3]) {
    learner.dropout.set_positions([values, states]);
    learner.noise.set_position(noise);
}

/// Where a run stands between two batches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct EpochProgress {
    /// Epoch in progress or next, from 1.
    pub epoch: usize,
    pub batch: usize,
    /// Windows or lanes a batch in it.
    pub batch_size: usize,
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

    pub const fn targets(&self) -> usize {
        self.weight
    }
}

/// Windows evaluated at once where nothing is learned.
const EVALUATION_BATCH: usize = 256;

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
