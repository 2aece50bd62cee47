//! When the clocks of a zone change: hours that a day has twice, and hours that it lacks.
//!
//! Not for telling which zone a file was written in (`import`).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::Clock;

const MICROS: i64 = 1_000_000;

/// One change of a zone's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockChange {
    /// First local time, in microseconds since 1970 as if the clock were UTC, that is shown twice or
    /// never.
    pub from: i64,
    /// First local time after it that is shown once again.
    pub to: i64,
    /// Whether the times between are shown twice; else never.
    pub is_repeated: bool,
    /// Seconds east of Greenwich before the change and after it.
    pub offsets: [i32; 2],
}

/// The changes of a zone's clock between two local times, given as microseconds since 1970 as if the
/// clock were UTC; at most `most` of them.
pub fn clock_changes(zone: &TimeZone, from: i64, to: i64, most: usize) -> Vec<ClockChange> {
    let clock = Clock::Zoned(zone.clone());
    let instant = |local: i64| clock.instant_micros(Clock::Wall.local(local));
    let Ok(start) = Timestamp::from_microsecond(instant(from)) else { return Vec::new() };
    let mut before = zone.to_offset(start).seconds();
    let mut changes = Vec::new();
    for transition in zone.following(start).take(most.saturating_mul(2)) {
        let at = transition.timestamp().as_microsecond();
        let after = transition.offset().seconds();
        let [old, new] = [before, after].map(|offset| at + i64::from(offset) * MICROS);
        if old.min(new) > to || changes.len() == most {
            break;
        }
        if old != new {
            changes.push(ClockChange {
                from: old.min(new),
                to: old.max(new),
                is_repeated: new < old,
                offsets: [before, after],
            });
        }
        before = after;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        Clock::Wall.instant_micros(text.parse().unwrap())
    }

    #[test]
    fn a_year_has_an_hour_too_few_and_one_too_many() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let changes = clock_changes(&zone, at("2021-01-01"), at("2021-12-31"), 100);
        let spring = ClockChange {
            from: at("2021-03-28T02:00"),
            to: at("2021-03-28T03:00"),
            is_repeated: false,
            offsets: [3_600, 7_200],
        };
        let autumn = ClockChange {
            from: at("2021-10-31T02:00"),
            to: at("2021-10-31T03:00"),
            is_repeated: true,
            offsets: [7_200, 3_600],
        };
        assert_eq!(changes, [spring, autumn]);
        assert_eq!(clock_changes(&zone, at("1900-01-01"), at("2100-01-01"), 5).len(), 5);
        assert!(clock_changes(&TimeZone::UTC, i64::MIN, i64::MAX, 9).is_empty());
    }

    #[test]
    fn half_an_hour_is_a_change_too() {
        let zone = TimeZone::get("Australia/Lord_Howe").unwrap();
        let changes = clock_changes(&zone, at("2021-01-01"), at("2021-12-31"), 100);
        let lengths: Vec<i64> = changes.iter().map(|change| change.to - change.from).collect();
        assert_eq!(lengths, [1_800 * MICROS; 2]);
    }
}
