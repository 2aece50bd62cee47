//! A series and a panel of series: the nouns every room speaks.

use std::sync::Arc;

use super::axis::TimeAxis;
use super::found_seasons::{FoundSeason, found_seasons, main_season};
use super::unscored::{default_horizon, unscored_rows};

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

    /// Rows in one season, at least 1: by the calendar where rows stand on dates, of its cycles the one
    /// that the values keep (`found_seasons`); else the period that the values themselves repeat by. The
    /// last fifth of them is not looked at, because models are scored there.
    pub fn season_length(&self) -> usize {
        self.season_length_before(self.len())
    }

    /// As [`Series::season_length`], looking at no value at or after `row` either.
    pub fn season_length_before(&self, row: usize) -> usize {
        let seen = self.unscored_before(row);
        match &self.axis {
            TimeAxis::Calendar(axis) => main_season(&self.axis, seen, axis.season_length()),
            TimeAxis::Position(_) => super::season::season_length_from_values(seen),
        }
    }

    /// The seasons that the calendar suggests and one that the values show, and how strongly the values before `row` and those that
    /// are not scored keep them, the shortest first.
    pub fn found_seasons_before(&self, row: usize) -> Vec<FoundSeason> {
        found_seasons(&self.axis, self.unscored_before(row))
    }

    /// The values before `row` that are not scored by default.
    pub fn unscored_before(&self, row: usize) -> &[f64] {
        &self.values[..row.min(unscored_rows(self.len()))]
    }

    /// Rows that are forecast, and held out for scores, where nothing else is set.
    pub fn default_horizon(&self) -> usize {
        default_horizon(&self.axis, self.season_length(), self.len())
    }

    /// So many rows at its end, where they are more than what is held out anyway.
    pub fn long_hold_out(&self, rows: Option<usize>) -> Option<usize> {
        rows.filter(|&rows| rows > self.default_horizon())
    }

    /// The first `rows` rows alone.
    #[must_use]
    pub fn first(&self, rows: usize) -> Self {
        let values = self.values[..rows.min(self.len())].into();
        Self { values, ..self.clone() }
    }

    /// A number that two series share when they hold the same values to the bit, missing ones
    /// included, on the same dates under the same name: FNV-1a (Fowler, Noll and Vo) byte by byte, for
    /// by whole words two flipped signs would cancel out.
    pub fn fingerprint(&self) -> u64 {
        let mix =
            |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let (first, last) = self.span().unwrap_or_default();
        let words = [self.name.as_str(), &self.axis.step_label(), &first, &last];
        let words = words.into_iter().flat_map(|text| text.bytes().chain([0]));
        let values = self.values.iter().flat_map(|value| value.to_le_bytes());
        words.chain(values).fold(0xcbf2_9ce4_8422_2325, mix)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_series_apart_and_knows_missing_values_again() {
        let series =
            |name: &str, values: &[f64]| Series::new(name, TimeAxis::row_numbers(), values);
        let with_gap = series("y", &[1.0, f64::NAN]).fingerprint();
        assert_eq!(with_gap, series("y", &[1.0, f64::NAN]).fingerprint());
        assert_ne!(with_gap, series("y", &[1.0, 2.0]).fingerprint());
        assert_ne!(with_gap, series("z", &[1.0, f64::NAN]).fingerprint());
        let signs = [[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]];
        let all = signs.map(|values| series("y", &values).fingerprint());
        assert!((1..4).all(|place| !all[..place].contains(&all[place])), "{all:?}");
    }
}
