//! A run that was cut off, taken up where its last checkpoint left it.

use super::{Run, RunEvent, RunState, RunWriter, RunsError};
use crate::forecast::FitCheckpoint;

impl Run {
    /// Takes up this run, with the checkpoint to go on from. What the epochs after it brought is cut
    /// off, for they come again. Without one the run begins anew, which ends the same.
    ///
    /// # Errors
    /// Where the run has ended, another program is at work on it, its checkpoint is spoilt, or its
    /// folder cannot be written.
    pub fn resume(&self) -> Result<(RunWriter, Option<FitCheckpoint>), RunsError> {
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
        let checkpoint = run.usable_checkpoint()?;
        let epochs = checkpoint.as_ref().map_or(0, |from| from.state.epochs_done());
        Ok((RunWriter::take_up(run, lock, epochs, RunEvent::Resumed)?, checkpoint))
    }

    /// The checkpoint; none where the losses of the epochs before it are not on disk.
    fn usable_checkpoint(&self) -> Result<Option<FitCheckpoint>, RunsError> {
        let Some(checkpoint) = self.checkpoint()? else { return Ok(None) };
        let is_usable = self.epoch_texts()?.len() >= checkpoint.state.epochs_done();
        Ok(is_usable.then_some(checkpoint))
    }
}
