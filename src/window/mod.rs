//! Which rows a network sees: chronological parts, windows of `lookback` inputs and `horizon` targets
//! as index pairs, and lanes that are followed chunk by chunk; both gathered into a reused buffer a
//! batch at a time.
//!
//! Not for scaling (`transform`) and not for tensors (`nn`).

mod batch;
mod config;
mod lanes;
mod rows;
mod source;
mod windows;

pub use batch::Batch;
pub use config::{Part, Split, Supervision, WindowConfig};
pub use lanes::{Lane, LaneCursor, LanePlan, LaneRules, LaneStep, Slot};
pub use rows::{Rows, stretches};
pub use source::{BatchSource, KnownInputs, Reference, warm_up};
pub use windows::{ShuffledOrder, WindowCounts, Windows, window_counts, window_runs};
