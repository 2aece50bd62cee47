//! The seasons that the calendar suggests and the one that the values show beside them, and how
//! strongly the values keep each of them.
//!
//! Minutes need not repeat by the hour, nor days by the week; a machine may have a cycle of 36 hours. Not
//! for the period of a series without a calendar (`season`), nor for the places of rows in a season
//! (`cycle`).

use super::axis::TimeAxis;
use super::cycle::{Cycle, YEAR_DAYS, plausible};
use super::own_season::own_season;

/// Rows looked at, the newest, so that the answer is there at once however long the series; but always
/// the fewest seasons.
const MOST_ROWS: usize = 200_000;
/// Fewest seasons that can tell how well others foretell one.
const FEWEST_SEASONS: usize = 3;
/// The values hardly keep a season of less strength.
pub const WEAK: f64 = 0.1;
/// The values keep a season of this strength well: the natural one is given up for it where that is
/// weak,
pub const STRONG: f64 = 0.35;
/// and where it has come round so often that its shape is well known. On ten years of daily
/// temperatures, whose weeks say nothing, forecasts by the last of eight years were no better than by
/// the last week, and Theta was a sixth worse by years.
const WELL_KNOWN: usize = 14;

/// A season and how strongly the values keep it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundSeason {
    /// Rows in it.
    pub rows: usize,
    /// What it goes round in.
    pub cycle: Cycle,
    /// The share of what moves within seasons that the mean of the other seasons foretells: at most 1,
    /// about 0 or below where there is no season. `None` where fewer than three are known.
    pub strength: Option<f64>,
}

impl FoundSeason {
    /// A season of so many rows, as the values keep it.
    pub(super) fn of(values: &[f64], rows: usize, cycle: Cycle) -> Self {
        Self { rows, cycle, strength: strength(values, rows) }
    }

    /// Rows that it takes to come round, whole or not: leap years make a year a quarter of a day longer.
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    pub fn period(&self) -> f64 {
        let rows = self.rows as f64;
        match (self.cycle, self.rows) {
            (Cycle::Year, 365) => YEAR_DAYS,
            (Cycle::Year, 52) => YEAR_DAYS / 7.0,
            _ => rows,
        }
    }
}

/// The seasons that the calendar suggests for so many values, and the one that the values show beside
/// them, the shortest first.
pub fn found_seasons(axis: &TimeAxis, values: &[f64]) -> Vec<FoundSeason> {
    let mut found = calendar_seasons(axis, values);
    found.extend(own_season(&found, values));
    found.sort_unstable_by_key(|season| season.rows);
    found
}

/// The seasons that the calendar suggests for so many values, the shortest first.
pub(super) fn calendar_seasons(axis: &TimeAxis, values: &[f64]) -> Vec<FoundSeason> {
    let found = plausible(axis, values.len()).into_iter();
    found.map(|(rows, cycle)| FoundSeason::of(values, rows, cycle)).collect()
}

/// Rows of the season to forecast by: the `natural` one, unless the values hardly keep it and keep
/// another strongly that has come round often.
pub(super) fn main_season(axis: &TimeAxis, values: &[f64], natural: usize) -> usize {
    if natural > 1 && !is_weak(values, natural) {
        return natural;
    }
    let is_other = |season: &FoundSeason| season.rows > natural || season.cycle == Cycle::Rows;
    let others = found_seasons(axis, values)
        .into_iter()
        .filter(|season| is_other(season) && values.len() / season.rows >= WELL_KNOWN);
    let known = others.filter_map(|season| Some((season.rows, season.strength?)));
    let strongest = known.max_by(|one, other| one.1.total_cmp(&other.1));
    strongest.filter(|&(_, strength)| strength >= STRONG).map_or(natural, |(rows, _)| rows)
}

/// Whether it is known that the values hardly keep a season.
pub(super) fn is_weak(values: &[f64], season_length: usize) -> bool {
    strength(values, season_length).is_some_and(|strength| strength < WEAK)
}

/// How much of each season's shape the mean of the others foretells: one less the squared errors of
/// that forecast over the squared distances from the season's own mean. Missing values (NaN) take no
/// part. The trend and slow swings go with each season's mean; a random walk has no strength, for its
/// seasons foretell nothing of each other.
pub fn strength(values: &[f64], season_length: usize) -> Option<f64> {
    let season_length = season_length.max(1);
    let all = values.len() / season_length;
    if season_length < 2 || all < FEWEST_SEASONS {
        return None;
    }
    let seasons = all.min((MOST_ROWS / season_length).max(FEWEST_SEASONS));
    let values = &values[values.len() - seasons * season_length..];
    let mut sums = vec![(0.0, 0.0); season_length];
    let mut levels = Vec::with_capacity(seasons);
    for season in values.chunks_exact(season_length) {
        let level = mean(season);
        for (value, (sum, count)) in season.iter().zip(&mut sums) {
            if !value.is_nan() {
                *sum += value - level;
                *count += 1.0;
            }
        }
        levels.push(level);
    }
    let (mut errors, mut all) = (0.0, 0.0);
    for (season, level) in values.chunks_exact(season_length).zip(levels) {
        for (value, (sum, count)) in season.iter().zip(&sums) {
            if value.is_nan() || *count < 2.0 {
                continue;
            }
            let swing = value - level;
            errors += (swing - (sum - swing) / (count - 1.0)).powi(2);
            all += swing.powi(2);
        }
    }
    let strength = 1.0 - errors / all;
    strength.is_finite().then_some(strength)
}

fn mean(season: &[f64]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in season.iter().filter(|value| !value.is_nan()) {
        sum += value;
        count += 1.0;
    }
    sum / count
}

#[cfg(test)]
mod tests {
    use super::super::{CalendarAxis, Clock, Frequency, Precision, Series, Unit};
    use super::*;
    use std::f64::consts::TAU;

    fn axis(unit: Unit) -> TimeAxis {
        TimeAxis::Calendar(CalendarAxis {
            start: "2024-01-01T00:00".parse().unwrap(),
            frequency: Frequency::every(unit),
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        })
    }

    /// Noise of no period, between 0 and 1.
    fn noise(row: u32) -> f64 {
        let mixed = row.wrapping_mul(2_654_435_761) ^ (row.wrapping_mul(40_503) >> 7);
        f64::from(mixed % 1_009) / 1_009.0
    }

    fn wave(rows: u32, period: f64) -> Vec<f64> {
        (0..rows).map(|row| 5.0 * (TAU * f64::from(row) / period).sin() + noise(row)).collect()
    }

    #[test]
    fn minutes_with_a_daily_cycle_have_seasons_of_a_day() {
        let series =
            |rows: u32, period: f64| Series::new("y", axis(Unit::Minute), wave(rows, period));
        assert_eq!(series(40 * 1_440, 1_440.0).season_length(), 1_440);
        assert_eq!(series(40 * 1_440, 60.0).season_length(), 60);
        // A few days do not show whether they repeat.
        assert_eq!(series(2 * 1_440, 1_440.0).season_length(), 60);
    }

    #[test]
    fn only_what_stands_before_the_origin_tells() {
        let mut values = wave(40 * 1_440, 1_440.0);
        let before =
            Series::new("y", axis(Unit::Minute), values.clone()).season_length_before(50_000);
        for (row, value) in (0..).zip(&mut values).skip(46_080) {
            *value = noise(row) * 1e6;
        }
        let after = Series::new("y", axis(Unit::Minute), values);
        assert_eq!((before, after.season_length_before(50_000)), (1_440, 1_440));
    }

    #[test]
    fn strength_tells_seasons_from_noise_and_walks() {
        let week = wave(400, 7.0);
        assert!(strength(&week, 7).unwrap() > 0.9);
        assert!(strength(&week, 12).unwrap() < 0.1);
        let mut level = 0.0;
        let walk: Vec<f64> = (0..2_000)
            .map(|row| {
                level += noise(row) - 0.5;
                level
            })
            .collect();
        assert!(strength(&walk, 365).unwrap() < 0.3);
        assert_eq!(strength(&week[..20], 7), None);
        assert_eq!(strength(&[f64::NAN; 40], 7), None);
        assert_eq!(strength(&[3.0; 40], 7), None);
        let mut gaps = week;
        gaps.iter_mut().step_by(5).for_each(|value| *value = f64::NAN);
        assert!(strength(&gaps, 7).unwrap() > 0.9);
    }

    #[test]
    fn a_year_of_days_is_found_and_does_not_take_the_place_of_the_week() {
        let series = Series::new("y", axis(Unit::Day), wave(8 * 365, 365.0));
        let found = found_seasons(&series.axis, &series.values);
        assert_eq!(found.iter().map(|season| season.rows).collect::<Vec<_>>(), [7, 365]);
        assert!(found[0].strength.unwrap() < 0.5 && found[1].strength.unwrap() > 0.9);
        assert_eq!(series.season_length(), 7);
    }
}
