//! Naive: tomorrow is like today (Hyndman and Athanasopoulos 2021, section 5.2).
//!
//! Its errors are those of a random walk: their variance grows by the same amount with every row.

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast, known};
use super::spread::{deviation, deviation_or_size, normal_intervals};
use crate::stats::number;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "naive",
    label: "Naive",
    sentence: "The last value repeats.",
    is_rule: true,
    runs_unasked: true,
    drawn_unasked: false,
    look: BaselineLook { color: 7, marker: 0 },
    members: &[],
    fit: |task| Ok(Arc::new(FittedNaive::fit(task.history)?)),
};

/// Repeats the last known value of `history` over `horizon` rows; `None` where there is none.
pub fn naive(history: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let (_, last) = known(history).next_back()?;
    Some(vec![last; horizon])
}

/// The naive rule with what is known of its errors.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedNaive {
    last: f64,
    /// Missing rows between the last known one and the origin.
    behind: usize,
    /// Standard deviation of one row's step.
    deviation: f64,
    in_sample: InSampleForecast,
}

impl FittedNaive {
    /// Learns the steps of `history` (NaN where missing). A step over several rows counts by its
    /// rows.
    ///
    /// # Errors
    /// Where no value is known.
    pub fn fit(history: &[f64]) -> Result<Self, BaselineError> {
        let (row, last) = known(history)
            .next_back()
            .ok_or_else(|| BaselineError::NoValues { model: NAME.into(), rows: history.len() })?;
        let mut before = f64::NAN;
        let fitted = history.iter().map(|&value| {
            let forecast = before;
            if value.is_finite() {
                before = value;
            }
            forecast
        });
        let in_sample = InSampleForecast::new(history, fitted.collect());
        let deviation = deviation_or_size(deviation(row_steps(history), 0), history);
        Ok(Self { last, behind: history.len() - 1 - row, deviation, in_sample })
    }
}

const NAME: &str = "naive";

/// Steps between neighbouring known values, each divided by the root of the rows it spans.
pub(super) fn row_steps(history: &[f64]) -> impl Iterator<Item = f64> {
    let pairs = known(history).zip(known(history).skip(1));
    pairs.map(|((row, value), (next_row, next))| (next - value) / number(next_row - row).sqrt())
}

impl FittedBaseline for FittedNaive {
    fn description(&self) -> String {
        NAME.to_owned()
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mean = vec![self.last; horizon];
        let deviations: Vec<f64> = (1..=horizon)
            .map(|ahead| self.deviation * number(self.behind + ahead).sqrt())
            .collect();
        let intervals = normal_intervals(&mean, &deviations, levels);
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }
}

#[cfg(test)]
mod tests {
    use super::super::FittedBaseline;
    use super::*;

    #[test]
    fn the_last_known_value_repeats() {
        assert_eq!(naive(&[1.0, 5.0, f64::NAN], 3), Some(vec![5.0; 3]));
        assert_eq!(naive(&[f64::NAN], 3), None);
        assert_eq!(naive(&[], 3), None);
    }

    #[test]
    fn intervals_widen_with_the_root_of_the_rows() {
        let model = FittedNaive::fit(&[1.0, 3.0, 1.0, 3.0, f64::NAN]).unwrap();
        assert_eq!(model.fitted()[1..], [1.0, 3.0, 1.0, 3.0]);
        assert_eq!(model.residuals()[1..4], [2.0, -2.0, 2.0]);
        assert!(model.fitted()[0].is_nan() && model.residuals()[4].is_nan());
        let forecast = model.predict(2, &[0.95]);
        // The missing row at the end is a row ahead too.
        let half = |ahead: f64| 1.959_963_985 * 2.0 * ahead.sqrt();
        assert!((forecast.intervals[0].upper[0] - (3.0 + half(2.0))).abs() < 1e-8);
        assert!((forecast.intervals[0].lower[1] - (3.0 - half(3.0))).abs() < 1e-8);
    }

    #[test]
    fn no_value_is_an_error() {
        assert!(FittedNaive::fit(&[f64::NAN, f64::NAN]).unwrap_err().to_string().contains("naive"));
    }
}
