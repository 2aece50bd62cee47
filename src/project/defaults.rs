//! Settings that suit a series, so that Train with nothing touched gives a sensible forecast.

use crate::import::ImportConfig;
use crate::series::{MissingPolicy, Series};
use crate::train::Loss;
use crate::window::WindowConfig;

use super::Recipe;

/// Input seasons a network is shown: one to see the shape, one to see it change.
const LOOKBACK_SEASONS: usize = 2;
/// Rows of the training part to each row of the lookback where that is more than those seasons: a
/// long series has cycles longer than its season, and enough windows to learn them from.
const ROWS_PER_LOOKBACK: usize = 30;
/// Epochs where no part is spared to tell when to stop: a network that is shown few windows again and
/// again learns them by heart.
const UNCHECKED_EPOCHS: usize = 50;
/// Longest default lookback, in rows; more steps cost time and rarely help a small network.
const LONGEST_LOOKBACK: usize = 168;
/// Horizons in the validation part: with one, a single window would choose the epoch.
const VALIDATION_HORIZONS: usize = 2;
/// Steps of all training windows up to which 200 epochs take seconds (measured on 2 cores).
const QUICK_STEPS: usize = 75_000;
/// Steps of all training windows beyond which an epoch itself takes seconds.
const SLOW_STEPS: usize = 1_500_000;

impl Recipe {
    /// Default settings for a series: horizon and lookback from its season, parts from its length.
    ///
    /// ```
    /// use tidegate::import::Sample;
    /// use tidegate::project::Recipe;
    ///
    /// let reading = Sample::Airline.read()?;
    /// let recipe = Recipe::for_series(reading.target());
    /// // A year ahead, from the two years before it.
    /// assert_eq!((recipe.window.horizon, recipe.window.lookback), (12, 24));
    /// # Ok::<(), tidegate::import::ImportError>(())
    /// ```
    pub fn for_series(series: &Series) -> Self {
        Self::for_series_read_by(series, ImportConfig::default())
    }

    /// Default settings for a series that was read by these: how missing values are filled decides how
    /// far a network can look back.
    pub fn for_series_read_by(series: &Series, import: ImportConfig) -> Self {
        Self::for_series_and_horizon(series, import, series.default_horizon())
    }

    /// As [`Self::for_series_read_by`], with a horizon already chosen. No value at or after the first
    /// origin that is scored decides any of them: the hold-out is `horizon` rows, or those that
    /// `import` says are held out where they are more.
    pub fn for_series_and_horizon(series: &Series, import: ImportConfig, horizon: usize) -> Self {
        let held_out = import.held_out.unwrap_or(0).max(horizon);
        let seen = series.first(series.len().saturating_sub(held_out));
        let window = default_window(series, seen.len(), horizon);
        let mut recipe = Self { import, window, ..Self::default() };
        recipe.fit_to_gaps(&seen);
        let train = &mut recipe.train;
        let parts = WindowConfig { test: 0, ..recipe.window.clone() };
        let windows = parts.training_windows(seen.len());
        train.batch_size = match windows {
            0..=4_000 => 32,
            4_001..=20_000 => 64,
            _ => 128,
        };
        // A person with a deadline waits seconds, not minutes, for the first forecast.
        (train.epochs, train.patience) = match windows * recipe.window.lookback {
            0..=QUICK_STEPS => (200, 30),
            steps if steps <= SLOW_STEPS => (60, 10),
            _ => (20, 5),
        };
        if recipe.window.validation == 0 {
            train.epochs = train.epochs.min(UNCHECKED_EPOCHS);
        }
        // Scorecards count absolute errors, and so does what is learned by.
        train.loss = Loss::Mae;
        recipe
    }
}

impl Recipe {
    /// Shortens the lookback until the network has its input at the end of the rows before the
    /// hold-out, which are `seen`, and windows to learn from; does without validation where no window
    /// of it is complete.
    fn fit_to_gaps(&mut self, seen: &Series) {
        let mut fitted = self.clone();
        fitted.window.test = 0;
        if let Some(lookback) = fitted.fitting_lookback(seen, 1) {
            fitted.window.lookback = lookback;
        }
        if fitted.window_counts(seen).validation == 0 {
            fitted.window.validation = 0;
        }
        self.window = WindowConfig { test: self.window.test, ..fitted.window };
    }

    /// The longest of this lookback, its half, its quarter … that leaves at least `fewest` training
    /// windows and an input in every row before the origins; `None` where not even 1 does.
    pub(super) fn fitting_lookback(&self, series: &Series, fewest: usize) -> Option<usize> {
        let span = self.differences(series).span();
        let known = self.known_before_origins(series).1.saturating_sub(span);
        let longest = self.window.lookback.min(known);
        let mut shorter = self.clone();
        std::iter::successors(Some(longest), |lookback| Some(lookback / 2))
            .take_while(|&lookback| lookback > 0)
            .find(|&lookback| {
                shorter.window.lookback = lookback;
                shorter.window_counts(series).train >= fewest
            })
    }

    /// The origin (before the hold-out, or after the data) with the fewest inputs in an unbroken row
    /// before it, and how many they are. A missing value that is filled in is an input; after the data
    /// the default policy fills whatever a forecast looks at.
    pub(super) fn known_before_origins(&self, series: &Series) -> (usize, usize) {
        let filler = self.filler(series);
        let known_before = |origin: usize| {
            let inputs = filler.fill(&series.values[..origin]);
            (origin, inputs.iter().rev().take_while(|value| !value.is_nan()).count())
        };
        let scored = known_before(self.split(series).holdout(self.window.horizon).start);
        if self.import.missing == MissingPolicy::Auto {
            return scored;
        }
        let future = known_before(series.len());
        if future.1 < scored.1 { future } else { scored }
    }
}

/// Parts and lookback for a horizon, shortened together where the series is short; `left` rows stand
/// before the hold-out.
fn default_window(series: &Series, left: usize, horizon: usize) -> WindowConfig {
    // A horizon longer than the series is refused by `check`; here it must only not overflow.
    let asked = horizon;
    let horizon = horizon.min(series.len());
    let test = horizon;
    let season = series.season_length_before(left);
    let lookback = (LOOKBACK_SEASONS * season).max(left / ROWS_PER_LOOKBACK);
    let lookback = lookback.clamp(horizon.max(8), LONGEST_LOOKBACK.max(horizon));
    // A short series cannot spare rows for choosing the epoch.
    let spares = |validation: &usize| left >= validation + 2 * (lookback + horizon);
    let steady = (left / 10).max(VALIDATION_HORIZONS * horizon);
    let validation = [steady, horizon].into_iter().find(spares).unwrap_or(0);
    let train = left - validation;
    // Half of the training rows at most, so that there are windows to learn from.
    let lookback = lookback.min(train.saturating_sub(horizon) / 2).max(1);
    WindowConfig { lookback, horizon: asked, validation, test }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;

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
