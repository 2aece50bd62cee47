//! Starting values for the likelihood of an ARMA process.
//!
//! Hannan and Rissanen (1982): a long autoregression estimates the innovations, and the values are
//! regressed on their own past and that of these. Not the estimate itself (`likelihood`).

use super::likelihood::Coefficients;
use super::order::ArimaOrder;
use crate::stats::least_squares::{dot, regress};

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
mod tests {
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
