//! Recurrent networks on candle tensors: cells, layers, the direct multi-step head.
//!
//! The sequence loop is a fused operation of its own (`kernels`), because a graph node per gate and
//! step costs several times the arithmetic. Not for epochs or optimisers (`train`).

mod config;
mod error;
mod head;
pub mod kernels;
mod layer;
mod network;
mod pass;
mod pass_backward;
mod pass_layer;
mod random;
mod stack;
mod state_values;
mod summary;
mod weights;

pub use config::{Cell, Initialization, ModelConfig};
pub use error::NetworkError;
pub use network::{Network, Snapshot};
pub use pass::{OutputSteps, Pass, PassInputs};
pub use random::Dropout;
pub use stack::{Inside, Outputs, RecurrentStack, States};
pub use state_values::StateValues;
pub use summary::{Summary, SummaryRow, WeightShape};
pub use weights::WeightsError;

#[cfg(test)]
mod pass_tests;
#[cfg(test)]
mod pytorch_tests;
#[cfg(test)]
mod stack_tests;
