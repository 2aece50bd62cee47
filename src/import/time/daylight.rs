//! Times of a wall clock that daylight saving moves: an hour written twice in autumn, none in spring.
//!
//! The zone is told by all changes in the column together; where none fits, the column keeps its
//! plain clock. Not for columns that write their offset (`clocks`).

use jiff::tz::TimeZone;

use super::stamp::Stamp;
use super::stamps::{Ruler, TimeColumn};
use crate::import::selection::Order;
use crate::series::clock::{ClockChange, clock_changes};
use crate::series::{Clock, Precision};

/// Series of a panel that are looked at for signs of a change.
const MOST_LOOKED_AT: usize = 20;
/// More changes than any zone has had.
const MOST_CHANGES: usize = 600;
/// Of hundred times, more repeated ones than this are no matter of clocks.
const MOST_REPEATED_PERCENT: usize = 5;
/// Holes in spring that tell a zone where no hour is written twice.
const FEWEST_HOLES: usize = 2;
/// Distances that a change may add between two rows, in microseconds.
const SHIFTS: [i64; 2] = [3_600 * MICROS, 1_800 * MICROS];
const MICROS: i64 = 1_000_000;

/// What a series shows of changes of its clock.
struct Signs {
    /// Times, rising, each once.
    times: Vec<i64>,
    /// Those that stand twice or more, rising.
    repeated: Vec<i64>,
    /// The common distance of all times.
    step: i64,
    /// Neighbours farther apart than that.
    gaps: usize,
}

/// What fits a zone: changes seen, and times written twice that it explains.
#[derive(Default)]
struct ZoneFit {
    repeats: usize,
    holes: usize,
    times_explained: usize,
}

/// The column read on the clock of the zone that shows its repeated and skipped times; `None` where
/// there are none, or no zone shows them.
pub(crate) fn on_changing_clock(
    name: &str,
    time: &TimeColumn,
    groups: &[Order],
) -> Option<TimeColumn> {
    if time.ruler != Ruler::Calendar(Clock::Wall, Precision::Second) {
        return None;
    }
    let signs: Vec<Signs> =
        groups.iter().filter_map(|group| Signs::of(time, group)).take(MOST_LOOKED_AT).collect();
    let first = signs.iter().filter_map(|one| one.times.first()).min()?;
    let last = signs.iter().filter_map(|one| one.times.last()).max()?;
    let (zone, changes, fit) = best_zone(&signs, *first, *last)?;
    let mut stamps: Vec<Stamp> = time.stamps.iter().collect();
    for group in groups {
        for (row, instant) in instants(time, group, &changes, &zone) {
            stamps[row] = Stamp::At(instant);
        }
    }
    let clock = Clock::WallOf(zone);
    let mut notes = time.notes.clone();
    notes.push(format!(
        "the times in column {name} {} as in {clock}: the second of a repeated time is read as the \
         later one, skipped times are no gaps, and dates to come follow that clock",
        fit.in_words()
    ));
    Some(TimeColumn {
        style: time.style,
        ruler: Ruler::Calendar(clock, Precision::Second),
        stamps: stamps.into_iter().collect(),
        notes,
        joined: time.joined.clone(),
    })
}

impl ZoneFit {
    fn in_words(&self) -> String {
        let times = |count: usize| match count {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let back = format!("repeat where clocks are put back ({})", times(self.repeats));
        let forward = format!("skip where clocks are put forward ({})", times(self.holes));
        match (self.repeats, self.holes) {
            (_, 0) => back,
            (0, _) => forward,
            _ => format!("{back} and {forward}"),
        }
    }
}

impl Signs {
    /// The signs in the rows of a series; `None` where there are none.
    fn of(time: &TimeColumn, group: &Order) -> Option<Self> {
        let known = || group.iter().filter_map(|row| time.stamps.at(row).time());
        let rising = known().is_sorted_by(|one, next| one < next);
        if rising && !has_holes(known()) {
            return None;
        }
        let mut times: Vec<i64> = known().collect();
        times.sort_unstable();
        let mut repeated: Vec<i64> =
            times.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        repeated.dedup();
        if repeated.len() * 100 > times.len() * MOST_REPEATED_PERCENT {
            return None;
        }
        times.dedup();
        let step = common_step(times.iter().copied());
        let gaps = times.windows(2).filter(|pair| pair[1] - pair[0] != step).count();
        let shows = !repeated.is_empty() || has_holes(times.iter().copied());
        (shows && step > 0).then_some(Self { times, repeated, step, gaps })
    }

    /// Adds what this series shows of a zone's changes; `false` where it shows that there was none.
    fn agree(&self, changes: &[ClockChange], fit: &mut ZoneFit) -> bool {
        let (Some(&first), Some(&last)) = (self.times.first(), self.times.last()) else {
            return true;
        };
        for change in changes.iter().filter(|change| change.from > first && change.to <= last) {
            let between = |times: &[i64]| {
                times.partition_point(|&time| time < change.to)
                    - times.partition_point(|&time| time < change.from)
            };
            let (written, repeated) = (between(&self.times), between(&self.repeated));
            if change.is_repeated {
                if written > 0 && repeated == 0 {
                    return false;
                }
                fit.repeats += usize::from(repeated > 0);
                fit.times_explained += repeated;
            } else if written > 0 {
                return false;
            } else {
                let next = self.times.partition_point(|&time| time < change.to);
                let neighbours = [self.times.get(next.wrapping_sub(1)), self.times.get(next)];
                if let [Some(before), Some(after)] = neighbours {
                    let skipped = change.to - change.from;
                    fit.holes += usize::from(after - before == skipped + self.step);
                }
            }
        }
        true
    }
}

/// The greatest distance that all are multiples of.
fn common_step(times: impl Iterator<Item = i64>) -> i64 {
    let mut before = None;
    times.fold(0, |step, time| {
        let distance = before.replace(time).map_or(0, |before| time - before);
        greatest_common_divisor(step, distance)
    })
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Whether rising times skip an hour or half of one, beside their step, that begins a whole half-hour.
fn has_holes(times: impl Iterator<Item = i64> + Clone) -> bool {
    let step = common_step(times.clone());
    let mut before = None;
    times.into_iter().any(|time| {
        let distance = before.replace(time).map_or(0, |before| time - before);
        SHIFTS.contains(&(distance - step))
    })
}

/// Zones that many files are from: of several that fit, they are taken first.
const COMMON_ZONES: [&str; 5] =
    ["Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "Australia/Sydney"];

/// The first zone that most signs agree with and none speaks against.
fn best_zone(
    signs: &[Signs],
    first: i64,
    last: i64,
) -> Option<(TimeZone, Vec<ClockChange>, ZoneFit)> {
    let repeated: usize = signs.iter().map(|one| one.repeated.len()).sum();
    let mut best: Option<(TimeZone, Vec<ClockChange>, ZoneFit)> = None;
    let common = COMMON_ZONES.iter().filter_map(|name| TimeZone::get(name).ok());
    for zone in common.chain(Clock::zones()) {
        let changes = clock_changes(&zone, first, last, MOST_CHANGES);
        let mut fit = ZoneFit::default();
        if changes.is_empty() || !signs.iter().all(|one| one.agree(&changes, &mut fit)) {
            continue;
        }
        let alone = fit.holes > 0 && signs.iter().all(|one| one.gaps <= 1);
        let is_told = if repeated > 0 {
            fit.times_explained * 2 > repeated
        } else {
            fit.holes >= FEWEST_HOLES || alone
        };
        let seen = |fit: &ZoneFit| fit.repeats + fit.holes;
        if is_told && best.as_ref().is_none_or(|(.., known)| seen(&fit) > seen(known)) {
            best = Some((zone, changes, fit));
        }
    }
    best
}

/// Row and instant of each row of a series. Times written twice are told apart by their order in the
/// file.
fn instants(
    time: &TimeColumn,
    group: &Order,
    changes: &[ClockChange],
    zone: &TimeZone,
) -> Vec<(usize, i64)> {
    let timed = group.iter().filter_map(|row| Some((row, time.stamps.at(row).time()?)));
    let mut timed: Vec<(usize, i64)> = timed.collect();
    let falls = timed.windows(2).filter(|pair| pair[1].1 < pair[0].1).count();
    if falls * 2 > timed.len() {
        timed.reverse();
    }
    let clock = Clock::Zoned(zone.clone());
    let first_offset = changes.first().map_or(0, |change| change.offsets[0]);
    let mut twice: Vec<Vec<usize>> = vec![Vec::new(); changes.len()];
    for (at, &mut (_, ref mut local)) in timed.iter_mut().enumerate() {
        let passed = changes.partition_point(|change| change.to <= *local);
        let change = changes.get(passed);
        if change.is_some_and(|change| change.is_repeated && change.from <= *local) {
            twice[passed].push(at);
            continue;
        }
        let offset = passed.checked_sub(1).map_or(first_offset, |at| changes[at].offsets[1]);
        *local = if changes.is_empty() {
            clock.instant_micros(Clock::Wall.local(*local))
        } else {
            *local - i64::from(offset) * MICROS
        };
    }
    for (change, places) in changes.iter().zip(&twice) {
        let locals: Vec<i64> = places.iter().map(|&at| timed[at].1).collect();
        let later = are_later(&locals);
        for (&at, later) in places.iter().zip(later) {
            timed[at].1 -= i64::from(change.offsets[usize::from(later)]) * MICROS;
        }
    }
    timed
}

/// Which of the times of a repeated hour, in file order, belong to its second pass: those after the
/// first step back; where there is none, those that stand there already.
fn are_later(locals: &[i64]) -> Vec<bool> {
    let back = locals.windows(2).position(|pair| pair[1] < pair[0]);
    let is_later = |at: usize| match back {
        Some(last) => at > last,
        None => at > 0 && locals[at - 1] == locals[at],
    };
    (0..locals.len()).map(is_later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_pass_of_an_hour_begins_where_time_steps_back() {
        assert_eq!(are_later(&[0, 30, 0, 30]), [false, false, true, true]);
        assert_eq!(are_later(&[0, 0]), [false, true]);
        assert_eq!(are_later(&[0, 0, 30, 30]), [false, true, false, true]);
        assert_eq!(are_later(&[0, 30, 30]), [false, false, true]);
        assert_eq!(are_later(&[15, 30, 45, 0, 15]), [false, false, false, true, true]);
        assert!(are_later(&[]).is_empty());
    }
}
