//! Combination: the median of what several baselines say.
//!
//! The median of few good models is hard to beat and leaves a stray one without a say (Hibon and
//! Evgeniou 2005; Petropoulos and Svetunkov 2020, "A simple combination of univariate models", who
//! take the median of ETS, Theta and ARIMA among others). Its intervals reach as far from the median
//! as the members' do from their own forecasts on average: averaging quantiles keeps the members'
//! calibration where pooling probabilities would be too wide (Lichtendahl, Grushka-Cockayne and
//! Winkler 2013), and the median of bounds too narrow where two members err to the same side. Not
//! for fitting the members.

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast, Interval};
use super::{arima, ets, theta};
use crate::stats::{median, number};

/// What it is made of.
static MEMBERS: [&BaselineCard; 3] = [&ets::CARD, &theta::CARD, &arima::CARD];

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "combination",
    label: "Combination",
    sentence: "The median of ETS, Theta and ARIMA: hard to beat, seldom bad.",
    is_rule: false,
    runs_unasked: true,
    drawn_unasked: true,
    look: BaselineLook { color: 6, marker: 0 },
    members: &MEMBERS,
    fit: |task| {
        let members: Result<Vec<_>, _> = MEMBERS.iter().map(|card| task.member(card)).collect();
        Ok(Arc::new(FittedCombination::new(task.history, members?)?))
    },
};

/// Members, fitted to the same history, and their median.
pub struct FittedCombination {
    members: Vec<Arc<dyn FittedBaseline>>,
    in_sample: InSampleForecast,
}

impl FittedCombination {
    /// Combines `members` that were fitted to `history` (one value a row, NaN where missing).
    ///
    /// # Errors
    /// Where there is no member.
    pub fn new(
        history: &[f64],
        members: Vec<Arc<dyn FittedBaseline>>,
    ) -> Result<Self, BaselineError> {
        if members.is_empty() {
            return Err(BaselineError::Unsuitable {
                model: CARD.name.to_owned(),
                rows: history.len(),
                found: "none of its members could be fitted".to_owned(),
                fix: "see what each of them lacks".to_owned(),
            });
        }
        let of_members = |row: usize| members.iter().filter_map(move |m| m.fitted().get(row));
        let fitted =
            (0..history.len()).map(|row| median_or_nan(of_members(row).copied())).collect();
        let in_sample = InSampleForecast::new(history, fitted);
        Ok(Self { members, in_sample })
    }

    /// The members, in the order they were given.
    pub fn members(&self) -> &[Arc<dyn FittedBaseline>] {
        &self.members
    }
}

/// The median; NaN where no number is known.
fn median_or_nan(numbers: impl Iterator<Item = f64>) -> f64 {
    median(numbers).unwrap_or(f64::NAN)
}

/// Medians row by row.
fn medians<'a>(horizon: usize, rows: impl Iterator<Item = &'a [f64]> + Clone) -> Vec<f64> {
    (0..horizon)
        .map(|row| median_or_nan(rows.clone().filter_map(|of| of.get(row).copied())))
        .collect()
}

impl FittedBaseline for FittedCombination {
    fn description(&self) -> String {
        let members: Vec<String> = self.members.iter().map(|m| m.description()).collect();
        format!("median of {}", members.join("; "))
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let said: Vec<BaselinePrediction> =
            self.members.iter().map(|member| member.predict(horizon, levels)).collect();
        let mean = medians(horizon, said.iter().map(|prediction| &prediction.mean[..]));
        let reach = |level: usize, row: usize, of: fn(&Interval) -> &[f64]| -> f64 {
            let reaches = said.iter().map(|said| of(&said.intervals[level])[row] - said.mean[row]);
            reaches.map(|reach| reach / number(said.len())).sum()
        };
        let bounds = |level: usize, of: fn(&Interval) -> &[f64]| {
            mean.iter().enumerate().map(|(row, mean)| mean + reach(level, row, of)).collect()
        };
        let intervals = levels.iter().enumerate().map(|(at, &level)| Interval {
            level,
            lower: bounds(at, |interval| &interval.lower),
            upper: bounds(at, |interval| &interval.upper),
        });
        BaselinePrediction { intervals: intervals.collect(), mean }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn parameters(&self) -> usize {
        self.members.iter().map(|member| member.parameters()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FittedDrift, FittedMean, FittedNaive};
    use super::*;

    fn members(history: &[f64]) -> Vec<Arc<dyn FittedBaseline>> {
        vec![
            Arc::new(FittedNaive::fit(history).unwrap()),
            Arc::new(FittedMean::fit(history).unwrap()),
            Arc::new(FittedDrift::fit(history).unwrap()),
        ]
    }

    #[test]
    fn the_middle_member_decides_each_row() {
        let history = [1.0, 4.0, 2.0, 6.0, 5.0];
        let combined = FittedCombination::new(&history, members(&history)).unwrap();
        let forecast = combined.predict(3, &[0.8]);
        // Mean 3.6 below, drift above, naive between.
        assert_eq!(forecast.mean, [5.0; 3]);
        let each: Vec<BaselinePrediction> =
            members(&history).iter().map(|member| member.predict(3, &[0.8])).collect();
        let interval = &forecast.intervals[0];
        for row in 0..3 {
            let reaches = each.iter().map(|said| said.intervals[0].upper[row] - said.mean[row]);
            let expected = forecast.mean[row] + reaches.sum::<f64>() / 3.0;
            assert!((interval.upper[row] - expected).abs() < 1e-12);
            assert!(interval.lower[row] < forecast.mean[row]);
        }
        assert_eq!(combined.fitted()[4], combined.fitted()[4].clamp(3.25, 7.25));
        assert_eq!(combined.residuals()[4], 5.0 - combined.fitted()[4]);
        assert!(combined.description().starts_with("median of naive; mean; drift"));
    }

    #[test]
    fn two_members_meet_half_way_and_none_is_an_error() {
        let history = [1.0, 4.0, 2.0, 6.0, 5.0];
        let mut two = members(&history);
        two.truncate(2);
        let combined = FittedCombination::new(&history, two).unwrap();
        assert!((combined.predict(1, &[]).mean[0] - 4.3).abs() < 1e-12);
        let error = FittedCombination::new(&history, Vec::new()).err().unwrap();
        assert!(error.to_string().contains("members"));
    }
}
