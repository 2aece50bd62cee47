//! One model over many series, each fitted and forecast by itself, on as many threads as the pool has;
//! and the means of its errors.
//!
//! Not for one series looked at closely (`report`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::report::guarded;
use super::{IntervalScore, Metrics};
use crate::cancellation::Cancellation;
use crate::forecast::{Context, Flow, Model, Request, TrainingSet};
use crate::series::DatasetSeries;
use crate::window::Split;

/// A series and what came after it.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelCase {
    /// All that a model may see: its target ends before the values that are scored.
    pub history: Arc<DatasetSeries>,
    /// The values after it, NaN where missing; their number is the horizon.
    pub actual: Vec<f64>,
    /// Rows in one season, that errors are scaled by.
    pub season_length: usize,
}

/// Sets a model up for the case at a place, with the parts that it may learn from; or says why it
/// cannot be.
pub type SetUp<'a> = dyn Fn(usize) -> Result<(Box<dyn Model>, Split), String> + Sync + 'a;

/// How a panel is scored.
pub struct PanelTask<'a> {
    /// The series.
    pub cases: &'a [PanelCase],
    /// Levels of the intervals, 0 to 1.
    pub levels: &'a [f64],
    /// Sets the model up.
    pub set_up: &'a SetUp<'a>,
}

/// How far a panel has come; reported after each series, in the order in which they are done.
#[derive(Debug)]
pub struct PanelProgress<'a> {
    /// Series that are done.
    pub done: usize,
    pub of: usize,
    sums: &'a ScoreSums,
}

impl PanelProgress<'_> {
    /// The means over the series that are done.
    pub fn score(&self) -> PanelScore {
        self.sums.score()
    }
}

/// Gets how far a panel has come; may end the run.
pub type OnPanelProgress<'a> = dyn FnMut(&PanelProgress<'_>) -> Flow + Send + 'a;

/// What came of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelRun {
    /// Means over the series that are done.
    pub score: PanelScore,
    /// How each came out or why it could not be forecast, in the order of the cases; `None` where a
    /// stop came first.
    pub series: Vec<Option<Result<SeriesScore, String>>>,
}

impl PanelRun {
    /// Series that are done.
    pub const fn done(&self) -> usize {
        self.score.series + self.score.failed
    }

    /// Whether a stop left series out.
    pub const fn is_cut_short(&self) -> bool {
        self.done() < self.series.len()
    }
}

/// Scores one model on the threads of the present pool. A stop takes effect between two series of a
/// thread; what is done by then is kept.
pub fn score_panel(
    name: &str,
    task: &PanelTask<'_>,
    on_progress: &mut OnPanelProgress<'_>,
) -> PanelRun {
    let stopped = AtomicBool::new(false);
    let listener = Mutex::new((ScoreSums::new(name, task.levels), on_progress));
    let tell = |case: &PanelCase, result: &Result<SeriesScore, String>| {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        let (sums, on_progress) = &mut *listener;
        sums.add(&case.history.target.name, result);
        let progress = PanelProgress { done: sums.done(), of: task.cases.len(), sums };
        if on_progress(&progress) == Flow::Stop {
            stopped.store(true, Ordering::Relaxed);
        }
    };
    let one = |(place, case): (usize, &PanelCase)| {
        if stopped.load(Ordering::Relaxed) {
            return None;
        }
        let result = score_case(place, case, task);
        tell(case, &result);
        Some(result)
    };
    let series: Vec<Option<_>> = task.cases.par_iter().enumerate().map(one).collect();
    // Added up again in the order of the cases, so that the threads do not show in the last digit.
    let mut sums = ScoreSums::new(name, task.levels);
    for (case, result) in task.cases.iter().zip(&series) {
        if let Some(result) = result {
            sums.add(&case.history.target.name, result);
        }
    }
    PanelRun { score: sums.score(), series }
}

fn score_case(place: usize, case: &PanelCase, task: &PanelTask<'_>) -> Result<SeriesScore, String> {
    let horizon = case.actual.len();
    let (forecaster, split) = (task.set_up)(place)?;
    let (started, never) = (Instant::now(), Cancellation::never());
    let history = &case.history.target.values;
    let prediction = guarded(&*forecaster, || {
        let training = TrainingSet::of(&case.history, &split, horizon);
        let fitted = forecaster.fit(&training, &never, &mut |_| Flow::Continue)?;
        let context = Context::new(&case.history, history.len(), horizon);
        fitted.predict(&context, &Request { horizon, levels: task.levels })
    });
    let prediction = prediction.map_err(|error| error.to_string())?;
    let seconds = started.elapsed().as_secs_f64() + prediction.seconds_before();
    let pairs = case.actual.iter().copied().zip(prediction.mean.iter().copied());
    let metrics = Metrics::score(pairs, history, case.season_length);
    let intervals = prediction.intervals.iter();
    Ok(SeriesScore {
        metrics: metrics.ok_or_else(|| {
            let is_scored = case.actual.iter().any(|value| value.is_finite());
            if is_scored {
                "its errors are too large for a number"
            } else {
                "all of its held-out values are missing: nothing to score"
            }
        })?,
        intervals: intervals.filter_map(|level| IntervalScore::of(level, &case.actual)).collect(),
        seconds,
    })
}

/// What a model did on one series of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesScore {
    /// Its errors on the held-out rows.
    pub metrics: Metrics,
    /// How its intervals did there, one a level.
    pub intervals: Vec<IntervalScore>,
    /// Wall time of fitting and forecasting, in seconds.
    pub seconds: f64,
}

/// What a model did over all series.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelScore {
    /// The model's name.
    pub name: String,
    /// Series that were forecast.
    pub series: usize,
    /// Series that could not be.
    pub failed: usize,
    /// The first of those, in the order of the panel, and why.
    pub first_failure: Option<(String, String)>,
    /// Mean over the series of the symmetric percentage error, 0 to 200.
    pub smape: Option<f64>,
    /// Mean over the series that have one of the scaled error.
    pub mase: Option<f64>,
    /// Mean wall time of fitting and forecasting one series, in milliseconds; what another model of
    /// the same run had fitted of it is counted in.
    pub ms_per_series: f64,
    /// Means over the series of coverage and interval score, one a level.
    pub intervals: Vec<IntervalScore>,
}

impl PanelScore {
    /// How the intervals of a level did, where the model gives any.
    pub fn interval(&self, level: f64) -> Option<&IntervalScore> {
        self.intervals.iter().find(|score| score.level.total_cmp(&level).is_eq())
    }
}

/// A mean that grows.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    count: f64,
    sum: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
    }

    fn value(self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count).filter(|mean| mean.is_finite())
    }
}

/// Sums from which a score is made at any time.
#[derive(Debug, Clone)]
pub(super) struct ScoreSums {
    name: String,
    failed: usize,
    series: usize,
    first_failure: Option<(String, String)>,
    smape: Mean,
    mase: Mean,
    seconds: Mean,
    levels: Vec<(f64, Mean, Mean)>,
}

impl ScoreSums {
    pub(super) fn new(name: &str, levels: &[f64]) -> Self {
        let level = |&level: &f64| (level, Mean::default(), Mean::default());
        Self {
            name: name.to_owned(),
            failed: 0,
            series: 0,
            first_failure: None,
            smape: Mean::default(),
            mase: Mean::default(),
            seconds: Mean::default(),
            levels: levels.iter().map(level).collect(),
        }
    }

    /// Takes in how the series of this name came out.
    pub(super) fn add(&mut self, series: &str, result: &Result<SeriesScore, String>) {
        let score = match result {
            Ok(score) => score,
            Err(why) => {
                self.failed += 1;
                self.first_failure.get_or_insert_with(|| (series.to_owned(), why.clone()));
                return;
            }
        };
        self.series += 1;
        self.smape.add(score.metrics.smape);
        if let Some(mase) = score.metrics.mase {
            self.mase.add(mase);
        }
        self.seconds.add(score.seconds);
        for interval in &score.intervals {
            let mut levels = self.levels.iter_mut();
            if let Some((_, coverage, of_score)) =
                levels.find(|(level, ..)| level.total_cmp(&interval.level).is_eq())
            {
                coverage.add(interval.coverage);
                of_score.add(interval.score);
            }
        }
    }

    /// Series taken in.
    pub(super) const fn done(&self) -> usize {
        self.series + self.failed
    }

    pub(super) fn score(&self) -> PanelScore {
        let level = |&(level, coverage, score): &(f64, Mean, Mean)| {
            Some(IntervalScore { level, coverage: coverage.value()?, score: score.value()? })
        };
        PanelScore {
            name: self.name.clone(),
            series: self.series,
            failed: self.failed,
            first_failure: self.first_failure.clone(),
            smape: self.smape.value(),
            mase: self.mase.value(),
            ms_per_series: 1e3 * self.seconds.value().unwrap_or_default(),
            intervals: self.levels.iter().filter_map(level).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Fitted, ForecastError, Observer, Prediction};
    use crate::series::{Series, TimeAxis};

    /// Repeats the last value and fails where there is none.
    struct Last;

    impl Model for Last {
        fn name(&self) -> &'static str {
            "last"
        }

        fn fit(
            &self,
            training: &TrainingSet,
            _: &Cancellation<'_>,
            _: &mut Observer<'_>,
        ) -> Result<Box<dyn Fitted>, ForecastError> {
            let is_empty = training.only()?.context.target().is_empty();
            if is_empty { Err(ForecastError::StoppedEarly) } else { Ok(Box::new(Self)) }
        }
    }

    impl Fitted for Last {
        fn predict(
            &self,
            context: &Context,
            request: &Request<'_>,
        ) -> Result<Prediction, ForecastError> {
            let mean = vec![*context.target().last().unwrap(); request.horizon];
            let around = |by: f64| mean.iter().map(|value| value + by).collect();
            let interval = |&level| crate::forecast::Interval {
                level,
                lower: around(-1.0),
                upper: around(1.0),
            };
            let intervals = request.levels.iter().map(interval).collect();
            Ok(Prediction { mean, intervals, ..Prediction::default() })
        }

        fn parameters(&self) -> usize {
            0
        }
    }

    fn case(history: &[f64], actual: &[f64]) -> PanelCase {
        let history = Series::new("s", TimeAxis::row_numbers(), history.to_vec());
        PanelCase { history: Arc::new(history.into()), actual: actual.to_vec(), season_length: 1 }
    }

    fn run(cases: &[PanelCase], on_progress: &mut OnPanelProgress<'_>) -> PanelRun {
        let set_up = |place: usize| {
            let config =
                crate::window::WindowConfig { lookback: 1, horizon: 1, validation: 0, test: 0 };
            let split = Split::new(cases[place].history.target.len(), &config);
            Ok((Box::new(Last) as Box<dyn Model>, split))
        };
        score_panel("last", &PanelTask { cases, levels: &[0.9], set_up: &set_up }, on_progress)
    }

    #[test]
    fn errors_are_means_over_series_and_failures_are_counted() {
        let cases = [
            case(&[1.0, 3.0], &[4.0, f64::NAN]),
            case(&[], &[1.0]),
            case(&[2.0, 3.0, 2.0], &[5.0]),
            case(&[2.0, 3.0], &[f64::NAN]),
        ];
        let run = run(&cases, &mut |_| Flow::Continue);
        let score = &run.score;
        assert_eq!((score.series, score.failed, run.is_cut_short()), (2, 2, false));
        assert_eq!(score.first_failure.as_ref().unwrap().0, "s");
        // Misses of 1 and 3 over in-sample steps of 2 and 1.
        assert!((score.mase.unwrap() - f64::midpoint(0.5, 3.0)).abs() < 1e-12);
        assert!((score.intervals[0].coverage - 0.5).abs() < 1e-12);
        let mase =
            |place: usize| run.series[place].as_ref().unwrap().as_ref().unwrap().metrics.mase;
        assert_eq!((mase(0), mase(2)), (Some(0.5), Some(3.0)));
        let why = run.series[3].as_ref().unwrap().as_ref().unwrap_err();
        assert!(why.contains("missing"), "{why}");
    }

    #[test]
    fn progress_counts_every_series_once_and_tells_the_means_so_far() {
        let cases = vec![case(&[1.0, 2.0], &[3.0]); 40];
        let mut heard = Vec::new();
        let run = run(&cases, &mut |progress| {
            heard.push((progress.done, progress.of, progress.score().mase));
            Flow::Continue
        });
        let counts: Vec<usize> = heard.iter().map(|(done, ..)| *done).collect();
        assert_eq!(counts, (1..=40).collect::<Vec<_>>());
        assert!(heard.iter().all(|&(_, of, mase)| of == 40 && mase == Some(1.0)));
        assert_eq!(run.score.mase, Some(1.0));
    }

    #[test]
    fn a_stopped_run_keeps_what_is_done() {
        let cases = vec![case(&[1.0, 2.0], &[3.0]); 500];
        let run = run(&cases, &mut |progress| {
            if progress.done < 5 { Flow::Continue } else { Flow::Stop }
        });
        assert!(run.is_cut_short() && run.done() >= 5, "{} of 500", run.done());
        assert_eq!(run.series.iter().flatten().count(), run.done());
        assert_eq!(run.score.mase, Some(1.0));
    }
}
