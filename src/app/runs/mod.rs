//! Runs: the list of results, what is kept of each, and runs on disk that wait for somebody.
//!
//! Not for the files of a run, which are `project::runs`', nor for how a run is made.

mod film;
mod run;
mod state;
mod waiting_runs;

pub use film::{Film, Frame};
pub use run::RunId;
pub use run::{KeptRun, Run};
pub use run::{RunsMessage, RunsNews};
pub use state::RunsState;
pub use waiting_runs::CutOff;
