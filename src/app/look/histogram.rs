//! How often values occur: a histogram with a bin width that follows the data, and the middle of
//! the values.
//!
//! Width of Freedman and Diaconis (1981): twice the quartiles' distance over the cube root of the
//! count.

use crate::stats::{number, quantile_of, whole};

/// Most bins: a picture shows no more, and one far outlier would ask for millions.
const MOST_BINS: usize = 200;

/// What chose the bin width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinRule {
    FreedmanDiaconis,
    /// The same would ask for more bins than a picture can show.
    Capped,
    /// Half of the values are equal, so their quartiles say nothing: `1 + log2(count)` bins
    /// (Sturges 1926).
    Sturges,
}

/// Counts of values in bins of one width, and the middle of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Where the first bin begins: the smallest value.
    pub low: f64,
    /// Width of every bin.
    pub width: f64,
    /// Values in each bin; a value on an edge counts upwards, the largest downwards.
    pub counts: Vec<usize>,
    /// What chose the width.
    pub rule: BinRule,
    /// Known values.
    pub known: usize,
    pub mean: f64,
    pub median: f64,
    /// Lower and upper quartile.
    pub quartiles: (f64, f64),
}

impl Histogram {
    /// The histogram of the known values, or `None` where there are none or their span is beyond
    /// what a number can hold.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let known = sorted.len();
        let low = sorted.iter().copied().reduce(f64::min)?;
        let high = sorted.iter().copied().reduce(f64::max)?;
        if !(high - low).is_finite() {
            return None;
        }
        let mean = low + sorted.iter().map(|value| value - low).sum::<f64>() / number(known);
        let quartiles = (quantile_of(&mut sorted, 0.25), quantile_of(&mut sorted, 0.75));
        let median = quantile_of(&mut sorted, 0.5);
        let spread = quartiles.1 - quartiles.0;
        let (low, high) = if low < high { (low, high) } else { (low - 0.5, high + 0.5) };
        let (bins, rule) = bins(high - low, spread, known);
        let width = (high - low) / number(bins);
        let mut counts = vec![0; bins];
        for value in &sorted {
            counts[whole((value - low) / width).min(bins - 1)] += 1;
        }
        Some(Self { low, width, counts, rule, known, mean, median, quartiles })
    }

    /// Where a bin begins and ends.
    pub fn bin(&self, bin: usize) -> (f64, f64) {
        let edge = |bin: usize| self.low + self.width * number(bin);
        (edge(bin), edge(bin + 1))
    }
}

fn bins(span: f64, spread: f64, known: usize) -> (usize, BinRule) {
    let width = 2.0 * spread / number(known).cbrt();
    if width <= 0.0 {
        return (whole(number(known).log2()).saturating_add(1).min(MOST_BINS), BinRule::Sturges);
    }
    match whole((span / width).ceil()).max(1) {
        bins if bins <= MOST_BINS => (bins, BinRule::FreedmanDiaconis),
        _ => (MOST_BINS, BinRule::Capped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_said_of_no_values() {
        assert_eq!(Histogram::of(&[]), None);
        assert_eq!(Histogram::of(&[f64::NAN]), None);
        assert_eq!(Histogram::of(&[f64::MIN, f64::MAX]), None);
    }

    #[test]
    fn one_value_has_a_bin_around_it() {
        let one = Histogram::of(&[7.0, f64::NAN, 7.0]).unwrap();
        assert_eq!((one.known, one.mean, one.median), (2, 7.0, 7.0));
        assert!(one.bin(0).0 < 7.0 && one.bin(one.counts.len() - 1).1 > 7.0);
    }

    #[test]
    fn a_far_outlier_asks_for_no_more_bins_than_can_be_seen() {
        let mut values: Vec<f64> = (0..1_000).map(|row| f64::from(row % 10)).collect();
        values.push(1e9);
        let found = Histogram::of(&values).unwrap();
        assert_eq!((found.counts.len(), found.rule), (MOST_BINS, BinRule::Capped));
    }

    #[test]
    fn values_that_are_mostly_equal_fall_back_on_their_count() {
        let mut values = vec![0.0; 100];
        values.push(5.0);
        assert_eq!(Histogram::of(&values).unwrap().rule, BinRule::Sturges);
    }

    proptest! {
        #[test]
        fn every_known_value_is_counted_once(values in prop::collection::vec(-1e6..1e6_f64, 1..400)) {
            let found = Histogram::of(&values).unwrap();
            prop_assert_eq!(found.counts.iter().sum::<usize>(), values.len());
            let (low, high) = (found.bin(0).0, found.bin(found.counts.len() - 1).1);
            prop_assert!(low <= found.median && found.median <= high * (1.0 + 1e-9) + 1e-9);
            prop_assert!(found.quartiles.0 <= found.median && found.median <= found.quartiles.1);
        }
    }
}
