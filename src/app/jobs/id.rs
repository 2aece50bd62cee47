//! The number of a job.

/// Number of a job, never used twice in one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(u64);

impl JobId {
    /// The job that is started after so many others.
    pub(super) const fn after(others: u64) -> Self {
        Self(others)
    }
}
