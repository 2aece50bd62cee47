//! A forecast: values on real dates.

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
        }
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
