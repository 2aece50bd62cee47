//! A series and a panel of series: the nouns every module uses; and the rows that may decide anything:
//! those before the first origin that a model is scored from.
//!
//! Whatever is inferred from a file or a series (step, working calendar, how values of one step become
//! one, season, defaults of a recipe) is inferred from these rows alone, so that nothing in the
//! hold-out can flow back into the forecast of it. How many rows there are may decide where the origin
//! is; what stands in the rows after it may not. What text means (decimal comma, order of day and
//! month, which column holds the time) is decided by the whole file: it belongs to the writing, not to the
//! values.
//!
//! Series to forecast, with what is known beside them.
//!
//! Not for what a model may see of them at an origin: that is `forecast::Context`.

use std::sync::Arc;

use super::axis::TimeAxis;
use super::frequency::{Frequency, Unit};
use super::seasons::{FoundSeason, found_seasons, main_season};

/// Evenly spaced values of one quantity. A missing row is a slot whose value is NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The column's name, or the series' id.
    pub name: String,
    pub axis: TimeAxis,
    /// One value a slot in the column's own units; NaN where the file has none. Never infinite.
    pub values: Arc<[f64]>,
}

impl Series {
    /// A series from its parts.
    pub fn new(name: impl Into<String>, axis: TimeAxis, values: impl Into<Arc<[f64]>>) -> Self {
        Self { name: name.into(), axis, values: values.into() }
    }

    /// Number of slots, missing ones included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no slot at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Number of slots without a value.
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_nan()).count()
    }

    /// Rows in one season, at least 1: by the calendar where rows stand on dates, of its cycles the one
    /// that the values keep (`seasons`); else the period that the values themselves repeat by. The
    /// last fifth of them is not looked at, because models are scored there.
    pub fn season_length(&self) -> usize {
        self.season_length_before(self.len())
    }

    /// As [`Series::season_length`], looking at no value at or after `row` either.
    pub fn season_length_before(&self, row: usize) -> usize {
        let seen = self.unscored_before(row);
        match &self.axis {
            TimeAxis::Calendar(axis) => main_season(&self.axis, seen, axis.season_length()),
            TimeAxis::Position(_) => super::seasons::season_length_from_values(seen),
        }
    }

    /// The seasons that the calendar suggests and one that the values show, and how strongly the values before `row` and those that
    /// are not scored keep them, the shortest first.
    pub fn found_seasons_before(&self, row: usize) -> Vec<FoundSeason> {
        found_seasons(&self.axis, self.unscored_before(row))
    }

    /// The values before `row` that are not scored by default.
    pub fn unscored_before(&self, row: usize) -> &[f64] {
        &self.values[..row.min(unscored_rows(self.len()))]
    }

    /// Rows that are forecast, and held out for scores, where nothing else is set.
    pub fn default_horizon(&self) -> usize {
        default_horizon(&self.axis, self.season_length(), self.len())
    }

    /// So many rows at its end, where they are more than what is held out anyway.
    pub fn long_hold_out(&self, rows: Option<usize>) -> Option<usize> {
        rows.filter(|&rows| rows > self.default_horizon())
    }

    /// The first `rows` rows alone.
    #[must_use]
    pub fn first(&self, rows: usize) -> Self {
        let values = self.values[..rows.min(self.len())].into();
        Self { values, ..self.clone() }
    }

    /// A number that two series share when they hold the same values to the bit, missing ones
    /// included, on the same dates under the same name: FNV-1a (Fowler, Noll and Vo) byte by byte, for
    /// by whole words two flipped signs would cancel out.
    pub fn fingerprint(&self) -> u64 {
        let mix =
            |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let (first, last) = self.span().unwrap_or_default();
        let words = [self.name.as_str(), &self.axis.step_label(), &first, &last];
        let words = words.into_iter().flat_map(|text| text.bytes().chain([0]));
        let values = self.values.iter().flat_map(|value| value.to_le_bytes());
        words.chain(values).fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// First and last row as ISO 8601 text, or `None` for an empty series.
    pub fn span(&self) -> Option<(String, String)> {
        let last = self.len().checked_sub(1)?;
        Some((self.axis.iso(0), self.axis.iso(last)))
    }
}

/// Series read from one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// The series, in the file's column order.
    pub series: Vec<Series>,
}

impl Panel {
    /// The series of that name, if any.
    pub fn get(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.name == name)
    }

    /// The names of all series, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|series| series.name.as_str())
    }
}

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
    let (first, last) = (times[first_not_alone(times)], times[last_not_alone(times)]);
    let share = i64::try_from(SCORED_SHARE).unwrap_or(i64::MAX);
    let until = last - last.saturating_sub(first) / share;
    let until = until.min(last.saturating_sub(span_of(times, held_out.unwrap_or(0))));
    // A share that is cut to whole microseconds may be a little too short.
    let deciding = times.partition_point(|&time| time < until);
    if deciding < FEWEST_DECIDING { times.len() } else { deciding }
}

/// The place of the last time that does not stand alone, far after all others.
pub fn last_not_alone(times: &[i64]) -> usize {
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
fn first_not_alone(times: &[i64]) -> usize {
    let alone = |&first: &usize| {
        let others = times[times.len() - 1].saturating_sub(times[first + 1]);
        times[first + 1].saturating_sub(times[first]) > others.saturating_mul(LONELY_GAP)
    };
    (0..times.len().saturating_sub(3)).take_while(alone).count()
}

/// The time that so many steps take, by the mean distance in the first half of the times, where closed
/// days and gaps count.
fn span_of(times: &[i64], steps: usize) -> i64 {
    let (first, half) = (first_not_alone(times), times.len() / 2);
    let passed = i128::from(times[half]) - i128::from(times[first.min(half - 1)]);
    let count = i128::try_from(half.saturating_sub(first).max(1)).unwrap_or(i128::MAX);
    let steps = i128::try_from(steps).unwrap_or(i128::MAX);
    i64::try_from(passed.saturating_mul(steps) / count).unwrap_or(i64::MAX)
}

/// Series to forecast on one frequency, each with its covariates and static values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    pub series: Vec<DatasetSeries>,
}

/// One series to forecast, with what is known beside it. A clone shares all values.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetSeries {
    /// The values to forecast; NaN where missing.
    pub target: Series,
    /// Known up to the forecast origin, on the rows of the target.
    pub past: Vec<Covariate>,
    /// Known past the origin too. They may have more rows than the target.
    pub future: Vec<Covariate>,
    /// The same in every row.
    pub statics: Vec<StaticCovariate>,
}

/// What is known beside a target, by when it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CovariateRole {
    /// Up to the forecast origin.
    Past,
    /// Past the origin too.
    Future,
    /// Always the same.
    Static,
}

/// Values known beside a target, from its first row on.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    pub name: String,
    /// One value a row, NaN where missing; of a category the number of its word.
    pub values: Arc<[f64]>,
}

/// What holds for every row of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct StaticCovariate {
    pub name: String,
    pub value: StaticValue,
}

/// A value that does not change with time.
#[derive(Debug, Clone, PartialEq)]
pub enum StaticValue {
    Number(f64),
    Category(String),
}

impl From<Series> for DatasetSeries {
    /// A series of which nothing else is known.
    fn from(target: Series) -> Self {
        Self { target, past: Vec::new(), future: Vec::new(), statics: Vec::new() }
    }
}

impl DatasetSeries {
    /// The first `rows` rows alone, and the future covariates of `ahead` rows more.
    #[must_use]
    pub fn before(&self, rows: usize, ahead: usize) -> Self {
        let cut = |covariates: &[Covariate], rows: usize| {
            covariates.iter().map(|covariate| covariate.first(rows)).collect()
        };
        Self {
            target: self.target.first(rows),
            past: cut(&self.past, rows),
            future: cut(&self.future, rows.saturating_add(ahead)),
            statics: self.statics.clone(),
        }
    }
}

impl Covariate {
    fn first(&self, rows: usize) -> Self {
        let values = self.values[..rows.min(self.values.len())].into();
        Self { name: self.name.clone(), values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_series_apart_and_knows_missing_values_again() {
        let series =
            |name: &str, values: &[f64]| Series::new(name, TimeAxis::row_numbers(), values);
        let with_gap = series("y", &[1.0, f64::NAN]).fingerprint();
        assert_eq!(with_gap, series("y", &[1.0, f64::NAN]).fingerprint());
        assert_ne!(with_gap, series("y", &[1.0, 2.0]).fingerprint());
        assert_ne!(with_gap, series("z", &[1.0, f64::NAN]).fingerprint());
        let signs = [[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]];
        let all = signs.map(|values| series("y", &values).fingerprint());
        assert!((1..4).all(|place| !all[..place].contains(&all[place])), "{all:?}");
    }
}

#[cfg(test)]
mod unscored_tests {
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
