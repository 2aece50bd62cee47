//! What numbers a setting allows.

use std::fmt;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use serde_json::Value;

/// Most of any count without a limit of its own: more epochs, rows or threads than any machine gets
/// through, and far below what a file of settings can hold.
const MOST: f64 = 1e9;

/// A range of numbers. Every number in it is finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: Bound<f64>,
    /// The upper end.
    pub high: Bound<f64>,
}

impl Range {
    /// The range that a JSON schema gives; whole numbers have an end where it names none.
    pub(super) fn of_schema(schema: &Value, is_whole: bool) -> Self {
        let number = |key: &str| schema.get(key).and_then(Value::as_f64);
        let bound = |included: &str, excluded: &str| match (number(excluded), number(included)) {
            (Some(end), _) => Excluded(end),
            (None, Some(end)) => Included(end),
            (None, None) => Unbounded,
        };
        let high = match bound("maximum", "exclusiveMaximum") {
            Unbounded if is_whole => Included(MOST),
            high => high,
        };
        Self { low: bound("minimum", "exclusiveMinimum"), high }
    }

    /// Whether a number is allowed.
    pub fn contains(&self, value: f64) -> bool {
        value.is_finite() && (self.low, self.high).contains_number(value)
    }

    /// Whether it has every whole number of 64 bits.
    pub fn allows_every_u64(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "the nearest number is as good")]
        let most = u64::MAX as f64;
        self.contains(0.0) && self.contains(most)
    }

    /// The allowed number nearest to one; `None` where an end is not itself allowed, or for NaN.
    pub fn nearest(&self, value: f64) -> Option<f64> {
        match (self.low, self.high) {
            _ if value.is_nan() => None,
            _ if self.contains(value) => Some(value),
            (Included(low), _) if value <= low => Some(low),
            (_, Included(high)) if value >= high => Some(high),
            _ => None,
        }
    }

    /// What to use in place of a number that is not allowed, in words.
    pub fn advice(&self, value: f64) -> String {
        match self.high {
            Included(high) if high >= MOST && value > high => match self.low {
                Included(low) => format!("{low} to {high}"),
                _ => format!("at most {high}"),
            },
            _ => self.to_string(),
        }
    }

    /// The closed range that arrows and a drag keep to: just inside an end that is not allowed itself.
    pub fn steps(&self) -> std::ops::RangeInclusive<f64> {
        /// How far inside.
        const INSIDE: f64 = 1e-6;
        let low = match self.low {
            Included(low) => low,
            Excluded(low) => low + INSIDE,
            Unbounded => -1e12,
        };
        let high = match self.high {
            Included(high) => high,
            Excluded(high) => high - INSIDE,
            Unbounded => 1e12,
        };
        low..=high
    }
}

/// Whether a pair of bounds holds a number.
trait ContainsNumber {
    fn contains_number(&self, value: f64) -> bool;
}

impl ContainsNumber for (Bound<f64>, Bound<f64>) {
    fn contains_number(&self, value: f64) -> bool {
        std::ops::RangeBounds::contains(self, &value)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Included(low), Included(high)) if high >= MOST => write!(f, "{low} or more"),
            (Included(low), Included(high)) => write!(f, "{low} to {high}"),
            (Included(low), Excluded(high)) => write!(f, "{low} or more and less than {high}"),
            (Excluded(low), Included(high)) => write!(f, "more than {low}, at most {high}"),
            (Excluded(low), Excluded(high)) => write!(f, "more than {low} and less than {high}"),
            (Included(low), Unbounded) => write!(f, "{low} or more"),
            (Excluded(low), Unbounded) => write!(f, "more than {low}"),
            (Unbounded, Included(high)) => write!(f, "at most {high}"),
            (Unbounded, Excluded(high)) => write!(f, "less than {high}"),
            (Unbounded, Unbounded) => f.write_str("any number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_says_what_it_allows_and_which_number_is_nearest() {
        let range = |low, high| Range { low, high };
        let rate = range(Excluded(0.0), Included(1.0));
        assert_eq!(rate.to_string(), "more than 0, at most 1");
        assert!(rate.contains(1.0) && !rate.contains(0.0) && !rate.contains(f64::NAN));
        assert_eq!((rate.nearest(7.0), rate.nearest(0.0)), (Some(1.0), None));
        let count = Range::of_schema(&serde_json::json!({ "minimum": 1 }), true);
        assert_eq!(count.to_string(), "1 or more");
        assert_eq!((count.nearest(0.0), count.nearest(1e18)), (Some(1.0), Some(MOST)));
        let clip = range(Included(0.0), Unbounded);
        assert!(!clip.contains(f64::INFINITY), "no setting is infinite");
        assert_eq!(clip.nearest(f64::NAN), None);
        assert_eq!(*rate.steps().start(), 1e-6);
    }
}
