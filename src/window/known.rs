//! Numbers that are known of rows before they come, beside the values: time features of the rows
//! of a series, and of rows past its end.
//!
//! Not for values, which only the past of an origin may show.

use std::ops::Range;

use crate::transform::TimeFeatures;

/// Known numbers of consecutive rows; `width` may be 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownInputs {
    width: usize,
    /// `[rows, width]`, row-major.
    values: Vec<f32>,
}

impl KnownInputs {
    /// The time features of `rows` of a series.
    pub fn of_rows(features: &TimeFeatures, rows: Range<usize>) -> Self {
        let mut values = Vec::with_capacity(rows.len() * features.width());
        if features.width() > 0 {
            rows.for_each(|row| values.extend(features.row(row).map(narrow)));
        }
        Self { width: features.width(), values }
    }

    /// Numbers a row.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows; 0 where nothing is known of any.
    pub const fn len(&self) -> usize {
        match self.values.len().checked_div(self.width) {
            Some(rows) => rows,
            None => 0,
        }
    }

    /// Whether nothing is known of any row.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// `[rows, width]` of the given rows, counted from the first of these.
    pub fn rows(&self, rows: Range<usize>) -> &[f32] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "networks compute in f32; these are -1 to 1")]
const fn narrow(value: f64) -> f32 {
    value as f32
}
