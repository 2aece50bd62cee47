//! What the window asks of a job: to stop, to wait, to go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Asks a job to stop or to wait. Cheap to clone and to look at.
#[derive(Debug, Clone, Default)]
pub struct StopToken(Arc<StopState>);

#[derive(Debug, Default)]
struct StopState {
    stopped: AtomicBool,
    /// Whether the job is to wait.
    held: AtomicBool,
    /// How often anything was asked of it.
    words: Mutex<u64>,
    changed: Condvar,
}

impl StopToken {
    /// Asks for the stop; a job that waits ends at once.
    pub fn stop(&self) {
        self.tell(&self.0.stopped, true);
    }

    /// Whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Asks the job to wait where it next looks, or to go on.
    pub fn hold(&self, wait: bool) {
        self.tell(&self.0.held, wait);
    }

    /// Whether the job is to wait; a stop ends every wait.
    pub fn is_held(&self) -> bool {
        self.0.held.load(Ordering::Relaxed) && !self.is_stopped()
    }

    /// Waits, where it is to, until anything is asked: to go on, to stop, or once more to wait. What
    /// `begins` a wait is done before the next request is read.
    pub fn wait(&self, begins: impl FnOnce()) {
        let mut words = self.words();
        if self.is_held() {
            begins();
        }
        let before = *words;
        while self.is_held() && *words == before {
            words = self.0.changed.wait(words).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn tell(&self, what: &AtomicBool, value: bool) {
        // Under the lock, or a job that is about to wait would miss it.
        let mut words = self.words();
        what.store(value, Ordering::Relaxed);
        *words += 1;
        drop(words);
        self.0.changed.notify_all();
    }

    fn words(&self) -> MutexGuard<'_, u64> {
        self.0.words.lock().unwrap_or_else(PoisonError::into_inner)
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
            let job = std::thread::spawn(move || waits.wait(|| ()));
            answer(&token);
            // Hangs where the answer is not heard.
            job.join().unwrap();
            assert!(!token.is_held());
            token.wait(|| panic!("there is nothing to wait for"));
        }
    }
}
