//! Differences of a series, and the recursion that takes them back.
//!
//! Box and Jenkins (1976), section 4.1. Not for choosing how many (`integration`).

use super::order::ArimaOrder;

/// `times` differences of `values` at `lag`; each takes `lag` rows from the start.
pub(super) fn difference(values: &[f64], lag: usize, times: usize) -> Vec<f64> {
    let mut values = values.to_vec();
    for _ in 0..times {
        let kept = values.len().saturating_sub(lag);
        for row in 0..kept {
            values[row] = values[row + lag] - values[row];
        }
        values.truncate(kept);
    }
    values
}

/// The differences an order asks for.
pub(super) fn differenced(values: &[f64], order: &ArimaOrder) -> Vec<f64> {
    let seasonal = difference(values, order.season_length, order.seasonal_d);
    difference(&seasonal, 1, order.d)
}

/// Weights `[w_1, …, w_n]` of the recursion `y_t = x_t + Σ w_j y_(t-j)` that undoes the
/// differences `x` of `y`.
pub(super) fn integration_weights(order: &ArimaOrder) -> Vec<f64> {
    let mut polynomial = vec![1.0];
    let lags = std::iter::repeat_n(1, order.d)
        .chain(std::iter::repeat_n(order.season_length, order.seasonal_d));
    for lag in lags {
        let before = polynomial.clone();
        polynomial.resize(before.len() + lag, 0.0);
        for (place, weight) in before.iter().enumerate() {
            polynomial[place + lag] -= weight;
        }
    }
    polynomial[1..].iter().map(|weight| -weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn differences_beyond_the_rows_leave_nothing() {
        assert!(difference(&[1.0, 2.0], 3, 1).is_empty());
        assert_eq!(difference(&[1.0, 4.0, 9.0, 16.0], 1, 2), [2.0, 2.0]);
    }

    proptest! {
        #[test]
        fn integration_undoes_differences(
            values in prop::collection::vec(-100.0..100.0_f64, 30..60),
            (d, seasonal_d) in (0..3_usize, 0..2_usize),
            season_length in 2..8_usize,
        ) {
            let order = ArimaOrder::new(0, d, 0).seasonal(0, seasonal_d, 0, season_length);
            let differences = differenced(&values, &order);
            let weights = integration_weights(&order);
            prop_assert_eq!(weights.len(), order.rows_lost());
            for row in order.rows_lost()..values.len() {
                let mut value = differences[row - order.rows_lost()];
                for (back, weight) in weights.iter().enumerate() {
                    value += weight * values[row - 1 - back];
                }
                // Sums of a few hundreds lose about 1e-13 in f64.
                prop_assert!((value - values[row]).abs() < 1e-10);
            }
        }
    }
}
