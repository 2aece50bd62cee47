//! Tests of the neural forecaster on a short trend with a season.

use super::*;
use crate::nn::Cell;
use crate::series::TimeAxis;

fn forecaster(cell: Cell) -> NeuralForecaster {
    NeuralForecaster {
        missing: MissingPolicy::Auto,
        transform: TransformConfig::default(),
        season_length: 8,
        window: WindowConfig { lookback: 8, horizon: 4, validation: 8, test: 6 },
        model: ModelConfig { cell, layers: 2, hidden_size: 6, dropout: 0.1 },
        train: TrainConfig { epochs: 6, ..TrainConfig::default() },
    }
}

fn values() -> Vec<f64> {
    (0..60).map(|row| 10.0 + 0.2 * f64::from(row) + (f64::from(row) * 0.8).sin()).collect()
}

fn series(values: Vec<f64>) -> Series {
    Series::new("y", TimeAxis::row_numbers(), values)
}

fn fit(forecaster: &NeuralForecaster, values: Vec<f64>) -> (Box<dyn Fitted>, Vec<EpochReport>) {
    let series = series(values);
    let split = Split::new(series.len(), &forecaster.window);
    let mut reports = Vec::new();
    let fitted = forecaster.fit(&series, &split, &mut |event| {
        if let FitEvent::Epoch(report) = event {
            reports.push(report);
        }
        Flow::Continue
    });
    (fitted.unwrap(), reports)
}

#[test]
fn nothing_after_the_origin_reaches_the_holdout_forecast() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let forecaster = forecaster(cell);
        let split = Split::new(60, &forecaster.window);
        let origin = split.holdout(4).start;
        let (first, reports) = fit(&forecaster, values());
        let expected = first.forecast(&values()[..origin], 4).unwrap();
        for (from, value) in [(origin, 1e6), (origin, f64::NAN), (origin + 2, -5.0)] {
            let mut perturbed = values();
            perturbed[from..].fill(value);
            let (again, other_reports) = fit(&forecaster, perturbed.clone());
            assert_eq!(again.forecast(&perturbed[..origin], 4).unwrap(), expected);
            let live = |reports: &[EpochReport]| {
                reports.last().and_then(|report| report.live.clone()).unwrap().holdout
            };
            assert_eq!(live(&reports), live(&other_reports), "live forecasts too");
        }
        // Test rows before the hold-out may be read by a forecast, but nothing is fitted to them.
        let mut perturbed = values();
        perturbed[split.test.start..].fill(99.0);
        let (again, _) = fit(&forecaster, perturbed);
        assert_eq!(again.forecast(&values()[..origin], 4).unwrap(), expected);
    }
}

/// The values with short gaps in every part, one of them open at the end of training, and one longer
/// than a season.
fn holed() -> Vec<f64> {
    let mut values = values();
    for gap in [5..6, 12..15, 20..30, 45..47, 52..55] {
        values[gap].fill(f64::NAN);
    }
    values
}

#[test]
fn what_fills_a_gap_comes_from_before_the_origin() {
    for (policy, scaling) in [
        (MissingPolicy::Auto, TransformConfig::default()),
        (MissingPolicy::Linear, TransformConfig { difference: true, ..TransformConfig::default() }),
        (MissingPolicy::Seasonal, TransformConfig::default()),
    ] {
        let window = WindowConfig { lookback: 6, horizon: 3, validation: 10, test: 6 };
        let forecaster = NeuralForecaster {
            missing: policy,
            transform: scaling,
            window,
            ..forecaster(Cell::Gru)
        };
        let split = Split::new(60, &forecaster.window);
        assert!(split.test.start == 54 && holed()[53].is_nan() && holed()[54].is_nan());
        // Forecasts from the end of the training data, in the middle of a gap, and from the hold-out.
        let forecasts = |values: Vec<f64>| {
            let (fitted, _) = fit(&forecaster, values.clone());
            [54, 57].map(|origin| fitted.forecast(&values[..origin], 3).unwrap())
        };
        let expected = forecasts(holed());
        assert!(expected.iter().flatten().all(|value| value.is_finite()));
        for (from, value) in [(57, 1e6), (57, f64::NAN)] {
            let mut perturbed = holed();
            perturbed[from..].fill(value);
            assert_eq!(forecasts(perturbed), expected, "{policy:?}");
        }
        // The value that ends the gap comes after the first origin.
        let mut perturbed = holed();
        perturbed[54..].fill(-3.0);
        assert_eq!(forecasts(perturbed)[0], expected[0], "{policy:?}");
    }
}

#[test]
fn rows_beside_a_gap_are_learned_from() {
    let forecaster = forecaster(Cell::Gru);
    let split = Split::new(60, &forecaster.window);
    let filler = forecaster.filler();
    let mut values = values();
    values[20..22].fill(f64::NAN);
    let counts = |policy| {
        let rows = Rows::new(&values, None, Filler { policy, ..filler });
        Windows::new(&rows, &split, &forecaster.window, Part::Train).len()
    };
    assert_eq!(counts(MissingPolicy::Auto), 35, "every window");
    assert!(counts(MissingPolicy::Leave) < 35);
    let (fitted, reports) = fit(&forecaster, values.clone());
    assert!(reports.iter().all(|report| report.training_error.is_finite()));
    values[58..].fill(f64::NAN);
    assert!(fitted.forecast(&values, 4).unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn training_twice_gives_the_same_forecast_to_the_last_bit() {
    let forecaster = forecaster(Cell::Gru);
    let forecast =
        |forecaster: &NeuralForecaster| fit(forecaster, values()).0.forecast(&values(), 4).unwrap();
    assert_eq!(forecast(&forecaster), forecast(&forecaster));
    let mut other = forecaster.clone();
    other.train.seed = 2;
    assert_ne!(forecast(&forecaster), forecast(&other));
}

#[test]
fn a_shifted_and_stretched_series_has_a_shifted_and_stretched_forecast() {
    let forecaster = forecaster(Cell::Lstm);
    let (plain, plain_reports) = fit(&forecaster, values());
    let stretched: Vec<f64> = values().iter().map(|value| 1e6 + 1e3 * value).collect();
    let (other, reports) = fit(&forecaster, stretched.clone());
    let expected = plain.forecast(&values(), 4).unwrap();
    for (found, expected) in other.forecast(&stretched, 4).unwrap().into_iter().zip(expected) {
        // The scaled inputs differ in their last f64 digits, so the f32 network may in its last.
        assert!((found - (1e6 + 1e3 * expected)).abs() < 0.1, "{found} for {expected}");
    }
    let ratio = reports[0].training_error / plain_reports[0].training_error;
    assert!((ratio - 1e3).abs() < 0.1, "errors are in the series' units, found ratio {ratio}");
}

#[test]
fn reports_cover_every_epoch_and_the_last_one_is_drawn() {
    let (fitted, reports) = fit(&forecaster(Cell::Gru), values());
    assert_eq!(reports.iter().map(|report| report.epoch).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    let live = reports[5].live.clone().unwrap();
    assert_eq!((live.holdout.len(), live.future.len()), (4, 4));
    assert!(reports[0].live.is_some() && reports[0].windows_per_second > 0.0);
    assert_eq!(reports[5].seconds_left, 0.0);
    assert!(!fitted.was_stopped());
    assert_eq!(fitted.parameters(), 3 * 6 * (1 + 6 + 2) + 3 * 6 * (6 + 6 + 2) + 4 * 7);
}

#[test]
fn a_stopped_fit_still_forecasts() {
    let forecaster = forecaster(Cell::Lstm);
    let series = series(values());
    let split = Split::new(series.len(), &forecaster.window);
    let fitted = forecaster.fit(&series, &split, &mut |event| match event {
        FitEvent::Epoch(_) => Flow::Stop,
        FitEvent::Batch { .. } => Flow::Continue,
    });
    let fitted = fitted.unwrap();
    assert!(fitted.was_stopped());
    assert_eq!(fitted.forecast(&values(), 3).unwrap().len(), 3);
}

#[test]
fn a_stop_in_the_first_epoch_keeps_nothing_and_says_so() {
    let forecaster = forecaster(Cell::Gru);
    let series = series(values());
    let split = Split::new(series.len(), &forecaster.window);
    let error = forecaster.fit(&series, &split, &mut |_| Flow::Stop).err();
    assert!(matches!(error, Some(ForecastError::StoppedEarly)));
}

#[test]
fn what_cannot_be_fitted_or_forecast_says_why() {
    let forecaster = forecaster(Cell::Lstm);
    let short = series(vec![1.0; 20]);
    let split = Split::new(20, &forecaster.window);
    let error = forecaster.fit(&short, &split, &mut |_| Flow::Continue).err();
    assert!(matches!(error, Some(ForecastError::NoWindows { part: "training", rows: 6, .. })));

    let leaving = NeuralForecaster { missing: MissingPolicy::Leave, ..forecaster.clone() };
    let (fitted, _) = fit(&leaving, values());
    let mut missing = values();
    missing[58] = f64::NAN;
    let error = fitted.forecast(&missing, 4).unwrap_err();
    assert!(matches!(error, ForecastError::MissingInput { needed: 8, missing: 1, .. }));
    let error = fitted.forecast(&values()[..5], 4).unwrap_err();
    assert!(matches!(error, ForecastError::MissingInput { needed: 8, missing: 3, .. }));
    let error = fitted.forecast(&values(), 5).unwrap_err();
    assert!(matches!(error, ForecastError::HorizonTooLong { asked: 5, longest: 4, .. }));

    let mut huge = values();
    huge[30] = 1e300;
    let unscaled = NeuralForecaster {
        transform: TransformConfig {
            scaling: crate::transform::Scaling::None,
            ..TransformConfig::default()
        },
        ..forecaster
    };
    let series = series(huge);
    let split = Split::new(series.len(), &unscaled.window);
    let error = unscaled.fit(&series, &split, &mut |_| Flow::Continue).err();
    assert!(matches!(error, Some(ForecastError::Diverged { epoch: 1, .. })), "{error:?}");
}
