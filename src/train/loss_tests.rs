//! Losses against their definitions, their gradients against differences.

use super::*;
use proptest::prelude::*;

fn with_parameter(loss: Loss) -> Loss {
    match loss {
        Loss::Huber { .. } => Loss::Huber { delta: 0.7 },
        Loss::Pinball { .. } => Loss::Pinball { level: 0.9 },
        loss => loss,
    }
}

/// The mean as the definitions print it, in f64.
fn slow(loss: Loss, forecast: &[f32], targets: &Targets<'_>) -> f64 {
    let group = forecast.len() / targets.offsets.len();
    let (mut sum, mut count) = (0.0, 0.0);
    for (place, &f) in forecast.iter().enumerate() {
        if targets.mask[place] == 0.0 {
            continue;
        }
        let offset = f64::from(targets.offsets[place / group]);
        let (f, y) = (f64::from(f), f64::from(targets.values[place]));
        let e = f - y;
        count += 1.0;
        sum += match loss {
            Loss::Mse => e * e,
            Loss::Mae => e.abs(),
            Loss::Huber { .. } if e.abs() <= 0.7 => 0.5 * e * e,
            Loss::Huber { .. } => 0.7 * (e.abs() - 0.35),
            Loss::Smape => 2.0 * e.abs() / ((f + offset).abs() + (y + offset).abs()),
            Loss::Pinball { .. } => (-0.9 * e).max(0.1 * e),
        };
    }
    sum / f64::max(count, 1.0)
}

proptest! {
    #[test]
    fn losses_are_their_definitions_and_gradients_their_differences(
        pairs in prop::collection::vec((-3.0_f32..3.0, -3.0_f32..3.0, any::<bool>()), 12),
        loss in prop::sample::select(&Loss::ALL[..]),
    ) {
        let forecast: Vec<f32> = pairs.iter().map(|pair| pair.0).collect();
        let values: Vec<f32> = pairs.iter().map(|pair| pair.1).collect();
        let mask: Vec<f32> = pairs.iter().map(|pair| if pair.2 { 1.0 } else { 0.0 }).collect();
        let known = pairs.iter().filter(|pair| pair.2).count();
        // Far enough from zero that shares are smooth.
        let offsets = [5.0, 6.5, 8.0];
        let targets = Targets { values: &values, mask: &mask, known, offsets: &offsets };
        let loss = with_parameter(loss);
        let mut gradient = vec![9.0; 12];
        let found = loss.gradient(&forecast, &targets, &mut gradient);
        let expected = slow(loss, &forecast, &targets);
        // Each term is a few roundings of f32 away.
        prop_assert!((found - expected).abs() <= 1e-5 * (1.0 + expected), "{found} {expected}");
        prop_assert_eq!(loss.mean(&forecast, &targets), found);
        for place in 0..12 {
            // Kinks have no slope to compare with.
            let error = (forecast[place] - values[place]).abs();
            if error < 0.02 || (error - 0.7).abs() < 0.02 {
                continue;
            }
            let moved = |by: f32| {
                let mut moved = forecast.clone();
                moved[place] += by;
                (slow(loss, &moved, &targets), moved[place])
            };
            let ((above, high), (below, low)) = (moved(0.01), moved(-0.01));
            let slope = (above - below) / f64::from(high - low);
            let found = f64::from(gradient[place]);
            prop_assert!((found - slope).abs() < 2e-5, "{place}: {found} for {slope}");
        }
    }
}

#[test]
fn a_masked_forecast_may_be_anything() {
    for loss in Loss::ALL {
        let of = |masked: f32| {
            let forecast = [2.0, masked, 5.0];
            let targets = Targets {
                values: &[1.0, 0.0, 3.0],
                mask: &[1.0, 0.0, 1.0],
                known: 2,
                offsets: &[],
            };
            let mut gradient = [0.0; 3];
            (with_parameter(loss).gradient(&forecast, &targets, &mut gradient), gradient)
        };
        for masked in [1e30, f32::NAN, f32::INFINITY] {
            assert_eq!(of(masked), of(0.0), "{loss:?}");
        }
        assert_eq!(of(1.0).1[1], 0.0);
    }
}

#[test]
fn a_batch_of_nothing_costs_nothing_and_two_zeros_are_no_miss() {
    for loss in Loss::ALL {
        let nothing = Targets { values: &[0.0], mask: &[0.0], known: 0, offsets: &[] };
        let mut gradient = [1.0];
        assert_eq!(with_parameter(loss).gradient(&[3.0], &nothing, &mut gradient), 0.0);
        assert_eq!(gradient, [0.0]);
        let zeros = Targets { values: &[0.0], mask: &[1.0], known: 1, offsets: &[] };
        assert_eq!(with_parameter(loss).gradient(&[0.0], &zeros, &mut gradient), 0.0);
        assert_eq!(gradient, [0.0]);
    }
}

#[test]
fn the_error_of_a_huber_loss_is_the_one_that_costs_as_much() {
    for error in [0.1_f64, 0.5, 0.6, 3.0] {
        let loss = if error <= 0.5 { 0.5 * error * error } else { 0.5 * (error - 0.25) };
        assert!((Loss::Huber { delta: 0.5 }.error_of(loss) - error).abs() < 1e-12, "{error}");
    }
}
