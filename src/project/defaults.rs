//! Settings that suit a series, so that Train with nothing touched gives a sensible forecast.

use crate::series::{Frequency, Series, TimeAxis, Unit};
use crate::window::WindowConfig;

use super::Recipe;

/// A series keeps at least this many rows for each row of the horizon.
const ROWS_PER_HORIZON: usize = 5;
/// Input seasons a network is shown: one to see the shape, one to see it change.
const LOOKBACK_SEASONS: usize = 2;
/// Longest default lookback, in rows; more steps cost time and rarely help a small network.
const LONGEST_LOOKBACK: usize = 168;
/// Training windows up to which a batch of 16 is worth its steps.
const FEW_WINDOWS: usize = 512;

impl Recipe {
    /// Default settings for a series: horizon and lookback from its season, parts from its length.
    pub fn for_series(series: &Series) -> Self {
        Self::for_series_and_horizon(series, default_horizon(series))
    }

    /// Default settings for a series with a horizon already chosen.
    pub fn for_series_and_horizon(series: &Series, horizon: usize) -> Self {
        let mut recipe = Self { window: default_window(series, horizon), ..Self::default() };
        let windows = series.len().saturating_sub(recipe.window.lookback);
        if windows > FEW_WINDOWS {
            recipe.train.batch_size = 64;
            recipe.train.epochs = 60;
            recipe.train.patience = 10;
        }
        recipe
    }
}

/// A season ahead, a fortnight for days, at most a fifth of the rows.
fn default_horizon(series: &Series) -> usize {
    let natural = match &series.axis {
        TimeAxis::Calendar(axis) => match axis.frequency {
            Frequency { unit: Unit::Year, .. } => 5,
            Frequency { unit: Unit::Quarter, .. } => 8,
            Frequency { unit: Unit::Week, .. } => 13,
            Frequency { unit: Unit::Day, count: 1 } => 14,
            Frequency { unit: Unit::BusinessDay, .. } => 10,
            frequency => frequency.season_length().max(6),
        },
        TimeAxis::Position(_) => series.season_length().max(10),
    };
    natural.min(series.len() / ROWS_PER_HORIZON).max(1)
}

/// Parts and lookback for a horizon, shortened together where the series is short.
fn default_window(series: &Series, horizon: usize) -> WindowConfig {
    let rows = series.len();
    let test = horizon;
    // A short series cannot spare more than one horizon for choosing the epoch.
    let left = rows.saturating_sub(test);
    let validation = (left / 10).max(horizon).min(left / 3);
    let validation = if validation < horizon { 0 } else { validation };
    let train = left - validation;
    let season = series.season_length();
    let natural = (LOOKBACK_SEASONS * season).clamp(horizon.max(8), LONGEST_LOOKBACK.max(horizon));
    // Half of the training rows at most, so that there are windows to learn from.
    let lookback = natural.min(train.saturating_sub(horizon) / 2).max(1);
    WindowConfig { lookback, horizon, validation, test }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_any_length_has_defaults_that_train() {
        for rows in 8..400 {
            let values: Vec<f64> = (0..rows).map(|row| f64::from(row % 7)).collect();
            let series = Series::new("y", TimeAxis::row_numbers(), values);
            let recipe = Recipe::for_series(&series);
            assert_eq!(recipe.check(&series), [], "{rows} rows: {:?}", recipe.window);
        }
    }
}
