//! What a job says while it runs and how it ends, the number it is known by, and a slot for its latest
//! state.

use std::sync::{Arc, Mutex, PoisonError};

use super::stop_token::StopToken;

/// A word of a job. Those of one job come in order; the last is its only `Ended`.
///
/// A kind of job that says nothing until it ends has [`std::convert::Infallible`] for its events.
#[derive(Debug)]
pub enum Report<Event, Output> {
    /// It says something on the way.
    Event(Event),
    /// It is over.
    Ended(JobEnd<Output>),
}

/// How a job ended.
#[derive(Debug)]
pub enum JobEnd<Output> {
    /// It ran its course.
    Finished(Output),
    /// It was stopped by hand, and keeps what it had.
    Stopped(Option<Output>),
    /// It could not go on; the message says what was found, where, and what to do.
    Failed(String),
}

/// What the work of a job returns: how it ended, or why it failed.
pub type Outcome<Output> = Result<JobEnd<Output>, String>;

impl<Output> JobEnd<Output> {
    /// `Stopped` where a stop was asked for, else `Finished`.
    pub fn of(output: Output, stop: &StopToken) -> Self {
        if stop.is_stopped() { Self::Stopped(Some(output)) } else { Self::Finished(output) }
    }
}

/// Number of a job, never used twice in one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(u64);

impl JobId {
    /// The job that is started after so many others.
    pub(super) const fn after(others: u64) -> Self {
        Self(others)
    }
}

/// The latest value of one job, put there by its thread and read by the window when it next draws.
/// Cheap to clone; all clones are one.
#[derive(Debug)]
pub struct Latest<T>(Arc<Mutex<Option<T>>>);

impl<T: Copy> Latest<T> {
    /// Puts a value in the place of the one before.
    pub fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// The latest value, if there is one.
    pub fn get(&self) -> Option<T> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}
