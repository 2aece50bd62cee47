//! The training engine: batches of windows or lanes, losses, optimisers, schedules, early stopping,
//! best weights; a run that can be steered, put away and taken up again.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod checkpoint;
mod choices;
mod config;
mod data;
mod divergence;
mod engine;
mod error;
mod event;
mod exact;
pub mod loss;
mod noise;
pub mod optimizer;
mod patience;
mod range_test;
mod schedule;
mod seed;
mod size;

pub use checkpoint::{Checkpoint, CheckpointError, carries_digest};
pub use choices::{ClipBy, Loss, Optimizer, Schedule, StateMode};
pub use config::TrainConfig;
pub use data::{Material, TrainingData};
pub use divergence::{DivergedSlot, Divergence};
pub use engine::{CheckpointState, Engine, EpochLosses, fit, inputs_of};
pub use error::TrainError;
pub use event::{Change, Changed, EpochSummary, Flow, Outcome, TrainEvent};
pub use exact::Exact;
pub use noise::Noise;
pub use patience::Patience;
pub use range_test::{RangePoint, RangeTest, range_test};
pub use schedule::Rates;
pub use size::{BatchSize, RunSize};

pub use crate::window::Supervision;
