//! The rows that may decide anything: those before the first origin that a model is scored from.
//!
//! Whatever is inferred from a file or a series (step, working calendar, how values of one step become
//! one, season, defaults of a recipe) is inferred from these rows alone, so that nothing in the
//! hold-out can flow back into the forecast of it. How many rows there are may decide where the origin
//! is; what stands in the rows after it may not. What text means (decimal comma, order of day and
//! month, which column holds the time) is told by the whole file: it belongs to the writing, not to the
//! values.

use super::axis::TimeAxis;
use super::frequency::{Frequency, Unit};

/// One part in this many of a series' end may be held out by default.
pub const SCORED_SHARE: usize = 5;
/// Times below which all of them decide together: so few show no step or calendar without each other.
const FEWEST_TIMES: usize = 20;
/// Fewest times that decide where a long hold-out leaves few.
const FEWEST_DECIDING: usize = 3;
/// A first or last time stands alone beyond a gap of so many times the length of all the others, and
/// tells nothing of where they begin or end.
const LONELY_GAP: i64 = 4;

/// Rows of a series of `rows` rows that stand before any hold-out of the default length.
pub const fn unscored_rows(rows: usize) -> usize {
    rows - rows / SCORED_SHARE
}

/// Rows that are forecast, and held out for scores, where nothing else is set: a season ahead, a
/// fortnight for days, at most a fifth of the rows. `season_length` is that of an axis without dates;
/// the calendar has its own.
pub fn default_horizon(axis: &TimeAxis, season_length: usize, rows: usize) -> usize {
    let natural = match axis {
        TimeAxis::Calendar(axis) => match axis.frequency {
            Frequency { unit: Unit::Year, .. } => 5,
            Frequency { unit: Unit::Quarter, .. } => 8,
            Frequency { unit: Unit::Week, .. } => 13,
            Frequency { unit: Unit::Day, count: 1 } => 2 * axis.season_length(),
            Frequency { unit: Unit::BusinessDay, .. } => 10,
            _ => axis.season_length().max(6),
        },
        TimeAxis::Position(_) => season_length.max(10),
    };
    natural.min(rows / SCORED_SHARE).max(1)
}

/// How many of the times, rising and each once, decide how all are read: those in the first four fifths
/// of their span, and before the last `held_out` steps of it where that is less. All of them where they
/// are few.
pub fn deciding_times(times: &[i64], held_out: Option<usize>) -> usize {
    if times.len() < FEWEST_TIMES {
        return times.len();
    }
    let (first, last) = (times[first_in_company(times)], times[last_in_company(times)]);
    let share = i64::try_from(SCORED_SHARE).unwrap_or(i64::MAX);
    let until = last - last.saturating_sub(first) / share;
    let until = until.min(last.saturating_sub(span_of(times, held_out.unwrap_or(0))));
    // A share that is cut to whole microseconds may be a little too short.
    let deciding = times.partition_point(|&time| time < until);
    if deciding < FEWEST_DECIDING { times.len() } else { deciding }
}

/// The place of the last time that does not stand alone, far after all others.
pub fn last_in_company(times: &[i64]) -> usize {
    let mut last = times.len().saturating_sub(1);
    while last > 2 {
        let others = times[last - 1].saturating_sub(times[0]);
        if times[last].saturating_sub(times[last - 1]) <= others.saturating_mul(LONELY_GAP) {
            break;
        }
        last -= 1;
    }
    last
}

/// The place of the first time that does not stand alone, far before all others.
fn first_in_company(times: &[i64]) -> usize {
    let alone = |&first: &usize| {
        let others = times[times.len() - 1].saturating_sub(times[first + 1]);
        times[first + 1].saturating_sub(times[first]) > others.saturating_mul(LONELY_GAP)
    };
    (0..times.len().saturating_sub(3)).take_while(alone).count()
}

/// The time that so many steps take, by the mean distance in the first half of the times, where closed
/// days and gaps count.
fn span_of(times: &[i64], steps: usize) -> i64 {
    let (first, half) = (first_in_company(times), times.len() / 2);
    let passed = i128::from(times[half]) - i128::from(times[first.min(half - 1)]);
    let count = i128::try_from(half.saturating_sub(first).max(1)).unwrap_or(i128::MAX);
    let steps = i128::try_from(steps).unwrap_or(i128::MAX);
    i64::try_from(passed.saturating_mul(steps) / count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_that_decide_stand_before_the_last_fifth_of_the_steps() {
        for rows in 20..400 {
            let times: Vec<i64> = (0..).take(rows).map(|row| row * 7).collect();
            assert!(deciding_times(&times, None) <= unscored_rows(rows), "{rows}");
            assert!(deciding_times(&times, None) + 1 >= unscored_rows(rows), "{rows}");
            assert!(deciding_times(&times, Some(rows / 2)) <= rows - rows / 2, "{rows}");
        }
    }

    #[test]
    fn what_stands_after_the_origin_does_not_move_it() {
        let times: Vec<i64> = (0..100).collect();
        let gap: Vec<i64> = (0..100).filter(|time| !(85..95).contains(time)).collect();
        let far: Vec<i64> = (0..100).chain([9_999]).collect();
        for held_out in [None, Some(30)] {
            let expected = deciding_times(&times, held_out);
            assert_eq!(deciding_times(&gap, held_out), expected);
            assert_eq!(deciding_times(&far, held_out), expected);
        }
    }

    #[test]
    fn few_times_decide_together_and_the_ends_of_time_do_not_overflow() {
        assert_eq!(deciding_times(&[1, 2, 9], None), 3);
        let times: Vec<i64> = (0..40).collect();
        assert_eq!(deciding_times(&times, Some(39)), 40);
        assert_eq!(deciding_times(&times, Some(usize::MAX)), 40);
        let mut ends = times;
        (ends[0], ends[39]) = (i64::MIN, i64::MAX);
        assert!(deciding_times(&ends, Some(3)) <= 40);
    }
}
