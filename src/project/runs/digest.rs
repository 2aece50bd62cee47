//! Digests of what a run was made from: files and series.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::series::Series;
use crate::stats::Digest;

/// Bytes of a file read at once.
const PIECE: usize = 1 << 20;

impl Digest {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;

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
