//! How many pairs of sine and cosine of each season are worth having.
//!
//! Not for the pairs themselves (`fourier`).

use super::fit::columns;
use super::fourier::Fourier;
use super::innovations::{Arma, InnovationsFilter, SETTLED, Settle};
use super::likelihood::{Coefficients, gaussian};
use super::sample::Sample;
use super::search::{Candidate, REGION};
use crate::baseline::Criteria;
use crate::stats::least_squares::{dot, regress};

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
                let likelihood = gaussian(squares, rows, told.log_variances, rows);
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
