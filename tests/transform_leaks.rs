//! Nothing from after the training part reaches what is fitted, and nothing from after the origin
//! reaches a forecast, whatever is done to the values in between.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "transform_leaks/files.rs"]
mod files;
#[path = "transform_leaks/registry.rs"]
mod registry;

use std::sync::Arc;

use tidegate::cancellation::Cancellation;
use tidegate::forecast::{
    Context, Fitted, Flow, ForecastError, Model, NeuralForecaster, Request, TrainingSet,
};
use tidegate::nn::{Cell, ModelConfig};
use tidegate::project::Recipe;
use tidegate::series::{
    CalendarAxis, Clock, Frequency, MissingPolicy, Precision, Series, TimeAxis, Unit,
};
use tidegate::train::TrainConfig;
use tidegate::transform::{FourierTerms, Power, Scaling, Transform, TransformConfig};
use tidegate::window::{Split, WindowConfig};

const SEASON: usize = 4;

fn values() -> Vec<f64> {
    (0..72_u32)
        .map(|row| (10.0 + 0.2 * f64::from(row)) * [1.3, 0.7, 0.9, 1.1][row as usize % 4])
        .collect()
}

fn configs() -> Vec<TransformConfig> {
    let plain = TransformConfig::default();
    vec![
        TransformConfig {
            power: Power::Log1p,
            difference: true,
            subtract_last: false,
            ..plain.clone()
        },
        TransformConfig {
            power: Power::BoxCoxLikelihood,
            seasonal_difference: true,
            ..plain.clone()
        },
        TransformConfig {
            power: Power::BoxCoxGuerrero,
            seasonal_adjustment: true,
            scaling: Scaling::Robust,
            ..plain.clone()
        },
        TransformConfig {
            calendar: true,
            fourier: vec![FourierTerms { period: 4.0, pairs: 2 }],
            ..plain.clone()
        },
        TransformConfig {
            seasonal_difference: true,
            difference: true,
            subtract_last: false,
            ..plain
        },
    ]
}

fn forecaster(transform: TransformConfig) -> NeuralForecaster {
    NeuralForecaster {
        missing: MissingPolicy::default(),
        transform,
        season_length: SEASON,
        window: WindowConfig { lookback: 8, horizon: 4, validation: 8, test: 6 },
        model: ModelConfig { cell: Cell::Gru, hidden_size: 6, ..ModelConfig::default() },
        train: TrainConfig { epochs: 4, ..TrainConfig::default() },
    }
}

fn quarters(start: &str) -> TimeAxis {
    TimeAxis::Calendar(CalendarAxis {
        start: start.parse().unwrap(),
        frequency: Frequency::every(Unit::Quarter),
        month_end: false,
        clock: Clock::Wall,
        precision: Precision::Quarter,
        calendar: None,
    })
}

fn series(values: &[f64]) -> Series {
    Series::new("y", quarters("2001-01-01T00:00"), values)
}

fn fit(forecaster: &NeuralForecaster, values: Vec<f64>) -> Box<dyn Fitted> {
    let series = series(&values);
    let split = Split::new(series.len(), &forecaster.window);
    let training = TrainingSet::of(&Arc::new(series.into()), &split, forecaster.window.horizon);
    forecaster.fit(&training, &Cancellation::never(), &mut |_| Flow::Continue).unwrap()
}

/// Forecasts of so many rows after these values.
fn forecast(fitted: &dyn Fitted, history: &[f64], rows: usize) -> Result<Vec<f64>, ForecastError> {
    Ok(fitted.predict(&Context::after(series(history), rows), &Request::points(rows))?.mean)
}

#[test]
fn rows_of_the_test_part_change_nothing_fitted() {
    for config in configs() {
        let forecaster = forecaster(config);
        let split = Split::new(72, &forecaster.window);
        let history = &values()[..split.test.start];
        let expected = forecast(&*fit(&forecaster, values()), history, 4).unwrap();
        assert!(expected.iter().all(|value| value.is_finite()));
        // A value outside the domain of a logarithm too: it may be met, never fitted to.
        for value in [1e6, f64::NAN, -50.0] {
            let mut perturbed = values();
            perturbed[split.test.start..].fill(value);
            let again = forecast(&*fit(&forecaster, perturbed), history, 4).unwrap();
            assert_eq!(again, expected, "{:?} with {value}", forecaster.transform);
        }
    }
}

#[test]
fn a_season_read_from_the_values_is_that_of_the_training_part() {
    let series = |values| Series::new("y", TimeAxis::row_numbers(), values);
    let mut values: Vec<f64> =
        (0..200_u32).map(|row| (std::f64::consts::TAU * f64::from(row) / 10.0).sin()).collect();
    let mut recipe = Recipe::default();
    recipe.transform.seasonal_difference = true;
    assert_eq!(recipe.differences(&series(values.clone())).season, Some(10));
    for (row, value) in (0_u32..).zip(&mut values).skip(188) {
        *value = 1e3 * f64::from(row % 3);
    }
    let perturbed = series(values);
    let whole = tidegate::series::seasons::season_length_from_values(&perturbed.values);
    assert_ne!(whole, 10, "all values together suggest another");
    assert_eq!(recipe.differences(&perturbed).season, Some(10));
}

#[test]
fn rows_after_the_training_part_change_no_transform() {
    for config in configs() {
        let fitted = Transform::fit(&config, SEASON, &values()[..58]).unwrap();
        let mut perturbed = values();
        perturbed[58..].fill(1e9);
        assert_eq!(Transform::fit(&config, SEASON, &perturbed[..58]).unwrap(), fitted);
        let (whole, changed) = (fitted.apply(0, &values()), fitted.apply(0, &perturbed));
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&whole[..58]), bits(&changed[..58]), "every value looks back only");
    }
}

#[test]
fn a_forecast_of_a_seasonal_trend_keeps_its_units() {
    for config in configs() {
        let forecaster = forecaster(config);
        let forecast = forecast(&*fit(&forecaster, values()), &values(), 4).unwrap();
        for (ahead, value) in (72_u32..).zip(forecast) {
            let expected =
                (10.0 + 0.2 * f64::from(ahead)) * [1.3, 0.7, 0.9, 1.1][ahead as usize % 4];
            // Four epochs teach a tiny network little; a way back that forgot a step would be off by
            // more than a factor of three.
            let ratio = value / expected;
            assert!(
                ratio > 1.0 / 3.0 && ratio < 3.0,
                "{:?}: {value} for {expected}",
                forecaster.transform
            );
        }
    }
}

#[test]
fn a_gap_that_is_left_in_training_has_stand_ins_before_a_forecast() {
    let fitted = fit(&forecaster(TransformConfig::default()), values());
    let mut history = values();
    // Longer than a season, and so left; it ends four rows before the end, or not at all.
    history[56..68].fill(f64::NAN);
    for rows in [72, 68] {
        let forecast = forecast(&*fitted, &history[..rows], 4).unwrap();
        assert!(forecast.iter().all(|value| value.is_finite()), "{forecast:?}");
    }
}

#[test]
fn what_a_transform_cannot_take_is_an_error() {
    let log = forecaster(TransformConfig { power: Power::Log1p, ..TransformConfig::default() });
    let fitted = fit(&log, values());
    let mut history = values();
    history[70] = -3.0;
    let error = forecast(&*fitted, &history, 4).unwrap_err().to_string();
    assert!(error.contains("log1p") && error.contains("-3"), "{error}");

    let seasonal =
        forecaster(TransformConfig { seasonal_difference: true, ..TransformConfig::default() });
    let fitted = fit(&seasonal, values());
    let error = forecast(&*fitted, &values()[..11], 4).unwrap_err().to_string();
    // Eight rows of lookback and the season before each of them.
    assert!(error.contains("12"), "{error}");
    assert!(forecast(&*fitted, &values()[..12], 4).is_ok());
}

#[test]
fn the_rows_to_forecast_are_dated_by_the_axis() {
    // The second half of every year is 20 lower, by the calendar alone: the values before it are
    // noise of no period, so that only the dates of the horizon can tell.
    let noise = |row: u32| f64::from(row * row % 101) / 101.0;
    let values: Vec<f64> =
        (0..240_u32).map(|row| noise(row) + if row % 4 < 2 { 20.0 } else { 0.0 }).collect();
    let mut forecaster = forecaster(TransformConfig {
        calendar: true,
        subtract_last: false,
        ..TransformConfig::default()
    });
    forecaster.window.lookback = 1;
    forecaster.window.horizon = 3;
    forecaster.train.epochs = 60;
    let fitted = fit(&forecaster, values.clone());
    for origin in 236..=240 {
        let ahead = forecast(&*fitted, &values[..origin], 3).unwrap();
        for (row, value) in (origin..).zip(ahead) {
            let high = row % 4 < 2;
            assert_eq!(value > 10.0, high, "row {row} from {origin}: {value}");
        }
    }
}
