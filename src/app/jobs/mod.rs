//! Named threads that do the work, and how they report.
//!
//! Not for what is done or reported: each concern has its own jobs and its own messages.

mod report;
mod stop_token;
mod threads;

pub use report::{JobEnd, JobId, Latest, Outcome, Report};
pub use stop_token::StopToken;
pub use threads::{JobContext, Jobs, Wake};
