//! The symmetric percentage error of one value, `2 |y - f| / (|y| + |f|)`, from 0 to 2 (Makridakis
//! 1993; in the form of the M4 competition).
//!
//! A share has no unit, but it has a zero: the caller adds to both what makes them proportional to
//! the series' values. That exists only where those are scaled in a straight line.

use super::mae::sign;

/// Where both values are smaller than this the error is divided by it, lest 0 / 0 decide a step.
const SMALLEST: f32 = 1e-6;

/// Loss and its slope along the forecast.
#[inline]
pub fn at(forecast: f32, target: f32) -> (f32, f32) {
    let error = forecast - target;
    let size = forecast.abs() + target.abs();
    if size < SMALLEST {
        return (2.0 * error.abs() / SMALLEST, 2.0 * sign(error) / SMALLEST);
    }
    let loss = 2.0 * error.abs() / size;
    (loss, (2.0 * sign(error) - loss * sign(forecast)) / size)
}
