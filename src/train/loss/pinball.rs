//! The pinball loss (Koenker and Bassett 1978): smallest where a share `level` of the targets lies
//! below the forecast.

/// Loss and its slope along the forecast; at 0 the slope is 0.
#[inline]
pub fn at(forecast: f32, target: f32, level: f32) -> (f32, f32) {
    let short = target - forecast;
    if short > 0.0 {
        (level * short, -level)
    } else if short == 0.0 {
        (0.0, 0.0)
    } else {
        ((level - 1.0) * short, 1.0 - level)
    }
}
