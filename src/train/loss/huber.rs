//! Huber's loss (Huber 1964): half the square up to `delta`, a straight line of the same slope beyond.

/// Loss and its slope along the forecast.
#[inline]
pub fn at(forecast: f32, target: f32, delta: f32) -> (f32, f32) {
    let error = forecast - target;
    if error.abs() <= delta {
        (0.5 * error * error, error)
    } else {
        (delta * (error.abs() - 0.5 * delta), delta * error.signum())
    }
}
