//! Ljung-Box: are residuals uncorrelated?
//!
//! Ljung and Box (1978), "On a measure of lack of fit in time series models".

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{known, mean};
use crate::stats::number;

/// What the test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LjungBox {
    /// The statistic; larger means more correlated.
    pub statistic: f64,
    /// Probability of a statistic this large from uncorrelated residuals.
    pub p_value: f64,
    /// Lags that were looked at.
    pub lags: usize,
}

/// Tests the first `lags` autocorrelations of residuals of a model with `parameters` estimated
/// coefficients (the ARMA ones). `None` where there are no more lags than parameters, no more values
/// than lags, or residuals that are all the same.
pub fn ljung_box(residuals: &[f64], lags: usize, parameters: usize) -> Option<LjungBox> {
    let residuals = known(residuals);
    if lags <= parameters || residuals.len() <= lags {
        return None;
    }
    let level = mean(&residuals);
    let centred: Vec<f64> = residuals.iter().map(|residual| residual - level).collect();
    let product = |lag: usize| centred[lag..].iter().zip(&centred).map(|(a, b)| a * b).sum::<f64>();
    let (rows, variance) = (number(centred.len()), product(0));
    let sum: f64 =
        (1..=lags).map(|lag| (product(lag) / variance).powi(2) / (rows - number(lag))).sum();
    let statistic = rows * (rows + 2.0) * sum;
    let distribution = ChiSquared::new(number(lags - parameters)).ok()?;
    statistic.is_finite().then(|| LjungBox { statistic, p_value: distribution.sf(statistic), lags })
}

/// Lags to look at: ten, or two seasons, but no more than a fifth of the values (Hyndman and
/// Athanasopoulos 2021, section 5.4).
pub fn usual_lags(rows: usize, season_length: usize) -> usize {
    let wanted = if season_length > 1 { 2 * season_length } else { 10 };
    wanted.min(rows / 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlated_residuals_are_found_out() {
        let slow: Vec<f64> = (0..80).map(|row| (f64::from(row) * 0.2).sin()).collect();
        assert!(ljung_box(&slow, 10, 0).unwrap().p_value < 1e-6);
    }

    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        // statsmodels 0.15: acorr_ljungbox([(i * 37) % 19 for i in range(60)], lags=[8], model_df=2).
        let values: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 19)).collect();
        let test = ljung_box(&values, 8, 2).unwrap();
        assert!((test.statistic - 50.778_348_612_938_24).abs() < 1e-9, "{}", test.statistic);
        assert!((test.p_value / 3.281_455_335_079_188e-9 - 1.0).abs() < 1e-6, "{}", test.p_value);
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(ljung_box(&[1.0, 2.0, 3.0], 3, 0), None);
        assert_eq!(ljung_box(&[1.0; 30], 5, 0), None);
        assert_eq!(ljung_box(&[1.0, 2.0, 0.0, 3.0], 2, 2), None);
    }

    #[test]
    fn lags_follow_the_season_and_the_rows() {
        assert_eq!(usual_lags(200, 1), 10);
        assert_eq!(usual_lags(200, 12), 24);
        assert_eq!(usual_lags(30, 12), 6);
    }
}
