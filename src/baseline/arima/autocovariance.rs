//! Autocovariances of a stationary ARMA process, which start its filter.
//!
//! The autoregressive part by Levinson's step down (`McLeod` 1975 gives the same by linear
//! equations, in cubic time), the moving average folded over it. Not the sample's (`series`).

use super::polynomial::Term;

/// Room for the computation, reused between calls.
#[derive(Debug, Default)]
pub(super) struct Autocovariance {
    /// Predictors of all orders, one after another: order k takes k places.
    predictors: Vec<f64>,
    /// Autocovariances of the autoregression alone.
    regression: Vec<f64>,
    /// Autocovariances of the moving average alone, with their lags.
    average: Vec<f64>,
}

impl Autocovariance {
    /// Autocovariances at lags 0 to `lags` of `x_t = Σ ar x_(t-j) + e_t - Σ ma e_(t-j)`, with unit
    /// innovations. False where the autoregression is not stationary.
    pub(super) fn compute(
        &mut self,
        ar: &[Term],
        ma: &[Term],
        lags: usize,
        out: &mut Vec<f64>,
    ) -> bool {
        let longest_ma = ma.last().map_or(0, |term| term.0);
        if !self.autoregression(ar, lags + longest_ma) {
            return false;
        }
        self.moving_average(ma, longest_ma);
        out.clear();
        for lag in 0..=lags {
            let mut sum = self.average[0] * self.regression[lag];
            for (shift, &weight) in self.average.iter().enumerate().skip(1) {
                if weight != 0.0 {
                    let near = self.regression[lag.abs_diff(shift)];
                    sum += weight * (near + self.regression[lag + shift]);
                }
            }
            out.push(sum);
        }
        out.iter().all(|value| value.is_finite())
    }

    fn autoregression(&mut self, ar: &[Term], lags: usize) -> bool {
        let order = ar.last().map_or(0, |term| term.0);
        let start = |k: usize| k * k.saturating_sub(1) / 2;
        self.predictors.clear();
        self.predictors.resize(start(order + 1), 0.0);
        for &(lag, coefficient) in ar {
            self.predictors[start(order) + lag - 1] = coefficient;
        }
        let mut variance = 1.0;
        for k in (1..=order).rev() {
            let (lower, this) = self.predictors.split_at_mut(start(k));
            let this = &this[..k];
            let partial = this[k - 1];
            let room = 1.0 - partial * partial;
            if room <= 0.0 || room.is_nan() {
                return false;
            }
            variance /= room;
            if k > 1 {
                let lower = &mut lower[start(k - 1)..];
                if partial == 0.0 {
                    lower.copy_from_slice(&this[..k - 1]);
                } else {
                    for (place, value) in lower.iter_mut().enumerate() {
                        *value = (this[place] + partial * this[k - 2 - place]) / room;
                    }
                }
            }
        }
        self.regression.clear();
        self.regression.push(variance);
        for lag in 1..=lags {
            let value = if lag <= order {
                let predictor = &self.predictors[start(lag)..start(lag) + lag];
                predictor.iter().zip(self.regression.iter().rev()).map(|(a, g)| a * g).sum()
            } else {
                ar.iter().map(|&(back, a)| a * self.regression[lag - back]).sum()
            };
            self.regression.push(value);
        }
        true
    }

    fn moving_average(&mut self, ma: &[Term], longest: usize) {
        self.average.clear();
        self.average.resize(longest + 1, 0.0);
        self.average[0] = 1.0;
        for (place, &(lag, weight)) in ma.iter().enumerate() {
            self.average[lag] -= weight;
            for &(other, other_weight) in &ma[..=place] {
                self.average[lag - other] += weight * other_weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Autocovariances by summing products of a long impulse response.
    fn slow(ar: &[Term], ma: &[Term], lags: usize) -> Vec<f64> {
        let mut response = vec![0.0; 4_000];
        for row in 0..response.len() {
            let past = ar.iter().filter(|term| term.0 <= row);
            let mut value: f64 = past.map(|&(lag, a)| a * response[row - lag]).sum();
            value += if row == 0 { 1.0 } else { 0.0 };
            value -= ma.iter().filter(|term| term.0 == row).map(|term| term.1).sum::<f64>();
            response[row] = value;
        }
        let pairs = |lag: usize| response[lag..].iter().zip(&response).map(|(a, b)| a * b).sum();
        (0..=lags).map(pairs).collect()
    }

    #[test]
    fn autocovariances_are_those_of_the_impulse_response() {
        let cases: [(&[Term], &[Term]); 4] = [
            (&[], &[]),
            (&[(1, 0.7)], &[(1, 0.4)]),
            (
                &[(1, 1.2), (2, -0.5), (12, 0.5), (13, -0.6), (14, 0.25)],
                &[(1, -0.3), (12, 0.6), (13, 0.18)],
            ),
            (&[], &[(4, 0.9)]),
        ];
        for (ar, ma) in cases {
            let mut found = Vec::new();
            assert!(Autocovariance::default().compute(ar, ma, 20, &mut found));
            for (found, expected) in found.iter().zip(slow(ar, ma, 20)) {
                // The response has died out to 1e-12 after 4,000 rows.
                assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
            }
        }
    }

    #[test]
    fn explosive_recursions_are_refused() {
        assert!(!Autocovariance::default().compute(&[(1, 1.0)], &[], 3, &mut Vec::new()));
        assert!(!Autocovariance::default().compute(&[(1, f64::NAN)], &[], 3, &mut Vec::new()));
    }
}
