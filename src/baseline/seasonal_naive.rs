//! Seasonal naive: each row is like the same row one season ago (Hyndman and Athanasopoulos 2021,
//! section 5.2).
//!
//! Its errors are those of one random walk for each place in the season.

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast};
use super::naive::{naive, row_steps};
use super::spread::{deviation, deviation_or_size, normal_intervals};
use crate::stats::number;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "seasonal-naive",
    label: "Seasonal naive",
    sentence: "The last season repeats.",
    is_rule: true,
    runs_unasked: true,
    drawn_unasked: true,
    look: BaselineLook { color: 5, marker: 0 },
    members: &[],
    fit: |task| Ok(Arc::new(FittedSeasonalNaive::fit(task.history, task.season_length())?)),
};

/// Repeats the last season of `history` over `horizon` rows.
///
/// Where the row a season ago is missing, the same row of the latest season that has it is taken,
/// and where no season has it, the last known value. `None` where `history` has no value.
pub fn seasonal_naive(history: &[f64], season_length: usize, horizon: usize) -> Option<Vec<f64>> {
    let season_length = season_length.max(1);
    let mut values = naive(history, horizon)?;
    for (ahead, value) in values.iter_mut().enumerate() {
        let phase = ahead % season_length;
        let seasons_back = (1..=history.len() / season_length)
            .filter_map(|back| history.get(history.len() - back * season_length + phase));
        if let Some(&known) = seasons_back.into_iter().find(|known| known.is_finite()) {
            *value = known;
        }
    }
    Some(values)
}

/// The seasonal naive rule with what is known of its errors.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedSeasonalNaive {
    season_length: usize,
    rows: usize,
    /// For each place in a season the last row that was known, and its value.
    latest: Vec<Option<(usize, f64)>>,
    last: f64,
    /// Standard deviation of the step from one season to the next.
    deviation: f64,
    in_sample: InSampleForecast,
}

impl FittedSeasonalNaive {
    /// Learns the last season of `history` (NaN where missing) and how seasons differ.
    ///
    /// # Errors
    /// Where no value is known.
    pub fn fit(history: &[f64], season_length: usize) -> Result<Self, BaselineError> {
        let season_length = season_length.max(1);
        let mut latest = vec![None; season_length.min(history.len().max(1))];
        let places = latest.len();
        let (mut last, mut fitted) = (f64::NAN, Vec::with_capacity(history.len()));
        let mut steps = Vec::new();
        for (row, &value) in history.iter().enumerate() {
            // With a season longer than the history every row has a place of its own.
            let place = &mut latest[row % places];
            fitted.push(place.map_or(last, |(_, known)| known));
            if value.is_finite() {
                if let Some((row_before, before)) = *place {
                    let seasons = number((row - row_before) / places);
                    steps.push((value - before) / seasons.sqrt());
                }
                *place = Some((row, value));
                last = value;
            }
        }
        if last.is_nan() {
            return Err(BaselineError::NoValues { model: NAME.into(), rows: history.len() });
        }
        let estimated =
            deviation(steps.into_iter(), 0).or_else(|| deviation(row_steps(history), 0));
        Ok(Self {
            season_length,
            rows: history.len(),
            latest,
            last,
            deviation: deviation_or_size(estimated, history),
            in_sample: InSampleForecast::new(history, fitted),
        })
    }

    /// The forecast of a row from 0 at the start of the history, and the seasons it reaches back.
    fn at(&self, row: usize) -> (f64, usize) {
        let place = self.latest.get(row % self.season_length).copied().flatten();
        place.map_or_else(
            || (self.last, 1 + (row - self.rows) / self.season_length),
            |(known_row, known)| (known, (row - known_row) / self.season_length),
        )
    }
}

const NAME: &str = "seasonal naive";

impl FittedBaseline for FittedSeasonalNaive {
    fn description(&self) -> String {
        format!("seasonal naive [{}]", self.season_length)
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let (mean, seasons): (Vec<f64>, Vec<usize>) =
            (self.rows..self.rows + horizon).map(|row| self.at(row)).unzip();
        let deviations: Vec<f64> =
            seasons.iter().map(|&seasons| self.deviation * number(seasons.max(1)).sqrt()).collect();
        let intervals = normal_intervals(&mean, &deviations, levels);
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }
}

#[cfg(test)]
mod tests {
    use super::super::FittedBaseline;
    use super::*;

    #[test]
    fn the_last_season_repeats() {
        let history = [9.0, 9.0, 9.0, 1.0, 2.0, 3.0];
        assert_eq!(seasonal_naive(&history, 3, 5), Some(vec![1.0, 2.0, 3.0, 1.0, 2.0]));
    }

    #[test]
    fn a_missing_row_is_taken_from_the_season_before() {
        let history = [7.0, 8.0, 9.0, 1.0, f64::NAN, 3.0];
        assert_eq!(seasonal_naive(&history, 3, 3), Some(vec![1.0, 8.0, 3.0]));
    }

    #[test]
    fn less_than_a_season_is_naive() {
        assert_eq!(seasonal_naive(&[4.0, 5.0], 12, 2), Some(vec![5.0, 5.0]));
        assert_eq!(seasonal_naive(&[f64::NAN], 12, 2), None);
    }

    #[test]
    fn the_fitted_rule_forecasts_as_the_plain_one() {
        let nan = f64::NAN;
        let history = [nan, 7.0, 8.0, 9.0, 1.0, nan, 3.0, 4.0, 2.0, nan, 5.0];
        for season_length in 1..15 {
            let model = FittedSeasonalNaive::fit(&history, season_length).unwrap();
            let expected = seasonal_naive(&history, season_length, 9).unwrap();
            // The plain rule leaves out the rows before the first whole season.
            if history.len() % season_length == 0 || season_length < 4 {
                assert_eq!(model.predict(9, &[]).mean, expected, "season {season_length}");
            }
        }
    }

    #[test]
    fn intervals_widen_a_step_a_season() {
        let history = [1.0, 10.0, 3.0, 12.0, 1.0, 10.0];
        let model = FittedSeasonalNaive::fit(&history, 2).unwrap();
        assert_eq!(model.residuals()[2..], [2.0, 2.0, -2.0, -2.0]);
        let forecast = model.predict(4, &[0.95]);
        assert_eq!(forecast.mean, [1.0, 10.0, 1.0, 10.0]);
        let upper = &forecast.intervals[0].upper;
        assert!((upper[1] - (10.0 + 1.959_963_985 * 2.0)).abs() < 1e-8);
        assert!((upper[3] - (10.0 + 1.959_963_985 * 8_f64.sqrt())).abs() < 1e-8);
    }
}
