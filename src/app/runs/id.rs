//! The number of a run.

/// Number of a run, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(u64);

impl RunId {
    /// The run that is made after so many others.
    pub(super) const fn after(others: u64) -> Self {
        Self(others)
    }
}
