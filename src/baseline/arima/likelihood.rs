//! The likelihood of ARMA coefficients for complete, differenced values, as a sum of squares.
//!
//! Mean, drift and regressors are linear: they are eliminated by least squares on the whitened
//! columns, which is their exact estimate for given coefficients (Harvey 1989, section 3.4). The
//! conditional sum of squares takes everything before the first full row as zero (Box and Jenkins
//! 1976, section 7.1). Not for missing values (`kalman`).

use super::autocovariance::{free_from_recursion, product, stationary_from_free};
use super::innovations::{Arma, InnovationsFilter, ROUGHLY_SETTLED, SETTLED, Settle};
use super::order::ArimaOrder;
use crate::stats::least_squares::{dot, regress};
use crate::stats::levenberg_marquardt::{Errors, SquaresLimits, minimise};

/// Errors below this share of the values are rounding: the fit is perfect and its likelihood is
/// taken as if the errors were this large.
const PERFECT: f64 = 1e-12;

/// Coefficients of the four polynomials.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coefficients {
    /// Autoregressive, by ascending lag.
    pub ar: Vec<f64>,
    /// Moving average, by ascending lag, in `x_t = … + e_t + Σ ma e_(t-j)`.
    pub ma: Vec<f64>,
    /// Seasonal autoregressive.
    pub seasonal_ar: Vec<f64>,
    /// Seasonal moving average.
    pub seasonal_ma: Vec<f64>,
}

/// Where the roots of the polynomials may lie: further than this from zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// Least root of an autoregressive polynomial.
    pub(super) ar: f64,
    /// Least root of a moving-average polynomial.
    pub(super) ma: f64,
    /// Least root of a seasonal autoregressive polynomial, in seasons.
    pub(super) seasonal_ar: f64,
    /// Least root of a seasonal moving-average polynomial, in seasons.
    pub(super) seasonal_ma: f64,
}

impl Region {
    /// All stationary and invertible processes.
    pub(super) const WHOLE: Self = Self { ar: 1.0, ma: 1.0, seasonal_ar: 1.0, seasonal_ma: 1.0 };

    /// Largest size of a free number: where the border is the unit circle the estimate may come
    /// within 6e-6 of it; where it is one of choice, within 0.8 % is as good and far quicker.
    const fn most_free(&self) -> f64 {
        if self.ar > 1.0 { 8.0 } else { 300.0 }
    }

    /// Whether the likelihood would have a free number beyond the border, or almost.
    pub(super) fn is_at_border(&self, free: f64) -> bool {
        free.abs() > 0.98 * self.most_free()
    }
}

/// Moves roots out by a factor.
fn move_roots(coefficients: &mut [f64], radius: f64) {
    let mut scale = 1.0;
    for value in coefficients {
        scale /= radius;
        *value *= scale;
    }
}

impl Coefficients {
    /// The coefficients that belong to free numbers in the order p, P, q, Q.
    pub(super) fn from_free(order: &ArimaOrder, region: &Region, free: &[f64]) -> Self {
        let mut result = Self::default();
        result.read(order, region, free);
        result
    }

    /// Free numbers of these coefficients, or of such as are near them and well inside the region.
    pub(super) fn free(&self, region: &Region) -> Vec<f64> {
        let parts = [
            (&self.ar, region.ar, 1.0),
            (&self.seasonal_ar, region.seasonal_ar, 1.0),
            (&self.ma, region.ma, -1.0),
            (&self.seasonal_ma, region.seasonal_ma, -1.0),
        ];
        let free = parts.into_iter().flat_map(|(values, radius, sign)| {
            let mut values: Vec<f64> = values.iter().map(|value| sign * value).collect();
            move_roots(&mut values, 1.0 / radius);
            free_from_recursion(&values)
        });
        free.collect()
    }

    fn read(&mut self, order: &ArimaOrder, region: &Region, free: &[f64]) {
        let (regular, rest) = free.split_at(order.p);
        let (seasonal, rest) = rest.split_at(order.seasonal_p);
        let (average, seasonal_average) = rest.split_at(order.q);
        stationary_from_free(regular, &mut self.ar);
        stationary_from_free(seasonal, &mut self.seasonal_ar);
        stationary_from_free(average, &mut self.ma);
        stationary_from_free(seasonal_average, &mut self.seasonal_ma);
        for value in self.ma.iter_mut().chain(&mut self.seasonal_ma) {
            *value = -*value;
        }
        move_roots(&mut self.ar, region.ar);
        move_roots(&mut self.ma, region.ma);
        move_roots(&mut self.seasonal_ar, region.seasonal_ar);
        move_roots(&mut self.seasonal_ma, region.seasonal_ma);
    }

    /// The polynomials multiplied out.
    pub(super) fn arma(&self, season_length: usize, out: &mut Arma) {
        let negative = |values: &[f64]| values.iter().map(|value| -value).collect::<Vec<_>>();
        product(&self.ar, &self.seasonal_ar, season_length, &mut out.ar);
        let (ma, seasonal_ma) = (negative(&self.ma), negative(&self.seasonal_ma));
        product(&ma, &seasonal_ma, season_length, &mut out.ma);
    }
}

/// Which likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LikelihoodKind {
    /// Conditional on the first rows: those that the autoregression reaches back to, and at least
    /// `from`, so that orders can be compared on the same rows.
    Conditional { from: usize },
    /// Exact, but for shares of the variance that do not matter to compare models.
    Compared,
    /// Exact.
    Exact,
}

/// A point of the likelihood.
#[derive(Debug, Clone)]
pub(super) struct Estimate {
    /// The free numbers of the coefficients.
    pub(super) free: Vec<f64>,
    /// Coefficients of the regressors, the constant first.
    pub(super) regression: Vec<f64>,
    /// Sum of squared errors, each over the variance of its forecast.
    pub(super) squares: f64,
    /// Log-likelihood; that of the conditional kind as if all rows counted.
    pub(super) log_likelihood: f64,
    /// Rows of the differenced values.
    pub(super) rows: usize,
}

/// Log-likelihood of `rows` Gaussian errors with this sum of squares and these variances.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
pub(super) fn gaussian(squares: f64, counted: usize, log_variances: f64, rows: usize) -> f64 {
    let variance = squares / counted as f64;
    let constant = (2.0 * std::f64::consts::PI).ln() + 1.0;
    -0.5 * (rows as f64 * (constant + variance.ln()) + log_variances)
}

/// The sum of squares, each error scaled by the geometric mean of the deviations, that has this
/// log-likelihood: what [`gaussian`] makes of it, undone.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
pub(super) fn squares_for(log_likelihood: f64, counted: usize, rows: usize) -> f64 {
    let constant = (2.0 * std::f64::consts::PI).ln() + 1.0;
    counted as f64 * (-2.0 * log_likelihood / rows as f64 - constant).exp()
}

/// The likelihood of one order for given columns, with all its room.
pub(super) struct Likelihood<'a> {
    order: ArimaOrder,
    region: Region,
    kind: LikelihoodKind,
    /// The differenced values, then the differenced regressors.
    columns: Vec<&'a [f64]>,
    coefficients: Coefficients,
    arma: Arma,
    filter: InnovationsFilter,
    white: Vec<Vec<f64>>,
    regression: Vec<f64>,
    log_variances: f64,
    /// Least sum of squares that is told from zero.
    least: f64,
}

impl<'a> Likelihood<'a> {
    pub(super) fn new(order: ArimaOrder, region: Region, columns: Vec<&'a [f64]>) -> Self {
        let largest = columns[0].iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let least = (PERFECT * largest).powi(2).max(f64::MIN_POSITIVE);
        Self {
            order,
            region,
            kind: LikelihoodKind::Exact,
            white: columns.iter().map(|column| vec![0.0; column.len()]).collect(),
            columns,
            coefficients: Coefficients::default(),
            arma: Arma::default(),
            filter: InnovationsFilter::default(),
            regression: Vec::new(),
            log_variances: 0.0,
            least,
        }
    }

    /// The most likely coefficients near `free`.
    pub(super) fn maximise(
        &mut self,
        kind: LikelihoodKind,
        free: &[f64],
        patience: SquaresLimits,
    ) -> Option<Estimate> {
        self.kind = kind;
        if self.first_row() >= self.columns[0].len() {
            return None;
        }
        let most = self.region.most_free();
        let mut free: Vec<f64> = free.iter().map(|free| free.clamp(-most, most)).collect();
        let patience = SquaresLimits { most, ..patience };
        minimise(self, &mut free, patience)?;
        self.at(&free)
    }

    /// The likelihood at `free`.
    fn at(&mut self, free: &[f64]) -> Option<Estimate> {
        let mut errors = Vec::new();
        self.errors(free, None, &mut errors)?;
        let rows = self.columns[0].len();
        let counted = errors.len();
        let scale = scale(self.log_variances, counted);
        let squares = (dot(&errors, &errors) / (scale * scale)).max(self.least);
        let log_likelihood = gaussian(squares, counted, self.log_variances, rows);
        log_likelihood.is_finite().then(|| Estimate {
            free: free.to_vec(),
            regression: self.regression.clone(),
            squares,
            log_likelihood,
            rows,
        })
    }

    /// First row with an error.
    fn first_row(&self) -> usize {
        match self.kind {
            LikelihoodKind::Conditional { from } => self.order.longest_ar_lag().max(from),
            LikelihoodKind::Compared | LikelihoodKind::Exact => 0,
        }
    }
}

/// The geometric mean of the forecasts' deviations.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn scale(log_variances: f64, rows: usize) -> f64 {
    (0.5 * log_variances / rows as f64).exp()
}

impl Errors for Likelihood<'_> {
    type Held = usize;

    fn errors(&mut self, free: &[f64], held: Option<usize>, out: &mut Vec<f64>) -> Option<usize> {
        self.coefficients.read(&self.order, &self.region, free);
        self.coefficients.arma(self.order.season_length, &mut self.arma);
        let first = self.first_row();
        let settled = match self.kind {
            LikelihoodKind::Compared | LikelihoodKind::Exact => {
                let share =
                    if self.kind == LikelihoodKind::Exact { SETTLED } else { ROUGHLY_SETTLED };
                let settle = held.map_or(Settle::Within(share), Settle::At);
                let told = self.filter.run(&self.arma, &self.columns, settle, &mut self.white)?;
                self.log_variances = told.log_variances;
                told.settled
            }
            LikelihoodKind::Conditional { .. } => {
                self.log_variances = 0.0;
                let reached = self.order.longest_ar_lag();
                for (column, white) in self.columns.iter().zip(&mut self.white) {
                    self.arma.conditional_innovations(column, reached, white);
                    white[..first].fill(0.0);
                }
                0
            }
        };
        let (target, regressors) = self.white.split_first_mut()?;
        // Rows before the first are zero in all columns, so they do not count.
        self.regression = regress(target, regressors);
        let scale = scale(self.log_variances, target.len() - first);
        out.clear();
        out.extend(target[first..].iter().map(|error| error * scale));
        Some(settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_numbers_become_coefficients_with_the_usual_signs() {
        let order = ArimaOrder::new(1, 0, 1).seasonal(0, 0, 1, 4);
        // 0.75 = 3/5 of the way: 0.75 / sqrt(1 + 0.75²) = 0.6.
        let coefficients = Coefficients::from_free(&order, &Region::WHOLE, &[0.75, 0.75, -0.75]);
        let near = |found: &[f64], expected: f64| assert!((found[0] - expected).abs() < 1e-12);
        near(&coefficients.ar, 0.6);
        near(&coefficients.ma, -0.6);
        near(&coefficients.seasonal_ma, 0.6);
        let back = coefficients.free(&Region::WHOLE);
        assert!(back.iter().zip([0.75, 0.75, -0.75]).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn exact_and_conditional_agree_on_white_noise() {
        let values = [1.0, -2.0, 0.5, 3.0, -1.5];
        let ones = [1.0; 5];
        let order = ArimaOrder::new(0, 0, 0);
        let mut likelihood = Likelihood::new(order, Region::WHOLE, vec![&values, &ones]);
        let patience = SquaresLimits::new(5, 1e-9);
        let exact = likelihood.maximise(LikelihoodKind::Exact, &[], patience).unwrap();
        let conditional =
            likelihood.maximise(LikelihoodKind::Conditional { from: 0 }, &[], patience).unwrap();
        assert!((exact.regression[0] - 0.2).abs() < 1e-12);
        assert!((exact.log_likelihood - conditional.log_likelihood).abs() < 1e-12);
        let squares: f64 = values.iter().map(|value| (value - 0.2).powi(2)).sum();
        assert!((exact.squares - squares).abs() < 1e-12);
    }

    #[test]
    fn a_perfect_fit_has_a_finite_likelihood() {
        let values = [3.0; 8];
        let ones = [1.0; 8];
        let mut likelihood =
            Likelihood::new(ArimaOrder::new(1, 0, 0), Region::WHOLE, vec![&values, &ones]);
        let patience = SquaresLimits::new(5, 1e-9);
        let estimate = likelihood.maximise(LikelihoodKind::Exact, &[0.0], patience).unwrap();
        assert!(estimate.log_likelihood.is_finite());
    }
}
