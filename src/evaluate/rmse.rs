//! Root mean squared error, in the series' units.

/// `sqrt(mean (actual - forecast)²)` over `(actual, forecast)` pairs; `None` for no pairs.
pub fn root_mean_squared_error(pairs: &[(f64, f64)]) -> Option<f64> {
    super::mean(pairs.iter().map(|(actual, forecast)| (actual - forecast).powi(2))).map(f64::sqrt)
}
