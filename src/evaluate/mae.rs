//! Mean absolute error, in the series' units.

/// `mean |actual - forecast|` over `(actual, forecast)` pairs; `None` for no pairs.
pub fn mean_absolute_error(pairs: &[(f64, f64)]) -> Option<f64> {
    super::mean(pairs.iter().map(|(actual, forecast)| (actual - forecast).abs()))
}
