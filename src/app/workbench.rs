//! Commands in, jobs out: the program without a window.

use std::path::PathBuf;
use std::sync::Arc;

use crate::project::Recipe;
use crate::project::runs::Registry;
use crate::train::Change;

use super::command::{Command, say_error};
use super::document::{DocumentState, ReadFile, ResumedRun, Source, read};
use super::export::{StoredChoices, export_forecast, export_scores};
use super::jobs::{Jobs, Wake};
use super::message::Message;
use super::preferences::Preferences;
use super::runs::{InterruptedRun, RunId, RunsState, ScoredRun};
use super::scores::HoldOut;
use super::state::{AppState, Next, reduce};
use super::training::{Assignment, Keeping, Phase};

/// The program's state and its jobs.
pub struct Workbench {
    state: AppState,
    jobs: Jobs<Message>,
    read: ReadFile,
    stored: StoredChoices,
}

impl Workbench {
    /// An empty workbench. `wake` is called from job threads whenever there is news;
    /// `preferences_path` is where choices are remembered, if anywhere.
    pub fn new(wake: Wake, preferences_path: Option<PathBuf>) -> Self {
        Self::with_reader(wake, preferences_path, Arc::new(read))
    }

    /// An empty workbench that reads files in another way.
    pub fn with_reader(wake: Wake, preferences_path: Option<PathBuf>, read: ReadFile) -> Self {
        let preferences = preferences_path.as_deref().map(Preferences::load).unwrap_or_default();
        let state = AppState { preferences, ..AppState::default() };
        Self { state, jobs: Jobs::new(wake), read, stored: StoredChoices::new(preferences_path) }
    }

    /// What panels read.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Keeps the runs of networks in this folder, as long as the person wants them kept.
    #[must_use]
    pub fn keeping_runs_in(mut self, registry: Registry) -> Self {
        self.state.runs.registry = Some(registry);
        self.state.runs.look_for_waiting(&mut self.jobs);
        self
    }

    /// Takes in everything jobs have said since the last call. Never blocks.
    pub fn drain_events(&mut self) {
        while let Some(message) = self.jobs.next_message() {
            let next = reduce(&mut self.state, message);
            self.follow_up(next);
        }
        self.state.training.look_at_progress();
    }

    /// Carries out one command. Long work is started, never done, here.
    pub fn dispatch(&mut self, command: Command) {
        let Self { state, jobs, read, .. } = self;
        let AppState { document, training, scores, runs, notice, .. } = state;
        match command {
            Command::OpenFile(path) => document.open_source(Source::File(path), jobs, read),
            Command::OpenSample(sample) => {
                document.open_source(Source::Sample(sample), jobs, read);
            }
            Command::CloseFile => self.close_file(),
            Command::SetTarget(name) => document.choose(name, jobs, read),
            Command::EditRecipe(recipe) => self.edit(*recipe),
            Command::UseDefaults => {
                let defaults = document.open.as_ref().map(|open| open.defaults(&document.recipe));
                if let Some(recipe) = defaults {
                    self.edit(recipe);
                }
            }
            Command::Undo => document.undo().into_iter().for_each(|it| self.set_recipe(it)),
            Command::Redo => document.redo().into_iter().for_each(|it| self.set_recipe(it)),
            Command::Train => self.train(),
            Command::TrainBothWays => self.train_both_ways(),
            Command::Stop => training.end(Phase::Stopping, jobs),
            Command::Discard => training.end(Phase::Discarding, jobs),
            Command::Steer(change) => training.steer(change, jobs),
            Command::Pause => training.hold(true, jobs),
            Command::Resume => training.hold(false, jobs),
            Command::StopReading => document.stop_reading(jobs),
            Command::ScorePanel => {
                if let Some(open) = &document.open {
                    scores.score_panel(open, &document.recipe, jobs);
                }
            }
            Command::StopPanel => scores.stop_panel(jobs),
            Command::SetVisible(id, visible) => runs.set_visible(id, visible),
            Command::GoOn { run, epoch, more } => self.go_on(run, epoch, more),
            Command::FindRate => self.find_rate(),
            Command::DropRates => training.drop_rate_search(jobs),
            Command::TrainInstead(recipe) => self.train_instead(*recipe),
            Command::KeepEpoch(id, epoch) => runs.keep_epoch((id, epoch), jobs),
            Command::RemoveRun(id) => runs.remove(id, notice),
            Command::PutBackRun(id) => runs.put_back(id, notice),
            Command::ShowFolder(folder) => RunsState::show_folder(folder, jobs),
            Command::ResumeRun(name) => self.resume_run(&name),
            Command::ForgetRun(name) => runs.forget(&name, jobs),
            Command::RecallRun(name) => {
                if runs.recall(&name, jobs) {
                    *notice = None;
                }
            }
            Command::UseRecipeOf(id) => {
                let usable = |run: &ScoredRun| document.usable(&run.recipe, run.fingerprint);
                let recipe = runs.run(id).and_then(usable);
                if let Some(recipe) = recipe {
                    self.edit(recipe);
                }
            }
            Command::ExportForecast(path) => export_forecast(path, state, jobs),
            Command::ExportScores(table, path) => export_scores(table, path, state, jobs),
            Command::DismissNotice => *notice = None,
            Command::LookAtSeason(season_length) => {
                if let Some(open) = &mut document.open {
                    open.season_looked_at = season_length;
                }
                document.start_study(jobs);
            }
            Command::KeepRuns(keep) => self.prefer(|it| it.keep_runs = keep),
            Command::SetDataView(view) => self.prefer(|it| it.data_view = view),
            Command::FoldSettings(folded) => {
                self.prefer(|it| it.settings_folded = folded);
            }
            Command::FoldScorecard(folded) => {
                self.prefer(|it| it.scorecard_folded = folded);
            }
            Command::SetTheme(theme) => self.prefer(|it| it.theme = theme),
            Command::ForgetRecentFiles => self.prefer(|it| it.recent_files.clear()),
        }
        self.start_pace();
    }

    /// Stops every job and waits for its thread. A run that is kept can be resumed.
    pub fn shut_down(&mut self) {
        self.state.training.leave(&self.jobs);
        self.jobs.shut_down();
        self.state.runs.remove_forgotten();
    }

    fn follow_up(&mut self, next: Next) {
        let AppState { document, scores, .. } = &mut self.state;
        let has_changed = document.follow(&mut self.jobs);
        document.start_study(&mut self.jobs);
        let open = document.open.as_ref().map(|open| open.read_by);
        scores.drop_panel_of_before(open, &self.jobs);
        if has_changed {
            self.take_checked();
        }
        self.carry_on(next);
        self.start_pace();
    }

    fn carry_on(&mut self, next: Next) {
        match next {
            Next::Rest => {}
            Next::Begin(assignment) => self.begin(*assignment, Change::default()),
            Next::Train => {
                self.train_next();
                self.state.runs.look_for_waiting(&mut self.jobs);
            }
            Next::LookForRuns => self.state.runs.look_for_waiting(&mut self.jobs),
            Next::GoOn(run) => {
                self.save_preferences();
                self.start_baselines();
                self.train_on(*run);
            }
            Next::Baselines => self.start_baselines(),
            Next::Checked => self.take_checked(),
            Next::Opened => {
                self.save_preferences();
                self.start_baselines();
            }
        }
    }

    fn start_pace(&mut self) {
        let AppState { document, training, scores, .. } = &mut self.state;
        training.start_pace(document, scores.baselines_job.is_some(), &mut self.jobs);
    }

    fn close_file(&mut self) {
        let AppState { document, training, scores, runs, .. } = &mut self.state;
        training.end(Phase::Stopping, &self.jobs);
        document.drop_reading(&self.jobs);
        scores.drop_panel(&self.jobs);
        training.drop_rate_search(&self.jobs);
        document.open = None;
        document.unread = None;
        runs.look_for_waiting(&mut self.jobs);
    }

    fn edit(&mut self, recipe: Recipe) {
        let document = &mut self.state.document;
        if recipe != document.recipe {
            document.history.record(document.recipe.clone());
            self.set_recipe(recipe);
        }
    }

    fn set_recipe(&mut self, recipe: Recipe) {
        let AppState { document, scores, .. } = &mut self.state;
        let hold_out = HoldOut::of(&document.recipe);
        if HoldOut::of(&recipe) != hold_out {
            scores.drop_panel(&self.jobs);
        }
        document.set_recipe(recipe, &mut self.jobs, &self.read);
        self.follow_up(Next::Rest);
        self.start_other_baselines();
    }

    /// What follows from the recipe has changed: what waited for that may begin.
    fn take_checked(&mut self) {
        self.start_other_baselines();
        let AppState { document, training, .. } = &mut self.state;
        if let Some(open) = document.checked()
            && std::mem::take(&mut training.queues_when_checked)
            && open.derived.problems.is_empty()
        {
            training.queued.push_back(Assignment::new(open, &document.recipe));
            self.train_next();
        }
    }

    /// Starts the baselines of the open file where they are others than those last asked for.
    fn start_other_baselines(&mut self) {
        let AppState { document, scores, .. } = &self.state;
        let DocumentState { open: Some(open), recipe, .. } = document else { return };
        if !scores.is_asked(open, recipe) {
            self.start_baselines();
        }
    }

    /// Baselines of the present series and task, once its settings are checked; a computation still
    /// under way is stopped and its result not awaited.
    fn start_baselines(&mut self) {
        let AppState { document, scores, runs, .. } = &mut self.state;
        scores.stop_baselines(&self.jobs);
        let Some(open) = document.checked() else { return };
        let recipe = &document.recipe;
        if !recipe.check_parts(&open.data.series).is_empty() {
            runs.keep_baselines(&[]);
            return;
        }
        runs.keep_baselines(&recipe.baselines.models);
        let due = runs.missing_baselines(open, recipe);
        scores.start_baselines(open, recipe, due, &mut self.jobs);
    }

    /// Trains the network of the recipe.
    fn train(&mut self) {
        let DocumentState { open: Some(open), recipe, .. } = &self.state.document else { return };
        if self.state.train_blocker().is_none() {
            let assignment = Assignment::new(open, recipe);
            self.state.notice = None;
            self.begin(assignment, Change::default());
        }
    }

    /// Trains the network of the recipe both ways, one after the other.
    fn train_both_ways(&mut self) {
        if self.state.train_blocker().is_none() {
            let AppState { document, training, .. } = &mut self.state;
            let DocumentState { open: Some(open), recipe, .. } = document else { return };
            training.train_both_ways(open, recipe, &mut self.jobs);
        }
    }

    /// Trains what is next in the queue, unless something learns.
    fn train_next(&mut self) {
        if self.state.learning().is_none()
            && let Some(assignment) = self.state.training.queued.pop_front()
        {
            self.begin(assignment, Change::default());
        }
    }

    /// Ends training and trains again by another recipe, once that is checked.
    fn train_instead(&mut self, recipe: Recipe) {
        self.state.training.end(Phase::Discarding, &self.jobs);
        self.edit(recipe);
        self.state.training.queues_when_checked = true;
        self.take_checked();
    }

    /// Goes on from where a run was after an epoch, for so many epochs more, as a run of its own.
    fn go_on(&mut self, id: RunId, epoch: usize, more: usize) {
        if self.state.learning().is_some() {
            return;
        }
        let Some(run) = self.state.run(id) else { return };
        let Some(assignment) = Assignment::further(run, epoch, more) else { return };
        let change = assignment.change_from(run, epoch, &self.state.document.recipe.train);
        self.state.notice = None;
        self.begin(assignment, change);
    }

    /// Opens the data of a run that was interrupted, to go on with it.
    fn resume_run(&mut self, name: &str) {
        let AppState { document, runs, notice, training, .. } = &mut self.state;
        let offered = runs.waiting.interrupted(name).filter(|_| training.learning().is_none());
        match offered.map(InterruptedRun::to_resume) {
            None => {}
            Some(Err(message)) => say_error(notice, message),
            Some(Ok(run)) => {
                *notice = None;
                document.open_run(run, &mut self.jobs, &self.read);
            }
        }
    }

    /// Trains a run further whose data are open.
    fn train_on(&mut self, run: ResumedRun) {
        let DocumentState { open: Some(open), recipe, .. } = &self.state.document else { return };
        if self.state.learning().is_none() {
            self.begin(Assignment::resumed(open, recipe, run), Change::default());
        }
    }

    fn begin(&mut self, assignment: Assignment, change: Change) {
        let label = self.state.free_label(&assignment.name);
        let AppState { runs, training, preferences, .. } = &mut self.state;
        let registry = runs.registry.as_ref().filter(|_| preferences.keep_runs);
        let keeping = Keeping::of(&assignment, registry);
        training.begin((assignment, label), keeping, change, &mut self.jobs);
    }

    /// Tries rising learning rates on the network of the recipe.
    fn find_rate(&mut self) {
        if self.state.train_blocker().is_none() {
            self.state.training.find_rate(&self.state.document, &mut self.jobs);
        }
    }

    fn prefer(&mut self, change: impl FnOnce(&mut Preferences)) {
        change(&mut self.state.preferences);
        self.save_preferences();
    }

    fn save_preferences(&mut self) {
        self.stored.save(&self.state.preferences, &mut self.jobs);
    }
}
