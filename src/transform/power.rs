//! The fitted power: log1p or Box-Cox, and its inverse.
//!
//! Box and Cox (1964), "An analysis of transformations", with values divided by their geometric
//! mean first (their section 3), so that the transform does not depend on the unit. What comes back
//! is the median of a forecast, not its mean. Not for estimating the exponent.

use super::{Power, TransformError};
use crate::stats::box_cox::{box_cox, inverse_log};
use crate::stats::{guerrero_lambda, likeliest_lambda};

/// A fitted bend; increasing everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FittedPower {
    /// Values as they are.
    Identity,
    /// `ln(1 + x + shift)`
    Log1p {
        /// Added to values, in the series' units.
        shift: f64,
    },
    /// `(((x + shift) / unit)^lambda - 1) / lambda`
    BoxCox {
        /// Added to values, in the series' units.
        shift: f64,
        /// Geometric mean of the shifted training values.
        unit: f64,
        /// The exponent, 0 to 2.
        lambda: f64,
    },
}

impl FittedPower {
    /// Fits to `training` values in the series' units, NaN where missing.
    ///
    /// A negative exponent is raised to 0: with one, a forecast only a little above the largest
    /// transformed value has no number to come back to.
    ///
    /// # Errors
    /// Where a value is outside the domain, see [`check_domain`].
    pub fn fit(
        power: Power,
        shift: f64,
        training: &[f64],
        season_length: usize,
    ) -> Result<Self, TransformError> {
        check_domain(power, shift, training)?;
        let shifted = || training.iter().map(|value| value + shift).collect::<Vec<_>>();
        let lambda = match power {
            Power::None => return Ok(Self::Identity),
            Power::Log1p => return Ok(Self::Log1p { shift }),
            Power::BoxCoxGuerrero => guerrero_lambda(&shifted(), season_length),
            Power::BoxCoxLikelihood => likeliest_lambda(&shifted()),
        };
        // With an exponent of 1 values keep their proportions.
        Ok(Self::BoxCox {
            shift,
            unit: geometric_mean(&shifted()).unwrap_or(1.0),
            lambda: lambda.unwrap_or(1.0).max(0.0),
        })
    }

    /// From the series' units; NaN where missing or outside the domain.
    pub fn apply(&self, value: f64) -> f64 {
        match *self {
            Self::Identity => value,
            // The logarithm of a negative number is NaN, that of zero is not.
            Self::Log1p { shift } => finite((value + shift).ln_1p()),
            Self::BoxCox { shift, unit, lambda } => {
                let log = finite(((value + shift) / unit).ln());
                box_cox(log, lambda)
            }
        }
    }

    /// Back to the series' units. Below the smallest transformed value there is, the smallest
    /// value of the domain comes back.
    pub fn inverse(&self, bent: f64) -> f64 {
        match *self {
            Self::Identity => bent,
            Self::Log1p { shift } => bent.exp_m1() - shift,
            Self::BoxCox { shift, unit, lambda } => {
                // A missing value is not to become a number.
                if bent.is_nan() { bent } else { inverse_log(bent, lambda).exp() * unit - shift }
            }
        }
    }

    /// Series units in one unit of the transform at `value`: the slope of the inverse.
    pub fn slope(&self, value: f64) -> f64 {
        match *self {
            Self::Identity => 1.0,
            Self::Log1p { shift } => 1.0 + value + shift,
            Self::BoxCox { shift, unit, lambda } => {
                unit * ((value + shift) / unit).powf(1.0 - lambda)
            }
        }
    }
}

/// Whether every known value has a place in the domain of `power` once `shift` is added.
///
/// # Errors
/// How many have none, the smallest of them, and a shift that fixes it.
pub fn check_domain(power: Power, shift: f64, values: &[f64]) -> Result<(), TransformError> {
    if power == Power::None {
        return Ok(());
    }
    if !shift.is_finite() {
        return Err(TransformError::Shift { shift });
    }
    let limit = power.limit();
    let outside = || values.iter().map(|value| value + shift).filter(|&value| value <= limit);
    let Some(smallest) = outside().reduce(f64::min) else { return Ok(()) };
    Err(TransformError::OutOfDomain {
        name: power.name(),
        limit,
        count: outside().count(),
        smallest,
        shift,
        // The smallest value lands one above the limit: 0 for log1p, 1 for Box-Cox.
        fix: (shift + limit + 1.0 - smallest).ceil(),
    })
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// Geometric mean of the known values.
fn geometric_mean(values: &[f64]) -> Option<f64> {
    let (count, sum) = values
        .iter()
        .filter(|value| !value.is_nan())
        .fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value.ln()));
    Some((sum / count).exp()).filter(|mean| mean.is_finite() && *mean > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let log = FittedPower::fit(Power::Log1p, 0.0, &[0.0, 5.0], 1).unwrap();
        assert_eq!((log.apply(0.0), log.inverse(0.0)), (0.0, 0.0));
        assert!((log.apply(1.0) - std::f64::consts::LN_2).abs() < 1e-16);
        let square_root = FittedPower::BoxCox { shift: 0.0, unit: 4.0, lambda: 0.5 };
        // (sqrt(16 / 4) - 1) / 0.5
        assert!((square_root.apply(16.0) - 2.0).abs() < 1e-15);
        assert!((square_root.inverse(2.0) - 16.0).abs() < 1e-14);
        // 16 * d(2 sqrt(x / 4)) / dx = 1 there, so a unit of the transform is worth 8.
        assert!((square_root.slope(16.0) - 8.0).abs() < 1e-14);
        assert_eq!(square_root.inverse(-5.0), 0.0, "below the image");
        for power in [log, square_root, FittedPower::Identity] {
            assert!(power.apply(f64::NAN).is_nan() && power.inverse(f64::NAN).is_nan());
        }
        assert!(log.apply(-1.0).is_nan() && log.apply(-2.0).is_nan());
        assert!(square_root.apply(0.0).is_nan() && square_root.apply(-1.0).is_nan());
    }

    #[test]
    fn values_outside_the_domain_are_counted_and_fixed() {
        let values = [3.0, -1.0, f64::NAN, -2.5, 4.0];
        let error = FittedPower::fit(Power::Log1p, 0.0, &values, 1).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("2 of them") && text.contains("-2.5"), "{text}");
        let TransformError::OutOfDomain { fix, .. } = error else { panic!("{error:?}") };
        assert_eq!(check_domain(Power::Log1p, fix, &values), Ok(()));
        let error = check_domain(Power::BoxCoxGuerrero, 1.0, &values).unwrap_err();
        let TransformError::OutOfDomain { fix, count, .. } = error else { panic!("{error:?}") };
        assert_eq!((fix, count), (4.0, 2));
        assert_eq!(check_domain(Power::BoxCoxLikelihood, fix, &values), Ok(()));
        assert!(check_domain(Power::Log1p, f64::NAN, &values).is_err());
        assert_eq!(check_domain(Power::None, f64::NAN, &values), Ok(()));
    }
}
