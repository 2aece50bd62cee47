//! The list of runs and its order, the baselines on it, and the runs on disk that can be resumed or
//! removed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::run::{
    PastForecasts, RunId, RunsMessage, RunsNews, ScoredRun, named, of_epoch, show_folder,
};
use super::waiting_runs::{Forgotten, WaitingRuns, find};
use crate::app::command::{Command, Notice, say_done, say_error};
use crate::app::document::Document;
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Report};
use crate::baseline::Baseline;
use crate::cancellation::Cancellation;
use crate::evaluate::{ModelReport, ScoringTask, sort_key, verdict};
use crate::forecast::ModelChoice;
use crate::project::Recipe;
use crate::project::runs::Registry;

/// Every run so far, and those on disk that wait.
#[derive(Debug, Default)]
pub struct RunsState {
    /// Every model run so far, in order of making.
    pub list: Vec<ScoredRun>,
    /// Where runs are kept; `None` where there is no such place.
    pub registry: Option<Registry>,
    /// Runs on disk that can be resumed or removed.
    pub waiting: WaitingRuns,
    /// They are being looked for.
    search: Option<JobId>,
    /// The run that was taken off the list last, with its place.
    removed: Option<(usize, ScoredRun)>,
    /// Runs put aside, to be removed when the program closes.
    forgotten: Vec<Forgotten>,
    made: u64,
}

impl RunsState {
    /// Where runs are kept; `None` where there is no such place.
    pub fn folder(&self) -> Option<&Path> {
        self.registry.as_ref().map(Registry::folder)
    }

    /// A run by its number.
    pub fn run(&self, id: RunId) -> Option<&ScoredRun> {
        self.list.iter().find(|run| run.id == id)
    }

    /// Runs on the rows and season of the present recipe, best first.
    pub fn scorecard(&self, document: &Document) -> Vec<&ScoredRun> {
        let is_current = |run: &&ScoredRun| document.is_scored_alike(run.fingerprint, &run.task);
        let mut runs: Vec<&ScoredRun> = self.list.iter().filter(is_current).collect();
        runs.sort_by(|a, b| sort_key(&a.report).total_cmp(&sort_key(&b.report)));
        runs
    }

    /// The verdict line under the scorecard.
    pub fn verdict(&self, document: &Document) -> Option<String> {
        let runs = self.scorecard(document);
        let reports: Vec<&ModelReport> = runs.iter().map(|run| &run.report).collect();
        let is_network =
            |label: &str| self.list.iter().any(|run| run.label == label && run.model.is_network());
        let spread = document.data.pyramid.extent().map_or(0.0, |(low, high)| high - low);
        verdict(&reports, spread, is_network)
    }

    /// Whether a run on the list has this label.
    pub fn has_label(&self, label: &str) -> bool {
        self.list.iter().any(|run| run.label == label)
    }

    /// `lstm`, then `lstm 2`, `lstm 3`: never a label that is on the list, or `reserved`.
    pub fn free_label(&self, name: &str, reserved: Option<&str>) -> String {
        let is_free = |label: &String| Some(label.as_str()) != reserved && !self.has_label(label);
        let numbered = (2..).map(|number| format!("{name} {number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// Puts a run on the list under a label; its number is given here.
    pub(in crate::app) fn add(&mut self, make: impl FnOnce(RunId) -> ScoredRun, label: String) {
        self.made += 1;
        let run = make(RunId::after(self.made));
        self.list.push(named(run, label));
    }

    /// Draws a run, or does not, as a person wants it.
    pub(in crate::app) fn set_visible(&mut self, id: RunId, visible: bool) {
        if let Some(run) = self.list.iter_mut().find(|run| run.id == id) {
            (run.visible, run.visible_is_chosen) = (visible, true);
        }
    }

    /// Draws the best model of the scorecard, unless a person wants it otherwise.
    pub(in crate::app) fn draw_best(&mut self, document: &Document) {
        let best = self.scorecard(document).first().map(|run| run.id);
        if let Some(run) = self.list.iter_mut().find(|run| Some(run.id) == best) {
            run.visible |= !run.visible_is_chosen;
        }
    }

    /// Takes a run off the list. Its folder stays; the run can be put back.
    pub(in crate::app) fn remove(&mut self, id: RunId, notice: &mut Option<Notice>) {
        let Some(place) = self.list.iter().position(|run| run.id == id) else { return };
        let run = self.list.remove(place);
        let stays = if run.kept.is_some() { "; its folder stays" } else { "" };
        let text = format!("{} is off the list{stays}", run.label);
        self.removed = Some((place, run));
        *notice = Some(Notice::Undoable { text, undo: Box::new(Command::PutBackRun(id)) });
    }

    /// Puts the run back that was taken off the list last.
    pub(in crate::app) fn put_back(&mut self, id: RunId, notice: &mut Option<Notice>) {
        if let Some((place, run)) = self.removed.take_if(|(_, run)| run.id == id) {
            self.list.insert(place.min(self.list.len()), run);
            *notice = None;
        }
    }

    /// Makes the forecast of an epoch a run of its own, beside that of the best.
    pub(in crate::app) fn keep_epoch<Message: From<RunsMessage> + Send + 'static>(
        &self,
        (id, epoch): (RunId, usize),
        jobs: &mut Jobs<Message>,
    ) {
        let run = self.run(id).filter(|run| run.past_forecasts.place(epoch).is_some());
        let Some(run) = run.cloned() else { return };
        // Scaling an error takes a pass over the series.
        jobs.start(
            "keep epoch",
            |_, report| RunsMessage::Epoch(report),
            move |_| Ok(JobEnd::Finished(Box::new(of_epoch(run, epoch)))),
        );
    }

    /// Looks for runs that can be resumed or removed.
    pub(in crate::app) fn look_for_waiting<Message: From<RunsMessage> + Send + 'static>(
        &mut self,
        jobs: &mut Jobs<Message>,
    ) {
        let Some(registry) = self.registry.clone() else { return };
        if let Some(job) = self.search.take() {
            jobs.stop(job);
        }
        let work = move |context: &JobContext<_>| {
            let is_stopped = || context.stop.is_stopped();
            find(&registry, &Cancellation::new(&is_stopped))
        };
        self.search = Some(jobs.start("look for runs", RunsMessage::Search, work));
    }

    /// Puts a run that was interrupted, or that cannot be read, aside, to be removed when the program closes.
    pub(in crate::app) fn forget<Message: From<RunsMessage> + Send + 'static>(
        &self,
        name: &str,
        jobs: &mut Jobs<Message>,
    ) {
        let Some((title, run)) = self.waiting.find(name) else { return };
        jobs.start(
            "forget a run",
            |_, report| RunsMessage::Forget(report),
            move |_| Forgotten::of(title, &run).map(JobEnd::Finished),
        );
    }

    /// Puts a run back that was forgotten; whether there was one.
    pub(in crate::app) fn recall<Message: From<RunsMessage> + Send + 'static>(
        &mut self,
        name: &str,
        jobs: &mut Jobs<Message>,
    ) -> bool {
        let place = self.forgotten.iter().position(|run| run.name == name);
        let Some(place) = place else { return false };
        let forgotten = self.forgotten.swap_remove(place);
        jobs.start(
            "recall a run",
            |_, report| RunsMessage::Recall(report),
            move |_| forgotten.put_back().map(JobEnd::Finished),
        );
        true
    }

    /// Removes what was forgotten: the program closes.
    pub(in crate::app) fn remove_forgotten(&mut self) {
        self.forgotten.drain(..).for_each(Forgotten::remove);
    }

    /// Shows a folder in the system's file manager.
    pub(in crate::app) fn show_folder<Message: From<RunsMessage> + Send + 'static>(
        path: PathBuf,
        jobs: &mut Jobs<Message>,
    ) {
        jobs.start(
            "show folder",
            |_, report| RunsMessage::Show(report),
            move |_| show_folder(&path).map(JobEnd::Finished),
        );
    }

    /// Says why a run cannot go on, on its card.
    pub(in crate::app) fn set_problem(&mut self, name: &str, message: &str) {
        let mut offered = self.waiting.interrupted.iter_mut();
        if let Some(offered) = offered.find(|offered| offered.run.name == name) {
            offered.problem = Some(message.to_owned());
        }
    }

    /// Takes in one message; `reserved` is the label of what learns.
    pub(in crate::app) fn reduce(
        &mut self,
        message: RunsMessage,
        reserved: Option<&str>,
        notice: &mut Option<Notice>,
    ) -> RunsNews {
        match message {
            RunsMessage::Epoch(Report::Ended(end)) => {
                if let Some(run) = finished(end, notice) {
                    let label = self.free_label(&run.name, reserved);
                    say_done(
                        notice,
                        format!("{label} forecasts with the weights of its last epoch"),
                    );
                    self.add(|id| ScoredRun { id, ..*run }, label);
                }
            }
            RunsMessage::Search(job, Report::Ended(end)) => {
                if self.search.take_if(|search| *search == job).is_some() {
                    match end {
                        JobEnd::Finished(waiting) => self.waiting = waiting,
                        // Where runs cannot be listed there is nothing to offer.
                        JobEnd::Failed(message) => tracing::warn!("{message}"),
                        JobEnd::Stopped(_) => {}
                    }
                }
            }
            RunsMessage::Forget(Report::Ended(end)) => {
                if let Some(forgotten) = finished(end, notice) {
                    self.waiting.leave_out(&forgotten.name);
                    let text =
                        format!("Forgot {}; its folder goes when Tidegate closes", forgotten.title);
                    let undo = Box::new(Command::RecallRun(forgotten.name.clone()));
                    *notice = Some(Notice::Undoable { text, undo });
                    self.forgotten.push(forgotten);
                }
            }
            RunsMessage::Recall(Report::Ended(end)) => {
                if finished(end, notice).is_some() {
                    return RunsNews::Recalled;
                }
            }
            RunsMessage::Show(Report::Ended(end)) => drop(finished(end, notice)),
        }
        RunsNews::Nothing
    }
}

/// What a job has brought; says why where it failed.
fn finished<Output>(end: JobEnd<Output>, notice: &mut Option<Notice>) -> Option<Output> {
    match end {
        JobEnd::Finished(output) => Some(output),
        JobEnd::Stopped(_) => None,
        JobEnd::Failed(message) => {
            say_error(notice, message);
            None
        }
    }
}

impl RunsState {
    /// Puts a baseline of the open series, computed for a task by a recipe, in the place of an earlier
    /// run of the same model.
    pub(in crate::app) fn take_baseline(
        &mut self,
        report: ModelReport,
        document: &Document,
        (task, recipe): (&ScoringTask, &Recipe),
    ) {
        let Ok(model) = report.name.parse::<ModelChoice>() else { return };
        let before = self.list.iter().find(|run| run.model == model && run.visible_is_chosen);
        let chosen = before.map(|run| run.visible);
        self.list.retain(|run| run.model != model);
        let label = report.name.clone();
        let make = |id| ScoredRun {
            id,
            model,
            name: report.name.clone(),
            label: report.name.clone(),
            report,
            recipe: recipe.clone(),
            task: task.clone(),
            series: Arc::clone(&document.data.with_covariates),
            fingerprint: document.data.fingerprint,
            source: document.source.clone(),
            kept: None,
            curve: Vec::new(),
            past_forecasts: PastForecasts::default(),
            changes: Vec::new(),
            visible: chosen.unwrap_or_else(|| is_drawn_at_first(model)),
            visible_is_chosen: chosen.is_some(),
        };
        self.add(make, label);
    }

    /// Takes off the baselines that are not among these.
    pub(in crate::app) fn keep_baselines(&mut self, wanted: &[Baseline]) {
        self.list.retain(|run| match run.model {
            ModelChoice::Network(_) => true,
            ModelChoice::Baseline(baseline) => wanted.contains(&baseline),
        });
    }

    /// The baselines of the recipe that have not been computed for the open series and task.
    pub(in crate::app) fn missing_baselines(
        &self,
        document: &Document,
        recipe: &Recipe,
    ) -> Vec<Baseline> {
        let set = &recipe.baselines;
        let is_there = |baseline: Baseline| {
            let mut runs =
                self.list.iter().filter(|run| run.model == ModelChoice::Baseline(baseline));
            runs.any(|run| {
                run.recipe.baselines.season_length == set.season_length
                    && run.fingerprint == document.data.fingerprint
                    && run.task == document.derived.task
            })
        };
        set.models.iter().copied().filter(|&baseline| !is_there(baseline)).collect()
    }
}

/// Whether a model is drawn before anything is said.
const fn is_drawn_at_first(model: ModelChoice) -> bool {
    match model {
        ModelChoice::Network(_) => true,
        ModelChoice::Baseline(baseline) => baseline.card().drawn_unasked,
    }
}
