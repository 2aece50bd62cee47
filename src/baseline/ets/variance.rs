//! Standard deviations of forecasts from exponential smoothing.
//!
//! Exact for additive and for multiplicative errors with additive trends (Hyndman et al. 2008,
//! section 6.3, classes 1 to 3). For class 3 the second moments of level and growth times one
//! season's factor are followed, which gives the book's result without its Kronecker products. The
//! other forms have no formula (`simulate`).

use super::form::{Component, EtsForm};
use super::recursion::{EtsState, Smoothing};

/// Standard deviations over `mean.len()` rows in the units of `mean`, from the standard `deviation`
/// of the innovations; `None` for forms without a formula. `place` is that of the first row ahead.
pub(super) fn deviations(
    form: EtsForm,
    smoothing: &Smoothing,
    state: &EtsState,
    place: usize,
    deviation: f64,
    mean: &[f64],
) -> Option<Vec<f64>> {
    let variance = deviation * deviation;
    let multiplied = Some(Component::Multiplicative);
    if form.trend.map(|trend| trend.component) == multiplied {
        return None;
    }
    let variances = match (form.error, form.season == multiplied) {
        (Component::Additive, true) => return None,
        (Component::Additive, false) => {
            let weights = shock_weights(form, smoothing, state.season.len());
            class_one(weights, variance, mean.len())
        }
        (Component::Multiplicative, false) => {
            let weights = shock_weights(form, smoothing, state.season.len());
            class_two(weights, variance, mean)
        }
        (Component::Multiplicative, true) => {
            class_three(form, smoothing, state, place, variance, mean.len())
        }
    };
    Some(variances.into_iter().map(|variance| variance.max(0.0).sqrt()).collect())
}

/// What is left of an innovation in the forecast 1, 2, … rows after it.
fn shock_weights(form: EtsForm, smoothing: &Smoothing, places: usize) -> impl Iterator<Item = f64> {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    let (mut grown, mut step) = (0.0, 1.0);
    (1_usize..).map(move |ahead| {
        step *= phi;
        grown += step;
        let season = form.season.is_some() && ahead.is_multiple_of(places);
        let growth = if form.trend.is_some() { beta * grown } else { 0.0 };
        alpha + growth + if season { gamma } else { 0.0 }
    })
}

fn class_one(weights: impl Iterator<Item = f64>, variance: f64, horizon: usize) -> Vec<f64> {
    let mut sum = 1.0;
    let grow = |weight: f64| {
        let now = variance * sum;
        sum += weight * weight;
        now
    };
    weights.take(horizon).map(grow).collect()
}

fn class_two(weights: impl Iterator<Item = f64>, variance: f64, mean: &[f64]) -> Vec<f64> {
    let squares: Vec<f64> = weights.take(mean.len()).map(|weight| weight * weight).collect();
    let mut second = Vec::with_capacity(mean.len());
    for (ahead, value) in mean.iter().enumerate() {
        let shocks: f64 =
            squares.iter().zip(second[..ahead].iter().rev()).map(|(c, t)| c * t).sum();
        second.push(value * value + variance * shocks);
    }
    second
        .iter()
        .zip(mean)
        .map(|(second, value)| (1.0 + variance) * second - value * value)
        .collect()
}

/// First and second moments of (level, growth) times the factor of one place in the season.
#[derive(Debug, Clone, Copy)]
struct EtsMoments {
    first: [f64; 2],
    second: [[f64; 2]; 2],
}

type EtsMatrix = [[f64; 2]; 2];

fn class_three(
    form: EtsForm,
    smoothing: &Smoothing,
    state: &EtsState,
    place: usize,
    variance: f64,
    horizon: usize,
) -> Vec<f64> {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    let trend = if form.trend.is_some() { 1.0 } else { 0.0 };
    // An innovation e turns (level, growth) x into (still + e moved) x.
    let still: EtsMatrix = [[1.0, phi * trend], [0.0, phi * trend]];
    let moved: EtsMatrix = [[alpha, alpha * phi * trend], [beta, beta * phi * trend]];
    let places = state.season.len();
    let mut moments: Vec<EtsMoments> = (0..places)
        .map(|ahead| {
            let factor = state.season[(place + ahead) % places];
            let x = [state.level * factor, state.growth * factor];
            EtsMoments {
                first: x,
                second: [[x[0] * x[0], x[0] * x[1]], [x[1] * x[0], x[1] * x[1]]],
            }
        })
        .collect();
    let seen = [1.0, phi * trend];
    (0..horizon)
        .map(|ahead| {
            let EtsMoments { first, second } = moments[ahead % places];
            let mean = dot(seen, first);
            let square = dot(seen, [dot(second[0], seen), dot(second[1], seen)]);
            for (of, moments) in moments.iter_mut().enumerate() {
                let gamma = if of == ahead % places { gamma } else { 0.0 };
                moments.advance(&still, &moved, gamma, variance);
            }
            (1.0 + variance) * square - mean * mean
        })
        .collect()
}

impl EtsMoments {
    /// One row on: the state is multiplied by `(still + e moved) (1 + gamma e)`, with `e` normal.
    fn advance(&mut self, still: &EtsMatrix, moved: &EtsMatrix, gamma: f64, variance: f64) {
        let linear = combined(moved, still, gamma);
        let curved = combined(&[[0.0; 2]; 2], moved, gamma);
        let mean = combined(still, &curved, variance);
        self.first = [dot(mean[0], self.first), dot(mean[1], self.first)];
        let between = |a: &EtsMatrix, b: &EtsMatrix| sandwich(a, &self.second, b);
        let (plain, bent) = (between(still, still), between(&linear, &linear));
        let (mixed, high) = (between(still, &curved), between(&curved, &curved));
        for row in 0..2 {
            for column in 0..2 {
                let crossed = mixed[row][column] + mixed[column][row];
                // The fourth moment of a normal innovation is 3 times its variance squared.
                self.second[row][column] = plain[row][column]
                    + variance * (bent[row][column] + crossed)
                    + 3.0 * variance * variance * high[row][column];
            }
        }
    }
}

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// `a + share * b`
fn combined(a: &EtsMatrix, b: &EtsMatrix, share: f64) -> EtsMatrix {
    [
        [a[0][0] + share * b[0][0], a[0][1] + share * b[0][1]],
        [a[1][0] + share * b[1][0], a[1][1] + share * b[1][1]],
    ]
}

/// `a * middle * b'`
fn sandwich(a: &EtsMatrix, middle: &EtsMatrix, b: &EtsMatrix) -> EtsMatrix {
    let mut product = [[0.0; 2]; 2];
    for row in 0..2 {
        let left = [
            a[row][0] * middle[0][0] + a[row][1] * middle[1][0],
            a[row][0] * middle[0][1] + a[row][1] * middle[1][1],
        ];
        for column in 0..2 {
            product[row][column] = dot(left, b[column]);
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::super::super::spread::Shocks;
    use super::super::EtsConfig;
    use super::super::recursion::{continued, simulated};
    use super::*;
    use crate::stats::number;

    const PATHS: usize = 60_000;

    /// Each formula against the variance of many simulated futures: 60,000 of them know a standard
    /// deviation to half a percent.
    #[test]
    fn formulas_agree_with_simulated_futures() {
        let mut forms = EtsConfig::default().forms();
        forms.retain(|form| form.season.is_some() || form.trend.is_none_or(|trend| trend.damped));
        for form in forms {
            let smoothing = Smoothing {
                alpha: 0.4,
                beta: if form.trend.is_some() { 0.15 } else { 0.0 },
                gamma: if form.season.is_some() { 0.3 } else { 0.0 },
                phi: if form.is_damped() { 0.9 } else { 1.0 },
            };
            let season = match form.season {
                None => vec![0.0],
                Some(Component::Additive) => vec![2.0, -3.0, 1.0],
                Some(Component::Multiplicative) => vec![1.2, 0.7, 1.1],
            };
            let growth = if form.trend.is_some() { 0.5 } else { 0.0 };
            let state = EtsState { level: 20.0, growth, season };
            let deviation = if form.error == Component::Additive { 2.0 } else { 0.15 };
            let mean = continued(form, smoothing.phi, &state, 1, 7);
            let found = deviations(form, &smoothing, &state, 1, deviation, &mean).unwrap();
            let mut shocks = Shocks::new(3);
            let (mut sums, mut squares) = ([0.0; 7], [0.0; 7]);
            for _ in 0..PATHS {
                let (mut path, mut place) = (state.clone(), 1);
                for row in 0..7 {
                    let shock = deviation * shocks.next();
                    let value = simulated(form, &smoothing, &mut path, &mut place, shock);
                    sums[row] += value - mean[row];
                    squares[row] += (value - mean[row]).powi(2);
                }
            }
            for row in 0..7 {
                let centre = sums[row] / number(PATHS);
                let drawn = (squares[row] / number(PATHS) - centre * centre).sqrt();
                assert!(
                    (found[row] / drawn - 1.0).abs() < 0.03,
                    "{form} {row}: {} {drawn}",
                    found[row]
                );
            }
        }
    }
}
