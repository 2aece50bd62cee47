//! Recurrent networks on candle tensors: cells, layers, the direct multi-step head.
//!
//! The sequence loop is a fused operation of its own (`kernels`), because a graph node per gate and
//! step costs several times the arithmetic. Not for epochs or optimisers (`train`).

mod cell;
mod config;
pub mod fused;
pub mod kernels;
mod network;
mod pass;
mod pass_backward;
mod pass_layer;
mod random;
mod stack;
mod summary;
mod weights;

pub use cell::Cell;
pub use config::{Initialization, ModelConfig};
pub use network::Network;
pub use pass::{OutputSteps, Pass, PassInputs};
pub use pass_layer::StateValues;
pub use random::{Dropout, InputNoise};
pub use stack::RecurrentStack;
pub use summary::{Summary, SummaryRow, WeightShape};
pub use weights::WeightsError;

use crate::cancellation::Cancelled;

/// An error of a network or a pass through one.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
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

#[cfg(test)]
pub(crate) mod network_tests;
#[cfg(test)]
mod pass_tests;
#[cfg(test)]
mod pytorch_tests;
#[cfg(test)]
mod stack_tests;
