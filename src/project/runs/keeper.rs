//! The listener of a training that keeps its run: whatever is known goes to disk as it comes to be
//! known, and changes made before a run was cut off are made again.
//!
//! A folder that cannot be written is said once and costs the run, never the training.

use std::time::Duration;

use super::{Ending, EpochLine, Replay, Resumed, Run, RunWriter, RunsError};
use crate::evaluate::ModelReport;
use crate::forecast::{FitChange, FitEvent, Fitted, Flow};

/// The run of one network, as long as it can be written.
#[derive(Default)]
pub struct Keeper {
    writer: Option<RunWriter>,
    replay: Replay,
    /// The change of before that was answered last.
    repeated: Option<FitChange>,
    on_note: Option<Note>,
}

/// Hears why a run is not written any more.
type Note = Box<dyn FnMut(String) + Send>;

impl Keeper {
    /// Keeps a run that has begun. Without it, by [`Self::default`], none is kept.
    pub fn new(writer: RunWriter) -> Self {
        Self { writer: Some(writer), ..Self::default() }
    }

    /// Keeps a run that was taken up, and makes the changes again that come after its checkpoint.
    pub fn resumed(resumed: Resumed) -> Self {
        Self { replay: Replay::new(resumed.due), ..Self::new(resumed.writer) }
    }

    /// The same with at least this time between two checkpoints; zero for one each epoch.
    #[must_use]
    pub fn with_checkpoint_every(self, every: Duration) -> Self {
        let writer = self.writer.map(|writer| writer.with_checkpoint_every(every));
        Self { writer, ..self }
    }

    /// The same that says what goes wrong.
    #[must_use]
    pub fn telling(self, on_note: impl FnMut(String) + Send + 'static) -> Self {
        Self { on_note: Some(Box::new(on_note)), ..self }
    }

    /// Writes what an event brought. The answer asks for a checkpoint where one is due, or for a change
    /// that was made here before the run was cut off; whoever answers something else wins.
    pub fn hear(&mut self, event: &FitEvent) -> Flow {
        match event {
            FitEvent::Epoch(report) => {
                let line = EpochLine::of(report);
                self.write(|writer| writer.epoch(&line));
            }
            FitEvent::Checkpoint(checkpoint) => self.write(|writer| writer.checkpoint(checkpoint)),
            FitEvent::Changed(change) => self.take_change(*change),
            FitEvent::Batch { .. }
            | FitEvent::Refit { .. }
            | FitEvent::Diverged(_)
            | FitEvent::Interrupted => {}
        }
        if let Some(change) = self.replay.take(event) {
            self.repeated = Some(change);
            return Flow::Change(change.changed.change());
        }
        let FitEvent::Epoch(report) = event else { return Flow::Continue };
        let is_due = |writer: &RunWriter| report.last || writer.is_checkpoint_due();
        if self.writer.as_ref().is_some_and(is_due) { Flow::Checkpoint } else { Flow::Continue }
    }

    /// A change is written, unless it is there from before. A new one takes the place of all that are
    /// still due.
    fn take_change(&mut self, change: FitChange) {
        let is_repeated = self.repeated.take() == Some(change);
        if !is_repeated {
            self.replay.clear();
        }
        self.write(|writer| writer.change(change, is_repeated));
    }

    fn write(&mut self, work: impl FnOnce(&mut RunWriter) -> Result<(), RunsError>) {
        let Some(writer) = &mut self.writer else { return };
        if let Err(error) = work(writer) {
            self.give_up(&error.to_string());
        }
    }

    fn give_up(&mut self, why: &str) {
        if let Some(writer) = self.writer.take() {
            self.note(format!("the run {} is no longer written: {why}", writer.run().name));
        }
    }

    fn note(&mut self, text: String) {
        if let Some(on_note) = &mut self.on_note {
            on_note(text);
        }
    }

    /// Whether a run is written.
    pub const fn keeps(&self) -> bool {
        self.writer.is_some()
    }

    /// Ends the run with what it brought; the run, where it was kept.
    pub fn end(mut self, report: &ModelReport, fitted: &dyn Fitted) -> Option<Run> {
        let weights = match fitted.weights() {
            Ok(weights) => weights.unwrap_or_default(),
            Err(error) => {
                self.give_up(&error.to_string());
                return None;
            }
        };
        let ended = self.writer.take()?.end(&Ending { report, weights: &weights });
        ended.map_err(|error| self.note(format!("the run is not whole: {error}"))).ok()
    }

    /// Ends the run with the reason why it could not go on.
    pub fn fail(mut self, why: &str) {
        if let Some(Err(error)) = self.writer.take().map(|writer| writer.fail(why)) {
            self.note(format!("the run is not whole: {error}"));
        }
    }

    /// Leaves nothing of the run.
    pub fn discard(mut self) {
        if let Some(Err(error)) = self.writer.take().map(RunWriter::discard) {
            self.note(format!("the run could not be removed: {error}"));
        }
    }
}
