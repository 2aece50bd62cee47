//! Counts as numbers, and back.

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
