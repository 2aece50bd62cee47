//! The open file and its settings: how it is read, what is found in it, and what follows from both.
//!
//! Not for models: nothing here is trained or scored.

mod follow;
mod found_line;
mod opened;
mod prepared;
mod reading;
mod reading_jobs;
mod reading_setting;
mod state;

pub use follow::Following;
pub use opened::{Document, DocumentMessage, DocumentNews, ResumedRun, Source};
pub use prepared::{Derived, Prepared, Study, StudyJob};
pub use reading_jobs::{Opening, Purpose, ReadFile, Unread, read};
pub use reading_setting::{FoundSetting, ReadingSetting};
pub use state::{DocumentState, History};
