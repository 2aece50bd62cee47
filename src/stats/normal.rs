//! The normal distribution.

use statrs::distribution::{ContinuousCDF, Normal};

/// Standard deviations under which a share of a standard normal lies; shares outside 0 to 1 count
/// as the nearest of these, NaN as a half.
pub fn normal_quantile(share: f64) -> f64 {
    let share = if share.is_nan() { 0.5 } else { share.clamp(0.0, 1.0) };
    Normal::standard().inverse_cdf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        assert!((normal_quantile(0.975) - 1.959_963_985).abs() < 1e-8);
        assert_eq!((normal_quantile(f64::NAN), normal_quantile(2.0)), (0.0, f64::INFINITY));
    }
}
