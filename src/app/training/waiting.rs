//! A training that waits: its time is counted once, whichever of its threads come to stand.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::app::jobs::JobContext;
use crate::cancellation::Control;

use super::message::TrainingEvent;

/// Where the threads of one training wait.
pub struct Waiting<'a> {
    context: &'a JobContext<TrainingEvent>,
    account: Mutex<Account>,
}

#[derive(Default)]
struct Account {
    /// Threads that wait.
    threads: usize,
    /// When the first of them came.
    since: Option<Instant>,
    /// Time spent waiting before that.
    total: Duration,
}

impl<'a> Waiting<'a> {
    /// Nobody waits yet.
    pub fn new(context: &'a JobContext<TrainingEvent>) -> Self {
        Self { context, account: Mutex::default() }
    }

    /// Time spent waiting.
    pub fn total(&self) -> Duration {
        self.account().total
    }

    /// A thread stands. Each says so: the window may have asked for another pause since the one before.
    fn come(&self) {
        let mut account = self.account();
        account.since.get_or_insert_with(Instant::now);
        account.threads += 1;
        drop(account);
        self.context.send(TrainingEvent::Waits);
    }

    fn go(&self) {
        let mut account = self.account();
        account.threads -= 1;
        if account.threads == 0 {
            let since = account.since.take();
            account.total += since.map_or(Duration::ZERO, |since| since.elapsed());
        }
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Control for Waiting<'_> {
    fn is_cancelled(&self) -> bool {
        self.context.stop.is_stopped()
    }

    /// Waits while training is held; on any thread, wherever it is.
    fn wait(&self) -> Duration {
        let mut total = Duration::ZERO;
        while self.context.stop.is_held() {
            let since = Instant::now();
            let mut waited = false;
            self.context.stop.wait(|| {
                waited = true;
                self.come();
            });
            if waited {
                self.go();
            }
            total += since.elapsed();
        }
        total
    }
}
