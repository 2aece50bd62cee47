//! Baselines in a thread: of the open series, and over all series of a panel; and their scores written.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::panel::{BaselineEvent, PanelEvent, PanelRow, ScoresTable, UnderWay};
use crate::app::jobs::{JobContext, JobEnd, Outcome, StopToken};
use crate::baseline::Baseline;
use crate::evaluate::{
    ModelReport, PanelCase, PanelProgress, PanelScore, PanelTask, ScoringTask, score_panel,
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
