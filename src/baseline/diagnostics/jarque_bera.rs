//! Jarque-Bera: are residuals normal, by their skewness and kurtosis?
//!
//! Jarque and Bera (1987), "A test for normality of observations and regression residuals".

use super::{known, mean};
use crate::stats::number;

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
