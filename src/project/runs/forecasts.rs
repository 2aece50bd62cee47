//! The forecasts of a run in its `forecasts.json`.

use serde::{Deserialize, Serialize};

use crate::evaluate::ModelReport;
use crate::forecast::Forecast;
use crate::series::stored::nans_where_null;

/// What a run forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredForecasts {
    /// Over the held-out rows.
    pub holdout: StoredForecast,
    /// After the last row.
    pub future: StoredForecast,
    /// Whether the future is forecast by networks trained once more on all rows; older runs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refitted: Option<bool>,
}

/// One forecast: a time and a value a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredForecast {
    /// Row of the first value.
    pub first_row: usize,
    /// ISO 8601, or positions.
    pub times: Vec<String>,
    /// In the series' units.
    #[serde(deserialize_with = "nans_where_null")]
    pub values: Vec<f64>,
    /// Prediction intervals; none where the model gives none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<StoredInterval>,
}

/// The bounds of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredInterval {
    /// Share of futures that it should hold, 0 to 1.
    pub level: f64,
    /// Lower bound, one a row.
    #[serde(deserialize_with = "nans_where_null")]
    pub lower: Vec<f64>,
    /// Upper bound, one a row.
    #[serde(deserialize_with = "nans_where_null")]
    pub upper: Vec<f64>,
}

impl StoredForecasts {
    /// Those of a report.
    pub fn of(report: &ModelReport) -> Self {
        let [holdout, future] = [&report.holdout, &report.future].map(StoredForecast::of);
        Self { holdout, future, refitted: Some(report.refitted) }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Where there is no JSON for it.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

impl StoredForecast {
    fn of(forecast: &Forecast) -> Self {
        let intervals = forecast.intervals.iter().map(|interval| StoredInterval {
            level: interval.level,
            lower: interval.lower.clone(),
            upper: interval.upper.clone(),
        });
        Self {
            first_row: forecast.first_row,
            times: forecast.points().map(|(time, _)| time).collect(),
            values: forecast.values.clone(),
            intervals: intervals.collect(),
        }
    }
}
