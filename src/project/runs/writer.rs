//! A run being made: its name, and its files as they come to be known.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::lock::RunLock;
use super::run::{CHECKPOINT, EVENTS, FORECASTS, LOSSES, WEIGHTS};
use super::{
    Digest, EpochRecord, EventLine, LineFile, Run, RunChange, RunEvent, RunState, RunsError,
    StoredForecasts,
};
use crate::evaluate::{Metrics, ModelReport};
use crate::forecast::{FitChange, FitCheckpoint};
use crate::report::write_atomically;

/// Bytes of a checkpoint that a run keeps when it has ended, to be trained further: that of a million
/// weights, which is four times as large as they are.
const LARGEST_KEPT: u64 = 16 << 20;

/// Writes a run. Dropped without an end, it leaves the run as one that was interrupted.
#[derive(Debug)]
pub struct RunWriter {
    run: Run,
    epochs: usize,
    /// Changes made so far.
    changes: usize,
    losses: LineFile,
    events: LineFile,
    checkpoint_every: Duration,
    last_checkpoint: Instant,
    /// Held until the end; last, so that it is let go of when all is written.
    lock: RunLock,
}

/// What a run ended with.
#[derive(Debug)]
pub struct RunResult<'a> {
    /// The scorecard's row, which has the forecasts too.
    pub report: &'a ModelReport,
    /// The weights as the bytes of a safetensors file, where there are any.
    pub weights: Option<&'a [u8]>,
}

/// A run that came to its end.
#[derive(Debug)]
pub struct Ended {
    /// The run; `None` where its end could not be written: it counts as interrupted then.
    pub run: Option<Run>,
    /// What could not be written.
    pub failures: Vec<RunsError>,
}

impl RunWriter {
    /// Resumes a run: a new one, or one that was interrupted, after its first epochs and changes.
    pub(super) fn take_up(
        mut run: Run,
        lock: RunLock,
        (epochs, changes): (usize, usize),
        event: RunEvent,
    ) -> Result<Self, RunsError> {
        run.record.resumed += usize::from(event == RunEvent::Resumed);
        run.record.process = std::process::id();
        run.record.state = RunState::Running;
        run.record.unwritten.clear();
        run.save_record()?;
        let losses = LineFile::open_after(&run.path.join(LOSSES), epochs)?;
        let events = LineFile::open(&run.path.join(EVENTS))?;
        let checkpoint_every = Duration::from_secs(DEFAULT_CHECKPOINT_SECONDS);
        let last_checkpoint = Instant::now();
        let mut writer =
            Self { run, epochs, changes, losses, events, checkpoint_every, last_checkpoint, lock };
        writer.event(event)?;
        Ok(writer)
    }

    /// The same with at least this time between two checkpoints; zero for one each epoch.
    #[must_use]
    pub const fn with_checkpoint_every(mut self, every: Duration) -> Self {
        self.checkpoint_every = every;
        self
    }

    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// Epochs that are done.
    pub const fn epochs(&self) -> usize {
        self.epochs
    }

    /// Adds what an epoch brought.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn epoch(&mut self, line: &EpochRecord) -> Result<(), RunsError> {
        self.losses.push(line)?;
        self.epochs = line.epoch;
        Ok(())
    }

    /// Adds something that happened.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn event(&mut self, event: RunEvent) -> Result<(), RunsError> {
        let line = EventLine { time: stamp(Timestamp::now()), epoch: self.epochs, event };
        self.events.push(&line)
    }

    /// Adds a change of settings, or passes by one that is there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn change(&mut self, change: FitChange, is_there: bool) -> Result<(), RunsError> {
        self.changes += 1;
        let number = self.changes;
        if is_there { Ok(()) } else { self.event(RunEvent::Changed(RunChange { number, change })) }
    }

    /// Whether it is time for a checkpoint.
    pub fn is_checkpoint_due(&self) -> bool {
        self.last_checkpoint.elapsed() >= self.checkpoint_every
    }

    /// Replaces the checkpoint, whole or not at all. The epochs and changes before it are on disk first.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn checkpoint(&mut self, checkpoint: &FitCheckpoint) -> Result<(), RunsError> {
        // One that failed is given up; the next comes at its time.
        self.last_checkpoint = Instant::now();
        self.losses.sync()?;
        self.events.sync()?;
        write_checkpoint(&self.run.path.join(CHECKPOINT), checkpoint)
    }

    /// Ends the run with what it brought. What cannot be written is left out; the rest is there.
    pub fn end(mut self, ending: &RunResult<'_>) -> Ended {
        let RunResult { report, weights } = ending;
        let mut failures = Vec::new();
        match weights {
            Some(weights) => {
                self.run.record.weights_digest = Some(Digest::of_bytes(weights));
                self.write_result(WEIGHTS, weights, &mut failures);
            }
            None => self.leave_out(WEIGHTS),
        }
        match StoredForecasts::of(report).to_json() {
            Ok(text) => self.write_result(FORECASTS, text.as_bytes(), &mut failures),
            Err(error) => {
                self.leave_out(FORECASTS);
                failures.push(RunsError::write(&self.run.path.join(FORECASTS), error.into()));
            }
        }
        let (state, event) = if report.stopped {
            (RunState::Stopped, RunEvent::Stopped)
        } else {
            (RunState::Finished, RunEvent::Finished)
        };
        self.close(state, event, report.metrics, failures)
    }

    fn write_result(&mut self, file: &str, bytes: &[u8], failures: &mut Vec<RunsError>) {
        if let Err(error) = write_atomically(&self.run.path.join(file), bytes) {
            self.leave_out(file);
            failures.push(error.into());
        }
    }

    fn leave_out(&mut self, file: &str) {
        self.run.record.unwritten.push(file.to_owned());
    }

    /// Ends a run that could not go on.
    pub fn fail(self, why: &str) -> Ended {
        let (state, event) = (RunState::Failed(why.to_owned()), RunEvent::Failed(why.to_owned()));
        self.close(state, event, None, Vec::new())
    }

    /// Removes the run and all its files.
    ///
    /// # Errors
    /// Where that cannot be done; it counts as interrupted then.
    pub fn discard(self) -> Result<(), RunsError> {
        let Self { run, losses, events, lock, .. } = self;
        // Some systems remove no file that is open.
        drop((losses, events, lock));
        run.set_aside()?.remove()
    }

    /// The record is written last: a run that is interrupted before is resumed.
    fn close(
        mut self,
        state: RunState,
        event: RunEvent,
        metrics: Option<Metrics>,
        mut failures: Vec<RunsError>,
    ) -> Ended {
        if let Err(error) = self.event(event).and_then(|()| self.events.sync()) {
            self.leave_out(EVENTS);
            failures.push(error);
        }
        if let Err(error) = self.losses.sync() {
            self.leave_out(LOSSES);
            failures.push(error);
        }
        self.run.record.state = state;
        self.run.record.metrics = metrics;
        self.run.record.ended = Some(stamp(Timestamp::now()));
        if let Err(error) = self.run.save_record() {
            failures.push(error);
            return Ended { run: None, failures };
        }
        let checkpoint = self.run.path.join(CHECKPOINT);
        let is_small = checkpoint.metadata().is_ok_and(|file| file.len() <= LARGEST_KEPT);
        if !is_small || matches!(self.run.record.state, RunState::Failed(_)) {
            // Where it cannot be removed it does no harm.
            let _ = std::fs::remove_file(checkpoint);
        }
        Ended { run: Some(self.run), failures }
    }
}

/// Seconds between two checkpoints where none are set: what a crash costs at most.
pub const DEFAULT_CHECKPOINT_SECONDS: u64 = 5;

/// Writes a checkpoint, whole or not at all.
pub(super) fn write_checkpoint(path: &Path, checkpoint: &FitCheckpoint) -> Result<(), RunsError> {
    let bytes = checkpoint
        .to_bytes()
        .map_err(|error| RunsError::write(path, std::io::Error::other(error)))?;
    Ok(write_atomically(path, &bytes)?)
}

/// Letters of the data's name that a run's name holds.
const LONGEST_STEM: usize = 24;

/// The name of a run of `model` on data named `stem` that begins now. `salt` tells it from another
/// that begins in the same second.
pub fn run_name(stem: &str, model: &str, now: Timestamp, salt: u64) -> String {
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S").to_string();
    let digest = [stem.as_bytes(), model.as_bytes(), time.as_bytes(), &salt.to_le_bytes()]
        .into_iter()
        .fold(Digest::of_bytes(&[]), Digest::then);
    format!("{time}-{}-{}-{}", plain(stem), plain(model), digest.short())
}

/// Whether a folder of this name was made for a run, so that it may be looked into and tidied up.
pub fn is_run_name(name: &str) -> bool {
    let digits = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let mut parts = name.split('-');
    let (day, time, last) = (parts.next(), parts.next(), parts.next_back());
    day.is_some_and(|day| digits(day, 8))
        && time.is_some_and(|time| digits(time, 6))
        && last.is_some_and(|last| last.len() == 6 && last.bytes().all(|b| b.is_ascii_hexdigit()))
        && parts.next().is_some()
}

/// The time in a record: `2026-11-21T03:53:01Z`.
pub fn stamp(now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Small letters, digits and single hyphens: what every file system takes and no shell minds.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            plain.push(letter);
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
        if plain.chars().count() == LONGEST_STEM {
            break;
        }
    }
    let plain = plain.trim_end_matches('-');
    if plain.is_empty() { "data".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn names_are_readable_and_sort_by_time() {
        let name = run_name("Airline Passengers (1949)", "gru-cho", at(1_795_233_181), 1);
        let (readable, digits) = name.rsplit_once('-').unwrap();
        assert_eq!(readable, "20261121-035301-airline-passengers-1949-gru-cho");
        assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert!(name < run_name("a", "lstm", at(1_795_233_182), 1));
        assert_ne!(name, run_name("Airline Passengers (1949)", "gru-cho", at(1_795_233_181), 2));
        assert!(is_run_name(&name));
        for other in
            ["", "src", "20261121-035301", "20261121-035301-3fa9c2", "2026-11-21-x-y-3fa9c2"]
        {
            assert!(!is_run_name(other), "{other}");
        }
        assert_eq!(stamp(at(1_795_233_181)), "2026-11-21T03:53:01Z");
    }

    #[test]
    fn a_name_is_one_plain_folder_whatever_the_file_is_called() {
        for stem in ["", "../../etc", "a/b\\c:d", "...", "-rf", "naïve Café", &"x".repeat(300)] {
            let name = run_name(stem, "lstm", at(0), 0);
            assert!(name.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{name}");
            assert!(name.starts_with("19700101-") && name.chars().count() < 60, "{name}");
        }
    }
}
