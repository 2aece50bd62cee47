//! The training loop.
//!
//! Each epoch visits every training window once in a new order; the epoch with the lowest
//! validation loss gives the final weights (Prechelt 1998, early stopping). The same seed gives the
//! same weights to the last bit.

use std::ops::ControlFlow;
use std::time::Instant;

use super::adam::Adam;
use super::loss::loss_and_gradient;
use super::{Loss, TrainConfig, TrainError};
use crate::nn::kernels::with_threads;
use crate::nn::{Dropout, Network, Pass, PassInputs, Snapshot};
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
    pass: Pass,
    adam: Adam,
    /// Gradient of the loss by the forecast.
    gradient: Vec<f32>,
    /// Positions of the windows that are evaluated.
    positions: Vec<usize>,
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
        Self {
            network,
            data,
            config,
            pass: Pass::new(network),
            adam: Adam::new(&network.parameters(), config.learning_rate, config.weight_decay),
            gradient: Vec::new(),
            positions: Vec::new(),
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
        let inputs = inputs(&self.batch, data.train);
        let forecast = self.pass.forward(self.network, &inputs, Some(&mut self.dropout))?;
        let value = loss_of(self.config.loss, forecast, &self.batch, &mut self.gradient);
        if !value.is_finite() {
            return Ok(value);
        }
        self.pass.backward(self.network, &self.gradient)?;
        let gradients = self.pass.gradients();
        let norm = self.adam.update(self.network, gradients, self.config.gradient_clip)?;
        // Along a gradient that is no number no step was taken.
        Ok(if norm.is_finite() { value } else { norm })
    }

    fn validation_loss(&mut self) -> Result<Option<f64>, TrainError> {
        let (data, windows) = (self.data, self.data.validation);
        if windows.is_empty() {
            return Ok(None);
        }
        let mut sum = WeightedMean::default();
        for start in (0..windows.len()).step_by(EVALUATION_BATCH) {
            let end = (start + EVALUATION_BATCH).min(windows.len());
            self.positions.clear();
            self.positions.extend(start..end);
            self.batch.gather(&data.source, windows, &self.positions);
            let inputs = inputs(&self.batch, windows);
            let forecast = self.pass.forward(self.network, &inputs, None)?;
            let loss = loss_of(self.config.loss, forecast, &self.batch, &mut self.gradient);
            sum.add(loss, self.batch.known_targets);
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

/// What the network is given of a batch of windows.
fn inputs<'a>(batch: &'a Batch, windows: &Windows) -> PassInputs<'a> {
    PassInputs {
        batch: batch.size,
        steps: windows.lookback,
        steps_values: &batch.inputs,
        ahead: &batch.ahead,
        ..PassInputs::default()
    }
}

/// The loss of a forecast, with its gradient.
fn loss_of(loss: Loss, forecast: &[f32], batch: &Batch, gradient: &mut Vec<f32>) -> f64 {
    gradient.resize(forecast.len(), 0.0);
    let targets = (&batch.targets[..], &batch.mask[..]);
    loss_and_gradient(loss, forecast, targets, batch.known_targets, gradient)
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
