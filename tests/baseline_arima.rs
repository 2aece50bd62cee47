//! ARIMA against statsmodels, and on histories that nobody would wish for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;

use proptest::prelude::*;
use serde::Deserialize;
use tidegate::baseline::arima::{ArimaOrder, AutoArimaConfig, FittedArima, arima, auto_arima};
use tidegate::baseline::{BaselineError, FittedBaseline};

#[derive(Deserialize)]
struct Fixture {
    series: HashMap<String, Vec<Option<f64>>>,
    cases: Vec<Case>,
}

/// What statsmodels estimates; see the script beside the numbers.
#[derive(Deserialize)]
struct Case {
    series: String,
    order: String,
    constant: Vec<f64>,
    ar: Vec<f64>,
    ma: Vec<f64>,
    seasonal_ar: Vec<f64>,
    seasonal_ma: Vec<f64>,
    variance: f64,
    log_likelihood: f64,
    aicc: f64,
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("fixtures/baseline/arima.json")).unwrap()
}

fn values(fixture: &Fixture, name: &str) -> Vec<f64> {
    fixture.series[name].iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let close = (found - expected).abs() <= tolerance * expected.abs().max(1e-2);
    assert!(close, "{what}: {found} for {expected}");
}

/// Forecasts and their deviations, from the interval of one deviation's level.
fn ahead(fit: &FittedArima, horizon: usize) -> (Vec<f64>, Vec<f64>) {
    let prediction = fit.predict(horizon, &[0.682_689_492_137_085_9]);
    let upper = &prediction.intervals[0].upper;
    let deviations = upper.iter().zip(&prediction.mean).map(|(upper, mean)| upper - mean).collect();
    (prediction.mean, deviations)
}

#[test]
fn estimates_and_likelihoods_are_those_of_statsmodels() {
    let fixture = fixture();
    for case in &fixture.cases {
        let name = format!("{} of {}", case.order, case.series);
        let order: ArimaOrder = case.order.parse().unwrap();
        let fit = arima(&values(&fixture, &case.series), &order, &[]).unwrap();
        let found = fit.coefficients();
        let constant: Vec<f64> = fit.constant().into_iter().collect();
        for (what, found, expected) in [
            ("ar", &found.ar, &case.ar),
            ("ma", &found.ma, &case.ma),
            ("seasonal ar", &found.seasonal_ar, &case.seasonal_ar),
            ("seasonal ma", &found.seasonal_ma, &case.seasonal_ma),
            ("constant", &constant, &case.constant),
        ] {
            assert_eq!(found.len(), expected.len(), "{what} of {name}");
            for (found, expected) in found.iter().zip(expected) {
                near(&format!("{what} of {name}"), *found, *expected, 1e-3);
            }
        }
        let criteria = fit.criteria().unwrap();
        near(&format!("variance of {name}"), fit.variance(), case.variance, 1e-3);
        near(&format!("likelihood of {name}"), criteria.log_likelihood, case.log_likelihood, 1e-4);
        near(&format!("AICc of {name}"), criteria.aicc, case.aicc, 1e-4);
    }
}
