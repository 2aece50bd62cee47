//! Whether residuals are uncorrelated and normal.
//!
//! Ljung-Box: are residuals uncorrelated?
//!
//! Ljung and Box (1978), "On a measure of lack of fit in time series models".
//!
//! Jarque-Bera: are residuals normal, by their skewness and kurtosis?
//!
//! Jarque and Bera (1987), "A test for normality of observations and regression residuals".

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

/// What the test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JarqueBera {
    /// The statistic; larger means less normal.
    pub statistic: f64,
    /// Probability of a statistic this large from many normal residuals.
    pub p_value: f64,
    /// Third standardised moment; 0 for a normal.
    pub skewness: f64,
    /// Fourth standardised moment; 3 for a normal.
    pub kurtosis: f64,
}

/// Tests whether residuals are normal. `None` for fewer than three or when all are the same.
pub fn jarque_bera(residuals: &[f64]) -> Option<JarqueBera> {
    let residuals = known(residuals);
    if residuals.len() < 3 {
        return None;
    }
    let (level, rows) = (mean(&residuals), number(residuals.len()));
    let moment =
        |power: i32| residuals.iter().map(|value| (value - level).powi(power)).sum::<f64>() / rows;
    let variance = moment(2);
    let skewness = moment(3) / variance.powf(1.5);
    let kurtosis = moment(4) / (variance * variance);
    let statistic = rows / 6.0 * (skewness.powi(2) + (kurtosis - 3.0).powi(2) / 4.0);
    // The chi-squared distribution with two degrees of freedom is an exponential one.
    let p_value = (-0.5 * statistic).exp();
    statistic.is_finite().then_some(JarqueBera { statistic, p_value, skewness, kurtosis })
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

#[cfg(test)]
mod jarque_bera_tests {
    use super::*;

    #[test]
    fn a_spike_is_not_normal() {
        let mut values: Vec<f64> = (0..50).map(|row| (f64::from(row) * 1.3).sin()).collect();
        values[20] = 30.0;
        assert!(jarque_bera(&values).unwrap().p_value < 1e-6);
    }

    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        // statsmodels 0.15: jarque_bera([(i * i * 7) % 23 for i in range(60)]).
        let values: Vec<f64> = (0..60).map(|i| f64::from(i * i * 7 % 23)).collect();
        let test = jarque_bera(&values).unwrap();
        let found = [test.statistic, test.p_value, test.skewness, test.kurtosis];
        for (found, expected) in found.iter().zip([
            3.878_004_227_530_788,
            0.143_847_421_543_389_14,
            -0.495_842_081_078_471_3,
            2.246_498_697_055_275,
        ]) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(jarque_bera(&[1.0, 2.0]), None);
        assert_eq!(jarque_bera(&[1.0; 9]), None);
    }
}
