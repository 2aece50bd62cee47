//! Seasons that change slowly, by STL, and their continuation.
//!
//! Several seasons are taken out in turn, each from what the others leave (Bandara, Hyndman and
//! Bergmeir 2021, "MSTL"). Not for forecasting the rest.
//!
//! Classical decomposition: the trend by moving averages, the season by the average of what is left
//! at each place (Hyndman and Athanasopoulos 2021, section 3.4).
//!
//! For first guesses and for the season that Theta takes out; not for seasons that change.

use super::ets::Component;
use crate::stats::{SeasonalComponent, Stl, number, seasonal_fill};

/// Length of the seasonal smoother in seasons for the shortest season, and what each longer one
/// adds: defaults of R's `mstl`.
const SMOOTHED_SEASONS: (usize, usize) = (11, 4);
/// Rounds of the seasons among each other, as in R's `mstl`.
const ROUNDS: usize = 2;
/// Passes that settle seasonal and trend without weights for outliers, as in R's `stl`.
const INNER_LOOPS: usize = 2;

/// Seasons taken out of a history.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seasons {
    /// In the units of the history, the shortest first.
    components: Vec<SeasonalComponent>,
    /// Share of the variance around the trend that the seasons explain, 0 to 1 (Hyndman and
    /// Athanasopoulos 2021, section 4.3).
    pub(super) strength: f64,
}

impl Seasons {
    /// Takes the seasons of these lengths out of `history` (NaN where missing: filled between
    /// seasons first). Lengths below 2, or with fewer than two seasons in the history, are left
    /// out; `None` where none is left or no value is known.
    pub(super) fn of(history: &[f64], season_lengths: &[usize]) -> Option<Self> {
        let rows = history.len();
        let mut lengths: Vec<usize> = season_lengths.to_vec();
        lengths.retain(|&length| length >= 2 && length <= rows / 2);
        lengths.sort_unstable();
        lengths.dedup();
        let values = seasonal_fill(history, *lengths.first()?);
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let mut components: Vec<Vec<f64>> = vec![vec![0.0; rows]; lengths.len()];
        let mut rest = values.clone();
        let mut trend = Vec::new();
        let rounds = if lengths.len() == 1 { 1 } else { ROUNDS };
        for _ in 0..rounds {
            for (at, &length) in lengths.iter().enumerate() {
                let (window, more) = SMOOTHED_SEASONS;
                rest.iter_mut().zip(&components[at]).for_each(|(rest, season)| *rest += season);
                let stl = Stl {
                    smoothed_seasons: window + more * at,
                    degree: 0,
                    inner_loops: INNER_LOOPS,
                };
                let parts = stl.decompose(&rest, length)?;
                (components[at], trend) = (parts.seasonal, parts.trend);
                rest.iter_mut().zip(&components[at]).for_each(|(rest, season)| *rest -= season);
            }
        }
        let strength = strength(&values, &rest, &trend);
        let components = lengths.into_iter().zip(components);
        let components = components
            .map(|(length, found)| SeasonalComponent::new(length, found))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { components, strength })
    }

    /// The history without its seasons.
    pub(super) fn adjusted(&self, history: &[f64]) -> Vec<f64> {
        history.iter().enumerate().map(|(row, value)| value - self.at(row)).collect()
    }

    /// All seasons together at a row; past the history the last ones repeat.
    pub(super) fn at(&self, row: usize) -> f64 {
        self.components.iter().map(|component| component.at(row)).sum()
    }

    /// The lengths taken out, in rows.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        self.components.iter().map(SeasonalComponent::season_length)
    }
}

fn strength(values: &[f64], adjusted: &[f64], trend: &[f64]) -> f64 {
    let variance = |differences: &mut dyn Iterator<Item = f64>| {
        let (mut count, mut mean, mut sum) = (0.0, 0.0, 0.0);
        for value in differences {
            count += 1.0;
            let off = value - mean;
            mean += off / count;
            sum += off * (value - mean);
        }
        sum
    };
    let remainder = variance(&mut adjusted.iter().zip(trend).map(|(a, t)| a - t));
    let detrended = variance(&mut values.iter().zip(trend).map(|(v, t)| v - t));
    let size: f64 = values.iter().map(|value| value * value).sum();
    // What rounding leaves of a constant is no season.
    if detrended > size * 1e-20 { (1.0 - remainder / detrended).max(0.0) } else { 0.0 }
}

/// The season of each place in a season, that of row 0 first: it sums to 0 where it is added and
/// averages 1 where it multiplies. `values` has to hold two whole seasons and no missing value.
pub(super) fn classical_season(
    values: &[f64],
    season_length: usize,
    component: Component,
) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); season_length];
    for (row, trend) in centred_averages(values, season_length) {
        let apart = match component {
            Component::Additive => values[row] - trend,
            Component::Multiplicative => values[row] / trend,
        };
        let (sum, count) = &mut sums[row % season_length];
        *sum += apart;
        *count += 1.0;
    }
    let mut season: Vec<f64> = sums.iter().map(|(sum, count)| sum / count).collect();
    let mean = season.iter().sum::<f64>() / number(season_length);
    match component {
        Component::Additive => season.iter_mut().for_each(|value| *value -= mean),
        Component::Multiplicative => season.iter_mut().for_each(|value| *value /= mean),
    }
    season
}

/// Averages over one season around each row that has one, with their rows; an even season counts
/// its two ends by half.
fn centred_averages(values: &[f64], season_length: usize) -> impl Iterator<Item = (usize, f64)> {
    let half = season_length / 2;
    let even = season_length.is_multiple_of(2);
    (half..values.len().saturating_sub(half)).map(move |row| {
        let inner: f64 = values[row - half..=row + half].iter().sum();
        let ends = if even { f64::midpoint(values[row - half], values[row + half]) } else { 0.0 };
        (row, (inner - ends) / number(season_length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::number;

    fn two_seasons(row: usize) -> f64 {
        [3.0, -1.0, -4.0, 2.0][row % 4] + if row % 14 < 7 { 5.0 } else { -5.0 }
    }

    #[test]
    fn two_seasons_are_told_apart_and_go_on() {
        let mut values: Vec<f64> =
            (0..280).map(|row| number(row) / 10.0 + two_seasons(row)).collect();
        values[100] = f64::NAN;
        let seasons = Seasons::of(&values, &[14, 4, 1, 200]).unwrap();
        assert_eq!(seasons.lengths().collect::<Vec<_>>(), [4, 14]);
        assert!(seasons.strength > 0.95, "{}", seasons.strength);
        for row in 240..320 {
            let off = (seasons.at(row) - two_seasons(row)).abs();
            assert!(off < 0.2, "row {row}: {} {}", seasons.at(row), two_seasons(row));
        }
    }

    #[test]
    fn too_little_has_no_season() {
        assert_eq!(Seasons::of(&[1.0; 7], &[4]), None);
        assert_eq!(Seasons::of(&[f64::NAN; 20], &[4]), None);
        assert_eq!(Seasons::of(&[1.0; 20], &[4]).map(|seasons| seasons.strength), Some(0.0));
    }
}

#[cfg(test)]
mod decompose_tests {
    use super::*;

    #[test]
    fn a_clean_season_is_found() {
        for season_length in [3_usize, 4] {
            let pattern: Vec<f64> = [2.0, -3.0, 0.5, 0.5][..season_length].to_vec();
            let mean = pattern.iter().sum::<f64>() / number(season_length);
            let values: Vec<f64> =
                (0..20).map(|row| 100.0 + number(row) + pattern[row % season_length]).collect();
            let season = classical_season(&values, season_length, Component::Additive);
            for (found, expected) in season.iter().zip(&pattern) {
                assert!((found - (expected - mean)).abs() < 1e-12, "{season:?}");
            }
            let factors: Vec<f64> = pattern.iter().map(|value| 1.0 + value / 10.0).collect();
            let values: Vec<f64> = (0..20).map(|row| 50.0 * factors[row % season_length]).collect();
            let season = classical_season(&values, season_length, Component::Multiplicative);
            assert!((season[0] / season[1] - factors[0] / factors[1]).abs() < 1e-12);
            assert!((season.iter().sum::<f64>() - number(season_length)).abs() < 1e-12);
        }
    }
}
