//! How far apart two rows stand, in the calendar's own units.
//!
//! A month is not a number of seconds, so a frequency is a unit and a count, never a duration.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A calendar unit that rows can be spaced by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Seconds of the clock.
    Second,
    /// Minutes of the clock.
    Minute,
    /// Hours of the clock.
    Hour,
    /// Calendar days.
    Day,
    /// Monday to Friday; Saturday and Sunday are not slots.
    BusinessDay,
    /// Seven days.
    Week,
    /// Calendar months, kept on their day (or on month ends).
    Month,
    /// Three calendar months.
    Quarter,
    /// Twelve calendar months.
    Year,
}

impl Unit {
    /// Fixed length in seconds, or `None` where the calendar decides (months and up, business days).
    pub fn fixed_seconds(self) -> Option<i64> {
        match self {
            Unit::Second => Some(1),
            Unit::Minute => Some(60),
            Unit::Hour => Some(3_600),
            Unit::Day => Some(86_400),
            Unit::Week => Some(604_800),
            Unit::BusinessDay | Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }

    /// Number of calendar months in the unit, or `None` for units shorter than a month.
    pub fn months(self) -> Option<i64> {
        match self {
            Unit::Month => Some(1),
            Unit::Quarter => Some(3),
            Unit::Year => Some(12),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::BusinessDay => "business day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }
}

/// The distance between neighbouring rows: `count` units, for example 15 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Frequency {
    /// The unit counted.
    pub unit: Unit,
    /// How many units lie between two rows.
    #[schemars(range(min = 1))]
    pub count: u32,
}

impl Frequency {
    /// One unit a row.
    pub const fn every(unit: Unit) -> Self {
        Self { unit, count: 1 }
    }

    /// The largest unit that divides `seconds` whole, up to a week: 900 becomes 15 minutes.
    ///
    /// `seconds` must be positive; anything less is read as one second.
    pub fn from_seconds(seconds: i64) -> Self {
        let seconds = seconds.max(1);
        let (unit, length) = [Unit::Week, Unit::Day, Unit::Hour, Unit::Minute]
            .into_iter()
            .filter_map(|unit| Some((unit, unit.fixed_seconds()?)))
            .find(|(_, length)| seconds % length == 0)
            .unwrap_or((Unit::Second, 1));
        Self { unit, count: u32::try_from(seconds / length).unwrap_or(u32::MAX) }
    }

    /// The largest unit that divides `months` whole: 3 becomes a quarter.
    pub fn from_months(months: i64) -> Self {
        let months = months.max(1);
        let (unit, length) = [(Unit::Year, 12), (Unit::Quarter, 3)]
            .into_iter()
            .find(|(_, length)| months % length == 0)
            .unwrap_or((Unit::Month, 1));
        Self { unit, count: u32::try_from(months / length).unwrap_or(u32::MAX) }
    }

    /// Rows in one natural cycle: the year for days' multiples and longer, the week for days, the
    /// day for hours and shorter, the hour for minutes, the minute for seconds; 1 where the step is
    /// as long as the cycle.
    pub fn season_length(self) -> usize {
        let rows = |cycle: u32| (cycle / self.count.max(1)).max(1) as usize;
        match self.unit {
            Unit::Year => 1,
            Unit::Quarter => rows(4),
            Unit::Month => rows(12),
            Unit::Week => rows(52),
            Unit::BusinessDay => rows(5),
            Unit::Day => rows(7),
            Unit::Hour => rows(24),
            Unit::Minute if self.count >= 5 => rows(24 * 60),
            Unit::Minute | Unit::Second => rows(60),
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_the_largest_whole_unit() {
        assert_eq!(Frequency::from_seconds(900).to_string(), "15 minutes");
        assert_eq!(Frequency::from_seconds(86_400).to_string(), "1 day");
        assert_eq!(Frequency::from_seconds(604_800).to_string(), "1 week");
        assert_eq!(Frequency::from_seconds(90).to_string(), "90 seconds");
    }

    #[test]
    fn months_become_quarters_and_years() {
        assert_eq!(Frequency::from_months(1).to_string(), "1 month");
        assert_eq!(Frequency::from_months(3).to_string(), "1 quarter");
        assert_eq!(Frequency::from_months(24).to_string(), "2 years");
    }

    #[test]
    fn the_season_follows_the_step() {
        assert_eq!(Frequency::every(Unit::Month).season_length(), 12);
        assert_eq!(Frequency::from_seconds(1800).season_length(), 48);
        assert_eq!(Frequency::every(Unit::Year).season_length(), 1);
        assert_eq!(Frequency::every(Unit::Minute).season_length(), 60);
    }
}
