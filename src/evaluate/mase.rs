//! Mean absolute scaled error (Hyndman and Koehler 2006): the error in units of what seasonal naive
//! misses by inside the sample.

use super::mae::mean_absolute_error;

/// Mean absolute error divided by the in-sample error of seasonal naive.
///
/// `in_sample` holds the values before the hold-out; missing ones (NaN) are passed over. `None`
/// where it has no two values a season apart, or repeats exactly.
pub fn mean_absolute_scaled_error(
    pairs: &[(f64, f64)],
    in_sample: &[f64],
    season_length: usize,
) -> Option<f64> {
    let scale = seasonal_naive_error(in_sample, season_length)?;
    mean_absolute_error(pairs).map(|error| error / scale)
}

/// `mean |y[t] - y[t - season_length]|` over the pairs that are both known; `None` where there is
/// no such pair or the mean is zero.
pub fn seasonal_naive_error(values: &[f64], season_length: usize) -> Option<f64> {
    let later = values.get(season_length..)?;
    let misses = later.iter().zip(values).map(|(now, before)| (now - before).abs());
    super::mean(misses.filter(|miss| miss.is_finite())).filter(|&scale| scale > 0.0)
}
