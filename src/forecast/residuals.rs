//! What a fitted model has left over, looked at as a statistician would: does it still hold a
//! pattern, and is it normal?
//!
//! Not for drawing, nor for choosing models: a model with clean residuals may still forecast badly.

use std::sync::Arc;

use statrs::distribution::{ContinuousCDF, Normal};

use super::FitSummary;
use crate::baseline::diagnostics::{JarqueBera, LjungBox, jarque_bera, ljung_box, usual_lags};
use crate::cancellation::Cancellation;
use crate::stats::autocorrelation::{Correlogram, lags};
use crate::stats::number;

/// Points of the quantile plot at most: more fall on each other.
const MOST_QUANTILES: usize = 400;
/// A pattern or a shape this unlikely by chance is called one.
const UNLIKELY: f64 = 0.05;

/// Residuals and what they tell.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualCheck {
    /// One a row from the first row on, NaN where there is none.
    pub values: Arc<[f64]>,
    /// Their correlogram; `None` where there are too few or all are equal.
    pub correlogram: Option<Correlogram>,
    /// `[expected, found]`: quantiles of a normal of the same mean and deviation, and theirs.
    pub quantiles: Vec<[f64; 2]>,
    /// Whether they still resemble themselves some rows earlier.
    pub ljung_box: Option<LjungBox>,
    /// Whether they are normal.
    pub jarque_bera: Option<JarqueBera>,
}

impl ResidualCheck {
    /// Looks at the residuals of a fit; `None` where it has none.
    pub fn of(fit: &FitSummary, season_length: usize) -> Option<Self> {
        let known = fit.residuals.iter().filter(|value| value.is_finite()).count();
        if known == 0 {
            return None;
        }
        let looked_at = usual_lags(known, season_length);
        Some(Self {
            values: fit.residuals.as_slice().into(),
            correlogram: Correlogram::of(
                &fit.residuals,
                lags(fit.residuals.len(), season_length),
                &Cancellation::never(),
            ),
            quantiles: quantiles(&fit.residuals),
            ljung_box: ljung_box(&fit.residuals, looked_at, fit.correlation_parameters),
            jarque_bera: jarque_bera(&fit.residuals),
        })
    }

    /// What Ljung and Box's test says, in words.
    pub fn pattern(&self) -> String {
        match &self.ljung_box {
            None => "There are too few residuals to test them for a pattern.".to_owned(),
            Some(test) if test.p_value < UNLIKELY => format!(
                "Ljung-Box over {} lags: {}. The residuals still hold a pattern that the model \
                 misses, and its intervals may be wrong.",
                test.lags,
                probability(test.p_value)
            ),
            Some(test) => format!(
                "Ljung-Box over {} lags: {}. No pattern is left that this test can see.",
                test.lags,
                probability(test.p_value)
            ),
        }
    }

    /// What Jarque and Bera's test says, in words.
    pub fn shape(&self) -> String {
        match &self.jarque_bera {
            None => "There are too few residuals to tell their shape.".to_owned(),
            Some(test) if test.p_value < UNLIKELY => format!(
                "Jarque-Bera: {}. The residuals are not normal (skewness {:.2}, kurtosis {:.1}): {}.",
                probability(test.p_value),
                test.skewness,
                test.kurtosis,
                consequence(test)
            ),
            Some(test) => format!(
                "Jarque-Bera: {}. Nothing speaks against normal residuals.",
                probability(test.p_value)
            ),
        }
    }
}

/// A probability in three places.
fn probability(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

/// What residuals that are not normal do to intervals, by the larger of the statistic's two parts.
fn consequence(test: &JarqueBera) -> &'static str {
    let JarqueBera { skewness, kurtosis, .. } = *test;
    let is_lopsided = skewness.powi(2) > (kurtosis - 3.0).powi(2) / 4.0;
    match (is_lopsided, skewness > 0.0, kurtosis > 3.0) {
        (true, true, _) => {
            "they reach further above their middle than below, which intervals may not show"
        }
        (true, false, _) => {
            "they reach further below their middle than above, which intervals may not show"
        }
        (false, _, true) => "large errors may be more frequent than the intervals suggest",
        (false, _, false) => "large errors may be rarer than the intervals suggest",
    }
}

/// Quantiles against those of a normal (Blom 1958: ranks less 3/8).
fn quantiles(residuals: &[f64]) -> Vec<[f64; 2]> {
    let mut sorted: Vec<f64> =
        residuals.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = number(sorted.len());
    let mean = sorted.iter().sum::<f64>() / count;
    let variance = sorted.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let Ok(normal) = Normal::new(mean, variance.sqrt()) else { return Vec::new() };
    let step = sorted.len().div_ceil(MOST_QUANTILES).max(1);
    let last = sorted.len() - 1;
    // Every step-th rank, and the two ends always: they are what the picture is for.
    let ranks = (0..last).step_by(step).chain([last]);
    ranks
        .map(|rank| {
            let share = (number(rank + 1) - 0.375) / (count + 0.25);
            [normal.inverse_cdf(share), sorted[rank]]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(residuals: Vec<f64>) -> FitSummary {
        FitSummary {
            seconds_before: 0.0,
            description: "m".to_owned(),
            criteria: None,
            parameters: 1,
            correlation_parameters: 0,
            residuals,
        }
    }

    #[test]
    fn a_pattern_is_told_in_words() {
        let wave = (0..100).map(|row| (f64::from(row) * 0.3).sin()).collect();
        let check = ResidualCheck::of(&account(wave), 1).unwrap();
        assert!(check.pattern().contains("still hold a pattern"), "{}", check.pattern());
        let scattered = (0..100).map(|row| f64::from(row * 37 % 101) - 50.0).collect();
        let check = ResidualCheck::of(&account(scattered), 1).unwrap();
        assert_eq!(check.quantiles.len(), 100);
        assert!(check.quantiles.is_sorted_by(|a, b| a[0] < b[0] && a[1] <= b[1]));
    }

    #[test]
    fn what_is_not_normal_is_told_by_what_it_does() {
        let shape = |residual: fn(f64) -> f64| {
            // Ranks of a uniform, put through a quantile function.
            let residuals = (1..400).map(|rank| residual(f64::from(rank) / 400.0)).collect();
            ResidualCheck::of(&account(residuals), 1).unwrap().shape()
        };
        assert!(shape(|rank| rank).contains("may be rarer"), "{}", shape(|rank| rank));
        let heavy = |rank: f64| (2.0 * rank - 1.0) / (rank * (1.0 - rank));
        assert!(shape(heavy).contains("may be more frequent"), "{}", shape(heavy));
        // With its tail cut at two the exponential is above all lopsided.
        let above = |rank: f64| -(1.0 - 0.86 * rank).ln();
        let below = |rank: f64| (1.0 - 0.86 * rank).ln();
        assert!(shape(above).contains("further above"), "{}", shape(above));
        assert!(shape(below).contains("further below"), "{}", shape(below));
        assert!(shape(above).contains("p < 0.001"));
    }

    #[test]
    fn too_few_residuals_tell_nothing_and_none_have_no_page() {
        let check = ResidualCheck::of(&account(vec![f64::NAN, 1.0]), 12).unwrap();
        assert!(check.pattern().contains("too few") && check.shape().contains("too few"));
        assert_eq!(ResidualCheck::of(&account(vec![f64::NAN; 3]), 1), None);
        let constant = ResidualCheck::of(&account(vec![0.0; 50]), 1).unwrap();
        assert!(constant.correlogram.is_none() && constant.ljung_box.is_none());
    }
}
