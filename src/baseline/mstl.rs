//! MSTL: several seasons taken out by STL in turn, the rest forecast by exponential smoothing
//! (Bandara, Hyndman and Bergmeir 2021, "MSTL: a seasonal-trend decomposition algorithm for time
//! series with multiple seasonal patterns").
//!
//! Its intervals are those of the rest: how much the seasons themselves may be off is not in them.
//! Not for seasons that are no whole number of rows (`tbats`).

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::ets::{EtsConfig, FittedEts, auto_ets, with_seasons};
use super::model::BaselineError;
use super::stl::Seasons;
use crate::stats::whole;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "mstl",
    label: "MSTL",
    sentence: "Several seasons are taken out one after another; the rest is smoothed.",
    is_rule: false,
    runs_unasked: false,
    drawn_unasked: true,
    look: BaselineLook { color: 3, marker: 1 },
    members: &[],
    fit: |task| Ok(Arc::new(mstl(task.history, &whole_periods(&task.periods.all))?)),
};

/// Periods as whole numbers of rows, each once.
fn whole_periods(periods: &[f64]) -> Vec<usize> {
    let mut rows: Vec<usize> =
        periods.iter().map(|period| whole(period.round().max(1.0))).collect();
    rows.dedup();
    rows
}

/// Takes the seasons of these lengths out of `history` (one value a row, NaN where missing), fits
/// exponential smoothing without season to the rest, and puts the seasons back on the forecast. A
/// season that the history does not hold twice is left out.
///
/// # Errors
/// Where no value is known.
pub fn mstl(history: &[f64], season_lengths: &[usize]) -> Result<FittedEts, BaselineError> {
    let config = EtsConfig::default();
    match Seasons::of(history, season_lengths) {
        Some(seasons) => with_seasons(history, seasons, config),
        None => auto_ets(history, 1, &config),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FittedBaseline, Interval};
    use super::*;
    use crate::stats::number;

    fn value(row: usize) -> f64 {
        let day = [5.0, -3.0, 2.0, -4.0][row % 4];
        let week = 8.0 * (std::f64::consts::TAU * number(row) / 28.0).sin();
        200.0 + 0.5 * number(row) + day + week + number(row * row * row % 11) / 5.0
    }

    #[test]
    fn both_seasons_and_the_trend_go_on() {
        let mut history: Vec<f64> = (0..336).map(value).collect();
        history[40] = f64::NAN;
        let model = mstl(&history, &[4, 28]).unwrap();
        assert!(model.description().starts_with("MSTL[4, 28] + ETS("), "{}", model.description());
        let forecast = model.predict(28, &[0.95]);
        let Interval { lower, upper, .. } = &forecast.intervals[0];
        for (ahead, mean) in forecast.mean.iter().enumerate() {
            let truth = value(336 + ahead);
            assert!((mean - truth).abs() < 4.0, "row {ahead}: {mean} for {truth}");
            assert!(lower[ahead] < *mean && *mean < upper[ahead]);
        }
        for (fitted, (residual, value)) in
            model.fitted().iter().zip(model.residuals().iter().zip(&history))
        {
            if value.is_finite() && model.description().contains("ETS(A") {
                assert!((value - fitted - residual).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn without_two_seasons_it_is_smoothing() {
        let model = mstl(&[1.0, 3.0, 2.0], &[4, 28]).unwrap();
        assert_eq!(model.description(), "ETS(A,N,N)");
        assert!(mstl(&[], &[4]).is_err());
    }
}
