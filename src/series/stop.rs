//! A question that long work asks now and then: is anyone still waiting for the answer?
//!
//! Not for stopping threads: the jobs of the program own their stop tokens and lend the question.

/// Answers `true` where the work is to end early.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// For work that always runs its course.
pub fn never() -> Stop<'static> {
    &|| false
}
