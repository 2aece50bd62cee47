//! The season of the training part by STL, with the smoothers that statsmodels' `STL` has by default.
//!
//! Not for several seasons at once.

use super::TransformError;
use crate::stats::{SeasonalComponent, Stl, seasonal_fill};

/// A smoother of seven seasons, the least that Cleveland and others (1990) advise, and the passes that
/// settle season and trend.
const STL: Stl = Stl { smoothed_seasons: 7, degree: 1, inner_loops: 5 };

/// The season of the `training` values, NaN where missing, the first of which is row 0, in the units of
/// the values. A missing value is taken from the line between those of the same place in other seasons,
/// then from season and trend.
///
/// # Errors
/// Where there is no season, or training values for fewer than two.
pub fn fit_season(
    training: &[f64],
    season_length: usize,
) -> Result<SeasonalComponent, TransformError> {
    let rows = training.len();
    check_season(rows, season_length)?;
    let too_few = || TransformError::TooFewSeasons { season_length, rows };
    let mut filled = seasonal_fill(training, season_length);
    if filled.iter().any(|value| value.is_nan()) {
        return Err(too_few());
    }
    let mut parts = STL.decompose(&filled, season_length).ok_or_else(too_few)?;
    if training.iter().any(|value| value.is_nan()) {
        let expected = parts.seasonal.iter().zip(&parts.trend);
        for ((value, known), (season, trend)) in filled.iter_mut().zip(training).zip(expected) {
            if known.is_nan() {
                *value = season + trend;
            }
        }
        parts = STL.decompose(&filled, season_length).ok_or_else(too_few)?;
    }
    SeasonalComponent::new(season_length, parts.seasonal).ok_or_else(too_few)
}

/// Whether `rows` training rows hold two seasons.
///
/// # Errors
/// Where there is no season, or rows for fewer than two.
pub const fn check_season(rows: usize, season_length: usize) -> Result<(), TransformError> {
    if season_length < 2 {
        return Err(TransformError::NoSeason { what: "seasonal adjustment", season_length });
    }
    if rows / 2 < season_length {
        return Err(TransformError::TooFewSeasons { season_length, rows });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(row: usize) -> f64 {
        [3.0, -1.0, -4.0, 2.0][row % 4]
    }

    #[test]
    fn missing_values_hardly_change_the_season() {
        let mut values: Vec<f64> = (0..60).map(pattern).collect();
        for row in [0, 9, 10, 11, 12, 30, 59] {
            values[row] = f64::NAN;
        }
        let season = fit_season(&values, 4).unwrap();
        for row in 40..80 {
            assert!((season.at(row) - pattern(row)).abs() < 1e-6, "row {row}: {}", season.at(row));
        }
    }

    #[test]
    fn no_season_or_fewer_than_two_say_so() {
        let error = fit_season(&[1.0; 40], 1).unwrap_err();
        assert_eq!(
            error,
            TransformError::NoSeason { what: "seasonal adjustment", season_length: 1 }
        );
        for values in [&[1.0; 7][..], &[f64::NAN; 40][..], &[][..]] {
            let error = fit_season(values, 4).unwrap_err();
            assert!(matches!(error, TransformError::TooFewSeasons { .. }), "{error}");
        }
    }
}
