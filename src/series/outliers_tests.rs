//! Tests of what stands far from its neighbours and its season.

use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const NONE: [usize; 0] = [];

/// Normal noise (Box and Muller 1958).
fn noise(seed: u64, count: usize) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    (0..count)
        .map(|_| {
            (-2.0 * uniform().max(1e-12).ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
        })
        .collect()
}

/// A daily season of 24 on a rise, with noise of one.
fn days(rows: usize) -> Vec<f64> {
    let season = |row: usize| 20.0 * (std::f64::consts::TAU * number(row) / 24.0).sin();
    let noise = noise(5, rows);
    (0..rows).map(|row| 100.0 + 0.05 * number(row) + season(row) + noise[row]).collect()
}

#[test]
fn spikes_are_found_whatever_the_season() {
    let mut values = days(2_000);
    assert_eq!(outliers(&values, 24), NONE, "none before");
    // Within the range of the season, but not for their hour.
    let spikes = [0, 5, 700, 701, 1_300, 1_994, 1_999];
    for slot in spikes {
        values[slot] += if slot % 2 == 0 { 15.0 } else { -15.0 };
    }
    assert_eq!(outliers(&values, 24), spikes);
}

#[test]
fn a_few_values_beyond_all_arithmetic_are_outliers_of_any_series() {
    let mut short: Vec<f64> = (0..12).map(number).collect();
    assert_eq!(outliers(&short, 1), NONE);
    (short[3], short[11]) = (1e155, -f64::MAX);
    assert_eq!(outliers(&short, 1), [3, 11]);
    assert!(masked(&short, 1, &[6, 12]).iter().all(|value| value.is_nan() || value.abs() < 20.0));
    // A series of that scale is what it is.
    let large: Vec<f64> = days(300).iter().map(|value| value * 1e153).collect();
    assert_eq!(outliers(&large, 24), NONE);
    // Beside them, spikes are found as ever.
    let mut values = days(2_000);
    (values[400], values[700]) = (1e300, values[700] + 15.0);
    assert_eq!(outliers(&values, 24), [400, 700]);
}

#[test]
fn the_last_value_of_a_series_of_any_length_is_weighed_like_the_others() {
    for rows in 150..300 {
        let mut values = days(rows);
        values[rows - 1] += 25.0;
        assert_eq!(outliers(&values, 24), [rows - 1], "{rows} rows");
    }
}

#[test]
fn spikes_beside_gaps_are_found_and_gaps_are_no_outliers() {
    let mut values = days(1_000);
    values[300..340].fill(f64::NAN);
    values[500] = f64::NAN;
    assert_eq!(outliers(&values, 24), NONE);
    values[340] += 15.0;
    values[501] -= 15.0;
    assert_eq!(outliers(&values, 24), [340, 501]);
}

#[test]
fn what_is_usual_is_no_outlier() {
    let constant = [7.0; 500];
    let line: Vec<f64> = (0..500).map(|row| 0.1 * number(row)).collect();
    let steps: Vec<f64> = (0..500).map(|row| number(row / 100 * 50)).collect();
    let rare: Vec<f64> = (0..500).map(|row| if row % 40 == 7 { 3.0 } else { 0.0 }).collect();
    let wave: Vec<f64> = (0..500).map(|row| (number(row) * 0.2).sin()).collect();
    for values in [&constant[..], &line, &steps, &rare, &wave, &[], &[f64::NAN; 100], &[1.0, 9.0]] {
        for season_length in [0, 1, 7, 24] {
            assert_eq!(outliers(values, season_length), NONE, "season {season_length}");
        }
    }
    // A level that shifts, and noise whose size comes and goes.
    let noise = noise(9, 4_000);
    let shift = |row: usize| if row < 2_000 { 0.0 } else { 40.0 };
    let shifted: Vec<f64> = (0..4_000).map(|row| shift(row) + noise[row]).collect();
    assert_eq!(outliers(&shifted, 1), NONE);
    let swelling: Vec<f64> =
        (0..4_000).map(|row| noise[row] * if row % 1_000 < 500 { 1.0 } else { 9.0 }).collect();
    assert!(outliers(&swelling, 1).len() <= 2, "{:?}", outliers(&swelling, 1));
}

#[test]
fn of_white_noise_hardly_any_value_is_an_outlier() {
    // 4.7 standard deviations: one in 400,000 normal values.
    for (season_length, seed) in [(1, 1), (7, 2), (24, 3)] {
        let found = outliers(&noise(seed, 400_000), season_length);
        assert!(found.len() <= 40, "{} of 400,000, season {season_length}", found.len());
    }
}

#[test]
fn what_is_masked_before_an_origin_does_not_depend_on_what_comes_after_it() {
    let mut values = days(600);
    values[100] += 15.0;
    values[395] -= 15.0;
    values[590] += 15.0;
    let origins = [400, 450, 600];
    let expected = masked(&values, 24, &origins);
    let missing = |values: &[f64]| {
        (0..values.len()).filter(|&slot| values[slot].is_nan()).collect::<Vec<_>>()
    };
    assert_eq!(missing(&expected), [100, 395, 590]);
    for origin in origins {
        let mut perturbed = values.clone();
        perturbed[origin..].iter_mut().for_each(|value| *value *= -50.0);
        let found = masked(&perturbed, 24, &origins);
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found[..origin]), bits(&expected[..origin]), "origin {origin}");
    }
}

proptest! {
    /// Neither unit nor origin matters.
    #[test]
    fn a_stretched_and_shifted_series_has_the_same_outliers(
        seed in 0_u64..50, scale in prop::sample::select(&[1.0, -4.0, 1024.0][..]),
        spikes in prop::collection::vec((0_usize..400, -60_i32..60), 0..5),
        season_length in 1_usize..13,
    ) {
        let mut values = noise(seed, 400);
        for (slot, size) in spikes {
            values[slot] += f64::from(size);
        }
        let stretched: Vec<f64> = values.iter().map(|value| value * scale).collect();
        prop_assert_eq!(outliers(&stretched, season_length), outliers(&values, season_length));
    }

    #[test]
    fn nothing_makes_it_panic(
        values in prop::collection::vec(
            prop_oneof![4 => -1e300_f64..1e300, 1 => Just(f64::NAN), 2 => Just(0.0)], 0..120),
        season_length in 0_usize..130,
    ) {
        let found = outliers(&values, season_length);
        prop_assert!(found.is_sorted() && found.iter().all(|&slot| values[slot].is_finite()));
    }
}
