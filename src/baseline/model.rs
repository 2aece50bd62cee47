//! What every baseline gives back once it is fitted: forecasts with intervals, fitted values, and
//! how well it fits.
//!
//! Not for choosing among models, nor for dates (`forecast`).

use std::fmt;

use crate::series::number::compact;

/// A baseline that has been fitted to a history.
pub trait FittedBaseline: Send + Sync {
    /// The model in a line, with the orders and signs of its book: `ARIMA(2,1,1)(0,1,1)[12] with
    /// drift`.
    fn description(&self) -> String;

    /// Forecasts the `horizon` values after the history, with an interval for each of `levels` (0 to
    /// 1), in their order.
    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction;

    /// What it would have said of the history itself.
    fn in_sample(&self) -> &InSampleForecast;

    /// One-step forecasts of the history itself, one a row; NaN where there is none.
    fn fitted(&self) -> &[f64] {
        &self.in_sample().fitted
    }

    /// What the one-step forecasts missed by, in the model's own scale (that of its innovations);
    /// NaN where there is none.
    fn residuals(&self) -> &[f64] {
        &self.in_sample().residuals
    }

    /// How well it fits; `None` for rules, which have no likelihood.
    fn criteria(&self) -> Option<Criteria> {
        None
    }

    /// Numbers estimated from the history; 0 for rules.
    fn parameters(&self) -> usize {
        0
    }

    /// Those of them that tell how rows depend on rows before: the degrees of freedom that a test
    /// of the residuals' correlations loses.
    fn correlation_parameters(&self) -> usize {
        0
    }
}

/// Point forecasts and what surrounds them.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselinePrediction {
    /// One value a row ahead.
    pub mean: Vec<f64>,
    /// One interval a level asked for.
    pub intervals: Vec<Interval>,
}

/// A central prediction interval over the rows of a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Share of futures that it should hold, 0 to 1.
    pub level: f64,
    /// Lower bound, one a row.
    pub lower: Vec<f64>,
    /// Upper bound, one a row.
    pub upper: Vec<f64>,
}

/// The likelihood of a fit and what is made of it (Hyndman and Athanasopoulos 2021, section 7.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// Log-likelihood at the estimates.
    pub log_likelihood: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Akaike's criterion corrected for short histories; infinite where they are too short.
    pub aicc: f64,
    /// Schwarz's criterion.
    pub bic: f64,
}

impl Criteria {
    /// The criteria of a fit with this many `parameters` (the variance counted) to `rows` values.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn new(log_likelihood: f64, parameters: usize, rows: usize) -> Self {
        let (k, n) = (parameters as f64, rows as f64);
        let aic = 2.0 * k - 2.0 * log_likelihood;
        let room = n - k - 1.0;
        let aicc = if room > 0.0 { aic + 2.0 * k * (k + 1.0) / room } else { f64::INFINITY };
        Self { log_likelihood, aic, aicc, bic: k * n.ln() - 2.0 * log_likelihood }
    }
}

/// Why a baseline could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// The history holds no value.
    #[error(
        "{model} has no known value in the {rows} rows before the forecast; use a shorter test part \
         or a series with values there"
    )]
    NoValues {
        /// Name of the model.
        model: String,
        /// Rows before the origin.
        rows: usize,
    },
    /// The settings of the model do not suit the history.
    #[error("{model} cannot be fitted to {rows} rows: {found}; {fix}")]
    Unsuitable {
        /// Name of the model.
        model: String,
        /// Rows before the origin.
        rows: usize,
        /// What stands in the way.
        found: String,
        /// What to do.
        fix: String,
    },
}

impl BaselineError {
    /// The same of a model by the name it was asked for by; families name themselves in their own way.
    #[must_use]
    pub(super) fn named(self, name: String) -> Self {
        match self {
            Self::NoValues { rows, .. } => Self::NoValues { model: name, rows },
            Self::Unsuitable { rows, found, fix, .. } => {
                Self::Unsuitable { model: name, rows, found, fix }
            }
        }
    }
}

/// One-step forecasts of the history and what they missed by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InSampleForecast {
    /// One a row; NaN where there is none.
    pub fitted: Vec<f64>,
    /// What they missed by, one a row: value less forecast, but for a model in the scale of its
    /// innovations. NaN where there is none.
    pub residuals: Vec<f64>,
}

impl InSampleForecast {
    /// Compares one-step forecasts with the history they are of.
    pub(super) fn new(history: &[f64], fitted: Vec<f64>) -> Self {
        let residuals = history.iter().zip(&fitted).map(|(value, said)| value - said).collect();
        Self::with_residuals(fitted, residuals)
    }

    /// One-step forecasts with what they missed by in the model's own scale. What lies beyond the range
    /// of numbers is none.
    pub(super) fn with_residuals(mut fitted: Vec<f64>, mut residuals: Vec<f64>) -> Self {
        for value in fitted.iter_mut().chain(&mut residuals) {
            if value.is_infinite() {
                *value = f64::NAN;
            }
        }
        Self { fitted, residuals }
    }
}

/// The known values of a history with their rows.
pub(super) fn known(history: &[f64]) -> impl DoubleEndedIterator<Item = (usize, f64)> + Clone {
    history.iter().copied().enumerate().filter(|(_, value)| value.is_finite())
}

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
    fn criteria_weigh_parameters_against_rows() {
        let criteria = Criteria::new(-10.0, 2, 20);
        assert_eq!((criteria.aic, criteria.bic), (24.0, 2.0 * 20f64.ln() + 20.0));
        assert!((criteria.aicc - (24.0 + 12.0 / 17.0)).abs() < 1e-12);
        assert_eq!(Criteria::new(-10.0, 2, 3).aicc, f64::INFINITY);
    }
}

#[cfg(test)]
mod sizes_tests {
    use super::*;

    #[test]
    fn the_largest_value_is_named_by_its_row() {
        let sizes = Sizes::of(&[3.0, f64::NAN, -1e200, 0.0, 2e-5, f64::INFINITY]);
        let said = "values from 2.000e-5 to 1.000e200 in size, the largest in row 3";
        assert_eq!(sizes.to_string(), said);
    }
}
