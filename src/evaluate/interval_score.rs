//! Whether intervals hold what they promise: coverage, and the mean interval score (Gneiting and
//! Raftery 2007, equation 43), which also counts their width.

use serde::Serialize;

use super::mean;
use crate::forecast::Interval;

/// How one level's intervals did over the held-out rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IntervalScore {
    /// Share of values that the intervals should hold, 0 to 1.
    pub level: f64,
    /// Share of the actual values that they held, 0 to 1.
    pub coverage: f64,
    /// Mean interval score, in the series' units: width, and for each value outside
    /// `2 / (1 - level)` times its distance. Lower is better.
    pub score: f64,
}

impl IntervalScore {
    /// Scores the intervals of one level; rows whose actual value is missing (NaN) are passed over.
    /// `None` where no row is left, or the score is too large for a number.
    pub fn of(interval: &Interval, actual: &[f64]) -> Option<Self> {
        let bounds = interval.lower.iter().zip(&interval.upper);
        let rows = || {
            let rows = actual.iter().zip(bounds.clone());
            rows.filter(|(actual, _)| actual.is_finite()).map(|(&a, (&low, &up))| (a, low, up))
        };
        let penalty = 2.0 / (1.0 - interval.level);
        let score = |(actual, lower, upper): (f64, f64, f64)| {
            let outside = (lower - actual).max(0.0) + (actual - upper).max(0.0);
            upper - lower + penalty * outside
        };
        let holds = |(actual, lower, upper): (f64, f64, f64)| {
            f64::from(u8::from((lower..=upper).contains(&actual)))
        };
        Some(Self {
            level: interval.level,
            coverage: mean(rows().map(holds))?,
            score: mean(rows().map(score)).filter(|score| score.is_finite())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_costs_its_distance_and_the_width_always() {
        let interval =
            Interval { level: 0.8, lower: vec![0.0, 0.0, 0.0], upper: vec![10.0, 10.0, 10.0] };
        let score = IntervalScore::of(&interval, &[5.0, 12.0, f64::NAN]).unwrap();
        assert!((score.coverage - 0.5).abs() < 1e-12);
        // Widths of 10, and 2 / 0.2 times a distance of 2 for one of two.
        assert!((score.score - 20.0).abs() < 1e-9);
        assert_eq!(IntervalScore::of(&interval, &[f64::NAN]), None);
    }
}
