//! Fitting given orders: starting values, the exact likelihood, and what follows from it.
//!
//! A conditional fit from zero starts the exact one (Box and Jenkins 1976, chapter 7). Not for
//! choosing orders (`search`).
//!
//! Starting values for the likelihood of an ARMA process.
//!
//! Hannan and Rissanen (1982): a long autoregression estimates the innovations, and the values are
//! regressed on their own past and that of these.

use super::fitted::{Ends, FittedArima, Parts};
use super::gaps::GapLikelihood;
use super::innovations::{Arma, InnovationsFilter};
use super::integration::{differenced, integration_weights};
use super::likelihood::{Coefficients, Estimate, Likelihood, LikelihoodKind, Region};
use super::order::ArimaOrder;
use super::sample::{ArmaSample, filled};
use crate::baseline::BaselineError;
use crate::stats::least_squares::{dot, regress};
use crate::stats::levenberg_marquardt::SquaresLimits;

/// The conditional fit only starts the exact one.
const START: SquaresLimits = SquaresLimits::new(30, 1e-4);
/// Enough to see where a start leads.
const TRIAL: SquaresLimits = SquaresLimits::new(3, 1e-4);
/// Good to six digits of the coefficients and far more of the likelihood.
const FINAL: SquaresLimits = SquaresLimits::new(200, 1e-12);
/// For orders that were searched for, whose coefficients are near already.
const CHOSEN: SquaresLimits = SquaresLimits::new(100, 1e-9);
/// For histories so long that a step takes a while and the estimate is sharp anyway.
const LONG: SquaresLimits = SquaresLimits::new(12, 1e-8);
/// Multiplications worth spending on one evaluation with gaps; beyond it the coefficients are those
/// of the filled values, and only the forecasts know of the gaps.
const WORTH: f64 = 3e7;
/// Multiplications worth spending on all evaluations with gaps together: a second or so.
const WORTH_TOGETHER: f64 = 1e9;

/// Fits an ARIMA model of given orders by exact maximum likelihood; missing values (NaN) are
/// allowed. Each of `regressors` has a value for every row of `history` and as many future rows as
/// are known; past those its last value stays. Values and regressors are in any units.
///
/// # Errors
/// Where the orders are out of range, or the history has no value or too few for them.
pub fn arima(
    history: &[f64],
    order: &ArimaOrder,
    regressors: &[Vec<f64>],
) -> Result<FittedArima, BaselineError> {
    let model = order.to_string();
    let unsuitable = |found: String, fix: &str| BaselineError::Unsuitable {
        model: model.clone(),
        rows: history.len(),
        found,
        fix: fix.to_owned(),
    };
    order.check().map_err(|error| unsuitable(error.to_string(), "change the orders"))?;
    let sample = ArmaSample::new(&model, history, regressors)?;
    let columns = regressors.len() + usize::from(order.constant);
    let needed = order.rows_lost() + (order.terms() + columns).max(1);
    if sample.known() < needed {
        return Err(unsuitable(
            format!("it needs {needed} known values and there are {}", sample.known()),
            "use smaller orders or a longer history",
        ));
    }
    fit(&sample, order, &Region::WHOLE, None)
        .ok_or_else(|| unsuitable("its likelihood has no maximum".to_owned(), "use smaller orders"))
}

/// The differenced values and regressors of a sample without gaps, the constant first among these.
pub(super) fn columns(sample: &ArmaSample, values: &[f64], order: &ArimaOrder) -> Vec<Vec<f64>> {
    let mut columns = vec![differenced(values, order)];
    let regression = sample.regression_columns(order, 0, values.len());
    columns.extend(regression.iter().map(|column| differenced(column, order)));
    columns
}

/// How widely the maximum of a likelihood is looked for; ARMA likelihoods often have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArmaStarts {
    /// From where the caller says.
    Known,
    /// From the regression of Hannan and Rissanen, too.
    Few,
    /// Also from a conditional fit, from zero and from strong positive and negative coefficients.
    Many,
}

/// Partial autocorrelations of 0.57 in size.
const STRONG: f64 = 0.7;
/// Rows up to which many starts cost little.
const FEW_ROWS: usize = 5_000;

/// Most likely coefficients for columns without gaps, the best from several starts and from those of
/// `known`.
pub(super) fn estimate(
    order: &ArimaOrder,
    columns: &[Vec<f64>],
    kind: LikelihoodKind,
    region: &Region,
    (starts, known): (ArmaStarts, Vec<Vec<f64>>),
    patience: SquaresLimits,
) -> Option<Estimate> {
    let mut likelihood =
        Likelihood::new(*order, *region, columns.iter().map(Vec::as_slice).collect());
    let zero = vec![0.0; order.terms()];
    let mut from = known;
    if order.terms() > 0 && starts != ArmaStarts::Known {
        let start = hannan_rissanen(order, &columns[0], &columns[1..]);
        from.extend(start.map(|start| start.free(region)));
    }
    if starts == ArmaStarts::Many || from.is_empty() {
        let conditional =
            likelihood.maximise(LikelihoodKind::Conditional { from: 0 }, &zero, START);
        from.extend(conditional.map(|estimate| estimate.free));
    }
    if starts == ArmaStarts::Many && order.terms() > 0 {
        from.push(zero.clone());
        let ar = order.p + order.seasonal_p;
        for (of_ar, of_ma) in
            [(STRONG, -STRONG), (-STRONG, STRONG), (STRONG, STRONG), (-STRONG, -STRONG)]
        {
            from.push(
                (0..order.terms()).map(|term| if term < ar { of_ar } else { of_ma }).collect(),
            );
        }
    }
    if starts == ArmaStarts::Few && from.len() > 1 {
        // A few steps tell which start is the better one.
        let trial = SquaresLimits { needed: patience.needed, ..TRIAL };
        let tried = from.iter().filter_map(|start| likelihood.maximise(kind, start, trial));
        let best = tried.max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood));
        from = best.into_iter().map(|estimate| estimate.free).collect();
    }
    let found = from.iter().filter_map(|start| likelihood.maximise(kind, start, patience));
    found
        .max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood))
        .or_else(|| likelihood.maximise(kind, &zero, patience))
}

/// The fit of a sample, started from `known` too; `None` where no likelihood is defined.
pub(super) fn fit(
    sample: &ArmaSample,
    order: &ArimaOrder,
    region: &Region,
    known: Option<&[f64]>,
) -> Option<FittedArima> {
    let plain = filled(&sample.values, order.season_length);
    let columns = columns(sample, &plain, order);
    let long = plain.len() > FEW_ROWS;
    let starts = match known {
        Some(_) => ArmaStarts::Known,
        None if long => ArmaStarts::Few,
        None => ArmaStarts::Many,
    };
    let (kind, patience) = match known {
        _ if long => (LikelihoodKind::Compared, LONG),
        Some(_) => (LikelihoodKind::Exact, CHOSEN),
        None => (LikelihoodKind::Exact, FINAL),
    };
    let known = known.map(<[f64]>::to_vec).into_iter().collect();
    let estimate = estimate(order, &columns, kind, region, (starts, known), patience)?;
    if sample.has_gaps() {
        with_gaps(sample, order, region, &estimate)
    } else {
        complete(sample, order, region, estimate)
    }
}

fn complete(
    sample: &ArmaSample,
    order: &ArimaOrder,
    region: &Region,
    estimate: Estimate,
) -> Option<FittedArima> {
    let values = &sample.values;
    let regression = sample.regression_columns(order, 0, values.len());
    let mut rest = values.clone();
    for (column, coefficient) in regression.iter().zip(&estimate.regression) {
        rest.iter_mut().zip(column).for_each(|(rest, value)| *rest -= coefficient * value);
    }
    let mut arma = Arma::default();
    let coefficients = Coefficients::from_free(order, region, &estimate.free);
    coefficients.arma(order.season_length, &mut arma);
    let mut errors = vec![f64::NAN; order.rows_lost().min(values.len())];
    let mut filter = InnovationsFilter::default();
    let state = filter.last_state(&arma, &differenced(&rest, order), &mut errors)?.to_vec();
    let weights = integration_weights(order);
    let recent = rest.iter().rev().take(weights.len()).copied().collect();
    let ends = Ends::Complete { state, recent, weights, arma };
    Some(FittedArima::new(sample, Parts { order: *order, estimate, coefficients, errors, ends }))
}

/// Steps that evaluations of this `cost` allow, each step with one evaluation a coefficient.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn steps_with_gaps(order: &ArimaOrder, cost: f64) -> usize {
    let evaluations = order.terms() as f64 + 1.0;
    let affordable = |steps: &usize| *steps as f64 * evaluations * cost <= WORTH_TOGETHER;
    if cost > WORTH { 0 } else { (0..=FINAL.steps).rev().find(affordable).unwrap_or(0) }
}

fn with_gaps(
    sample: &ArmaSample,
    order: &ArimaOrder,
    region: &Region,
    start: &Estimate,
) -> Option<FittedArima> {
    let mut columns = vec![sample.values.clone()];
    columns.extend(sample.regression_columns(order, 0, sample.values.len()));
    let firsts: Vec<f64> = columns.iter().map(|column| column[0]).collect();
    let mut likelihood = GapLikelihood::new(*order, *region, columns);
    let patience = SquaresLimits { steps: steps_with_gaps(order, likelihood.cost()), ..FINAL };
    let estimate = likelihood.maximise(&start.free, patience)?;
    let (rows, filter) = likelihood.last_state(&estimate)?;
    let errors = rows.iter().map(|told| told.map_or(f64::NAN, |(error, _)| error)).collect();
    let level = if order.differences() > 0 {
        GapLikelihood::level(firsts[0], &firsts[1..], &estimate)
    } else {
        0.0
    };
    let ends = Ends::Gaps { filter: Box::new(filter), level };
    let coefficients = Coefficients::from_free(order, region, &estimate.free);
    Some(FittedArima::new(sample, Parts { order: *order, estimate, coefficients, errors, ends }))
}

/// Rows a coefficient of the regressions needs.
const ROWS_A_COEFFICIENT: usize = 3;

/// Coefficients near those of the process of `values` less what `regressors` explain; `None` where there are
/// too few rows.
pub(super) fn hannan_rissanen(
    order: &ArimaOrder,
    values: &[f64],
    regressors: &[Vec<f64>],
) -> Option<Coefficients> {
    let mut rest = values.to_vec();
    regress(&mut rest, &mut regressors.to_vec());
    let rows = rest.len();
    let longest = order.longest_ar_lag().max(order.longest_ma_lag());
    let long = (longest + order.terms()).max(12).min(rows / 4);
    let errors = long_autoregression_errors(&rest, long)?;
    let lags = |terms: usize, seasonal: usize| {
        let seasonal = (1..=seasonal).map(|place| place * order.season_length);
        (1..=terms).chain(seasonal).collect::<Vec<usize>>()
    };
    let (ar, ma) = (lags(order.p, order.seasonal_p), lags(order.q, order.seasonal_q));
    let first = long + longest;
    if rows < first + ROWS_A_COEFFICIENT * (order.terms() + 1) {
        return None;
    }
    let past = |column: &[f64], lag: usize| column[first - lag..rows - lag].to_vec();
    let mut columns: Vec<Vec<f64>> = ar.iter().map(|&lag| past(&rest, lag)).collect();
    columns.extend(ma.iter().map(|&lag| past(&errors, lag)));
    let coefficients = regress(&mut rest[first..].to_vec(), &mut columns);
    let (ar, ma) = coefficients.split_at(ar.len());
    Some(Coefficients {
        ar: ar[..order.p].to_vec(),
        seasonal_ar: ar[order.p..].to_vec(),
        ma: ma[..order.q].to_vec(),
        seasonal_ma: ma[order.q..].to_vec(),
    })
}

/// Errors of an autoregression of order `long`, zero before it can start (Levinson and Durbin).
fn long_autoregression_errors(values: &[f64], long: usize) -> Option<Vec<f64>> {
    let covariances: Vec<f64> =
        (0..=long).map(|lag| dot(&values[lag..], &values[..values.len() - lag])).collect();
    let mut variance = covariances[0];
    if variance <= 0.0 || !variance.is_finite() {
        return None;
    }
    let mut coefficients: Vec<f64> = Vec::new();
    for lag in 1..=long {
        let known: f64 =
            coefficients.iter().enumerate().map(|(i, a)| a * covariances[lag - 1 - i]).sum();
        let partial = (covariances[lag] - known) / variance;
        step_up(&mut coefficients, partial);
        variance *= 1.0 - partial * partial;
        if variance <= 0.0 || variance.is_nan() {
            return None;
        }
    }
    let mut errors = vec![0.0; values.len()];
    for row in long..values.len() {
        let past = values[row - long..row].iter().rev();
        errors[row] = values[row] - past.zip(&coefficients).map(|(v, a)| v * a).sum::<f64>();
    }
    Some(errors)
}

fn step_up(coefficients: &mut Vec<f64>, partial: f64) {
    let before = coefficients.clone();
    for (place, value) in coefficients.iter_mut().enumerate() {
        *value -= partial * before[before.len() - 1 - place];
    }
    coefficients.push(partial);
}

#[cfg(test)]
mod starts_tests {
    use super::*;

    #[test]
    fn the_start_is_near_the_process() {
        // A multiplicative congruential generator: white enough for a start.
        let mut state = 12_345_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1_u32 << 24) - 0.5
        };
        let (mut value, mut last) = (0.0, 0.0);
        let values: Vec<f64> = (0..3_000)
            .map(|_| {
                let shock = noise();
                value = 0.7 * value + shock + 0.4 * last;
                last = shock;
                value
            })
            .collect();
        let start = hannan_rissanen(&ArimaOrder::new(1, 0, 1), &values, &[]).unwrap();
        let (ar, ma) = (start.ar[0], start.ma[0]);
        assert!((ar - 0.7).abs() < 0.05 && (ma - 0.4).abs() < 0.07, "{ar} {ma}");
    }
}
