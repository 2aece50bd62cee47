//! Sines and cosines that follow a long season, and how many pairs of them are worth having.
//!
//! Harvey (1989), section 2.3.4; Hyndman and Athanasopoulos (2021), sections 7.4 and 12.1. Not for
//! seasons short enough for seasonal differences.

use std::f64::consts::TAU;

use super::fit::columns;
use super::innovations::{Arma, InnovationsFilter, SETTLED, Settle};
use super::likelihood::Coefficients;
use super::sample::Sample;
use super::search::{Candidate, REGION};
use crate::baseline::Criteria;
use crate::stats::least_squares::{dot, regress};

/// Pairs of sine and cosine of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fourier {
    /// Pairs; the k-th has k waves in a season.
    pub(super) pairs: usize,
    /// Rows in a season.
    pub(super) season_length: usize,
}

impl Fourier {
    /// Columns: two a pair, but one for the wave of two rows, whose sine is zero everywhere.
    pub(super) const fn columns(self) -> usize {
        if self.pairs == 0 {
            0
        } else if 2 * self.pairs == self.season_length {
            2 * self.pairs - 1
        } else {
            2 * self.pairs
        }
    }

    /// The value of a column at a row.
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    pub(super) fn value(self, column: usize, row: usize) -> f64 {
        let waves = column / 2 + 1;
        // Whole seasons are taken out first, so that late rows are as exact as early ones.
        let angle = TAU * ((waves * row) % self.season_length) as f64 / self.season_length as f64;
        if column.is_multiple_of(2) { angle.cos() } else { angle.sin() }
    }
}

/// The number of pairs, `most` at most, whose Schwarz criterion is least when the errors
/// follow the process of `candidate`, found on the values less all pairs.
pub(super) fn best_pairs(
    sample: &Sample,
    values: &[f64],
    candidate: &Candidate,
    season_length: usize,
    most: usize,
) -> Option<usize> {
    let all = Fourier { pairs: most, season_length };
    let sample = Sample { fourier: Some(all), ..sample.clone() };
    let order = &candidate.order;
    let columns = columns(&sample, values, order);
    let mut arma = Arma::default();
    Coefficients::from_free(order, &REGION, &candidate.free).arma(order.season_length, &mut arma);
    let mut white: Vec<Vec<f64>> = columns.iter().map(|column| vec![0.0; column.len()]).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let told =
        InnovationsFilter::default().run(&arma, &slices, Settle::Within(SETTLED), &mut white)?;
    let (target, regressors) = white.split_first_mut()?;
    let rows = target.len();
    let constant = usize::from(order.constant);
    // The pairs are nested: what each column adds is known once the columns before it are out.
    (0..=most)
        .filter_map(|pairs| {
            let used = constant + Fourier { pairs, season_length }.columns();
            let mut rest = target.clone();
            regress(&mut rest, &mut regressors[..used]);
            let squares = dot(&rest, &rest).max(f64::MIN_POSITIVE);
            let likelihood = super::likelihood::gaussian(squares, rows, told.log_variances, rows);
            let criteria = Criteria::new(likelihood, order.terms() + used + 1, rows);
            criteria.bic.is_finite().then_some((criteria.bic, pairs))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, pairs)| pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::arima::order::ArimaOrder;

    #[test]
    fn waves_repeat_with_the_season_and_the_last_has_no_sine() {
        let fourier = Fourier { pairs: 2, season_length: 5 };
        assert_eq!(fourier.columns(), 4);
        for column in 0..4 {
            assert_eq!(fourier.value(column, 3), fourier.value(column, 3 + 5 * 1_000_000));
        }
        assert_eq!(Fourier { pairs: 2, season_length: 4 }.columns(), 3);
        assert_eq!(Fourier { pairs: 0, season_length: 4 }.columns(), 0);
    }

    #[test]
    fn as_many_pairs_are_taken_as_there_are_waves() {
        let fourier = Fourier { pairs: 3, season_length: 30 };
        let values: Vec<f64> = (0..300)
            .map(|row| {
                let noise = f64::from(u32::try_from(row * row * 7 % 31).unwrap()) / 31.0;
                3.0 * fourier.value(0, row) + 2.0 * fourier.value(3, row) + noise
            })
            .collect();
        let sample = Sample::new("ARIMA", &values, &[]).unwrap();
        let order = ArimaOrder::new(0, 0, 0);
        let candidate = Candidate { order, criterion: 0.0, free: Vec::new(), log_likelihood: 0.0 };
        assert_eq!(best_pairs(&sample, &values, &candidate, 30, 5), Some(2));
    }
}
