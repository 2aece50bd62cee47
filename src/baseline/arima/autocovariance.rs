//! Lag polynomials of an ARMA process, and its autocovariances.
//!
//! Lag polynomials: products of regular and seasonal ones, and the map from free numbers to
//! stationary ones.
//!
//! The map goes through partial autocorrelations (Barndorff-Nielsen and Schou 1973; Jones 1980;
//! Monahan 1984), so no autoregression explodes and every moving average can be inverted.
//!
//! Autocovariances of a stationary ARMA process, which start its filter.
//!
//! The autoregressive part by Levinson's step down (`McLeod` 1975 gives the same by linear
//! equations, in cubic time), the moving average folded over it. Not the sample's (`series`).

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

/// A coefficient at its lag in rows; lag 0 is left out.
pub(super) type Term = (usize, f64);

/// A start is kept this far inside the stationary region, as the radius its roots lie beyond.
const INSIDE: f64 = 1.02;

/// A partial autocorrelation from a free number; the tails are heavier than tanh's, so estimates
/// that belong on the border do not stall far from it.
fn partial_from_free(free: f64) -> f64 {
    free / 1f64.hypot(free)
}

/// Coefficients `a_1…a_n` of the stationary recursion `x_t = Σ a_j x_(t-j) + e_t` that belongs to
/// `n` free numbers (Durbin 1960, Levinson's step up).
pub(super) fn stationary_from_free(free: &[f64], coefficients: &mut Vec<f64>) {
    coefficients.clear();
    for &number in free {
        let partial = partial_from_free(number);
        let order = coefficients.len();
        for place in 0..order.div_ceil(2) {
            let mirror = order - 1 - place;
            let (a, b) = (coefficients[place], coefficients[mirror]);
            coefficients[place] = a - partial * b;
            if mirror != place {
                coefficients[mirror] = b - partial * a;
            }
        }
        coefficients.push(partial);
    }
}

/// Terms of `(1 - Σ a_i B^i)(1 - Σ b_j B^(m j))` as the recursion `x_t = Σ c_l x_(t-l)`, by
/// ascending lag; terms at one lag are joined.
pub(super) fn product(
    regular: &[f64],
    seasonal: &[f64],
    season_length: usize,
    out: &mut Vec<Term>,
) {
    out.clear();
    out.extend(regular.iter().enumerate().map(|(place, &a)| (place + 1, a)));
    for (place, &b) in seasonal.iter().enumerate() {
        let lag = (place + 1) * season_length;
        out.push((lag, b));
        out.extend(regular.iter().enumerate().map(|(inner, &a)| (lag + inner + 1, -a * b)));
    }
    out.sort_unstable_by_key(|term| term.0);
    out.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

/// Free numbers of the recursion nearest to these coefficients that is safely stationary.
pub(super) fn free_from_recursion(coefficients: &[f64]) -> Vec<f64> {
    let mut shrunk = coefficients.to_vec();
    for _ in 0..200 {
        if let Some(free) = free_from_stationary(&shrunk) {
            return free;
        }
        let mut scale = 1.0;
        for value in &mut shrunk {
            scale /= INSIDE;
            *value *= scale;
        }
    }
    vec![0.0; coefficients.len()]
}

/// Levinson's step down, then each partial autocorrelation as a free number.
fn free_from_stationary(coefficients: &[f64]) -> Option<Vec<f64>> {
    let mut rest = coefficients.to_vec();
    let mut free = Vec::new();
    while let Some(partial) = rest.pop() {
        let room = 1.0 - partial * partial;
        // A start on the border would never leave it.
        if room < 0.02 || room.is_nan() {
            return None;
        }
        free.push(partial / room.sqrt());
        let before = rest.clone();
        for (place, value) in rest.iter_mut().enumerate() {
            *value = (*value + partial * before[before.len() - 1 - place]) / room;
        }
    }
    free.reverse();
    Some(free)
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

#[cfg(test)]
mod polynomial_tests {
    use super::*;
    use crate::baseline::arima::autocovariance::Autocovariance;
    use proptest::prelude::*;

    #[test]
    fn products_multiply_out() {
        let mut terms = Vec::new();
        product(&[0.5, 0.2], &[0.4], 4, &mut terms);
        assert_eq!(terms, [(1, 0.5), (2, 0.2), (4, 0.4), (5, -0.2), (6, -0.4 * 0.2)]);
        product(&[0.5, 0.2], &[0.4], 2, &mut terms);
        assert_eq!(terms[1].0, 2);
        assert!((terms[1].1 - 0.6).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn free_numbers_give_stationary_polynomials(free in prop::collection::vec(-3.0..3.0_f64, 0..7)) {
            let mut coefficients = Vec::new();
            stationary_from_free(&free, &mut coefficients);
            prop_assert_eq!(coefficients.len(), free.len());
            let terms: Vec<Term> = (1..).zip(coefficients).collect();
            let stationary = Autocovariance::default().compute(&terms, &[], 3, &mut Vec::new());
            prop_assert!(stationary);
        }
    }

    #[test]
    fn explosive_recursions_are_drawn_inside() {
        let free = free_from_recursion(&[1.4, 0.3]);
        assert!(free.iter().all(|number| number.is_finite()));
        assert_eq!(free_from_recursion(&[f64::NAN]), [0.0]);
    }

    proptest! {
        #[test]
        fn free_numbers_come_back(free in prop::collection::vec(-3.0..3.0_f64, 0..6)) {
            let mut coefficients = Vec::new();
            stationary_from_free(&free, &mut coefficients);
            let back = free_from_recursion(&coefficients);
            for (found, expected) in back.iter().zip(&free) {
                // Each step down may lose a digit where partials are near 1.
                prop_assert!((found - expected).abs() < 1e-6 * (1.0 + expected.abs()));
            }
        }
    }
}
