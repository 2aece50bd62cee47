//! How far a series resembles itself some rows earlier: autocorrelation and partial autocorrelation
//! with their bands.
//!
//! Estimators of Box and Jenkins (1976), chapters 2 and 3; the partial ones by the recursion of
//! Durbin (1960); bands by Bartlett (1946) and Quenouille (1949). Not for choosing a model.

use super::number;
use crate::cancellation::Cancellation;

/// Half-width of a 95 % band in standard errors.
const NORMAL_95: f64 = 1.96;
/// Fewest lags worth a look, where the series is long enough.
const FEWEST_LAGS: usize = 24;
/// Most lags: a picture tells no more apart.
const MOST_LAGS: usize = 1_500;
/// Seasons that the lags reach back.
const SEASONS: usize = 3;
/// Products summed at most, about half a second of one core; longer series are looked at from their
/// newest rows.
const MOST_PRODUCTS: usize = 1_000_000_000;

/// Autocorrelations of the lags from 1 on.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlogram {
    /// Autocorrelation at lag 1, 2, …
    pub autocorrelation: Vec<f64>,
    /// Half-width of the 95 % band around zero at each lag, for a series whose correlations end
    /// before that lag: `1.96 sqrt((1 + 2 (r_1² + … + r_{k-1}²)) / n)`.
    pub band: Vec<f64>,
    /// Partial autocorrelation at lag 1, 2, …; NaN from where the recursion breaks off.
    pub partial: Vec<f64>,
    /// Half-width of the 95 % band around zero of all partial ones: `1.96 / sqrt(n)`.
    pub partial_band: f64,
    pub rows: usize,
}

/// Lags worth a look: three seasons, at most half the rows.
pub fn lags(rows: usize, season_length: usize) -> usize {
    let wanted = season_length.saturating_mul(SEASONS).max(FEWEST_LAGS);
    wanted.min(rows / 2).min(MOST_LAGS)
}

impl Correlogram {
    /// The correlogram of `values` up to `lags`, or `None` where fewer than three values are known,
    /// all are equal, or it is cancelled.
    ///
    /// A missing value (NaN) counts as the mean, so pairs with it add nothing.
    pub fn of(values: &[f64], lags: usize, cancel: &Cancellation<'_>) -> Option<Self> {
        let most_rows = (MOST_PRODUCTS / lags.max(1)).max(2 * lags);
        let values = &values[values.len().saturating_sub(most_rows)..];
        let lags = lags.min(values.len().saturating_sub(1));
        let deviations = deviations(values)?;
        let own = product(&deviations, &deviations);
        if own <= 0.0 || !own.is_finite() {
            return None;
        }
        let mut autocorrelation = Vec::with_capacity(lags);
        for lag in 1..=lags {
            if cancel.is_cancelled() {
                return None;
            }
            autocorrelation.push(product(&deviations[lag..], &deviations) / own);
        }
        let known = number(values.iter().filter(|value| value.is_finite()).count());
        Some(Self {
            band: bartlett(&autocorrelation, known),
            partial: partial(&autocorrelation),
            partial_band: NORMAL_95 / known.sqrt(),
            rows: values.len(),
            autocorrelation,
        })
    }
}

/// Values less their mean, zero where missing; `None` where fewer than three are known.
fn deviations(values: &[f64]) -> Option<Vec<f64>> {
    let known = || values.iter().copied().filter(|value| value.is_finite());
    let count = known().count();
    if count < 3 {
        return None;
    }
    let mean = known().sum::<f64>() / number(count);
    Some(values.iter().map(|&v| if v.is_finite() { v - mean } else { 0.0 }).collect())
}

/// Sum of the products of two series as far as both reach, in eight lanes that do not wait for one
/// another.
pub(crate) fn product(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let (a, b) = (a[..length].chunks_exact(8), b[..length].chunks_exact(8));
    let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    let mut lanes = [0.0; 8];
    for (a, b) in a.zip(b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// Bartlett's bands (1946, equation 7, for a moving average that ends before the lag).
fn bartlett(autocorrelation: &[f64], known: f64) -> Vec<f64> {
    let mut squares = 0.0;
    let band = |r: &f64| {
        let half = NORMAL_95 * ((1.0 + 2.0 * squares) / known).sqrt();
        squares += r * r;
        half
    };
    autocorrelation.iter().map(band).collect()
}

/// Durbin's recursion: the last coefficient of the autoregression of each order.
fn partial(autocorrelation: &[f64]) -> Vec<f64> {
    let mut partial = vec![f64::NAN; autocorrelation.len()];
    let mut coefficients: Vec<f64> = Vec::with_capacity(autocorrelation.len());
    let mut unexplained = 1.0;
    for (order, &r) in autocorrelation.iter().enumerate() {
        // What is left is rounding: a line or a wave without noise is explained already.
        if unexplained <= 1e-12 {
            break;
        }
        let explained: f64 = coefficients
            .iter()
            .zip(autocorrelation[..order].iter().rev())
            .map(|(coefficient, r)| coefficient * r)
            .sum();
        let last = (r - explained) / unexplained;
        let reversed: Vec<f64> = coefficients.iter().rev().copied().collect();
        for (coefficient, other) in coefficients.iter_mut().zip(reversed) {
            *coefficient -= last * other;
        }
        coefficients.push(last);
        unexplained *= 1.0 - last * last;
        partial[order] = last;
    }
    partial
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lags_reach_three_seasons_and_never_past_half_the_rows() {
        assert_eq!(lags(144, 12), 36);
        assert_eq!(lags(20, 12), 10);
        assert_eq!(lags(1_000, 1), 24);
        assert_eq!(lags(10_000_000, 100_000), MOST_LAGS);
    }

    #[test]
    fn nothing_is_said_of_constants_and_of_too_few_values() {
        for values in [&[][..], &[1.0, 2.0], &[5.0; 50], &[f64::NAN; 50]] {
            assert_eq!(Correlogram::of(values, 10, &Cancellation::never()), None);
        }
    }

    #[test]
    fn a_stop_is_heard() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let is_cancelled = || true;
        assert_eq!(Correlogram::of(&values, 10, &Cancellation::new(&is_cancelled)), None);
    }

    #[test]
    fn a_missing_value_leaves_the_other_pairs_as_they_are() {
        let mut values: Vec<f64> = (0..240).map(|row| f64::from(row % 12)).collect();
        let whole = Correlogram::of(&values, 24, &Cancellation::never()).unwrap();
        values[100] = f64::NAN;
        let holed = Correlogram::of(&values, 24, &Cancellation::never()).unwrap();
        for (whole, holed) in whole.autocorrelation.iter().zip(&holed.autocorrelation) {
            assert!((whole - holed).abs() < 0.02, "{whole} and {holed}");
        }
    }

    proptest! {
        /// A series without missing values has autocorrelations of a positive definite kind, so
        /// none of either sort leaves [-1, 1].
        #[test]
        fn correlations_stay_within_one(values in prop::collection::vec(-1e3..1e3_f64, 10..200)) {
            if let Some(found) = Correlogram::of(&values, values.len() / 2, &Cancellation::never()) {
                let all = found.autocorrelation.iter().chain(&found.partial);
                prop_assert!(all.filter(|r| r.is_finite()).all(|r| r.abs() <= 1.0 + 1e-9));
                prop_assert!(found.band.windows(2).all(|pair| pair[0] <= pair[1]));
            }
        }

        #[test]
        fn the_scale_and_level_of_values_do_not_matter(
            values in prop::collection::vec(-10.0..10.0_f64, 20..100),
            scale in 0.1..10.0_f64,
            level in -100.0..100.0_f64,
        ) {
            let moved: Vec<f64> = values.iter().map(|value| value * scale + level).collect();
            let found = Correlogram::of(&values, 8, &Cancellation::never());
            let again = Correlogram::of(&moved, 8, &Cancellation::never());
            if let (Some(found), Some(again)) = (found, again) {
                for (a, b) in found.autocorrelation.iter().zip(&again.autocorrelation) {
                    prop_assert!((a - b).abs() < 1e-6);
                }
            }
        }
    }
}
