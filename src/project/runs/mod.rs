//! Runs kept on disk: a folder for each, so that it can be shown, repeated, resumed and deleted.
//!
//! A folder holds `recipe.toml` (every setting), `run.json` (what, from what data, how far),
//! `losses.jsonl` (a line an epoch), `events.jsonl` (what else happened, changes of settings too),
//! `checkpoint.safetensors`, and `forecasts.json` and `weights.safetensors` once it has ended;
//! `start.safetensors` where it went on from another run. Whatever moment the
//! program dies at, each file is whole, or loses its last line at most. Not for training (`train`): it
//! gets what came of it.

mod aside;
mod changes;
mod error;
mod keeper;
mod lines;
mod lock;
mod record;
mod registry;
mod resume;
mod run;
mod sweep;
mod writer;

pub use aside::{Aside, BrokenRun, FoundRun};
pub use changes::Replay;
pub use error::RunsError;
pub use keeper::{Keeper, SavedRun};
pub use lines::LineFile;
pub use record::{
    Continues, DataSource, EpochRecord, EventLine, RunChange, RunEvent, RunRecord, RunState,
    StoredForecast, StoredForecasts, StoredInterval,
};
pub use registry::{Listing, NewRun, Registry, Start};
pub use resume::{Further, Resumed};
pub use run::{Run, RunData, RunStatus};
pub use writer::{DEFAULT_CHECKPOINT_SECONDS, Ended, RunResult, RunWriter};

pub use crate::stats::Digest;
