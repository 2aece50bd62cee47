//! The likeliest parameters and initial states of one form.
//!
//! Maximum likelihood of normal innovations (Hyndman et al. 2008, section 5.1), by the gradient of
//! the recursion. Not for choosing among forms (`choose`).
//!
//! First guesses of the states before row 0 and of the smoothing parameters.
//!
//! Heuristics of Hyndman et al. (2008), section 2.6.1: the season from a decomposition of the whole
//! history, level and growth from a line through its first rows. The search goes on from there.

use std::f64::consts::TAU;

use super::super::stl::classical_season;
use super::config::EtsBounds;
use super::form::{Component, EtsForm};
use super::recursion::{EtsState, EtsSums, Slopes, Smoothing, Tape};
use super::space::Space;
use crate::stats::least_squares::least_squares;
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
pub(super) struct EtsTask {
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
pub(super) struct EtsFit {
    pub(super) form: EtsForm,
    pub(super) smoothing: Smoothing,
    /// The state before the first row.
    pub(super) initial: EtsState,
    /// Twice the negative log-likelihood, less what all forms have in common.
    pub(super) cost: f64,
    /// Akaike's criterion of that cost, corrected for short histories.
    pub(super) aicc: f64,
}

/// What a form pays for its parameters: the corrected criterion less the cost.
pub(super) fn penalty(form: EtsForm, task: &EtsTask) -> f64 {
    let parameters = number(form.parameters(task.season_length));
    let room = number(task.count) - parameters - 1.0;
    2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / room
}

/// Fits `form`; a search that cannot come below the criterion `to_beat` is given up. `None` where the
/// history does not suit the form.
pub(super) fn fit(
    task: &EtsTask,
    starts: &EtsStarts,
    form: EtsForm,
    to_beat: f64,
    tape: &mut Tape,
) -> Option<EtsFit> {
    let initial = starts.states(form)?;
    let mut begin: Vec<(Smoothing, EtsState)> =
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
    task: &EtsTask,
    form: EtsForm,
    bounds: EtsBounds,
    begin: &[(Smoothing, EtsState)],
    to_beat: f64,
    tape: &mut Tape,
) -> Option<EtsFit> {
    let mut space = Space::new(form, task.season_length, bounds);
    if task.slow_growth {
        space = space.with_slow_growth();
    }
    let penalty = penalty(form, task);
    let mut pass = EtsPass::new(task, space, form, tape);
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
    let EtsPass { smoothing, initial, .. } = pass;
    Some(EtsFit { form, smoothing, initial, cost: lowest, aicc: lowest + penalty })
}

/// The cost and its gradient, with room kept from one call to the next.
struct EtsPass<'a> {
    task: &'a EtsTask,
    space: Space,
    form: EtsForm,
    tape: &'a mut Tape,
    smoothing: Smoothing,
    initial: EtsState,
    state: EtsState,
    slopes: Slopes,
}

impl<'a> EtsPass<'a> {
    fn new(task: &'a EtsTask, space: Space, form: EtsForm, tape: &'a mut Tape) -> Self {
        let places = if form.season.is_some() { task.season_length } else { 1 };
        let state = EtsState { season: vec![0.0; places], ..EtsState::default() };
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
pub(super) fn cost(sums: EtsSums, count: usize) -> f64 {
    let count = number(count);
    count * sums.squares.max(count * EXACT).ln() + 2.0 * sums.logs
}

/// The whole log-likelihood of a cost, of values that were divided by `scale`.
pub(super) fn log_likelihood(cost: f64, count: usize, scale: f64) -> f64 {
    let count = number(count);
    -0.5 * (cost + count * ((std::f64::consts::TAU / count).ln() + 1.0)) - count * scale.ln()
}

impl EtsTask {
    /// Whether the history has what `form` needs: rows for its parameters, a season, values above
    /// zero for multiplicative parts.
    pub(super) fn suits(&self, form: EtsForm) -> bool {
        let seasonal = form.season.is_none() || self.season_length > 1;
        let enough = self.count > form.parameters(self.season_length) + 1;
        let multiplied = form.error == Component::Multiplicative || form.is_multiplicative();
        seasonal && enough && (self.is_positive || !multiplied)
    }
}

/// Fewer seasons than this are too few for a decomposition; a sine is fitted instead.
const SEASONS_TO_DECOMPOSE: usize = 3;
/// Rows of the first line, where a season is not longer.
const FIRST_ROWS: usize = 10;
/// Least factor of a season, least level and least growth factor to start from.
const LEAST_FACTOR: f64 = 1e-2;

/// Weights of the level to start from: R's for one row a season, and one near the last value.
const SLOW_ALPHA: f64 = 0.2;
const FAST_ALPHA: f64 = 0.8;
/// Weights of the season to start from, in parts of what the level's leaves.
const SLOW_GAMMA: f64 = 0.05;
const CHANGING_ALPHA: f64 = 0.3;
const CHANGING_GAMMA: f64 = 0.8;

/// First guesses for one history.
pub(super) struct EtsStarts {
    plain: Vec<f64>,
    additive: Option<Seasonal>,
    multiplicative: Option<Seasonal>,
    season_length: usize,
}

struct Seasonal {
    season: Vec<f64>,
    adjusted: Vec<f64>,
}

impl EtsStarts {
    /// Decomposes `filled` values (none missing) once for all forms.
    pub(super) fn new(filled: &[f64], season_length: usize, positive: bool) -> Self {
        let rows = filled.len();
        let seasonal = |component| {
            let season = if rows < SEASONS_TO_DECOMPOSE * season_length {
                sine_season(filled, season_length, component)
            } else {
                classical_season(filled, season_length, component)
            };
            Seasonal::new(filled, season, component)
        };
        let has_season = season_length > 1 && rows > season_length;
        Self {
            plain: filled.to_vec(),
            additive: has_season.then(|| seasonal(Component::Additive)),
            multiplicative: (has_season && positive).then(|| seasonal(Component::Multiplicative)),
            season_length,
        }
    }

    /// The states that the searches for `form` begin from; `None` where the history has no such
    /// season.
    pub(super) fn states(&self, form: EtsForm) -> Option<EtsState> {
        let seasonal = match form.season {
            None => None,
            Some(Component::Additive) => Some(self.additive.as_ref()?),
            Some(Component::Multiplicative) => Some(self.multiplicative.as_ref()?),
        };
        let adjusted = seasonal.map_or(&self.plain, |seasonal| &seasonal.adjusted);
        let season = seasonal.map_or_else(|| vec![0.0], |seasonal| seasonal.season.clone());
        let season_length = if seasonal.is_some() { self.season_length } else { 1 };
        let first = &adjusted[..adjusted.len().min(FIRST_ROWS.max(2 * season_length))];
        let (level, growth) = first_level(first, form);
        Some(EtsState { level, growth, season })
    }
}

/// The weights that the searches for `form` begin from, for the likelihood may have a maximum near
/// each: slow ones as R's `ets`, fast ones, and a season that changes fast.
pub(super) fn weights(form: EtsForm, season_length: usize) -> impl Iterator<Item = Smoothing> {
    let season_length = if form.season.is_some() { season_length } else { 1 };
    let slow = (SLOW_ALPHA / number(season_length), SLOW_GAMMA);
    let changing = form.season.is_some().then_some((CHANGING_ALPHA, CHANGING_GAMMA));
    [slow, (FAST_ALPHA, SLOW_GAMMA)].into_iter().chain(changing).map(move |(alpha, gamma)| {
        Smoothing {
            alpha,
            beta: if form.trend.is_some() { 0.1 * alpha } else { 0.0 },
            gamma: if form.season.is_some() { gamma * (1.0 - alpha) } else { 0.0 },
            phi: if form.is_damped() { 0.978 } else { 1.0 },
        }
    })
}

impl Seasonal {
    fn new(values: &[f64], mut season: Vec<f64>, component: Component) -> Self {
        let places = season.len();
        if component == Component::Multiplicative {
            for factor in &mut season {
                *factor = factor.max(LEAST_FACTOR);
            }
            let mean = season.iter().sum::<f64>() / number(places);
            for factor in &mut season {
                *factor /= mean;
            }
        }
        let adjusted = values.iter().enumerate().map(|(row, value)| match component {
            Component::Additive => value - season[row % places],
            Component::Multiplicative => value / season[row % places],
        });
        Self { adjusted: adjusted.collect(), season }
    }
}

/// One sine beside a line: a season of histories too short for a decomposition.
fn sine_season(values: &[f64], season_length: usize, component: Component) -> Vec<f64> {
    let rows = 0..values.len();
    let angle = |row: usize| TAU * number(row) / number(season_length);
    let columns = [
        vec![1.0; values.len()],
        rows.clone().map(number).collect(),
        rows.clone().map(|row| angle(row).sin()).collect(),
        rows.map(|row| angle(row).cos()).collect(),
    ];
    let found = least_squares(&columns, values);
    let centre = values.iter().sum::<f64>() / number(values.len());
    (0..season_length)
        .map(|row| {
            let wave = found[2] * angle(row).sin() + found[3] * angle(row).cos();
            match component {
                Component::Additive => wave,
                Component::Multiplicative => 1.0 + wave / centre,
            }
        })
        .collect()
}

/// Level and growth before the first row, from a line through the first rows.
fn first_level(first: &[f64], form: EtsForm) -> (f64, f64) {
    let Some(trend) = form.trend else {
        return (first.iter().sum::<f64>() / number(first.len()), 0.0);
    };
    let columns = [vec![1.0; first.len()], (1..=first.len()).map(number).collect()];
    let line = least_squares(&columns, first);
    let (mut level, growth) = (line[0], line[1]);
    match trend.component {
        Component::Additive => {
            if form.is_multiplicative() && level + growth <= LEAST_FACTOR {
                level = LEAST_FACTOR.max(first[0]) - growth;
            }
            (level, growth)
        }
        Component::Multiplicative => {
            let (one, two) = (level + growth, level + 2.0 * growth);
            if one > LEAST_FACTOR && two > LEAST_FACTOR {
                (one * one / two, two / one)
            } else {
                (first[0].max(LEAST_FACTOR), 1.0)
            }
        }
    }
}
