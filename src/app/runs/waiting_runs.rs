//! Runs on disk that can be resumed or removed: interrupted, damaged, or put aside.
//!
//! Not for the files, which are `project::runs`'.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::app::document::Source;
use crate::app::jobs::{JobEnd, Outcome};
use crate::cancellation::Cancellation;
use crate::project::runs::{Aside, BrokenRun, DataSource, FoundRun, Registry, RunStatus};
use crate::project::{Recipe, runs};

/// A run that was interrupted, as it is offered.
#[derive(Debug, Clone)]
pub struct InterruptedRun {
    pub run: runs::Run,
    /// Epochs whose losses are on disk.
    pub epochs_done: usize,
    /// Epochs that it was to have at the most.
    pub epochs: usize,
    /// When it was last written.
    pub last: Option<SystemTime>,
    /// Why it cannot be resumed as things are, and what to do about it.
    pub problem: Option<String>,
}

impl InterruptedRun {
    /// What was learned by what: `airline · lstm`.
    pub fn title(&self) -> String {
        format!("{} · {}", self.run.record.data.stem(), self.run.record.model)
    }

    /// The run and where its data are, to go on with it.
    ///
    /// # Errors
    /// Where this program does not have its data.
    pub(in crate::app) fn to_resume(&self) -> Result<(Source, runs::Run), String> {
        let source = Source::of_data(&self.run.record.data).ok_or_else(|| {
            format!("{} is not in this program; forget the run", self.run.record.data)
        })?;
        Ok((source, self.run.clone()))
    }

    fn of(run: runs::Run) -> Self {
        let (recipe, epochs) = (run.recipe(), run.epochs());
        let written = ["losses.jsonl", "events.jsonl", "run.json"];
        let written = written.iter().filter_map(|file| changed(&run.path.join(file)));
        Self {
            epochs_done: epochs.as_ref().map_or(0, Vec::len),
            epochs: recipe.as_ref().map_or(0, |recipe| recipe.train.epochs),
            last: written.max(),
            problem: match (&recipe, &epochs) {
                (Ok(recipe), Ok(_)) => problem(&run, recipe),
                (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
            },
            run,
        }
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

/// Why the data of a run cannot serve. A file that was last written before the run began is not read.
fn problem(run: &runs::Run, recipe: &Recipe) -> Option<String> {
    let DataSource::File(path) = &run.record.data else { return None };
    let Some(written) = changed(path) else {
        return Some(format!("{} is gone: put it back, or forget the run", path.display()));
    };
    let began: Option<Timestamp> = run.record.started.parse().ok();
    let written = Timestamp::try_from(written).ok();
    if written.zip(began).is_some_and(|(written, began)| written < began) {
        return None;
    }
    if run.record.data.digest().is_ok_and(|now| now == run.record.data_digest) {
        return None;
    }
    let error = run.data(recipe).err()?;
    Some(match error {
        runs::RunsError::DataChanged { .. } => {
            format!("{} has changed: put the data of then back, or forget the run", path.display())
        }
        error => error.to_string(),
    })
}

/// Runs that can be resumed or removed, newest first.
#[derive(Debug, Default)]
pub struct WaitingRuns {
    /// Those that can go on.
    pub interrupted: Vec<InterruptedRun>,
    /// Those that cannot be read.
    pub broken: Vec<BrokenRun>,
}

/// A run put aside, to be removed when the program closes.
#[derive(Debug)]
pub struct Forgotten {
    /// Its name: that of its folder.
    pub name: String,
    /// What it is called in messages.
    pub title: String,
    aside: Aside,
}

/// Finds the runs that can be resumed or removed, and removes what programs that died have left.
pub(super) fn find(registry: &Registry, cancel: &Cancellation<'_>) -> Outcome<WaitingRuns> {
    registry.sweep();
    let mut listing = registry.list().map_err(|error| error.to_string())?;
    listing.runs.retain(|run| run.status() == RunStatus::Interrupted);
    let interrupted = listing
        .runs
        .into_iter()
        .take_while(|_| !cancel.is_cancelled())
        .map(InterruptedRun::of)
        .collect();
    Ok(JobEnd::Finished(WaitingRuns { interrupted, broken: listing.broken }))
}

impl WaitingRuns {
    pub fn interrupted(&self, name: &str) -> Option<&InterruptedRun> {
        self.interrupted.iter().find(|offered| offered.run.name == name)
    }

    /// One of them with its title, to be put aside.
    pub(super) fn find(&self, name: &str) -> Option<(String, FoundRun)> {
        let whole = self.interrupted(name);
        let broken = self.broken.iter().find(|run| run.name == name);
        whole
            .map(|offered| (offered.title(), FoundRun::Whole(Box::new(offered.run.clone()))))
            .or_else(|| broken.map(|run| (run.name.clone(), FoundRun::Broken(run.clone()))))
    }

    pub(super) fn leave_out(&mut self, name: &str) {
        self.interrupted.retain(|offered| offered.run.name != name);
        self.broken.retain(|run| run.name != name);
    }
}

impl Forgotten {
    /// Puts a run aside.
    ///
    /// # Errors
    /// Where its folder cannot be moved, and why.
    pub(super) fn of(title: String, run: &FoundRun) -> Result<Self, String> {
        let aside = run.set_aside().map_err(|error| error.to_string())?;
        Ok(Self { name: run.name().to_owned(), title, aside })
    }

    /// Puts the run back.
    ///
    /// # Errors
    /// Where its folder cannot be moved, and why.
    pub(super) fn put_back(self) -> Result<(), String> {
        self.aside.put_back().map_err(|error| error.to_string())
    }

    /// Removes it for good.
    pub(super) fn remove(self) {
        if let Err(error) = self.aside.remove() {
            tracing::warn!("the run {} is not wholly removed: {error}", self.name);
        }
    }
}
