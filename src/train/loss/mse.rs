//! Squared error.

/// Loss and its slope along the forecast.
#[inline]
pub fn at(forecast: f32, target: f32) -> (f32, f32) {
    let error = forecast - target;
    (error * error, 2.0 * error)
}
