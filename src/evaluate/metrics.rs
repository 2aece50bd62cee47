//! The errors of the scorecard, and how well intervals hold what they promise.

use serde::{Deserialize, Serialize};

use super::mean;
use crate::forecast::Interval;
use crate::series::number::nan_where_null;

/// How far a forecast was off over the hold-out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Mean absolute error, in the series' units.
    #[serde(deserialize_with = "nan_where_null")]
    pub mae: f64,
    /// Root mean squared error, in the series' units.
    #[serde(deserialize_with = "nan_where_null")]
    pub rmse: f64,
    /// Symmetric mean absolute percentage error, 0 to 200.
    #[serde(deserialize_with = "nan_where_null")]
    pub smape: f64,
    /// Mean absolute error in units of seasonal naive's in-sample error; absent where that is zero
    /// or cannot be taken.
    pub mase: Option<f64>,
}

impl Metrics {
    /// Scores `(actual, forecast)` pairs; pairs whose actual value is missing (NaN) are passed
    /// over. `in_sample` holds the values before the hold-out. `None` where no pair is left, or an error
    /// is too large for a number.
    ///
    /// ```
    /// use tidegate::evaluate::Metrics;
    ///
    /// let before = [10.0, 12.0, 11.0, 13.0];
    /// let metrics = Metrics::score([(12.0, 11.0), (15.0, 16.0)], &before, 2).unwrap();
    /// // Seasonal naive misses by 1 inside the history too.
    /// assert_eq!((metrics.mae, metrics.mase), (1.0, Some(1.0)));
    /// ```
    pub fn score(
        pairs: impl IntoIterator<Item = (f64, f64)>,
        in_sample: &[f64],
        season_length: usize,
    ) -> Option<Self> {
        let pairs: Vec<_> = pairs.into_iter().filter(|(actual, _)| actual.is_finite()).collect();
        let number = |error: Option<f64>| error.filter(|error| error.is_finite());
        Some(Self {
            mae: number(mean_absolute_error(&pairs))?,
            rmse: number(root_mean_squared_error(&pairs))?,
            smape: number(symmetric_mean_absolute_percentage_error(&pairs))?,
            mase: number(mean_absolute_scaled_error(&pairs, in_sample, season_length)),
        })
    }
}

/// `mean |actual - forecast|` over `(actual, forecast)` pairs; `None` for no pairs.
pub fn mean_absolute_error(pairs: &[(f64, f64)]) -> Option<f64> {
    super::mean(pairs.iter().map(|(actual, forecast)| (actual - forecast).abs()))
}

/// Mean absolute error divided by the in-sample error of seasonal naive.
///
/// `in_sample` holds the values before the hold-out; missing ones (NaN) are passed over. `None`
/// where it has no two values a season apart, or repeats exactly.
pub fn mean_absolute_scaled_error(
    pairs: &[(f64, f64)],
    in_sample: &[f64],
    season_length: usize,
) -> Option<f64> {
    let scale = seasonal_naive_error(in_sample, season_length)?;
    mean_absolute_error(pairs).map(|error| error / scale)
}

/// `mean |y[t] - y[t - season_length]|` over the pairs that are both known; `None` where there is
/// no such pair or the mean is zero.
pub fn seasonal_naive_error(values: &[f64], season_length: usize) -> Option<f64> {
    let later = values.get(season_length..)?;
    let misses = later.iter().zip(values).map(|(now, before)| (now - before).abs());
    super::mean(misses.filter(|miss| miss.is_finite())).filter(|&scale| scale > 0.0)
}

/// `sqrt(mean (actual - forecast)²)` over `(actual, forecast)` pairs; `None` for no pairs.
pub fn root_mean_squared_error(pairs: &[(f64, f64)]) -> Option<f64> {
    let misses = || pairs.iter().map(|(actual, forecast)| (actual - forecast).abs());
    // Squares of numbers of another size leave the range of f64: they are taken in units of the largest.
    let largest = misses().fold(0.0, f64::max);
    let scale = if USUAL.contains(&largest) || largest == 0.0 { 1.0 } else { largest };
    super::mean(misses().map(|miss| (miss / scale).powi(2))).map(|mean| mean.sqrt() * scale)
}

/// Misses whose squares are no larger and no smaller than numbers can be.
const USUAL: std::ops::Range<f64> = 1e-150..1e150;

/// `mean 200 |actual - forecast| / (|actual| + |forecast|)`; a pair of two zeros counts as no error.
/// `None` for no pairs.
pub fn symmetric_mean_absolute_percentage_error(pairs: &[(f64, f64)]) -> Option<f64> {
    super::mean(pairs.iter().map(|(actual, forecast)| {
        let size = actual.abs() + forecast.abs();
        if size > LARGEST {
            // The same in units of which both numbers are few.
            let [actual, forecast] = [actual, forecast].map(|value| value / 4.0);
            return 200.0 * ((actual - forecast).abs() / (actual.abs() + forecast.abs()));
        }
        if size > 0.0 { 200.0 * (actual - forecast).abs() / size } else { 0.0 }
    }))
}

/// Sizes from which the products above may leave the range of numbers.
const LARGEST: f64 = 1e300;

/// How one level's intervals did over the held-out rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IntervalScore {
    /// Share of values that the intervals should hold, 0 to 1.
    pub level: f64,
    /// Share of the actual values that they held, 0 to 1.
    pub coverage: f64,
    /// Mean interval score, in the series' units: width, and for each value outside
    /// `2 / (1 - level)` times its distance. Lower is better.
    pub score: f64,
}

impl IntervalScore {
    /// Scores the intervals of one level; rows whose actual value is missing (NaN) are passed over.
    /// `None` where no row is left, or the score is too large for a number.
    pub fn of(interval: &Interval, actual: &[f64]) -> Option<Self> {
        let bounds = interval.lower.iter().zip(&interval.upper);
        let rows = || {
            let rows = actual.iter().zip(bounds.clone());
            rows.filter(|(actual, _)| actual.is_finite()).map(|(&a, (&low, &up))| (a, low, up))
        };
        let penalty = 2.0 / (1.0 - interval.level);
        let score = |(actual, lower, upper): (f64, f64, f64)| {
            let outside = (lower - actual).max(0.0) + (actual - upper).max(0.0);
            upper - lower + penalty * outside
        };
        let holds = |(actual, lower, upper): (f64, f64, f64)| {
            f64::from(u8::from((lower..=upper).contains(&actual)))
        };
        Some(Self {
            level: interval.level,
            coverage: mean(rows().map(holds))?,
            score: mean(rows().map(score)).filter(|score| score.is_finite())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(f64, f64); 3] = [(100.0, 110.0), (200.0, 180.0), (0.0, 0.0)];

    #[test]
    fn the_four_errors_by_hand() {
        // Worked by hand: misses 10, 20, 0; seasonal naive (season 2) misses 10, 30 in the sample.
        let metrics = Metrics::score(PAIRS, &[10.0, 20.0, 20.0, 50.0], 2).unwrap();
        assert!((metrics.mae - 10.0).abs() < 1e-12);
        assert!((metrics.rmse - (500.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let smape = (200.0 * 10.0 / 210.0 + 200.0 * 20.0 / 380.0) / 3.0;
        assert!((metrics.smape - smape).abs() < 1e-12);
        assert!((metrics.mase.unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn errors_read_back_to_the_last_bit() {
        // Found in a kept run, whose JSON was read one bit off.
        let metrics = Metrics {
            mae: 36.844_418_200_033_324,
            rmse: 95.468_196_260_255_81,
            smape: 0.0,
            mase: None,
        };
        let text = serde_json::to_string(&metrics).unwrap();
        assert_eq!(serde_json::from_str::<Metrics>(&text).unwrap(), metrics);
    }

    #[test]
    fn an_error_that_is_no_number_reads_back_as_none() {
        let metrics = Metrics { mae: 1.5, rmse: f64::INFINITY, smape: f64::NAN, mase: None };
        let text = serde_json::to_string(&metrics).unwrap();
        let back: Metrics = serde_json::from_str(&text).unwrap();
        assert!(back.rmse.is_nan() && back.smape.is_nan() && back.mae == 1.5, "{text}");
    }

    #[test]
    fn errors_of_values_at_the_end_of_the_range_are_numbers_or_absent() {
        let metrics = Metrics::score([(1e308, 1.7e308), (1.7e308, 2.0)], &[1.0, 1e308, 3.0], 1);
        let metrics = metrics.unwrap();
        assert!((metrics.mae / 1.2e308 - 1.0).abs() < 1e-12, "{metrics:?}");
        let expected = 0.7_f64.hypot(1.7) / 2.0_f64.sqrt() * 1e308;
        assert!((metrics.rmse / expected - 1.0).abs() < 1e-12, "{metrics:?}");
        let smape = f64::midpoint(200.0 * 0.7 / 2.7, 200.0);
        assert!((metrics.smape - smape).abs() < 1e-9, "{metrics:?}");
        assert!((metrics.mase.unwrap() - 1.2).abs() < 1e-9, "{metrics:?}");
        assert_eq!(Metrics::score([(1.7e308, -1.7e308)], &[1.0], 1), None);
        let tiny = Metrics::score([(0.0, 3e-300), (0.0, -4e-300)], &[1.0, 2.0], 1).unwrap();
        assert!((tiny.rmse / (12.5_f64.sqrt() * 1e-300) - 1.0).abs() < 1e-12, "{tiny:?}");
    }

    #[test]
    fn missing_actuals_are_passed_over() {
        let with_missing = [(f64::NAN, 5.0), (100.0, 110.0), (200.0, 180.0), (0.0, 0.0)];
        let sample = [1.0, 2.0, 4.0];
        assert_eq!(Metrics::score(with_missing, &sample, 1), Metrics::score(PAIRS, &sample, 1));
        assert_eq!(Metrics::score([(f64::NAN, 5.0)], &sample, 1), None);
    }

    #[test]
    fn a_sample_that_repeats_exactly_has_no_scale() {
        let metrics = Metrics::score(PAIRS, &[1.0, 2.0, 1.0, 2.0], 2).unwrap();
        assert_eq!(metrics.mase, None);
        assert_eq!(Metrics::score(PAIRS, &[1.0], 12).unwrap().mase, None);
    }

    #[test]
    fn a_value_outside_costs_its_distance_and_the_width_always() {
        let interval =
            Interval { level: 0.8, lower: vec![0.0, 0.0, 0.0], upper: vec![10.0, 10.0, 10.0] };
        let score = IntervalScore::of(&interval, &[5.0, 12.0, f64::NAN]).unwrap();
        assert!((score.coverage - 0.5).abs() < 1e-12);
        // Widths of 10, and 2 / 0.2 times a distance of 2 for one of two.
        assert!((score.score - 20.0).abs() < 1e-9);
        assert_eq!(IntervalScore::of(&interval, &[f64::NAN]), None);
    }
}
