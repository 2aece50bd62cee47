//! A fitted TBATS model: its forecasts and their intervals.

use super::super::hindsight::Hindsight;
use super::super::model::{Criteria, FittedBaseline, Interval, Prediction};
use super::super::spread::normal_intervals;
use super::recursion::{Machine, State, Weights};
use super::shape::{Growth, Shape};
use crate::stats::box_cox::inverse_log;
use crate::stats::normal_quantile;

/// A TBATS model, fitted.
#[derive(Debug, Clone)]
pub struct FittedTbats {
    pub(super) shape: Shape,
    pub(super) machine: Machine,
    pub(super) weights: Weights,
    pub(super) lambda: Option<f64>,
    /// The state after the last row.
    pub(super) state: State,
    /// What the history was divided by.
    pub(super) scale: f64,
    /// Standard deviation of the innovations, of the scaled and bent history.
    pub(super) deviation: f64,
    /// The least standard deviation of a forecast, in units of the history.
    pub(super) least_deviation: f64,
    pub(super) hindsight: Hindsight,
    pub(super) criteria: Option<Criteria>,
}

impl FittedTbats {
    /// Back to the units of the history: the median of what is bent symmetrically.
    pub(super) fn restored(&self, value: f64) -> f64 {
        self.scale * self.lambda.map_or(value, |lambda| inverse_log(value, lambda).exp())
    }
}

impl FittedBaseline for FittedTbats {
    fn description(&self) -> String {
        let exponent = self.lambda.unwrap_or(1.0);
        let (ar, ma) = self.shape.orders;
        let damping = match self.shape.growth {
            Growth::None => "-".to_owned(),
            Growth::Lasting => "1".to_owned(),
            Growth::Damped => format!("{:.3}", self.weights.phi),
        };
        let seasons: Vec<String> = self
            .shape
            .seasons
            .iter()
            .map(|(period, sines)| format!("<{period},{sines}>"))
            .collect();
        format!("TBATS({exponent:.3}, {{{ar},{ma}}}, {damping}, {{{}}})", seasons.join(", "))
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> Prediction {
        let bent = self.machine.continued(&self.weights, &self.state, horizon);
        let mean: Vec<f64> = bent.iter().map(|value| self.restored(*value)).collect();
        let mut sum = 0.0;
        let deviations: Vec<f64> = self
            .machine
            .response(&self.weights, horizon)
            .iter()
            .map(|response| {
                sum += response * response;
                self.deviation * f64::sqrt(sum)
            })
            .collect();
        let narrowest = normal_intervals(&mean, &vec![self.least_deviation; horizon], levels);
        let intervals = levels.iter().zip(narrowest).map(|(&level, narrowest)| {
            let width = normal_quantile(f64::midpoint(1.0, level));
            let bounds = |sign: f64, wider: fn(f64, f64) -> f64, least: &[f64]| {
                let rows = bent.iter().zip(&deviations).zip(least);
                rows.map(|((value, deviation), least)| {
                    wider(self.restored(value + sign * width * deviation), *least)
                })
                .collect()
            };
            let lower = bounds(-1.0, f64::min, &narrowest.lower);
            Interval { level, lower, upper: bounds(1.0, f64::max, &narrowest.upper) }
        });
        Prediction { intervals: intervals.collect(), mean }
    }

    fn hindsight(&self) -> &Hindsight {
        &self.hindsight
    }

    fn criteria(&self) -> Option<Criteria> {
        self.criteria
    }

    fn parameters(&self) -> usize {
        if self.criteria.is_some() { self.shape.parameters() } else { 0 }
    }
}
