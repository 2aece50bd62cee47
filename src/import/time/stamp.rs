//! The times of a column, a stamp a row.

use std::sync::Arc;

/// One cell of a time column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// Microseconds since 1970, or a position.
    At(i64),
    /// The cell is empty.
    Missing,
    /// The cell is no time.
    Unparsable,
}

/// How a missing stamp is packed; no time of the program's calendar and no position is so small.
const MISSING: i64 = i64::MIN;
/// How one that is no time is packed.
const UNPARSABLE: i64 = i64::MIN + 1;

/// The stamps of a column, one a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Stamps {
    packed: Arc<Vec<i64>>,
}

impl Stamp {
    /// The time, where the cell has one.
    pub const fn time(self) -> Option<i64> {
        match self {
            Self::At(time) => Some(time),
            Self::Missing | Self::Unparsable => None,
        }
    }

    /// As kept in `Stamps`.
    pub const fn packed(self) -> i64 {
        match self {
            Self::At(time) => time,
            Self::Missing => MISSING,
            Self::Unparsable => UNPARSABLE,
        }
    }

    const fn unpacked(packed: i64) -> Self {
        match packed {
            MISSING => Self::Missing,
            UNPARSABLE => Self::Unparsable,
            time => Self::At(time),
        }
    }
}

impl Stamps {
    /// From stamps as `Stamp::packed` gives them.
    pub fn of_packed(packed: Vec<i64>) -> Self {
        Self { packed: Arc::new(packed) }
    }

    pub fn len(&self) -> usize {
        self.packed.len()
    }

    /// The stamp of a row.
    pub fn at(&self, row: usize) -> Stamp {
        Stamp::unpacked(self.packed[row])
    }

    pub fn iter(&self) -> impl Iterator<Item = Stamp> + '_ {
        self.packed.iter().map(|&packed| Stamp::unpacked(packed))
    }

    /// Whether every row has a time, later than that of the row before.
    pub fn rise(&self) -> bool {
        self.packed.first().is_none_or(|&first| first > UNPARSABLE)
            && self.packed.is_sorted_by(|one, next| one < next)
    }

    /// The times of a column whose stamps `rise`, without a copy where nobody else has them.
    pub fn into_times(self) -> Vec<i64> {
        Arc::unwrap_or_clone(self.packed)
    }
}

impl FromIterator<Stamp> for Stamps {
    fn from_iter<I: IntoIterator<Item = Stamp>>(stamps: I) -> Self {
        Self::of_packed(stamps.into_iter().map(Stamp::packed).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_unpacked_as_they_were() {
        let stamps = [Stamp::At(-5), Stamp::Missing, Stamp::Unparsable, Stamp::At(0)];
        let kept: Stamps = stamps.into_iter().collect();
        assert_eq!(kept.iter().collect::<Vec<_>>(), stamps);
        assert_eq!((kept.len(), kept.at(2)), (4, Stamp::Unparsable));
    }

    #[test]
    fn only_whole_rising_columns_rise() {
        let rise = |stamps: &[Stamp]| stamps.iter().copied().collect::<Stamps>().rise();
        assert!(rise(&[Stamp::At(-5), Stamp::At(7)]));
        assert!(!rise(&[Stamp::Missing, Stamp::At(7)]));
        assert!(!rise(&[Stamp::Unparsable, Stamp::At(7)]));
        assert!(!rise(&[Stamp::At(7), Stamp::At(7)]));
    }
}
