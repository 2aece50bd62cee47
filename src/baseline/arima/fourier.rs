//! Sines and cosines that follow seasons.
//!
//! Harvey (1989), section 2.3.4; Hyndman and Athanasopoulos (2021), sections 7.4, 12.1 and 12.2. Not
//! for seasons short enough for seasonal differences, nor for how many are worth having (`auto`).

use std::f64::consts::TAU;

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
    pub(super) fn first(&self, pairs: usize) -> Self {
        Self { period: self.period, orders: self.orders[..pairs].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
