//! Absolute error; its slope at 0 is 0, as in PyTorch.

/// Loss and its slope along the forecast.
#[inline]
pub fn at(forecast: f32, target: f32) -> (f32, f32) {
    let error = forecast - target;
    (error.abs(), sign(error))
}

/// -1, 0 or 1; NaN for NaN.
#[inline]
pub fn sign(value: f32) -> f32 {
    if value == 0.0 { 0.0 } else { value.signum() }
}
