//! Which rows a network sees: chronological parts, and windows of `lookback` inputs and `horizon`
//! targets as index pairs, gathered into a reused buffer a batch at a time.
//!
//! Not for scaling (`transform`) and not for tensors (`nn`).

mod batch;
mod config;
mod known;
mod rows;
mod split;
mod supervision;
mod windows;

pub use batch::{Batch, Order, Source};
pub use config::WindowConfig;
pub use known::KnownInputs;
pub use rows::Rows;
pub use split::Split;
pub use supervision::Supervision;
pub use windows::{Part, WindowCounts, Windows, window_counts};
