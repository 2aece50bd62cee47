//! Mean: the future is like the average of the past (Hyndman and Athanasopoulos 2021, section 5.2).

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{BaselineError, BaselinePrediction, FittedBaseline, InSampleForecast, known};
use super::spread::{deviation, deviation_or_size, normal_intervals};
use crate::stats::number;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "mean",
    label: "Mean",
    sentence: "The mean of all values.",
    is_rule: true,
    runs_unasked: false,
    drawn_unasked: false,
    look: BaselineLook { color: 7, marker: 1 },
    members: &[],
    fit: |task| Ok(Arc::new(FittedMean::fit(task.history)?)),
};

/// The average of the known values of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMean {
    mean: f64,
    /// Standard deviation of a forecast: of the values, and of their average.
    deviation: f64,
    in_sample: InSampleForecast,
}

impl FittedMean {
    /// Learns the average of `history` (NaN where missing). A one-step forecast is the average of
    /// the rows before it.
    ///
    /// # Errors
    /// Where no value is known.
    pub fn fit(history: &[f64]) -> Result<Self, BaselineError> {
        let (mut count, mut mean) = (0_usize, 0.0);
        let fitted = history.iter().map(|&value| {
            let forecast = if count == 0 { f64::NAN } else { mean };
            if value.is_finite() {
                count += 1;
                // Halves first: a sum of huge values would overflow.
                mean += value / number(count) - mean / number(count);
            }
            forecast
        });
        let fitted = fitted.collect();
        if count == 0 {
            return Err(BaselineError::NoValues { model: NAME.into(), rows: history.len() });
        }
        let spread = (count > 1).then(|| known(history).map(|(_, value)| value - mean));
        let estimated = spread.and_then(|errors| deviation(errors, 1));
        let deviation = deviation_or_size(estimated, history) * (1.0 + 1.0 / number(count)).sqrt();
        Ok(Self { mean, deviation, in_sample: InSampleForecast::new(history, fitted) })
    }
}

const NAME: &str = "mean";

impl FittedBaseline for FittedMean {
    fn description(&self) -> String {
        NAME.to_owned()
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mean = vec![self.mean; horizon];
        let intervals = normal_intervals(&mean, &vec![self.deviation; horizon], levels);
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn parameters(&self) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::super::FittedBaseline;
    use super::*;

    #[test]
    fn the_average_goes_on() {
        let model = FittedMean::fit(&[1.0, f64::NAN, 3.0, 5.0]).unwrap();
        let forecast = model.predict(2, &[0.95]);
        assert!((forecast.mean[1] - 3.0).abs() < 1e-15);
        // Sample deviation 2, and the average of three values is uncertain too.
        let half = 1.959_963_985 * 2.0 * (4.0_f64 / 3.0).sqrt();
        assert!((forecast.intervals[0].upper[0] - (3.0 + half)).abs() < 1e-8);
        assert_eq!(model.fitted()[3], 2.0);
        assert!(FittedMean::fit(&[]).is_err());
    }
}
