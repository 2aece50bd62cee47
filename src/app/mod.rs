//! What the program is doing, without a window: state, commands in, job events back.
//!
//! Not for drawing: `gui` reads `AppState` and emits `Command`s; a test can do the same.

mod assignment;
mod baseline_runs;
pub mod command;
mod cut_off;
mod document;
pub mod event;
mod film;
mod found_line;
mod history;
pub mod jobs;
mod keeping;
mod kept_epoch;
pub mod learning;
mod meter;
mod opening;
mod pacing;
mod panel;
mod preferences;
mod prepared;
mod rate_search;
mod reading;
mod reading_setting;
mod reduce;
mod side_jobs;
pub mod state;
mod steering;
mod stop_token;
mod study;
mod train_job;
mod training;
mod training_events;
mod waiting;
mod work;
mod workbench;

pub use assignment::{Assignment, Before};
pub use command::Command;
pub use cut_off::CutOff;
pub use document::Document;
pub use film::{Film, Frame};
pub use history::History;
pub use keeping::KeptRun;
pub use learning::{CurvePoint, Learning, Phase, Training};
pub use opening::{Opening, Purpose, Source, Unread};
pub use pacing::Paced;
pub use panel::{HoldOut, PanelJob, PanelRow, PanelScores, UnderWay};
pub use preferences::{DataView, Preferences, Theme};
pub use prepared::Prepared;
pub use rate_search::RateSearch;
pub use reading_setting::{Found, ReadingSetting};
pub use state::{AppState, Notice, Run, RunId};
pub use stop_token::StopToken;
pub use study::{Study, StudyJob};
pub use work::{ReadFile, read};
pub use workbench::Workbench;
