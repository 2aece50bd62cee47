//! One model over many series: the means of its errors, as forecasting competitions take them
//! (Makridakis et al. 2020).
//!
//! Each series is fitted and forecast by itself, on as many threads as are given. Not for one series
//! looked at closely (`report`).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::{IntervalScore, Metrics, mean};
use crate::forecast::{Flow, ForecastError, Forecaster};
use crate::series::Series;
use crate::window::Split;

/// A series and what came after it.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelCase {
    /// All that a model may see.
    pub history: Series,
    /// The values after it, NaN where missing; their number is the horizon.
    pub actual: Vec<f64>,
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
    /// Mean wall time of fitting and forecasting one series, in milliseconds.
    pub ms_per_series: f64,
    /// Means over the series of coverage and interval score, one a level.
    pub intervals: Vec<IntervalScore>,
}

/// Sets a model up for a history and a horizon, with the parts that it may learn from.
pub type SetUp<'a> = dyn Fn(&Series, usize) -> (Box<dyn Forecaster>, Split) + Sync + 'a;

/// How a panel is scored.
pub struct PanelTask<'a> {
    /// The series.
    pub cases: &'a [PanelCase],
    /// Rows in one season, that errors are scaled by.
    pub season_length: usize,
    /// Levels of the intervals, 0 to 1.
    pub levels: &'a [f64],
    /// Sets the model up for a history and a horizon.
    pub forecaster: &'a SetUp<'a>,
    /// Hears how many series are done; may end the run.
    pub on_series: &'a (dyn Fn(usize) -> Flow + Sync),
}

struct CaseScore {
    metrics: Option<Metrics>,
    intervals: Vec<IntervalScore>,
    seconds: f64,
}

/// Scores one model on the threads of the present pool; `None` where it was stopped.
pub fn score_panel(name: &str, task: &PanelTask<'_>) -> Option<PanelScore> {
    let (done, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let scores: Vec<Option<Result<CaseScore, String>>> = task
        .cases
        .par_iter()
        .map(|case| {
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let score = score_case(case, task).map_err(|error| error.to_string());
            let count = done.fetch_add(1, Ordering::Relaxed) + 1;
            if (task.on_series)(count) == Flow::Stop {
                stopped.store(true, Ordering::Relaxed);
            }
            Some(score)
        })
        .collect();
    let scores: Option<Vec<_>> = scores.into_iter().collect();
    Some(summary(name, task, &scores?))
}

fn score_case(case: &PanelCase, task: &PanelTask<'_>) -> Result<CaseScore, ForecastError> {
    let horizon = case.actual.len();
    let (forecaster, split) = (task.forecaster)(&case.history, horizon);
    let started = Instant::now();
    let fitted = forecaster.fit(&case.history, &split, &mut |_| Flow::Continue)?;
    let outlook = fitted.outlook(&case.history.values, horizon, task.levels)?;
    let seconds = started.elapsed().as_secs_f64();
    let pairs = case.actual.iter().copied().zip(outlook.mean.iter().copied());
    let intervals = outlook.intervals.iter();
    Ok(CaseScore {
        metrics: Metrics::score(pairs, &case.history.values, task.season_length),
        intervals: intervals.filter_map(|level| IntervalScore::of(level, &case.actual)).collect(),
        seconds,
    })
}

fn summary(name: &str, task: &PanelTask<'_>, scores: &[Result<CaseScore, String>]) -> PanelScore {
    let scored = || scores.iter().flatten();
    let failures = task.cases.iter().zip(scores);
    let mut failures = failures.filter_map(|(case, score)| Some((case, score.as_ref().err()?)));
    let level = |level: f64| {
        let of_level = || {
            let all = scored().flat_map(|score| &score.intervals);
            all.filter(move |score| score.level.total_cmp(&level).is_eq())
        };
        Some(IntervalScore {
            level,
            coverage: mean(of_level().map(|score| score.coverage))?,
            score: mean(of_level().map(|score| score.score))?,
        })
    };
    let metrics = || scored().filter_map(|score| score.metrics);
    PanelScore {
        name: name.to_owned(),
        series: scored().count(),
        failed: scores.len() - scored().count(),
        first_failure: failures.next().map(|(case, why)| (case.history.name.clone(), why.clone())),
        smape: mean(metrics().map(|metrics| metrics.smape)),
        mase: mean(metrics().filter_map(|metrics| metrics.mase)),
        ms_per_series: mean(scored().map(|score| 1e3 * score.seconds)).unwrap_or_default(),
        intervals: task.levels.iter().filter_map(|&wanted| level(wanted)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Fitted, Outlook};
    use crate::series::TimeAxis;

    /// Repeats the last value and fails where there is none.
    struct Last;

    impl Forecaster for Last {
        fn name(&self) -> &'static str {
            "last"
        }

        fn fit(
            &self,
            series: &Series,
            _: &Split,
            _: &mut dyn FnMut(crate::forecast::FitEvent) -> Flow,
        ) -> Result<Box<dyn Fitted>, ForecastError> {
            if series.is_empty() { Err(ForecastError::StoppedEarly) } else { Ok(Box::new(Self)) }
        }
    }

    impl Fitted for Last {
        fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
            Ok(vec![*history.last().unwrap(); horizon])
        }

        fn outlook(
            &self,
            history: &[f64],
            horizon: usize,
            levels: &[f64],
        ) -> Result<Outlook, ForecastError> {
            let mean = self.forecast(history, horizon)?;
            let around = |by: f64| mean.iter().map(|value| value + by).collect();
            let interval = |&level| crate::forecast::Interval {
                level,
                lower: around(-1.0),
                upper: around(1.0),
            };
            Ok(Outlook {
                intervals: levels.iter().map(interval).collect(),
                mean,
                members: Vec::new(),
                fit: None,
            })
        }

        fn parameters(&self) -> usize {
            0
        }
    }

    fn case(history: &[f64], actual: &[f64]) -> PanelCase {
        let history = Series::new("s", TimeAxis::row_numbers(), history.to_vec());
        PanelCase { history, actual: actual.to_vec() }
    }

    fn score(
        cases: &[PanelCase],
        on_series: &(dyn Fn(usize) -> Flow + Sync),
    ) -> Option<PanelScore> {
        let forecaster = |series: &Series, _| {
            let config =
                crate::window::WindowConfig { lookback: 1, horizon: 1, validation: 0, test: 0 };
            (Box::new(Last) as Box<dyn Forecaster>, Split::new(series.len(), &config))
        };
        let task = PanelTask {
            cases,
            season_length: 1,
            levels: &[0.9],
            forecaster: &forecaster,
            on_series,
        };
        score_panel("last", &task)
    }

    #[test]
    fn errors_are_means_over_series_and_failures_are_counted() {
        let cases = [
            case(&[1.0, 3.0], &[4.0, f64::NAN]),
            case(&[], &[1.0]),
            case(&[2.0, 3.0, 2.0], &[5.0]),
        ];
        let score = score(&cases, &|_| Flow::Continue).unwrap();
        assert_eq!((score.series, score.failed), (2, 1));
        assert_eq!(score.first_failure.unwrap().0, "s");
        // Misses of 1 and 3 over in-sample steps of 2 and 1.
        assert!((score.mase.unwrap() - f64::midpoint(0.5, 3.0)).abs() < 1e-12);
        assert!((score.intervals[0].coverage - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_stopped_run_has_no_score() {
        let cases = vec![case(&[1.0, 2.0], &[3.0]); 50];
        assert_eq!(score(&cases, &|_| Flow::Stop), None);
    }
}
