//! Every model that can be asked for by name, on histories at the edge and with seasons that fit and
//! do not fit: no panic, no failure where the form is free, no NaN, no interval without a width.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tidegate::baseline::{Baseline, BaselineError, Fits, FittedBaseline, Periods};

/// Names with orders or forms of their own, which need not suit every history.
const GIVEN: [&str; 14] = [
    "ets(A,N,N)",
    "ets(A,Ad,A)",
    "ets(M,Ad,M)",
    "ets(M,Md,M)",
    "ets(Z,N,Z)",
    "arima(0,0,0) with zero mean",
    "arima(0,1,0) with drift",
    "arima(2,0,1)",
    "arima(0,2,2)",
    "arima(5,1,5)",
    "arima(1,1,1)(0,1,1)[12]",
    "arima(2,0,0)(1,0,0)[7] with non-zero mean",
    "arima(0,0,0)(0,2,0)[52]",
    "arima(0,0,1)(0,1,2)[365]",
];
const SEASONS: [f64; 5] = [1.0, 7.0, 12.0, 52.0, 365.25];
const HORIZON: usize = 15;

fn noisy(rows: u32) -> Vec<f64> {
    (0..rows).map(|row| 50.0 + f64::from(row * row % 17) + 5.0 * f64::from(row % 7)).collect()
}

fn histories() -> Vec<(&'static str, Vec<f64>)> {
    let scaled = |by: f64| noisy(70).iter().map(|value| value * by).collect();
    let mut spike = vec![0.0; 60];
    spike[31] = 1e6;
    let mut late = vec![1.0; 60];
    late[59] = -1e9;
    let mut two = vec![f64::NAN; 60];
    (two[10], two[50]) = (3.0, 4.0);
    let mut one = vec![f64::NAN; 60];
    one[33] = -2.0;
    let holes = noisy(120).into_iter().enumerate();
    let holes = holes.map(|(row, value)| if row % 5 < 3 { f64::NAN } else { value }).collect();
    vec![
        ("a constant", vec![5.0; 40]),
        ("a long constant", vec![-0.3; 800]),
        ("one value", vec![3.0]),
        ("two values", vec![3.0, 4.5]),
        ("three values", vec![3.0, 4.5, 1.0]),
        ("all zeros", vec![0.0; 40]),
        ("one spike", spike),
        ("a late spike", late),
        ("scale 1e12", scaled(1e12)),
        ("scale 1e-12", scaled(1e-12)),
        ("negative values", scaled(-1.0)),
        ("both signs", noisy(70).iter().map(|value| value - 70.0).collect()),
        ("a line", (0..60).map(f64::from).collect()),
        ("a falling line", (0..60).map(|row| 7.0 - 1e6 * f64::from(row)).collect()),
        ("two years of days", noisy(740)),
        ("all missing but two", two),
        ("all missing but one", one),
        ("three of five missing", holes),
    ]
}

fn assert_sound(case: &str, history: &[f64], model: &dyn FittedBaseline) {
    let case = format!("{case}: {}", model.description());
    assert_eq!(model.fitted().len(), history.len(), "{case}");
    let criteria = model.criteria();
    assert!(criteria.is_none_or(|criteria| !criteria.log_likelihood.is_nan()), "{case}");
    let forecast = model.predict(HORIZON, &[0.8, 0.95]);
    let [inner, outer] = &forecast.intervals[..] else { panic!("{case}") };
    assert_eq!(forecast.mean.len(), HORIZON, "{case}");
    for (row, mean) in forecast.mean.iter().enumerate() {
        let bounds = [outer.lower[row], inner.lower[row], inner.upper[row], outer.upper[row]];
        let is_sound = mean.is_finite() && bounds.iter().all(|bound| bound.is_finite());
        assert!(is_sound, "{case}, row {row}: {mean} {bounds:?}");
        assert!(bounds.is_sorted() && bounds[1] < bounds[2], "{case}, row {row}: {bounds:?}");
        assert!(bounds[0] <= *mean && *mean <= bounds[3], "{case}, row {row}: {mean} {bounds:?}");
    }
}

/// Fits every name to a history with a season; names that may not suit it have to say why.
fn assert_names_sound(what: &str, history: &[f64], season: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and above 0"
    )]
    let periods = Periods { season_length: season.round() as usize, all: vec![season] };
    let fits = Fits::default();
    let given = GIVEN.map(|name| name.parse::<Baseline>().unwrap());
    for (place, baseline) in Baseline::all().chain(given).enumerate() {
        let case = format!("{baseline} on {what}, season {season}");
        match baseline.fit_sharing(history, &periods, &fits) {
            Ok(model) => assert_sound(&case, history, &*model),
            Err(BaselineError::Unsuitable { model, rows, found, fix }) => {
                assert!(place >= Baseline::all().len(), "{case}: {found}");
                assert_eq!((model, rows), (baseline.to_string(), history.len()), "{case}");
                assert!(!found.is_empty() && !fix.is_empty(), "{case}");
            }
            Err(error) => panic!("{case}: {error}"),
        }
    }
}

#[test]
fn every_name_on_histories_at_the_edge_with_every_season() {
    for (what, history) in histories() {
        for season in SEASONS {
            assert_names_sound(what, &history, season);
        }
    }
}

#[test]
fn every_name_on_a_hundred_thousand_rows() {
    let history: Vec<f64> = (0..100_000_u32)
        .map(|row| {
            let wave = (f64::from(row) / 3.8).sin();
            1_000.0 + 50.0 * wave + f64::from(row.wrapping_mul(2_654_435_761) >> 24)
        })
        .collect();
    assert_names_sound("100,000 rows", &history, 7.0);
}

#[test]
fn a_failure_is_told_by_the_name_that_was_asked_for() {
    let periods = Periods { season_length: 7, all: vec![7.0] };
    for history in [&[][..], &[f64::NAN; 9][..], &[f64::INFINITY, f64::NEG_INFINITY][..]] {
        for baseline in Baseline::all() {
            let error = baseline.fit(history, &periods).err().unwrap().to_string();
            assert!(error.starts_with(&format!("{baseline} has no known value")), "{error}");
        }
    }
}
