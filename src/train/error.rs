//! Why training ended without a network.

use super::{CheckpointError, Divergence};
use crate::nn::PassError;

/// An error of the training engine.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there is no training window")]
    NoWindows,
    /// A batch gave no number.
    #[error("{0}")]
    Diverged(Box<Divergence>),
    /// A tensor operation failed.
    #[error("the tensor library failed while training: {0}")]
    Tensor(#[from] candle_core::Error),
    /// The stop lent on this thread was raised in the middle of a batch, which is as if it had not been
    /// begun.
    #[error("training was stopped in the middle of a batch")]
    Stopped,
    /// A run cannot be taken up again.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint is of a run with other settings.
    #[error(
        "the checkpoint is of another run: {what}; take it up with the recipe it was made with, or \
         start again"
    )]
    OtherRun {
        /// What differs.
        what: &'static str,
    },
}

impl From<PassError> for TrainError {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Stopped => Self::Stopped,
            PassError::Tensor(source) => Self::Tensor(source),
        }
    }
}
