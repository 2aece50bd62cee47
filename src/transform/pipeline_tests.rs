//! Laws that every combination of transforms keeps.

use super::*;
use crate::transform::Scaling;
use proptest::prelude::*;

/// Every combination of settings, the scaler picked in turn.
fn every_config() -> Vec<TransformConfig> {
    let powers = [Power::None, Power::Log1p, Power::BoxCoxGuerrero, Power::BoxCoxLikelihood];
    let scalings = [Scaling::Standard, Scaling::MinMax, Scaling::Robust, Scaling::None];
    let mut configs = Vec::new();
    for (turn, power) in powers.into_iter().enumerate() {
        for switches in 0..8_usize {
            configs.push(TransformConfig {
                power,
                shift: if power == Power::None { 0.0 } else { 0.5 },
                seasonal_adjustment: switches & 1 > 0,
                seasonal_difference: switches & 2 > 0,
                difference: switches & 4 > 0,
                scaling: scalings[(turn + switches) % 4],
                ..TransformConfig::default()
            });
        }
    }
    configs
}

const SEASON: usize = 4;
const TRAINING: usize = 20;

/// Values in a unit of any size, some of them missing.
fn series() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![9 => 0.01_f64..100.0, 1 => Just(f64::NAN)];
    (prop::collection::vec(value, 30..50), -3_i32..6).prop_map(|(values, digits)| {
        values.iter().map(|value| value * 10.0_f64.powi(digits)).collect()
    })
}

fn fit(config: &TransformConfig, values: &[f64]) -> Option<Transform> {
    // Half a year of missing values leaves no season to fit; that is an error of its own.
    Transform::fit(config, SEASON, &values[..TRAINING]).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_inverse_undoes_the_map(values in series(), origin in 10_usize..30) {
        let largest = values.iter().copied().filter(|v| !v.is_nan()).fold(0.5, f64::max);
        for config in every_config() {
            let Some(transform) = fit(&config, &values) else { continue };
            let scaled = transform.apply(0, &values);
            let back = transform.origin(&values[..origin]).inverse(&scaled[origin..]);
            for (index, (&value, &found)) in values[origin..].iter().zip(&back).enumerate() {
                if value.is_nan() {
                    prop_assert!(found.is_nan(), "{config:?}: {found} for a missing value");
                } else if !scaled[origin + index].is_nan() && !found.is_nan() {
                    // Sums of differences carry the rounding of the largest number before them.
                    prop_assert!(
                        (found - value).abs() <= 1e-9 * largest,
                        "{config:?}: {value} came back as {found}"
                    );
                }
            }
            let complete = !values.iter().any(|value| value.is_nan());
            prop_assert!(!complete || back.iter().all(|value| !value.is_nan()));
        }
    }

    #[test]
    fn bounds_of_an_interval_keep_their_order(
        values in series(), origin in 10_usize..30,
        bounds in prop::collection::vec((-3.0_f64..3.0, 0.0_f64..2.0), 1..8),
    ) {
        let lower: Vec<f64> = bounds.iter().map(|(low, _)| *low).collect();
        let upper: Vec<f64> = bounds.iter().map(|(low, width)| low + width).collect();
        for config in every_config() {
            let Some(transform) = fit(&config, &values) else { continue };
            let origin = transform.origin(&values[..origin]);
            let (lower, upper) = (origin.inverse(&lower), origin.inverse(&upper));
            for (low, high) in lower.into_iter().zip(upper) {
                prop_assert!(low <= high || low.is_nan() && high.is_nan(), "{config:?}: {low} {high}");
            }
        }
    }

    #[test]
    fn a_part_is_transformed_as_in_the_whole(values in series(), from in 0_usize..20) {
        for config in every_config() {
            let Some(transform) = fit(&config, &values) else { continue };
            let whole = transform.apply(0, &values);
            let part = transform.apply(from, &values[from..]);
            let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            let span = transform.span();
            prop_assert_eq!(bits(&whole[from + span..]), bits(&part[span..]));
        }
    }
}

#[test]
fn the_defaults_only_scale_and_to_the_same_bits() {
    let values: Vec<f64> = (0..40).map(|row| 1e3 + (f64::from(row) * 0.7).sin()).collect();
    let config = TransformConfig::default();
    let transform = Transform::fit(&config, 12, &values[..30]).unwrap();
    let scaler = Scaler::fit(config.scaling, &values[..30]);
    let expected: Vec<f64> = values.iter().map(|&value| scaler.apply(value)).collect();
    assert_eq!(transform.apply(0, &values), expected);
    let back: Vec<f64> = expected.iter().map(|&value| scaler.inverse(value)).collect();
    assert_eq!(transform.origin(&values).inverse(&expected), back);
    assert_eq!((transform.span(), transform.unit()), (0, scaler.scale()));
}

#[test]
fn a_clean_season_on_a_growing_level_becomes_a_constant() {
    let at =
        |row: u32| 100.0 * 1.02_f64.powf(f64::from(row)) * [1.5, 0.5, 0.8, 1.2][row as usize % 4];
    let values: Vec<f64> = (0..60).map(at).collect();
    let config = TransformConfig {
        power: Power::BoxCoxGuerrero,
        seasonal_adjustment: true,
        difference: true,
        scaling: Scaling::None,
        ..TransformConfig::default()
    };
    let transform = Transform::fit(&config, 4, &values[..48]).unwrap();
    let found = transform.apply(0, &values);
    assert!(found[0].is_nan());
    // The logarithm is found, its season taken out, and every step is ln(1.02).
    for step in &found[1..] {
        assert!((step - 1.02_f64.ln()).abs() < 1e-3, "{step}");
    }
    let ahead = transform.origin(&values).inverse(&[1.02_f64.ln(); 4]);
    for (row, value) in (60..).zip(ahead) {
        let expected = at(row);
        assert!((value / expected - 1.0).abs() < 0.01, "row {row}: {value} for {expected}");
    }
}

#[test]
fn what_does_not_fit_says_so() {
    let seasonal = TransformConfig { seasonal_difference: true, ..TransformConfig::default() };
    let error = Transform::fit(&seasonal, 1, &[1.0; 40]).unwrap_err();
    assert_eq!(error, TransformError::NoSeason { what: "seasonal differencing", season_length: 1 });
    let log = TransformConfig { power: Power::Log1p, ..TransformConfig::default() };
    let transform = Transform::fit(&log, 1, &[1.0, 2.0]).unwrap();
    assert!(transform.apply(2, &[-3.0])[0].is_nan());
    assert!(transform.check_domain(&[4.0, -3.0]).is_err());
    assert_eq!(transform.check_domain(&[4.0, f64::NAN]), Ok(()));
}
