//! Sines and cosines that follow seasons, and how many pairs of each are worth having.
//!
//! Harvey (1989), section 2.3.4; Hyndman and Athanasopoulos (2021), sections 7.4, 12.1 and 12.2. Not
//! for seasons short enough for seasonal differences.

use std::f64::consts::TAU;

use super::fit::columns;
use super::innovations::{Arma, InnovationsFilter, SETTLED, Settle};
use super::likelihood::Coefficients;
use super::sample::Sample;
use super::search::{Candidate, REGION};
use crate::baseline::Criteria;
use crate::stats::least_squares::{dot, regress};
use crate::stats::number;

/// A wave this close to one of a shorter season is that one.
const SAME_WAVE: f64 = 1e-6;

/// Pairs of sine and cosine of one season.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fourier {
    /// Rows in a season, whole or not.
    pub(super) period: f64,
    /// Waves in a season of each pair, rising.
    pub(super) orders: Vec<usize>,
}

impl Fourier {
    /// The slowest pairs of a season, `most` at most, that rows are close enough to tell apart and that
    /// no season of `shorter` has among its own.
    pub(super) fn new(period: f64, most: usize, shorter: &[f64]) -> Self {
        let is_told = |order: &usize| 2.0 * number(*order) <= period;
        let is_new = |order: &usize| {
            shorter.iter().all(|shorter| {
                let waves = shorter * number(*order) / period;
                (waves - waves.round()).abs() > SAME_WAVE
            })
        };
        let orders = (1..).take_while(is_told).filter(is_new).take(most).collect();
        Self { period, orders }
    }

    /// Columns: two a pair, but one for the wave of two rows, whose sine is zero everywhere.
    pub(super) fn columns(&self) -> usize {
        let is_shortest = |order: &usize| 2.0 * number(*order) >= self.period;
        2 * self.orders.len() - usize::from(self.orders.last().is_some_and(is_shortest))
    }

    /// The value of a column at a row.
    pub(super) fn value(&self, column: usize, row: usize) -> f64 {
        let waves = self.orders[column / 2];
        // Whole seasons are taken out first, so that late rows are as exact as early ones.
        let angle = TAU * (number(waves * row) % self.period) / self.period;
        if column.is_multiple_of(2) { angle.cos() } else { angle.sin() }
    }

    /// Its slowest pairs alone.
    fn first(&self, pairs: usize) -> Self {
        Self { period: self.period, orders: self.orders[..pairs].to_vec() }
    }
}

/// The seasons of the sample with as many of their pairs as make the Schwarz criterion least when the
/// errors follow the process of `candidate`, found on the values less all pairs. Each season in turn is
/// asked beside what was chosen of those before it and all of those after it; one that is not worth a
/// pair is left out.
pub(super) fn best_waves(
    sample: &Sample,
    values: &[f64],
    candidate: &Candidate,
) -> Option<Vec<Fourier>> {
    let order = &candidate.order;
    let columns = columns(sample, values, order);
    let mut arma = Arma::default();
    Coefficients::from_free(order, &REGION, &candidate.free).arma(order.season_length, &mut arma);
    let mut white: Vec<Vec<f64>> = columns.iter().map(|column| vec![0.0; column.len()]).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let told =
        InnovationsFilter::default().run(&arma, &slices, Settle::Within(SETTLED), &mut white)?;
    let mut white = white.into_iter();
    let target = white.next()?;
    let rows = target.len();
    let mut chosen: Vec<Vec<f64>> =
        white.by_ref().take(usize::from(order.constant) + sample.regressors.len()).collect();
    let own = |season: &Fourier| white.by_ref().take(season.columns()).collect();
    let columns_of: Vec<Vec<Vec<f64>>> = sample.fourier.iter().map(own).collect();
    let mut best = Vec::new();
    for (place, season) in sample.fourier.iter().enumerate() {
        let later = columns_of[place + 1..].iter().flatten();
        let mut columns: Vec<Vec<f64>> = chosen.iter().chain(later).cloned().collect();
        let before = columns.len();
        columns.extend_from_slice(&columns_of[place]);
        // The pairs are nested: what each column adds is known once the columns before it are out.
        let (_, pairs) = (0..=season.orders.len())
            .filter_map(|pairs| {
                let used = before + season.first(pairs).columns();
                let mut rest = target.clone();
                regress(&mut rest, &mut columns[..used]);
                let squares = dot(&rest, &rest).max(f64::MIN_POSITIVE);
                let likelihood =
                    super::likelihood::gaussian(squares, rows, told.log_variances, rows);
                let criteria = Criteria::new(likelihood, order.terms() + used + 1, rows);
                criteria.bic.is_finite().then_some((criteria.bic, pairs))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        let worth = season.first(pairs);
        chosen.extend_from_slice(&columns_of[place][..worth.columns()]);
        if pairs > 0 {
            best.push(worth);
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::arima::order::ArimaOrder;

    #[test]
    fn waves_repeat_with_the_season_and_the_last_has_no_sine() {
        let fourier = Fourier::new(5.0, 2, &[]);
        assert_eq!(fourier.columns(), 4);
        for column in 0..4 {
            assert_eq!(fourier.value(column, 3), fourier.value(column, 3 + 5 * 1_000_000));
        }
        assert_eq!(Fourier::new(4.0, 2, &[]).columns(), 3);
        assert_eq!(Fourier::new(4.0, 0, &[]).columns(), 0);
    }

    #[test]
    fn a_wave_of_a_shorter_season_is_not_taken_twice() {
        assert_eq!(Fourier::new(168.0, 8, &[24.0]).orders, [1, 2, 3, 4, 5, 6, 8, 9]);
        assert!(Fourier::new(24.0, 8, &[24.0]).orders.is_empty());
        assert_eq!(Fourier::new(365.25, 3, &[7.0]).orders, [1, 2, 3]);
    }

    fn waves_of(fourier: &[Fourier]) -> Vec<f64> {
        let noise = |row: usize| f64::from(u32::try_from(row * row * 7 % 31).unwrap()) / 31.0;
        let season = |row: usize| {
            fourier.iter().map(|own| 3.0 * own.value(0, row) + 2.0 * own.value(3, row)).sum::<f64>()
        };
        (0..300).map(|row| season(row) + noise(row)).collect()
    }

    fn best(values: &[f64], seasons: Vec<Fourier>) -> Vec<Fourier> {
        let sample = Sample::new("ARIMA", values, &[]).unwrap();
        let sample = Sample { fourier: seasons, ..sample };
        let order = ArimaOrder::new(0, 0, 0);
        let candidate = Candidate { order, criterion: 0.0, free: Vec::new(), log_likelihood: 0.0 };
        best_waves(&sample, values, &candidate).unwrap()
    }

    #[test]
    fn as_many_pairs_are_taken_as_there_are_waves() {
        let season = Fourier::new(30.0, 5, &[]);
        assert_eq!(
            best(&waves_of(std::slice::from_ref(&season)), vec![season.clone()]),
            [season.first(2)]
        );
    }

    #[test]
    fn each_season_has_the_pairs_it_needs_and_one_that_is_not_there_has_none() {
        let all = [
            Fourier::new(12.0, 4, &[]),
            Fourier::new(30.0, 5, &[12.0]),
            Fourier::new(70.5, 5, &[12.0, 30.0]),
        ];
        let there = [all[0].clone(), all[2].clone()];
        let found = best(&waves_of(&there), all.to_vec());
        assert_eq!(found, [all[0].first(2), all[2].first(2)]);
    }
}
