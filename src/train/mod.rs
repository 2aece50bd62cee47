//! The training engine: batches of windows or lanes, losses, optimisers, schedules, early stopping,
//! best weights; a run that can be steered, interrupted and resumed.
//!
//! It reports through a callback that may ask it to stop. Not for threads or channels (`app`), nor
//! for scaling (`transform`).

mod checkpoint;
mod config;
mod engine;
mod event;
mod exact;
pub mod loss;
pub mod optimizer;
mod range_test;
mod schedule;
mod size;

pub use checkpoint::{Checkpoint, CheckpointError, carries_digest};
pub use config::{ClipBy, Optimizer, Schedule, StateMode, TrainConfig};
pub use engine::{CheckpointState, Engine, EpochLosses, Material, TrainingData, fit, inputs_of};
pub use event::{
    Change, Changed, DivergedSlot, Divergence, EpochSummary, Flow, TrainError, TrainEvent,
    TrainOutcome,
};
pub use exact::Exact;
pub use loss::Loss;
pub use range_test::{RangePoint, RangeTest, range_test};
pub use size::{BatchSize, RunSize};

pub use crate::window::Supervision;
