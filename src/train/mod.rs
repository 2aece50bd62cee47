//! The training engine: epochs, Adam, gradient clipping, early stopping, best weights.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod adam;
mod config;
mod engine;
mod error;
mod targets;
mod tensors;

pub use adam::{Adam, Moments, global_norm};
pub use config::{Loss, TrainConfig};
pub use engine::{EpochSummary, Outcome, TrainEvent, TrainingData, fit};
pub use error::TrainError;
pub use tensors::InputTensors;
