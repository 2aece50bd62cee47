//! What every baseline gives back once it is fitted: forecasts with intervals, fitted values, and
//! how well it fits.
//!
//! Not for choosing among models, nor for dates (`forecast`).

use super::hindsight::Hindsight;

/// A baseline that has been fitted to a history.
pub trait FittedBaseline: Send + Sync {
    /// The model in a line, with the orders and signs of its book: `ARIMA(2,1,1)(0,1,1)[12] with
    /// drift`.
    fn description(&self) -> String;

    /// Forecasts the `horizon` values after the history, with an interval for each of `levels` (0 to
    /// 1), in their order.
    fn predict(&self, horizon: usize, levels: &[f64]) -> Prediction;

    /// What it would have said of the history itself.
    fn hindsight(&self) -> &Hindsight;

    /// One-step forecasts of the history itself, one a row; NaN where there is none.
    fn fitted(&self) -> &[f64] {
        &self.hindsight().fitted
    }

    /// What the one-step forecasts missed by, in the model's own scale (that of its innovations);
    /// NaN where there is none.
    fn residuals(&self) -> &[f64] {
        &self.hindsight().residuals
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
pub struct Prediction {
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
    #[error("{model} cannot be fitted to {rows} rows: {found}; {mend}")]
    Unsuitable {
        /// Name of the model.
        model: String,
        /// Rows before the origin.
        rows: usize,
        /// What stands in the way.
        found: String,
        /// What to do.
        mend: String,
    },
}

impl BaselineError {
    /// The same of a model by the name it was asked for by; families name themselves in their own way.
    #[must_use]
    pub(super) fn named(self, name: String) -> Self {
        match self {
            Self::NoValues { rows, .. } => Self::NoValues { model: name, rows },
            Self::Unsuitable { rows, found, mend, .. } => {
                Self::Unsuitable { model: name, rows, found, mend }
            }
        }
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
