//! How often a series has to be differenced.
//!
//! Hyndman and Khandakar (2008), section 3.1, with the seasonal difference by the strength of the
//! season as in R's `forecast` since 2017, and first differences by KPSS.
//!
//! Differences and the recursion that takes them back: Box and Jenkins (1976), section 4.1.

use super::order::ArimaOrder;
use crate::baseline::diagnostics::{kpss, seasonal_strength};

/// A season stronger than this is differenced; found by Hyndman's team on the M3 and M4 series.
const STRONG_SEASON: f64 = 0.64;
/// Evidence against stationarity that asks for a difference.
const SIGNIFICANCE: f64 = 0.05;

/// Seasonal differences, 0 or 1, of values without gaps.
pub(super) fn seasonal_differences(values: &[f64], season_length: usize, most: usize) -> usize {
    if most == 0 || season_length < 2 || values.len() <= 2 * season_length {
        return 0;
    }
    usize::from(has_strong_season(values, season_length))
}

/// Whether values without gaps have a season worth following by differences or waves.
pub(super) fn has_strong_season(values: &[f64], season_length: usize) -> bool {
    seasonal_strength(values, season_length).is_some_and(|strength| strength > STRONG_SEASON)
}

/// First differences until KPSS finds the values stationary, `most` at most.
pub(super) fn first_differences(values: &[f64], most: usize) -> usize {
    let mut values = values.to_vec();
    for differences in 0..most {
        let wanders = kpss(&values).is_some_and(|test| test.p_value < SIGNIFICANCE);
        if !wanders {
            return differences;
        }
        values = difference(&values, 1, 1);
    }
    most
}

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

    #[test]
    fn lines_and_parabolas_are_differenced_until_they_stand() {
        let wave = |row: u32| (f64::from(row) * 2.1).sin();
        let line: Vec<f64> = (0..80).map(|row| f64::from(row) + wave(row)).collect();
        let curve: Vec<f64> = (0..80).map(|row| f64::from(row * row) + wave(row)).collect();
        assert_eq!(first_differences(&line, 2), 1);
        assert_eq!(first_differences(&curve, 2), 2);
        assert_eq!(first_differences(&curve, 1), 1);
        assert_eq!(first_differences(&(0..80).map(wave).collect::<Vec<_>>(), 2), 0);
    }

    #[test]
    fn strong_seasons_are_differenced() {
        let season: Vec<f64> = (0..60).map(|row| f64::from(row % 4)).collect();
        assert_eq!(seasonal_differences(&season, 4, 1), 1);
        assert_eq!(seasonal_differences(&season, 4, 0), 0);
        assert_eq!(seasonal_differences(&season[..8], 4, 1), 0);
    }
}

#[cfg(test)]
mod difference_tests {
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
