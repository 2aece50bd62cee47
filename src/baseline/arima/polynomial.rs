//! Lag polynomials: products of regular and seasonal ones, and the map from free numbers to
//! stationary ones.
//!
//! The map goes through partial autocorrelations (Barndorff-Nielsen and Schou 1973; Jones 1980;
//! Monahan 1984), so no autoregression explodes and every moving average can be inverted. Not for
//! covariances (`autocovariance`).

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
