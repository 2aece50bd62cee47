//! Tests of the neural forecaster on a short trend with a season.

use std::sync::Arc;

use super::*;
use crate::nn::Cell;
use crate::series::{Series, TimeAxis};
use crate::train::{StateMode, Supervision};
use crate::window::{Part, Rows, Windows};

pub(super) fn forecaster(cell: Cell) -> NeuralForecaster {
    NeuralForecaster {
        missing: MissingPolicy::Auto,
        transform: TransformConfig::default(),
        season_length: 8,
        window: WindowConfig { lookback: 8, horizon: 4, validation: 8, test: 6 },
        model: ModelConfig {
            cell,
            layers: 2,
            hidden_size: 6,
            dropout: 0.1,
            ..ModelConfig::default()
        },
        train: TrainConfig { epochs: 6, ..TrainConfig::default() },
    }
}

pub(super) fn values() -> Vec<f64> {
    (0..60).map(|row| 10.0 + 0.2 * f64::from(row) + (f64::from(row) * 0.8).sin()).collect()
}

/// These values, all of them known.
pub(super) fn context(values: &[f64]) -> Context {
    Context::after(Series::new("y", TimeAxis::row_numbers(), values), 4)
}

/// What a network may learn from these values.
pub(super) fn training(forecaster: &NeuralForecaster, values: &[f64]) -> TrainingSet {
    let series = Series::new("y", TimeAxis::row_numbers(), values);
    let split = Split::new(series.len(), &forecaster.window);
    TrainingSet::of(&Arc::new(series.into()), &split, forecaster.window.horizon)
}

/// Networks fitted to these values, from a checkpoint on where there is one.
pub(super) fn fit_with(
    forecaster: &NeuralForecaster,
    values: &[f64],
    from: Option<&FitCheckpoint>,
    observer: &mut Observer<'_>,
) -> Result<FittedNetwork, ForecastError> {
    let training = training(forecaster, values);
    forecaster.fit_from(training.only()?, from, &Cancellation::never(), observer)
}

pub(super) fn forecast(
    fitted: &dyn Fitted,
    history: &[f64],
    horizon: usize,
) -> Result<Vec<f64>, ForecastError> {
    Ok(fitted.predict(&context(history), &Request::points(horizon))?.mean)
}

fn fit(forecaster: &NeuralForecaster, values: Vec<f64>) -> (FittedNetwork, Vec<EpochReport>) {
    let mut reports = Vec::new();
    let fitted = fit_with(forecaster, &values, None, &mut |event| {
        if let FitEvent::Epoch(report) = event {
            reports.push(report);
        }
        Flow::Continue
    });
    (fitted.unwrap(), reports)
}

/// Every way of training.
fn ways() -> Vec<TrainConfig> {
    let mut ways = Vec::new();
    for way in StateMode::ALL {
        for supervise in Supervision::ALL {
            ways.push(TrainConfig {
                state_mode: way,
                supervise: Some(supervise),
                chunk: 5,
                lane_rows: Some(15),
                batch_size: 3,
                epochs: 3,
                ..TrainConfig::default()
            });
        }
    }
    ways.push(TrainConfig { ensemble: 3, epochs: 3, ..TrainConfig::default() });
    ways
}

#[test]
fn nothing_after_the_origin_reaches_the_holdout_forecast() {
    for train in ways() {
        let forecaster = NeuralForecaster { train, ..forecaster(Cell::Gru) };
        let split = Split::new(60, &forecaster.window);
        let origin = split.holdout(4).start;
        let (first, reports) = fit(&forecaster, values());
        let expected = forecast(&first, &values()[..origin], 4).unwrap();
        for (from, value) in [(origin, 1e6), (origin, f64::NAN), (origin + 2, -5.0)] {
            let mut perturbed = values();
            perturbed[from..].fill(value);
            let (again, other_reports) = fit(&forecaster, perturbed.clone());
            assert_eq!(forecast(&again, &perturbed[..origin], 4).unwrap(), expected);
            let live = |reports: &[EpochReport]| {
                reports.last().and_then(|report| report.live.clone()).unwrap().holdout
            };
            assert_eq!(live(&reports), live(&other_reports), "live forecasts too");
        }
        // Test rows before the hold-out may be read by a forecast, but nothing is fitted to them.
        let mut perturbed = values();
        perturbed[split.test.start..].fill(99.0);
        let (again, _) = fit(&forecaster, perturbed);
        assert_eq!(forecast(&again, &values()[..origin], 4).unwrap(), expected);
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
            [54, 57].map(|origin| forecast(&fitted, &values[..origin], 3).unwrap())
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
    assert!(forecast(&fitted, &values, 4).unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn training_twice_gives_the_same_forecast_to_the_last_bit() {
    let forecaster = forecaster(Cell::Gru);
    let found = |forecaster: &NeuralForecaster| {
        forecast(&fit(forecaster, values()).0, &values(), 4).unwrap()
    };
    assert_eq!(found(&forecaster), found(&forecaster));
    let mut other = forecaster.clone();
    other.train.seed = 2;
    assert_ne!(found(&forecaster), found(&other));
}

#[test]
fn a_shifted_and_stretched_series_has_a_shifted_and_stretched_forecast() {
    let forecaster = forecaster(Cell::Lstm);
    let (plain, plain_reports) = fit(&forecaster, values());
    let stretched: Vec<f64> = values().iter().map(|value| 1e6 + 1e3 * value).collect();
    let (other, reports) = fit(&forecaster, stretched.clone());
    let expected = forecast(&plain, &values(), 4).unwrap();
    for (found, expected) in forecast(&other, &stretched, 4).unwrap().into_iter().zip(expected) {
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
    // What is left is the fit to all rows, for as many epochs as were best.
    let refit = reports[5].refit_epoch_seconds.unwrap();
    let best = f64::from(u32::try_from(fitted.best_epochs()[0]).unwrap());
    assert!((reports[5].seconds_left / (refit * best) - 1.0).abs() < 1e-9);
    assert!(reports[0].seconds_left > 6.0 * reports[0].refit_epoch_seconds.unwrap());
    assert!(!fitted.was_stopped());
    assert_eq!(fitted.parameters(), 3 * 6 * (1 + 6 + 2) + 3 * 6 * (6 + 6 + 2) + 4 * 7);
}

#[test]
fn a_pace_tells_how_long_a_fit_takes() {
    let forecaster = forecaster(Cell::Gru);
    let training = training(&forecaster, &values());
    let training = training.only().unwrap();
    let split = &training.split;
    let pace = forecaster.pace(training, &Cancellation::never()).unwrap().unwrap();
    let (one, ten) = (pace.seconds(1), pace.seconds(10));
    assert!(one > 0.0 && (ten / one - 10.0).abs() < 1e-9, "{one} {ten}");
    assert_eq!(pace.epochs_within(ten * 1.01), 10);
    assert_eq!(pace.epochs_within(0.0), 1);
    let without = NeuralForecaster {
        train: TrainConfig { refit: false, ..forecaster.train.clone() },
        ..forecaster.clone()
    };
    let left = |forecaster: &NeuralForecaster| Effort::of(forecaster, split).seconds(1.0, 1.0);
    assert!(left(&forecaster) > 2.0, "all rows are more than those of the training part");
    assert!((1.0..2.0).contains(&left(&without)));
    let is_cancelled = || true;
    let stopped = forecaster.pace(training, &Cancellation::new(&is_cancelled));
    assert!(matches!(stopped, Ok(None)));
}

#[test]
fn what_cannot_be_fitted_or_forecast_says_why() {
    let forecaster = forecaster(Cell::Lstm);
    let error = fit_with(&forecaster, &[1.0; 20], None, &mut |_| Flow::Continue).err();
    assert!(matches!(error, Some(ForecastError::NoWindows { part: "training", rows: 6, .. })));

    let leaving = NeuralForecaster { missing: MissingPolicy::Leave, ..forecaster.clone() };
    let (fitted, _) = fit(&leaving, values());
    let mut missing = values();
    missing[58] = f64::NAN;
    let error = forecast(&fitted, &missing, 4).unwrap_err();
    assert!(matches!(error, ForecastError::MissingInput { needed: 8, missing: 1, .. }));
    let error = forecast(&fitted, &values()[..5], 4).unwrap_err();
    assert!(matches!(error, ForecastError::MissingInput { needed: 8, missing: 3, .. }));
    let error = forecast(&fitted, &values(), 5).unwrap_err();
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
    let error = fit_with(&unscaled, &huge, None, &mut |_| Flow::Continue).err();
    let Some(ForecastError::Diverged(batch)) = &error else { panic!("{error:?}") };
    assert_eq!((batch.account.epoch, batch.rows[0].largest), (1, Some(30)), "{batch}");
}

#[test]
fn an_ensemble_is_the_median_of_its_networks_whatever_the_threads() {
    let with = |ensemble, threads| {
        let train = TrainConfig { ensemble, threads, epochs: 4, ..TrainConfig::default() };
        let (fitted, reports) = fit(&NeuralForecaster { train, ..forecaster(Cell::Gru) }, values());
        let prediction = fitted.predict(&context(&values()), &Request::points(4)).unwrap();
        (prediction, fitted.best_epochs().len(), reports.len())
    };
    let (one, ..) = with(1, None);
    assert_eq!(one.members, Vec::<Vec<f64>>::new());
    let (three, networks, epochs) = with(3, Some(1));
    assert_eq!((three.members.len(), networks, epochs), (3, 3, 4));
    assert_eq!(with(3, Some(2)).0, three);
    assert_eq!(three.members[0], one.mean, "the first is the network of the seed alone");
    for row in 0..4 {
        let mut column: Vec<f64> = three.members.iter().map(|member| member[row]).collect();
        column.sort_unstable_by(f64::total_cmp);
        assert!(column[0] < column[2] && three.mean[row] == column[1]);
    }
}

fn refit(
    fitted: &FittedNetwork,
    values: &[f64],
    observer: &mut Observer<'_>,
) -> Box<FittedNetwork> {
    assert!(fitted.wants_refit());
    match fitted.refit(&context(values), &Cancellation::never(), observer).unwrap() {
        Refit::Done(refitted) => refitted,
        Refit::Ended => panic!("nothing ended it"),
    }
}

#[test]
fn the_future_is_forecast_by_a_network_that_saw_all_rows() {
    for train in ways() {
        let forecaster = NeuralForecaster { train, ..forecaster(Cell::Lstm) };
        let refitted = |values: Vec<f64>, epochs: &mut Vec<usize>| {
            let (fitted, _) = fit(&forecaster, values.clone());
            let refitted = refit(&fitted, &values, &mut |event| {
                if let FitEvent::Refit { epoch, .. } = event {
                    epochs.push(epoch);
                }
                Flow::Continue
            });
            assert_eq!(refitted.best_epochs(), fitted.best_epochs());
            [&fitted, &*refitted].map(|model| forecast(model, &values, 4).unwrap())
        };
        let mut epochs = Vec::new();
        let [before, after] = refitted(values(), &mut epochs);
        assert!(epochs.iter().max().is_some_and(|&most| (1..=3).contains(&most)));
        assert_ne!(before, after);
        // Rows of the test part change what it learned, and not what was scored.
        let mut other = values();
        other[55] += 3.0;
        let (fitted, _) = fit(&forecaster, other.clone());
        let (plain, _) = fit(&forecaster, values());
        let origin = &values()[..54];
        assert_eq!(forecast(&fitted, origin, 4).unwrap(), forecast(&plain, origin, 4).unwrap());
        let again = refit(&fitted, &other, &mut |_| Flow::Continue);
        assert_ne!(forecast(&*again, origin, 4).unwrap(), after);
    }
    let train = TrainConfig { refit: false, epochs: 2, ..TrainConfig::default() };
    let (fitted, _) = fit(&NeuralForecaster { train, ..forecaster(Cell::Gru) }, values());
    assert!(!fitted.wants_refit());
}

#[test]
fn a_fit_taken_up_from_any_checkpoint_ends_the_same() {
    for train in ways() {
        let forecaster = NeuralForecaster { train, ..forecaster(Cell::Gru) };
        let mut kept = Vec::new();
        let fitted = fit_with(&forecaster, &values(), None, &mut |event| match event {
            FitEvent::Checkpoint(checkpoint) => {
                kept.push(checkpoint.to_bytes().unwrap());
                Flow::Continue
            }
            FitEvent::Epoch(_) => Flow::Checkpoint,
            FitEvent::Batch { batch, .. } if batch % 4 == 1 => Flow::Checkpoint,
            _ => Flow::Continue,
        });
        let fitted = fitted.unwrap();
        let expected = forecast(&fitted, &values(), 4).unwrap();
        assert!(kept.len() >= 3);
        for bytes in kept {
            let checkpoint = FitCheckpoint::from_bytes(&bytes).unwrap();
            let training = training(&forecaster, &values());
            let resumed = forecaster.clone().resuming(checkpoint);
            let resumed =
                resumed.fit(&training, &Cancellation::never(), &mut |_| Flow::Continue).unwrap();
            let resumed = FittedNetwork::of(&*resumed).unwrap();
            assert_eq!(forecast(resumed, &values(), 4).unwrap(), expected);
            assert_eq!(resumed.best_epochs(), fitted.best_epochs());
        }
        // Another run may go on from a past epoch.
        let past = fitted.past();
        assert!(past[0].epoch == 1 && past.iter().all(|past| past.epoch <= 3));
        let branch = &*past[0].checkpoint;
        assert_eq!(branch.state.epochs_done(), 1);
        let branch =
            fit_with(&forecaster, &values(), Some(branch), &mut |_| Flow::Continue).unwrap();
        assert_eq!(forecast(&branch, &values(), 4).unwrap(), expected);
    }
}
