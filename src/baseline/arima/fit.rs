//! Fitting given orders: starting values, the exact likelihood, and what follows from it.
//!
//! A conditional fit from zero starts the exact one (Box and Jenkins 1976, chapter 7). Not for
//! choosing orders (`search`).

use super::difference::{differenced, integration_weights};
use super::fitted::{Ends, FittedArima, Parts};
use super::gaps::GapLikelihood;
use super::innovations::{Arma, InnovationsFilter};
use super::likelihood::{Coefficients, Estimate, Kind, Likelihood, Region};
use super::order::ArimaOrder;
use super::sample::{Sample, filled};
use super::starts::hannan_rissanen;
use crate::baseline::BaselineError;
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
    let unsuitable = |found: String, mend: &str| BaselineError::Unsuitable {
        model: model.clone(),
        rows: history.len(),
        found,
        mend: mend.to_owned(),
    };
    order.check().map_err(|error| unsuitable(error.to_string(), "change the orders"))?;
    let sample = Sample::new(&model, history, regressors)?;
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
pub(super) fn columns(sample: &Sample, values: &[f64], order: &ArimaOrder) -> Vec<Vec<f64>> {
    let mut columns = vec![differenced(values, order)];
    let regression = sample.regression_columns(order, 0, values.len());
    columns.extend(regression.iter().map(|column| differenced(column, order)));
    columns
}

/// How widely the maximum of a likelihood is looked for; ARMA likelihoods often have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Starts {
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
    kind: Kind,
    region: &Region,
    (starts, known): (Starts, Vec<Vec<f64>>),
    patience: SquaresLimits,
) -> Option<Estimate> {
    let mut likelihood =
        Likelihood::new(*order, *region, columns.iter().map(Vec::as_slice).collect());
    let zero = vec![0.0; order.terms()];
    let mut from = known;
    if order.terms() > 0 && starts != Starts::Known {
        let start = hannan_rissanen(order, &columns[0], &columns[1..]);
        from.extend(start.map(|start| start.free(region)));
    }
    if starts == Starts::Many || from.is_empty() {
        let conditional = likelihood.maximise(Kind::Conditional { from: 0 }, &zero, START);
        from.extend(conditional.map(|estimate| estimate.free));
    }
    if starts == Starts::Many && order.terms() > 0 {
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
    if starts == Starts::Few && from.len() > 1 {
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
    sample: &Sample,
    order: &ArimaOrder,
    region: &Region,
    known: Option<&[f64]>,
) -> Option<FittedArima> {
    let plain = filled(&sample.values, order.season_length);
    let columns = columns(sample, &plain, order);
    let long = plain.len() > FEW_ROWS;
    let starts = match known {
        Some(_) => Starts::Known,
        None if long => Starts::Few,
        None => Starts::Many,
    };
    let (kind, patience) = match known {
        _ if long => (Kind::Compared, LONG),
        Some(_) => (Kind::Exact, CHOSEN),
        None => (Kind::Exact, FINAL),
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
    sample: &Sample,
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
    sample: &Sample,
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
