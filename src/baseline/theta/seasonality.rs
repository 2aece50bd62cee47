//! Whether a history has a season, and the history without it.
//!
//! The test of Fiorucci et al. (2016), section 3: the autocorrelation at one season against its
//! band of 90 % where the shorter lags are what they are. The season is divided out, or taken off
//! where values are not all above zero.

use super::super::ets::Component;
use super::super::stl::classical_season;
use crate::stats::number;

/// The band of 90 %, two-sided, in standard deviations.
const BAND: f64 = 1.644_853_626_951_472_2;
/// Factors below this divide too little out.
const LEAST_FACTOR: f64 = 0.01;

/// A season that every year repeats.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ThetaSeason {
    component: Component,
    /// That of row 0 first.
    places: Vec<f64>,
}

impl ThetaSeason {
    /// The season of `values` (none missing), where there is one.
    pub(super) fn of(values: &[f64], season_length: usize) -> Option<Self> {
        if season_length < 2 || values.len() / 2 < season_length {
            return None;
        }
        if !is_seasonal(values, season_length) {
            return None;
        }
        let season = |component| Self {
            component,
            places: classical_season(values, season_length, component),
        };
        if values.iter().all(|&value| value > 0.0) {
            let multiplied = season(Component::Multiplicative);
            if multiplied.places.iter().all(|&factor| factor >= LEAST_FACTOR) {
                return Some(multiplied);
            }
        }
        Some(season(Component::Additive))
    }

    /// The value of a row without its season.
    pub(super) fn removed(&self, row: usize, value: f64) -> f64 {
        let season = self.places[row % self.places.len()];
        match self.component {
            Component::Additive => value - season,
            Component::Multiplicative => value / season,
        }
    }

    /// The value of a row with its season.
    pub(super) fn restored(&self, row: usize, value: f64) -> f64 {
        let season = self.places[row % self.places.len()];
        match self.component {
            Component::Additive => value + season,
            Component::Multiplicative => value * season,
        }
    }

    /// How the season joins the rest, and its length.
    pub(super) const fn words(&self) -> (&'static str, usize) {
        let word = match self.component {
            Component::Additive => "additive",
            Component::Multiplicative => "multiplicative",
        };
        (word, self.places.len())
    }
}

fn is_seasonal(values: &[f64], season_length: usize) -> bool {
    let mean = values.iter().map(|value| value / number(values.len())).sum::<f64>();
    let covariance = |lag: usize| -> f64 {
        values[lag..].iter().zip(values).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let variance = covariance(0);
    let size: f64 = values.iter().map(|value| value * value).sum();
    // What rounding leaves of a constant has no correlation.
    if variance <= size * 1e-20 {
        return false;
    }
    let shorter: f64 = (1..season_length).map(|lag| (covariance(lag) / variance).powi(2)).sum();
    let deviation = ((1.0 + 2.0 * shorter) / number(values.len())).sqrt();
    (covariance(season_length) / variance).abs() > BAND * deviation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swinging(row: usize) -> f64 {
        10.0 + [3.0, -1.0, -4.0, 2.0][row % 4] + 0.01 * number(row * row % 7)
    }

    #[test]
    fn a_season_is_found_and_put_back() {
        for shift in [0.0, -20.0] {
            let values: Vec<f64> = (0..24).map(|row| swinging(row) + shift).collect();
            let season = ThetaSeason::of(&values, 4).unwrap();
            assert_eq!(season.words().0, if shift < 0.0 { "additive" } else { "multiplicative" });
            for (row, value) in values.iter().enumerate() {
                let removed = season.removed(row, *value);
                assert!((removed - 10.0 - shift).abs() < 0.1, "{removed}");
                assert!((season.restored(row, removed) - value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn lines_constants_and_short_histories_have_none() {
        let line: Vec<f64> = (0..40).map(number).collect();
        assert_eq!(ThetaSeason::of(&line, 12), None);
        assert_eq!(ThetaSeason::of(&[3.0; 40], 4), None);
        assert_eq!(ThetaSeason::of(&line[..7], 4), None);
        assert_eq!(ThetaSeason::of(&line, 1), None);
    }
}
