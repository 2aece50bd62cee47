//! The likeliest weights and first states of one shape.
//!
//! Maximum likelihood of normal innovations on the Box-Cox scale (De Livera, Hyndman and Snyder 2011,
//! section 3.1, with first states estimated rather than regressed).
//!
//! A fitted TBATS model: its forecasts and their intervals.

use std::f64::consts::TAU;

use super::super::model::{
    BaselinePrediction, Criteria, FittedBaseline, InSampleForecast, Interval,
};
use super::super::spread::normal_intervals;
use super::recursion::{Growth, Machine, Shape, TbatsState, Weights};
use super::space;
use crate::stats::box_cox::{box_cox, inverse_log, slope_by_lambda};
use crate::stats::least_squares::least_squares;
use crate::stats::quasi_newton::{DescentLimits, minimise};
use crate::stats::{normal_quantile, number};

/// Steps of the search at most.
const STEPS: usize = 150;
/// A gain of this much in twice the log-likelihood is none.
const LEAST_GAIN: f64 = 1e-6;
/// Weights of the newest value that searches start from: that of R's `tbats`, from which a search may
/// end in a maximum where seasons follow what the level should have followed, and a large one.
const START_ALPHAS: [f64; 2] = [0.09, 0.6];
/// Mean square of the innovations that counts as none, of values about 1.
const EXACT: f64 = 1e-20;
/// Rows over which a state has to be forgotten: so many longest periods, or rows.
const FORGET_PERIODS: f64 = 2.0;
const FORGET_ROWS: usize = 50;

/// A history scaled to a size of about 1.
pub(super) struct TbatsTask {
    /// One a row, NaN where missing.
    pub(super) values: Vec<f64>,
    /// The same with gaps filled, for first guesses.
    pub(super) filled: Vec<f64>,
    /// Logarithms of the values where all are above zero; NaN where missing.
    pub(super) logs: Option<Vec<f64>>,
    /// Known values.
    pub(super) count: usize,
}

/// One shape at its best.
#[derive(Debug, Clone)]
pub(super) struct TbatsFit {
    pub(super) shape: Shape,
    pub(super) weights: Weights,
    /// The state before the first row.
    pub(super) initial: TbatsState,
    pub(super) lambda: Option<f64>,
    /// Twice the negative log-likelihood, less what all shapes have in common.
    pub(super) cost: f64,
    pub(super) aicc: f64,
}

impl TbatsTask {
    /// The values on the scale of this exponent.
    pub(super) fn bent(&self, lambda: Option<f64>) -> Vec<f64> {
        match (lambda, &self.logs) {
            (Some(lambda), Some(logs)) => logs.iter().map(|log| box_cox(*log, lambda)).collect(),
            _ => self.values.clone(),
        }
    }
}

/// Fits `shape`; a search that cannot come below the criterion `to_beat` is given up. `None` where the
/// history is too short, or where values may not be bent as the shape asks.
pub(super) fn fit(task: &TbatsTask, shape: &Shape, to_beat: f64) -> Option<TbatsFit> {
    let parameters = number(shape.parameters());
    let room = number(task.count) - parameters - 1.0;
    if room <= 0.0 || (shape.box_cox && task.logs.is_none()) {
        return None;
    }
    let penalty = 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / room;
    let mut pass = TbatsPass::new(task, shape);
    let first_states = first_states(task, shape);
    let (mut cost, mut numbers) = (f64::INFINITY, Vec::new());
    for alpha in START_ALPHAS {
        let mut found = space::start(shape, alpha);
        found.extend(&first_states);
        let hopeless_above = cost.min(to_beat - penalty);
        let patience = DescentLimits { steps: STEPS, least_gain: LEAST_GAIN, hopeless_above };
        let lower =
            minimise(&mut found, patience, |numbers, gradient| pass.cost(numbers, gradient));
        if lower < cost {
            (cost, numbers) = (lower, found);
        }
    }
    if !cost.is_finite() {
        return None;
    }
    let mut weights = Weights::default();
    let lambda = space::weights(shape, &numbers, &mut weights);
    let mut initial = TbatsState::default();
    pass.machine.state(&numbers[shape.weights()..], &mut initial);
    Some(TbatsFit { shape: shape.clone(), weights, initial, lambda, cost, aicc: cost + penalty })
}

/// Level, growth and sines from a regression on the first rows, with every weight zero.
fn first_states(task: &TbatsTask, shape: &Shape) -> Vec<f64> {
    let longest = shape.seasons.iter().map(|(period, _)| *period).fold(5.0, f64::max);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above zero")]
    let rows = ((2.0 * longest).ceil() as usize).min(task.filled.len());
    let lambda = 0.5;
    let bend = |value: &f64| if shape.box_cox { box_cox(value.ln(), lambda) } else { *value };
    let target: Vec<f64> = task.filled[..rows].iter().map(bend).collect();
    let mut columns = vec![vec![1.0; rows]];
    if shape.growth != Growth::None {
        columns.push((1..=rows).map(number).collect());
    }
    for &(period, sines) in &shape.seasons {
        for order in 1..=sines {
            let angle = |row: usize| TAU * number(order) * number(row) / period;
            columns.push((0..rows).map(|row| angle(row).cos()).collect());
            columns.push((0..rows).map(|row| angle(row).sin()).collect());
        }
    }
    least_squares(&columns, &target)
}

/// The cost and its gradient, with room kept from one call to the next.
struct TbatsPass<'a> {
    task: &'a TbatsTask,
    shape: &'a Shape,
    machine: Machine,
    weights: Weights,
    slopes: Weights,
    state: TbatsState,
    by_state: TbatsState,
    /// Values on the Box-Cox scale.
    values: Vec<f64>,
    by_values: Vec<f64>,
    /// Sum of the logarithms of the values.
    logs: f64,
    forget_rows: usize,
}

impl<'a> TbatsPass<'a> {
    fn new(task: &'a TbatsTask, shape: &'a Shape) -> Self {
        let logs = task.logs.iter().flatten().filter(|log| !log.is_nan()).sum();
        let longest = shape.seasons.iter().map(|(period, _)| *period).fold(1.0, f64::max);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above zero")]
        let forget_rows = ((FORGET_PERIODS * longest) as usize).max(FORGET_ROWS);
        Self {
            task,
            shape,
            machine: Machine::new(shape),
            weights: Weights::default(),
            slopes: Weights::default(),
            state: TbatsState::default(),
            by_state: TbatsState::default(),
            values: task.values.clone(),
            by_values: vec![0.0; task.values.len()],
            logs,
            forget_rows,
        }
    }

    fn cost(&mut self, numbers: &[f64], gradient: &mut [f64]) -> f64 {
        let shape = self.shape;
        let lambda = space::weights(shape, numbers, &mut self.weights);
        if let (Some(lambda), Some(logs)) = (lambda, &self.task.logs) {
            self.values
                .iter_mut()
                .zip(logs)
                .for_each(|(value, log)| *value = box_cox(*log, lambda));
        }
        self.machine.state(&numbers[shape.weights()..], &mut self.state);
        let squares = self.machine.forward(&self.weights, &self.values, &mut self.state);
        let usable = squares.is_finite()
            && self.machine.forgets(&self.weights, self.forget_rows.min(self.values.len()));
        if !usable {
            return f64::INFINITY;
        }
        let count = number(self.task.count);
        let weight = 2.0 * count / squares.max(count * EXACT);
        self.machine.backward(
            &self.weights,
            &self.values,
            weight,
            &mut self.slopes,
            &mut self.by_state,
            &mut self.by_values,
        );
        let by_lambda = lambda.map_or(0.0, |lambda| self.by_lambda(lambda));
        space::gradient(shape, numbers, &self.weights, &self.slopes, by_lambda, gradient);
        let has_growth = shape.growth != Growth::None;
        for (gradient, by) in
            gradient[shape.weights()..].iter_mut().zip(self.by_state.numbers(has_growth))
        {
            *gradient = by;
        }
        let jacobian = lambda.map_or(0.0, |lambda| (lambda - 1.0) * self.logs);
        count * squares.max(count * EXACT).ln() - 2.0 * jacobian
    }

    fn by_lambda(&self, lambda: f64) -> f64 {
        let logs = self.task.logs.iter().flatten();
        let by_values: f64 = self
            .by_values
            .iter()
            .zip(logs)
            .filter(|(_, log)| !log.is_nan())
            .map(|(by, log)| by * slope_by_lambda(*log, lambda))
            .sum();
        by_values - 2.0 * self.logs
    }
}

/// A TBATS model, fitted.
#[derive(Debug, Clone)]
pub struct FittedTbats {
    pub(super) shape: Shape,
    pub(super) machine: Machine,
    pub(super) weights: Weights,
    pub(super) lambda: Option<f64>,
    /// The state after the last row.
    pub(super) state: TbatsState,
    /// What the history was divided by.
    pub(super) scale: f64,
    /// Standard deviation of the innovations, of the scaled and bent history.
    pub(super) deviation: f64,
    /// The least standard deviation of a forecast, in units of the history.
    pub(super) least_deviation: f64,
    pub(super) in_sample: InSampleForecast,
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

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
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
        BaselinePrediction { intervals: intervals.collect(), mean }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn criteria(&self) -> Option<Criteria> {
        self.criteria
    }

    fn parameters(&self) -> usize {
        if self.criteria.is_some() { self.shape.parameters() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_cost() {
        let mut values: Vec<f64> = (0..60)
            .map(|row| {
                2.0 + 0.02 * f64::from(row)
                    + (f64::from(row) * 0.9).sin() * 0.5
                    + 0.2 * f64::from(row * row % 7) / 7.0
            })
            .collect();
        values[20] = f64::NAN;
        let filled = crate::stats::seasonal_fill(&values, 7);
        let logs = Some(values.iter().map(|value| value.ln()).collect());
        let task = TbatsTask { values, filled, logs, count: 59 };
        for (growth, orders, box_cox) in [
            (Growth::None, (0, 0), false),
            (Growth::Lasting, (1, 2), true),
            (Growth::Damped, (2, 1), true),
        ] {
            let shape = Shape { box_cox, growth, seasons: vec![(7.0, 2), (12.3, 1)], orders };
            let mut numbers = space::start(&shape, 0.09);
            for (at, number) in numbers.iter_mut().enumerate() {
                *number += 0.2 * super::number(at).cos();
            }
            numbers.extend(first_states(&task, &shape));
            let mut pass = TbatsPass::new(&task, &shape);
            let mut gradient = vec![0.0; numbers.len()];
            assert!(pass.cost(&numbers, &mut gradient).is_finite());
            let mut unused = gradient.clone();
            for at in 0..numbers.len() {
                let mut shifted = |by: f64| {
                    let mut numbers = numbers.clone();
                    numbers[at] += by;
                    pass.cost(&numbers, &mut unused)
                };
                let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
                let off = (slope - gradient[at]).abs();
                assert!(
                    off < 1e-5 * (1.0 + slope.abs()),
                    "{shape:?} {at}: {slope} {}",
                    gradient[at]
                );
            }
        }
    }
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod reference_tests;
