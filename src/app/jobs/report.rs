//! What a job of one kind says while it runs, and how it ends.

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
