//! The loss of a batch and its gradient, in one pass over plain slices.
//!
//! A missing target has no part in the loss, and so none in any gradient.

use super::Loss;

/// The mean loss of `forecast` over the known targets, with its gradient into `gradient`. All slices
/// are of one length; `mask` is 1 for a known target and 0 for a missing one, of which `known` counts
/// the former. With no known target at all the loss is 0.
pub fn loss_and_gradient(
    loss: Loss,
    forecast: &[f32],
    (targets, mask): (&[f32], &[f32]),
    known: usize,
    gradient: &mut [f32],
) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^24 targets")]
    let share = 1.0 / known.max(1) as f32;
    let mut sum = 0.0;
    let places = forecast.iter().zip(targets).zip(mask).zip(gradient);
    for (((forecast, target), &mask), gradient) in places {
        let error = if mask > 0.0 { forecast - target } else { 0.0 };
        let (size, slope) = match loss {
            Loss::Mse => (error * error, 2.0 * error),
            Loss::Mae if error == 0.0 => (0.0, 0.0),
            Loss::Mae => (error.abs(), error.signum()),
        };
        sum += f64::from(size);
        *gradient = slope * share;
    }
    sum * f64::from(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_target_has_no_part_in_the_loss_or_its_gradient() {
        let (targets, mask) = ([1.0, 0.0, 3.0, 0.0, 5.0, 6.0], [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
        for (loss, expected) in [(Loss::Mse, (1.0 + 4.0 + 9.0) / 4.0), (Loss::Mae, 6.0 / 4.0)] {
            for missed in [0.0_f32, 1e6, f32::NAN] {
                let forecast = [2.0, missed, 5.0, -missed, 5.0, 9.0];
                let mut gradient = [9.0; 6];
                let found = loss_and_gradient(loss, &forecast, (&targets, &mask), 4, &mut gradient);
                assert_eq!(found, expected, "{loss:?}");
                let of = |error: f32| match loss {
                    Loss::Mse => 2.0 * error / 4.0,
                    Loss::Mae => 0.25,
                };
                assert_eq!(gradient, [of(1.0), 0.0, of(2.0), 0.0, 0.0, of(3.0)], "{loss:?}");
            }
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (targets, mask) = ([0.5, -1.0, 2.0], [1.0, 1.0, 1.0]);
        let forecast = [1.0_f32, 0.25, -0.75];
        for loss in [Loss::Mse, Loss::Mae] {
            let (mut gradient, mut unused) = ([0.0; 3], [0.0; 3]);
            loss_and_gradient(loss, &forecast, (&targets, &mask), 3, &mut gradient);
            for place in 0..3 {
                let mut at = |shift: f32| {
                    let mut moved = forecast;
                    moved[place] += shift;
                    loss_and_gradient(loss, &moved, (&targets, &mask), 3, &mut unused)
                };
                let slope = (at(0.01) - at(-0.01)) / 0.02;
                // Rounding of f32 at a size of one, divided by the difference.
                assert!((slope - f64::from(gradient[place])).abs() < 1e-4, "{loss:?} {slope}");
            }
        }
    }

    #[test]
    fn a_number_that_is_none_is_told() {
        let mut gradient = [0.0];
        let loss = |forecast: f32, gradient: &mut [f32]| {
            loss_and_gradient(Loss::Mse, &[forecast], (&[0.0], &[1.0]), 1, gradient)
        };
        assert!(loss(f32::NAN, &mut gradient).is_nan());
        assert_eq!(loss(3e38, &mut gradient), f64::INFINITY);
    }
}
