//! Numerics without a domain: quantiles, distributions, Box-Cox, STL, minimisers, digests. Each stands
//! here once.
//!
//! Values are f64 and NaN marks a missing one. Not for series and dates (`series`), nor for networks,
//! whose numbers are f32 (`nn`).

pub mod autocorrelation;
pub mod box_cox;
mod digest;
pub mod least_squares;
pub mod levenberg_marquardt;
mod quantile;
pub mod quasi_newton;
mod stl;

pub use box_cox::{golden_section, guerrero_lambda, likeliest_lambda};
pub use digest::Digest;
pub use quantile::{
    median, median_of, normal_quantile, quantile_of, quantile_of_sorted, upper_median,
};
pub use stl::{SeasonalComponent, Stl, StlParts, seasonal_fill};

/// A count as a number. Counts of rows, weights and epochs stay far below 2^53, above which not every
/// whole number has an f64.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub const fn number(count: usize) -> f64 {
    count as f64
}

/// The share that `part` is of `whole`; of nothing, as if it were one.
pub fn ratio(part: usize, whole: usize) -> f64 {
    number(part) / number(whole.max(1))
}

/// The whole part of a number: 0 below 0 and for NaN, the largest count where it is beyond.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` stops at the ends"
)]
pub const fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_go_there_and_back_and_stop_at_the_ends() {
        assert_eq!((number(3), whole(3.9), whole(-1.0), whole(f64::NAN)), (3.0, 3, 0, 0));
        assert_eq!(whole(f64::INFINITY), usize::MAX);
        assert_eq!((ratio(1, 4), ratio(0, 0)), (0.25, 0.0));
    }
}
