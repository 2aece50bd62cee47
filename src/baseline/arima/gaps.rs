//! The likelihood of ARIMA coefficients where values are missing, as a sum of squares.
//!
//! The counterpart of `likelihood` over the filter of `kalman`.

use super::innovations::Arma;
use super::integration::integration_weights;
use super::kalman::KalmanFilter;
use super::likelihood::{Coefficients, Estimate, Region, gaussian};
use super::order::ArimaOrder;
use crate::stats::least_squares::{dot, regress};
use crate::stats::levenberg_marquardt::{Errors, SquaresLimits, minimise};

/// Multiplications that what is done once a row takes the time of.
const A_ROW: f64 = 100.0;

/// The likelihood of one order for values with gaps.
pub(super) struct GapLikelihood {
    order: ArimaOrder,
    region: Region,
    /// The values, then the regressors; less their first known value where differences follow.
    columns: Vec<Vec<f64>>,
    weights: Vec<f64>,
    white: Vec<Vec<f64>>,
    regression: Vec<f64>,
    log_variances: f64,
}

/// One row of a filter's run: its error and the variance of its forecast.
pub(super) type Told = Option<(f64, f64)>;

impl GapLikelihood {
    /// The likelihood for `columns`, undifferenced: the values, then the regressors. The first
    /// value must be known.
    pub(super) fn new(order: ArimaOrder, region: Region, mut columns: Vec<Vec<f64>>) -> Self {
        if order.differences() > 0 {
            // Differences do not see the level, and small numbers keep the unknown start unknown.
            for column in &mut columns {
                let level = column[0];
                for value in column {
                    *value -= level;
                }
            }
        }
        Self {
            weights: integration_weights(&order),
            white: vec![Vec::new(); columns.len()],
            regression: Vec::new(),
            log_variances: 0.0,
            order,
            region,
            columns,
        }
    }

    /// Multiplications that one evaluation takes, about.
    pub(super) fn cost(&self) -> f64 {
        let states = self.order.longest_ar_lag().max(self.order.longest_ma_lag() + 1);
        let size = f64::from(u32::try_from(states + self.weights.len()).unwrap_or(u32::MAX));
        let rows = f64::from(u32::try_from(self.columns[0].len()).unwrap_or(u32::MAX));
        rows * (4.0 * size * size + A_ROW)
    }

    /// The most likely coefficients near `free`.
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    pub(super) fn maximise(&mut self, free: &[f64], patience: SquaresLimits) -> Option<Estimate> {
        let mut free = free.to_vec();
        if patience.steps > 0 {
            minimise(self, &mut free, patience)?;
        }
        let mut errors = Vec::new();
        self.errors(&free, None, &mut errors)?;
        let rows = errors.len();
        let scale = (self.log_variances / rows as f64).exp();
        let squares = (dot(&errors, &errors) / scale).max(f64::MIN_POSITIVE);
        let log_likelihood = gaussian(squares, rows, self.log_variances, rows);
        log_likelihood.is_finite().then(|| Estimate {
            free,
            regression: self.regression.clone(),
            squares,
            log_likelihood,
            rows,
        })
    }

    /// The values less their regression.
    fn rest(&self, regression: &[f64]) -> Vec<f64> {
        let mut rest = self.columns[0].clone();
        for (column, coefficient) in self.columns[1..].iter().zip(regression) {
            rest.iter_mut().zip(column).for_each(|(rest, value)| *rest -= coefficient * value);
        }
        rest
    }

    /// Runs the filter at an estimate; gives what each row told and the filter after the last.
    pub(super) fn last_state(&self, estimate: &Estimate) -> Option<(Vec<Told>, KalmanFilter)> {
        let mut arma = Arma::default();
        let coefficients = Coefficients::from_free(&self.order, &self.region, &estimate.free);
        coefficients.arma(self.order.season_length, &mut arma);
        let mut filter = KalmanFilter::new(&arma, &self.weights, 1)?;
        let mut rows = Vec::new();
        filter.run(&[&self.rest(&estimate.regression)], &mut |_, told| {
            let counted = told.filter(|(_, variance)| KalmanFilter::counts(*variance));
            rows.push(counted.map(|(errors, variance)| (errors[0], variance)));
        });
        Some((rows, filter))
    }

    /// The level taken off the values less that of their regression.
    pub(super) fn level(first: f64, regressors: &[f64], estimate: &Estimate) -> f64 {
        first - regressors.iter().zip(&estimate.regression).map(|(x, b)| x * b).sum::<f64>()
    }
}

impl Errors for GapLikelihood {
    type Held = ();
    // The large variances of unknown starts leave roundings of 1e-9.
    const STEP: f64 = 1e-5;

    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    fn errors(&mut self, free: &[f64], _: Option<()>, out: &mut Vec<f64>) -> Option<()> {
        let mut arma = Arma::default();
        let coefficients = Coefficients::from_free(&self.order, &self.region, free);
        coefficients.arma(self.order.season_length, &mut arma);
        let columns: Vec<&[f64]> = self.columns.iter().map(Vec::as_slice).collect();
        let mut filter = KalmanFilter::new(&arma, &self.weights, columns.len())?;
        self.white.iter_mut().for_each(Vec::clear);
        let mut log_variances = 0.0;
        let white = &mut self.white;
        filter.run(&columns, &mut |_, told| {
            let counted = told.filter(|(_, variance)| KalmanFilter::counts(*variance));
            if let Some((errors, variance)) = counted {
                log_variances += variance.ln();
                for (white, error) in white.iter_mut().zip(errors) {
                    white.push(error / variance.sqrt());
                }
            }
        });
        self.log_variances = log_variances;
        let (target, regressors) = self.white.split_first_mut()?;
        if target.is_empty() {
            return None;
        }
        self.regression = regress(target, regressors);
        let scale = (0.5 * log_variances / target.len() as f64).exp();
        out.clear();
        out.extend(target.iter().map(|error| error * scale));
        Some(())
    }
}
