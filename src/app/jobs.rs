//! Named threads that do the work, and the channel they report through.
//!
//! Not for what a report means: `reduce` turns events into state.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::event::{BatchProgress, JobEnd, JobEvent, JobId, JobMessage, JobOutput};
use super::stop_token::StopToken;
use crate::guard::{Panic, quietly};

/// Called after every message, so that a sleeping window wakes up and looks.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A running job, seen from outside.
#[derive(Debug)]
pub struct JobHandle {
    /// Its number.
    pub id: JobId,
    /// Asks it to stop.
    pub stop: StopToken,
    thread: JoinHandle<()>,
}

/// What a job's work is given: its way to speak and to hear of a stop.
#[derive(Clone)]
pub struct JobContext {
    id: JobId,
    sender: Sender<JobMessage>,
    wake: Wake,
    progress: Arc<Mutex<Option<BatchProgress>>>,
    /// Looked at by the work as often as it can stop.
    pub stop: StopToken,
}

impl JobContext {
    /// Sends an event and wakes the window.
    pub fn send(&self, event: JobEvent) {
        // A closed channel means the program is ending; there is no one left to tell.
        let _ = self.sender.send(JobMessage { job: self.id, event });
        (self.wake)();
    }

    /// Puts the latest batch progress where the window finds it when it next draws.
    pub fn set_progress(&self, progress: BatchProgress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }
}

/// All jobs of the program.
pub struct Jobs {
    sender: Sender<JobMessage>,
    receiver: Receiver<JobMessage>,
    wake: Wake,
    progress: Arc<Mutex<Option<BatchProgress>>>,
    next_id: u64,
    running: Vec<JobHandle>,
}

impl Jobs {
    /// No jobs yet; `wake` is called from their threads.
    pub fn new(wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        Self { sender, receiver, wake, progress: Arc::default(), next_id: 1, running: Vec::new() }
    }

    /// Starts `work` in a thread named `tidegate-{name}`.
    ///
    /// The job sends exactly one `Ended`, whatever `work` does: an error or a panic becomes
    /// `Failed`, with a message for the person at the window.
    pub fn start(
        &mut self,
        name: &str,
        work: impl FnOnce(&JobContext) -> Result<JobEnd, String> + Send + 'static,
    ) -> JobId {
        let id = JobId(self.next_id);
        self.next_id += 1;
        let stop = StopToken::default();
        let context = JobContext {
            id,
            sender: self.sender.clone(),
            wake: Arc::clone(&self.wake),
            progress: Arc::clone(&self.progress),
            stop: stop.clone(),
        };
        let what = name.to_owned();
        let thread =
            std::thread::Builder::new().name(format!("tidegate-{name}")).spawn(move || {
                let start = Instant::now();
                let end = quietly(|| work(&context))
                    .unwrap_or_else(|panic| Err(panic_message(&what, &panic)))
                    .unwrap_or_else(JobEnd::Failed);
                tracing::info!("job {what} ended after {:.1?}", start.elapsed());
                context.send(JobEvent::Ended(end));
            });
        match thread {
            Ok(thread) => self.running.push(JobHandle { id, stop, thread }),
            Err(error) => {
                let message = format!(
                    "the system would not start a thread to {name}: {error}; close other programs and try again"
                );
                let event = JobEvent::Ended(JobEnd::Failed(message));
                let _ = self.sender.send(JobMessage { job: id, event });
            }
        }
        id
    }

    /// The next message, if one is waiting. Never blocks.
    pub fn next_message(&mut self) -> Option<JobMessage> {
        let message = self.receiver.try_recv().ok()?;
        if matches!(message.event, JobEvent::Ended(_)) {
            self.running.retain(|job| job.id != message.job);
        }
        Some(message)
    }

    /// Latest batch progress of the training job.
    pub fn progress(&self) -> Option<BatchProgress> {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the progress of an earlier training job.
    pub fn clear_progress(&self) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = None;
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

impl Drop for Jobs {
    fn drop(&mut self) {
        self.shut_down();
    }
}

impl JobEnd {
    /// `Stopped` where a stop was asked for, else `Finished`.
    pub fn of(output: JobOutput, stop: &StopToken) -> Self {
        if stop.is_stopped() { Self::Stopped(Some(output)) } else { Self::Finished(output) }
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
    use std::time::Duration;

    fn end_of(jobs: &mut Jobs, id: JobId) -> JobEnd {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut ends = Vec::new();
        while Instant::now() < deadline && ends.is_empty() {
            while let Some(message) = jobs.next_message() {
                if let (true, JobEvent::Ended(end)) = (message.job == id, message.event) {
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
        let mut jobs = Jobs::new(Arc::new(|| {}));
        let id = jobs.start("break", |_| panic!("shape mismatch"));
        let JobEnd::Failed(message) = end_of(&mut jobs, id) else { panic!("it did not fail") };
        assert!(message.contains("shape mismatch") && message.contains("break"), "{message}");
    }

    #[test]
    fn a_stop_is_heard_and_the_wake_is_called() {
        let woken = StopToken::default();
        let wake = woken.clone();
        let mut jobs = Jobs::new(Arc::new(move || wake.stop()));
        let id = jobs.start("wait", |context| {
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
        let mut jobs = Jobs::new(Arc::new(|| {}));
        let ended = StopToken::default();
        let seen = ended.clone();
        jobs.start("linger", move |context| {
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
