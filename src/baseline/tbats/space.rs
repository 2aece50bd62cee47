//! Weights and first states of TBATS as numbers without bounds, for the search.
//!
//! Autoregressive and moving-average weights come from partial correlations, so that every number
//! stands for a stationary and invertible process (Monahan 1984).

use super::recursion::{Growth, Shape, Weights};

/// Damping below this is no growth.
const LEAST_DAMPING: f64 = 0.8;
/// Units of a season's weights, which are small.
const GAMMA_UNIT: f64 = 0.01;
/// Weight of growth, as a share of the level's, and damping that the search starts from: as in R's
/// `tbats`.
const START: (f64, f64) = (0.05, 0.95);

/// Numbers that the search starts from with a level of weight `alpha`, first states aside.
pub(super) fn start(shape: &Shape, alpha: f64) -> Vec<f64> {
    let logit = |share: f64| (share / (1.0 - share)).ln();
    let mut numbers = vec![logit(alpha)];
    if shape.growth != Growth::None {
        numbers.push(logit(START.0));
    }
    if shape.growth == Growth::Damped {
        numbers.push(logit((START.1 - LEAST_DAMPING) / (1.0 - LEAST_DAMPING)));
    }
    numbers.resize(shape.weights(), 0.0);
    numbers
}

/// The weights that `numbers` stand for, and the Box-Cox exponent where there is one.
pub(super) fn weights(shape: &Shape, numbers: &[f64], weights: &mut Weights) -> Option<f64> {
    let mut numbers = numbers.iter().copied();
    let mut next = || numbers.next().unwrap_or(0.0);
    weights.alpha = share(next());
    weights.beta = match shape.growth {
        Growth::None => 0.0,
        _ => weights.alpha * share(next()),
    };
    weights.phi = match shape.growth {
        Growth::Damped => LEAST_DAMPING + (1.0 - LEAST_DAMPING) * share(next()),
        _ => 1.0,
    };
    weights.gamma.clear();
    for _ in &shape.seasons {
        weights.gamma.push([GAMMA_UNIT * next(), GAMMA_UNIT * next()]);
    }
    let mut process = |order| {
        let first = if order > 0 { next().tanh() } else { 0.0 };
        let second = if order > 1 { next().tanh() } else { 0.0 };
        [first * (1.0 - second), second]
    };
    weights.ar = process(shape.orders.0);
    weights.ma = process(shape.orders.1).map(|weight| -weight);
    shape.box_cox.then(|| share(next()))
}

/// The gradient by `numbers` from that by weights and exponent; first states are left alone.
pub(super) fn gradient(
    shape: &Shape,
    numbers: &[f64],
    weights: &Weights,
    slopes: &Weights,
    by_lambda: f64,
    gradient: &mut [f64],
) {
    let mut at = 1;
    let mut by_alpha = slopes.alpha;
    if shape.growth != Growth::None {
        gradient[at] = slopes.beta * weights.alpha * steepness(numbers[at]);
        by_alpha += slopes.beta * share(numbers[at]);
        at += 1;
    }
    gradient[0] = by_alpha * steepness(numbers[0]);
    if shape.growth == Growth::Damped {
        gradient[at] = slopes.phi * (1.0 - LEAST_DAMPING) * steepness(numbers[at]);
        at += 1;
    }
    for by_gamma in slopes.gamma.iter().flatten() {
        gradient[at] = GAMMA_UNIT * by_gamma;
        at += 1;
    }
    for (order, by, sign) in [(shape.orders.0, &slopes.ar, 1.0), (shape.orders.1, &slopes.ma, -1.0)]
    {
        let of =
            |order: usize, from: usize| if order > from { numbers[at + from].tanh() } else { 0.0 };
        let (first, second) = (of(order, 0), of(order, 1));
        if order > 0 {
            gradient[at] = sign * by[0] * (1.0 - second) * (1.0 - first * first);
        }
        if order > 1 {
            gradient[at + 1] = sign * (by[1] - by[0] * first) * (1.0 - second * second);
        }
        at += order;
    }
    if shape.box_cox {
        gradient[at] = by_lambda * steepness(numbers[at]);
    }
}

fn share(number: f64) -> f64 {
    1.0 / (1.0 + (-number).exp())
}

fn steepness(number: f64) -> f64 {
    share(number) * (1.0 - share(number))
}
