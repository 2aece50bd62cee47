//! Baselines in a thread: of the open series, and over all series of a panel; and their scores written.
//!
//! What has come of baselines over all series of a panel, and what the jobs of scoring report.
//!
//! Not for the series that is open, whose baselines are runs of their own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::jobs::{JobContext, JobEnd, JobId, Outcome, Report, StopToken};
use crate::baseline::Baseline;
use crate::evaluate::{
    ModelReport, PanelCase, PanelProgress, PanelRun, PanelScore, PanelTask, ScoringTask,
    score_panel,
};
use crate::forecast::{Fits, Flow, ModelChoice};
use crate::import::Reading;
use crate::project::Recipe;
use crate::report::{ExportError, SeriesRow, mean_scores_table, series_scores_table, write_table};
use crate::series::DatasetSeries;

/// Means on the way are sent no more often than this: numbers that flicker cannot be read.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// What the scoring is given: its channel.
type PanelContext = JobContext<PanelEvent>;

/// Scores baselines over the series at these places, on all cores, one baseline after another.
pub(super) fn score_panel_of(
    context: &PanelContext,
    due: &[Baseline],
    reading: &Reading,
    places: &[usize],
    recipe: &Recipe,
) -> Outcome<()> {
    // Threads of their own: those of the program's other work stay free for it.
    let pool = rayon::ThreadPoolBuilder::new().thread_name(|_| "tidegate-panel".to_owned());
    let pool = pool.build().map_err(|error| {
        format!("the system would not start threads to score all series: {error}; close other programs and try again")
    })?;
    let series: Vec<_> = places.iter().map(|&place| reading.dataset_series(place)).collect();
    let cases = pool.install(|| {
        use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
        let stopped = || context.stop.is_stopped();
        let case = |series: &DatasetSeries| (!stopped()).then(|| recipe.panel_case(series));
        series.par_iter().map(case).collect::<Option<Vec<PanelCase>>>()
    });
    let Some(cases) = cases else { return Ok(JobEnd::Stopped(None)) };
    let combined = due.iter().any(|baseline| baseline.is_combination());
    let fits: Vec<Fits> = places.iter().map(|_| Fits::default()).collect();
    for &baseline in due {
        if context.stop.is_stopped() {
            return Ok(JobEnd::Stopped(None));
        }
        let model = ModelChoice::Baseline(baseline);
        let set_up = |place: usize| {
            let series = &series[place].target;
            if let Some(problem) = recipe.check_parts(series).first() {
                return Err(problem.message.clone());
            }
            let fits = if combined { fits[place].clone() } else { Fits::default() };
            Ok((recipe.forecaster_sharing(model, series, &fits), recipe.split(series)))
        };
        let levels = &recipe.baselines.levels;
        let task = PanelTask { cases: &cases, levels, set_up: &set_up };
        let mut reporter = PanelReporter::new(context, baseline);
        let mut hear = |progress: &PanelProgress<'_>| reporter.hear(progress);
        let run = pool.install(|| score_panel(&model.to_string(), &task, &mut hear));
        let row = PanelRow { baseline, levels: levels.clone(), run };
        context.send(PanelEvent::Row(Arc::new(row)));
    }
    Ok(JobEnd::of((), &context.stop))
}

/// Writes a table of scores to a file, in the format that its name ends like.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn write_scores(
    table: ScoresTable,
    path: &Path,
    rows: &[Arc<PanelRow>],
    names: &[String],
    levels: &[f64],
) -> Result<(), ExportError> {
    match table {
        ScoresTable::Models => {
            let scores: Vec<&PanelScore> = rows.iter().map(|row| &row.run.score).collect();
            write_table(path, &mean_scores_table(&scores, levels))
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
            write_table(path, &series_scores_table(&scored, levels))
        }
    }
}

/// Reports a model's progress to the window, seldom enough to be read.
struct PanelReporter<'a> {
    context: &'a PanelContext,
    stop: &'a StopToken,
    baseline: Baseline,
    started: Instant,
    reported: Option<Instant>,
}

impl<'a> PanelReporter<'a> {
    fn new(context: &'a PanelContext, baseline: Baseline) -> Self {
        let stop = &context.stop;
        Self { context, stop, baseline, started: Instant::now(), reported: None }
    }

    fn hear(&mut self, progress: &PanelProgress<'_>) -> Flow {
        if self.reported.is_none_or(|last| last.elapsed() >= BETWEEN_REPORTS) {
            self.reported = Some(Instant::now());
            let &PanelProgress { done, of, .. } = progress;
            #[expect(clippy::cast_precision_loss, reason = "counts of series")]
            let (taken, left) = (done.max(1) as f64, of.saturating_sub(done) as f64);
            self.context.send(PanelEvent::UnderWay(Box::new(UnderWay {
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

/// Runs baselines, the cheapest first, each reported as soon as it is there. One
/// that cannot be fitted does not keep the others.
pub(super) fn score_baselines(
    context: &JobContext<BaselineEvent>,
    mut baselines: Vec<Baseline>,
    series: &DatasetSeries,
    recipe: &Recipe,
    task: &ScoringTask,
) -> JobEnd<()> {
    baselines.sort_by_key(|baseline| baseline.cost());
    // The cheapest come first, so a combination finds its members fitted.
    let fits = Fits::default();
    for model in baselines.into_iter().map(ModelChoice::Baseline) {
        if context.stop.is_stopped() {
            return JobEnd::Stopped(None);
        }
        let forecaster = recipe.forecaster_sharing(model, &series.target, &fits);
        context.send(
            match ModelReport::make(&*forecaster, series, task, &mut |_| Flow::Continue) {
                Ok(report) => BaselineEvent::Scored(Box::new(report)),
                Err(error) => BaselineEvent::Unfitted(model, error.to_string()),
            },
        );
    }
    JobEnd::Finished(())
}

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
    pub(super) fn is_of(&self, hold_out: HoldOut, places: &[usize]) -> bool {
        self.hold_out == hold_out && *self.places == *places
    }

    /// Puts a model's scores in the place of earlier ones. One that was stopped before any series was
    /// done leaves them.
    pub(super) fn take_row(&mut self, row: Arc<PanelRow>) {
        if let Some(job) = &mut self.job {
            job.under_way = None;
        }
        if row.run.done() > 0 {
            self.rows.retain(|other| other.baseline != row.baseline);
            self.rows.push(row);
        }
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
    pub const fn of(recipe: &Recipe) -> Self {
        let (window, season_length) = (&recipe.window, recipe.baselines.season_length);
        Self { horizon: window.horizon, test: window.test, season_length }
    }
}

/// A panel being scored.
#[derive(Debug)]
pub struct PanelJob {
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
    pub of: usize,
    /// Means over those that are done.
    pub score: PanelScore,
    /// Estimate for the rest of this model.
    pub seconds_left: f64,
}

/// A message of a job that scores baselines, by the kind of the job.
#[derive(Debug)]
pub enum ScoresMessage {
    /// The baselines of the open series.
    Baselines(JobId, Report<BaselineEvent, ()>),
    /// Baselines over all series of a panel.
    Panel(JobId, Report<PanelEvent, ()>),
}

/// What comes of the baselines of the open series.
#[derive(Debug)]
pub enum BaselineEvent {
    /// One has been fitted and scored.
    Scored(Box<ModelReport>),
    /// One could not be fitted; the message says why.
    Unfitted(ModelChoice, String),
}

/// What comes of baselines over a panel.
#[derive(Debug)]
pub enum PanelEvent {
    /// One has come so far through the series.
    UnderWay(Box<UnderWay>),
    /// One has been scored.
    Row(Arc<PanelRow>),
}

/// What a message changed for others.
#[derive(Debug)]
pub enum ScoresNews {
    Nothing,
    /// A baseline of the open series has been scored.
    Scored(Box<ModelReport>),
    /// All of them have been.
    AllScored,
}

/// A table of a panel's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoresTable {
    /// Means over the series, a row a model.
    Models,
    /// Error by error, a row a series and model.
    Series,
}
