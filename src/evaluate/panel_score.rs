//! Means of one model's errors over many series, as forecasting competitions take them (Makridakis
//! et al. 2020).
//!
//! Not for making the forecasts (`panel`), nor for one series looked at closely (`report`).

use super::{IntervalScore, Metrics};

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
pub(super) struct Sums {
    name: String,
    failed: usize,
    series: usize,
    first_failure: Option<(String, String)>,
    smape: Mean,
    mase: Mean,
    seconds: Mean,
    levels: Vec<(f64, Mean, Mean)>,
}

impl Sums {
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
