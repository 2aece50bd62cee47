//! A series and a panel of series: the nouns every room speaks.

use std::sync::Arc;

use super::axis::TimeAxis;

/// Evenly spaced values of one quantity. A missing row is a slot whose value is NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The column's name, or the series' id.
    pub name: String,
    /// Row number to date.
    pub axis: TimeAxis,
    /// One value a slot in the column's own units; NaN where the file has none. Never infinite.
    pub values: Arc<[f64]>,
}

impl Series {
    /// A series from its parts.
    pub fn new(name: impl Into<String>, axis: TimeAxis, values: impl Into<Arc<[f64]>>) -> Self {
        Self { name: name.into(), axis, values: values.into() }
    }

    /// Number of slots, missing ones included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no slot at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Number of slots without a value.
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_nan()).count()
    }

    /// Rows in one season, at least 1: by the calendar where rows stand on dates, else the period
    /// that the values themselves repeat by.
    pub fn season_length(&self) -> usize {
        match &self.axis {
            TimeAxis::Calendar(axis) => axis.frequency.season_length(),
            TimeAxis::Position(_) => super::season::season_length_from_values(&self.values),
        }
    }

    /// First and last row as ISO 8601 text, or `None` for an empty series.
    pub fn span(&self) -> Option<(String, String)> {
        let last = self.len().checked_sub(1)?;
        Some((self.axis.iso(0), self.axis.iso(last)))
    }
}

/// Series read from one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// The series, in the file's column order.
    pub series: Vec<Series>,
}

impl Panel {
    /// The series of that name, if any.
    pub fn get(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.name == name)
    }

    /// The names of all series, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|series| series.name.as_str())
    }
}
