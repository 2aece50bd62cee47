//! Baselines over all series of a panel: what has come of them, and the job that makes it.
//!
//! Not for the series that is open, whose baselines are runs of their own (`state`).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::baseline::Baseline;
use crate::evaluate::{PanelCase, PanelProgress, PanelRun, PanelScore, PanelTask, score_panel};
use crate::export::{ExportError, SeriesRow, write_mean_scores_csv, write_series_scores_csv};
use crate::forecast::{Fits, Flow, Model};
use crate::import::Reading;
use crate::project::Recipe;

use super::event::{JobEnd, JobEvent, JobId, JobOutput};
use super::jobs::JobContext;
use super::state::{AppState, Notice};
use super::stop_token::StopToken;
use super::work::Outcome;
use super::workbench::Workbench;

/// Means on the way are sent no more often than this: numbers that flicker cannot be read.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// The scores of a panel.
#[derive(Debug)]
pub struct PanelScores {
    /// The reading whose series they are.
    pub read_by: JobId,
    /// What they were held out by.
    pub hold_out: HoldOut,
    /// Places in the panel of the series, in the order of every run's results.
    pub places: Arc<[usize]>,
    /// What is there, in the order of its making.
    pub rows: Vec<Arc<PanelRow>>,
    /// What is being made.
    pub job: Option<PanelJob>,
}

impl PanelScores {
    /// Whether they are of these rows of these series.
    fn is_of(&self, hold_out: HoldOut, places: &[usize]) -> bool {
        self.hold_out == hold_out && *self.places == *places
    }
}

/// One model over all series.
#[derive(Debug)]
pub struct PanelRow {
    /// The model.
    pub baseline: Baseline,
    /// Levels of its intervals.
    pub levels: Vec<f64>,
    /// Its errors, together and series by series.
    pub run: PanelRun,
}

/// The settings that decide what is scored; scores under others are no longer of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldOut {
    /// Rows forecast and scored.
    pub horizon: usize,
    /// Rows at the end that nothing is fitted on.
    pub test: usize,
    /// Rows in one season, where it was set by hand.
    pub season_length: Option<usize>,
}

impl HoldOut {
    /// That of a recipe.
    pub const fn of(recipe: &Recipe) -> Self {
        let (window, season_length) = (&recipe.window, recipe.baselines.season_length);
        Self { horizon: window.horizon, test: window.test, season_length }
    }
}

/// A table of a panel's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoresTable {
    /// Means over the series, a row a model.
    Models,
    /// Error by error, a row a series and model.
    Series,
}

/// A panel being scored.
#[derive(Debug)]
pub struct PanelJob {
    /// The job.
    pub id: JobId,
    /// The model under way, once its first series is done.
    pub under_way: Option<UnderWay>,
    /// A stop was asked for.
    pub stopping: bool,
}

/// A model on its way through the series.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// The model.
    pub baseline: Baseline,
    /// Series that are done.
    pub done: usize,
    /// All of them.
    pub of: usize,
    /// Means over those that are done.
    pub score: PanelScore,
    /// Estimate for the rest of this model.
    pub seconds_left: f64,
}

impl AppState {
    /// The ticked baselines that have not been scored on all series, the cheapest first; none where
    /// there is but one series to forecast.
    pub fn panel_due(&self) -> Vec<Baseline> {
        let Some(document) = &self.document else { return Vec::new() };
        if document.data.targets.len() < 2 {
            return Vec::new();
        }
        let hold_out = HoldOut::of(&self.recipe);
        let scored =
            self.panel.as_ref().filter(|panel| panel.is_of(hold_out, &document.data.targets));
        let rows = scored.map_or(&[][..], |panel| &panel.rows);
        let is_done = |baseline: &Baseline| {
            rows.iter().any(|row| {
                row.baseline == *baseline
                    && !row.run.is_cut_short()
                    && row.levels == self.recipe.baselines.levels
            })
        };
        let mut due = self.recipe.baselines.models.clone();
        due.retain(|baseline| !is_done(baseline));
        due.sort_by_key(|baseline| baseline.cost());
        due
    }

    /// The panel that this job scores, if it is still awaited.
    fn panel_of(&mut self, job: JobId) -> Option<&mut PanelScores> {
        let awaited = |panel: &&mut PanelScores| panel.job.as_ref().is_some_and(|it| it.id == job);
        self.panel.as_mut().filter(awaited)
    }

    /// Takes in how far a model has come.
    pub(super) fn take_under_way(&mut self, job: JobId, under_way: UnderWay) {
        if let Some(job) = self.panel_of(job).and_then(|panel| panel.job.as_mut()) {
            job.under_way = Some(under_way);
        }
    }

    /// Puts a model's scores in the place of earlier ones. One that was stopped before any series was
    /// done leaves them.
    pub(super) fn take_panel_row(&mut self, job: JobId, row: Arc<PanelRow>) {
        let Some(panel) = self.panel_of(job) else { return };
        if let Some(job) = &mut panel.job {
            job.under_way = None;
        }
        if row.run.done() > 0 {
            panel.rows.retain(|other| other.baseline != row.baseline);
            panel.rows.push(row);
        }
    }

    /// Ends the scoring of a panel; says whether this job was it.
    pub(super) fn end_panel(&mut self, job: JobId, end: &JobEnd) -> bool {
        let Some(panel) = self.panel_of(job) else { return false };
        panel.job = None;
        match end {
            JobEnd::Failed(message) => self.notice = Some(Notice::Error(message.clone())),
            JobEnd::Stopped(_) => {
                self.tell("Stopped scoring all series; what is done is kept.".to_owned());
            }
            JobEnd::Finished(_) => {}
        }
        true
    }
}

impl Workbench {
    /// Scores the ticked baselines that are due on all series of the open panel.
    pub(super) fn score_panel(&mut self) {
        let due = self.state.panel_due();
        let running = self.state.panel.as_ref().is_some_and(|panel| panel.job.is_some());
        let Some(document) = self.state.document.as_ref().filter(|_| !running && !due.is_empty())
        else {
            return;
        };
        let (reading, read_by) = (document.data.reading.clone(), document.read_by);
        let places = Arc::clone(&document.data.targets);
        let recipe = self.state.recipe.clone();
        let hold_out = HoldOut::of(&recipe);
        let of = Arc::clone(&places);
        let id = self
            .jobs
            .start("score panel", move |context| score(context, &due, &reading, &of, &recipe));
        let job = Some(PanelJob { id, under_way: None, stopping: false });
        let kept = self.state.panel.take().filter(|panel| panel.is_of(hold_out, &places));
        let rows = kept.map_or_else(Vec::new, |panel| panel.rows);
        self.state.panel = Some(PanelScores { read_by, hold_out, places, rows, job });
    }

    /// Writes the scores of the ticked baselines to a CSV file, in a job.
    pub(super) fn export_scores(&mut self, table: ScoresTable, path: PathBuf) {
        let (Some(document), Some(panel)) = (&self.state.document, &self.state.panel) else {
            return;
        };
        let ticked = &self.state.recipe.baselines.models;
        let is_ticked = |row: &&Arc<PanelRow>| ticked.contains(&row.baseline);
        let rows: Vec<Arc<PanelRow>> = panel.rows.iter().filter(is_ticked).cloned().collect();
        let series = &document.data.reading.panel.series;
        let name =
            |&place: &usize| series.get(place).map_or_else(String::new, |it| it.name.clone());
        let names: Vec<String> = panel.places.iter().map(name).collect();
        let levels = self.state.recipe.baselines.levels.clone();
        self.start_export(path, move |path| write_scores(table, path, &rows, &names, &levels));
    }

    /// Asks the scoring of the panel to stop; what is done by then is kept.
    pub(super) fn stop_panel(&mut self) {
        if let Some(job) = self.state.panel.as_mut().and_then(|panel| panel.job.as_mut()) {
            job.stopping = true;
            self.jobs.stop(job.id);
        }
    }

    /// Stops the scoring and forgets its results.
    pub(super) fn drop_panel(&mut self) {
        self.stop_panel();
        self.state.panel = None;
    }

    /// Forgets the scores of a reading that is no longer open. Another series of the same reading
    /// leaves them.
    pub(super) fn drop_panel_of_before(&mut self) {
        let open = self.state.document.as_ref().map(|document| document.read_by);
        if self.state.panel.as_ref().is_some_and(|panel| open != Some(panel.read_by)) {
            self.drop_panel();
        }
    }
}

/// Scores baselines over the series at these places, on all cores, one baseline after another.
fn score(
    context: &JobContext,
    due: &[Baseline],
    reading: &Reading,
    places: &[usize],
    recipe: &Recipe,
) -> Outcome {
    // Threads of their own: those of the program's other work stay free for it.
    let pool = rayon::ThreadPoolBuilder::new().thread_name(|_| "tidegate-panel".to_owned());
    let pool = pool.build().map_err(|error| {
        format!("the system would not start threads to score all series: {error}; close other programs and try again")
    })?;
    let series: Vec<_> = places.iter().map(|&place| &reading.panel.series[place]).collect();
    let cases = pool.install(|| {
        use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
        let stopped = || context.stop.is_stopped();
        let case = |series: &&_| (!stopped()).then(|| recipe.panel_case(series));
        series.par_iter().map(case).collect::<Option<Vec<PanelCase>>>()
    });
    let Some(cases) = cases else { return Ok(JobEnd::Stopped(None)) };
    let combined = due.iter().any(|baseline| baseline.is_combination());
    let fits: Vec<Fits> = places.iter().map(|_| Fits::default()).collect();
    for &baseline in due {
        if context.stop.is_stopped() {
            return Ok(JobEnd::Stopped(None));
        }
        let model = Model::Baseline(baseline);
        let set_up = |place: usize| {
            let series = series[place];
            if let Some(problem) = recipe.check_parts(series).first() {
                return Err(problem.message.clone());
            }
            let fits = if combined { fits[place].clone() } else { Fits::default() };
            Ok((recipe.forecaster_sharing(model, series, &fits), recipe.split(series)))
        };
        let levels = &recipe.baselines.levels;
        let task = PanelTask { cases: &cases, levels, set_up: &set_up };
        let mut reporter = Reporter::new(context, baseline);
        let mut hear = |progress: &PanelProgress<'_>| reporter.hear(progress);
        let run = pool.install(|| score_panel(&model.to_string(), &task, &mut hear));
        let row = PanelRow { baseline, levels: levels.clone(), run };
        context.send(JobEvent::PanelRow(Arc::new(row)));
    }
    Ok(JobEnd::of(JobOutput::Panel, &context.stop))
}

fn write_scores(
    table: ScoresTable,
    path: &Path,
    rows: &[Arc<PanelRow>],
    names: &[String],
    levels: &[f64],
) -> Result<(), ExportError> {
    match table {
        ScoresTable::Models => {
            let scores: Vec<&PanelScore> = rows.iter().map(|row| &row.run.score).collect();
            write_mean_scores_csv(path, &scores, levels)
        }
        ScoresTable::Series => {
            let mut scored = Vec::new();
            for (place, name) in names.iter().enumerate() {
                for row in rows {
                    let Some(Some(result)) = row.run.series.get(place) else { continue };
                    let result = result.as_ref().map_err(String::as_str);
                    scored.push(SeriesRow { series: name, model: &row.run.score.name, result });
                }
            }
            write_series_scores_csv(path, &scored, levels)
        }
    }
}

/// Tells the window of a model's progress, seldom enough to be read.
struct Reporter<'a> {
    context: &'a JobContext,
    stop: &'a StopToken,
    baseline: Baseline,
    started: Instant,
    reported: Option<Instant>,
}

impl<'a> Reporter<'a> {
    fn new(context: &'a JobContext, baseline: Baseline) -> Self {
        let stop = &context.stop;
        Self { context, stop, baseline, started: Instant::now(), reported: None }
    }

    fn hear(&mut self, progress: &PanelProgress<'_>) -> Flow {
        if self.reported.is_none_or(|last| last.elapsed() >= BETWEEN_REPORTS) {
            self.reported = Some(Instant::now());
            let &PanelProgress { done, of, .. } = progress;
            #[expect(clippy::cast_precision_loss, reason = "counts of series")]
            let (taken, left) = (done.max(1) as f64, of.saturating_sub(done) as f64);
            self.context.send(JobEvent::UnderWay(Box::new(UnderWay {
                baseline: self.baseline,
                done,
                of,
                score: progress.score(),
                seconds_left: self.started.elapsed().as_secs_f64() / taken * left,
            })));
        }
        if self.stop.is_stopped() { Flow::Stop } else { Flow::Continue }
    }
}
