//! Which rows a network sees: chronological parts, and windows of `lookback` inputs and `horizon`
//! targets as index pairs, gathered into a reused buffer a batch at a time.
//!
//! Not for scaling (`transform`) and not for tensors (`nn`).

mod config;
mod split;

pub use config::WindowConfig;
pub use split::Split;
