//! Transforms against `SciPy`, statsmodels and scikit-learn on the sample series; the script that
//! wrote the figures stands beside them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use serde::Deserialize;
use tidegate::stats::{guerrero_lambda, likeliest_lambda};
use tidegate::transform::{FittedPower, Power, Scaler, Scaling, fit_season};

#[derive(Deserialize)]
struct Figures {
    season_length: usize,
    shift: f64,
    values: Vec<f64>,
    guerrero: f64,
    likelihood: f64,
    seasonal: Vec<f64>,
    scaled: BTreeMap<String, Vec<f64>>,
    log1p: Vec<f64>,
}

impl Figures {
    fn shifted(&self) -> Vec<f64> {
        self.values.iter().map(|value| value + self.shift).collect()
    }
}

fn figures() -> BTreeMap<String, Figures> {
    serde_json::from_str(include_str!("fixtures/transform/reference.json")).unwrap()
}

fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} for {expected}");
}

#[test]
fn exponents_are_those_of_statsmodels_and_scipy() {
    for (name, figures) in figures() {
        let guerrero = guerrero_lambda(&figures.shifted(), figures.season_length).unwrap();
        let likelihood = likeliest_lambda(&figures.shifted()).unwrap();
        // Both curves are flat to f64 within some 1e-7 of their lowest point.
        assert_close(guerrero, figures.guerrero, 1e-6, &name);
        assert_close(likelihood, figures.likelihood, 1e-6, &name);
    }
    // BoxCox.lambda(AirPassengers, method = "guerrero") of R's forecast, whose search stops at 1e-4.
    let airline = &figures()["airline"];
    let found = guerrero_lambda(&airline.values, airline.season_length).unwrap();
    assert_close(found, -0.294_715_6, 1e-4, "R");
}

#[test]
fn the_season_is_that_of_statsmodels() {
    for (name, figures) in figures() {
        if figures.season_length % 2 == 1 {
            // statsmodels rounds the low-pass filter up past an odd season, Cleveland's code does not.
            continue;
        }
        let logs: Vec<f64> = figures.shifted().iter().map(|value| value.ln()).collect();
        let season = fit_season(&logs, figures.season_length).unwrap();
        for (row, &expected) in figures.seasonal.iter().enumerate() {
            // Both are f64 programs of the same sums in another order.
            assert_close(season.at(row), expected, 1e-9, &format!("{name} row {row}"));
        }
    }
}

#[test]
fn scalers_and_logarithms_are_those_of_scikit_learn_and_numpy() {
    for (name, figures) in figures() {
        for (scaling, key) in [
            (Scaling::Standard, "standard"),
            (Scaling::MinMax, "min-max"),
            (Scaling::Robust, "robust"),
        ] {
            let scaler = Scaler::fit(scaling, &figures.values);
            for (&value, &expected) in figures.values.iter().zip(&figures.scaled[key]) {
                assert_close(scaler.apply(value), expected, 1e-12, &format!("{name} {key}"));
            }
        }
        let log = FittedPower::fit(Power::Log1p, figures.shift, &figures.values, 1).unwrap();
        for (&value, &expected) in figures.values.iter().zip(&figures.log1p) {
            assert_close(log.apply(value), expected, 1e-14, &format!("{name} log1p"));
        }
    }
}
