//! Classical decomposition: the trend by moving averages, the season by the average of what is left
//! at each place (Hyndman and Athanasopoulos 2021, section 3.4).
//!
//! For first guesses and for the season that Theta takes out; not for seasons that change (`stl`).

use super::ets::Component;
use crate::stats::number;

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
