//! A run that was cut off, taken up where its last checkpoint left it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{EpochRecord, EventLine, Run, RunEvent, RunState, RunStatus, RunWriter, RunsError};
use crate::forecast::{FitChange, FitCheckpoint, FitEvent};
use crate::project::Recipe;
use crate::series::Series;

/// A run that was taken up.
#[derive(Debug)]
pub struct Resumed {
    /// Writes it from here on.
    pub writer: RunWriter,
    /// Where to go on from; `None` where it has to begin again, which ends the same.
    pub from: Option<FitCheckpoint>,
    /// Changes that were made after it, to be made again.
    pub due: Vec<FitChange>,
}

impl Run {
    /// Takes up this run. What the epochs after its checkpoint brought is cut off, for they come again,
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

/// A change as a run's events have it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RunChange {
    /// Its place among the changes of the run, from 1. Those that had this place or a later one are
    /// undone by it: the run was taken up before them, and went on otherwise.
    pub number: usize,
    /// What was changed, and where.
    #[serde(flatten)]
    pub change: FitChange,
}

/// The changes that hold, in order.
pub fn in_effect(events: &[EventLine]) -> Vec<FitChange> {
    let mut changes = Vec::new();
    for line in events {
        if let RunEvent::Changed(RunChange { number, change }) = line.event {
            changes.truncate(number.saturating_sub(1));
            changes.push(change);
        }
    }
    changes
}

/// Changes to be made again, in their order, each where it was made before.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    due: VecDeque<FitChange>,
}

impl Replay {
    /// All of these are due.
    pub fn new(changes: impl IntoIterator<Item = FitChange>) -> Self {
        Self { due: changes.into_iter().collect() }
    }

    /// The change that is to be answered to this event, if one is; it is due no more then.
    pub fn take(&mut self, event: &FitEvent) -> Option<FitChange> {
        let FitChange { changed, diverged } = self.due.front()?;
        let is_here = match *event {
            FitEvent::Batch { epoch, batch, .. } => {
                !diverged && (changed.epoch, changed.batch) == (epoch, batch)
            }
            FitEvent::Epoch(ref report) => {
                !diverged && (changed.epoch, changed.batch) == (report.epoch + 1, 0)
            }
            FitEvent::Diverged(_) => *diverged,
            FitEvent::Refit { .. }
            | FitEvent::Changed(_)
            | FitEvent::Interrupted
            | FitEvent::Checkpoint(_) => false,
        };
        if is_here { self.due.pop_front() } else { None }
    }

    /// Nothing is due any more: the run goes on otherwise.
    pub fn clear(&mut self) {
        self.due.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Changed, Exact};

    fn change(epoch: usize, batch: usize, diverged: bool) -> FitChange {
        let changed = Changed {
            epoch,
            batch,
            learning_rate: Some(Exact(0.1)),
            gradient_clip: None,
            batch_size: None,
        };
        FitChange { changed, diverged }
    }

    fn line(number: usize, change: FitChange) -> EventLine {
        let event = RunEvent::Changed(RunChange { number, change });
        EventLine { time: String::new(), epoch: 0, event }
    }

    fn batch(epoch: usize, batch: usize) -> FitEvent {
        FitEvent::Batch { epoch, batch, batches: 9, error: 1.0, outputs: 32 }
    }

    #[test]
    fn changes_come_again_in_order_and_only_at_their_places() {
        let mut replay = Replay::new([change(2, 3, false), change(2, 3, false)]);
        assert_eq!(replay.take(&batch(2, 2)), None);
        assert_eq!(replay.take(&batch(2, 3)), Some(change(2, 3, false)));
        assert_eq!(replay.take(&batch(2, 4)), None);
        // Training went back, so it comes by the same place again.
        assert_eq!(replay.take(&batch(2, 3)), Some(change(2, 3, false)));
        assert_eq!(replay.take(&batch(2, 3)), None);
        // An answer to a batch without a number is made there, not where training had gone back to.
        assert_eq!(Replay::new([change(2, 3, true)]).take(&batch(2, 3)), None);
    }

    #[test]
    fn a_change_made_after_a_run_was_taken_up_undoes_those_it_took_the_place_of() {
        let [one, two, three] = [1, 5, 3].map(|epoch| change(epoch, 1, false));
        assert_eq!(in_effect(&[line(1, one), line(2, two)]), [one, two]);
        assert_eq!(in_effect(&[line(1, one), line(2, two), line(2, three)]), [one, three]);
        let text = serde_json::to_string(&line(2, two)).unwrap();
        assert!(text.contains("\"number\":2") && text.contains("\"epoch\":5"), "{text}");
        assert_eq!(serde_json::from_str::<EventLine>(&text).unwrap(), line(2, two));
    }
}
