//! Local times with or without offsets to instants on one clock.
//!
//! One offset everywhere is that offset. Changing offsets are a zone of the IANA database if one
//! shows them all; else the instants are kept and shown in UTC.

use jiff::tz::Offset;

use super::stamp::Stamp;
use crate::series::Clock;

/// A time as written, on its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local {
    /// Microseconds since 1970 as if the clock were UTC.
    pub micros: i64,
    /// Seconds east of Greenwich, where written.
    pub offset_secs: Option<i32>,
}

/// All times of a column on one clock. Where some cells have an offset and some have none, the
/// fewer of the two are unparsable: nobody knows where they belong.
pub(crate) fn on_one_clock(
    name: &str,
    cells: &[Result<Local, Stamp>],
    notes: &mut Vec<String>,
) -> (Vec<Stamp>, Clock) {
    let with = cells.iter().flatten().filter(|cell| cell.offset_secs.is_some()).count();
    let without = cells.iter().flatten().count() - with;
    if with > 0 && without > 0 {
        let (kept, fewer) = if with >= without { ("with", without) } else { ("without", with) };
        notes.push(format!(
            "column {name} has times with and without an offset from UTC; those {kept} one are \
             used and the {fewer} others count as unreadable"
        ));
    }
    let keep_offsets = with >= without && with > 0;
    let stamps: Vec<Stamp> = cells
        .iter()
        .map(|cell| match *cell {
            Ok(Local { micros, offset_secs: Some(offset) }) if keep_offsets => {
                Stamp::At(micros - i64::from(offset) * 1_000_000)
            }
            Ok(Local { micros, offset_secs: None }) if !keep_offsets => Stamp::At(micros),
            Ok(_) => Stamp::Unparsable,
            Err(stamp) => stamp,
        })
        .collect();
    if !keep_offsets {
        return (stamps, Clock::Wall);
    }
    let offsets = cells.iter().flatten().filter_map(|cell| cell.offset_secs);
    let pairs = stamps.iter().filter_map(|stamp| match stamp {
        Stamp::At(instant) => Some(*instant),
        Stamp::Missing | Stamp::Unparsable => None,
    });
    let clock = clock_of(name, pairs.zip(offsets).collect(), notes);
    (stamps, clock)
}

/// The clock that shows each offset at its instant.
fn clock_of(name: &str, mut shown: Vec<(i64, i32)>, notes: &mut Vec<String>) -> Clock {
    let Some(&(_, first)) = shown.first() else { return Clock::Wall };
    if shown.iter().all(|&(_, offset)| offset == first) {
        return Offset::from_seconds(first).map_or(Clock::Fixed(Offset::UTC), Clock::Fixed);
    }
    shown.sort_unstable();
    let mut samples: Vec<(i64, i32)> = shown.first().copied().into_iter().collect();
    for pair in shown.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
        samples.extend_from_slice(pair);
    }
    samples.extend(shown.last());
    samples.dedup();
    if let Some(zone) = Clock::zone_matching(&samples) {
        let clock = Clock::Zoned(zone);
        notes.push(format!(
            "the offsets in column {name} change as in {clock}, the first zone by name that shows \
             all of them; dates past the end follow it"
        ));
        return clock;
    }
    notes.push(format!(
        "the offsets in column {name} change as in no known time zone; times are shown in UTC"
    ));
    Clock::Fixed(Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(i64, Option<i32>)]) -> (Vec<Stamp>, Clock, Vec<String>) {
        let cells = cells
            .iter()
            .map(|&(secs, offset_secs)| Ok(Local { micros: secs * 1_000_000, offset_secs }));
        let mut notes = Vec::new();
        let (stamps, clock) = on_one_clock("t", &cells.collect::<Vec<_>>(), &mut notes);
        (stamps, clock, notes)
    }

    #[test]
    fn one_offset_is_a_fixed_clock() {
        let (stamps, clock, notes) = read(&[(7200, Some(3600)), (10_800, Some(3600))]);
        assert_eq!(stamps, [Stamp::At(3_600_000_000), Stamp::At(7_200_000_000)]);
        assert_eq!(clock.to_string(), "UTC+01:00");
        assert!(notes.is_empty());
        assert_eq!(read(&[(0, Some(0))]).1.to_string(), "UTC");
    }

    #[test]
    fn changing_offsets_are_a_zone() {
        // Hours around 2021-03-28T01:00Z, when central European clocks sprang forward.
        let change = 1_616_893_200;
        let (_, clock, notes) = read(&[(change, Some(3600)), (change + 7200, Some(7200))]);
        assert!(matches!(clock, Clock::Zoned(_)));
        assert!(notes[0].contains("first zone by name"), "{notes:?}");
    }

    #[test]
    fn offsets_of_no_zone_are_shown_in_utc() {
        let (stamps, clock, notes) = read(&[(0, Some(0)), (3600, Some(61)), (7200, Some(122))]);
        assert_eq!(stamps[1], Stamp::At(3_539_000_000));
        assert_eq!(clock.to_string(), "UTC");
        assert!(notes[0].contains("no known time zone"), "{notes:?}");
    }

    #[test]
    fn the_fewer_of_mixed_times_are_unparsable() {
        let (stamps, clock, notes) = read(&[(0, None), (60, None), (120, Some(0))]);
        assert_eq!(stamps[2], Stamp::Unparsable);
        assert_eq!(clock, Clock::Wall);
        assert!(notes[0].contains("those without one are used and the 1 others"), "{notes:?}");
    }
}
