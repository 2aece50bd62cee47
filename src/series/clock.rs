//! Which clock a time column was read from: a plain wall clock, a fixed offset, or a zone with
//! daylight saving; and when the clocks of a zone change.
//!
//! Not for parsing text: `import` finds the stamps, this module only knows what they mean.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The clock that a column of times was written by.
#[derive(Debug, Clone, PartialEq)]
pub enum Clock {
    /// No offset in the file: every day has 24 hours and nothing is converted.
    Wall,
    /// Every row carries this offset from UTC.
    Fixed(Offset),
    /// The offset changes as it does in this zone of the IANA database.
    Zoned(TimeZone),
    /// No offset in the file, but the clock changes as it does in this zone: an hour is written twice
    /// in autumn and none in spring. Labels show no offset either.
    WallOf(TimeZone),
}

impl Clock {
    /// The instant a local time stands for, as microseconds since 1970-01-01T00:00Z (wall clocks
    /// count as UTC). A local time that daylight saving skips is moved forward by the hole's length.
    pub fn instant_micros(&self, local: DateTime) -> i64 {
        // A time off the calendar's end stays off it.
        let beyond = if local.year() < 1970 { i64::MIN } else { i64::MAX };
        match self {
            Clock::Wall => {
                Offset::UTC.to_timestamp(local).map_or(beyond, Timestamp::as_microsecond)
            }
            Clock::Fixed(offset) => {
                offset.to_timestamp(local).map_or(beyond, Timestamp::as_microsecond)
            }
            Clock::Zoned(zone) | Clock::WallOf(zone) => {
                zone.to_timestamp(local).map_or(beyond, Timestamp::as_microsecond)
            }
        }
    }

    /// The local time an instant shows on this clock.
    pub fn local(&self, instant_micros: i64) -> DateTime {
        let instant = instant_at(instant_micros);
        match self {
            Clock::Wall => Offset::UTC.to_datetime(instant),
            Clock::Fixed(offset) => offset.to_datetime(instant),
            Clock::Zoned(zone) | Clock::WallOf(zone) => zone.to_datetime(instant),
        }
    }

    /// The zone whose changes the clock follows.
    pub const fn zone(&self) -> Option<&TimeZone> {
        match self {
            Clock::Zoned(zone) | Clock::WallOf(zone) => Some(zone),
            Clock::Wall | Clock::Fixed(_) => None,
        }
    }

    /// The ISO 8601 offset that belongs to an instant (`Z`, `+01:00`), empty for a wall clock.
    pub fn offset_suffix(&self, instant_micros: i64) -> String {
        let offset = match self {
            Clock::Wall | Clock::WallOf(_) => return String::new(),
            Clock::Fixed(offset) => *offset,
            Clock::Zoned(zone) => zone.to_offset(instant_at(instant_micros)),
        };
        if offset == Offset::UTC {
            return "Z".to_owned();
        }
        let seconds = offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The zone of the IANA database whose clock shows exactly these offsets at these instants, the
    /// first in alphabetical order where several agree; `None` where none does.
    ///
    /// `samples` holds (instant in microseconds, offset in seconds); give the rows on both sides of
    /// every change of offset, and the first and last row.
    pub fn zone_matching(samples: &[(i64, i32)]) -> Option<TimeZone> {
        let shows = |zone: &TimeZone| {
            samples.iter().all(|&(micros, seconds)| {
                Timestamp::from_microsecond(micros)
                    .is_ok_and(|instant| zone.to_offset(instant).seconds() == seconds)
            })
        };
        Self::zones().find(|zone| shows(zone))
    }

    /// The zones of the IANA database in the order of their names, those named by a place first.
    pub fn zones() -> impl Iterator<Item = TimeZone> {
        let mut names: Vec<String> =
            jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        names.sort_by_key(|name| (!name.contains('/') || name.starts_with("Etc/"), name.clone()));
        names.into_iter().filter_map(|name| jiff::tz::db().get(&name).ok())
    }
}

/// The instant of a count of microseconds, or the end of the calendar that it lies beyond.
fn instant_at(micros: i64) -> Timestamp {
    let end = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(end)
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clock::Wall => f.write_str("no time zone"),
            Clock::Fixed(offset) if *offset == Offset::UTC => f.write_str("UTC"),
            Clock::Fixed(_) => write!(f, "UTC{}", self.offset_suffix(0)),
            Clock::Zoned(zone) | Clock::WallOf(zone) => {
                f.write_str(zone.iana_name().unwrap_or("a changing offset"))
            }
        }
    }
}

const MICROS: i64 = 1_000_000;

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

    #[test]
    fn a_zone_is_found_from_its_change_of_offset() {
        // Berlin sprang forward at 2021-03-28T01:00Z.
        let change = "2021-03-28T01:00:00Z".parse::<Timestamp>().unwrap().as_microsecond();
        let hour = 3_600_000_000;
        let zone = Clock::zone_matching(&[(change - hour, 3_600), (change, 7_200)]).unwrap();
        let clock = Clock::Zoned(zone);
        assert_eq!(clock.offset_suffix(change - hour), "+01:00");
        assert_eq!(clock.offset_suffix(change), "+02:00");
    }

    #[test]
    fn impossible_offsets_match_no_zone() {
        assert_eq!(Clock::zone_matching(&[(0, 61)]), None);
    }
}

#[cfg(test)]
mod daylight_tests {
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
