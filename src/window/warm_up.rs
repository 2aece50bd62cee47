//! Rows that a state is brought up over before a forecast.
//!
//! Not for the lanes of validation, which have theirs (`LanePlan::of_part`).

use std::ops::Range;

/// The rows at the end of `history` that a network trained along lanes runs over before it forecasts
/// what follows: the last stretch without a missing value, at most `most` of it, and `lookback` rows at
/// least, where some of them may be filled in. `span` is what a row's differences reach back to. The
/// range is empty where the history is too short for a single row.
pub fn warm_up(history: &[f64], span: usize, lookback: usize, most: usize) -> Range<usize> {
    let origin = history.len();
    let reach = most.saturating_add(span).min(origin);
    let known = history[origin - reach..].iter().rev().take_while(|value| !value.is_nan()).count();
    let rows = known.saturating_sub(span).max(lookback).min(origin.saturating_sub(span));
    origin - rows..origin
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_the_last_stretch_or_the_lookback() {
        let mut history = vec![1.0; 50];
        assert_eq!(warm_up(&history, 0, 5, 100), 0..50);
        assert_eq!(warm_up(&history, 2, 5, 100), 2..50);
        assert_eq!(warm_up(&history, 2, 5, 30), 20..50);
        history[20] = f64::NAN;
        assert_eq!(warm_up(&history, 0, 5, 100), 21..50);
        assert_eq!(warm_up(&history, 3, 5, 100), 24..50);
        history[48] = f64::NAN;
        assert_eq!(warm_up(&history, 0, 5, 100), 45..50);
        assert_eq!(warm_up(&history[..4], 0, 5, 100), 0..4);
        assert_eq!(warm_up(&history[..2], 3, 5, 100), 2..2);
        assert_eq!(warm_up(&[], 0, 5, 100), 0..0);
    }

    proptest! {
        /// More of the past changes nothing once there is enough of it, so a forecast does not hang on
        /// where a file begins.
        #[test]
        fn earlier_history_moves_it_but_does_not_change_it(
            history in prop::collection::vec(prop::option::weighted(0.9, Just(1.0)), 40..80),
            more in 0_usize..30, span in 0_usize..4, lookback in 1_usize..8, most in 8_usize..30,
        ) {
            let history: Vec<f64> = history.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect();
            let longer = [&vec![2.0; more], &history[..]].concat();
            let (short, long) = (
                warm_up(&history, span, lookback, most),
                warm_up(&longer, span, lookback, most),
            );
            prop_assert_eq!(short.len(), long.len());
            prop_assert!(short.len() >= lookback && short.len() <= most.max(lookback));
            prop_assert_eq!(long.end, longer.len());
        }
    }
}
