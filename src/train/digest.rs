//! Digests that tell whether data are those a run was made from.
//!
//! FNV-1a on 128 bits (Fowler, Noll, Vo and Eastlake). It finds data that changed, not data that were
//! forged.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::series::Series;

/// Offset basis of the 128-bit form.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
/// Its prime, 2^88 + 2^8 + 0x3b.
const PRIME: u128 = (1 << 88) + 0x13b;
/// Bytes of a file read at once.
const PIECE: usize = 1 << 20;

/// The digest of some bytes, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u128);

impl Digest {
    const EMPTY: Self = Self(BASIS);

    /// The digest of these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::EMPTY.then(bytes)
    }

    /// The digest of a file's bytes, read piece by piece.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of_file(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut piece = vec![0; PIECE];
        let mut digest = Self::EMPTY;
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(digest),
                read => digest = digest.then(&piece[..read]),
            }
        }
    }

    /// The digest of what models see of a series: name, times and values, missing ones included.
    pub fn of_series(series: &Series) -> Self {
        let (first, last) = series.span().unwrap_or_default();
        let words = [series.name.as_str(), &series.axis.step_label(), &first, &last];
        let named = words
            .into_iter()
            .fold(Self::EMPTY, |digest, word| digest.then(word.as_bytes()).then(&[0]));
        series.values.iter().fold(named, |digest, value| digest.then(&value.to_le_bytes()))
    }

    /// The digest of the bytes so far and these after them.
    #[must_use]
    pub fn then(self, bytes: &[u8]) -> Self {
        let mixed = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        Self(bytes.iter().fold(self.0, mixed))
    }

    /// The first digits, for names.
    pub fn short(self) -> String {
        self.to_string()[..6].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;

    #[test]
    fn digests_are_the_published_ones() {
        let known = [
            ("", "6c62272e07bb014262b821756295c58d"),
            ("a", "d228cb696f1a8caf78912b704e4a8964"),
            ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
        ];
        for (text, digest) in known {
            assert_eq!(Digest::of_bytes(text.as_bytes()).to_string(), digest);
            assert_eq!(digest.parse(), Ok(Digest::of_bytes(text.as_bytes())));
        }
    }

    #[test]
    fn a_file_has_the_digest_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let bytes = b"tide ".repeat(PIECE / 4);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Digest::of_file(&path).unwrap(), Digest::of_bytes(&bytes));
    }

    #[test]
    fn a_series_that_differs_in_anything_has_another_digest() {
        let series = |name: &str, values: &[f64]| {
            Digest::of_series(&Series::new(name, TimeAxis::row_numbers(), values))
        };
        let own = series("y", &[1.0, 2.0, f64::NAN]);
        assert_eq!(own, series("y", &[1.0, 2.0, f64::NAN]));
        // Signs alone too, in two rows at once: the top bits of words are not to cancel out.
        for values in [[1.0, 2.0, 0.0], [-1.0, -2.0, f64::NAN], [2.0, 1.0, f64::NAN]] {
            assert_ne!(own, series("y", &values), "{values:?}");
        }
        assert_ne!(own, series("x", &[1.0, 2.0, f64::NAN]));
    }
}
