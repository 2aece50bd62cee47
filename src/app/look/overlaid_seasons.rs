//! Seasons laid over each other: one line a year (a week, a day …), and their mean.
//!
//! A picture of the data as they are (Hyndman and Athanasopoulos 2021, section 2.4): nothing is
//! fitted and no trend is taken out. Not for forecasts.

use super::Pyramid;
use crate::cancellation::Cancellation;
use crate::series::{Cycle, Places, TimeAxis};

/// Seasons kept as lines, the newest: more cannot be distinguished.
pub const MOST_LINES: usize = 40;
/// Rows looked at, the newest, so that the picture is there in a blink however long the series.
const MOST_ROWS: usize = 200_000;
/// Rows between two looks at the stop.
const ROWS_PER_LOOK: usize = 4_096;

/// One season's values by position.
#[derive(Debug)]
pub struct SeasonLine {
    /// Row of the series that it begins with.
    pub first_row: usize,
    /// A value a position, NaN where the season has none.
    pub outline: Pyramid,
}

/// Seasons over each other.
#[derive(Debug)]
pub struct OverlaidSeasons {
    /// Rows in a season, as set.
    pub length: usize,
    /// What the season goes round in.
    pub cycle: Cycle,
    /// Positions in a round.
    pub positions: usize,
    /// The newest seasons, oldest first.
    pub lines: Vec<SeasonLine>,
    /// Mean of each position over all seasons looked at.
    pub mean: Pyramid,
    /// Seasons looked at.
    pub averaged: usize,
    /// The first row looked at.
    pub first_row: usize,
}

impl OverlaidSeasons {
    /// Seasons of `length` rows; `None` where a season is shorter than two rows, fewer than two
    /// have begun, or it is cancelled.
    pub fn of(
        axis: &TimeAxis,
        values: &[f64],
        length: usize,
        cancel: &Cancellation<'_>,
    ) -> Option<Self> {
        if length < 2 || values.len() <= length {
            return None;
        }
        let places = Places::new(axis, length);
        let positions = places.positions();
        // Two whole seasons at least, however long they are.
        let first_row = values.len().saturating_sub(MOST_ROWS.max(2 * positions));
        let mut table = SeasonTable::new(positions);
        for (row, &value) in values.iter().enumerate().skip(first_row) {
            if row.is_multiple_of(ROWS_PER_LOOK) && cancel.is_cancelled() {
                return None;
            }
            let place = places.of(row);
            table.put(row, place.round, place.position, value);
        }
        (table.rounds > 1).then(|| Self {
            length,
            cycle: places.cycle(),
            positions,
            mean: Pyramid::new(table.means().into()),
            averaged: table.rounds,
            first_row,
            lines: table.lines(),
        })
    }
}

/// Sums by position, and the values of the newest rounds.
struct SeasonTable {
    positions: usize,
    sums: Vec<(f64, u32)>,
    newest: std::collections::VecDeque<(usize, i64, Vec<f64>)>,
    rounds: usize,
}

impl SeasonTable {
    fn new(positions: usize) -> Self {
        let newest = std::collections::VecDeque::with_capacity(MOST_LINES + 1);
        Self { positions, sums: vec![(0.0, 0); positions], newest, rounds: 0 }
    }

    fn put(&mut self, row: usize, round: i64, position: usize, value: f64) {
        if self.newest.back().is_none_or(|(_, last, _)| *last != round) {
            self.newest.push_back((row, round, vec![f64::NAN; self.positions]));
            self.rounds += 1;
            if self.newest.len() > MOST_LINES {
                self.newest.pop_front();
            }
        }
        if value.is_nan() {
            return;
        }
        if let Some((_, _, line)) = self.newest.back_mut() {
            line[position] = value;
        }
        let (sum, number) = &mut self.sums[position];
        *sum += value;
        *number += 1;
    }

    fn means(&self) -> Vec<f64> {
        let mean = |&(sum, number): &(f64, u32)| match number {
            0 => f64::NAN,
            number => sum / f64::from(number),
        };
        self.sums.iter().map(mean).collect()
    }

    fn lines(self) -> Vec<SeasonLine> {
        let line = |(first_row, _, values): (usize, i64, Vec<f64>)| SeasonLine {
            first_row,
            outline: Pyramid::new(values.into()),
        };
        self.newest.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seasons(values: &[f64], length: usize) -> Option<OverlaidSeasons> {
        OverlaidSeasons::of(&TimeAxis::row_numbers(), values, length, &Cancellation::never())
    }

    #[test]
    fn each_season_has_its_values_by_position_and_the_mean_passes_over_gaps() {
        let nan = f64::NAN;
        let found = seasons(&[1.0, 2.0, 3.0, 5.0, nan, 7.0, 9.0], 3).unwrap();
        assert_eq!((found.averaged, found.lines.len(), found.positions), (3, 3, 3));
        let first_rows: Vec<usize> = found.lines.iter().map(|line| line.first_row).collect();
        assert_eq!(first_rows, [0, 3, 6]);
        assert_eq!(found.lines[0].outline.values(), [1.0, 2.0, 3.0]);
        assert_eq!(found.mean.values(), [5.0, 2.0, 5.0]);
        assert!(found.lines[2].outline.values()[1].is_nan());
    }

    #[test]
    fn only_the_newest_seasons_are_lines_and_all_make_the_mean() {
        let values: Vec<f64> = (0..200).map(|row| f64::from(row % 2)).collect();
        let found = seasons(&values, 2).unwrap();
        assert_eq!((found.lines.len(), found.averaged), (MOST_LINES, 100));
        assert_eq!(found.mean.values(), [0.0, 1.0]);
    }

    #[test]
    fn one_season_or_none_is_no_picture() {
        assert!(seasons(&[1.0; 12], 12).is_none());
        assert!(seasons(&[1.0; 12], 1).is_none());
        assert!(seasons(&[], 4).is_none());
        let is_cancelled = || true;
        let cancel = Cancellation::new(&is_cancelled);
        assert!(OverlaidSeasons::of(&TimeAxis::row_numbers(), &[1.0; 40], 4, &cancel).is_none());
    }
}
