//! A run that has ended, trained further as a run of its own.

use super::{EpochRecord, Run, RunState, RunStatus, RunsError};
use crate::forecast::FitCheckpoint;
use crate::project::Recipe;

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
