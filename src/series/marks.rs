//! What is special about single slots of a series: for pictures, tables and accounts.
//!
//! Not for changing a value: marks point at slots and leave them as they are.

use std::ops::Range;

use super::gaps::gaps;

/// Slots that a plot draws differently from the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Runs of slots without a value.
    pub missing: Vec<Range<usize>>,
    /// Slots for which the file has more than one row, rising.
    pub repeated: Vec<usize>,
    /// Runs of slots, missing ones among them, that networks are shown a filled-in value of.
    pub imputed: Vec<Range<usize>>,
    /// Slots whose values lie far from what trend and season explain, rising.
    pub outliers: Vec<usize>,
}

impl Marks {
    /// The marks that the values themselves tell.
    pub fn of_values(values: &[f64]) -> Self {
        Self { missing: gaps(values), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_without_a_value_are_found_whole() {
        let nan = f64::NAN;
        let marks = Marks::of_values(&[nan, 1.0, nan, nan, 2.0, nan]);
        assert_eq!(marks.missing, [0..1, 2..4, 5..6]);
        assert!(Marks::of_values(&[]).missing.is_empty());
    }
}
