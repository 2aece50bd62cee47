//! The training engine: epochs, Adam, gradient clipping, early stopping, best weights.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod adam;
mod config;
mod engine;
mod error;
mod loss;
mod tensors;

pub use adam::{Adam, Moments};
pub use config::{Loss, TrainConfig};
pub use engine::{EpochSummary, Outcome, TrainEvent, TrainingData, fit};
pub use error::TrainError;
pub use loss::loss_and_gradient;
pub use tensors::InputTensors;
