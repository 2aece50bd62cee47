//! Named threads that do the work, and the channel they report through.
//!
//! Not for what a report means: each concern takes in the messages of its own jobs.
//!
//! What a job says while it runs and how it ends, the number it is known by, and a slot for its latest
//! state.
//!
//! What the window asks of a job: to stop, to wait, to go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::guard::{Panic, quietly};

/// Called after every message, so that a sleeping window wakes up and looks.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What makes a message of the reports of one kind of job: a variant of the messages of its concern.
type JobKind<Message, Event, Output> = fn(JobId, Report<Event, Output>) -> Message;

/// A running job, seen from outside.
#[derive(Debug)]
struct JobHandle {
    id: JobId,
    stop: StopToken,
    thread: JoinHandle<()>,
}

/// What a job's work is given: its channel and its stop token.
pub struct JobContext<Event> {
    say: Arc<dyn Fn(Event) + Send + Sync>,
    /// Looked at by the work as often as it can stop.
    pub stop: StopToken,
}

impl<Event> JobContext<Event> {
    /// Sends an event and wakes the window.
    pub fn send(&self, event: Event) {
        (self.say)(event);
    }
}

impl<Event> Clone for JobContext<Event> {
    fn clone(&self) -> Self {
        Self { say: Arc::clone(&self.say), stop: self.stop.clone() }
    }
}

/// A message on its way, with the job that sent it.
struct Sent<Message> {
    job: JobId,
    is_last: bool,
    message: Message,
}

/// All jobs of a program whose messages are `Message`: it holds those of every kind of job.
pub struct Jobs<Message> {
    sender: Sender<Sent<Message>>,
    receiver: Receiver<Sent<Message>>,
    wake: Wake,
    started: u64,
    running: Vec<JobHandle>,
}

impl<Message> Jobs<Message> {
    /// No jobs yet; `wake` is called from their threads.
    pub fn new(wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        Self { sender, receiver, wake, started: 0, running: Vec::new() }
    }

    /// The next message, if one is waiting. Never blocks.
    pub fn next_message(&mut self) -> Option<Message> {
        let Sent { job, is_last, message } = self.receiver.try_recv().ok()?;
        if is_last {
            self.running.retain(|running| running.id != job);
        }
        Some(message)
    }

    /// Asks a job to stop; one that is over is left alone.
    pub fn stop(&self, id: JobId) {
        if let Some(job) = self.running.iter().find(|job| job.id == id) {
            job.stop.stop();
        }
    }

    /// Asks a job to wait, or to go on; one that is over is left alone.
    pub fn hold(&self, id: JobId, wait: bool) {
        if let Some(job) = self.running.iter().find(|job| job.id == id) {
            job.stop.hold(wait);
        }
    }

    /// Asks every job to stop and waits until all have ended. Called when the program closes.
    pub fn shut_down(&mut self) {
        for job in &self.running {
            job.stop.stop();
        }
        for job in self.running.drain(..) {
            // A panic was already turned into an event inside the thread.
            let _ = job.thread.join();
        }
    }
}

impl<Message: Send + 'static> Jobs<Message> {
    /// Starts `work` in a thread named `tidegate-{name}`; `kind` makes messages of what it reports.
    ///
    /// The job reports exactly one `Ended`, whatever `work` does: an error or a panic becomes
    /// `Failed`, with a message for the person at the window.
    pub fn start<OfKind, Event, Output>(
        &mut self,
        name: &str,
        kind: JobKind<OfKind, Event, Output>,
        work: impl FnOnce(&JobContext<Event>) -> Outcome<Output> + Send + 'static,
    ) -> JobId
    where
        OfKind: Into<Message> + 'static,
        Event: 'static,
        Output: 'static,
    {
        self.started += 1;
        let id = JobId::after(self.started);
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let report = Arc::new(move |report: Report<Event, Output>| {
            let is_last = matches!(report, Report::Ended(_));
            // A closed channel means the program is ending; there is no one left to tell.
            let _ = sender.send(Sent { job: id, is_last, message: kind(id, report).into() });
            wake();
        });
        let (stop, what) = (StopToken::default(), name.to_owned());
        let (said, ended) = (Arc::clone(&report), Arc::clone(&report));
        let context = JobContext {
            say: Arc::new(move |event| said(Report::Event(event))),
            stop: stop.clone(),
        };
        let thread =
            std::thread::Builder::new().name(format!("tidegate-{name}")).spawn(move || {
                let start = Instant::now();
                let end = quietly(|| work(&context))
                    .unwrap_or_else(|panic| Err(panic_message(&what, &panic)))
                    .unwrap_or_else(JobEnd::Failed);
                tracing::info!("job {what} ended after {:.1?}", start.elapsed());
                ended(Report::Ended(end));
            });
        match thread {
            Ok(thread) => self.running.push(JobHandle { id, stop, thread }),
            Err(error) => report(Report::Ended(JobEnd::Failed(format!(
                "the system would not start a thread to {name}: {error}; close other programs and try again"
            )))),
        }
        id
    }
}

impl<Message> Drop for Jobs<Message> {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn panic_message(what: &str, panic: &Panic) -> String {
    format!(
        "the {what} job broke off inside the program ({panic}); your data and settings are kept: please report this"
    )
}

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
    use std::convert::Infallible;
    use std::time::Duration;

    /// Messages of jobs that only end.
    #[derive(Debug)]
    struct Ended(JobId, JobEnd<()>);

    fn message(id: JobId, report: Report<Infallible, ()>) -> Ended {
        let Report::Ended(end) = report;
        Ended(id, end)
    }

    fn end_of(jobs: &mut Jobs<Ended>, id: JobId) -> JobEnd<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut ends = Vec::new();
        while Instant::now() < deadline && ends.is_empty() {
            while let Some(Ended(job, end)) = jobs.next_message() {
                if job == id {
                    ends.push(end);
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(ends.len(), 1, "a job ends exactly once");
        ends.remove(0)
    }

    #[test]
    fn a_panic_becomes_a_failure_that_says_so() {
        let mut jobs = Jobs::<Ended>::new(Arc::new(|| {}));
        let id = jobs.start("break", message, |_| panic!("shape mismatch"));
        let JobEnd::Failed(message) = end_of(&mut jobs, id) else { panic!("it did not fail") };
        assert!(message.contains("shape mismatch") && message.contains("break"), "{message}");
    }

    #[test]
    fn a_stop_is_heard_and_the_wake_is_called() {
        let woken = StopToken::default();
        let wake = woken.clone();
        let mut jobs = Jobs::new(Arc::new(move || wake.stop()));
        let id = jobs.start("wait", message, |context| {
            while !context.stop.is_stopped() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(JobEnd::Stopped(None))
        });
        jobs.stop(id);
        assert!(matches!(end_of(&mut jobs, id), JobEnd::Stopped(None)));
        assert!(woken.is_stopped());
    }

    #[test]
    fn shutting_down_waits_for_every_thread() {
        let mut jobs = Jobs::<Ended>::new(Arc::new(|| {}));
        let ended = StopToken::default();
        let seen = ended.clone();
        jobs.start("linger", message, move |context| {
            while !context.stop.is_stopped() {
                std::thread::sleep(Duration::from_millis(1));
            }
            seen.stop();
            Ok(JobEnd::Stopped(None))
        });
        jobs.shut_down();
        assert!(ended.is_stopped());
    }
}

#[cfg(test)]
mod stop_token_tests {
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
