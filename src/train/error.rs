//! Why training ended without a network.

use super::{CheckpointError, Divergence};
use crate::cancellation::Cancelled;
use crate::nn::NetworkError;

/// An error of the training engine.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there is no training window")]
    NoWindows,
    /// A batch diverged (NaN or infinite loss).
    #[error("{0}")]
    Diverged(Box<Divergence>),
    /// A tensor operation failed.
    #[error("the tensor library failed while training: {0}")]
    Tensor(#[from] candle_core::Error),
    /// It was cancelled; a batch in progress is as if it had not been begun.
    #[error("training was cancelled in the middle of a batch")]
    Cancelled(#[from] Cancelled),
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

impl From<NetworkError> for TrainError {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            NetworkError::Tensor(source) => Self::Tensor(source),
        }
    }
}
