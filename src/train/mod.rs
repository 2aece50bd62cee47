//! The training engine: epochs, Adam, gradient clipping, early stopping, best weights.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod adam;
mod checkpoint;
mod choices;
mod config;
mod engine;
mod error;
mod exact;
pub mod loss;
mod noise;
pub mod optimizer;
mod patience;
mod schedule;
mod targets;
mod tensors;

pub use adam::{Adam, Moments};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use choices::{ClipBy, Loss, Optimizer, Schedule, Way};
pub use config::TrainConfig;
pub use engine::{EpochSummary, Outcome, TrainEvent, TrainingData, fit};
pub use error::TrainError;
pub use exact::Exact;
pub use noise::Noise;
pub use patience::Patience;
pub use schedule::Rates;
pub use tensors::InputTensors;

pub use crate::window::Supervision;
