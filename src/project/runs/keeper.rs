//! The listener of a training that keeps its run: whatever is known goes to disk as it comes to be
//! known, and changes made before a run was interrupted are made again.
//!
//! What cannot be written is said once and left out; the rest of the run goes on, and so does training.

use std::time::Duration;

use super::{Ended, EpochRecord, Replay, Resumed, Run, RunResult, RunWriter, RunsError};
use crate::evaluate::ModelReport;
use crate::forecast::{FitChange, FitEvent, Fitted, FittedNetwork, Flow, ForecastError};

/// The run of one network, as long as it can be written.
#[derive(Default)]
pub struct Keeper {
    writer: Option<RunWriter>,
    replay: Replay,
    /// The change of before that was answered last.
    repeated: Option<FitChange>,
    on_note: Option<Note>,
    /// What was said to be left out.
    said: Vec<String>,
    is_partial: bool,
}

/// Hears what of a run is not written, and why.
type Note = Box<dyn FnMut(String) + Send>;

/// The end of a training, on disk.
#[derive(Debug)]
pub struct SavedRun {
    /// The run, where one was kept to its end.
    pub run: Option<Run>,
    /// Whether all that was to be written is.
    pub is_whole: bool,
}

impl Keeper {
    /// Keeps a run that has begun. Without it, by [`Self::default`], none is kept.
    pub fn new(writer: RunWriter) -> Self {
        Self { writer: Some(writer), ..Self::default() }
    }

    /// Keeps no run although one is wanted: none could be begun.
    pub fn unkept() -> Self {
        Self { is_partial: true, ..Self::default() }
    }

    /// Keeps a run that was resumed, and makes the changes again that come after its checkpoint.
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
    /// that was made here before the run was interrupted; whoever answers something else wins.
    pub fn hear(&mut self, event: &FitEvent) -> Flow {
        match event {
            FitEvent::Epoch(report) => {
                let line = EpochRecord::of(report);
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
        if let Some(writer) = &mut self.writer
            && let Err(error) = work(writer)
        {
            let name = writer.run().name.clone();
            self.leave_out(&name, &error.to_string());
        }
    }

    /// Says once for each reason that the run is not whole.
    fn leave_out(&mut self, run: &str, why: &str) {
        self.is_partial = true;
        if !self.said.iter().any(|said| said == why) {
            self.said.push(why.to_owned());
            self.note(format!("the run {run} is not whole: {why}"));
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

    /// Ends the run with what it brought.
    pub fn end(mut self, report: &ModelReport, fitted: &dyn Fitted) -> SavedRun {
        let Some(writer) = self.writer.take() else { return self.kept(None) };
        let name = writer.run().name.clone();
        let weights = FittedNetwork::of(fitted).and_then(|network| {
            let weights = network.to_safetensors();
            weights.map_err(|error| self.leave_out(&name, &error.to_string())).ok()
        });
        let ended = writer.end(&RunResult { report, weights: weights.as_deref() });
        self.take_end(&name, ended)
    }

    /// Ends the run with the reason why it could not go on. One whose checkpoint does not suit it stays
    /// interrupted: the checkpoint or the recipe may be put back.
    pub fn fail(mut self, why: &ForecastError) -> SavedRun {
        let Some(writer) = self.writer.take() else { return self.kept(None) };
        if matches!(why, ForecastError::Checkpoint(_)) {
            return self.kept(None);
        }
        let name = writer.run().name.clone();
        self.take_end(&name, writer.fail(&why.to_string()))
    }

    fn take_end(mut self, name: &str, Ended { run, failures }: Ended) -> SavedRun {
        for failure in failures {
            self.leave_out(name, &failure.to_string());
        }
        if run.is_none() {
            self.note(format!(
                "the run {name} counts as interrupted, for its end could not be written; once there is \
                 room, end it with tidegate resume {name}"
            ));
        }
        self.kept(run)
    }

    const fn kept(&self, run: Option<Run>) -> SavedRun {
        SavedRun { run, is_whole: !self.is_partial }
    }

    /// Leaves nothing of the run.
    pub fn discard(mut self) {
        if let Some(Err(error)) = self.writer.take().map(RunWriter::discard) {
            self.note(format!("the run could not be removed: {error}"));
        }
    }
}
