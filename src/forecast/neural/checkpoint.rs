//! A fit between two batches, and the checkpoints of past epochs, from which another run may go on.
//!
//! However long a run, they take no more memory: when the list is full every other one goes, and from
//! then on only every second epoch comes in. Not for the forecasts of past epochs: who draws them keeps
//! them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::train::{Checkpoint, CheckpointState, Engine, TrainError};

/// What the members of a fit know besides long arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitState {
    members: Vec<CheckpointState>,
}

/// A fit between two batches, to be resumed by
/// [`NeuralForecaster::resuming`](crate::forecast::NeuralForecaster::resuming).
pub type FitCheckpoint = Checkpoint<FitState>;

impl FitState {
    /// Networks trained together.
    pub const fn members(&self) -> usize {
        self.members.len()
    }

    /// Epochs that every member has done.
    pub fn epochs_done(&self) -> usize {
        self.members.iter().map(CheckpointState::epochs_done).max().unwrap_or(0)
    }

    /// Changes that were made before it; every member has the same ones.
    pub fn changes(&self) -> usize {
        self.members.first().map_or(0, |member| member.changes().len())
    }

    /// Where each member stands.
    pub fn states(&self) -> &[CheckpointState] {
        &self.members
    }
}

/// The checkpoint of all members.
pub fn join(engines: &[Engine<'_>]) -> Result<FitCheckpoint, TrainError> {
    let mut members = Vec::new();
    let mut tensors = Vec::new();
    for (index, engine) in engines.iter().enumerate() {
        let checkpoint = engine.checkpoint()?;
        members.push(checkpoint.state);
        let named = checkpoint.tensors.into_iter();
        tensors.extend(named.map(|(name, values)| (format!("{index}.{name}"), values)));
    }
    Ok(Checkpoint { state: FitState { members }, tensors })
}

/// The checkpoint of one member.
pub fn member(checkpoint: &FitCheckpoint, index: usize) -> Option<Checkpoint<CheckpointState>> {
    let state = checkpoint.state.members.get(index)?.clone();
    let prefix = format!("{index}.");
    let named = checkpoint.tensors.iter();
    let tensors = named
        .filter_map(|(name, values)| Some((name.strip_prefix(&prefix)?.to_owned(), values.clone())))
        .collect();
    Some(Checkpoint { state, tensors })
}

/// Checkpoints kept at the most.
const MOST_CHECKPOINTS: usize = 32;
/// Bytes of all checkpoints together; networks too large for two of them keep none.
const MOST_BYTES: usize = 64 << 20;
/// Time between checkpoints: weights are not copied more often for a run that may never be.
const BETWEEN_CHECKPOINTS: Duration = Duration::from_secs(1);

/// An epoch that another run may go on from.
#[derive(Debug, Clone, PartialEq)]
pub struct PastEpoch {
    /// Its number, from 1.
    pub epoch: usize,
    /// The run as it was after it.
    pub checkpoint: Arc<FitCheckpoint>,
}

/// A list that thins itself out.
#[derive(Debug, Clone)]
pub struct ThinnedList<T> {
    entries: Vec<(usize, T)>,
    stride: usize,
    most: usize,
}

impl<T> ThinnedList<T> {
    /// An empty list of `most` entries at the most, two at least.
    pub const fn new(most: usize) -> Self {
        Self { entries: Vec::new(), stride: 1, most: if most < 2 { 2 } else { most } }
    }

    /// Whether an epoch belongs in the list, so that what is expensive is made only where it is kept.
    pub const fn wants(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(self.stride)
    }

    /// Takes an epoch in; later ones only.
    pub fn push(&mut self, epoch: usize, entry: T) {
        if !self.wants(epoch) {
            return;
        }
        if self.entries.len() >= self.most {
            self.stride *= 2;
            let stride = self.stride;
            self.entries.retain(|(epoch, _)| epoch.is_multiple_of(stride));
            if !self.wants(epoch) {
                return;
            }
        }
        self.entries.push((epoch, entry));
    }

    /// Entries with their epochs, in order.
    pub fn entries(&self) -> &[(usize, T)] {
        &self.entries
    }
}

/// Checkpoints of one fit.
#[derive(Debug)]
pub struct PastCheckpoints {
    /// `None` where they would be too large.
    checkpoints: Option<ThinnedList<Arc<FitCheckpoint>>>,
    last: Option<Instant>,
}

impl PastCheckpoints {
    /// Nothing yet; `weights` is how many numbers the networks have together.
    pub fn new(weights: usize) -> Self {
        // Weights, the best of them, and two moments, four bytes each.
        let bytes = weights.saturating_mul(4 * 4).max(1);
        let most = (MOST_BYTES / bytes).min(MOST_CHECKPOINTS);
        Self { checkpoints: (most >= 2).then(|| ThinnedList::new(most)), last: None }
    }

    /// Whether a checkpoint of this epoch would be kept.
    pub fn wants(&self, epoch: usize) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= BETWEEN_CHECKPOINTS);
        due && self.checkpoints.as_ref().is_some_and(|kept| kept.wants(epoch))
    }

    pub fn keep(&mut self, epoch: usize, checkpoint: FitCheckpoint) {
        self.last = Some(Instant::now());
        if let Some(kept) = &mut self.checkpoints {
            kept.push(epoch, Arc::new(checkpoint));
        }
    }

    /// Every epoch that is kept, in order.
    pub fn epochs(&self) -> Vec<PastEpoch> {
        let kept = self.checkpoints.iter().flat_map(ThinnedList::entries);
        let past = |(epoch, checkpoint): &(usize, Arc<FitCheckpoint>)| PastEpoch {
            epoch: *epoch,
            checkpoint: Arc::clone(checkpoint),
        };
        kept.map(past).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_takes_no_more_memory_and_is_kept_evenly() {
        let mut kept = ThinnedList::new(16);
        for epoch in 1..=1_000 {
            kept.push(epoch, epoch);
            assert!(kept.entries().len() <= 16);
        }
        let epochs: Vec<usize> = kept.entries().iter().map(|(epoch, _)| *epoch).collect();
        assert!(epochs.len() >= 8 && epochs.windows(2).all(|pair| pair[1] - pair[0] == 64));
        assert!(
            PastCheckpoints::new(1 << 24).checkpoints.is_none(),
            "a quarter of a gigabyte each"
        );
        let mut short = ThinnedList::new(16);
        (1..=16).for_each(|epoch| short.push(epoch, ()));
        assert_eq!(short.entries().len(), 16);
    }
}
