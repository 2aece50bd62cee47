//! The exact filter of a stationary ARMA process on complete values: it turns columns of numbers
//! into independent ones.
//!
//! The state holds the predictions of the next rows (Akaike 1974), its gain is updated by the
//! Chandrasekhar recursions (Morf, Sidhu and Kailath 1974; Mélard 1984, AS 197): a step costs a few
//! times the state's length, not its square. Once the gain has settled the rows follow the plain
//! recursion. Not for missing values (`kalman`).

use super::autocovariance::{Autocovariance, Term};

/// The gain has settled when the variance of a one-step forecast exceeds that of the innovations
/// by less than this share; forecasts then differ by 1e-5 standard deviations at most.
pub(super) const SETTLED: f64 = 1e-10;
/// The share that does to compare models: forecasts differ by 3e-3 standard deviations at most, the
/// likelihood by half of this a row.
pub(super) const ROUGHLY_SETTLED: f64 = 1e-5;
/// Variances this far below that of the innovations are rounding errors of a nearly explosive
/// autoregression; the likelihood there is worthless.
const BELOW_INNOVATIONS: f64 = 1e-6;

/// A stationary ARMA process: `x_t = Σ ar x_(t-j) + e_t - Σ ma e_(t-j)`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arma {
    /// Autoregressive terms by ascending lag.
    pub(super) ar: Vec<Term>,
    /// Moving-average terms by ascending lag, with the sign above.
    pub(super) ma: Vec<Term>,
}

impl Arma {
    pub(super) fn longest_ar(&self) -> usize {
        self.ar.last().map_or(0, |term| term.0)
    }

    pub(super) fn longest_ma(&self) -> usize {
        self.ma.last().map_or(0, |term| term.0)
    }

    /// Predictions the state must hold.
    pub(super) fn states(&self) -> usize {
        self.longest_ar().max(self.longest_ma() + 1)
    }

    /// Innovations of `column` where everything before row `from` is taken as zero; writes the rows
    /// from `from` on (Box and Jenkins 1976, section 7.1.2).
    pub(super) fn conditional_innovations(&self, column: &[f64], from: usize, out: &mut [f64]) {
        out[..from].fill(0.0);
        self.recursion(column, from, out);
    }

    /// The plain recursion from row `from` on, given innovations before it.
    fn recursion(&self, column: &[f64], from: usize, out: &mut [f64]) {
        out[from..].copy_from_slice(&column[from..]);
        for &(lag, a) in &self.ar {
            let first = from.max(lag);
            if let Some(later) = out.get_mut(first..) {
                for (out, past) in later.iter_mut().zip(&column[first - lag..]) {
                    *out -= a * past;
                }
            }
        }
        let inside = self.longest_ma().max(from).min(column.len());
        for row in from..inside {
            let reached = self.ma.iter().filter(|term| term.0 <= row);
            out[row] += reached.map(|&(lag, b)| b * out[row - lag]).sum::<f64>();
        }
        // The newest innovation is the one to wait for: it stays at hand and comes last.
        let (newest, older) = match self.ma.split_first() {
            None => return,
            Some((&(1, b), older)) => (b, older),
            Some(_) => (0.0, &self.ma[..]),
        };
        let mut last = if inside > 0 { out[inside - 1] } else { 0.0 };
        for row in inside..column.len() {
            let mut value = out[row];
            for &(lag, b) in older {
                value += b * out[row - lag];
            }
            last = value + newest * last;
            out[row] = last;
        }
    }
}

/// What a run of the filter tells besides the innovations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Filtered {
    /// Sum of the logarithms of the variances of the one-step forecasts, the innovations' own
    /// variance being 1.
    pub(super) log_variances: f64,
    /// Row from which the gain was held.
    pub(super) settled: usize,
}

/// The logarithm of a product of numbers not far from 1, taken once in a while.
struct LogProduct {
    product: f64,
    logarithm: f64,
}

impl Default for LogProduct {
    fn default() -> Self {
        Self { product: 1.0, logarithm: 0.0 }
    }
}

impl LogProduct {
    fn multiply(&mut self, factor: f64) {
        self.product *= factor;
        // Far enough from what f64 holds that one more factor does no harm.
        if !(1e-100..1e100).contains(&self.product) {
            *self = Self { product: 1.0, logarithm: self.ln() };
        }
    }

    fn ln(&self) -> f64 {
        self.logarithm + self.product.ln()
    }
}

/// When the gain may be held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Settle {
    /// As soon as the share of its variance is below this.
    Within(f64),
    /// From this row on, so that small changes of the parameters change the result smoothly.
    At(usize),
}

/// The filter's room, reused between runs.
#[derive(Debug, Default)]
pub(super) struct InnovationsFilter {
    autocovariance: Autocovariance,
    covariances: Vec<f64>,
    gain: Vec<f64>,
    /// How the gain changes, from `changed` on.
    change: Vec<f64>,
    changed: usize,
    /// Predictions of all rows and of `states` after them, one stretch a column. At each row those of
    /// the next `states` rows are what is known: the state.
    ahead: Vec<Vec<f64>>,
}

impl InnovationsFilter {
    /// Filters `columns`, each into the slice of `out` of the same place: one-step errors divided
    /// by the square root of their variance. `None` where the process is not stationary or too near
    /// to it for f64.
    pub(super) fn run(
        &mut self,
        arma: &Arma,
        columns: &[&[f64]],
        settle: Settle,
        out: &mut [Vec<f64>],
    ) -> Option<Filtered> {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut variance = self.start(arma, rows, columns.len())?;
        let mut weight = -1.0 / variance;
        let mut log_variances = LogProduct::default();
        let mut held = false;
        let mut settled = rows;
        for row in 0..rows {
            let hold = match settle {
                Settle::Within(share) => variance - 1.0 < share,
                Settle::At(at) => row >= at,
            };
            if hold && !held {
                (held, settled) = (true, row);
            }
            // The plain recursion asks for settled innovations in all its lags.
            if held && row >= settled + arma.longest_ma() && row >= arma.longest_ar() {
                for (column, out) in columns.iter().zip(out.iter_mut()) {
                    arma.recursion(column, row, out);
                }
                break;
            }
            self.observe(arma, columns, row, variance, out);
            log_variances.multiply(variance);
            if !held {
                let next = self.update_gain(arma, variance, weight);
                weight *= variance / next;
                variance = next;
                if variance < 1.0 - BELOW_INNOVATIONS || variance.is_nan() {
                    return None;
                }
            }
        }
        Some(Filtered { log_variances: log_variances.ln(), settled })
    }

    /// The state after the last row of a column: predictions of the `states` rows that follow.
    /// Runs by its state over all rows and appends their one-step errors to `errors`.
    pub(super) fn last_state(
        &mut self,
        arma: &Arma,
        column: &[f64],
        errors: &mut Vec<f64>,
    ) -> Option<&[f64]> {
        let mut out = [vec![0.0; column.len()]];
        let mut variance = self.start(arma, column.len(), 1)?;
        let mut weight = -1.0 / variance;
        for row in 0..column.len() {
            self.observe(arma, &[column], row, variance, &mut out);
            errors.push(out[0][row] * variance.sqrt());
            if variance - 1.0 >= SETTLED {
                let next = self.update_gain(arma, variance, weight);
                weight *= variance / next;
                variance = next;
            }
        }
        Some(&self.ahead[0][column.len()..])
    }

    /// Sets the state before the first row; gives the variance of its forecast.
    fn start(&mut self, arma: &Arma, rows: usize, columns: usize) -> Option<f64> {
        let states = arma.states();
        if !self.autocovariance.compute(&arma.ar, &arma.ma, states, &mut self.covariances) {
            return None;
        }
        self.gain.clear();
        self.gain.extend_from_slice(&self.covariances[1..]);
        self.change.clear();
        self.change.extend_from_slice(&self.covariances[1..]);
        self.change.resize(states + rows, 0.0);
        self.changed = 0;
        self.ahead.resize(columns.max(self.ahead.len()), Vec::new());
        for ahead in &mut self.ahead[..columns] {
            ahead.clear();
            ahead.resize(rows + states, 0.0);
        }
        Some(self.covariances[0])
    }

    fn observe(
        &mut self,
        arma: &Arma,
        columns: &[&[f64]],
        row: usize,
        variance: f64,
        out: &mut [Vec<f64>],
    ) {
        let root = variance.sqrt();
        for ((ahead, column), out) in self.ahead.iter_mut().zip(columns).zip(out) {
            let error = column[row] - ahead[row];
            out[row] = error / root;
            let share = error / variance;
            extend(arma, &mut ahead[row..=row + self.gain.len()]);
            for (ahead, gain) in ahead[row + 1..].iter_mut().zip(&self.gain) {
                *ahead += gain * share;
            }
        }
    }

    /// One Chandrasekhar step; gives the variance of the next forecast.
    fn update_gain(&mut self, arma: &Arma, variance: f64, weight: f64) -> f64 {
        let change = &mut self.change[self.changed..=self.changed + self.gain.len()];
        self.changed += 1;
        extend(arma, change);
        let (first, change) = (change[0], &mut change[1..]);
        let (of_gain, of_change) = (first / variance, weight * first);
        for (gain, change) in self.gain.iter_mut().zip(change) {
            let moved = *change;
            *change = moved - *gain * of_gain;
            *gain += of_change * moved;
        }
        variance + weight * first * first
    }
}

/// Writes the prediction of the last place from those before it.
fn extend(arma: &Arma, ahead: &mut [f64]) {
    let last = ahead.len() - 1;
    ahead[last] = arma.ar.iter().map(|&(lag, a)| a * ahead[last - lag]).sum();
}

#[cfg(test)]
#[path = "innovations_tests.rs"]
mod tests;
