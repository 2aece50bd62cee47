//! The recursion of TBATS and its gradient (De Livera, Hyndman and Snyder 2011, equations 2 and 7).
//!
//! Every season is a sum of sines, each a pair of numbers that turns by its angle with every row. The
//! error `d` of level, growth and seasons may follow an ARMA process of the innovations `e`. The
//! gradient runs the recursion backwards. A missing value has the innovation zero. Nothing is
//! allocated per step.
//!
//! What a TBATS model is made of, and its name: `TBATS(0.5, {1,1}, 0.98, {<7,3>, <365.25,5>})` has a
//! Box-Cox exponent of 0.5, ARMA(1,1) errors, damping of 0.98, and two seasons with 3 and 5 sines
//! (De Livera, Hyndman and Snyder 2011, section 2.3).

use std::f64::consts::TAU;

use crate::stats::number;

/// How much a state may seem to grow over half the rows looked at: a season of fixed shape neither
/// grows nor is forgotten.
const MOST_GROWTH: f64 = 1.1;

/// Weights of a model. Orders that are absent are zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Weights {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) phi: f64,
    /// Two a season.
    pub(super) gamma: Vec<[f64; 2]>,
    pub(super) ar: [f64; 2],
    pub(super) ma: [f64; 2],
}

/// Level, growth, sines, and the latest errors.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TbatsState {
    pub(super) level: f64,
    pub(super) growth: f64,
    pub(super) sines: Vec<[f64; 2]>,
    /// `d` one and two rows ago.
    pub(super) errors: [f64; 2],
    /// `e` one and two rows ago.
    pub(super) innovations: [f64; 2],
}

/// A sine's turn with every row, and its season.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Turn {
    cosine: f64,
    sine: f64,
    season: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct TbatsStep {
    growth: f64,
    error: f64,
    innovation: f64,
}

/// A shape made ready to run, with room for the steps of a history.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    turns: Vec<Turn>,
    has_growth: bool,
    steps: Vec<TbatsStep>,
    /// Slopes of the cost by errors and innovations, for the way back.
    by_errors: Vec<[f64; 2]>,
}

impl Machine {
    pub(super) fn new(shape: &Shape) -> Self {
        let turn = |season: usize, period: f64, order: usize| {
            let angle = TAU * number(order) / period;
            Turn { cosine: angle.cos(), sine: angle.sin(), season }
        };
        let seasons = shape.seasons.iter().enumerate();
        let turns = seasons
            .flat_map(|(season, &(period, sines))| {
                (1..=sines).map(move |order| turn(season, period, order))
            })
            .collect();
        let has_growth = shape.growth != Growth::None;
        Self { turns, has_growth, steps: Vec::new(), by_errors: Vec::new() }
    }

    /// The states before the first row, of numbers in the order of [`Shape::states`].
    pub(super) fn state(&self, numbers: &[f64], state: &mut TbatsState) {
        let growth = usize::from(self.has_growth);
        state.level = numbers[0];
        state.growth = if self.has_growth { numbers[1] } else { 0.0 };
        state.sines.clear();
        state.sines.extend(numbers[1 + growth..].chunks_exact(2).map(|pair| [pair[0], pair[1]]));
        state.errors = [0.0; 2];
        state.innovations = [0.0; 2];
    }

    /// What the next row's value and error are expected to be.
    fn expected(weights: &Weights, state: &TbatsState) -> (f64, f64) {
        let [d1, d2] = state.errors;
        let [e1, e2] = state.innovations;
        let error =
            weights.ar[0] * d1 + weights.ar[1] * d2 + weights.ma[0] * e1 + weights.ma[1] * e2;
        let seasons: f64 = state.sines.iter().map(|pair| pair[0]).sum();
        (state.level + weights.phi * state.growth + seasons + error, error)
    }

    /// Moves on by one row with this innovation.
    fn advance(&self, weights: &Weights, state: &mut TbatsState, error: f64, innovation: f64) {
        let grown = weights.phi * state.growth;
        state.level += grown + weights.alpha * error;
        state.growth = if self.has_growth { grown + weights.beta * error } else { 0.0 };
        for (pair, turn) in state.sines.iter_mut().zip(&self.turns) {
            let [one, two] = weights.gamma[turn.season];
            *pair = [
                turn.cosine * pair[0] + turn.sine * pair[1] + one * error,
                turn.cosine * pair[1] - turn.sine * pair[0] + two * error,
            ];
        }
        state.errors = [error, state.errors[0]];
        state.innovations = [innovation, state.innovations[0]];
    }

    /// Runs over `values` (NaN where missing) and gives the sum of squared innovations; `state` is
    /// left as it is after the last row.
    pub(super) fn forward(
        &mut self,
        weights: &Weights,
        values: &[f64],
        state: &mut TbatsState,
    ) -> f64 {
        self.steps.resize(values.len(), TbatsStep::default());
        let mut squares = 0.0;
        for (row, value) in values.iter().enumerate() {
            let (forecast, expected) = Self::expected(weights, state);
            let innovation = if value.is_nan() { 0.0 } else { value - forecast };
            let error = expected + innovation;
            self.steps[row] = TbatsStep { growth: state.growth, error, innovation };
            squares += innovation * innovation;
            self.advance(weights, state, error, innovation);
        }
        squares
    }

    /// One-step forecasts of `values` from `state`.
    pub(super) fn forecasts(
        &self,
        weights: &Weights,
        state: &TbatsState,
        values: &[f64],
    ) -> Vec<f64> {
        let mut state = state.clone();
        values
            .iter()
            .map(|value| {
                let (forecast, expected) = Self::expected(weights, &state);
                let innovation = if value.is_nan() { 0.0 } else { value - forecast };
                self.advance(weights, &mut state, expected + innovation, innovation);
                forecast
            })
            .collect()
    }

    /// One-step errors of the last forward pass.
    pub(super) fn innovations(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|step| step.innovation)
    }

    /// The gradient of `weight / 2` times the sum of squares after a forward pass: by `weights` and
    /// first states into `slopes` and `state`, by each value into `by_values`.
    pub(super) fn backward(
        &mut self,
        weights: &Weights,
        values: &[f64],
        weight: f64,
        slopes: &mut Weights,
        state: &mut TbatsState,
        by_values: &mut [f64],
    ) {
        slopes.clear(weights.gamma.len());
        state.level = 0.0;
        state.growth = 0.0;
        state.sines.clear();
        state.sines.resize(self.turns.len(), [0.0; 2]);
        self.by_errors.clear();
        // Two rows before the first take what the first rows send back.
        self.by_errors.resize(values.len() + 2, [0.0; 2]);
        for row in (0..values.len()).rev() {
            let TbatsStep { growth, error, innovation } = self.steps[row];
            let mut by_error = weights.alpha * state.level + weights.beta * state.growth;
            slopes.alpha += state.level * error;
            slopes.beta += state.growth * error;
            for (pair, turn) in state.sines.iter().zip(&self.turns) {
                let gamma = weights.gamma[turn.season];
                by_error += gamma[0] * pair[0] + gamma[1] * pair[1];
                slopes.gamma[turn.season][0] += pair[0] * error;
                slopes.gamma[turn.season][1] += pair[1] * error;
            }
            let [later_error, later_innovation] = self.by_errors[row + 2];
            by_error += later_error;
            let by_innovation = weight * innovation + later_innovation + by_error;
            let known = !values[row].is_nan();
            let by_forecast = if known { -by_innovation } else { 0.0 };
            by_values[row] = -by_forecast;
            self.send_back(weights, slopes, row, by_error + by_forecast);
            let by_grown = state.level + state.growth + by_forecast;
            if self.has_growth {
                slopes.phi += by_grown * growth;
                state.growth = weights.phi * by_grown;
            }
            state.level += by_forecast;
            for (pair, turn) in state.sines.iter_mut().zip(&self.turns) {
                *pair = [
                    turn.cosine * pair[0] - turn.sine * pair[1] + by_forecast,
                    turn.sine * pair[0] + turn.cosine * pair[1],
                ];
            }
        }
    }

    /// What the expected error of `row` owes to the two rows before it.
    fn send_back(&mut self, weights: &Weights, slopes: &mut Weights, row: usize, by_expected: f64) {
        for back in 1..=2 {
            let Some(before) = row.checked_sub(back).map(|before| self.steps[before]) else {
                break;
            };
            slopes.ar[back - 1] += by_expected * before.error;
            slopes.ma[back - 1] += by_expected * before.innovation;
            let sent = &mut self.by_errors[row + 2 - back];
            sent[0] += by_expected * weights.ar[back - 1];
            sent[1] += by_expected * weights.ma[back - 1];
        }
    }

    /// Forecasts of the rows after `state`.
    pub(super) fn continued(
        &self,
        weights: &Weights,
        state: &TbatsState,
        horizon: usize,
    ) -> Vec<f64> {
        let mut state = state.clone();
        (0..horizon)
            .map(|_| {
                let (forecast, error) = Self::expected(weights, &state);
                self.advance(weights, &mut state, error, 0.0);
                forecast
            })
            .collect()
    }

    /// What an innovation of 1 adds to its own row and to those after it.
    pub(super) fn response(&self, weights: &Weights, rows: usize) -> Vec<f64> {
        let mut state =
            TbatsState { sines: vec![[0.0; 2]; self.turns.len()], ..TbatsState::default() };
        self.advance(weights, &mut state, 1.0, 1.0);
        let mut response = vec![1.0];
        response.extend(self.continued(weights, &state, rows.saturating_sub(1)));
        response
    }

    /// Whether first states are forgotten: over `rows` rows of which each innovation undoes its own
    /// forecast, the state hardly grows. (The condition of the book, eigenvalues inside the unit
    /// circle, as it shows over the rows that matter.)
    pub(super) fn forgets(&self, weights: &Weights, rows: usize) -> bool {
        let mut state = TbatsState { level: 1.0, ..TbatsState::default() };
        state.growth = if self.has_growth { 0.1 } else { 0.0 };
        state.sines = vec![[1.0, 1.0]; self.turns.len()];
        let mut largest = [0.0_f64; 2];
        for row in 0..rows {
            let (forecast, expected) = Self::expected(weights, &state);
            self.advance(weights, &mut state, expected - forecast, -forecast);
            let size = state
                .sines
                .iter()
                .fold(state.level.abs(), |size, pair| size.max(pair[0].abs()).max(pair[1].abs()));
            let half = &mut largest[usize::from(row >= rows / 2)];
            *half = half.max(size);
        }
        largest[1] <= MOST_GROWTH * largest[0]
    }
}

impl Weights {
    fn clear(&mut self, seasons: usize) {
        self.gamma.clear();
        self.gamma.resize(seasons, [0.0; 2]);
        *self = Self { gamma: std::mem::take(&mut self.gamma), ..Self::default() };
    }
}

impl TbatsState {
    /// The numbers of a state, in the order of [`Shape::states`].
    pub(super) fn numbers(&self, has_growth: bool) -> impl Iterator<Item = f64> {
        let growth = has_growth.then_some(self.growth);
        std::iter::once(self.level).chain(growth).chain(self.sines.iter().flatten().copied())
    }
}

/// The growth of the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    None,
    Lasting,
    Damped,
}

/// The parts of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) box_cox: bool,
    pub(super) growth: Growth,
    /// Period in rows and number of sines of each season.
    pub(super) seasons: Vec<(f64, usize)>,
    /// Autoregressive and moving-average order of the errors, 2 at most each.
    pub(super) orders: (usize, usize),
}

impl Shape {
    /// Sines of all seasons.
    pub(super) fn sines(&self) -> usize {
        self.seasons.iter().map(|(_, sines)| sines).sum()
    }

    /// States that a history starts from: level, growth, two for each sine.
    pub(super) fn states(&self) -> usize {
        1 + usize::from(self.growth != Growth::None) + 2 * self.sines()
    }

    /// Weights: of level, growth, damping, two for each season, the errors' and the exponent.
    pub(super) fn weights(&self) -> usize {
        let growth = match self.growth {
            Growth::None => 0,
            Growth::Lasting => 1,
            Growth::Damped => 2,
        };
        let errors = self.orders.0 + self.orders.1;
        1 + growth + 2 * self.seasons.len() + errors + usize::from(self.box_cox)
    }

    /// Numbers estimated, the variance included.
    pub(super) fn parameters(&self) -> usize {
        self.weights() + self.states() + 1
    }
}
