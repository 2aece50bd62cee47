//! Why training ended without a network.

/// An error of the training engine.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there is no training window")]
    NoWindows,
    /// The loss is no longer a number.
    #[error("the loss became {loss} in epoch {epoch}, batch {batch}")]
    Diverged {
        /// `NaN` or `inf`: the loss, or the norm of its gradient.
        loss: f64,
        /// Epoch, from 1.
        epoch: usize,
        /// Batch, from 1; the last of its epoch where validation found it.
        batch: usize,
    },
    /// A tensor operation failed.
    #[error("the tensor library failed while training: {0}")]
    Tensor(#[from] candle_core::Error),
}
