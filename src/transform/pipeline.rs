//! All transforms of a series in a row: power, seasonal adjustment, differences, scaler; and the
//! inverse for the rows after an origin.
//!
//! A difference or a season cannot be undone from the transformed values alone, so the inverse is
//! taken from an [`Origin`]: the fitted transform together with the history before the horizon.
//! Every step of it is increasing in each value, so that bounds of an interval keep their order.

use super::power::check_domain;
use super::{Differences, FittedPower, Power, Scaler, TransformConfig, TransformError};
use crate::stats::{SeasonalComponent, Stl, seasonal_fill, upper_median};

/// A transform fitted to the training part of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Transform {
    kind: Power,
    shift: f64,
    power: FittedPower,
    season: Option<SeasonalComponent>,
    differences: Differences,
    scaler: Scaler,
    unit: f64,
}

impl Transform {
    /// Fits to the `training` values in the series' units (NaN where missing), the first of which
    /// is row 0. `season_length` is rows in one season.
    ///
    /// # Errors
    /// Where values are outside the domain of the power, or a seasonal transform has no season or
    /// too few of them.
    ///
    /// ```
    /// use tidegate::transform::{Power, Transform, TransformConfig};
    ///
    /// let history = [10.0, 20.0, 40.0, 80.0, 160.0];
    /// let config = TransformConfig { power: Power::Log1p, difference: true, ..Default::default() };
    /// let transform = Transform::fit(&config, 1, &history[..4])?;
    /// let scaled = transform.apply(0, &history);
    /// // The inverse needs what came before.
    /// let back = transform.origin(&history[..4]).inverse(&scaled[4..]);
    /// assert!((back[0] - 160.0).abs() < 1e-9);
    /// # Ok::<(), tidegate::transform::TransformError>(())
    /// ```
    pub fn fit(
        config: &TransformConfig,
        season_length: usize,
        training: &[f64],
    ) -> Result<Self, TransformError> {
        let differences = Differences::new(config, season_length)?;
        let power = FittedPower::fit(config.power, config.shift, training, season_length)?;
        let mut values: Vec<f64> = training.iter().map(|&value| power.apply(value)).collect();
        let season = if config.seasonal_adjustment {
            let season = fit_season(&values, season_length)?;
            values.iter_mut().enumerate().for_each(|(row, value)| *value -= season.at(row));
            Some(season)
        } else {
            None
        };
        let scaler = Scaler::fit(config.scaling, &differences.apply(values));
        let slope = match power {
            FittedPower::Identity => 1.0,
            _ => upper_median(training).map_or(1.0, |median| power.slope(median)),
        };
        Ok(Self {
            kind: config.power,
            shift: config.shift,
            power,
            season,
            differences,
            scaler,
            unit: scaler.scale() * slope,
        })
    }

    /// To the network's units: `values` are those of the series from `first_row` on. NaN where a
    /// value is missing or outside the power's domain, in the first [`Self::span`] values, and
    /// where a difference touches such a value.
    pub fn apply(&self, first_row: usize, values: &[f64]) -> Vec<f64> {
        let mut scaled = self.differences.apply(self.adjusted(first_row, values));
        for value in &mut scaled {
            *value = self.scaler.apply(*value);
        }
        scaled
    }

    /// Nothing but these differences.
    pub const fn of_differences(differences: Differences) -> Self {
        Self {
            kind: Power::None,
            shift: 0.0,
            power: FittedPower::Identity,
            season: None,
            differences,
            scaler: Scaler::identity(),
            unit: 1.0,
        }
    }

    /// Whether values are bent, so that some may lie outside the domain.
    pub fn is_bent(&self) -> bool {
        self.power != FittedPower::Identity
    }

    /// The network's value of 0 in the series' units, where values are scaled in a straight line and so
    /// keep their proportions to it.
    pub fn zero(&self) -> Option<f64> {
        let is_straight = !self.is_bent() && self.season.is_none() && self.span() == 0;
        is_straight.then(|| self.scaler.apply(0.0))
    }

    /// Rows before a row that its transformed value depends on.
    pub fn span(&self) -> usize {
        self.differences.span()
    }

    /// Series units in one unit of the network. Of a power it is the slope at the median of the
    /// training values; of differences, it is that of a step.
    pub const fn unit(&self) -> f64 {
        self.unit
    }

    /// Whether every known value has a place in the power's domain.
    ///
    /// # Errors
    /// How many have none, the smallest of them, and a shift that fixes it.
    pub fn check_domain(&self, values: &[f64]) -> Result<(), TransformError> {
        check_domain(self.kind, self.shift, values)
    }

    /// The inverse for the rows after `history`: every value of the series before the horizon.
    /// Only the last [`Self::span`] of them are read.
    pub fn origin(&self, history: &[f64]) -> Origin<'_> {
        let first_row = history.len().saturating_sub(self.span());
        let past = self.adjusted(first_row, &history[first_row..]);
        Origin { transform: self, row: history.len(), past }
    }

    fn adjusted(&self, first_row: usize, values: &[f64]) -> Vec<f64> {
        let rows = values.iter().enumerate();
        rows.map(|(index, &value)| {
            let bent = self.power.apply(value);
            self.season.as_ref().map_or(bent, |season| bent - season.at(first_row + index))
        })
        .collect()
    }
}

/// A fitted transform at the end of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin<'a> {
    transform: &'a Transform,
    /// First row of the horizon.
    row: usize,
    /// The last values before it that differences are added to, adjusted.
    past: Vec<f64>,
}

impl Origin<'_> {
    /// Back to the series' units: `ahead` are transformed values of the rows after the history, in
    /// order. Where no value of one path lies below that of another, none does afterwards.
    pub fn inverse(&self, ahead: &[f64]) -> Vec<f64> {
        let Transform { power, season, differences, scaler, .. } = self.transform;
        let unscaled: Vec<f64> = ahead.iter().map(|&value| scaler.inverse(value)).collect();
        let mut values = differences.inverse(&self.past, &unscaled);
        for (index, value) in values.iter_mut().enumerate() {
            if let Some(season) = season {
                *value += season.at(self.row + index);
            }
            *value = power.inverse(*value);
        }
        values
    }
}

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
#[path = "pipeline_tests.rs"]
mod tests;

#[cfg(test)]
mod seasonal_tests {
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
