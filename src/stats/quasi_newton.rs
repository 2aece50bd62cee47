//! The smallest value of a smooth function of a few numbers by its gradient.
//!
//! BFGS with the weak Wolfe line search by bisection of Lewis and Overton (2013), "Nonsmooth
//! optimization via quasi-Newton methods", which needs no finite value outside the domain: there the
//! function is infinite. Not for hundreds of numbers, nor for noisy functions.

use super::number;

#[derive(Debug, Clone, Copy)]
pub struct DescentLimits {
    /// Steps taken at most.
    pub steps: usize,
    /// Two steps in a row that gain less than this end the search.
    pub least_gain: f64,
    /// A search that is above this value, and at its present pace would stay above it for the
    /// steps that are left, is given up.
    pub hopeless_above: f64,
}

/// Steps before a search may be given up.
const FAIR_STEPS: usize = 20;
/// Steps over which the pace of a search is taken to last.
const FORESEEN: f64 = 100.0;
/// What is left of an earlier pace from one step to the next: gains come in bursts.
const PACE_KEPT: f64 = 0.9;
/// Bisections of a line search at most: 2^-40 of a step is no step.
const BISECTIONS: usize = 40;
/// Share of the promised decrease that has to come true (Nocedal and Wright 2006, section 3.1).
const SUFFICIENT_DECREASE: f64 = 1e-4;
/// Share of the slope that may be left.
const LEFT_SLOPE: f64 = 0.9;
/// Bounds of a step this close, as a part of it, are one.
const NARROW: f64 = 0.1;

/// Moves `x` downhill and gives the value there. `function` fills in its gradient and gives its
/// value, infinite outside its domain.
pub fn minimise(
    x: &mut [f64],
    patience: DescentLimits,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> f64 {
    let mut search = BfgsSearch::new(x.len());
    let mut value = function(x, &mut search.gradient);
    if !value.is_finite() {
        return f64::INFINITY;
    }
    let (mut small_gains, mut pace) = (0, 0.0_f64);
    for step in 1..=patience.steps {
        search.turn_downhill();
        let Some(lower) = search.walk(x, value, &mut function) else {
            if search.is_fresh {
                break;
            }
            search.forget();
            continue;
        };
        let gain = value - lower;
        value = lower;
        pace = gain.max(PACE_KEPT * pace);
        small_gains = if gain < patience.least_gain { small_gains + 1 } else { 0 };
        let steps_left = number(patience.steps - step).min(FORESEEN);
        let hopeless = step >= FAIR_STEPS && value - pace * steps_left > patience.hopeless_above;
        if small_gains == 2 || hopeless {
            break;
        }
        search.learn_curvature();
    }
    value
}

/// The state of a search; all buffers are made once.
struct BfgsSearch {
    gradient: Vec<f64>,
    /// Inverse curvature, row by row.
    inverse: Vec<f64>,
    is_fresh: bool,
    direction: Vec<f64>,
    trial: Vec<f64>,
    trial_gradient: Vec<f64>,
    good: Vec<f64>,
    good_gradient: Vec<f64>,
    moved: Vec<f64>,
    turned: Vec<f64>,
    product: Vec<f64>,
}

impl BfgsSearch {
    fn new(count: usize) -> Self {
        let zeros = || vec![0.0; count];
        let mut search = Self {
            gradient: zeros(),
            inverse: vec![0.0; count * count],
            is_fresh: true,
            direction: zeros(),
            trial: zeros(),
            trial_gradient: zeros(),
            good: zeros(),
            good_gradient: zeros(),
            moved: zeros(),
            turned: zeros(),
            product: zeros(),
        };
        search.forget();
        search
    }

    /// Starts again with the plain gradient.
    fn forget(&mut self) {
        self.set_inverse(1.0);
        self.is_fresh = true;
    }

    fn set_inverse(&mut self, diagonal: f64) {
        let count = self.gradient.len();
        self.inverse.fill(0.0);
        self.inverse.iter_mut().step_by(count + 1).for_each(|entry| *entry = diagonal);
    }

    fn turn_downhill(&mut self) {
        let count = self.gradient.len();
        for (row, direction) in self.inverse.chunks_exact(count).zip(&mut self.direction) {
            *direction = -dot(row, &self.gradient);
        }
        if dot(&self.direction, &self.gradient) >= 0.0 {
            self.forget();
            self.direction.iter_mut().zip(&self.gradient).for_each(|(d, g)| *d = -g);
        }
    }

    /// Goes along the direction to a place that is lower by enough, and gives its value; `None`
    /// where there is none.
    fn walk(
        &mut self,
        x: &mut [f64],
        value: f64,
        function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    ) -> Option<f64> {
        let slope = dot(&self.direction, &self.gradient);
        let steepest = self.direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
        // A plain gradient knows no scale: its first step is a small one.
        let mut length = if self.is_fresh { (0.1 / steepest).min(1.0) } else { 1.0 };
        let (mut near, mut far) = (0.0, f64::INFINITY);
        let mut lower = None;
        for _ in 0..BISECTIONS {
            for ((trial, x), d) in self.trial.iter_mut().zip(&*x).zip(&self.direction) {
                *trial = x + length * d;
            }
            let reached = function(&self.trial, &mut self.trial_gradient);
            if reached <= value + SUFFICIENT_DECREASE * length * slope {
                lower = Some(reached);
                near = length;
                let left = dot(&self.trial_gradient, &self.direction);
                std::mem::swap(&mut self.trial, &mut self.good);
                std::mem::swap(&mut self.trial_gradient, &mut self.good_gradient);
                if left >= LEFT_SLOPE * slope {
                    break;
                }
            } else {
                far = length;
            }
            if lower.is_some() && far - near < NARROW * far {
                break;
            }
            length = if far.is_finite() { f64::midpoint(near, far) } else { 2.0 * near };
        }
        if lower.is_some() {
            difference(&mut self.moved, &self.good, x);
            difference(&mut self.turned, &self.good_gradient, &self.gradient);
            x.copy_from_slice(&self.good);
            self.gradient.copy_from_slice(&self.good_gradient);
        }
        lower
    }

    /// The BFGS update of the inverse curvature, left out where the function bends down.
    fn learn_curvature(&mut self) {
        let count = self.gradient.len();
        let bend = dot(&self.moved, &self.turned);
        let turned = dot(&self.turned, &self.turned);
        if bend.is_nan() || bend <= f64::EPSILON * turned {
            return;
        }
        if self.is_fresh {
            self.set_inverse(bend / turned);
            self.is_fresh = false;
        }
        for (row, product) in self.inverse.chunks_exact(count).zip(&mut self.product) {
            *product = dot(row, &self.turned);
        }
        let along = (1.0 + dot(&self.turned, &self.product) / bend) / bend;
        for (at, row) in self.inverse.chunks_exact_mut(count).enumerate() {
            let (moved, product) = (self.moved[at], self.product[at] / bend);
            let own = along * moved - product;
            for ((entry, m), p) in row.iter_mut().zip(&self.moved).zip(&self.product) {
                *entry += own * m - moved * p / bend;
            }
        }
    }
}

fn difference(into: &mut [f64], from: &[f64], taken: &[f64]) {
    into.iter_mut().zip(from).zip(taken).for_each(|((into, from), taken)| *into = from - taken);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: DescentLimits =
        DescentLimits { steps: 200, least_gain: 1e-14, hopeless_above: f64::INFINITY };

    fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
        let bend = x[1] - x[0] * x[0];
        gradient[0] = -400.0 * bend * x[0] - 2.0 * (1.0 - x[0]);
        gradient[1] = 200.0 * bend;
        100.0 * bend * bend + (1.0 - x[0]).powi(2)
    }

    #[test]
    fn a_bent_valley_is_followed_to_its_lowest_place() {
        let mut x = [-1.2, 1.0];
        let value = minimise(&mut x, PATIENCE, rosenbrock);
        assert!(value < 1e-12 && (x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6, "{x:?}");
    }

    #[test]
    fn a_border_is_approached_and_a_hopeless_start_stays() {
        // Infinite left of 1, where the function would be lower.
        let cliff = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = 1.0;
            if x[0] < 1.0 { f64::INFINITY } else { x[0] }
        };
        let mut x = [5.0];
        assert!(minimise(&mut x, PATIENCE, cliff) < 1.01);
        let mut x = [0.0];
        assert_eq!(minimise(&mut x, PATIENCE, cliff), f64::INFINITY);
        assert_eq!(x, [0.0]);
    }
}
