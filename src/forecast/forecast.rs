//! A forecast: values on real dates.

use crate::baseline::Interval;
use crate::series::{Series, TimeAxis};

/// Values that one model gives to a run of rows, past the data or over rows that were held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Name of the series.
    pub series: String,
    /// Name of the model.
    pub model: String,
    /// The series' axis, which dates rows past the data too.
    pub axis: TimeAxis,
    /// Row of the first value; the origin is the row before it.
    pub first_row: usize,
    /// One value a row, in the series' units.
    pub values: Vec<f64>,
    /// Prediction intervals over the same rows, one a level; none where the model gives none.
    pub intervals: Vec<Interval>,
}

impl Forecast {
    /// A forecast of `series` that begins at `first_row`.
    pub fn new(series: &Series, model: &str, first_row: usize, values: Vec<f64>) -> Self {
        Self {
            series: series.name.clone(),
            model: model.to_owned(),
            axis: series.axis.clone(),
            first_row,
            values,
            intervals: Vec::new(),
        }
    }

    /// The same forecast with intervals over its rows.
    #[must_use]
    pub fn with_intervals(self, intervals: Vec<Interval>) -> Self {
        Self { intervals, ..self }
    }

    /// The bounds of one level, one a row; `None` where the model gives none of that level.
    pub fn interval(&self, level: f64) -> Option<&Interval> {
        self.intervals.iter().find(|interval| (interval.level - level).abs() < 1e-9)
    }

    /// Rows and values, in time order.
    pub fn rows(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.values.iter().enumerate().map(|(ahead, &value)| (self.first_row + ahead, value))
    }

    /// ISO 8601 times (or positions) and values, in time order.
    pub fn points(&self) -> impl Iterator<Item = (String, f64)> + '_ {
        self.rows().map(|(row, value)| (self.axis.iso(row), value))
    }
}
