//! What a job is told from outside: to stop, to wait, to go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Asks a job to stop or to wait. Cheap to clone and to look at.
#[derive(Debug, Clone, Default)]
pub struct StopToken(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    stopped: AtomicBool,
    /// Whether the job is to wait.
    held: Mutex<bool>,
    changed: Condvar,
}

impl StopToken {
    /// Asks for the stop; a job that waits hears it at once.
    pub fn stop(&self) {
        // Under the lock, or a job that is about to wait would miss it.
        let held = self.held();
        self.0.stopped.store(true, Ordering::Relaxed);
        drop(held);
        self.0.changed.notify_all();
    }

    /// Whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Asks the job to wait where it next looks, or to go on.
    pub fn hold(&self, wait: bool) {
        *self.held() = wait;
        self.0.changed.notify_all();
    }

    /// Whether the job is to wait; a stop ends every wait.
    pub fn is_held(&self) -> bool {
        *self.held() && !self.is_stopped()
    }

    /// Waits until told to go on or to stop.
    pub fn wait(&self) {
        let mut held = self.held();
        while *held && !self.is_stopped() {
            held = self.0.changed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn held(&self) -> MutexGuard<'_, bool> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_waits_hears_both_answers() {
        for answer in [StopToken::stop, |token: &StopToken| token.hold(false)] {
            let token = StopToken::default();
            token.hold(true);
            assert!(token.is_held());
            let waits = token.clone();
            let job = std::thread::spawn(move || waits.wait());
            answer(&token);
            // Hangs where the answer is not heard.
            job.join().unwrap();
            assert!(!token.is_held());
        }
    }
}
