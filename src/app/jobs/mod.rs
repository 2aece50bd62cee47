//! Named threads that do the work, and how they report.
//!
//! Not for what is done or reported: each concern has its own jobs and its own messages.

mod threads;

pub use threads::{JobContext, JobEnd, JobId, Jobs, Latest, Outcome, Report, StopToken, Wake};
