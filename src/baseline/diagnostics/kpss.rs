//! KPSS: is a series stationary around a level, or does it wander?
//!
//! Kwiatkowski, Phillips, Schmidt and Shin (1992), "Testing the null hypothesis of stationarity
//! against the alternative of a unit root".

use super::{is_constant, known, mean};
use crate::stats::number;

/// Critical values of table 1 of the paper for a level, with their probabilities.
const CRITICAL: [(f64, f64); 4] = [(0.347, 0.10), (0.463, 0.05), (0.574, 0.025), (0.739, 0.01)];

/// What the test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KpssTest {
    /// The statistic; larger means less stationary.
    pub statistic: f64,
    /// Probability of a statistic this large from a stationary series, between 0.01 and 0.1, the
    /// ends of the published table.
    pub p_value: f64,
    /// Autocovariances that the long-run variance holds.
    pub lags: usize,
}

/// Tests stationarity around a level, with `⌊3 √n / 13⌋` autocovariances under Bartlett's weights.
/// `None` for fewer than three values or values that are all the same.
pub fn kpss(values: &[f64]) -> Option<KpssTest> {
    let values = known(values);
    if values.len() < 3 || is_constant(&values) {
        return None;
    }
    let lags = lags(values.len());
    let level = mean(&values);
    let residuals: Vec<f64> = values.iter().map(|value| value - level).collect();
    let rows = number(values.len());
    let mut sum = 0.0;
    let partial_sums: f64 = residuals
        .iter()
        .map(|residual| {
            sum += residual;
            sum * sum
        })
        .sum();
    let product = |lag: usize| -> f64 {
        residuals[lag..].iter().zip(&residuals).map(|(a, b)| a * b).sum::<f64>()
    };
    let weight = |lag: usize| 1.0 - number(lag) / (number(lags) + 1.0);
    let covariances: f64 = (1..=lags).map(|lag| 2.0 * weight(lag) * product(lag)).sum();
    let long_run = (product(0) + covariances) / rows;
    let statistic = partial_sums / (rows * rows * long_run);
    statistic.is_finite().then(|| KpssTest { statistic, p_value: p_value(statistic), lags })
}

fn lags(rows: usize) -> usize {
    let exact = 3.0 * number(rows).sqrt() / 13.0;
    (0..rows).take_while(|&lags| number(lags + 1) <= exact).count()
}

/// The table read along straight lines.
fn p_value(statistic: f64) -> f64 {
    let (first, last) = (CRITICAL[0], CRITICAL[CRITICAL.len() - 1]);
    if statistic <= first.0 {
        return first.1;
    }
    CRITICAL.windows(2).find(|pair| statistic <= pair[1].0).map_or(last.1, |pair| {
        let share = (statistic - pair[0].0) / (pair[1].0 - pair[0].0);
        pair[0].1 + share * (pair[1].1 - pair[0].1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_wanders_and_scattered_values_do_not() {
        let line: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(kpss(&line).unwrap().p_value <= 0.01);
        let scattered: Vec<f64> = (0..100).map(|row| f64::from(row * row * 7 % 23)).collect();
        assert!(kpss(&scattered).unwrap().p_value >= 0.1);
    }

    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        // statsmodels 0.15: kpss([((i * 37) % 19) + 0.1 * i for i in range(60)], "c", nlags=1).
        let values: Vec<f64> =
            (0..60).map(|i| f64::from(i * 37 % 19) + 0.1 * f64::from(i)).collect();
        let test = kpss(&values).unwrap();
        assert_eq!(test.lags, 1);
        assert!((test.statistic - 0.162_312_959_855_359_37).abs() < 1e-10, "{}", test.statistic);
        assert!(test.p_value == 0.1, "{}", test.p_value);
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(kpss(&[1.0, 2.0]), None);
        assert_eq!(kpss(&[4.0; 50]), None);
        assert_eq!(kpss(&[f64::NAN; 50]), None);
    }
}
