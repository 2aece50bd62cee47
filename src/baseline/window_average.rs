//! Window average: the future is like the average of the last few rows.
//!
//! The rule is no model of how values arise, so its intervals are learned from its own errors: it is
//! applied at past rows, and what it missed by is kept for each number of rows ahead (Hyndman and
//! Athanasopoulos 2021, section 5.10).

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast, known};
use super::naive::row_steps;
use super::spread::{deviation, deviation_or_size, normal_intervals};
use crate::stats::number;

/// Past origins looked at, the newest.
const MOST_ORIGINS: usize = 500;
/// Fewer errors than this tell no deviation of their own.
const FEWEST_ERRORS: usize = 8;

/// Rows that it looks back where there is no season.
const ROWS_WITHOUT_SEASON: usize = 10;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "window-average",
    label: "Window average",
    sentence: "The mean of the last season, or of the last rows.",
    is_rule: true,
    runs_unasked: false,
    drawn_unasked: false,
    look: BaselineLook { color: 8, marker: 1 },
    members: &[],
    fit: |task| {
        let season_length = task.season_length();
        let window = if season_length > 1 { season_length } else { ROWS_WITHOUT_SEASON };
        Ok(Arc::new(FittedWindowAverage::fit(task.history, window)?))
    },
};

/// The average of the last known values of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedWindowAverage {
    window: usize,
    mean: f64,
    history: Vec<f64>,
    in_sample: InSampleForecast,
}

impl FittedWindowAverage {
    /// Averages the last `window` known values of `history` (NaN where missing); fewer where it
    /// has not as many.
    ///
    /// # Errors
    /// Where no value is known, or the window is empty.
    pub fn fit(history: &[f64], window: usize) -> Result<Self, BaselineError> {
        if window == 0 {
            return Err(BaselineError::Unsuitable {
                model: NAME.into(),
                rows: history.len(),
                found: "its window holds no row".into(),
                fix: "use a window of 1 or more".into(),
            });
        }
        let values: Vec<f64> = known(history).map(|(_, value)| value).collect();
        if values.is_empty() {
            return Err(BaselineError::NoValues { model: NAME.into(), rows: history.len() });
        }
        let average = |count: usize| {
            let latest = &values[count.saturating_sub(window)..count];
            latest.iter().map(|value| value / number(latest.len())).sum::<f64>()
        };
        let mut count = 0;
        let fitted = history.iter().map(|value| {
            let forecast = if count == 0 { f64::NAN } else { average(count) };
            count += usize::from(value.is_finite());
            forecast
        });
        let in_sample = InSampleForecast::new(history, fitted.collect());
        Ok(Self { window, mean: average(values.len()), history: history.to_vec(), in_sample })
    }

    /// Standard deviation of what the rule missed by, one a row ahead and never falling; rows too
    /// far ahead to have been seen have that of the last one seen.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let rows = self.history.len();
        let first = rows.saturating_sub(MOST_ORIGINS + horizon);
        let errors_ahead = |ahead: usize| {
            // The one-step forecast of a row is the forecast of every row after its origin.
            (first..rows.saturating_sub(ahead - 1))
                .map(move |row| self.history[row + ahead - 1] - self.in_sample.fitted[row])
                .filter(|error| error.is_finite())
        };
        let one_step =
            deviation(errors_ahead(1), 0).or_else(|| deviation(row_steps(&self.history), 0));
        let mut largest = deviation_or_size(one_step, &self.history);
        (1..=horizon)
            .map(|ahead| {
                if errors_ahead(ahead).nth(FEWEST_ERRORS - 1).is_some() {
                    largest = deviation(errors_ahead(ahead), 0).unwrap_or(largest).max(largest);
                }
                largest
            })
            .collect()
    }
}

const NAME: &str = "window average";

impl FittedBaseline for FittedWindowAverage {
    fn description(&self) -> String {
        format!("window average [{}]", self.window)
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mean = vec![self.mean; horizon];
        let intervals = normal_intervals(&mean, &self.deviations(horizon), levels);
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn parameters(&self) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::super::FittedBaseline;
    use super::*;

    #[test]
    fn the_last_values_are_averaged() {
        let model = FittedWindowAverage::fit(&[9.0, 1.0, f64::NAN, 3.0], 2).unwrap();
        assert_eq!(model.predict(2, &[]).mean, [2.0, 2.0]);
        assert_eq!(model.fitted()[1..], [9.0, 5.0, 5.0]);
        assert_eq!(FittedWindowAverage::fit(&[4.0], 7).unwrap().predict(1, &[]).mean, [4.0]);
        assert!(FittedWindowAverage::fit(&[4.0], 0).is_err());
        assert!(FittedWindowAverage::fit(&[f64::NAN], 1).is_err());
    }

    #[test]
    fn intervals_are_as_wide_as_past_errors_at_each_distance() {
        // On a line with slope 1 the average of two rows misses by half a row more than it is ahead.
        let line: Vec<f64> = (0..50).map(f64::from).collect();
        let model = FittedWindowAverage::fit(&line, 2).unwrap();
        let forecast = model.predict(3, &[0.95]);
        let upper = &forecast.intervals[0].upper;
        let half = |missed: f64| 1.959_963_985 * missed;
        // The second row has only one row before it: misses by 1 there.
        assert!((upper[2] - (48.5 + half(3.5))).abs() < 0.1, "{upper:?}");
        assert!((upper[0] - (48.5 + half(1.5))).abs() < 0.1, "{upper:?}");
    }
}
