//! The period of a series that has no calendar, from its autocorrelation.
//!
//! Follows the usual reading of a correlogram (Box and Jenkins 1976, chapter 2): the first peak
//! above the white-noise band after the correlation has first fallen below zero.

use crate::stats::autocorrelation::product;

/// Longest period looked for, in rows: a year of days.
pub(super) const LONGEST_PERIOD: usize = 366;
/// Rows looked at, the newest: enough for five of the longest periods, and instant on any file.
pub(super) const ROWS_LOOKED_AT: usize = 2_000;
/// Two periods fewer than this are no evidence of a season.
const FEWEST_PERIODS: usize = 3;

/// Rows in one period of `values`, or 1 where nothing repeats. A straight line through the values
/// is taken out first. Missing values (NaN) count as the line.
pub fn season_length_from_values(values: &[f64]) -> usize {
    let values = &values[values.len().saturating_sub(ROWS_LOOKED_AT)..];
    let longest = (values.len() / FEWEST_PERIODS).min(LONGEST_PERIOD);
    if longest < 2 {
        return 1;
    }
    let residuals = detrended(values);
    let variance: f64 = residuals.iter().map(|r| r * r).sum();
    if variance <= 0.0 || !variance.is_finite() {
        return 1;
    }
    let correlation: Vec<f64> =
        (0..=longest).map(|lag| product(&residuals[lag..], &residuals) / variance).collect();
    let band = 1.96 / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)).sqrt();
    let Some(first_negative) = correlation.iter().position(|&c| c < 0.0) else { return 1 };
    (first_negative + 1..longest)
        .filter(|&lag| {
            let here = correlation[lag];
            here > band && here >= correlation[lag - 1] && here >= correlation[lag + 1]
        })
        .max_by(|&a, &b| correlation[a].total_cmp(&correlation[b]).then(b.cmp(&a)))
        .unwrap_or(1)
}

/// Values less their least-squares line, zero where missing.
fn detrended(values: &[f64]) -> Vec<f64> {
    let (mut count, mut sum_x, mut sum_y, mut sum_xx, mut sum_xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut x = 0.0;
    for &y in values {
        if y.is_finite() {
            count += 1.0;
            sum_x += x;
            sum_y += y;
            sum_xx += x * x;
            sum_xy += x * y;
        }
        x += 1.0;
    }
    let denominator = count * sum_xx - sum_x * sum_x;
    let slope =
        if denominator > 0.0 { (count * sum_xy - sum_x * sum_y) / denominator } else { 0.0 };
    let intercept = if count > 0.0 { (sum_y - slope * sum_x) / count } else { 0.0 };
    let mut line = intercept - slope;
    values
        .iter()
        .map(|&y| {
            line += slope;
            if y.is_finite() { y - line } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn a_sine_on_a_trend_has_its_period() {
        let values: Vec<f64> =
            (0..200).map(|i| f64::from(i) * 0.3 + (TAU * f64::from(i) / 20.0).sin()).collect();
        assert_eq!(season_length_from_values(&values), 20);
    }

    #[test]
    fn a_damped_sine_has_its_period() {
        let values: Vec<f64> = (0..200)
            .map(|i| 0.5 + 0.5 * (TAU * f64::from(i) / 20.0).sin() * (-0.05 * f64::from(i)).exp())
            .collect();
        let period = season_length_from_values(&values);
        assert!((19..=21).contains(&period), "found {period}");
    }

    #[test]
    fn lines_constants_and_short_series_have_none() {
        assert_eq!(season_length_from_values(&[]), 1);
        assert_eq!(season_length_from_values(&[1.0, 2.0]), 1);
        assert_eq!(season_length_from_values(&[3.0; 50]), 1);
        assert_eq!(season_length_from_values(&[f64::NAN; 50]), 1);
    }
}
