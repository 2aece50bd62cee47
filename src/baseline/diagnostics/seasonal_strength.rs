//! Seasonal strength: how much of what moves around the trend is the season.
//!
//! Wang, Smith and Hyndman (2006); Hyndman and Athanasopoulos (2021), section 4.3: one minus the
//! variance of STL's remainder over that of season and remainder together.

use super::is_constant;
use crate::stats::Stl;

/// As the `mstl` of R and statsforecast have it, whose threshold for differencing was found with it.
const STL: Stl = Stl { smoothed_seasons: 11, degree: 0, inner_loops: 5 };

/// Strength of the season of `values`, 0 to 1, without missing values. `None` where there is no
/// season, values for less than two of them, missing values, or values that are all the same.
pub fn seasonal_strength(values: &[f64], season_length: usize) -> Option<f64> {
    if values.iter().any(|value| !value.is_finite()) || is_constant(values) {
        return None;
    }
    let parts = STL.decompose(values, season_length)?;
    let together: Vec<f64> =
        parts.seasonal.iter().zip(&parts.remainder).map(|(s, r)| s + r).collect();
    let all = squares(&together);
    let strength = 1.0 - squares(&parts.remainder) / all;
    strength.is_finite().then(|| strength.clamp(0.0, 1.0))
}

/// Squared distances from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = super::mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_season_is_strong_and_none_is_weak() {
        let season: Vec<f64> = (0..48).map(|row| f64::from(row % 4)).collect();
        assert!(seasonal_strength(&season, 4).unwrap() > 0.99);
        let other: Vec<f64> = (0..48).map(|row| f64::from(row * row * 7 % 31)).collect();
        assert!(seasonal_strength(&other, 4).unwrap() < 0.6);
    }

    #[test]
    fn nothing_is_said_without_two_seasons() {
        assert_eq!(seasonal_strength(&[1.0, 2.0, 3.0], 2), None);
        assert_eq!(seasonal_strength(&[1.0, 2.0, 3.0], 1), None);
        assert_eq!(seasonal_strength(&[1.0; 30], 3), None);
        assert_eq!(seasonal_strength(&[1.0, f64::NAN, 3.0, 1.0, 2.0, 3.0], 3), None);
    }
}
