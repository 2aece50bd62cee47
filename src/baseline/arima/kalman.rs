//! The Kalman filter of an ARIMA process with missing values.
//!
//! Differences cannot be taken across a gap, so the state holds the last values besides the
//! predictions of their differences (Harvey 1989, section 3.3); those values start without
//! knowledge, and rows that only settle them do not count (Gardner, Harvey and Phillips 1980,
//! AS 154, as R's `arima` does). Slower than `innovations`, by the square of the state's length.

use super::autocovariance::Autocovariance;
use super::innovations::Arma;

/// Variance of an unknown starting value, in variances of the innovations.
const UNKNOWN: f64 = 1e7;
/// A forecast with more variance than this settles a starting value and is not counted.
const SETTLING: f64 = 1e4;

/// The filter of one ARIMA process and its state.
#[derive(Debug, Clone, Default)]
pub(super) struct KalmanFilter {
    arma: Arma,
    /// Weights of the last values, newest first, in the sum that undoes the differences.
    weights: Vec<f64>,
    /// First responses to an innovation, one a prediction held.
    response: Vec<f64>,
    /// One state a column: predictions of differences, then the last values.
    states: Vec<Vec<f64>>,
    /// Covariance of the state, row by row.
    covariance: Vec<f64>,
    moved: Vec<f64>,
    product: Vec<f64>,
}

/// One column's error at a row and its variance; `None` where the row is missing.
pub(super) type Observe<'a> = dyn FnMut(usize, Option<(&[f64], f64)>) + 'a;

impl KalmanFilter {
    /// A filter before the first row; `None` where the process is not stationary once differenced.
    pub(super) fn new(arma: &Arma, weights: &[f64], columns: usize) -> Option<Self> {
        let predictions = arma.states();
        let size = predictions + weights.len();
        let mut covariances = Vec::new();
        let mut autocovariance = Autocovariance::default();
        if !autocovariance.compute(&arma.ar, &arma.ma, predictions, &mut covariances) {
            return None;
        }
        let response = response(arma, predictions);
        let mut covariance = vec![0.0; size * size];
        for i in 0..predictions {
            for j in i..predictions {
                // What the rows known by then do not tell of two later rows together.
                let known: f64 = (0..i).map(|k| response[k] * response[k + j - i]).sum();
                let value = covariances[j - i] - known;
                covariance[i * size + j] = value;
                covariance[j * size + i] = value;
            }
        }
        for i in predictions..size {
            covariance[i * size + i] = UNKNOWN;
        }
        Some(Self {
            arma: arma.clone(),
            weights: weights.to_vec(),
            response,
            states: vec![vec![0.0; size]; columns],
            moved: covariance.clone(),
            covariance,
            product: vec![0.0; size],
        })
    }

    /// Runs over the rows of `columns`; a row with a missing value in any column is missing. Tells
    /// `observe` the errors of each row and their common variance.
    pub(super) fn run(&mut self, columns: &[&[f64]], observe: &mut Observe<'_>) {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut errors = vec![0.0; columns.len()];
        for row in 0..rows {
            if columns.iter().any(|column| column[row].is_nan()) {
                observe(row, None);
            } else {
                for ((error, column), state) in errors.iter_mut().zip(columns).zip(&self.states) {
                    *error = column[row] - self.observed(state);
                }
                let variance = self.project();
                observe(row, Some((&errors, variance)));
                self.update(&errors, variance);
            }
            self.step();
        }
    }

    /// Whether an error with this variance counts in the likelihood.
    pub(super) fn counts(variance: f64) -> bool {
        variance < SETTLING
    }

    /// Forecasts of the first column over `horizon` rows and their variances.
    pub(super) fn forecast(&self, horizon: usize) -> (Vec<f64>, Vec<f64>) {
        let mut ahead = self.clone();
        (0..horizon)
            .map(|_| {
                let mean = ahead.observed(&ahead.states[0]);
                let variance = ahead.project();
                ahead.step();
                (mean, variance)
            })
            .unzip()
    }

    fn size(&self) -> usize {
        self.response.len() + self.weights.len()
    }

    /// The value that a state makes.
    fn observed(&self, state: &[f64]) -> f64 {
        let last = &state[self.response.len()..];
        state[0] + self.weights.iter().zip(last).map(|(w, value)| w * value).sum::<f64>()
    }

    /// Covariance of the state with the value, kept in `product`; gives the value's variance.
    fn project(&mut self) -> f64 {
        let (size, predictions) = (self.size(), self.response.len());
        for (row, product) in self.covariance.chunks_exact(size).zip(&mut self.product) {
            let last = row[predictions..].iter().zip(&self.weights);
            *product = row[0] + last.map(|(c, w)| c * w).sum::<f64>();
        }
        let last = self.product[predictions..].iter().zip(&self.weights);
        self.product[0] + last.map(|(c, w)| c * w).sum::<f64>()
    }

    fn update(&mut self, errors: &[f64], variance: f64) {
        for (state, error) in self.states.iter_mut().zip(errors) {
            let share = error / variance;
            for (state, product) in state.iter_mut().zip(&self.product) {
                *state += product * share;
            }
        }
        let size = self.size();
        for (row, at) in self.covariance.chunks_exact_mut(size).zip(&self.product) {
            let share = at / variance;
            for (value, product) in row.iter_mut().zip(&self.product) {
                *value -= share * product;
            }
        }
    }

    /// To the next row.
    fn step(&mut self) {
        let (size, predictions) = (self.size(), self.response.len());
        for place in 0..self.states.len() {
            let mut state = std::mem::take(&mut self.states[place]);
            self.advance(&mut state);
            self.states[place] = state;
        }
        // Rows of the covariance move as the state does, and then its columns do.
        let mut covariance = std::mem::take(&mut self.covariance);
        let mut moved = std::mem::take(&mut self.moved);
        let weighted = |out: &mut [f64], terms: &mut dyn Iterator<Item = (usize, f64)>| {
            out.fill(0.0);
            for (row, weight) in terms {
                let source = &covariance[row * size..(row + 1) * size];
                for (out, value) in out.iter_mut().zip(source) {
                    *out += weight * value;
                }
            }
        };
        for row in 0..size {
            let out = &mut moved[row * size..(row + 1) * size];
            if row + 1 == predictions {
                let terms = self.arma.ar.iter().map(|&(lag, a)| (predictions - lag, a));
                weighted(out, &mut terms.into_iter());
            } else if row < predictions {
                weighted(out, &mut std::iter::once((row + 1, 1.0)));
            } else if row == predictions {
                let last = self.weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
                let last = last.map(|(place, &weight)| (predictions + place, weight));
                weighted(out, &mut std::iter::once((0, 1.0)).chain(last));
            } else {
                weighted(out, &mut std::iter::once((row - 1, 1.0)));
            }
        }
        for row in moved.chunks_exact_mut(size) {
            self.advance(row);
        }
        for i in 0..predictions {
            for j in 0..predictions {
                moved[i * size + j] += self.response[i] * self.response[j];
            }
        }
        std::mem::swap(&mut covariance, &mut moved);
        self.covariance = covariance;
        self.moved = moved;
    }

    /// Moves a state one row on.
    fn advance(&self, state: &mut [f64]) {
        let predictions = self.response.len();
        let value = self.observed(state);
        let furthest: f64 = self.arma.ar.iter().map(|&(lag, a)| a * state[predictions - lag]).sum();
        state.copy_within(1..predictions, 0);
        state[predictions - 1] = furthest;
        if !self.weights.is_empty() {
            state.copy_within(predictions..state.len() - 1, predictions + 1);
            state[predictions] = value;
        }
    }
}

/// The first `count` responses of the process to a unit innovation.
fn response(arma: &Arma, count: usize) -> Vec<f64> {
    let mut response = vec![0.0; count];
    for row in 0..count {
        let past = arma.ar.iter().filter(|term| term.0 <= row);
        let mut value: f64 = past.map(|&(lag, a)| a * response[row - lag]).sum();
        value += if row == 0 { 1.0 } else { 0.0 };
        value -= arma.ma.iter().filter(|term| term.0 == row).map(|term| term.1).sum::<f64>();
        response[row] = value;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::arima::innovations::{InnovationsFilter, SETTLED, Settle};

    fn arma() -> Arma {
        Arma { ar: vec![(1, 0.6), (4, 0.3), (5, -0.18)], ma: vec![(1, 0.5), (2, -0.2)] }
    }

    fn column() -> Vec<f64> {
        (0..60)
            .map(|row| (f64::from(row) * 1.7).sin() + (f64::from(row * row) * 0.3).cos())
            .collect()
    }

    #[test]
    fn without_gaps_it_is_the_fast_filter() {
        let (arma, column) = (arma(), column());
        let mut expected = vec![vec![0.0; 60]];
        InnovationsFilter::default()
            .run(&arma, &[&column], Settle::Within(SETTLED), &mut expected)
            .unwrap();
        let mut filter = KalmanFilter::new(&arma, &[], 1).unwrap();
        filter.run(&[&column], &mut |row, told| {
            let (errors, variance) = told.unwrap();
            // The fast filter holds its gain once it has settled to 1e-10.
            assert!((errors[0] / variance.sqrt() - expected[0][row]).abs() < 1e-5);
        });
    }

    #[test]
    fn a_walk_is_settled_by_its_first_value_and_forgets_gaps() {
        let mut filter = KalmanFilter::new(&Arma::default(), &[1.0], 1).unwrap();
        let column = [5.0, 6.0, f64::NAN, 9.0];
        let mut told = Vec::new();
        filter.run(&[&column], &mut |_, row| told.push(row.map(|(e, v)| (e[0], v))));
        assert!(!KalmanFilter::counts(told[0].unwrap().1));
        let (error, variance) = told[3].unwrap();
        // The unknown start leaves a share of 1e-7.
        assert!((error - 3.0).abs() < 1e-5 && (variance - 2.0).abs() < 1e-5);
        assert_eq!(told[2], None);
        let (means, variances) = filter.forecast(3);
        for (ahead, (mean, variance)) in (1..).zip(means.iter().zip(variances)) {
            assert!((mean - 9.0).abs() < 1e-5);
            assert!((variance - f64::from(ahead)).abs() < 1e-5);
        }
    }
}
