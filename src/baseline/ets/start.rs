//! First guesses of the states before row 0 and of the smoothing parameters.
//!
//! Heuristics of Hyndman et al. (2008), section 2.6.1: the season from a decomposition of the whole
//! history, level and growth from a line through its first rows. The search goes on from there.

use std::f64::consts::TAU;

use super::super::decompose::classical_season;
use super::form::{Component, EtsForm};
use super::recursion::{Smoothing, State};
use crate::stats::least_squares::least_squares;
use crate::stats::number;

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
pub(super) struct Starts {
    plain: Vec<f64>,
    additive: Option<Seasonal>,
    multiplicative: Option<Seasonal>,
    season_length: usize,
}

struct Seasonal {
    season: Vec<f64>,
    adjusted: Vec<f64>,
}

impl Starts {
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
    pub(super) fn states(&self, form: EtsForm) -> Option<State> {
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
        Some(State { level, growth, season })
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
