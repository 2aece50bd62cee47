//! Rows whose time lies off the step that all others keep: a typing error, not a finer step.
//!
//! One date a day late would make a weekly file a daily one that is mostly empty; one date of the
//! next century would leave it without any step. Such rows are few, or they are no strays: not for
//! files that jitter, or that change their step halfway.

use jiff::civil::DateTime;

use super::stamps::Ruler;
use crate::series::steps::{axis_through, position_grid};
use crate::series::{CalendarAxis, Clock, PositionAxis, Precision, TimeAxis, Unit};

/// Rows below which no row is called a stray.
const FEWEST_ROWS: usize = 10;
/// Of hundred pairs of neighbours, so many must keep the step.
const AGREEING_PERCENT: usize = 90;
/// A grid of more slots a row than this would be next to empty.
const MOST_SLOTS_PER_ROW: i64 = 20;
/// A first or last row stands alone beyond a gap of so many times the length of all the others.
const LONELY_GAP: i64 = 4;
const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

/// Which of the times, rising and each once, lie off the step of the others; none where no step is
/// kept by nearly all of them.
pub(crate) fn strays(ruler: &Ruler, times: &[i64]) -> Vec<i64> {
    if times.len() < FEWEST_ROWS || is_even(times) {
        return Vec::new();
    }
    let kept = match ruler {
        Ruler::Positions => on_main_grid(times).map(|(_, kept)| kept),
        Ruler::Calendar(clock, _) => on_calendar_grid(times, clock),
    };
    let Some(kept) = kept.filter(|kept| nearly_all(kept)) else { return Vec::new() };
    let of = |wanted: bool| -> Vec<i64> {
        times
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept == wanted)
            .map(|(&time, _)| time)
            .collect()
    };
    if grid_of(ruler, &of(true)).is_some() { of(false) } else { Vec::new() }
}

/// Whether times, rising and each once, stand on a grid of which at least every twentieth slot has a
/// row and most neighbours are one step apart.
pub(crate) fn keeps_a_step(ruler: &Ruler, times: &[i64]) -> bool {
    is_even(times)
        || grid_of(ruler, times).is_some_and(|(_, slots)| {
            let next = slots.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
            next * 2 >= slots.len() - 1
        })
}

/// The step in seconds that the local times of a zone with daylight saving all keep.
pub(crate) fn step_by_clock(clock: &Clock, times: &[i64]) -> Option<i64> {
    clock.zone()?;
    let walls = times.iter().map(|&time| Clock::Wall.instant_micros(clock.local(time)));
    let (step, kept) = on_main_grid(&walls.collect::<Vec<_>>())?;
    (kept.iter().all(|&kept| kept) && step % MICROS == 0).then_some(step / MICROS)
}

/// Whether most neighbours stand one common distance apart, and no end stands alone: as in almost
/// every file, and told without the calendar.
fn is_even(times: &[i64]) -> bool {
    let distances = || times.windows(2).map(|pair| pair[1] - pair[0]);
    let step = distances().fold(0, greatest_common_divisor).max(1);
    let exact = distances().filter(|&distance| distance == step).count();
    exact * 2 >= times.len() && ends(times, step) == (0, times.len())
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Whether only few rows are left out: one alone, or so few that most neighbours are both kept.
fn nearly_all(kept: &[bool]) -> bool {
    let left_out = kept.iter().filter(|kept| !**kept).count();
    let agreeing = kept.windows(2).filter(|pair| pair[0] && pair[1]).count();
    left_out == 1 || agreeing * 100 >= (kept.len() - 1) * AGREEING_PERCENT
}

/// The rows on the grid of the most frequent distance, and that distance; `None` where less than
/// half of the neighbours stand so far apart.
fn on_main_grid(numbers: &[i64]) -> Option<(i64, Vec<bool>)> {
    let distances: Vec<i64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (step, exact) = most_frequent(&distances)?;
    if exact * 2 < distances.len() || step <= 0 {
        return None;
    }
    let phases: Vec<i64> = numbers.iter().map(|number| number.rem_euclid(step)).collect();
    let (phase, _) = most_frequent(&phases)?;
    let standing: Vec<usize> = (0..numbers.len()).filter(|&at| phases[at] == phase).collect();
    let on_grid: Vec<i64> = standing.iter().map(|&at| numbers[at]).collect();
    let (first, end) = ends(&on_grid, step);
    let mut kept = vec![false; numbers.len()];
    standing[first..end].iter().for_each(|&at| kept[at] = true);
    Some((step, kept))
}

/// The rows on the grid of months or of the clock, whichever the calendar's rows keep.
fn on_calendar_grid(times: &[i64], clock: &Clock) -> Option<Vec<bool>> {
    let locals: Vec<DateTime> = times.iter().map(|&time| clock.local(time)).collect();
    if let Some(kept) = on_months(&locals).filter(|kept| nearly_all(kept)) {
        return Some(kept);
    }
    if clock.zone().is_some() {
        // A zone's days differ in length: what is even by its clock is not by the instants.
        let walls: Vec<i64> = locals.iter().map(|&at| Clock::Wall.instant_micros(at)).collect();
        let by_clock = on_main_grid(&walls).filter(|(_, kept)| nearly_all(kept));
        if let Some((step, kept)) = by_clock
            && (step % DAY == 0 || kept.iter().all(|&kept| kept))
        {
            return Some(kept);
        }
    }
    on_main_grid(times).map(|(_, kept)| kept)
}

/// The rows on one day of the month and at one time of the day, or on the last day of the month,
/// that keep a step of months.
fn on_months(locals: &[DateTime]) -> Option<Vec<bool>> {
    let days: Vec<i8> = locals.iter().map(|local| local.day()).collect();
    let (day, _) = most_frequent(&days)?;
    let clocks: Vec<_> = locals.iter().map(|local| local.time()).collect();
    let (time, _) = most_frequent(&clocks)?;
    let on = |wanted: i8| -> Vec<usize> {
        let stands = |local: &DateTime| {
            local.day() == wanted.min(local.days_in_month()) && local.time() == time
        };
        (0..locals.len()).filter(|&at| stands(&locals[at])).collect()
    };
    let (on_day, on_last) = (on(day), on(31));
    let standing = if on_last.len() > on_day.len() { on_last } else { on_day };
    if standing.len() * 100 < locals.len() * AGREEING_PERCENT {
        return None;
    }
    let month = |at: &usize| i64::from(locals[*at].year()) * 12 + i64::from(locals[*at].month());
    let months: Vec<i64> = standing.iter().map(month).collect();
    let (_, even) = on_main_grid(&months)?;
    let mut kept = vec![false; locals.len()];
    standing.iter().zip(even).for_each(|(&at, even)| kept[at] = even);
    Some(kept)
}

/// What is said most often, and how often; the smallest of equals.
fn most_frequent<T: Ord + Copy>(items: &[T]) -> Option<(T, usize)> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, next| one == next);
    runs.rev().max_by_key(|run| run.len()).map(|run| (run[0], run.len()))
}

/// The rows, from and to, that are left where first and last rows far from all others are not
/// counted.
fn ends(numbers: &[i64], step: i64) -> (usize, usize) {
    let (mut first, mut end) = (0, numbers.len());
    while end - first > 2 {
        let rows = &numbers[first..end];
        let (low, high) = (rows[0], rows[rows.len() - 1]);
        let (before, after) = (rows[1] - low, high - rows[rows.len() - 2]);
        let gap = before.max(after);
        let alone = gap > LONELY_GAP.saturating_mul(high - low - gap);
        let slots = (high - low) / step + 1;
        let empty = i64::try_from(rows.len())
            .is_ok_and(|rows| slots > rows.saturating_mul(MOST_SLOTS_PER_ROW));
        let middle = rows[rows.len() / 2];
        match (alone, empty) {
            (true, _) if before > after => first += 1,
            (true, _) => end -= 1,
            (_, true) if middle - low > high - middle => first += 1,
            (_, true) => end -= 1,
            _ => break,
        }
    }
    (first, end)
}

/// Rows that can show no step but their own distance.
pub(super) const ROWS_WITHOUT_STEP: usize = 3;

/// An axis and the slot of each time.
pub(crate) type Grid = (TimeAxis, Vec<usize>);

/// The axis of times, rising and each once; `None` where they keep no step.
pub(crate) fn grid_of(ruler: &Ruler, times: &[i64]) -> Option<Grid> {
    match ruler {
        Ruler::Calendar(clock, precision) => axis_through(times, clock, *precision)
            .map(|(axis, slots)| (TimeAxis::Calendar(as_fine_as_its_step(axis)), slots)),
        Ruler::Positions => {
            let (step, slots) = position_grid(times)?;
            let start = *times.first()?;
            Some((TimeAxis::Position(PositionAxis { start, step }), slots))
        }
    }
}

/// Rows less than a day apart have times of day, however few of them the file writes.
pub(super) fn as_fine_as_its_step(mut axis: CalendarAxis) -> CalendarAxis {
    if matches!(axis.frequency.unit, Unit::Hour | Unit::Minute | Unit::Second) {
        axis.precision = Precision::Second;
    }
    axis
}

/// The longest series of the step that most series have.
pub(crate) fn model(grids: &[Option<Grid>]) -> Option<usize> {
    let told: Vec<(usize, &Grid)> = grids
        .iter()
        .enumerate()
        .filter_map(|(at, grid)| Some((at, grid.as_ref()?)))
        .filter(|(_, (_, slots))| slots.len() >= ROWS_WITHOUT_STEP)
        .collect();
    let mut steps: Vec<(&TimeAxis, usize)> = Vec::new();
    for (_, (axis, _)) in &told {
        match steps.iter_mut().find(|(known, _)| has_same_step(known, axis)) {
            Some((_, count)) => *count += 1,
            None => steps.push((axis, 1)),
        }
    }
    let (common, _) = steps.into_iter().max_by_key(|&(_, count)| count)?;
    let of_common = told.iter().filter(|(_, (axis, _))| has_same_step(axis, common));
    of_common.max_by_key(|(_, (_, slots))| slots.len()).map(|&(at, _)| at)
}

/// Whether two axes are of one step.
pub(super) fn has_same_step(one: &TimeAxis, other: &TimeAxis) -> bool {
    match (one, other) {
        (TimeAxis::Calendar(one), TimeAxis::Calendar(other)) => one.frequency == other.frequency,
        (TimeAxis::Position(one), TimeAxis::Position(other)) => one.step == other.step,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Precision;
    use jiff::tz::TimeZone;

    const WALL: Ruler = Ruler::Calendar(Clock::Wall, Precision::Second);

    fn day(day: &str) -> i64 {
        Clock::Wall.instant_micros(day.parse().unwrap())
    }

    /// Rows so many days apart, with some of them moved by microseconds.
    fn days(rows: usize, step: i64, moved: &[(usize, i64)]) -> Vec<i64> {
        let mut times: Vec<i64> =
            (0_i64..).take(rows).map(|row| day("2024-01-01") + row * step * DAY).collect();
        for &(row, by) in moved {
            times[row] += by;
        }
        times
    }

    #[test]
    fn a_date_a_day_late_is_a_stray_among_weeks() {
        let times = days(52, 7, &[(20, DAY)]);
        assert_eq!(strays(&WALL, &times), [times[20]]);
        assert!(strays(&WALL, &days(52, 7, &[])).is_empty());
    }

    #[test]
    fn a_stamp_of_another_time_of_day_is_a_stray_among_days() {
        let odd = (13 * 3_600 + 7 * 60 + 11) * 1_000_000;
        let times = days(60, 1, &[(0, odd), (41, odd)]);
        assert_eq!(strays(&WALL, &times), [times[0], times[41]]);
    }

    #[test]
    fn a_date_of_the_next_century_is_a_stray() {
        let mut times = days(3000, 1, &[]);
        times.push(day("2120-05-05"));
        assert_eq!(strays(&WALL, &times), [day("2120-05-05")]);
        let positions: Vec<i64> = (1..=500).chain([9_999]).collect();
        assert_eq!(strays(&Ruler::Positions, &positions), [9_999]);
    }

    #[test]
    fn months_are_told_by_their_day() {
        let month = |at: i16, day: i8| {
            let date = jiff::civil::date(2020 + at / 12, i8::try_from(at % 12).unwrap() + 1, day);
            Clock::Wall.instant_micros(date.to_datetime(jiff::civil::Time::midnight()))
        };
        let mut times: Vec<i64> = (0..12).map(|at| month(at, 1)).collect();
        times[6] += DAY;
        assert_eq!(strays(&WALL, &times), [times[6]]);
        let end = |at: i16| month(at + 1, 1) - DAY;
        let mut ends: Vec<i64> = (0..36).map(end).collect();
        assert!(strays(&WALL, &ends).is_empty());
        ends[6] -= DAY;
        assert_eq!(strays(&WALL, &ends), [ends[6]]);
    }

    #[test]
    fn steps_that_change_or_jitter_have_no_strays() {
        let changed: Vec<i64> = (0..60).map(|row| row * 7 * DAY + row / 30 * DAY).collect();
        assert!(strays(&WALL, &changed).is_empty());
        let jittered = days(60, 1, &(0..20).map(|row| (row * 3, 1_000_000)).collect::<Vec<_>>());
        assert!(strays(&WALL, &jittered).is_empty());
        assert!(strays(&WALL, &[0, DAY, 2 * DAY, 3000 * DAY]).is_empty());
    }

    #[test]
    fn rows_after_a_change_of_clocks_are_no_strays() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        for hours in [6, 24] {
            let start = day("2021-01-01");
            let walls = (0..).map(|row| Clock::Wall.local(start + row * hours * DAY / 24));
            let times: Vec<i64> = walls
                .take(2_100 / usize::try_from(hours).unwrap())
                .map(|at| clock.instant_micros(at))
                .collect();
            let ruler = Ruler::Calendar(clock.clone(), Precision::Second);
            assert!(strays(&ruler, &times).is_empty(), "{hours} hours");
        }
    }
}
