//! A run set back: to a checkpoint, to the last good update, to the best weights.
//!
//! Not for writing it to a file (`Checkpoint` makes bytes of it).

use serde::{Deserialize, Serialize};

use super::Engine;
use super::feed::TrainingData;
use super::learner::{EpochProgress, Learned, positions, set_positions};
use crate::nn::{Dropout, Network};
use crate::train::checkpoint::Checkpoint;
use crate::train::config::{StateMode, TrainConfig};
use crate::train::event::{Changed, Divergence, TrainError, largest_slots};
use crate::train::exact::Exact;
use crate::train::optimizer::Moments;
use crate::train::schedule::{BestWeights, Patience, Rates};

/// Losses of one epoch, in scaled units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochLosses {
    /// Over the training windows, as each was met.
    pub training: Exact,
    pub validation: Exact,
}

/// What a run knows besides long arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckpointState {
    seed: u64,
    #[serde(rename = "way")]
    state_mode: StateMode,
    optimizer: String,
    optimizer_steps: i32,
    progress: EpochProgress,
    /// As changed within the run.
    learning_rate: Exact,
    gradient_clip: Exact,
    batch_size: usize,
    /// Of dropout of values and of states, and of noise.
    random_positions: [u128; 3],
    rates: Rates,
    patience: Patience,
    /// Epoch and loss of the best weights.
    best: Option<(usize, Exact)>,
    losses: Vec<EpochLosses>,
    changes: Vec<Changed>,
    elapsed_seconds: Exact,
}

impl CheckpointState {
    pub const fn epochs_done(&self) -> usize {
        self.progress.epoch.saturating_sub(1)
    }

    /// The settings that training goes on with: batches as large as the largest of this epoch and of the
    /// next.
    pub fn settings(&self, begun_with: &TrainConfig) -> TrainConfig {
        let batch_size = self.batch_size.max(self.progress.batch_size);
        TrainConfig { batch_size, ..begun_with.clone() }
    }

    /// What cannot be of any run: places beyond its end, histories of another length.
    pub fn contradiction(&self) -> Option<&'static str> {
        let done = self.epochs_done();
        if self.progress.epoch == 0 {
            Some("it has no epoch")
        } else if self.progress.batch_size == 0 || self.batch_size == 0 {
            Some("its batches hold nothing")
        } else if self.losses.len() != done {
            Some("it has not one loss for each of its epochs")
        } else if self.best.is_some_and(|(epoch, _)| epoch == 0 || epoch > done) {
            Some("its best epoch is none of its epochs")
        } else if self.optimizer_steps < 0 {
            Some("its optimiser has taken fewer than no steps")
        } else {
            None
        }
    }

    /// The losses of every epoch so far.
    pub fn losses(&self) -> &[EpochLosses] {
        &self.losses
    }

    /// What was changed within the run so far.
    pub fn changes(&self) -> &[Changed] {
        &self.changes
    }

    /// The best epoch so far, where one is done.
    pub fn best_epoch(&self) -> Option<usize> {
        self.best.map(|(epoch, _)| epoch)
    }
}

impl<'a> Engine<'a> {
    /// The run as it stands between two batches.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn checkpoint(&self) -> Result<Checkpoint<CheckpointState>, TrainError> {
        let learner = &self.learner;
        let mut tensors = Vec::new();
        self.network.update(|index, weights| {
            tensors.push((format!("weights.{index}"), weights.to_vec()));
        })?;
        if self.best.as_ref().is_some_and(|best| best.is_current) {
            let own: Vec<_> = tensors.iter().map(|(_, weights)| weights.clone()).collect();
            let named = own.into_iter().enumerate();
            tensors.extend(named.map(|(index, weights)| (format!("best.{index}"), weights)));
        } else {
            let best = self.best.iter().flat_map(|best| &best.weights).enumerate();
            tensors.extend(best.map(|(index, best)| (format!("best.{index}"), best.clone())));
        }
        for (index, moments) in learner.descent.moments().iter().enumerate() {
            tensors.push((format!("first.{index}"), moments.first.clone()));
            tensors.push((format!("second.{index}"), moments.second.clone()));
        }
        tensors.push(("states.hidden".to_owned(), learner.states.hidden.clone()));
        tensors.push(("states.memory".to_owned(), learner.states.memory.clone()));
        let state = CheckpointState {
            seed: self.config.seed,
            state_mode: self.config.state_mode,
            optimizer: self.config.optimizer.name().to_owned(),
            optimizer_steps: learner.descent.steps(),
            progress: self.progress,
            learning_rate: Exact(self.config.learning_rate),
            gradient_clip: Exact(self.config.gradient_clip),
            batch_size: self.config.batch_size,
            random_positions: positions(learner),
            rates: self.rates.clone(),
            patience: self.patience.clone(),
            best: self.best.as_ref().map(|best| (best.epoch, Exact(best.loss))),
            losses: self.losses.clone(),
            changes: self.changes.clone(),
            elapsed_seconds: Exact(self.elapsed_seconds),
        };
        Ok(Checkpoint { state, tensors })
    }

    /// Resumes a run where a checkpoint left it. Network, data and settings are as they were at its
    /// beginning, save that `config` may allow more epochs; it ends as if it had never been
    /// interrupted, to the last bit.
    ///
    /// # Errors
    /// Where the checkpoint is of another seed, optimiser or network.
    pub fn resume(
        network: &'a Network,
        data: &TrainingData<'a>,
        config: &TrainConfig,
        dropout: Dropout,
        checkpoint: &Checkpoint<CheckpointState>,
    ) -> Result<Self, TrainError> {
        let state = &checkpoint.state;
        let other = |what| Err(TrainError::OtherRun { what });
        if state.seed != config.seed {
            return other("its seed differs");
        }
        if state.optimizer != config.optimizer.name() || state.state_mode != config.state_mode {
            return other("its optimiser or its state mode differs");
        }
        if let Some(what) = state.contradiction() {
            return other(what);
        }
        let mut engine = Self::new(network, data, config, dropout)?;
        engine.feed.open(state.progress.epoch, state.progress.batch_size, 0);
        if state.progress.batch > engine.feed.batches() {
            return other("it stands after more batches than an epoch has");
        }
        engine.take_settings(state);
        engine.take_tensors(checkpoint)?;
        engine.last_good.progress = engine.progress;
        engine.last_good.remember(network, &engine.learner)?;
        Ok(engine)
    }

    fn take_settings(&mut self, state: &CheckpointState) {
        self.config.learning_rate = state.learning_rate.0;
        self.config.gradient_clip = state.gradient_clip.0;
        self.config.batch_size = state.batch_size;
        self.learner.descent.gradient_clip = state.gradient_clip.0;
        self.progress = state.progress;
        self.feed.open(self.progress.epoch, self.progress.batch_size, self.progress.batch);
        set_positions(&mut self.learner, state.random_positions);
        self.rates = state.rates.clone();
        self.patience = state.patience.clone();
        self.losses.clone_from(&state.losses);
        self.changes.clone_from(&state.changes);
        self.elapsed_seconds = state.elapsed_seconds.0;
    }

    fn take_tensors(&mut self, checkpoint: &Checkpoint<CheckpointState>) -> Result<(), TrainError> {
        let lengths: Vec<usize> = self.learner.pass.gradients().iter().map(Vec::len).collect();
        let all = |name: &str| {
            let of = lengths.iter().enumerate();
            of.map(|(index, &len)| checkpoint.tensor(&format!("{name}.{index}"), len))
                .collect::<Result<Vec<_>, _>>()
        };
        let weights = all("weights")?;
        self.network.update(|index, values| values.copy_from_slice(weights[index]))?;
        if let Some((epoch, loss)) = checkpoint.state.best {
            let weights = all("best")?.into_iter().map(<[f32]>::to_vec).collect();
            self.best = Some(BestWeights { epoch, loss: loss.0, weights, is_current: false });
        }
        let mut moments = Vec::new();
        for (index, mine) in self.learner.descent.moments().iter().enumerate() {
            let of = |name: &str, len| checkpoint.tensor(&format!("{name}.{index}"), len);
            moments.push(Moments {
                first: of("first", mine.first.len())?.to_vec(),
                second: of("second", mine.second.len())?.to_vec(),
            });
        }
        if !self.learner.descent.restore(checkpoint.state.optimizer_steps, &moments) {
            return Err(TrainError::OtherRun { what: "its moments are of other weights" });
        }
        let states = |name: &str| {
            let found = checkpoint.tensors.iter().find(|(known, _)| known == name);
            found.map(|(_, values)| values.clone()).unwrap_or_default()
        };
        self.learner.states.hidden = states("states.hidden");
        self.learner.states.memory = states("states.memory");
        Ok(())
    }
}

impl Engine<'_> {
    /// What is known of the diverged batch that was learned from last.
    pub(super) fn divergence(&self, found: Learned) -> Divergence {
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

    /// What is known of a diverged validation.
    pub(super) fn divergence_of_validation(&self, loss: f64) -> Divergence {
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

    /// Goes back to before the last update; the divergence comes back as the error.
    pub(super) fn roll_back(&mut self, divergence: Divergence) -> TrainError {
        if let Err(error) = self.last_good.restore(self.network, &mut self.learner) {
            return TrainError::Tensor(error);
        }
        self.progress = self.last_good.progress;
        self.feed.open(self.progress.epoch, self.progress.batch_size, self.progress.batch);
        TrainError::Diverged(Box::new(divergence))
    }

    /// Keeps the present weights where their loss is the lowest so far; whether it is.
    pub(super) fn keep_if_best(&mut self, loss: f64) -> Result<bool, TrainError> {
        let improved = self.best.as_ref().is_none_or(|best| loss < best.loss);
        if improved {
            let mut weights =
                self.previous_best.take().map(|best| best.weights).unwrap_or_default();
            self.network.copy_weights(&mut weights)?;
            let best = BestWeights { epoch: self.progress.epoch, loss, weights, is_current: false };
            self.previous_best = self.best.replace(best);
        }
        Ok(improved)
    }

    /// The epoch with the best weights so far; 0 where none is done.
    pub fn best_epoch(&self) -> usize {
        self.best.as_ref().map_or(0, |best| best.epoch)
    }

    /// Takes the last improvement back: the best weights are those before it, if there are any. For a
    /// run that ends before it was reported.
    pub fn take_back_best(&mut self) {
        self.best = self.previous_best.take();
    }
}
