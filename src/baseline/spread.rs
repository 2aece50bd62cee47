//! Standard deviations of forecasts, and the intervals they make.
//!
//! Errors are taken as normal (Hyndman and Athanasopoulos 2021, section 5.5). A history that a model
//! follows without an error does not make the future certain: a value written as 5 may be anything
//! from 4.5 to 5.5, so no standard deviation is taken to be below that of the last digit written.
//! Not for the shape of a model's intervals, which is the model's own.
//!
//! Normal numbers from a seed, for simulated futures, stand here too.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::model::Interval;
use crate::stats::{normal_quantile, number};

/// Digits after the point looked for; a double holds no more of a number near 1.
const MOST_DECIMALS: i32 = 15;
/// Least standard deviation in parts of the largest value: what doubles still tell apart from it
/// after some thousand additions.
const LEAST_PART: f64 = 1e-12;

/// How many times as long as the latest errors all errors last.
const SPANS: f64 = 4.0;
/// Fewer errors than this are too few to tell late ones from others.
const FEWEST_ERRORS: usize = 20;

/// The least standard deviation a forecast of these values may claim: that of rounding to the last
/// digit in which they are written, `10^-decimals / sqrt(12)`. Above zero for any history.
pub(super) fn least_deviation(history: &[f64]) -> f64 {
    let (mut decimals, mut largest) = (0, 0.0_f64);
    for value in history.iter().filter(|value| value.is_finite()) {
        largest = largest.max(value.abs());
        while decimals <= MOST_DECIMALS && !is_written_with(*value, decimals) {
            decimals += 1;
        }
    }
    let step = if decimals > MOST_DECIMALS { 0.0 } else { 10_f64.powi(-decimals) };
    (step / 12_f64.sqrt()).max(largest * LEAST_PART).max(f64::MIN_POSITIVE)
}

fn is_written_with(value: f64, decimals: i32) -> bool {
    let unit = 10_f64.powi(decimals);
    let written = (value * unit).round() / unit;
    (written - value).abs() <= 4.0 * f64::EPSILON * value.abs()
}

/// Standard deviation of one-step errors around zero, less one degree of freedom for each of
/// `parameters`; missing ones (NaN) have no say. `None` where there is no error to learn from.
pub(super) fn deviation(errors: impl Iterator<Item = f64>, parameters: usize) -> Option<f64> {
    let (mut count, mut sum) = (0_usize, 0.0);
    for error in errors.filter(|error| error.is_finite()) {
        count += 1;
        sum += error * error;
    }
    if count == 0 {
        return None;
    }
    Some((sum / number(count.saturating_sub(parameters).max(1))).sqrt())
}

/// Size of the newest errors as a share of that of all, both as root mean squares: errors grow and
/// shrink with a series, and those to come are like the latest. Newer squares weigh more, by
/// powers that make them count as the newest quarter of the errors would (exponential weights: J.P.
/// Morgan and Reuters 1996, section 5.2); the mean of all starts them. 1 where there is no error to
/// learn from; missing ones (NaN) have no say.
pub(super) fn late_share(errors: impl Iterator<Item = f64>) -> f64 {
    let squares: Vec<f64> =
        errors.filter(|error| error.is_finite()).map(|error| error * error).collect();
    let count = number(squares.len());
    let all = squares.iter().sum::<f64>() / count;
    let weight = (SPANS / count).min(1.0);
    let late = squares.iter().fold(all, |late, square| late + weight * (square - late));
    let share = (late / all).sqrt();
    if squares.len() >= FEWEST_ERRORS && share.is_finite() { share } else { 1.0 }
}

/// The standard deviation to use of what was `estimated`, never below the least that `history`
/// allows. One value alone says nothing of how it varies: its own size is taken then.
pub(super) fn deviation_or_size(estimated: Option<f64>, history: &[f64]) -> f64 {
    let least = least_deviation(history);
    let size = || history.iter().filter(|v| v.is_finite()).fold(0.0_f64, |m, v| m.max(v.abs()));
    estimated.filter(|deviation| deviation.is_finite()).unwrap_or_else(size).max(least)
}

/// Normal intervals around `mean`, one a level; `deviations` has one standard deviation a row.
pub(super) fn normal_intervals(mean: &[f64], deviations: &[f64], levels: &[f64]) -> Vec<Interval> {
    let bounds = |width: f64| {
        mean.iter().zip(deviations).map(move |(mean, deviation)| mean + width * deviation).collect()
    };
    let interval = |&level: &f64| {
        let width = normal_quantile(f64::midpoint(1.0, level));
        Interval { level, lower: bounds(-width), upper: bounds(width) }
    };
    levels.iter().map(interval).collect()
}

/// Standard normal numbers.
#[derive(Debug, Clone)]
pub(super) struct Shocks {
    random: ChaCha8Rng,
}

impl Shocks {
    /// Numbers that follow the seed.
    pub(super) fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let integer = (self.random.next_u64() >> 11) as f64;
        // The middle of one of 2^53 equal parts of 0 to 1: never 0, never 1.
        normal_quantile((integer + 0.5) / 9_007_199_254_740_992.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_written_bounds_the_deviation() {
        let rounding = |step: f64| step / 12_f64.sqrt();
        for (history, expected) in [
            (&[5.0, 5.0][..], rounding(1.0)),
            (&[0.7, 1.25, f64::NAN][..], rounding(0.01)),
            (&[0.0][..], rounding(1.0)),
            (&[3e-12][..], rounding(1e-12)),
            (&[1e12][..], 1.0),
            (&[std::f64::consts::PI][..], std::f64::consts::PI * 1e-12),
        ] {
            let found = least_deviation(history);
            assert!((found / expected - 1.0).abs() < 1e-3, "{history:?}: {found} {expected}");
        }
        assert!(least_deviation(&[]) > 0.0);
    }

    #[test]
    fn intervals_hold_their_share() {
        let intervals = normal_intervals(&[10.0], &[2.0], &[0.95, 0.8]);
        assert!((intervals[0].lower[0] - (10.0 - 2.0 * 1.959_963_985)).abs() < 1e-8);
        assert!((intervals[1].upper[0] - (10.0 + 2.0 * 1.281_551_566)).abs() < 1e-8);
        assert!(normal_intervals(&[1.0], &[1.0], &[f64::NAN, 2.0, -3.0]).len() == 3);
    }

    #[test]
    fn errors_of_late_are_told_from_all() {
        let growing = (0..80).map(|row| if row < 40 { 1.0 } else { -3.0 });
        let share = late_share(growing.chain([f64::NAN]));
        // Squares 1 and 9: the mean is 5, and a weight of 1/20 leaves 0.95^40 of the first half's.
        let start = 1.0 + 4.0 * 0.95_f64.powi(40);
        let late = 9.0 + (start - 9.0) * 0.95_f64.powi(40);
        assert!((share - (late / 5.0).sqrt()).abs() < 1e-12, "{share}");
        assert!((late_share([2.0, -2.0].into_iter().cycle().take(50)) - 1.0).abs() < 1e-12);
        assert_eq!(late_share([1.0, 9.0].into_iter()), 1.0);
        assert_eq!(late_share([0.0; 50].into_iter()), 1.0);
    }

    #[test]
    fn deviations_count_known_errors() {
        assert_eq!(deviation([3.0, f64::NAN, -4.0, 5.0].into_iter(), 1), Some(5.0));
        assert_eq!(deviation([f64::NAN].into_iter(), 0), None);
        assert_eq!(deviation_or_size(None, &[f64::NAN, -3.0]), 3.0);
    }
}
