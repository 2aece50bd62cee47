//! Runs: the list of results, what is kept of each, and runs on disk that can be resumed or removed.
//!
//! Not for the files of a run, which are `project::runs`', nor for how a run is made.

mod run;
mod state;
mod waiting_runs;

pub use run::{Frame, KeptRun, PastForecasts, RunId, RunsMessage, RunsNews, ScoredRun};
pub use state::RunsState;
pub use waiting_runs::InterruptedRun;
