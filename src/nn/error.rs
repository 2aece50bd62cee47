//! Why a network could not be made, or gave nothing.

use crate::cancellation::Cancelled;

/// An error of a network or a pass through one.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// It was cancelled on the way.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The tensor library failed, or what was given does not fit the network.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// For work that nothing cancels.
impl From<NetworkError> for candle_core::Error {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Cancelled(cancelled) => Self::wrap(cancelled),
            NetworkError::Tensor(error) => error,
        }
    }
}
