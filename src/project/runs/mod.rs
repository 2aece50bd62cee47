//! Runs kept on disk: a folder for each, so that it can be shown, repeated, resumed and deleted.
//!
//! A folder holds `recipe.toml` (every setting), `run.json` (what, from what data, how far),
//! `losses.jsonl` (a line an epoch), `events.jsonl` (what else happened), `checkpoint.safetensors` while it
//! is made, and `forecasts.json` and `weights.safetensors` once it has ended. Whatever moment the
//! program dies at, each file is whole, or loses its last line at most. Not for training (`train`): it
//! is told what came of it.

mod digest;
mod error;
mod forecasts;
mod lines;
mod name;
mod record;
mod registry;
mod run;
mod writer;

pub use digest::Digest;
pub use error::RunsError;
pub use forecasts::{StoredForecast, StoredForecasts, StoredInterval};
pub use lines::Lines;
pub use record::{DataSource, EpochLine, EventLine, RunEvent, RunRecord, RunState};
pub use registry::{Listing, NewRun, Registry};
pub use run::{Run, RunData, RunStatus};
pub use writer::{DEFAULT_CHECKPOINT_SECONDS, Ending, RunWriter};
