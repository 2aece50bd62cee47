//! Futures drawn at random, for forms without a formula for their variance.
//!
//! Hyndman et al. (2008), section 6.1. One seed always draws the same futures, and each is drawn
//! with its mirror, so that intervals are repeatable and centred.

use super::super::model::Interval;
use super::super::random::Shocks;
use super::form::EtsForm;
use super::recursion::{Smoothing, State, simulated};
use crate::stats::quantile_of_sorted;

/// Futures drawn, mirrors included: the 2.5 % quantile is then known to about a tenth of a standard
/// deviation.
const FUTURES: usize = 4_000;
/// The seed of all intervals.
const SEED: u64 = 1;

/// Intervals at `levels` over `horizon` rows, from innovations of this standard `deviation`.
pub(super) fn intervals(
    form: EtsForm,
    smoothing: &Smoothing,
    state: &State,
    place: usize,
    deviation: f64,
    horizon: usize,
    levels: &[f64],
) -> Vec<Interval> {
    let mut shocks = Shocks::new(SEED);
    let mut futures = vec![vec![0.0; FUTURES]; horizon];
    let mut drawn = vec![0.0; horizon];
    for future in 0..FUTURES {
        let mirror = future % 2 == 1;
        if !mirror {
            for shock in &mut drawn {
                *shock = deviation * shocks.next();
            }
        }
        let (mut path, mut at) = (state.clone(), place);
        for (row, shock) in futures.iter_mut().zip(&drawn) {
            let shock = if mirror { -shock } else { *shock };
            let value = simulated(form, smoothing, &mut path, &mut at, shock);
            row[future] = if value.is_nan() { 0.0 } else { value };
        }
    }
    for row in &mut futures {
        row.sort_unstable_by(f64::total_cmp);
    }
    let bound = |share: f64| futures.iter().map(|row| quantile_of_sorted(row, share)).collect();
    let interval = |&level: &f64| Interval {
        level,
        lower: bound(f64::midpoint(0.0, 1.0 - level)),
        upper: bound(f64::midpoint(1.0, level)),
    };
    levels.iter().map(interval).collect()
}
