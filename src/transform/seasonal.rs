//! The season of the training part by STL, and its continuation.
//!
//! R. Cleveland and others (1990), "STL: a seasonal-trend decomposition
//! procedure based on loess": smoothers of the lengths that statsmodels' `STL` has by default, taken
//! at every tenth of their length and joined by lines, as in the paper and R's `stl`. Past the
//! training part its last season repeats, as in R's `stlf`. Not for several seasons at once.

use stlrs::StlParams;

use super::TransformError;

/// Length of the seasonal smoother in seasons: statsmodels' default, the least that Cleveland's
/// paper advises.
const SMOOTHED_SEASONS: usize = 7;
/// Passes that settle seasonal and trend without weights for outliers: statsmodels' default.
const INNER_LOOPS: usize = 5;

/// A seasonal component, one value a row, in the units of what it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalComponent {
    season_length: usize,
    /// At least two seasons, from row 0.
    fitted: Vec<f64>,
}

impl SeasonalComponent {
    /// Decomposes the `training` values, NaN where missing, the first of which is row 0. A
    /// missing value is taken from the line between its neighbours, then from season and trend.
    ///
    /// # Errors
    /// Where there is no season, or training values for fewer than two.
    pub fn fit(training: &[f64], season_length: usize) -> Result<Self, TransformError> {
        let rows = training.len();
        Self::check(rows, season_length)?;
        let too_few = || TransformError::TooFewSeasons { season_length, rows };
        let mut parameters = StlParams::new();
        parameters.seasonal_length(SMOOTHED_SEASONS).seasonal_degree(1).inner_loops(INNER_LOOPS);
        let decompose =
            |values: &[f64]| parameters.fit(values, season_length).map_err(|_| too_few());
        let mut filled = filled(training, season_length).ok_or_else(too_few)?;
        let mut decomposition = decompose(&filled)?;
        if training.iter().any(|value| value.is_nan()) {
            let expected = decomposition.seasonal().iter().zip(decomposition.trend());
            for ((value, known), (season, trend)) in filled.iter_mut().zip(training).zip(expected) {
                if known.is_nan() {
                    *value = season + trend;
                }
            }
            decomposition = decompose(&filled)?;
        }
        Ok(Self { season_length, fitted: decomposition.seasonal().to_vec() })
    }

    /// Whether `rows` training rows hold two seasons.
    ///
    /// # Errors
    /// Where there is no season, or rows for fewer than two.
    pub const fn check(rows: usize, season_length: usize) -> Result<(), TransformError> {
        if season_length < 2 {
            return Err(TransformError::NoSeason { what: "seasonal adjustment", season_length });
        }
        if rows / 2 < season_length {
            return Err(TransformError::TooFewSeasons { season_length, rows });
        }
        Ok(())
    }

    /// The season at a row of the series; past the fitted rows the last season repeats.
    pub fn at(&self, row: usize) -> f64 {
        let rows = self.fitted.len();
        let row = if row < rows {
            row
        } else {
            rows - self.season_length + (row - rows) % self.season_length
        };
        self.fitted[row]
    }
}

/// Missing values on the line between those of the same place in other seasons, or between their
/// neighbours where that place is never known; `None` where no value is.
fn filled(values: &[f64], season_length: usize) -> Option<Vec<f64>> {
    let mut filled = interpolated(values)?;
    for place in 0..season_length {
        let of_place: Vec<f64> =
            values.iter().skip(place).step_by(season_length).copied().collect();
        if let Some(line) = interpolated(&of_place) {
            let slots = filled.iter_mut().skip(place).step_by(season_length);
            slots.zip(line).for_each(|(slot, value)| *slot = value);
        }
    }
    Some(filled)
}

/// Missing values on the line between the known ones beside them, the nearest known one at the
/// ends; `None` where none is known.
fn interpolated(values: &[f64]) -> Option<Vec<f64>> {
    let mut filled = values.to_vec();
    let mut last_known: Option<usize> = None;
    for row in 0..values.len() {
        if values[row].is_nan() {
            continue;
        }
        let from = last_known.map_or(0, |last| last + 1);
        let (start, end) = (values[last_known.unwrap_or(row)], values[row]);
        let (mut step, steps) = (0.0, (from..row).fold(1.0, |count, _| count + 1.0));
        for value in &mut filled[from..row] {
            step += 1.0;
            *value = start + (end - start) * step / steps;
        }
        last_known = Some(row);
    }
    let last = last_known?;
    let end = values[last];
    filled[last + 1..].fill(end);
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(row: usize) -> f64 {
        [3.0, -1.0, -4.0, 2.0][row % 4]
    }

    #[test]
    fn a_clean_season_on_a_line_is_found_and_goes_on() {
        let values: Vec<f64> =
            (0_u32..40).map(|row| 0.5 * f64::from(row) + pattern(row as usize)).collect();
        let season = SeasonalComponent::fit(&values, 4).unwrap();
        for row in 0..100 {
            assert!((season.at(row) - pattern(row)).abs() < 1e-6, "row {row}: {}", season.at(row));
        }
    }

    #[test]
    fn missing_values_hardly_change_the_season() {
        let mut values: Vec<f64> = (0..60).map(pattern).collect();
        for row in [0, 9, 10, 11, 12, 30, 59] {
            values[row] = f64::NAN;
        }
        let season = SeasonalComponent::fit(&values, 4).unwrap();
        for row in 40..80 {
            assert!((season.at(row) - pattern(row)).abs() < 1e-6, "row {row}: {}", season.at(row));
        }
    }

    #[test]
    fn no_season_or_fewer_than_two_say_so() {
        let error = SeasonalComponent::fit(&[1.0; 40], 1).unwrap_err();
        assert_eq!(
            error,
            TransformError::NoSeason { what: "seasonal adjustment", season_length: 1 }
        );
        for values in [&[1.0; 7][..], &[f64::NAN; 40][..], &[][..]] {
            let error = SeasonalComponent::fit(values, 4).unwrap_err();
            assert!(matches!(error, TransformError::TooFewSeasons { .. }), "{error}");
        }
    }

    #[test]
    fn lines_between_known_values() {
        let nan = f64::NAN;
        let filled = interpolated(&[nan, 1.0, nan, nan, 4.0, nan]).unwrap();
        assert_eq!(filled, [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
        assert_eq!(interpolated(&[nan, nan]), None);
    }
}
