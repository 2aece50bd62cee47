//! Drift: the straight line through the first and the last value goes on (Hyndman and
//! Athanasopoulos 2021, section 5.2).
//!
//! Its errors are those of a random walk around that line, whose slope is itself uncertain.

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast, known};
use super::spread::{deviation, deviation_or_size, normal_intervals};
use crate::stats::number;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "drift",
    label: "Drift",
    sentence: "The straight line through the first and last value goes on.",
    is_rule: true,
    runs_unasked: true,
    drawn_unasked: false,
    look: BaselineLook { color: 8, marker: 0 },
    members: &[],
    fit: |task| Ok(Arc::new(FittedDrift::fit(task.history)?)),
};

/// Extends the line from the first to the last known value of `history` over `horizon` rows; one
/// known value gives a flat line, none gives `None`.
pub fn drift(history: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let line = Line::through(history)?;
    Some((1..=horizon).map(|ahead| line.ahead(ahead)).collect())
}

/// The line from the first to the last known value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    slope: f64,
    last: f64,
    /// Rows from the first to the last known value.
    span: usize,
    /// Missing rows between the last known one and the origin: passed over on the line.
    behind: usize,
}

impl Line {
    fn through(history: &[f64]) -> Option<Self> {
        let (first_row, first) = known(history).next()?;
        let (last_row, last) = known(history).next_back()?;
        let span = last_row - first_row;
        let slope = if span > 0 { (last - first) / number(span) } else { 0.0 };
        Some(Self { slope, last, span, behind: history.len() - 1 - last_row })
    }

    fn ahead(&self, ahead: usize) -> f64 {
        self.last + self.slope * number(self.behind + ahead)
    }
}

/// The drift rule with what is known of its errors.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedDrift {
    line: Line,
    /// Standard deviation of one row's step around the slope.
    deviation: f64,
    in_sample: InSampleForecast,
}

impl FittedDrift {
    /// Learns the line of `history` (NaN where missing). Its slope, taken from the whole history,
    /// is used in the one-step forecasts too, as in R's `rwf`.
    ///
    /// # Errors
    /// Where no value is known.
    pub fn fit(history: &[f64]) -> Result<Self, BaselineError> {
        let line = Line::through(history)
            .ok_or_else(|| BaselineError::NoValues { model: NAME.into(), rows: history.len() })?;
        let mut before: Option<(usize, f64)> = None;
        let (mut fitted, mut steps) = (Vec::with_capacity(history.len()), Vec::new());
        for (row, &value) in history.iter().enumerate() {
            let step = before.map(|(row_before, value)| (number(row - row_before), value));
            let forecast = step.map_or(f64::NAN, |(rows, value)| value + line.slope * rows);
            fitted.push(forecast);
            if value.is_finite() {
                steps.extend(step.map(|(rows, _)| (value - forecast) / rows.sqrt()));
                before = Some((row, value));
            }
        }
        let deviation = deviation_or_size(deviation(steps.into_iter(), 1), history);
        Ok(Self { line, deviation, in_sample: InSampleForecast::new(history, fitted) })
    }
}

const NAME: &str = "drift";

impl FittedBaseline for FittedDrift {
    fn description(&self) -> String {
        NAME.to_owned()
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mean: Vec<f64> = (1..=horizon).map(|ahead| self.line.ahead(ahead)).collect();
        let deviations: Vec<f64> = (1..=horizon)
            .map(|ahead| {
                let rows = number(self.line.behind + ahead);
                // The second term is the uncertainty of the slope.
                self.deviation * (rows * (1.0 + rows / number(self.line.span.max(1)))).sqrt()
            })
            .collect();
        let intervals = normal_intervals(&mean, &deviations, levels);
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
    fn the_line_through_both_ends_goes_on() {
        assert_eq!(drift(&[1.0, 100.0, 3.0], 2), Some(vec![4.0, 5.0]));
    }

    #[test]
    fn missing_ends_stay_on_the_line() {
        assert_eq!(drift(&[f64::NAN, 1.0, 2.0, f64::NAN], 2), Some(vec![4.0, 5.0]));
    }

    #[test]
    fn one_value_is_flat_and_none_is_none() {
        assert_eq!(drift(&[6.0], 2), Some(vec![6.0, 6.0]));
        assert_eq!(drift(&[], 2), None);
    }

    #[test]
    fn the_slope_adds_to_the_uncertainty() {
        let history = [0.0, 3.0, 4.0, 7.0, 8.0];
        let model = FittedDrift::fit(&history).unwrap();
        assert_eq!(model.residuals()[1..], [1.0, -1.0, 1.0, -1.0]);
        let forecast = model.predict(2, &[0.95]);
        assert_eq!(Some(forecast.mean.clone()), drift(&history, 2));
        // Four steps, one of them spent on the slope; 2 rows ahead: 2 (1 + 2 / 4).
        let half = 1.959_963_985 * (4.0_f64 / 3.0 * 3.0).sqrt();
        assert!((forecast.intervals[0].upper[1] - (12.0 + half)).abs() < 1e-8);
    }
}
