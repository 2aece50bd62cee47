//! Named threads that do the work, and how they report.
//!
//! Not for what is done or reported: each concern has its own jobs and its own messages.

mod threads;

pub use threads::StopToken;
pub use threads::{JobContext, Jobs, Wake};
pub use threads::{JobEnd, JobId, Latest, Outcome, Report};
