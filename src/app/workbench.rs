//! Commands in, jobs out: the program without a window.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::export::{ExportError, is_same_file, write_forecast_csv};
use crate::forecast::Forecast;
use crate::project::Recipe;
use crate::project::runs::Registry;

use super::command::Command;
use super::event::{JobEnd, JobOutput};
use super::jobs::{JobContext, Jobs, Wake};
use super::learning::Phase;
use super::opening::Source;
use super::panel::HoldOut;
use super::preferences::Preferences;
use super::reading_setting::without_target;
use super::reduce::Next;
use super::state::{AppState, Notice, RunId};
use super::study::StudyJob;
use super::work::{self, ReadFile};

/// The program's state and its jobs.
pub struct Workbench {
    pub(super) state: AppState,
    pub(super) jobs: Jobs,
    pub(super) read: ReadFile,
    pub(super) registry: Option<Registry>,
    preferences_path: Option<PathBuf>,
    /// Preferences to be saved so far.
    saves: u64,
    /// The last of them that were; an older one that comes late is not written over it.
    saved: Arc<Mutex<u64>>,
}

impl Workbench {
    /// An empty workbench. `wake` is called from job threads whenever there is news;
    /// `preferences_path` is where choices are remembered, if anywhere.
    pub fn new(wake: Wake, preferences_path: Option<PathBuf>) -> Self {
        Self::with_reader(wake, preferences_path, Arc::new(work::read))
    }

    /// An empty workbench that reads files in another way.
    pub fn with_reader(wake: Wake, preferences_path: Option<PathBuf>, read: ReadFile) -> Self {
        let preferences = preferences_path.as_deref().map(Preferences::load).unwrap_or_default();
        let state = AppState { preferences, ..AppState::default() };
        Self {
            state,
            jobs: Jobs::new(wake),
            read,
            registry: None,
            preferences_path,
            saves: 0,
            saved: Arc::default(),
        }
    }

    /// What panels read.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes in everything jobs have said since the last call. Never blocks.
    pub fn drain_events(&mut self) {
        while let Some(message) = self.jobs.next_message() {
            let next = self.state.reduce(message);
            self.follow_up(next);
        }
        self.state.progress = self.jobs.progress();
    }

    /// Carries out one command. Long work is started, never done, here.
    pub fn dispatch(&mut self, command: Command) {
        match command {
            Command::OpenFile(path) => self.open(Source::File(path)),
            Command::OpenSample(sample) => self.open(Source::Sample(sample)),
            Command::CloseFile => {
                self.end_training(Phase::Stopping);
                self.drop_reading();
                self.drop_panel();
                self.drop_rate_search();
                self.state.document = None;
                self.state.unread = None;
                self.look_for_cut_off();
            }
            Command::SetTarget(name) => self.choose(name),
            Command::EditRecipe(recipe) => self.edit(*recipe),
            Command::UseDefaults => {
                if let Some(document) = &self.state.document {
                    self.edit(document.defaults(&self.state.recipe));
                }
            }
            Command::Undo => {
                let before = self.state.history.undo(self.state.recipe.clone());
                self.step_to(before);
            }
            Command::Redo => {
                let after = self.state.history.redo(self.state.recipe.clone());
                self.step_to(after);
            }
            Command::Train => self.train(),
            Command::TrainBothWays => self.train_both_ways(),
            Command::Stop => self.end_training(Phase::Stopping),
            Command::Discard => self.end_training(Phase::Discarding),
            Command::Steer(change) => self.steer(change),
            Command::Pause => self.hold_training(true),
            Command::Resume => self.hold_training(false),
            Command::StopReading => self.stop_reading(),
            Command::ScorePanel => self.score_panel(),
            Command::StopPanel => self.stop_panel(),
            Command::SetVisible(id, visible) => {
                if let Some(run) = self.state.runs.iter_mut().find(|run| run.id == id) {
                    (run.visible, run.visible_is_chosen) = (visible, true);
                }
            }
            Command::GoOn { run, epoch, more } => self.go_on(run, epoch, more),
            Command::FindRate => self.find_rate(),
            Command::DropRates => self.drop_rate_search(),
            Command::TrainInstead(recipe) => self.train_instead(*recipe),
            Command::KeepEpoch(id, epoch) => self.keep_epoch(id, epoch),
            Command::RemoveRun(id) => self.remove_run(id),
            Command::PutBackRun(id) => self.put_back_run(id),
            Command::ShowFolder(folder) => self.show_folder(folder),
            Command::ResumeRun(name) => self.resume_run(&name),
            Command::ForgetRun(name) => self.forget_run(&name),
            Command::RecallRun(name) => self.recall_run(&name),
            Command::KeepRuns(keep) => {
                self.state.preferences.keep_runs = keep;
                self.save_preferences();
            }
            Command::UseRecipeOf(id) => self.use_recipe_of(id),
            Command::ExportForecast(path) => self.export(path),
            Command::ExportScores(table, path) => self.export_scores(table, path),
            Command::DismissNotice => self.state.notice = None,
            Command::SetDataView(view) => {
                self.state.preferences.data_view = view;
                self.save_preferences();
            }
            Command::FoldSettings(folded) => {
                self.state.preferences.settings_folded = folded;
                self.save_preferences();
            }
            Command::FoldScorecard(folded) => {
                self.state.preferences.scorecard_folded = folded;
                self.save_preferences();
            }
            Command::LookAtSeason(season_length) => {
                if let Some(document) = &mut self.state.document {
                    document.season_looked_at = season_length;
                }
                self.start_study();
            }
            Command::SetTheme(theme) => {
                self.state.preferences.theme = theme;
                self.save_preferences();
            }
            Command::ForgetRecentFiles => {
                self.state.preferences.recent_files.clear();
                self.save_preferences();
            }
        }
        self.start_pace();
    }

    /// Stops every job and waits for its thread. A run that is kept can be taken up again.
    pub fn shut_down(&mut self) {
        self.leave_training();
        self.jobs.shut_down();
        self.remove_forgotten();
    }

    fn follow_up(&mut self, next: Next) {
        self.start_study();
        self.drop_panel_of_before();
        self.carry_on(next);
        self.start_pace();
    }

    fn carry_on(&mut self, next: Next) {
        match next {
            Next::Rest => {}
            Next::Train => {
                self.train_next();
                self.look_for_cut_off();
            }
            Next::LookForRuns => self.look_for_cut_off(),
            Next::GoOn => {
                self.save_preferences();
                self.start_baselines();
                self.train_on();
            }
            Next::Baselines => self.start_baselines(),
            Next::Opened => {
                self.save_preferences();
                self.start_baselines();
            }
        }
    }

    pub(super) fn edit(&mut self, recipe: Recipe) {
        if recipe == self.state.recipe {
            return;
        }
        let before = self.state.recipe.clone();
        self.state.history.record(before);
        self.set_recipe(recipe);
    }

    /// Takes a step back or forth. Which column is open changes only with the settings that it was read
    /// by.
    fn step_to(&mut self, recipe: Option<Recipe>) {
        let Some(mut recipe) = recipe else { return };
        let now = &self.state.recipe.import;
        if without_target(&recipe.import) == without_target(now) {
            recipe.import.target.clone_from(&now.target);
        }
        self.set_recipe(recipe);
    }

    fn set_recipe(&mut self, recipe: Recipe) {
        let import = self.state.recipe.import.clone();
        let mut wanted = recipe.import.clone();
        if let Some(document) = &self.state.document {
            wanted.held_out = document.held_out(&recipe);
        }
        let hold_out = HoldOut::of(&self.state.recipe);
        self.state.recipe = Recipe { import, ..recipe };
        if HoldOut::of(&self.state.recipe) != hold_out {
            self.drop_panel();
        }
        self.set_import(wanted);
        let next = self.state.refresh();
        self.follow_up(next);
    }

    /// A recipe with the present settings of reading: those of another file have no meaning for the
    /// open one.
    fn as_read_now(&self, recipe: Recipe) -> Recipe {
        Recipe { import: self.state.recipe.import.clone(), ..recipe }
    }

    fn use_recipe_of(&mut self, id: RunId) {
        let (Some(run), Some(document)) = (self.state.run(id), &self.state.document) else {
            return;
        };
        let mut recipe = run.recipe.clone();
        if run.fingerprint == document.data.fingerprint {
            recipe.import.target.clone_from(&self.state.recipe.import.target);
        } else {
            recipe = self.as_read_now(recipe);
        }
        self.edit(recipe);
    }

    /// The study of the present series and season, unless it is there or under way; one of another
    /// series or season is stopped.
    fn start_study(&mut self) {
        let Some(document) = &self.state.document else { return };
        let fingerprint = document.data.fingerprint;
        let season_length = document.season_looked_at.unwrap_or(document.task.season_length);
        let is_due = |of: u64, length: usize| of != fingerprint || length != season_length;
        let done = document.study.as_ref();
        let under_way = self.state.study_job;
        if done.is_some_and(|study| !is_due(study.fingerprint, study.season_length))
            || under_way.is_some_and(|study| !is_due(study.fingerprint, study.season_length))
        {
            return;
        }
        if let Some(study) = under_way {
            self.jobs.stop(study.job);
        }
        let series = Arc::clone(&document.data.series);
        let work = move |context: &JobContext| {
            Ok(work::study(context, &series, fingerprint, season_length))
        };
        let job = self.jobs.start("study", work);
        self.state.study_job = Some(StudyJob { job, fingerprint, season_length });
    }

    /// Baselines of the present series and task; a computation still under way is stopped and its
    /// result not awaited.
    fn start_baselines(&mut self) {
        if let Some(job) = self.state.baselines_job.take() {
            self.jobs.stop(job);
        }
        let Some(document) = &self.state.document else { return };
        let (series, task) = (Arc::clone(&document.data.series), document.task.clone());
        let recipe = self.state.recipe.clone();
        if !recipe.check_parts(&series).is_empty() {
            self.state.runs.retain(|run| run.model.is_network());
            return;
        }
        self.state.asked.clone_from(&recipe.baselines.models);
        self.state.unfitted.clear();
        self.state.drop_other_baselines();
        let due = self.state.missing_baselines();
        let job = self.jobs.start("baselines", move |context| {
            Ok(work::baselines(context, due, &series, &recipe, &task))
        });
        self.state.baselines_job = Some(job);
    }

    fn export(&mut self, path: PathBuf) {
        let visible = self.state.scorecard().into_iter().filter(|run| run.visible);
        let forecasts: Vec<Forecast> = visible.map(|run| run.report.future.clone()).collect();
        if forecasts.is_empty() {
            let message = "No forecast is shown, so there is nothing to export: tick a model in the scorecard.";
            self.state.notice = Some(Notice::Error(message.to_owned()));
            return;
        }
        let levels = self.state.recipe.baselines.levels.clone();
        self.start_export(path, move |path| write_forecast_csv(path, &forecasts, &levels));
    }

    /// Writes a file in a job, unless it is the one that is open.
    pub(super) fn start_export(
        &mut self,
        path: PathBuf,
        write: impl FnOnce(&Path) -> Result<(), ExportError> + Send + 'static,
    ) {
        let source = self.state.document.as_ref().map(|document| &document.data.reading.source);
        if source.is_some_and(|source| is_same_file(&path, Path::new(source))) {
            let message =
                format!("{} is the file that is open; choose another name", path.display());
            self.state.notice = Some(Notice::Error(message));
            return;
        }
        let job = self.jobs.start("export", move |_| {
            write(&path).map_err(|error| error.to_string())?;
            Ok(JobEnd::Finished(JobOutput::Written(path)))
        });
        self.state.export_job = Some(job);
    }

    fn save_preferences(&mut self) {
        let Some(path) = self.preferences_path.clone() else { return };
        let preferences = self.state.preferences.clone();
        self.saves += 1;
        let (number, saved) = (self.saves, Arc::clone(&self.saved));
        self.jobs.start("remember choices", move |_| {
            let mut last = saved.lock().unwrap_or_else(PoisonError::into_inner);
            if number > *last {
                preferences.save(&path)?;
                *last = number;
            }
            Ok(JobEnd::Finished(JobOutput::Written(path)))
        });
    }
}
