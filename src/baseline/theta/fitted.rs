//! A fitted Theta method: its forecasts and their intervals.

use super::super::model::{BaselinePrediction, FittedBaseline, InSampleForecast};
use super::super::spread::normal_intervals;
use super::estimate::{Parameters, RunningLine, ThetaVariant, pull};
use super::seasonality::ThetaSeason;

/// A Theta method, fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTheta {
    pub(super) variant: ThetaVariant,
    pub(super) parameters: Parameters,
    pub(super) season: Option<ThetaSeason>,
    /// Rows of the history.
    pub(super) rows: usize,
    /// The state after the last row, without season.
    pub(super) state: ThetaState,
    /// Standard deviation of the latest one-step errors, without season.
    pub(super) deviation: f64,
    /// The least standard deviation of a forecast.
    pub(super) least_deviation: f64,
    pub(super) in_sample: InSampleForecast,
}

/// Level, line and the share of the first level that is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ThetaState {
    pub(super) level: f64,
    pub(super) running: RunningLine,
    /// The line of static methods.
    pub(super) line: (f64, f64),
    pub(super) left: f64,
}

impl ThetaState {
    /// The forecast of the next row.
    pub(super) fn forecast(&self, variant: ThetaVariant, parameters: &Parameters) -> f64 {
        let line = if variant.is_dynamic() { self.running.line() } else { self.line };
        self.level + parameters.line_weight * pull(line, parameters.alpha, self.left)
    }

    /// Takes the next row in.
    pub(super) fn push(&mut self, value: f64, alpha: f64) {
        self.level += alpha * (value - self.level);
        self.running.push(value);
        self.left *= 1.0 - alpha;
    }
}

impl FittedTheta {
    /// Weight of the newest value in the level.
    pub const fn alpha(&self) -> f64 {
        self.parameters.alpha
    }

    /// The curvature of the second theta line; infinite where the line has all its weight.
    pub fn theta(&self) -> f64 {
        1.0 / (1.0 - self.parameters.line_weight)
    }

    /// Forecasts without season from `state`, each taken in as if it had come true; the first
    /// is off by `shock`.
    fn path(&self, mut state: ThetaState, shock: f64, horizon: usize) -> Vec<f64> {
        let mut off = shock;
        (0..horizon)
            .map(|_| {
                let value = state.forecast(self.variant, &self.parameters) + off;
                off = 0.0;
                state.push(value, self.parameters.alpha);
                value
            })
            .collect()
    }

    /// Standard deviations without season: every forecast is linear in the errors between, so each
    /// error is followed to the rows after it.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let mut squares = vec![0.0; horizon];
        let mut after = self.state;
        for row in 0..horizon {
            // What a unit error leaves: the same recursion from nothing.
            let nothing = ThetaState {
                level: 0.0,
                line: (0.0, 0.0),
                running: after.running.emptied(),
                ..after
            };
            let response = if self.variant.is_dynamic() {
                self.path(nothing, 1.0, horizon - row)
            } else {
                let mut response = vec![self.parameters.alpha; horizon - row];
                response[0] = 1.0;
                response
            };
            for (square, response) in squares[row..].iter_mut().zip(response) {
                *square += response * response;
            }
            after.push(0.0, self.parameters.alpha);
        }
        squares.iter().map(|square| self.deviation * square.sqrt()).collect()
    }
}

impl FittedBaseline for FittedTheta {
    fn description(&self) -> String {
        let method = self.variant.words();
        match self.season.as_ref().map(ThetaSeason::words) {
            None => format!("{method}, no season"),
            Some((component, length)) => format!("{method}, {component} season [{length}]"),
        }
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mut mean = self.path(self.state, 0.0, horizon);
        let deviations = self.deviations(horizon);
        let mut intervals = normal_intervals(&mean, &deviations, levels);
        let restore = |values: &mut [f64]| {
            let Some(season) = &self.season else { return };
            for (ahead, value) in values.iter_mut().enumerate() {
                *value = season.restored(self.rows + ahead, *value);
            }
        };
        restore(&mut mean);
        for interval in &mut intervals {
            restore(&mut interval.lower);
            restore(&mut interval.upper);
        }
        let narrowest = normal_intervals(&mean, &vec![self.least_deviation; horizon], levels);
        for (interval, narrowest) in intervals.iter_mut().zip(&narrowest) {
            widen(&mut interval.lower, &narrowest.lower, f64::min);
            widen(&mut interval.upper, &narrowest.upper, f64::max);
        }
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn parameters(&self) -> usize {
        2 + usize::from(self.variant.is_optimised())
    }
}

fn widen(bounds: &mut [f64], narrowest: &[f64], wider: fn(f64, f64) -> f64) {
    bounds.iter_mut().zip(narrowest).for_each(|(bound, least)| *bound = wider(*bound, *least));
}

#[cfg(test)]
mod tests {
    use super::super::theta;
    use super::*;
    use crate::stats::number;

    /// Without a line the method is simple exponential smoothing, whose errors add alpha squared a
    /// row (Hyndman et al. 2008, table 6.2).
    #[test]
    fn static_intervals_are_those_of_simple_smoothing() {
        let history: Vec<f64> = (0..40).map(|row| 10.0 + number(row * row % 11)).collect();
        let model = theta(&history, 1, ThetaVariant::Standard).unwrap();
        let found = model.deviations(5);
        for (ahead, found) in found.iter().enumerate() {
            let expected = model.deviation * (1.0 + number(ahead) * model.alpha().powi(2)).sqrt();
            assert!((found / expected - 1.0).abs() < 1e-12);
        }
    }

    /// The response to an error is the difference it makes to the forecasts.
    #[test]
    fn dynamic_intervals_follow_each_error() {
        let history: Vec<f64> = (0..40).map(|row| 10.0 + number(row * row % 11)).collect();
        let model = theta(&history, 1, ThetaVariant::DynamicOptimised).unwrap();
        let plain = model.path(model.state, 0.0, 6);
        let shocked = model.path(model.state, 1.0, 6);
        let mut second = model.state;
        second.push(plain[0], model.alpha());
        let shocked_later = model.path(second, 1.0, 5);
        let expected = (1.0 + (shocked[1] - plain[1]).powi(2)) * model.deviation.powi(2);
        assert!((model.deviations(6)[1].powi(2) / expected - 1.0).abs() < 1e-9);
        let expected =
            1.0 + (shocked_later[1] - plain[2]).powi(2) + (shocked[2] - plain[2]).powi(2);
        let found = (model.deviations(6)[2] / model.deviation).powi(2);
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }
}
