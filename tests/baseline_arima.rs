//! ARIMA against statsmodels and R, and what holds for every history.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "baseline_arima/automatic.rs"]
mod automatic;

use std::collections::HashMap;

use proptest::prelude::*;
use serde::Deserialize;
use tidegate::baseline::arima::{ArimaOrder, FittedArima, arima};
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
    /// Columns that go on over the rows of `mean`.
    regressors: Vec<Vec<f64>>,
    regression: Vec<f64>,
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

fn fitted(fixture: &Fixture, case: &Case) -> FittedArima {
    let order: ArimaOrder = case.order.parse().unwrap();
    arima(&values(fixture, &case.series), &order, &case.regressors).unwrap()
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
        let fit = fitted(&fixture, case);
        let found = fit.coefficients();
        let constant: Vec<f64> = fit.constant().into_iter().collect();
        for (what, found, expected) in [
            ("ar", &found.ar, &case.ar),
            ("ma", &found.ma, &case.ma),
            ("seasonal ar", &found.seasonal_ar, &case.seasonal_ar),
            ("seasonal ma", &found.seasonal_ma, &case.seasonal_ma),
            ("constant", &constant, &case.constant),
            ("regressors", &fit.regression().to_vec(), &case.regression),
        ] {
            assert_eq!(found.len(), expected.len(), "{what} of {name}");
            for (found, expected) in found.iter().zip(expected) {
                // Beside gaps the likelihood is flat enough that the last bit of a value decides where
                // in its floor a search ends.
                let most = if case.series.ends_with("with gaps") { 3e-4 } else { 1e-4 };
                near(&format!("{what} of {name}"), *found, *expected, most);
            }
        }
        let criteria = fit.criteria().unwrap();
        near(&format!("variance of {name}"), fit.variance(), case.variance, 1e-4);
        near(&format!("likelihood of {name}"), criteria.log_likelihood, case.log_likelihood, 1e-4);
        near(&format!("AICc of {name}"), criteria.aicc, case.aicc, 1e-4);
    }
}

#[test]
fn forecasts_and_their_deviations_are_those_of_statsmodels() {
    let fixture = fixture();
    for case in &fixture.cases {
        let name = format!("{} of {}", case.order, case.series);
        let fit = fitted(&fixture, case);
        let (means, deviations) = ahead(&fit, case.mean.len());
        // Intervals divide by the degrees of freedom, the likelihood by the rows.
        let freedom = deviations[0] / (fit.variance().sqrt());
        let ratio = case.deviation[0] / case.variance.sqrt();
        for step in 0..means.len() {
            near(&format!("step {step} of {name}"), means[step], case.mean[step], 1e-4);
            // Statsmodels counts what the history leaves unknown of the last innovations, too.
            let expected = case.deviation[step] / case.deviation[0];
            let found = deviations[step] / deviations[0];
            near(&format!("deviation {step} of {name}"), found, expected, 5e-3);
        }
        // One step ahead there is little besides the innovation itself.
        assert!((0.99..1.1).contains(&(freedom / ratio)), "{name}: {freedom} for {ratio}");
    }
}

/// Series, order, terms, constant, variance, log-likelihood.
type Published<'a> = (&'a str, &'a str, &'a [f64], f64, f64, f64);

/// Figures from the help pages of R's `arima` (R Core Team, `stats`), as printed there: to four
/// digits, of a search that stops a little before the maximum.
#[test]
fn fits_are_those_that_r_publishes() {
    let fixture = fixture();
    let published: [Published<'_>; 6] = [
        ("lh", "arima(1,0,0)", &[0.5739], 2.4133, 0.1975, -29.38),
        ("lh", "arima(3,0,0)", &[0.6448, -0.0634, -0.2198], 2.3931, 0.1787, -27.09),
        ("USAccDeaths", "arima(0,1,1)(0,1,1)[12]", &[-0.4303, -0.5528], f64::NAN, 99347.0, -425.44),
        ("LakeHuron", "arima(2,0,0)", &[1.0048, -0.2913], 579.0993, 0.4566, -101.2),
        ("presidents", "arima(1,0,0)", &[0.8242], 56.1505, 85.47, -416.89),
        ("presidents", "arima(3,0,0)", &[0.7496, 0.2523, -0.1890], 56.2236, 81.12, -414.08),
    ];
    for (series, order, terms, constant, variance, log_likelihood) in published {
        let name = format!("{order} of {series}");
        let of = |case: &&Case| case.series == series && case.order.starts_with(order);
        let fit = fitted(&fixture, fixture.cases.iter().find(of).unwrap());
        let found = fit.coefficients();
        let found = [&found.ar[..], &found.ma, &found.seasonal_ar, &found.seasonal_ma].concat();
        assert_eq!(found.len(), terms.len());
        for (found, expected) in found.iter().zip(terms) {
            assert!((found - expected).abs() < 2e-4, "{name}: {found} for {expected}");
        }
        assert_eq!(fit.constant().is_some(), constant.is_finite());
        let level = fit.constant().map_or(0.0, |found| found / constant - 1.0);
        assert!(level.abs() < 2e-4, "{name}: {:?}", fit.constant());
        near(&name, fit.variance(), variance, 5e-4);
        let likelihood = fit.criteria().unwrap().log_likelihood;
        // R prints the likelihood of LakeHuron to one digit.
        assert!((likelihood - log_likelihood).abs() < 0.006, "{name}: {likelihood}");
    }
}

#[test]
fn the_airline_model_is_box_and_jenkins() {
    let airline = values(&fixture(), "airline");
    let order: ArimaOrder = "arima(0,1,1)(0,1,1)[12]".parse().unwrap();
    let fit = arima(&airline, &order, &[]).unwrap();
    near("θ", fit.coefficients().ma[0], -0.4018, 1e-3);
    near("Θ", fit.coefficients().seasonal_ma[0], -0.5569, 1e-3);
    near("log-likelihood", fit.criteria().unwrap().log_likelihood, 244.70, 1e-4);
    assert_eq!(fit.description(), "ARIMA(0,1,1)(0,1,1)[12]");
    assert_eq!((fit.fitted().len(), fit.residuals().len()), (144, 144));
    assert!(fit.residuals()[..13].iter().all(|residual| residual.is_nan()));
    for (row, value) in airline.iter().enumerate().skip(13) {
        let sum = fit.fitted()[row] + fit.residuals()[row];
        assert!((sum - value).abs() < 1e-12);
    }
}

#[test]
fn regressors_are_estimated_and_followed_into_the_future() {
    // A line of slope 3 in the regressor, under noise of a congruential generator.
    let noise = |row: u32| f64::from(row * row * 7 % 23) / 23.0;
    let regressor: Vec<f64> = (0..130).map(|row| f64::from(row * 37 % 41)).collect();
    let history: Vec<f64> =
        (0..120).map(|row: u32| 3.0 * regressor[row as usize] + noise(row)).collect();
    let fit = arima(&history, &ArimaOrder::new(1, 0, 0), std::slice::from_ref(&regressor)).unwrap();
    assert!((fit.regression()[0] - 3.0).abs() < 0.01);
    assert_eq!(fit.description(), "ARIMA(1,0,0) with non-zero mean and 1 regressor");
    let mean = fit.predict(10, &[]).mean;
    for (mean, future) in mean.iter().zip(&regressor[120..]) {
        assert!((mean - 3.0 * future - 0.5).abs() < 0.6);
    }
}

#[test]
fn orders_beyond_the_history_are_refused_with_a_mend() {
    let order: ArimaOrder = "arima(1,1,1)(0,1,1)[12]".parse().unwrap();
    let error = arima(&[1.0, 2.0, 3.0], &order, &[]).unwrap_err();
    assert!(error.to_string().contains("needs 16 known values"), "{error}");
    let none = arima(&[f64::NAN; 4], &ArimaOrder::new(0, 0, 0), &[]).unwrap_err();
    assert!(matches!(none, BaselineError::NoValues { rows: 4, .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn forecasts_scale_and_shift_with_the_values(
        values in prop::collection::vec(-1.0..1.0_f64, 40..80),
        factor in 0.5..50.0_f64,
        shift in -100.0..100.0_f64,
    ) {
        // With a moving average too, white noise has several maxima of one height.
        let order = ArimaOrder::new(1, 0, 0);
        let moved: Vec<f64> = values.iter().map(|value| value * factor + shift).collect();
        let (plain, other) =
            (arima(&values, &order, &[]).unwrap(), arima(&moved, &order, &[]).unwrap());
        let (plain, other) = (plain.predict(5, &[0.8]), other.predict(5, &[0.8]));
        for step in 0..5 {
            let expected = plain.mean[step] * factor + shift;
            // Both runs stop where a step gains less than 1e-12 of the sum of squares.
            prop_assert!((other.mean[step] - expected).abs() < 2e-3 * factor);
        }
    }

    #[test]
    fn rows_missing_at_the_ends_change_no_forecast(
        values in prop::collection::vec(-1.0..1.0_f64, 30..60),
        (before, after) in (0..5_usize, 0..5_usize),
    ) {
        let order = ArimaOrder::new(1, 1, 0);
        let mut padded = vec![f64::NAN; before];
        padded.extend(&values);
        padded.resize(padded.len() + after, f64::NAN);
        let plain = arima(&values, &order, &[]).unwrap().predict(8 + after, &[0.9]);
        let other = arima(&padded, &order, &[]).unwrap().predict(8, &[0.9]);
        prop_assert_eq!(&plain.mean[after..], &other.mean[..]);
        prop_assert_eq!(&plain.intervals[0].upper[after..], &other.intervals[0].upper[..]);
    }
}
