//! Baselines on histories at the edge: no panic, no NaN, no interval without a width.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use proptest::prelude::*;
use tidegate::baseline::{
    Baseline, BaselineError, EtsConfig, Fits, FittedBaseline, FittedDrift, FittedMean, FittedNaive,
    FittedSeasonalNaive, FittedWindowAverage, Periods, ThetaVariant, auto_ets, mstl, tbats, theta,
};
use tidegate::forecast::{BaselineForecaster, Context, Fitted as _, Request};
use tidegate::series::{Series, TimeAxis};

type Fit = Result<Arc<dyn FittedBaseline>, BaselineError>;

fn boxed<T: FittedBaseline + 'static>(fitted: Result<T, BaselineError>) -> Fit {
    fitted.map(|model| Arc::new(model) as Arc<dyn FittedBaseline>)
}

#[expect(clippy::cast_precision_loss, reason = "seasons are short")]
fn period(season_length: usize) -> f64 {
    season_length as f64
}

/// Every baseline of this room, by name.
fn models(history: &[f64], season_length: usize) -> Vec<(String, Fit)> {
    let ets = |name: &str| boxed(auto_ets(history, season_length, &name.parse().unwrap()));
    let all = EtsConfig { multiplicative_trend: true, ..EtsConfig::default() };
    let mut models = vec![
        ("naive".to_owned(), boxed(FittedNaive::fit(history))),
        ("seasonal naive".to_owned(), boxed(FittedSeasonalNaive::fit(history, season_length))),
        ("drift".to_owned(), boxed(FittedDrift::fit(history))),
        ("mean".to_owned(), boxed(FittedMean::fit(history))),
        ("window average".to_owned(), boxed(FittedWindowAverage::fit(history, 4))),
        ("auto-ets".to_owned(), ets("auto-ets")),
        ("all ets".to_owned(), boxed(auto_ets(history, season_length, &all))),
        ("mstl".to_owned(), boxed(mstl(history, &[season_length, 3 * season_length]))),
        ("tbats".to_owned(), boxed(tbats(history, &[period(season_length), 30.44]))),
    ];
    for variant in ThetaVariant::ALL {
        models.push((variant.to_string(), boxed(theta(history, season_length, variant))));
    }
    let periods = Periods { season_length, all: vec![period(season_length)] };
    let fits = Fits::default();
    for baseline in
        [Baseline::named("auto-arima").unwrap(), Baseline::named("combination").unwrap()]
    {
        models.push((baseline.to_string(), baseline.fit_sharing(history, &periods, &fits)));
    }
    models
}

/// Forecasts are numbers, intervals nested and wide, and one fitted value stands for each row.
fn assert_sound(name: &str, what: &str, history: &[f64], model: &dyn FittedBaseline) {
    let forecast = model.predict(15, &[0.8, 0.95]);
    let case = format!("{name} on {what}: {}", model.description());
    assert_eq!(model.fitted().len(), history.len(), "{case}");
    assert_eq!(model.residuals().len(), history.len(), "{case}");
    let [inner, outer] = &forecast.intervals[..] else { panic!("{case}") };
    for (row, mean) in forecast.mean.iter().enumerate() {
        assert!(mean.is_finite(), "{case}: {mean}");
        let bounds = [outer.lower[row], inner.lower[row], inner.upper[row], outer.upper[row]];
        assert!(bounds.iter().all(|bound| bound.is_finite()), "{case}, row {row}: {bounds:?}");
        assert!(bounds.is_sorted(), "{case}, row {row}: {bounds:?}");
        assert!(bounds[1] < bounds[2], "{case}, row {row}: {bounds:?}");
        assert!(bounds[0] <= *mean && *mean <= bounds[3], "{case}, row {row}: {mean} {bounds:?}");
    }
}

fn assert_all_sound(what: &str, history: &[f64], season_length: usize) {
    for (name, model) in models(history, season_length) {
        assert_sound(&name, what, history, &*model.unwrap());
    }
}

fn noisy(rows: u32) -> Vec<f64> {
    (0..rows).map(|row| 50.0 + f64::from(row * row % 17) + 5.0 * f64::from(row % 7)).collect()
}

#[test]
fn plain_and_short_histories() {
    assert_all_sound("a constant", &[5.0; 40], 7);
    assert_all_sound("a constant with long digits", &[0.1 + 0.2; 40], 7);
    assert_all_sound("all zeros", &[0.0; 40], 7);
    assert_all_sound("one value", &[3.0], 7);
    assert_all_sound("a zero", &[0.0], 7);
    assert_all_sound("two values", &[3.0, 4.5], 7);
    for rows in 3..30 {
        assert_all_sound(&format!("{rows} values"), &noisy(rows), 7);
    }
    let line: Vec<f64> = (0..40).map(f64::from).collect();
    assert_all_sound("a line", &line, 7);
    let season: Vec<f64> =
        (0..42).map(|row| [1.0, 2.0, 5.0, 3.0, 1.0, 9.0, 4.0][row % 7]).collect();
    assert_all_sound("a bare season", &season, 7);
}

#[test]
fn spikes_scales_and_signs() {
    let mut spike = vec![0.0; 60];
    spike[31] = 1e6;
    assert_all_sound("one spike", &spike, 7);
    let mut late = vec![1.0; 60];
    late[59] = 1e9;
    assert_all_sound("a late spike", &late, 7);
    for scale in [1e12, 1e-12, -1.0, -1e12] {
        let scaled: Vec<f64> = noisy(60).iter().map(|value| value * scale).collect();
        assert_all_sound(&format!("scale {scale}"), &scaled, 7);
    }
    let far: Vec<f64> = noisy(60).iter().map(|value| value + 1e12).collect();
    assert_all_sound("far from zero", &far, 7);
    let signs: Vec<f64> = noisy(60).iter().map(|value| value - 70.0).collect();
    assert_all_sound("both signs", &signs, 7);
    let zeros: Vec<f64> = noisy(60).iter().map(|v| if *v < 60.0 { 0.0 } else { *v }).collect();
    assert_all_sound("many zeros", &zeros, 7);
}

#[test]
fn seasons_that_do_not_fit() {
    for season_length in [0, 1, 2, 3, 24, 25, 52, 59, 60, 61, 1_000] {
        assert_all_sound(&format!("season {season_length}"), &noisy(60), season_length);
    }
    assert_all_sound("three seasons of 52", &noisy(160), 52);
}

#[test]
fn missing_values() {
    let nan = f64::NAN;
    let mut two = vec![nan; 60];
    two[10] = 3.0;
    two[50] = 4.0;
    assert_all_sound("all missing but two", &two, 7);
    let mut ends = noisy(60);
    ends[..9].fill(nan);
    ends[50..].fill(nan);
    ends[20] = f64::INFINITY;
    assert_all_sound("missing ends", &ends, 7);
    let holes: Vec<f64> =
        noisy(80).iter().enumerate().map(|(row, v)| if row % 3 == 1 { nan } else { *v }).collect();
    assert_all_sound("every third missing", &holes, 7);
    for history in [&[][..], &[nan; 5][..], &[f64::INFINITY][..]] {
        for (name, model) in models(history, 7) {
            let error = model.err().unwrap_or_else(|| panic!("{name} fitted nothing"));
            assert!(!error.to_string().is_empty());
        }
    }
}

/// Histories that fresh seeds found, with their seasons.
#[test]
fn values_of_very_different_size() {
    let nan = f64::NAN;
    for (history, season_length) in [
        (&[1e-100, 330.8, 1.32e73, 345.7, 1e100, 531.8][..], 4),
        (&[500.8, 431.2, 745.6, 1e100, 1e100, 56.5], 4),
        (&[500.8, 431.2, 745.6, 1e-100, nan, 1e100, 1e100, 56.5], 4),
        (&[7.65e43, 1.69e96, 806.6, 1e-100, 1e100, 751.1], 4),
    ] {
        assert_all_sound(&format!("{history:?}"), history, season_length);
    }
}

/// Every baseline by the name a person asks for, on values whose squares and sums are beyond the range
/// of numbers: finite forecasts, or an error that names the largest value.
fn assert_finite_or_refused(history: &[f64], season_length: usize) {
    let periods = Periods { season_length, all: vec![period(season_length)] };
    let series = Series::new("y", TimeAxis::row_numbers(), history.to_vec());
    let context = Context::after(series, 15);
    let fits = Fits::default();
    for baseline in Baseline::all() {
        let forecaster = BaselineForecaster::new(baseline, periods.clone()).sharing(&fits);
        let case = format!("{baseline} on {history:?}, season {season_length}");
        match forecaster.predict(&context, &Request { horizon: 15, levels: &[0.8, 0.95] }) {
            Ok(prediction) => {
                let bounds = prediction.intervals.iter().flat_map(|i| [&i.lower, &i.upper]);
                assert!(
                    bounds.chain([&prediction.mean]).flatten().all(|v| v.is_finite()),
                    "{case}"
                );
                let residuals = prediction.fit.unwrap().residuals;
                assert!(residuals.iter().all(|residual| !residual.is_infinite()), "{case}");
            }
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains(&baseline.to_string()), "{case}: {error}");
                assert!(
                    error.contains("mask") || error.contains("no known value"),
                    "{case}: {error}"
                );
            }
        }
    }
}

#[test]
fn values_beyond_squares_are_forecast_or_named() {
    let max = f64::MAX;
    for history in [
        &[1e155, 3.0, 4.0, 5.0, 3.0, 6.0, 5.0, 4.0, 3.0, 5.0, 6.0, 2.0][..],
        &[-max, max, -max, max, -max, max, -max, max],
        &[max, max, max, max, max, max, max, max],
        &[1.0, 1e300, 1e-300, 1e200, 1e-200, 3.0, 1e301, 1e-5, 2.0],
        &[5e-324, 1e-310, 5e-324, 2e-308, 5e-324, 1e-310, 5e-324, 2e-308, 3e-320],
    ] {
        for season_length in [1, 2, 4] {
            assert_finite_or_refused(history, season_length);
        }
    }
}

#[test]
fn a_hundred_thousand_rows() {
    let history: Vec<f64> = (0..100_000_u32)
        .map(|row| {
            let t = f64::from(row);
            1_000.0 + 50.0 * (t / 3.8).sin() + f64::from(row.wrapping_mul(2_654_435_761) >> 24)
        })
        .collect();
    assert_all_sound("100,000 rows", &history, 24);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_history(
        history in prop::collection::vec(
            prop_oneof![
                6 => -1e3..1e3_f64,
                1 => Just(0.0),
                1 => Just(f64::NAN),
                1 => prop::num::f64::NORMAL.prop_map(|value| value.signum() * value.abs().clamp(1e-100, 1e100)),
            ],
            1..50,
        ),
        season_length in 0_usize..15,
    ) {
        for (name, model) in models(&history, season_length) {
            match model {
                Ok(model) => assert_sound(&name, &format!("{history:?}"), &history, &*model),
                Err(error) => prop_assert!(
                    history.iter().all(|value| value.is_nan()),
                    "{name}: {error}"
                ),
            }
        }
    }

    #[test]
    fn any_size(
        history in prop::collection::vec(prop_oneof![-1e3..1e3_f64, prop::num::f64::ANY], 1..40),
        season_length in 0_usize..10,
    ) {
        assert_finite_or_refused(&history, season_length);
    }

    #[test]
    fn the_unit_does_not_matter(
        history in prop::collection::vec(1.0..100.0_f64, 30..60),
        power in -20_i32..20,
    ) {
        // Powers of two change no digit.
        let scale = 2_f64.powi(power);
        let scaled: Vec<f64> = history.iter().map(|value| value * scale).collect();
        let pairs = models(&history, 4).into_iter().zip(models(&scaled, 4));
        for ((name, plain), (_, scaled)) in pairs {
            let (plain, scaled) = (plain.unwrap().predict(6, &[]), scaled.unwrap().predict(6, &[]));
            for (plain, scaled) in plain.mean.iter().zip(&scaled.mean) {
                let off = (plain - scaled / scale).abs();
                prop_assert!(off < 1e-3 * plain.abs().max(1.0), "{name}: {plain} {}", scaled / scale);
            }
        }
    }
}
