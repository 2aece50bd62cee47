//! What the program is doing, without a window: state, commands in, job events back.
//!
//! Not for drawing: `gui` reads `AppState` and emits `Command`s; a test can do the same.

pub mod command;
pub mod event;
mod history;
pub mod jobs;
mod opening;
mod panel;
mod preferences;
mod prepared;
mod reading;
mod reading_setting;
mod reduce;
pub mod state;
mod study;
mod work;
mod workbench;

pub use command::Command;
pub use history::History;
pub use opening::{Opening, Purpose, Source, Unread};
pub use panel::{HoldOut, PanelJob, PanelRow, PanelScores, UnderWay};
pub use preferences::{DataView, Preferences, Theme};
pub use prepared::Prepared;
pub use reading_setting::{Found, ReadingSetting};
pub use state::{AppState, Document, Learning, Notice, Run, RunId, Training};
pub use study::{Study, StudyJob};
pub use work::{ReadFile, read};
pub use workbench::Workbench;
