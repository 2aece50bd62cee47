//! Forecasts beyond the range of numbers are refused, whatever the model.
//!
//! Products, powers and exponentials of values of very different size leave the range of a double.
//! Models avoid that where they can; what is left is found here, where forecasts are handed on, so that
//! no infinity reaches a score, a plot or a file. Not for what a network meets while it learns
//! (`neural`).

use crate::baseline::Sizes;

use super::{ForecastError, Prediction};

/// The first row ahead, from 1, at which one of `paths` (one value a row) has no finite value.
fn first_beyond<'a>(paths: impl Iterator<Item = &'a [f64]>) -> Option<usize> {
    let first = |path: &[f64]| path.iter().position(|value| !value.is_finite());
    paths.filter_map(first).min().map(|row| row + 1)
}

/// Nothing where every value of `paths` is finite.
///
/// # Errors
/// Where one is not; the error names the largest of the values in `history`.
pub(super) fn check<'a>(
    model: &str,
    history: &[f64],
    paths: impl Iterator<Item = &'a [f64]>,
) -> Result<(), ForecastError> {
    let Some(ahead) = first_beyond(paths) else { return Ok(()) };
    let (model, sizes) = (model.to_owned(), Sizes::of(history));
    Err(ForecastError::BeyondNumbers { model, ahead, sizes })
}

impl Prediction {
    /// The same where every forecast and every bound is finite.
    ///
    /// # Errors
    /// As [`check`].
    pub(super) fn finite(self, model: &str, history: &[f64]) -> Result<Self, ForecastError> {
        let bounds = self.intervals.iter().flat_map(|interval| [&interval.lower, &interval.upper]);
        let paths = std::iter::once(&self.mean).chain(&self.members).chain(bounds);
        check(model, history, paths.map(Vec::as_slice))?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::Interval;

    fn prediction(mean: Vec<f64>, upper: Vec<f64>) -> Prediction {
        let interval = Interval { level: 0.8, lower: vec![0.0; upper.len()], upper };
        Prediction { mean, intervals: vec![interval], ..Prediction::default() }
    }

    #[test]
    fn finite_forecasts_pass_and_others_name_the_largest_value() {
        let history = [3.0, f64::NAN, -1e200, 0.0, 2e-5];
        let sound = prediction(vec![1.0, 2.0], vec![2.0, f64::MAX]);
        assert_eq!(sound.clone().finite("tbats", &history).unwrap(), sound);
        let inf = f64::INFINITY;
        for (unsound, ahead) in [
            (prediction(vec![1.0, f64::NAN], vec![2.0, inf]), "2 rows ahead"),
            (prediction(vec![1.0, 2.0], vec![-inf, 3.0]), "1 row ahead"),
        ] {
            let error = unsound.finite("tbats", &history).unwrap_err().to_string();
            for part in ["tbats", ahead, "2.000e-5", "1.000e200", "row 3", "mask"] {
                assert!(error.contains(part), "{part}: {error}");
            }
        }
        assert!(prediction(vec![f64::NAN], vec![1.0]).finite("naive", &[]).is_err());
    }
}
