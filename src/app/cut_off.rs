//! Runs that were cut off: found beside the window, offered, resumed, forgotten.
//!
//! Not for the files, which are `project::runs`'.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::forecast::Model;
use crate::import::{ImportConfig, Reading};
use crate::project::runs::{Aside, BrokenRun, DataSource, FoundRun, Registry, RunStatus};
use crate::project::{Recipe, runs};
use crate::series::stop::Stop;
use crate::train::Change;

use super::assignment::{Assignment, Before};
use super::command::Command;
use super::derived::Readied;
use super::event::{JobEnd, JobOutput};
use super::jobs::JobContext;
use super::opening::{Opening, Purpose, Source};
use super::prepared::Prepared;
use super::state::{AppState, Notice};
use super::work::{self, Outcome};
use super::workbench::Workbench;

/// A run that was cut off, as it is offered.
#[derive(Debug, Clone)]
pub struct CutOff {
    /// The run.
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

impl CutOff {
    /// What was learned by what: `airline · lstm`.
    pub fn title(&self) -> String {
        format!("{} · {}", self.run.record.data.stem(), self.run.record.model)
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

/// Runs that are waiting for somebody, newest first.
#[derive(Debug)]
pub struct WaitingRuns {
    /// Those that can go on.
    pub cut_off: Vec<CutOff>,
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

/// Finds the runs that are waiting for somebody, and removes what programs that died have left.
pub fn find(registry: &Registry, stop: Stop<'_>) -> Outcome {
    registry.sweep();
    let mut listing = registry.list().map_err(|error| error.to_string())?;
    listing.runs.retain(|run| run.status() == RunStatus::CutOff);
    let cut_off = listing.runs.into_iter().take_while(|_| !stop()).map(CutOff::of).collect();
    Ok(JobEnd::Finished(JobOutput::WaitingRuns(WaitingRuns { cut_off, broken: listing.broken })))
}

/// A run ready to go on: its data read, and what was before.
#[derive(Debug)]
pub struct Resumable {
    readied: Readied,
    recipe: Recipe,
    run: runs::Run,
    before: Before,
}

impl Resumable {
    /// A run with its data as they were read now.
    ///
    /// # Errors
    /// Where they are not those of then, its settings cannot be used, or its folder cannot be read.
    pub fn new(run: runs::Run, recipe: Recipe, reading: Reading) -> Result<Self, runs::RunsError> {
        run.check(&recipe, reading.target())?;
        let (epochs, changes) = run.done()?;
        let before = Before {
            curve: epochs.iter().map(Into::into).collect(),
            changes: changes.iter().map(|change| change.changed).collect(),
            ..Before::default()
        };
        let import = ImportConfig::default();
        let readied = Readied::new(Prepared::new(reading), &import, Some(recipe.clone()));
        Ok(Self { readied, recipe, run, before })
    }
}

impl Workbench {
    /// Looks for runs that were cut off, beside the window.
    pub(super) fn look_for_cut_off(&mut self) {
        let Some(registry) = self.registry.clone() else { return };
        if let Some(job) = self.state.cut_off_job.take() {
            self.jobs.stop(job);
        }
        let work = move |context: &JobContext| find(&registry, &|| context.stop.is_stopped());
        self.state.cut_off_job = Some(self.jobs.start("look for runs", work));
    }

    /// Opens the data of a run that was cut off, and goes on with it.
    pub(super) fn resume_run(&mut self, name: &str) {
        if self.state.learning().is_some() {
            return;
        }
        let offered = self.state.cut_off.iter().find(|offered| offered.run.name == name);
        let Some(run) = offered.map(|offered| offered.run.clone()) else { return };
        let Some(source) = Source::of_data(&run.record.data) else {
            let message = format!("{} is not in this program; forget the run", run.record.data);
            self.state.notice = Some(Notice::Error(message));
            return;
        };
        self.drop_reading();
        self.state.notice = None;
        let (read, what) = (Arc::clone(&self.read), source.clone());
        let work = move |context: &JobContext| work::open_run(context, &read, &what, &run);
        let job = self.jobs.start("open a run", work);
        self.state.opening = Some(Opening::new(job, source, Purpose::Resume(name.to_owned())));
    }

    /// Trains on what was made ready.
    pub(super) fn train_on(&mut self) {
        if let Some(assignment) = self.state.to_go_on.take()
            && self.state.learning().is_none()
        {
            self.begin(*assignment, Change::default());
        }
    }

    /// Puts a run that was cut off, or that cannot be read, aside, to be removed when the program closes.
    pub(super) fn forget_run(&mut self, name: &str) {
        let Some((title, run)) = self.state.waiting_run(name) else { return };
        let job = self.jobs.start("forget a run", move |_| {
            let aside = run.set_aside().map_err(|error| error.to_string())?;
            let forgotten = Forgotten { name: run.name().to_owned(), title, aside };
            Ok(JobEnd::Finished(JobOutput::Forgotten(forgotten)))
        });
        self.state.side_jobs.push(job);
    }

    /// Puts a run back that was forgotten.
    pub(super) fn recall_run(&mut self, name: &str) {
        let forgotten = &mut self.state.forgotten;
        let Some(place) = forgotten.iter().position(|run| run.name == name) else { return };
        let Forgotten { aside, .. } = forgotten.swap_remove(place);
        let job = self.jobs.start("recall a run", move |_| {
            aside.put_back().map_err(|error| error.to_string())?;
            Ok(JobEnd::Finished(JobOutput::Recalled))
        });
        self.state.notice = None;
        self.state.side_jobs.push(job);
    }

    /// Removes what was forgotten: the program closes.
    pub(super) fn remove_forgotten(&mut self) {
        for Forgotten { name, aside, .. } in self.state.forgotten.drain(..) {
            if let Err(error) = aside.remove() {
                tracing::warn!("the run {name} is not wholly removed: {error}");
            }
        }
    }
}

impl AppState {
    /// A run that is waiting for somebody, with its title.
    fn waiting_run(&self, name: &str) -> Option<(String, FoundRun)> {
        let cut_off = self.cut_off.iter().find(|offered| offered.run.name == name);
        let broken = self.broken_runs.iter().find(|run| run.name == name);
        cut_off
            .map(|offered| (offered.title(), FoundRun::Whole(Box::new(offered.run.clone()))))
            .or_else(|| broken.map(|run| (run.name.clone(), FoundRun::Broken(run.clone()))))
    }

    /// Takes in a run that was put aside.
    pub(super) fn take_forgotten(&mut self, forgotten: Forgotten) {
        let Forgotten { name, title, .. } = &forgotten;
        self.cut_off.retain(|offered| offered.run.name != *name);
        self.broken_runs.retain(|run| run.name != *name);
        let text = format!("Forgot {title}; its folder goes when Tidegate closes");
        let undo = Box::new(Command::RecallRun(name.clone()));
        self.notice = Some(Notice::Undoable { text, undo });
        self.forgotten.push(forgotten);
    }

    /// Shows the data and the settings of a run, and has it trained on.
    pub(super) fn take_resumable(&mut self, opening: Opening, resumable: Resumable) {
        let Resumable { readied, recipe, run, before } = resumable;
        self.take_recipe(recipe);
        if let Source::File(file) = &opening.source {
            self.preferences.remember_file(file);
        }
        self.show(readied, opening.source, opening.job);
        let Some(document) = &self.document else { return };
        let model = Model::Network(self.recipe.model.cell);
        self.to_go_on = Some(Box::new(Assignment {
            model,
            name: model.to_string(),
            before: Arc::new(before),
            again: Some(Box::new(run)),
            ..Assignment::new(document, &self.recipe)
        }));
    }

    /// Says why a run cannot be resumed, on its card too.
    pub(super) fn tell_not_resumed(&mut self, name: &str, message: String) {
        if let Some(offered) = self.cut_off.iter_mut().find(|offered| offered.run.name == name) {
            offered.problem = Some(message.clone());
        }
        self.notice = Some(Notice::Error(message));
    }
}
