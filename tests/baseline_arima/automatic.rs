//! The automatic choice of orders: on series of a known making, on long seasons, and on histories that
//! nobody would wish for.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tidegate::baseline::arima::{ArimaOrder, AutoArimaConfig, FittedArima, arima, auto_arima};
use tidegate::baseline::{BaselineError, FittedBaseline, Periods};

use super::{fixture, near, values};

/// The chosen model is one that statsmodels was given too, or one with a better criterion.
#[test]
fn automatic_choice_takes_regressors() {
    let fixture = fixture();
    for case in fixture.cases.iter().filter(|case| !case.regressors.is_empty()) {
        let history = values(&fixture, &case.series);
        let season_length = if case.order.contains("[12]") { 12 } else { 1 };
        let config = AutoArimaConfig::default();
        let fit =
            auto_arima(&history, &Periods::one(season_length), &case.regressors, &config).unwrap();
        let name = format!("{} of {}", fit.description(), case.series);
        assert_eq!(fit.regression().len(), case.regressors.len(), "{name}");
        let given = arima(&history, fit.order(), &case.regressors).unwrap();
        let likelihood = |fit: &FittedArima| fit.criteria().unwrap().log_likelihood;
        // Roots of a search stay a little away from the border.
        assert!(likelihood(&fit) > likelihood(&given) - 0.5, "{name}");
        let differences = |order: &ArimaOrder| (order.d, order.seasonal_d);
        if differences(fit.order()) == differences(&case.order.parse().unwrap()) {
            let aicc = fit.criteria().unwrap().aicc;
            assert!(aicc < case.aicc + 0.5, "{name}: {aicc} for {}", case.aicc);
        }
        // The future of a regressor is followed: a step in it moves the forecast by its coefficient.
        let mut stepped = case.regressors.clone();
        for value in &mut stepped[0][history.len()..] {
            *value += 10.0;
        }
        let other = auto_arima(&history, &Periods::one(season_length), &stepped, &config).unwrap();
        let (plain, other) = (fit.predict(3, &[]).mean, other.predict(3, &[]).mean);
        for (plain, other) in plain.iter().zip(&other) {
            near(&name, other - plain, 10.0 * fit.regression()[0], 1e-6);
        }
    }
    let short =
        auto_arima(&[1.0, 2.0, 4.0], &Periods::one(1), &[vec![1.0]], &AutoArimaConfig::default());
    assert!(short.unwrap_err().to_string().contains("regressor 1"));
}

/// Steps of noise from -6 to 6, nearly normal with deviation 1, added up or not.
fn random(rows: usize, is_walk: bool, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut level = 0.0;
    let mut next = || {
        let noise = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        level = if is_walk { level + noise } else { noise };
        level
    };
    (0..rows).map(|_| next()).collect()
}

#[test]
fn a_constant_is_seldom_seen_beside_a_moving_average_that_undoes_a_difference() {
    const ROWS: usize = 40;
    let mut undone = 0;
    for is_walk in [false, true] {
        let (mut error, mut least) = (0.0, 0.0);
        for seed in 0..100 {
            let all = random(ROWS + 13, is_walk, seed);
            let (history, ahead) = all.split_at(ROWS);
            let fit =
                auto_arima(history, &Periods::one(1), &[], &AutoArimaConfig::default()).unwrap();
            let at_one = 1.0 + fit.coefficients().ma.iter().sum::<f64>();
            undone += u32::from(fit.order().constant && at_one < 0.03);
            let best = if is_walk { history[ROWS - 1] } else { 0.0 };
            let mean = fit.predict(13, &[]).mean;
            error += ahead.iter().zip(mean).map(|(y, f)| (y - f).abs()).sum::<f64>();
            least += ahead.iter().map(|y| (y - best).abs()).sum::<f64>();
        }
        // By the criterion alone 1.17 times for walks.
        assert!(error < 1.16 * least, "{} times the least error", error / least);
    }
    // By the criterion alone nine.
    assert!(undone <= 2, "{undone} of 200");
}

/// Forecasts are numbers inside intervals that have a width.
fn sound(name: &str, history: &[f64], season_length: usize) {
    let fit = auto_arima(history, &Periods::one(season_length), &[], &AutoArimaConfig::default())
        .unwrap();
    let prediction = fit.predict(24, &[0.8, 0.95]);
    for step in 0..24 {
        let mean = prediction.mean[step];
        let [inner, outer] = &prediction.intervals[..] else { panic!("two levels") };
        let bounds =
            [outer.lower[step], inner.lower[step], mean, inner.upper[step], outer.upper[step]];
        let rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = bounds.iter().all(|bound| bound.is_finite());
        assert!(rising && finite, "{name}, {}: {bounds:?}", fit.description());
    }
}

#[test]
fn automatic_choice_stands_every_history() {
    let wave = |row: u32| (f64::from(row) * 0.52).sin() + f64::from(row * row * 7 % 23) / 23.0;
    let waves: Vec<f64> = (0..120).map(wave).collect();
    let scaled = |factor: f64| waves.iter().map(|value| value * factor).collect::<Vec<f64>>();
    let mut spike = vec![0.0; 100];
    spike[50] = 1.0;
    let mut two = vec![f64::NAN; 200];
    (two[3], two[150]) = (1.0, 2.0);
    let mut gaps = waves.clone();
    for row in (0..120).step_by(7).chain(60..75) {
        gaps[row] = f64::NAN;
    }
    let line: Vec<f64> = (0..50).map(f64::from).collect();
    let parabola: Vec<f64> = (0..50).map(|row| f64::from(row * row)).collect();
    let season: Vec<f64> = (0..60).map(|row| f64::from(row % 12)).collect();
    for (name, history, season_length) in [
        ("constant", vec![5.0; 50], 12),
        ("one value", vec![5.0], 12),
        ("two values", vec![1.0, 3.0], 12),
        ("zeros", vec![0.0; 60], 7),
        ("spike", spike, 12),
        ("huge", scaled(1e12), 12),
        ("tiny", scaled(1e-12), 12),
        ("negative", scaled(-3.0), 12),
        ("season longer than the series", waves[..20].to_vec(), 48),
        ("long season", waves.clone(), 52),
        ("constant with long seasons", vec![5.0; 400], 52),
        ("two known", two, 12),
        ("gaps", gaps, 12),
        ("line", line, 12),
        ("parabola", parabola, 1),
        ("exact season", season, 12),
    ] {
        sound(name, &history, season_length);
    }
    let none = auto_arima(&[f64::NAN; 9], &Periods::one(1), &[], &AutoArimaConfig::default());
    assert!(matches!(none, Err(BaselineError::NoValues { rows: 9, .. })));
}

/// A wave of this many rows, and noise of half a unit to each side of 0.5.
fn waving(row: u32, season_length: u32) -> f64 {
    wave(row, season_length) + f64::from(row.wrapping_mul(2_654_435_761) >> 20) / 4096.0
}

fn wave(row: u32, season_length: u32) -> f64 {
    let turns = f64::from(row % season_length) / f64::from(season_length);
    10.0 * (std::f64::consts::TAU * turns).sin()
}

#[test]
fn long_seasons_are_followed_by_terms_where_the_history_holds_six_and_else_by_waves() {
    for (rows, season_length, terms) in [
        (6_000, 168, true),
        (312, 52, true),
        (311, 52, false),
        (120, 52, false),
        (103, 52, false),
        (6_000, 365, false),
    ] {
        let history: Vec<f64> = (0..rows).map(|row| waving(row, season_length)).collect();
        let length = usize::try_from(season_length).unwrap();
        let fit =
            auto_arima(&history, &Periods::one(length), &[], &AutoArimaConfig::default()).unwrap();
        let words = fit.description();
        assert_eq!(words.contains(&format!(")[{season_length}]")), terms, "{words}");
        let waves = !terms && rows >= 2 * season_length;
        assert_eq!(words.contains("Fourier pair"), waves, "{rows} rows: {words}");
        if rows < 2 * season_length {
            continue;
        }
        for (ahead, mean) in (rows..).zip(fit.predict(length, &[]).mean) {
            // Terms repeat the mean of the noise of some seasons, waves little of it.
            let off = mean - wave(ahead, season_length) - 0.5;
            assert!(off.abs() < if terms { 1.0 } else { 0.6 }, "{words}, row {ahead}: {off}");
        }
    }
}

#[test]
fn intervals_of_chosen_orders_go_by_the_errors_of_late() {
    let noise = |row: u32| f64::from(row.wrapping_mul(2_654_435_761) >> 20) / 4096.0 - 0.5;
    let history: Vec<f64> =
        (0..200).map(|row| noise(row) * if row < 150 { 1.0 } else { 4.0 }).collect();
    let chosen = auto_arima(&history, &Periods::one(1), &[], &AutoArimaConfig::default()).unwrap();
    let given = arima(&history, chosen.order(), &[]).unwrap();
    let width = |fit: &FittedArima| {
        let interval = &fit.predict(1, &[0.9]).intervals[0];
        interval.upper[0] - interval.lower[0]
    };
    assert!(width(&chosen) > 1.3 * width(&given), "{} {}", width(&chosen), width(&given));
}

#[test]
fn further_seasons_are_followed_by_waves_beside_the_terms_of_one() {
    let truth = |row: u32| wave(row, 24) + wave(row, 168);
    let history: Vec<f64> = (0..1_300).map(|row| waving(row, 168) + wave(row, 24)).collect();
    let error_with = |all: Vec<f64>| {
        let periods = Periods { season_length: 24, all };
        let fit = auto_arima(&history, &periods, &[], &AutoArimaConfig::default()).unwrap();
        let ahead = (1_300..).zip(fit.predict(168, &[]).mean);
        let off = ahead.map(|(row, mean)| (mean - truth(row) - 0.5).abs());
        (off.sum::<f64>() / 168.0, fit.description())
    };
    let (one, alone) = error_with(vec![24.0]);
    let (both, words) = error_with(vec![24.0, 168.0]);
    assert!(!alone.contains("Fourier") && words.ends_with("of season [168]"), "{alone}; {words}");
    assert!(both < 0.6 && both < 0.7 * one, "{both} and {one}");
}

#[test]
fn gaps_in_many_long_seasons_are_stood() {
    let mut history: Vec<f64> = (0..400).map(|row| waving(row, 52)).collect();
    for row in (5..400).step_by(31).chain(200..230) {
        history[row] = f64::NAN;
    }
    let fit = auto_arima(&history, &Periods::one(52), &[], &AutoArimaConfig::default()).unwrap();
    assert!(fit.description().contains(")[52]"), "{}", fit.description());
    for (ahead, mean) in (400..).zip(fit.predict(52, &[]).mean) {
        assert!((mean - wave(ahead, 52) - 0.5).abs() < 1.0, "row {ahead}: {mean}");
    }
}

#[test]
fn the_full_search_finds_nothing_worse() {
    let airline = values(&fixture(), "airline");
    let steps = auto_arima(&airline, &Periods::one(12), &[], &AutoArimaConfig::default()).unwrap();
    let config = AutoArimaConfig { full_search: true, ..AutoArimaConfig::default() };
    let all = auto_arima(&airline, &Periods::one(12), &[], &config).unwrap();
    let aicc = |fit: &FittedArima| fit.criteria().unwrap().aicc;
    // Steps compare criteria to a few thousandths, and may go beyond the terms of the full search.
    let within = steps.order().terms() <= config.max_terms;
    assert!(!within || aicc(&all) <= aicc(&steps) + 0.01, "{} {}", aicc(&all), aicc(&steps));
    assert!(all.order().terms() <= config.max_terms);
}
