//! Which rows a network sees: chronological parts, windows of `lookback` inputs and `horizon` targets
//! as index pairs, and lanes that are followed chunk by chunk; both gathered into a reused buffer a
//! batch at a time.
//!
//! Not for scaling (`transform`) and not for tensors (`nn`).

mod batch;
mod config;
mod known;
mod lane_batch;
mod lane_steps;
mod lanes;
mod order;
mod rows;
mod source;
mod split;
mod stretches;
mod warm_up;
mod windows;

pub use batch::Batch;
pub use config::{Supervision, WindowConfig};
pub use known::KnownInputs;
pub use lane_steps::{LaneCursor, LaneStep, LaneSteps, Slot};
pub use lanes::{Lane, LanePlan, LaneRules};
pub use order::Order;
pub use rows::Rows;
pub use source::{Reference, Source};
pub use split::{Part, Split};
pub use stretches::stretches;
pub use warm_up::warm_up;
pub use windows::{WindowCounts, Windows, window_counts, window_runs};
