//! Cancellation as an argument: how long work is ended early, or held where it is.
//!
//! Who starts work owns a [`Control`] and hands a [`Cancellation`] down to it. The work polls between its
//! pieces (batches, and the steps of a large one) and answers with [`Cancelled`] where it ended before it
//! was done. A pause is a wait inside a poll. Not for who wants what (`app`, `cli`).

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// Decides whether work goes on. Asked from several threads, thousands of times a second.
pub trait Control: Sync {
    /// Whether the work is to end.
    fn is_cancelled(&self) -> bool;

    /// Returns once the work may go on or is to end; how long this thread was held.
    fn wait(&self) -> Duration {
        Duration::ZERO
    }
}

/// A question without a wait.
impl<F: Fn() -> bool + Sync> Control for F {
    fn is_cancelled(&self) -> bool {
        self()
    }
}

/// Work ended before it was done; what it left is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled before it was done")]
pub struct Cancelled;

/// What work polls, on any thread.
pub struct Cancellation<'a> {
    control: Option<&'a dyn Control>,
    /// Once cancelled it stays so: some of the work is undone already.
    is_cancelled: AtomicBool,
    owner: ThreadId,
    waited_nanos: AtomicU64,
}

impl<'a> Cancellation<'a> {
    /// A cancellation that asks `control`.
    pub fn new(control: &'a dyn Control) -> Self {
        Self { control: Some(control), ..Self::never() }
    }

    /// For work that always runs to its end.
    pub fn never() -> Self {
        Self {
            control: None,
            is_cancelled: AtomicBool::new(false),
            owner: thread::current().id(),
            waited_nanos: AtomicU64::new(0),
        }
    }

    /// One for this thread that asks the same control: its waits are counted apart.
    #[must_use]
    pub fn on_this_thread(&self) -> Self {
        Self { control: self.control, ..Self::never() }
    }

    /// Asks whether the work is to end, after a wait where it is held.
    pub fn is_cancelled(&self) -> bool {
        let Some(control) = self.control else { return false };
        if self.is_cancelled.load(Ordering::Relaxed) {
            return true;
        }
        let waited = control.wait();
        if !waited.is_zero() && thread::current().id() == self.owner {
            let nanos = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
            self.waited_nanos.fetch_add(nanos, Ordering::Relaxed);
        }
        let is_cancelled = control.is_cancelled();
        if is_cancelled {
            self.is_cancelled.store(true, Ordering::Relaxed);
        }
        is_cancelled
    }

    /// As [`Self::is_cancelled`], for `?`.
    ///
    /// # Errors
    /// Where the work is to end.
    pub fn poll(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// What the polls so far found, on whichever thread, without another.
    ///
    /// # Errors
    /// Where one of them found that the work is to end.
    pub fn polled(&self) -> Result<(), Cancelled> {
        if self.is_cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// How long polls on the thread that made it have waited so far. Time in which that thread waits for
    /// another one that is held is not in it.
    pub fn waited(&self) -> Duration {
        Duration::from_nanos(self.waited_nanos.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for Cancellation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation")
            .field("has_control", &self.control.is_some())
            .field("is_cancelled", &self.is_cancelled)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn what_is_cancelled_stays_so_and_nobody_asks_again() {
        let asked = AtomicUsize::new(0);
        // Cancelled once, and taken back.
        let once = || asked.fetch_add(1, Ordering::Relaxed) == 2;
        let cancel = Cancellation::new(&once);
        assert!(cancel.poll().is_ok() && !cancel.is_cancelled() && cancel.polled().is_ok());
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(cancel.poll(), Err(Cancelled)));
        });
        assert!(cancel.is_cancelled() && cancel.polled().is_err());
        assert!(!Cancellation::never().is_cancelled());
        assert_eq!(asked.load(Ordering::Relaxed), 3);
        assert!(cancel.on_this_thread().poll().is_ok(), "the control is asked afresh");
    }

    #[test]
    fn waits_are_counted_for_the_thread_that_made_it() {
        struct Slow;
        impl Control for Slow {
            fn is_cancelled(&self) -> bool {
                false
            }

            fn wait(&self) -> Duration {
                Duration::from_millis(5)
            }
        }
        let cancel = Cancellation::new(&Slow);
        thread::scope(|scope| {
            scope.spawn(|| {
                let own = cancel.on_this_thread();
                assert!(cancel.poll().is_ok() && own.poll().is_ok() && own.poll().is_ok());
                assert_eq!(own.waited(), Duration::from_millis(10));
            });
        });
        assert_eq!(cancel.waited(), Duration::ZERO);
        assert!(cancel.poll().is_ok());
        assert_eq!(cancel.waited(), Duration::from_millis(5));
    }
}
