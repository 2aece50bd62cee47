//! STL: a season that changes slowly, the trend, and what is left; and missing values filled for it, since
//! it knows no gaps.
//!
//! R. Cleveland and others (1990), "STL: a seasonal-trend decomposition procedure based on loess":
//! smoothers taken at every tenth of their length and joined by lines, as in the paper and R's `stl`,
//! and no weights for outliers.

use stlrs::StlParams;

use super::number;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stl {
    /// Length of the seasonal smoother, in seasons.
    pub smoothed_seasons: usize,
    /// Degree of the seasonal smoother: 0 or 1.
    pub degree: i32,
    pub inner_loops: usize,
}

/// The parts of a decomposition, one value a row each; their sum is what was decomposed.
#[derive(Debug, Clone, PartialEq)]
pub struct StlParts {
    pub seasonal: Vec<f64>,
    pub trend: Vec<f64>,
    /// What is left.
    pub remainder: Vec<f64>,
}

impl Stl {
    /// Decomposes values without gaps. `None` where a season has less than two rows, or the values
    /// hold fewer than two seasons.
    pub fn decompose(self, values: &[f64], season_length: usize) -> Option<StlParts> {
        if season_length < 2 || values.len() / 2 < season_length {
            return None;
        }
        let mut parameters = StlParams::new();
        parameters.seasonal_length(self.smoothed_seasons).seasonal_degree(self.degree);
        let parts = parameters.inner_loops(self.inner_loops).fit(values, season_length).ok()?;
        Some(StlParts {
            seasonal: parts.seasonal().to_vec(),
            trend: parts.trend().to_vec(),
            remainder: parts.remainder().to_vec(),
        })
    }
}

/// A season of each row, and its continuation: past the rows it was found in the last season repeats,
/// as in R's `stlf`.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalComponent {
    season_length: usize,
    /// At least one season, from row 0.
    found: Vec<f64>,
}

impl SeasonalComponent {
    /// The season of rows from 0 on; `None` where they do not hold a whole one.
    pub fn new(season_length: usize, found: Vec<f64>) -> Option<Self> {
        (1..=found.len()).contains(&season_length).then_some(Self { season_length, found })
    }

    pub const fn season_length(&self) -> usize {
        self.season_length
    }

    /// The rows that it was found in.
    pub fn found(&self) -> &[f64] {
        &self.found
    }

    pub fn at(&self, row: usize) -> f64 {
        let rows = self.found.len();
        let last = || rows - self.season_length + (row - rows) % self.season_length;
        self.found[if row < rows { row } else { last() }]
    }
}

/// Missing values on the line between those of the same place in other seasons, or between their
/// neighbours where that place is never known; as they are where nothing is.
pub fn seasonal_fill(values: &[f64], season_length: usize) -> Vec<f64> {
    let mut filled = values.to_vec();
    if values.iter().all(|value| value.is_finite()) {
        return filled;
    }
    interpolate(&mut filled);
    for place in 0..season_length.max(1) {
        let mut of_place: Vec<f64> =
            values.iter().skip(place).step_by(season_length.max(1)).copied().collect();
        if of_place.iter().any(|value| value.is_finite()) {
            interpolate(&mut of_place);
            let slots = filled.iter_mut().skip(place).step_by(season_length.max(1));
            slots.zip(of_place).for_each(|(slot, value)| *slot = value);
        }
    }
    filled
}

/// Missing values on the line between the known ones beside them, the nearest known one at the
/// ends.
fn interpolate(values: &mut [f64]) {
    let is_known = |row: &usize| values[*row].is_finite();
    let rows: Vec<usize> = (0..values.len()).filter(is_known).collect();
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return };
    let (start, end) = (values[first], values[last]);
    values[..first].fill(start);
    values[last + 1..].fill(end);
    for pair in rows.windows(2) {
        let (start, end) = (values[pair[0]], values[pair[1]]);
        let rows = number(pair[1] - pair[0]);
        for (value, row) in values[pair[0]..pair[1]].iter_mut().zip(0..).skip(1) {
            *value = start + (end - start) * (number(row) / rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::number;
    use super::*;

    const STL: Stl = Stl { smoothed_seasons: 7, degree: 1, inner_loops: 5 };

    #[test]
    fn a_clean_season_on_a_line_is_found_and_goes_on() {
        let pattern = [3.0, -1.0, -4.0, 2.0];
        let values: Vec<f64> = (0..40).map(|row| 0.5 * number(row) + pattern[row % 4]).collect();
        let parts = STL.decompose(&values, 4).unwrap();
        let sums = parts.seasonal.iter().zip(&parts.trend).zip(&parts.remainder);
        for (((season, trend), rest), value) in sums.zip(&values) {
            assert!((season + trend + rest - value).abs() < 1e-9);
        }
        let season = SeasonalComponent::new(4, parts.seasonal).unwrap();
        assert!((0..100).all(|row| (season.at(row) - pattern[row % 4]).abs() < 1e-6));
    }

    #[test]
    fn fewer_than_two_seasons_have_no_parts() {
        assert_eq!(STL.decompose(&[1.0; 7], 4), None);
        assert_eq!(STL.decompose(&[1.0; 40], 1), None);
        assert_eq!(SeasonalComponent::new(4, vec![1.0; 3]), None);
        assert_eq!(SeasonalComponent::new(0, vec![1.0; 3]), None);
    }
}

#[cfg(test)]
mod seasonal_fill_tests {
    use super::*;

    #[test]
    fn lines_between_known_values_of_a_place() {
        let nan = f64::NAN;
        assert_eq!(
            seasonal_fill(&[nan, 1.0, nan, nan, 4.0, nan], 1),
            [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]
        );
        assert_eq!(
            seasonal_fill(&[1.0, 9.0, nan, nan, 3.0, 7.0], 2),
            [1.0, 9.0, 2.0, 8.0, 3.0, 7.0]
        );
        // A place that is never known stays on the line of its neighbours.
        assert_eq!(seasonal_fill(&[1.0, nan, 3.0, nan], 2), [1.0, 2.0, 3.0, 3.0]);
        assert!(seasonal_fill(&[nan, nan], 2).iter().all(|value| value.is_nan()));
    }
}
