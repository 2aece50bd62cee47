//! Named threads that do the work, and the channel they report through.
//!
//! Not for what a report means: each concern takes in the messages of its own jobs.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::report::JobId;
use super::report::{JobEnd, Outcome, Report};
use super::stop_token::StopToken;
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
