//! Root mean squared error, in the series' units.

/// `sqrt(mean (actual - forecast)²)` over `(actual, forecast)` pairs; `None` for no pairs.
pub fn root_mean_squared_error(pairs: &[(f64, f64)]) -> Option<f64> {
    let misses = || pairs.iter().map(|(actual, forecast)| (actual - forecast).abs());
    // Squares of numbers of another size leave the range of f64: they are taken in units of the largest.
    let largest = misses().fold(0.0, f64::max);
    let scale = if USUAL.contains(&largest) || largest == 0.0 { 1.0 } else { largest };
    super::mean(misses().map(|miss| (miss / scale).powi(2))).map(|mean| mean.sqrt() * scale)
}

/// Misses whose squares are no larger and no smaller than numbers can be.
const USUAL: std::ops::Range<f64> = 1e-150..1e150;
