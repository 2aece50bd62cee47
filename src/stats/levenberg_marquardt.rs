//! The smallest sum of squares of errors that are a function of a few numbers (Levenberg 1944,
//! Marquardt 1963; Björck 1996, section 2.4), with slopes by differences.
//!
//! The exact likelihood of an ARMA process is such a sum once every error is scaled by the geometric
//! mean of the forecast variances, so that one method serves both it and the conditional sum. Not for
//! constraints, nor for linear errors (`least_squares`).

use super::least_squares::{dot, subtract};

/// Damping at the start, as a share of the curvature.
const FIRST_DAMPING: f64 = 1e-3;
/// With more damping than this no step helps any more.
const MOST_DAMPING: f64 = 1e9;
/// A search has as much to gain as its slopes promise, and at most this many times as much: sums of
/// squares bend.
const MOST_OF_PROMISE: f64 = 3.0;
/// With more damping than this a step tells nothing of what there is to gain.
const TELLING_DAMPING: f64 = 0.02;
/// Steps after which slopes are measured again rather than corrected: measuring takes as many
/// evaluations as there are free numbers.
const MOST_LEARNED: usize = 4;

/// Errors as a function of free numbers.
pub trait Errors {
    /// What is kept equal between a point and those beside it, so that differences are smooth.
    type Held: Copy;
    /// Step of a forward difference: near the root of the errors' rounding.
    const STEP: f64 = 1e-7;

    /// Writes the errors at `free`, holding `held` where given; `None` where they are not defined.
    fn errors(
        &mut self,
        free: &[f64],
        held: Option<Self::Held>,
        out: &mut Vec<f64>,
    ) -> Option<Self::Held>;
}

#[derive(Debug, Clone, Copy)]
pub struct SquaresLimits {
    /// Steps at most.
    pub steps: usize,
    /// Relative gain of a step below which there is no more to come.
    pub gain: f64,
    /// Largest size of a free number.
    pub most: f64,
    /// Sum of squares that has to be reached: where the slopes promise too little for it, the search
    /// is given up. Infinite for a search that goes to the end.
    pub needed: f64,
}

impl SquaresLimits {
    /// A search that goes to the end.
    pub const fn new(steps: usize, gain: f64) -> Self {
        Self { steps, gain, most: 300.0, needed: f64::INFINITY }
    }
}

/// Moves `free` to where the errors' sum of squares is smallest nearby and gives the sum; `None`
/// where the errors are not defined at the start.
pub fn minimise<E: Errors>(
    problem: &mut E,
    free: &mut Vec<f64>,
    patience: SquaresLimits,
) -> Option<f64> {
    let mut descent = SquaresSearch::new(problem, std::mem::take(free))?;
    for _ in 0..patience.steps {
        if descent.free.is_empty() || descent.sum <= 0.0 || !descent.has_slopes() {
            break;
        }
        let measured = descent.learned == 0;
        match descent.step(patience) {
            StepOutcome::Hopeless => break,
            StepOutcome::Moved(gain) if gain > patience.gain => {}
            // Only measured slopes tell that there is no more to gain.
            _ if measured => break,
            _ => descent.learned = MOST_LEARNED,
        }
    }
    *free = descent.free;
    Some(descent.sum)
}

enum StepOutcome {
    Moved(f64),
    /// No step along these slopes is better.
    Stuck,
    /// The slopes promise too little for what is needed.
    Hopeless,
}

struct SquaresSearch<'a, E: Errors> {
    problem: &'a mut E,
    free: Vec<f64>,
    errors: Vec<f64>,
    held: E::Held,
    sum: f64,
    jacobian: Vec<Vec<f64>>,
    /// Steps that the slopes have learned from since they were measured.
    learned: usize,
    damping: f64,
    trial_errors: Vec<f64>,
}

impl<'a, E: Errors> SquaresSearch<'a, E> {
    fn new(problem: &'a mut E, free: Vec<f64>) -> Option<Self> {
        let mut errors = Vec::new();
        let held = problem.errors(&free, None, &mut errors)?;
        Some(Self {
            problem,
            held,
            sum: finite(dot(&errors, &errors))?,
            jacobian: vec![Vec::new(); free.len()],
            free,
            errors,
            learned: MOST_LEARNED,
            damping: FIRST_DAMPING,
            trial_errors: Vec::new(),
        })
    }

    /// Measures the slopes again where they have learned enough.
    fn has_slopes(&mut self) -> bool {
        if self.learned < MOST_LEARNED {
            return true;
        }
        self.learned = 0;
        slopes(self.problem, &self.free, self.held, &self.errors, &mut self.jacobian)
    }

    fn step(&mut self, patience: SquaresLimits) -> StepOutcome {
        let (curvature, gradient) = normal_equations(&self.jacobian, &self.errors);
        while self.damping <= MOST_DAMPING {
            let Some(step) = damped_step(&curvature, &gradient, self.damping) else {
                self.damping *= 10.0;
                continue;
            };
            // Of squares that bend as they promise to, this is what all further steps gain.
            let promise = -dot(&gradient, &step);
            let hopeless = self.sum - MOST_OF_PROMISE * promise > patience.needed;
            if hopeless && self.damping <= TELLING_DAMPING {
                return StepOutcome::Hopeless;
            }
            let most = patience.most;
            let moved = |(at, step): (&f64, &f64)| (at + step).clamp(-most, most);
            let trial: Vec<f64> = self.free.iter().zip(&step).map(moved).collect();
            if let Some(gain) = self.moved_to(trial) {
                self.damping = (self.damping * 0.1).max(1e-12);
                return StepOutcome::Moved(gain);
            }
            // A step that small changes nothing that f64 could tell.
            if self.learned > 0 || step.iter().all(|step| step.abs() < 1e-9) {
                return StepOutcome::Stuck;
            }
            self.damping *= 10.0;
        }
        StepOutcome::Stuck
    }

    /// Moves there if it is better, learns from it, and gives the relative gain.
    fn moved_to(&mut self, trial: Vec<f64>) -> Option<f64> {
        let held = self.problem.errors(&trial, None, &mut self.trial_errors)?;
        let sum = finite(dot(&self.trial_errors, &self.trial_errors))?;
        if sum >= self.sum {
            return None;
        }
        let gain = (self.sum - sum) / self.sum;
        let step: Vec<f64> = trial.iter().zip(&self.free).map(|(to, from)| to - from).collect();
        std::mem::swap(&mut self.errors, &mut self.trial_errors);
        (self.held, self.sum, self.free) = (held, sum, trial);
        self.learn(&step);
        Some(gain)
    }

    /// Corrects the slopes by what the errors really did over the last step (Broyden 1965).
    fn learn(&mut self, step: &[f64]) {
        self.learned += 1;
        let mut surprise = std::mem::take(&mut self.trial_errors);
        for (before, now) in surprise.iter_mut().zip(&self.errors) {
            *before = now - *before;
        }
        for (slope, step) in self.jacobian.iter().zip(step) {
            subtract(&mut surprise, slope, *step);
        }
        let length = dot(step, step);
        for (slope, step) in self.jacobian.iter_mut().zip(step) {
            subtract(slope, &surprise, -step / length);
        }
        self.trial_errors = surprise;
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Forward differences of the errors by each free number.
fn slopes<E: Errors>(
    problem: &mut E,
    free: &[f64],
    held: E::Held,
    errors: &[f64],
    jacobian: &mut [Vec<f64>],
) -> bool {
    let mut beside = free.to_vec();
    for (place, slope) in jacobian.iter_mut().enumerate() {
        let step = E::STEP * free[place].abs().max(1.0);
        beside[place] = free[place] + step;
        if problem.errors(&beside, Some(held), slope).is_none() || slope.len() != errors.len() {
            return false;
        }
        beside[place] = free[place];
        for (slope, error) in slope.iter_mut().zip(errors) {
            *slope = (*slope - error) / step;
        }
    }
    true
}

/// Products of the slopes with each other (row by row) and with the errors.
fn normal_equations(jacobian: &[Vec<f64>], errors: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let count = jacobian.len();
    let mut curvature = vec![0.0; count * count];
    for row in 0..count {
        for column in 0..=row {
            let product = dot(&jacobian[row], &jacobian[column]);
            curvature[row * count + column] = product;
            curvature[column * count + row] = product;
        }
    }
    (curvature, jacobian.iter().map(|slope| dot(slope, errors)).collect())
}

/// Solves `(C + damping diag C) step = -gradient` by Cholesky's factor.
fn damped_step(curvature: &[f64], gradient: &[f64], damping: f64) -> Option<Vec<f64>> {
    let count = gradient.len();
    let most = (0..count).map(|i| curvature[i * count + i]).fold(0.0, f64::max);
    let mut factor = vec![0.0; count * count];
    for i in 0..count {
        for j in 0..=i {
            let mut rest = curvature[i * count + j];
            if i == j {
                // A number without influence still gets some curvature, so that it stays.
                rest += damping * rest.max(1e-12 * most);
            }
            rest -= dot(&factor[i * count..i * count + j], &factor[j * count..j * count + j]);
            if i == j {
                if rest <= 0.0 || rest.is_nan() {
                    return None;
                }
                factor[i * count + i] = rest.sqrt();
            } else {
                factor[i * count + j] = rest / factor[j * count + j];
            }
        }
    }
    let mut step = vec![0.0; count];
    for i in 0..count {
        let sum = dot(&factor[i * count..i * count + i], &step[..i]);
        step[i] = (-gradient[i] - sum) / factor[i * count + i];
    }
    for i in (0..count).rev() {
        let sum: f64 = (i + 1..count).map(|k| factor[k * count + i] * step[k]).sum();
        step[i] = (step[i] - sum) / factor[i * count + i];
    }
    step.iter().all(|step| step.is_finite()).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley as two errors.
    struct Valley;

    impl Errors for Valley {
        type Held = ();

        fn errors(&mut self, free: &[f64], _: Option<()>, out: &mut Vec<f64>) -> Option<()> {
            *out = vec![10.0 * (free[1] - free[0] * free[0]), 1.0 - free[0], 0.1];
            Some(())
        }
    }

    #[test]
    fn the_floor_of_a_curved_valley_is_found() {
        let mut free = vec![-1.2, 1.0];
        let sum = minimise(&mut Valley, &mut free, SquaresLimits::new(100, 1e-14)).unwrap();
        assert!((free[0] - 1.0).abs() < 1e-6 && (free[1] - 1.0).abs() < 1e-6, "{free:?}");
        assert!((sum - 0.01).abs() < 1e-12);
    }
}
