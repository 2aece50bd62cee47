//! What a message says of a history whose values are too large, or too different, to compute with.

use std::fmt;

use super::hindsight::known;
use crate::series::number::compact;

/// The sizes of the known values of a history, zeros left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sizes {
    /// The smallest size.
    pub smallest: f64,
    /// The largest size.
    pub largest: f64,
    /// Row of the largest one, from 1 at the start of the history.
    pub row: usize,
}

impl Sizes {
    /// What to do about values too large to compute with.
    pub const FIX: &str = "mask that value if it is no measurement, or else divide the column by a \
                            power of ten";

    /// The sizes of `history`, NaN where missing.
    pub fn of(history: &[f64]) -> Self {
        let mut sizes = Self { smallest: f64::INFINITY, ..Self::default() };
        for (row, size) in known(history).map(|(row, value)| (row, value.abs())) {
            if size > sizes.largest {
                (sizes.largest, sizes.row) = (size, row + 1);
            }
            if size > 0.0 {
                sizes.smallest = sizes.smallest.min(size);
            }
        }
        sizes
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (smallest, largest) = (compact(self.smallest), compact(self.largest));
        write!(f, "values from {smallest} to {largest} in size, the largest in row {}", self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_is_named_by_its_row() {
        let sizes = Sizes::of(&[3.0, f64::NAN, -1e200, 0.0, 2e-5, f64::INFINITY]);
        let said = "values from 2.000e-5 to 1.000e200 in size, the largest in row 3";
        assert_eq!(sizes.to_string(), said);
    }
}
