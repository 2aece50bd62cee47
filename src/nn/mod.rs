//! Recurrent networks on candle tensors: cells, layers, the direct multi-step head.
//!
//! The sequence loop is a fused operation of its own (`kernels`), because a graph node per gate and
//! step costs several times the arithmetic. Not for epochs or optimisers (`train`).

mod config;

pub mod kernels;
pub use config::{Cell, ModelConfig};
