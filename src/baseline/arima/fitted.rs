//! A fitted ARIMA model: its forecasts, errors and words.
//!
//! Intervals are Gaussian, from the responses to an innovation (Box and Jenkins 1976, section 5.1);
//! as usual they do not count the uncertainty of the coefficients. Those of given orders take the
//! errors of the whole history for the next ones, those of chosen orders the latest errors. Not for
//! fitting (`fit`).

use statrs::distribution::{ContinuousCDF, Normal};

use super::fourier::Fourier;
use super::innovations::Arma;
use super::kalman::KalmanFilter;
use super::likelihood::{Coefficients, Estimate};
use super::order::ArimaOrder;
use super::sample::ArmaSample;
use crate::baseline::spread::late_share;
use crate::baseline::{BaselinePrediction, Criteria, FittedBaseline, InSampleForecast, Interval};

/// Deviation, as a share of the largest value, that is assumed where the history fits without any
/// error: such a history cannot tell how wrong a forecast will be, and an interval of no width would
/// claim that it can.
const UNTOLD_DEVIATION: f64 = 1e-3;
/// Errors below this share of the largest value are rounding.
const ROUNDING: f64 = 1e-10;
/// Levels are kept this far from 0 and 1, where intervals have no width or no end.
const LEVEL_MARGIN: f64 = 1e-9;

/// What forecasts start from.
#[derive(Debug, Clone)]
pub(super) enum Ends {
    /// The history was complete.
    Complete {
        /// Predictions of the next differences.
        state: Vec<f64>,
        /// Last values less their regression, newest first, as many as differencing takes.
        recent: Vec<f64>,
        /// Weights of these that undo the differences.
        weights: Vec<f64>,
        /// The process of the differences.
        arma: Arma,
    },
    /// The history had gaps.
    Gaps {
        /// The filter after the last known row.
        filter: Box<KalmanFilter>,
        /// The level that was taken off its values.
        level: f64,
    },
}

/// What a fit is made of.
pub(super) struct Parts {
    pub(super) order: ArimaOrder,
    pub(super) estimate: Estimate,
    pub(super) coefficients: Coefficients,
    /// One-step errors of the sample's rows.
    pub(super) errors: Vec<f64>,
    pub(super) ends: Ends,
}

/// An ARIMA model fitted to a history.
#[derive(Debug, Clone)]
pub struct FittedArima {
    order: ArimaOrder,
    coefficients: Coefficients,
    /// Coefficients of constant, regressors.
    regression: Vec<f64>,
    variance: f64,
    deviation: f64,
    criteria: Criteria,
    in_sample: InSampleForecast,
    sample: ArmaSample,
    ends: Ends,
}

impl FittedArima {
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    pub(super) fn new(sample: &ArmaSample, parts: Parts) -> Self {
        let Parts { order, estimate, coefficients, errors, ends } = parts;
        let parameters = order.terms() + estimate.regression.len() + 1;
        let mut residuals = vec![f64::NAN; sample.leading];
        residuals.extend(&errors);
        residuals.resize(residuals.len() + sample.trailing, f64::NAN);
        let mut fitted = vec![f64::NAN; sample.leading];
        fitted.extend(sample.values.iter().zip(&errors).map(|(value, error)| value - error));
        fitted.resize(residuals.len(), f64::NAN);
        // R's `Arima` divides so too: the variance itself does not count among the parameters.
        let free = (estimate.rows + 1).saturating_sub(parameters).max(1);
        let deviation = (estimate.squares / free as f64).sqrt();
        let largest = sample
            .values
            .iter()
            .filter(|value| !value.is_nan())
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        let untold = deviation <= ROUNDING * largest || largest == 0.0;
        let scale = if largest > 0.0 { largest } else { 1.0 };
        // One value tells nothing at all: the next may be anything of its size.
        let share = if sample.known() > 1 { UNTOLD_DEVIATION } else { 1.0 };
        Self {
            criteria: Criteria::new(estimate.log_likelihood, parameters, estimate.rows),
            variance: estimate.squares / estimate.rows as f64,
            deviation: if untold { share * scale } else { deviation },
            regression: estimate.regression,
            order,
            coefficients,
            in_sample: InSampleForecast::with_residuals(fitted, residuals),
            sample: sample.clone(),
            ends,
        }
    }

    /// The same with intervals for errors like the latest.
    #[must_use]
    pub(super) fn with_errors_of_late(mut self) -> Self {
        self.deviation *= late_share(self.in_sample.residuals.iter().copied());
        self
    }

    /// The orders.
    pub const fn order(&self) -> &ArimaOrder {
        &self.order
    }

    /// Estimated coefficients of the polynomials.
    pub const fn coefficients(&self) -> &Coefficients {
        &self.coefficients
    }

    /// The mean or the drift a row, where the model has one.
    pub fn constant(&self) -> Option<f64> {
        self.order.constant.then(|| self.regression[0])
    }

    /// Coefficients of the regressors, Fourier terms counted.
    pub fn regression(&self) -> &[f64] {
        &self.regression[usize::from(self.order.constant)..]
    }

    /// Most likely variance of the innovations.
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// Forecasts of the value less its regression, and their variances in those of an innovation.
    fn ahead(&self, steps: usize) -> (Vec<f64>, Vec<f64>) {
        match &self.ends {
            Ends::Gaps { filter, level } => {
                let (mut means, variances) = filter.forecast(steps);
                for mean in &mut means {
                    *mean += level;
                }
                (means, variances)
            }
            Ends::Complete { state, recent, weights, arma } => {
                forecast(state, recent, weights, arma, steps)
            }
        }
    }
}

/// Forecasts by the recursion from the last state, and their variances by summed squared responses.
fn forecast(
    state: &[f64],
    recent: &[f64],
    weights: &[f64],
    arma: &Arma,
    steps: usize,
) -> (Vec<f64>, Vec<f64>) {
    let (mut differences, mut responses) = (Vec::with_capacity(steps), Vec::with_capacity(steps));
    let (mut means, mut totals) = (Vec::<f64>::with_capacity(steps), Vec::with_capacity(steps));
    let (mut variances, mut variance) = (Vec::with_capacity(steps), 0.0);
    for step in 0..steps {
        let past = |series: &[f64]| -> f64 {
            let reached = arma.ar.iter().filter(|term| term.0 <= step);
            reached.map(|&(lag, a)| a * series[step - lag]).sum()
        };
        let difference = state.get(step).copied().unwrap_or_else(|| past(&differences));
        let shock = arma.ma.iter().find(|term| term.0 == step).map_or(0.0, |term| -term.1);
        let response = past(&responses) + if step == 0 { 1.0 } else { shock };
        differences.push(difference);
        responses.push(response);
        let (mut mean, mut total) = (difference, response);
        for (back, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            if back < step {
                mean += weight * means[step - 1 - back];
                total += weight * totals[step - 1 - back];
            } else {
                mean += weight * recent[back - step];
            }
        }
        variance += total * total;
        means.push(mean);
        totals.push(total);
        variances.push(variance);
    }
    (means, variances)
}

impl FittedBaseline for FittedArima {
    fn description(&self) -> String {
        let others = self.sample.regressors.len();
        let mut words = self.order.to_string();
        if others > 0 {
            words += &format!(" and {others} regressor{}", if others > 1 { "s" } else { "" });
        }
        for Fourier { period, orders } in &self.sample.fourier {
            let (pairs, plural) = (orders.len(), if orders.len() > 1 { "s" } else { "" });
            let period = (period * 100.0).round() / 100.0;
            words += &format!(" and {pairs} Fourier pair{plural} of season [{period}]");
        }
        words
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let skipped = self.sample.trailing;
        let (means, variances) = self.ahead(skipped + horizon);
        let rows = self.sample.values.len();
        let columns = self.sample.regression_columns(&self.order, rows, skipped + horizon);
        let regressed = |step: usize| -> f64 {
            columns.iter().zip(&self.regression).map(|(column, b)| b * column[step]).sum()
        };
        let ahead = skipped..skipped + horizon;
        let mean: Vec<f64> = ahead.clone().map(|step| means[step] + regressed(step)).collect();
        let intervals = levels
            .iter()
            .map(|&level| {
                let inside = level.clamp(LEVEL_MARGIN, 1.0 - LEVEL_MARGIN);
                let reach = Normal::standard().inverse_cdf(0.5 + 0.5 * inside) * self.deviation;
                let bounds = |sign: f64| {
                    let spread = ahead.clone().map(|step| sign * reach * variances[step].sqrt());
                    mean.iter().zip(spread).map(|(mean, spread)| mean + spread).collect()
                };
                Interval { level, lower: bounds(-1.0), upper: bounds(1.0) }
            })
            .collect();
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn criteria(&self) -> Option<Criteria> {
        Some(self.criteria)
    }

    fn parameters(&self) -> usize {
        self.order.terms() + self.regression.len() + 1
    }
}
