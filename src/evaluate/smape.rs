//! Symmetric mean absolute percentage error on the 0 to 200 scale (Makridakis 1993, as in the M4
//! competition).

/// `mean 200 |actual - forecast| / (|actual| + |forecast|)`; a pair of two zeros counts as no error.
/// `None` for no pairs.
pub fn symmetric_mean_absolute_percentage_error(pairs: &[(f64, f64)]) -> Option<f64> {
    super::mean(pairs.iter().map(|(actual, forecast)| {
        let size = actual.abs() + forecast.abs();
        if size > LARGEST {
            // The same in units of which both numbers are few.
            let [actual, forecast] = [actual, forecast].map(|value| value / 4.0);
            return 200.0 * ((actual - forecast).abs() / (actual.abs() + forecast.abs()));
        }
        if size > 0.0 { 200.0 * (actual - forecast).abs() / size } else { 0.0 }
    }))
}

/// Sizes from which the products above may leave the range of numbers.
const LARGEST: f64 = 1e300;
