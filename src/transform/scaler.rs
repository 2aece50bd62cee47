//! One linear map to the network's scale and back: `(x - offset) / scale`.
//!
//! In f64 throughout, so that the inverse loses nothing a forecast could show. Not for choosing
//! the rows it is fitted on: the caller passes the training part.

use super::Scaling;
use crate::stats::quantile_of_sorted;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaler {
    offset: f64,
    scale: f64,
}

impl Scaler {
    pub const fn identity() -> Self {
        Self { offset: 0.0, scale: 1.0 }
    }

    /// Fits to `training` values in the series' units; NaN (missing) is ignored. A constant series
    /// gets scale 1, so that the inverse stays exact; no value at all gives the identity.
    pub fn fit(scaling: Scaling, training: &[f64]) -> Self {
        let identity = Self::identity();
        let fitted = match scaling {
            Scaling::None => return identity,
            Scaling::Standard => standard(training),
            Scaling::MinMax => min_max(training),
            Scaling::Robust => robust(training),
        };
        match fitted {
            Some((offset, scale)) if offset.is_finite() => {
                let usable = scale.is_finite() && scale > 0.0;
                Self { offset, scale: if usable { scale } else { 1.0 } }
            }
            _ => identity,
        }
    }

    /// From the series' units to the network's. NaN stays NaN.
    pub fn apply(&self, value: f64) -> f64 {
        (value - self.offset) / self.scale
    }

    /// From the network's units to the series'.
    pub fn inverse(&self, scaled: f64) -> f64 {
        scaled * self.scale + self.offset
    }

    /// Series units in one unit of the network: what an error is multiplied by to be in the units of the series.
    pub const fn scale(&self) -> f64 {
        self.scale
    }
}

/// Mean and standard deviation (divisor n, as scikit-learn's `StandardScaler`), in two passes.
fn standard(values: &[f64]) -> Option<(f64, f64)> {
    let known = || values.iter().copied().filter(|value| !value.is_nan());
    let count = known().fold(0.0, |count, _| count + 1.0);
    if count == 0.0 {
        return None;
    }
    let mean = known().sum::<f64>() / count;
    let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    // Rounding leaves a spread of a few ulp on a constant series; that is no scale.
    let deviation = variance.sqrt();
    Some((mean, if deviation > mean.abs() * 1e-14 { deviation } else { 0.0 }))
}

fn min_max(values: &[f64]) -> Option<(f64, f64)> {
    let known = || values.iter().copied().filter(|value| !value.is_nan());
    let low = known().reduce(f64::min)?;
    let high = known().reduce(f64::max)?;
    Some((low, high - low))
}

/// Median and distance between the quartiles, as scikit-learn's `RobustScaler`.
fn robust(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let quartile = |share: f64| quantile_of_sorted(&sorted, share);
    (!sorted.is_empty()).then(|| (quartile(0.5), quartile(0.75) - quartile(0.25)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Scaling; 4] = [Scaling::Standard, Scaling::MinMax, Scaling::Robust, Scaling::None];

    #[test]
    fn known_values_and_missing_ones() {
        let values = [2.0, f64::NAN, 4.0, 6.0];
        let standard = Scaler::fit(Scaling::Standard, &values);
        assert!((standard.scale() - (8.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!(standard.apply(4.0).abs() < 1e-15);
        assert!(standard.apply(f64::NAN).is_nan());
        let min_max = Scaler::fit(Scaling::MinMax, &values);
        assert_eq!((min_max.apply(2.0), min_max.apply(6.0)), (0.0, 1.0));
        assert_eq!(Scaler::fit(Scaling::None, &values).apply(5.0), 5.0);
        let robust = Scaler::fit(Scaling::Robust, &[7.0, f64::NAN, 1.0, 2.0, 1e9]);
        // numpy.percentile([7, 1, 2, 1e9], [25, 50, 75]) == [1.75, 4.5, 250000005.25]
        assert_eq!((robust.apply(4.5), robust.scale()), (0.0, 250_000_003.5));
    }

    #[test]
    fn a_constant_or_empty_series_keeps_its_scale() {
        for scaling in ALL {
            for values in [&[0.1; 7][..], &[][..], &[f64::NAN][..]] {
                let scaler = Scaler::fit(scaling, values);
                assert_eq!(scaler.scale(), 1.0, "{scaling:?} {values:?}");
            }
        }
    }

    proptest! {
        /// Two roundings on the way out and two back: a few ulp of the largest number involved.
        #[test]
        fn the_inverse_undoes_the_map(
            values in prop::collection::vec(-1e9_f64..1e9, 1..50),
            x in -1e9_f64..1e9,
        ) {
            for scaling in ALL {
                let scaler = Scaler::fit(scaling, &values);
                let back = scaler.inverse(scaler.apply(x));
                prop_assert!((back - x).abs() <= 1e-14 * 4e9, "{scaling:?}: {x} came back as {back}");
            }
        }
    }
}
