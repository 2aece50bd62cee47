//! The training engine: epochs, Adam, gradient clipping, early stopping, best weights.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod config;

pub use config::{Loss, TrainConfig};
