//! The likeliest parameters and initial states of one form.
//!
//! Maximum likelihood of normal innovations (Hyndman et al. 2008, section 5.1), by the gradient of
//! the recursion. Not for choosing among forms (`choose`).

use super::config::EtsBounds;
use super::form::{Component, EtsForm};
use super::recursion::{Slopes, Smoothing, State, Sums, Tape};
use super::space::Space;
use super::start::{Starts, weights};
use crate::stats::number;
use crate::stats::quasi_newton::{DescentLimits, minimise};

/// Steps of the search at most.
const STEPS: usize = 200;
/// A gain of this much in twice the log-likelihood is none.
const LEAST_GAIN: f64 = 1e-8;
/// Mean square of the innovations that counts as none, in parts of the mean value squared: below
/// it, rounding decides.
const EXACT: f64 = 1e-20;

/// A history scaled to a mean size of 1, with what its forms share.
pub(super) struct Task {
    /// One a row, NaN where missing.
    pub(super) values: Vec<f64>,
    /// Known values.
    pub(super) count: usize,
    /// Rows in one season, 1 where there is none.
    pub(super) season_length: usize,
    /// Whether every known value is above zero.
    pub(super) is_positive: bool,
    pub(super) bounds: EtsBounds,
    /// Whether the growth of seasonal forms has to be slow.
    pub(super) slow_growth: bool,
}

/// One form at its best.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) form: EtsForm,
    pub(super) smoothing: Smoothing,
    /// The state before the first row.
    pub(super) initial: State,
    /// Twice the negative log-likelihood, less what all forms have in common.
    pub(super) cost: f64,
    /// Akaike's criterion of that cost, corrected for short histories.
    pub(super) aicc: f64,
}

/// What a form pays for its parameters: the corrected criterion less the cost.
pub(super) fn penalty(form: EtsForm, task: &Task) -> f64 {
    let parameters = number(form.parameters(task.season_length));
    let room = number(task.count) - parameters - 1.0;
    2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / room
}

/// Fits `form`; a search that cannot come below the criterion `to_beat` is given up. `None` where the
/// history does not suit the form.
pub(super) fn fit(
    task: &Task,
    starts: &Starts,
    form: EtsForm,
    to_beat: f64,
    tape: &mut Tape,
) -> Option<Fit> {
    let initial = starts.states(form)?;
    let mut begin: Vec<(Smoothing, State)> =
        weights(form, task.season_length).map(|weights| (weights, initial.clone())).collect();
    if task.bounds == EtsBounds::Admissible {
        // A search without bounds gets stuck at the border of what is admissible: it begins at the
        // best place inside the usual bounds too.
        let inside = search(task, form, EtsBounds::Both, &begin, f64::INFINITY, tape);
        begin.extend(inside.map(|fit| (fit.smoothing, fit.initial)));
    }
    search(task, form, task.bounds, &begin, to_beat, tape)
}

fn search(
    task: &Task,
    form: EtsForm,
    bounds: EtsBounds,
    begin: &[(Smoothing, State)],
    to_beat: f64,
    tape: &mut Tape,
) -> Option<Fit> {
    let mut space = Space::new(form, task.season_length, bounds);
    if task.slow_growth {
        space = space.with_slow_growth();
    }
    let penalty = penalty(form, task);
    let mut pass = Pass::new(task, space, form, tape);
    let (mut best, mut lowest) = (Vec::new(), f64::INFINITY);
    for (smoothing, initial) in begin {
        let mut numbers = space.numbers(smoothing, initial);
        let hopeless_above = lowest.min(to_beat - penalty);
        let patience = DescentLimits { steps: STEPS, least_gain: LEAST_GAIN, hopeless_above };
        let cost =
            minimise(&mut numbers, patience, |numbers, gradient| pass.cost(numbers, gradient));
        if cost < lowest {
            (best, lowest) = (numbers, cost);
        }
    }
    if !lowest.is_finite() {
        return None;
    }
    space.place(&best, &mut pass.smoothing, &mut pass.initial);
    let Pass { smoothing, initial, .. } = pass;
    Some(Fit { form, smoothing, initial, cost: lowest, aicc: lowest + penalty })
}

/// The cost and its gradient, with room kept from one call to the next.
struct Pass<'a> {
    task: &'a Task,
    space: Space,
    form: EtsForm,
    tape: &'a mut Tape,
    smoothing: Smoothing,
    initial: State,
    state: State,
    slopes: Slopes,
}

impl<'a> Pass<'a> {
    fn new(task: &'a Task, space: Space, form: EtsForm, tape: &'a mut Tape) -> Self {
        let places = if form.season.is_some() { task.season_length } else { 1 };
        let state = State { season: vec![0.0; places], ..State::default() };
        let slopes = Slopes { state: state.clone(), ..Slopes::default() };
        let smoothing = Smoothing::default();
        Self { task, space, form, tape, smoothing, initial: state.clone(), state, slopes }
    }

    fn cost(&mut self, numbers: &[f64], gradient: &mut [f64]) -> f64 {
        if !self.space.place(numbers, &mut self.smoothing, &mut self.initial) {
            return f64::INFINITY;
        }
        self.state.level = self.initial.level;
        self.state.growth = self.initial.growth;
        self.state.season.copy_from_slice(&self.initial.season);
        let values = &self.task.values;
        let Some(sums) = self.tape.forward(self.form, values, &self.smoothing, &mut self.state)
        else {
            return f64::INFINITY;
        };
        let count = number(self.task.count);
        let weight = 2.0 * count / sums.squares.max(count * EXACT);
        self.tape.backward(self.form, values, &self.smoothing, weight, &mut self.slopes);
        self.space.gradient(numbers, &self.smoothing, &self.slopes, gradient);
        cost(sums, self.task.count)
    }
}

/// Twice the negative log-likelihood, less what all forms have in common.
pub(super) fn cost(sums: Sums, count: usize) -> f64 {
    let count = number(count);
    count * sums.squares.max(count * EXACT).ln() + 2.0 * sums.logs
}

/// The whole log-likelihood of a cost, of values that were divided by `scale`.
pub(super) fn log_likelihood(cost: f64, count: usize, scale: f64) -> f64 {
    let count = number(count);
    -0.5 * (cost + count * ((std::f64::consts::TAU / count).ln() + 1.0)) - count * scale.ln()
}

impl Task {
    /// Whether the history has what `form` needs: rows for its parameters, a season, values above
    /// zero for multiplicative parts.
    pub(super) fn suits(&self, form: EtsForm) -> bool {
        let seasonal = form.season.is_none() || self.season_length > 1;
        let enough = self.count > form.parameters(self.season_length) + 1;
        let multiplied = form.error == Component::Multiplicative || form.is_multiplicative();
        seasonal && enough && (self.is_positive || !multiplied)
    }
}
