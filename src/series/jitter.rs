//! Times a little off an even step, moved onto it: loggers that write some seconds late, months that
//! end on their last business day.
//!
//! Each time must get a step of its own, or the times are irregular (`steps`). Not for single rows
//! far off a step that all others keep exactly (`import`).

use jiff::civil::DateTime;

use super::clock::Clock;
use super::frequency::Frequency;
use super::steps::greatest_common_divisor;

/// Times below which no step is seen behind jitter.
const FEWEST_TIMES: usize = 10;
/// Seconds of the steps that may stand behind jitter.
const STEPS: [i64; 23] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800,
    14_400, 21_600, 28_800, 43_200, 86_400,
];
/// Steps of an hour or more are distinguished from others by so many percent of their length, shorter ones by
/// so many.
const LONG_STEP: i64 = 3_600;
const LONG_STEP_PERCENT: i64 = 3;
const SHORT_STEP_PERCENT: i64 = 10;
/// Of hundred neighbours, so many must stand on neighbouring steps.
const NEIGHBOURS_PERCENT: usize = 60;
/// A grid of more steps a time than this would be next to empty.
const MOST_STEPS_PER_TIME: i64 = 20;
/// Days of a quarter of a month.
const QUARTER_MONTH: i8 = 7;
const MICROS: i64 = 1_000_000;

/// Times on the step that they jitter about.
#[derive(Debug, Clone, PartialEq)]
pub struct Steadied {
    /// One for each time, in microseconds since 1970, rising.
    pub instants: Vec<i64>,
    pub step: Frequency,
}

/// Times on the even step that they stand a little off, each by less than a quarter of it and none on
/// the step of another; `None` where they keep a step exactly, or none. `instants` are microseconds
/// since 1970 on `clock`, rising, each once.
pub fn steadied(instants: &[i64], clock: &Clock) -> Option<Steadied> {
    if instants.len() < FEWEST_TIMES {
        return None;
    }
    let distances = || instants.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    let common = distances().fold(0, greatest_common_divisor);
    if distances().filter(|&distance| distance == common).count() * 2 > instants.len() {
        return None;
    }
    let mut sorted: Vec<i64> = distances().collect();
    let middle = sorted.len() / 2;
    let (_, &mut median, _) = sorted.select_nth_unstable(middle);
    drop(sorted);
    let is_near = |step: i64| {
        let percent = if step < LONG_STEP { SHORT_STEP_PERCENT } else { LONG_STEP_PERCENT };
        (median - step * MICROS).abs() <= step * MICROS / 100 * percent
    };
    // Steps of more than an hour may change with the clock of a zone.
    let may = |step: i64| step <= LONG_STEP || clock.zone().is_none();
    let steps = STEPS.into_iter().filter(|&step| may(step) && is_near(step));
    steps
        .filter(|&step| common % (step * MICROS) != 0)
        .find_map(|step| on_step(instants, clock, step))
}

/// The times on a step in seconds that counts from midnight, or from where most of them stand.
fn on_step(instants: &[i64], clock: &Clock, step_secs: i64) -> Option<Steadied> {
    let step = step_secs * MICROS;
    let &first = instants.first()?;
    // From the instant to the local clock.
    let shift = Clock::Wall.instant_micros(clock.local(first)) - first;
    let grain = if step_secs >= 600 { 60 * MICROS } else { MICROS };
    let usual = usual_phase(instants, shift, step);
    let phases = [0, (usual + grain / 2).div_euclid(grain) * grain];
    phases.into_iter().find_map(|phase| {
        let on = |instant: i64| {
            let from = instant + shift - phase;
            let slot = (from + step / 2).div_euclid(step);
            let moved = (slot * step - from).abs();
            (moved * 4 < step).then_some(slot)
        };
        let mut neighbours = 0;
        let mut before = None;
        for &instant in instants {
            let slot = on(instant)?;
            if before.is_some_and(|before| slot <= before) {
                return None;
            }
            neighbours += usize::from(before == Some(slot - 1));
            before = Some(slot);
        }
        let all = before? - on(first)? + 1;
        let steps = i64::try_from(instants.len()).ok()?.saturating_mul(MOST_STEPS_PER_TIME);
        if neighbours * 100 < (instants.len() - 1) * NEIGHBOURS_PERCENT || all > steps {
            return None;
        }
        let moved = instants.iter().map(|&instant| Some(on(instant)? * step + phase - shift));
        let step = Frequency::from_seconds(step_secs);
        Some(Steadied { instants: moved.collect::<Option<_>>()?, step })
    })
}

/// The middle of the places within a step.
fn usual_phase(instants: &[i64], shift: i64, step: i64) -> i64 {
    let first = instants.first().map_or(0, |&first| first + shift);
    // Distances to the place of the first, around the circle.
    let around = |&instant: &i64| (instant + shift - first + step / 2).rem_euclid(step) - step / 2;
    let mut places: Vec<i64> = instants.iter().map(around).collect();
    let middle = places.len() / 2;
    let (_, &mut median, _) = places.select_nth_unstable(middle);
    (first + median).rem_euclid(step)
}

/// Times that stand in the last days of different months, or in the first, moved to the last or the
/// first day; `None` where they do not, or do so exactly.
pub fn steadied_months(instants: &[i64], clock: &Clock) -> Option<Steadied> {
    if instants.len() < FEWEST_TIMES {
        return None;
    }
    let locals: Vec<DateTime> = instants.iter().map(|&instant| clock.local(instant)).collect();
    let month = |local: &DateTime| i64::from(local.year()) * 12 + i64::from(local.month());
    let between = || locals.windows(2).map(|pair| month(&pair[1]) - month(&pair[0]));
    let step = between().fold(0, greatest_common_divisor);
    let neighbours = between().filter(|&months| months == step).count();
    if between().any(|months| months < 1)
        || neighbours * 100 < (locals.len() - 1) * NEIGHBOURS_PERCENT
    {
        return None;
    }
    let at_end = locals.iter().all(|local| local.days_in_month() - local.day() < QUARTER_MONTH);
    let at_start = locals.iter().all(|local| local.day() <= QUARTER_MONTH);
    let time = locals[0].time();
    let has_time = locals.iter().all(|local| local.time() == time);
    let moved = |local: &DateTime| {
        let day = if at_end { local.date().last_of_month() } else { local.date().first_of_month() };
        let time = if has_time { time } else { jiff::civil::Time::midnight() };
        clock.instant_micros(day.to_datetime(time))
    };
    if !(at_end || at_start) {
        return None;
    }
    let moved: Vec<i64> = locals.iter().map(moved).collect();
    (moved != instants).then_some(Steadied { instants: moved, step: Frequency::from_months(step) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn at(text: &str) -> i64 {
        Clock::Wall.instant_micros(text.parse().unwrap())
    }

    fn every(from: &str, step_secs: i64, off_secs: &[i64]) -> Vec<i64> {
        let rows = (0..).zip(off_secs);
        rows.map(|(row, off)| at(from) + (row * step_secs + off) * MICROS).collect()
    }

    #[test]
    fn stamps_some_seconds_late_stand_on_their_minutes() {
        let late = [3, 0, 5, 2, 2, 0, 1, 7, 4, 3, 9, 1];
        let found = steadied(&every("2024-01-01T10:00", 60, &late), &Clock::Wall).unwrap();
        assert_eq!(found.step.to_string(), "1 minute");
        assert_eq!(found.instants, every("2024-01-01T10:00", 60, &[0; 12]));
    }

    #[test]
    fn steps_that_do_not_count_from_midnight_keep_their_place() {
        let off = [4, -3, 0, 9, -8, 2, 0, 1, -1, 5, 3];
        let found = steadied(&every("2024-01-01T10:30", 3_600, &off), &Clock::Wall).unwrap();
        assert_eq!(found.instants, every("2024-01-01T10:30", 3_600, &[0; 11]));
    }

    #[test]
    fn exact_steps_and_shared_steps_are_left_alone() {
        let none = |times: &[i64]| steadied(times, &Clock::Wall).is_none();
        assert!(none(&every("2024-01-01", 900, &[0; 40])));
        assert!(none(&every("2024-01-01", 60, &[3, 0, 5])));
        // The sixth stands on the minute of the fifth.
        assert!(none(&every("2024-01-01", 60, &[3, 0, 5, 2, 1, -52, 1, 7, 4, 3, 9, 1])));
        // Morning and evening: no step of six hours.
        let twice =
            (0..20).flat_map(|day| [34_200, 57_600].map(|secs| (day * 86_400 + secs) * MICROS));
        assert!(none(&twice.collect::<Vec<_>>()));
    }

    #[test]
    fn last_business_days_are_months() {
        let days = [
            "2024-01-31",
            "2024-02-29",
            "2024-03-28",
            "2024-04-30",
            "2024-05-31",
            "2024-06-28",
            "2024-07-31",
            "2024-08-30",
            "2024-09-30",
            "2024-10-31",
            "2024-11-29",
            "2024-12-31",
        ];
        let found = steadied_months(&days.map(at), &Clock::Wall).unwrap();
        assert_eq!(
            (found.step.to_string().as_str(), found.instants[2]),
            ("1 month", at("2024-03-31"))
        );
        let exact: Vec<i64> = found.instants;
        assert!(steadied_months(&exact, &Clock::Wall).is_none());
    }

    #[test]
    fn a_zone_of_half_hours_keeps_its_hours() {
        let clock = Clock::Zoned(TimeZone::get("Asia/Kolkata").unwrap());
        let times: Vec<i64> = (0..12)
            .map(|hour| {
                clock.instant_micros(
                    format!("2024-01-01T{hour:02}:00:0{}", hour % 4).parse().unwrap(),
                )
            })
            .collect();
        let found = steadied(&times, &clock).unwrap();
        assert_eq!(clock.local(found.instants[1]), "2024-01-01T01:00".parse().unwrap());
    }

    proptest! {
        #[test]
        fn jitter_below_a_quarter_is_undone_and_gaps_stay(
            off in prop::collection::vec(-140_i64..=140, 30..80),
            kept in prop::collection::vec(prop::bool::weighted(0.9), 80),
        ) {
            let rows: Vec<i64> = every("2024-03-01T00:00", 600, &off);
            let exact = every("2024-03-01T00:00", 600, &vec![0; off.len()]);
            let keep = |times: &[i64]| -> Vec<i64> {
                times.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(&time, _)| time).collect()
            };
            if let Some(found) = steadied(&keep(&rows), &Clock::Wall) {
                prop_assert_eq!(found.instants, keep(&exact));
            }
        }
    }
}
