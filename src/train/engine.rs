//! The training loop.
//!
//! Each epoch visits every training window once in a new order; the epoch with the lowest
//! validation loss gives the final weights (Prechelt 1998, early stopping). The same seed gives the
//! same weights to the last bit.

use std::ops::ControlFlow;
use std::time::Instant;

use candle_core::Var;

use super::adam::Adam;
use super::targets::Targets;
use super::{InputTensors, TrainConfig, TrainError};
use crate::nn::kernels::with_threads;
use crate::nn::{Dropout, Network, Snapshot};
use crate::window::{Batch, Order, Source, Windows};

/// Windows evaluated at once where nothing is learned.
const EVALUATION_BATCH: usize = 256;

/// What a network is trained on.
#[derive(Debug, Clone, Copy)]
pub struct TrainingData<'a> {
    /// Rows that windows are gathered from.
    pub source: Source<'a>,
    /// Windows to learn from; at least one.
    pub train: &'a Windows,
    /// Windows that choose the best epoch; where there is none the training loss does.
    pub validation: &'a Windows,
}

/// Progress of training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrainEvent {
    /// A batch is done.
    Batch {
        /// Epoch in progress, from 1.
        epoch: usize,
        /// Batches done in it, from 1.
        batch: usize,
        /// Batches in an epoch.
        batches: usize,
    },
    /// An epoch is done.
    Epoch(EpochSummary),
}

/// What an epoch brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochSummary {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the targets of the training windows, as each was met, in scaled units; missing
    /// ones have no part in it.
    pub training_loss: f64,
    /// The same over the validation windows afterwards; the training loss where there is none.
    pub validation_loss: f64,
    /// Whether this is the lowest validation loss so far.
    pub improved: bool,
    /// Whether no epoch follows.
    pub last: bool,
    /// Seconds spent learning in this epoch, validation not counted.
    pub training_seconds: f64,
    /// Seconds since training began.
    pub elapsed_seconds: f64,
}

/// How training ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The epoch whose weights the network has now; 0 where training was stopped in the first.
    pub best_epoch: usize,
    /// Whether the listener ended training.
    pub was_stopped: bool,
}

/// Trains `network` and leaves it with the best weights, on as many threads as `config` allows.
/// `dropout` says what is zeroed on the way. `on_event` hears of every batch and epoch; where it breaks,
/// training ends and the best weights so far are kept.
///
/// # Errors
/// Where the loss is no longer a number, there is no training window, or the tensor library fails.
pub fn fit(
    network: &Network,
    data: &TrainingData<'_>,
    config: &TrainConfig,
    dropout: Dropout,
    on_event: &mut dyn FnMut(TrainEvent) -> ControlFlow<()>,
) -> Result<Outcome, TrainError> {
    if data.train.is_empty() {
        return Err(TrainError::NoWindows);
    }
    with_threads(config.threads, || Run::new(network, data, config, dropout).all_epochs(on_event))
}

struct Best {
    epoch: usize,
    loss: f64,
    weights: Snapshot,
}

struct Run<'a> {
    network: &'a Network,
    data: &'a TrainingData<'a>,
    config: &'a TrainConfig,
    parameters: Vec<&'a Var>,
    adam: Adam,
    dropout: Dropout,
    order: Order,
    batch: Batch,
    best: Option<Best>,
    started: Instant,
}

impl<'a> Run<'a> {
    fn new(
        network: &'a Network,
        data: &'a TrainingData<'a>,
        config: &'a TrainConfig,
        dropout: Dropout,
    ) -> Self {
        let parameters = network.parameters();
        Self {
            network,
            data,
            config,
            adam: Adam::new(&parameters, config.learning_rate, config.weight_decay),
            parameters,
            dropout,
            order: Order::new(data.train.len(), config.seed),
            batch: Batch::default(),
            best: None,
            started: Instant::now(),
        }
    }

    fn all_epochs(
        mut self,
        on_event: &mut dyn FnMut(TrainEvent) -> ControlFlow<()>,
    ) -> Result<Outcome, TrainError> {
        for epoch in 1..=self.config.epochs {
            if self.epoch(epoch, on_event)?.is_break() {
                return self.finish(true);
            }
            if self.is_exhausted(epoch) {
                break;
            }
        }
        self.finish(false)
    }

    /// One pass over the training windows and one over the validation windows.
    fn epoch(
        &mut self,
        epoch: usize,
        on_event: &mut dyn FnMut(TrainEvent) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, TrainError> {
        let started = Instant::now();
        let positions = self.order.shuffle().to_vec();
        let size = self.config.batch_size.max(1);
        let batches = positions.len().div_ceil(size);
        let mut sum = WeightedMean::default();
        for (index, positions) in positions.chunks(size).enumerate() {
            let batch = index + 1;
            let loss = self.learn(positions)?;
            check(loss, epoch, batch)?;
            sum.add(loss, self.batch.known_targets);
            if on_event(TrainEvent::Batch { epoch, batch, batches }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let training_seconds = started.elapsed().as_secs_f64();
        let training_loss = sum.mean();
        let validation_loss = match self.validation_loss()? {
            Some(loss) => check(loss, epoch, batches)?,
            None => training_loss,
        };
        let improved = self.keep_if_best(epoch, validation_loss)?;
        let summary = EpochSummary {
            epoch,
            training_loss,
            validation_loss,
            improved,
            last: epoch == self.config.epochs || self.is_exhausted(epoch),
            training_seconds,
            elapsed_seconds: self.started.elapsed().as_secs_f64(),
        };
        Ok(on_event(TrainEvent::Epoch(summary)))
    }

    /// Forward, backward and one step of the optimiser; returns the loss before the step.
    fn learn(&mut self, positions: &[usize]) -> Result<f64, TrainError> {
        let data = self.data;
        self.batch.gather(&data.source, data.train, positions);
        let tensors = InputTensors::new(&self.batch, data.train.lookback, data.train.horizon)?;
        let targets = Targets::new(&self.batch, data.train.horizon)?;
        let forecast = self.network.forward_training(tensors.inputs(), &mut self.dropout)?;
        let loss = targets.loss(self.config.loss, &forecast)?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Ok(value);
        }
        let gradients = loss.backward()?;
        let norm = self.adam.step(&self.parameters, &gradients, self.config.gradient_clip)?;
        // Along a gradient that is no number no step was taken.
        Ok(if norm.is_finite() { value } else { norm })
    }

    fn validation_loss(&mut self) -> Result<Option<f64>, TrainError> {
        let (data, windows) = (self.data, self.data.validation);
        if windows.is_empty() {
            return Ok(None);
        }
        let positions: Vec<usize> = (0..windows.len()).collect();
        let mut sum = WeightedMean::default();
        for positions in positions.chunks(EVALUATION_BATCH) {
            self.batch.gather(&data.source, windows, positions);
            let tensors = InputTensors::new(&self.batch, windows.lookback, windows.horizon)?;
            let targets = Targets::new(&self.batch, windows.horizon)?;
            let forecast = self.network.forward(tensors.inputs())?;
            let loss = targets.loss(self.config.loss, &forecast)?;
            sum.add(f64::from(loss.to_scalar::<f32>()?), self.batch.known_targets);
        }
        Ok(Some(sum.mean()))
    }

    fn keep_if_best(&mut self, epoch: usize, loss: f64) -> Result<bool, TrainError> {
        let improved = self.best.as_ref().is_none_or(|best| loss < best.loss);
        if improved {
            self.best = Some(Best { epoch, loss, weights: self.network.snapshot()? });
        }
        Ok(improved)
    }

    /// Whether patience has run out after `epoch`.
    fn is_exhausted(&self, epoch: usize) -> bool {
        self.best.as_ref().is_some_and(|best| epoch - best.epoch >= self.config.patience.max(1))
    }

    fn finish(self, was_stopped: bool) -> Result<Outcome, TrainError> {
        let best_epoch = match &self.best {
            Some(best) => {
                self.network.restore(&best.weights)?;
                best.epoch
            }
            None => 0,
        };
        Ok(Outcome { best_epoch, was_stopped })
    }
}

const fn check(loss: f64, epoch: usize, batch: usize) -> Result<f64, TrainError> {
    if loss.is_finite() { Ok(loss) } else { Err(TrainError::Diverged { loss, epoch, batch }) }
}

/// Mean of batch losses, each weighted by its known targets.
#[derive(Default)]
struct WeightedMean {
    sum: f64,
    weight: f64,
}

impl WeightedMean {
    fn add(&mut self, value: f64, targets: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^53 targets")]
        let targets = targets as f64;
        self.sum += value * targets;
        self.weight += targets;
    }

    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
