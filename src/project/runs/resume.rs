//! A run goes on: one that was interrupted, from its last checkpoint, or one that has ended, as a run of
//! its own. The changes that were made to it are made again.

use super::{EpochRecord, Run, RunEvent, RunState, RunStatus, RunWriter, RunsError};
use crate::forecast::{FitChange, FitCheckpoint};
use crate::project::Recipe;
use crate::series::Series;

/// A run that was resumed.
#[derive(Debug)]
pub struct Resumed {
    pub writer: RunWriter,
    /// Where to go on from; `None` where it has to begin again, which ends the same.
    pub from: Option<FitCheckpoint>,
    /// Changes that were made after it, to be made again.
    pub due: Vec<FitChange>,
}

impl Run {
    /// Resumes this run. What the epochs after its checkpoint brought is dropped, for they come again,
    /// and so do the changes that were made in them.
    ///
    /// # Errors
    /// Where the run has ended, another program is at work on it, its checkpoint is spoilt or asks for
    /// more than this machine has, or its folder cannot be written.
    pub fn resume(&self, recipe: &Recipe, series: &Series) -> Result<Resumed, RunsError> {
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
        let from = run.to_go_on_from()?;
        if let Some(from) = &from {
            run.check_checkpoint(recipe, series, from)?;
        }
        let epochs = from.as_ref().map_or(0, |from| from.state.epochs_done());
        let mut due = run.changes()?;
        let done = from.as_ref().map_or(0, |from| run.own_changes(from));
        due.drain(..done.min(due.len()));
        let writer = RunWriter::take_up(run, lock, (epochs, done), RunEvent::Resumed)?;
        Ok(Resumed { writer, from, due })
    }

    /// What this run and those that it continues brought before it goes on: epochs, and changes of its
    /// own.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn done(&self) -> Result<(Vec<EpochRecord>, Vec<FitChange>), RunsError> {
        let (mut epochs, mut changes) = (self.epochs()?, self.changes()?);
        let from = self.to_go_on_from()?;
        epochs.truncate(from.as_ref().map_or(0, |from| from.state.epochs_done()));
        changes.truncate(from.as_ref().map_or(0, |from| self.own_changes(from)));
        Ok((epochs, changes))
    }

    /// The checkpoint to go on from: its own, or the one that it began with. None where the losses or
    /// changes before it are not on disk.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn to_go_on_from(&self) -> Result<Option<FitCheckpoint>, RunsError> {
        if let Some(checkpoint) = self.checkpoint()? {
            let losses = self.epoch_texts()?.len() >= checkpoint.state.epochs_done();
            if losses && self.changes()?.len() >= self.own_changes(&checkpoint) {
                return Ok(Some(checkpoint));
            }
        }
        self.start()
    }

    /// Changes of this run, and of no run that it continues, before a checkpoint.
    fn own_changes(&self, checkpoint: &FitCheckpoint) -> usize {
        let before = self.record.continues.as_ref().map_or(0, |continues| continues.changes);
        checkpoint.state.changes().saturating_sub(before)
    }
}

/// What a run goes on with that is trained further than another.
#[derive(Debug)]
pub struct Further {
    /// The settings of the other, with more epochs.
    pub recipe: Recipe,
    /// Where it left off.
    pub checkpoint: FitCheckpoint,
    /// What its epochs until then brought.
    pub epochs: Vec<EpochRecord>,
}

impl Run {
    /// This run, which has ended, to be trained until it has `epochs` in all.
    ///
    /// # Errors
    /// Where it has not ended, has no checkpoint or as many epochs already, or its files cannot be read
    /// or have changed since they were written.
    pub fn further(&self, epochs: usize) -> Result<Further, RunsError> {
        let refused =
            |why: &str| Err(RunsError::NoFurther { name: self.name.clone(), why: why.to_owned() });
        if self.status() != RunStatus::Ended {
            return refused("it has not ended; resume it without --epochs first");
        }
        if let RunState::Failed(why) = &self.record.state {
            return refused(&format!("it failed: {why}"));
        }
        // Where the weights are spoilt, so may be what is trained further.
        self.weights()?;
        let Some(checkpoint) = self.checkpoint()? else {
            return refused(
                "its checkpoint was not kept, for it was too large or an older version made it; \
                 train again with more epochs",
            );
        };
        let done = checkpoint.state.epochs_done();
        if epochs <= done {
            return refused(&format!("it has {done} epochs; ask for more than that"));
        }
        let mut recipe = self.recipe()?;
        // What was waited in vain is behind it, or it would end at once.
        let more = epochs - done;
        recipe.train.patience = recipe.train.patience.saturating_add(more).min(epochs);
        recipe.train.epochs = epochs;
        let mut lines = self.epochs()?;
        lines.truncate(done);
        Ok(Further { recipe, checkpoint, epochs: lines })
    }
}
