//! The open file and its settings: how it is read, what is found in it, and what follows from both.
//!
//! Not for models: nothing here is trained or scored.

mod derived;
mod follow;
mod found_line;
mod history;
mod message;
mod opened;
mod opening;
mod prepared;
mod reading;
mod reading_jobs;
mod reading_setting;
mod resumable;
mod source;
mod state;
mod study;

pub use derived::Derived;
pub use follow::Following;
pub use history::History;
pub use message::{DocumentMessage, DocumentNews};
pub use opened::Document;
pub use opening::{Opening, Purpose, Unread};
pub use prepared::Prepared;
pub use reading_jobs::{ReadFile, read};
pub use reading_setting::{Found, ReadingSetting};
pub use resumable::ResumedRun;
pub use source::Source;
pub use state::DocumentState;
pub use study::{Study, StudyJob};
