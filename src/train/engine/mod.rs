//! The training engine: batch after batch, epoch after epoch, to the weights of the epoch with the
//! lowest validation loss (Prechelt 1998, early stopping).
//!
//! The same seed gives the same weights to the last bit, whether or not a run was interrupted and
//! resumed. Not for threads or channels (`app`).

mod feed;
mod learner;
mod state;

use std::time::Instant;

use super::config::TrainConfig;
use super::event::{Change, Changed, EpochSummary, Flow, TrainError, TrainEvent, TrainOutcome};
use super::exact::Exact;
use super::schedule::{BestWeights, Patience, Rates};
use crate::cancellation::{Cancellation, Cancelled};
use crate::nn::kernels::with_threads;
use crate::nn::{Dropout, Network, NetworkError};

use learner::{EpochProgress, Validator};

pub(super) use feed::BatchFeed;
pub use feed::{Material, TrainingData};
pub use learner::inputs_of;
pub(super) use learner::{LastGood, Learner};
pub use state::{CheckpointState, EpochLosses};

/// A training run that goes on batch by batch.
#[derive(Debug)]
pub struct Engine<'a> {
    network: &'a Network,
    data: TrainingData<'a>,
    config: TrainConfig,
    feed: BatchFeed<'a>,
    learner: Learner,
    validator: Validator,
    progress: EpochProgress,
    last_good: LastGood,
    rates: Rates,
    patience: Patience,
    best: Option<BestWeights>,
    /// The best before those, whose memory is used for the next.
    previous_best: Option<BestWeights>,
    losses: Vec<EpochLosses>,
    changes: Vec<Changed>,
    epoch_seconds: f64,
    elapsed_seconds: f64,
}

impl<'a> Engine<'a> {
    /// A run about to begin. `dropout` says what is zeroed on the way.
    ///
    /// # Errors
    /// Where there is nothing to learn from.
    pub fn new(
        network: &'a Network,
        data: &TrainingData<'a>,
        config: &TrainConfig,
        dropout: Dropout,
    ) -> Result<Self, TrainError> {
        if data.train.is_empty() {
            return Err(TrainError::NoWindows);
        }
        let mut engine = Self {
            network,
            data: *data,
            feed: BatchFeed::new(data.train, config.supervision(), config.seed),
            learner: Learner::new(network, config, dropout, data.zero),
            validator: Validator::new(data.validation),
            config: config.clone(),
            progress: EpochProgress { epoch: 1, ..EpochProgress::default() },
            last_good: LastGood::default(),
            rates: Rates::default(),
            patience: Patience::default(),
            best: None,
            previous_best: None,
            losses: Vec::new(),
            changes: Vec::new(),
            epoch_seconds: 0.0,
            elapsed_seconds: 0.0,
        };
        engine.open_epoch()?;
        Ok(engine)
    }

    /// Goes to the beginning of the epoch that is next.
    fn open_epoch(&mut self) -> Result<(), TrainError> {
        let epoch = self.progress.epoch;
        let batch_size = self.config.batch_size.max(1);
        self.progress = EpochProgress { epoch, batch_size, ..EpochProgress::default() };
        self.feed.open(epoch, batch_size, 0);
        self.learner.states.hidden.clear();
        self.learner.states.memory.clear();
        self.epoch_seconds = 0.0;
        self.last_good.progress = self.progress;
        self.last_good.remember(self.network, &self.learner)?;
        Ok(())
    }

    /// Whether no epoch is left, or patience has run out.
    pub fn is_done(&self) -> bool {
        let done = self.progress.epoch - 1;
        done >= self.config.epochs || self.patience.is_exhausted(&self.config)
    }

    /// Learns from the next batch, or, after the last of an epoch, validates. Nothing is done once
    /// the run is done.
    ///
    /// # Errors
    /// Where a batch diverges: the run has gone back to before the last update then, and
    /// may go on, best with a change. Where it is cancelled: the batch, or the validation, is as if it
    /// had not been begun, and the run may go on with it. Where the tensor library fails.
    pub fn step(&mut self, cancel: &Cancellation<'_>) -> Result<TrainEvent, TrainError> {
        cancel.poll()?;
        self.own_best()?;
        let (started, before) = (Instant::now(), cancel.waited());
        let threads = self.config.threads;
        let event = with_threads(threads, || {
            if self.progress.batch < self.feed.batches() && !self.is_done() {
                self.learn(cancel)
            } else {
                self.close_epoch(cancel)
            }
        });
        let waited = cancel.waited().saturating_sub(before);
        let seconds = started.elapsed().saturating_sub(waited).as_secs_f64();
        self.elapsed_seconds += seconds;
        match event? {
            event @ TrainEvent::Batch { .. } => {
                self.epoch_seconds += seconds;
                Ok(event)
            }
            TrainEvent::Epoch(summary) => Ok(TrainEvent::Epoch(EpochSummary {
                elapsed_seconds: self.elapsed_seconds,
                ..summary
            })),
            event => Ok(event),
        }
    }

    fn learn(&mut self, cancel: &Cancellation<'_>) -> Result<TrainEvent, TrainError> {
        let EpochProgress { epoch, batch, .. } = self.progress;
        self.feed.gather(batch, &self.data.source, &mut self.learner.batch);
        let rate = self.learning_rate();
        let Self { network, feed, learner, last_good, .. } = self;
        let found = match learner.learn(network, feed, rate, last_good, cancel) {
            Ok(found) => found,
            Err(NetworkError::Cancelled(cancelled)) => {
                last_good.rewind(learner);
                return Err(self.abandon(cancelled));
            }
            Err(error) => return Err(error.into()),
        };
        if !found.is_good() {
            return Err(self.roll_back(self.divergence(found)));
        }
        self.last_good.progress = self.progress;
        self.progress.batch += 1;
        let targets = self.learner.batch.known_targets;
        self.progress.mean.add(found.loss, targets);
        Ok(TrainEvent::Batch {
            epoch,
            batch: batch + 1,
            batches: self.feed.batches(),
            loss: found.loss,
            outputs: targets.div_ceil(self.data.train.horizon().max(1)),
        })
    }

    /// Gives up the batch that was gathered last: the next one is the same again.
    fn abandon(&mut self, cancelled: Cancelled) -> TrainError {
        self.feed.open(self.progress.epoch, self.progress.batch_size, self.progress.batch);
        cancelled.into()
    }

    /// Keeps best weights apart that the network has itself, before it learns on.
    fn own_best(&mut self) -> Result<(), TrainError> {
        if let Some(best) = self.best.as_mut().filter(|best| best.is_current) {
            self.network.copy_weights(&mut best.weights)?;
            best.is_current = false;
        }
        Ok(())
    }

    /// Validates, keeps the weights where they are the best, and goes to the next epoch.
    fn close_epoch(&mut self, cancel: &Cancellation<'_>) -> Result<TrainEvent, TrainError> {
        let training_loss = self.progress.mean.mean();
        let Self { network, data, learner, validator, .. } = self;
        let validation_loss =
            validator.loss(network, data, learner, cancel)?.unwrap_or(training_loss);
        if !validation_loss.is_finite() {
            return Err(self.roll_back(self.divergence_of_validation(validation_loss)));
        }
        let EpochProgress { epoch, mean, .. } = self.progress;
        let learning_rate = self.learning_rate();
        let improved = self.keep_if_best(validation_loss)?;
        self.rates.update(&self.config, validation_loss);
        self.patience.update(&self.config, validation_loss);
        self.losses.push(EpochLosses {
            training: Exact(training_loss),
            validation: Exact(validation_loss),
        });
        let training_seconds = self.epoch_seconds;
        self.progress.epoch += 1;
        self.open_epoch()?;
        Ok(TrainEvent::Epoch(EpochSummary {
            epoch,
            training_loss,
            validation_loss,
            improved,
            last: self.is_done(),
            learning_rate,
            outputs: mean.targets().div_ceil(self.data.train.horizon().max(1)),
            training_seconds,
            elapsed_seconds: self.elapsed_seconds,
        }))
    }

    /// The step size of the next update.
    pub fn learning_rate(&self) -> f64 {
        self.config.learning_rate * self.rates.factor(&self.config, self.progress.epoch)
    }

    /// The network as it is now; after [`Self::finish`] it has the best weights.
    pub const fn network(&self) -> &'a Network {
        self.network
    }

    /// The losses of every epoch so far.
    pub fn losses(&self) -> &[EpochLosses] {
        &self.losses
    }

    pub fn changes(&self) -> &[Changed] {
        &self.changes
    }

    /// Whether it has learned from anything yet.
    pub const fn has_learned(&self) -> bool {
        self.progress.epoch > 1 || self.progress.batch > 0
    }

    pub const fn epochs_done(&self) -> usize {
        self.progress.epoch - 1
    }

    /// Goes on with other settings, and notes the change.
    pub fn change(&mut self, change: Change) {
        let Change { learning_rate, gradient_clip, batch_size } = change;
        let config = &mut self.config;
        config.learning_rate = learning_rate.unwrap_or(config.learning_rate);
        config.gradient_clip = gradient_clip.unwrap_or(config.gradient_clip);
        config.batch_size = batch_size.unwrap_or(config.batch_size).max(1);
        self.learner.descent.gradient_clip = config.gradient_clip;
        if self.progress.batch == 0 && self.progress.batch_size != config.batch_size {
            // No batch of this epoch is done: it is cut again.
            self.progress.batch_size = config.batch_size;
            self.feed.open(self.progress.epoch, config.batch_size, 0);
            self.last_good.progress = self.progress;
        }
        self.changes.push(Changed {
            epoch: self.progress.epoch,
            batch: self.progress.batch,
            learning_rate: learning_rate.map(Exact),
            gradient_clip: gradient_clip.map(Exact),
            batch_size,
        });
    }

    /// The memory that the run took: to be given back by whoever has the time.
    pub fn into_memory(self) -> impl Send + 'static {
        (self.learner, self.validator, self.last_good, self.best, self.previous_best)
    }

    /// Gives the run `epochs` more, counted from those that are done, and the whole patience.
    pub fn add_epochs(&mut self, epochs: usize) {
        self.config.epochs = self.epochs_done().saturating_add(epochs);
        self.patience.renew();
    }

    /// Trains until the run is done, cancelled or ended by the listener, and leaves the network with the
    /// best weights. The listener may ask the engine for its checkpoint at any event.
    ///
    /// # Errors
    /// As [`Self::step`]. Where a batch diverges the listener may answer with a change, and
    /// training goes on from the last good step.
    pub fn run(
        &mut self,
        cancel: &Cancellation<'_>,
        on_event: &mut dyn FnMut(&Self, TrainEvent) -> Flow,
    ) -> Result<TrainOutcome, TrainError> {
        while !self.is_done() {
            let (event, failed) = match self.step(cancel) {
                Ok(event) => (event, None),
                Err(TrainError::Diverged(divergence)) => {
                    (TrainEvent::Diverged(divergence.clone()), Some(divergence))
                }
                Err(TrainError::Cancelled(_)) => return self.finish(Some(Flow::Stop)),
                Err(error) => return Err(error),
            };
            match (on_event(self, event), failed) {
                (Flow::Change(change), _) => self.change(change),
                (_, Some(divergence)) => return Err(TrainError::Diverged(divergence)),
                (flow, None) if flow.ends() => return self.finish(Some(flow)),
                _ => {}
            }
        }
        self.finish(None)
    }

    /// Puts the best weights into the network; where there are none yet, it keeps its own. The run ends
    /// with it.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn finish(&mut self, ended_by: Option<Flow>) -> Result<TrainOutcome, TrainError> {
        if let Some(best) = self.best.as_mut().filter(|best| !best.is_current) {
            self.network.exchange(&mut best.weights)?;
            best.is_current = true;
        }
        Ok(TrainOutcome {
            best_epoch: self.best_epoch(),
            was_stopped: ended_by.is_some(),
            was_discarded: ended_by == Some(Flow::Discard),
            changes: self.changes.clone(),
        })
    }
}

/// Trains `network` and leaves it with the best weights; `on_event` hears of every batch and epoch.
///
/// # Errors
/// As [`Engine::run`], and where there is nothing to learn from.
pub fn fit(
    network: &Network,
    data: &TrainingData<'_>,
    config: &TrainConfig,
    dropout: Dropout,
    on_event: &mut dyn FnMut(TrainEvent) -> Flow,
) -> Result<TrainOutcome, TrainError> {
    let mut engine = Engine::new(network, data, config, dropout)?;
    engine.run(&Cancellation::never(), &mut |_, event| on_event(event))
}

#[cfg(test)]
mod resume_tests;
#[cfg(test)]
mod stateful_tests;
#[cfg(test)]
mod stop_tests;
#[cfg(test)]
mod tests;
