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
pub use opened::Document;
pub use opened::ResumedRun;
pub use opened::Source;
pub use prepared::Derived;
pub use prepared::Prepared;
pub use prepared::{Study, StudyJob};
pub use reading_jobs::{Opening, Purpose, Unread};
pub use reading_jobs::{ReadFile, read};
pub use reading_setting::{Found, ReadingSetting};
pub use state::DocumentState;
pub use state::History;
pub use state::{DocumentMessage, DocumentNews};
