//! What the program is doing, without a window: state, commands in, job messages back.
//!
//! Not for drawing: `gui` reads `AppState` and emits `Command`s; a test can do the same.
//!
//! A concern has a folder with its own state, its own messages and what these change: `document` the open
//! file and its settings, `scores` the baselines, `runs` the list of results, `training` the network that
//! learns. `workbench` joins them. `jobs` knows none of them.

mod command;
mod document;
mod export;
mod jobs;
pub mod look;
mod message;
mod preferences;
mod runs;
mod scores;
mod state;
mod training;
mod workbench;

pub use command::{Command, Notice};
pub use document::{
    Derived, Document, DocumentState, Following, FoundSetting, History, Opening, Prepared, Purpose,
    ReadFile, ReadingSetting, Source, Study, StudyJob, Unread, read,
};
pub use jobs::{JobId, StopToken};
pub use preferences::{DataView, Preferences, Theme};
pub use runs::{Frame, InterruptedRun, KeptRun, PastForecasts, RunId, RunsState, ScoredRun};
pub use scores::{HoldOut, PanelJob, PanelRow, PanelScores, ScoresState, ScoresTable, UnderWay};
pub use state::AppState;
pub use training::{
    Assignment, BatchProgress, Before, Learning, Phase, RateSearch, Training, TrainingState,
};
pub use workbench::Workbench;
