//! A run that was cut off, taken up where its last checkpoint left it.

use super::{Run, RunEvent, RunState, RunWriter, RunsError};
use crate::forecast::Checkpoints;
use crate::train::{Checkpoint, CheckpointState};

impl Run {
    /// Takes up this run. What the epochs after the checkpoint brought is cut off, for they come
    /// again. Without a checkpoint that can be used the run begins anew, which ends the same.
    ///
    /// # Errors
    /// Where the run has ended, another program is at work on it, or its folder cannot be written.
    pub fn resume(&self) -> Result<(RunWriter, Checkpoints), RunsError> {
        let lock = self.lock()?;
        // It may have ended while nobody held it.
        let run = Self::open(&self.path)?.ok_or_else(|| RunsError::Unknown {
            asked: self.name.clone(),
            folder: self.path.clone(),
            known: Vec::new(),
        })?;
        if run.record.state != RunState::Running {
            let state = run.record.state.to_string();
            return Err(RunsError::Ended { name: run.name, state });
        }
        let (epochs, checkpoints) = run.usable_checkpoints()?;
        let writer = RunWriter::take_up(run, lock, epochs, RunEvent::Resumed)?;
        Ok((writer, checkpoints))
    }

    /// The checkpoints, and how many epochs were done at the first; none where the losses of those
    /// epochs are not on disk, or the program cannot read them.
    fn usable_checkpoints(&self) -> Result<(usize, Checkpoints), RunsError> {
        let checkpoints = self.checkpoints()?;
        let Some(first) = checkpoints.get(&0) else { return Ok((0, Checkpoints::new())) };
        let path = self.checkpoint_path(0);
        let checkpoint = Checkpoint::<CheckpointState>::from_bytes(first)
            .map_err(|error| RunsError::Content { path, message: error.to_string() })?;
        let epochs = checkpoint.state.epochs_done();
        if self.epoch_texts()?.len() < epochs {
            return Ok((0, Checkpoints::new()));
        }
        Ok((epochs, checkpoints))
    }
}
