//! A fit put away: the runs of all its members in one.

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
