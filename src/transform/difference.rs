//! First and seasonal differences, and the sums that undo them after an origin.
//!
//! Box and Jenkins (1976), chapter 4: `(1 - B)(1 - B^season)`. Not for choosing how often to
//! difference.

use super::{TransformConfig, TransformError};

/// Which differences are taken; both may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// Rows between the values of a seasonal difference.
    pub season: Option<usize>,
    /// Whether neighbours are differenced (after the seasons are).
    pub first: bool,
}

impl Differences {
    /// The differences that the settings ask for, of a series with `season_length` rows in a season.
    ///
    /// # Errors
    /// A seasonal difference without a season.
    pub fn new(config: &TransformConfig, season_length: usize) -> Result<Self, TransformError> {
        if config.seasonal_difference && season_length < 2 {
            let what = "seasonal differencing";
            return Err(TransformError::NoSeason { what, season_length });
        }
        let season = config.seasonal_difference.then_some(season_length);
        Ok(Self { season, first: config.difference })
    }

    /// Rows before a row that its difference depends on.
    pub fn span(&self) -> usize {
        self.season.unwrap_or(0) + usize::from(self.first)
    }

    /// Differences of `values`, one a row; NaN in the first [`Self::span`] rows and wherever a value
    /// they depend on is missing.
    pub fn apply(&self, values: Vec<f64>) -> Vec<f64> {
        let seasonal = match self.season {
            Some(season) => lagged(&values, season),
            None => values,
        };
        if self.first { lagged(&seasonal, 1) } else { seasonal }
    }

    /// The values whose differences are `ahead`, after `past`: at least the last [`Self::span`]
    /// values before them. A value it depends on that is missing makes NaN.
    pub fn inverse(&self, past: &[f64], ahead: &[f64]) -> Vec<f64> {
        let span = self.span();
        let missing = span.saturating_sub(past.len());
        let mut rows = vec![f64::NAN; missing];
        rows.extend(&past[past.len().saturating_sub(span)..]);
        // The seasonal difference (or the value) at the origin, which first differences add to.
        let mut level = match (self.first, self.season) {
            (true, Some(season)) => rows[season] - rows[0],
            (true, None) => rows[0],
            (false, _) => 0.0,
        };
        for &difference in ahead {
            let seasonal = if self.first {
                level += difference;
                level
            } else {
                difference
            };
            let value = match self.season {
                Some(season) => rows[rows.len() - season] + seasonal,
                None => seasonal,
            };
            rows.push(value);
        }
        rows.split_off(span)
    }
}

fn lagged(values: &[f64], lag: usize) -> Vec<f64> {
    let start = std::iter::repeat_n(f64::NAN, lag.min(values.len()));
    let differences = values.iter().skip(lag).zip(values).map(|(value, before)| value - before);
    start.chain(differences).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_by_hand() {
        let values = vec![1.0, 4.0, 9.0, 16.0, 25.0];
        let both = Differences { season: Some(2), first: true };
        let found = both.apply(values.clone());
        assert!(found[..3].iter().all(|value| value.is_nan()));
        assert_eq!(found[3..], [4.0, 4.0]);
        assert_eq!(both.inverse(&values[..3], &[4.0, 4.0]), [16.0, 25.0]);
        let first = Differences { season: None, first: true };
        assert_eq!(first.apply(values.clone())[1..], [3.0, 5.0, 7.0, 9.0]);
        assert_eq!(first.inverse(&values, &[11.0]), [36.0]);
        let none = Differences::default();
        assert_eq!((none.span(), none.apply(values.clone())), (0, values.clone()));
        assert_eq!(none.inverse(&[], &values), values);
    }

    #[test]
    fn a_missing_value_makes_missing_differences_and_sums() {
        let season = Differences { season: Some(2), first: false };
        let found = season.apply(vec![1.0, f64::NAN, 3.0, 4.0, 5.0]);
        assert_eq!(
            found.iter().map(|value| value.is_nan()).collect::<Vec<_>>(),
            [true, true, false, true, false]
        );
        let found = season.inverse(&[f64::NAN, 2.0], &[1.0, 1.0]);
        assert!(found[0].is_nan() && found[1] == 3.0);
        assert!(season.inverse(&[2.0], &[1.0])[0].is_nan(), "too short a past");
        assert!(Differences { season: None, first: true }.inverse(&[], &[1.0])[0].is_nan());
    }
}
