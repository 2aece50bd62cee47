//! The four errors of the scorecard, together.

use serde::{Deserialize, Serialize};

use super::mae::mean_absolute_error;
use super::mase::mean_absolute_scaled_error;
use super::rmse::root_mean_squared_error;
use super::smape::symmetric_mean_absolute_percentage_error;
use crate::series::stored::nan_where_null;

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
}
