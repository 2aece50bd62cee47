//! How often a series has to be differenced.
//!
//! Hyndman and Khandakar (2008), section 3.1, with the seasonal difference by the strength of the
//! season as in R's `forecast` since 2017, and first differences by KPSS. Not for differencing itself.

use super::difference::difference;
use crate::baseline::diagnostics::{kpss, seasonal_strength};

/// A season stronger than this is differenced; found by Hyndman's team on the M3 and M4 series.
const STRONG_SEASON: f64 = 0.64;
/// Evidence against stationarity that asks for a difference.
const SIGNIFICANCE: f64 = 0.05;

/// Seasonal differences, 0 or 1, of values without gaps.
pub(super) fn seasonal_differences(values: &[f64], season_length: usize, most: usize) -> usize {
    if most == 0 || season_length < 2 || values.len() <= 2 * season_length {
        return 0;
    }
    usize::from(has_strong_season(values, season_length))
}

/// Whether values without gaps have a season worth following by differences or waves.
pub(super) fn has_strong_season(values: &[f64], season_length: usize) -> bool {
    seasonal_strength(values, season_length).is_some_and(|strength| strength > STRONG_SEASON)
}

/// First differences until KPSS finds the values stationary, `most` at most.
pub(super) fn first_differences(values: &[f64], most: usize) -> usize {
    let mut values = values.to_vec();
    for differences in 0..most {
        let wanders = kpss(&values).is_some_and(|test| test.p_value < SIGNIFICANCE);
        if !wanders {
            return differences;
        }
        values = difference(&values, 1, 1);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_parabolas_are_differenced_until_they_stand() {
        let wave = |row: u32| (f64::from(row) * 2.1).sin();
        let line: Vec<f64> = (0..80).map(|row| f64::from(row) + wave(row)).collect();
        let curve: Vec<f64> = (0..80).map(|row| f64::from(row * row) + wave(row)).collect();
        assert_eq!(first_differences(&line, 2), 1);
        assert_eq!(first_differences(&curve, 2), 2);
        assert_eq!(first_differences(&curve, 1), 1);
        assert_eq!(first_differences(&(0..80).map(wave).collect::<Vec<_>>(), 2), 0);
    }

    #[test]
    fn strong_seasons_are_differenced() {
        let season: Vec<f64> = (0..60).map(|row| f64::from(row % 4)).collect();
        assert_eq!(seasonal_differences(&season, 4, 1), 1);
        assert_eq!(seasonal_differences(&season, 4, 0), 0);
        assert_eq!(seasonal_differences(&season[..8], 4, 1), 0);
    }
}
