//! Seasons of a series: those that the calendar suggests, the one that the values show, how strongly the
//! values keep each of them, and all the periods that values may repeat by.
//!
//! Minutes need not repeat by the hour, nor days by the week; a machine may have a cycle of 36 hours.
//! Not for the places of rows in a season (`cycle`).

use super::axis::TimeAxis;
use super::cycle::{Cycle, YEAR_DAYS, plausible};
use super::frequency::Unit;
use crate::stats::autocorrelation::product;
use crate::stats::number;

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
    pub rows: usize,
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

/// Times that a season has to come round in the rows looked at: fewer resemble each other by chance. On
/// 3,000 half-hours of electricity demand, weeks of one weather came round seven times in 285 rows.
const FEWEST_OWN_SEASONS: usize = 10;

/// The season that the values show beside those of the `calendar`, where they keep it strongly.
pub(super) fn own_season(calendar: &[FoundSeason], values: &[f64]) -> Option<FoundSeason> {
    let newest = &values[values.len().saturating_sub(ROWS_LOOKED_AT)..];
    let longest = LONGEST_PERIOD.min(newest.len() / FEWEST_OWN_SEASONS);
    if longest < 2 {
        return None;
    }
    let mut rest = less_slow_swings(newest, longest);
    let is_kept = |season: &&FoundSeason| season.strength.is_some_and(|strength| strength >= WEAK);
    for season in calendar.iter().filter(is_kept) {
        take_out(&mut rest, season.rows);
    }
    let rows = season_length_from_values(&rest);
    // What is left of a season that changes comes round with it, or with several of it.
    let is_others = calendar.iter().any(|season| rows.is_multiple_of(season.rows));
    if !(2..=longest).contains(&rows) || is_others || strength(&rest, rows)? < STRONG {
        return None;
    }
    let found = FoundSeason::of(values, rows, Cycle::Rows);
    found.strength.is_some_and(|strength| strength >= WEAK).then_some(found)
}

/// Values less the mean of the `window` rows around them, fewer at the ends.
fn less_slow_swings(values: &[f64], window: usize) -> Vec<f64> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    let mut sum = (0.0, 0.0);
    sums.push(sum);
    for value in values {
        if !value.is_nan() {
            sum = (sum.0 + value, sum.1 + 1.0);
        }
        sums.push(sum);
    }
    let around = |row: usize| {
        let from = sums[row.saturating_sub(window / 2)];
        let until = sums[(row + window.div_ceil(2)).min(values.len())];
        (until.0 - from.0) / (until.1 - from.1)
    };
    values.iter().enumerate().map(|(row, value)| value - around(row)).collect()
}

/// Takes out the mean of each place in a season, where the values hold a few of it.
fn take_out(values: &mut [f64], season_length: usize) {
    if values.len() < 3 * season_length {
        return;
    }
    for place in 0..season_length {
        let own = || (place..values.len()).step_by(season_length);
        let known = own().map(|row| values[row]).filter(|value| !value.is_nan());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if count > 0.0 {
            own().for_each(|row| values[row] -= sum / count);
        }
    }
}

/// Longest period looked for, in rows: a year of days.
pub(super) const LONGEST_PERIOD: usize = 366;
/// Rows looked at, the newest: enough for five of the longest periods, and instant on any file.
pub(super) const ROWS_LOOKED_AT: usize = 2_000;
/// Two periods fewer than this are no evidence of a season.
const FEWEST_PERIODS: usize = 3;

/// Rows in one period of `values`, or 1 where nothing repeats. A straight line through the values
/// is taken out first. Missing values (NaN) count as the line.
pub fn season_length_from_values(values: &[f64]) -> usize {
    let values = &values[values.len().saturating_sub(ROWS_LOOKED_AT)..];
    let longest = (values.len() / FEWEST_PERIODS).min(LONGEST_PERIOD);
    if longest < 2 {
        return 1;
    }
    let residuals = detrended(values);
    let variance: f64 = residuals.iter().map(|r| r * r).sum();
    if variance <= 0.0 || !variance.is_finite() {
        return 1;
    }
    let correlation: Vec<f64> =
        (0..=longest).map(|lag| product(&residuals[lag..], &residuals) / variance).collect();
    let band = 1.96 / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)).sqrt();
    let Some(first_negative) = correlation.iter().position(|&c| c < 0.0) else { return 1 };
    (first_negative + 1..longest)
        .filter(|&lag| {
            let here = correlation[lag];
            here > band && here >= correlation[lag - 1] && here >= correlation[lag + 1]
        })
        .max_by(|&a, &b| correlation[a].total_cmp(&correlation[b]).then(b.cmp(&a)))
        .unwrap_or(1)
}

/// Values less their least-squares line, zero where missing.
fn detrended(values: &[f64]) -> Vec<f64> {
    let (mut count, mut sum_x, mut sum_y, mut sum_xx, mut sum_xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut x = 0.0;
    for &y in values {
        if y.is_finite() {
            count += 1.0;
            sum_x += x;
            sum_y += y;
            sum_xx += x * x;
            sum_xy += x * y;
        }
        x += 1.0;
    }
    let denominator = count * sum_xx - sum_x * sum_x;
    let slope =
        if denominator > 0.0 { (count * sum_xy - sum_x * sum_y) / denominator } else { 0.0 };
    let intercept = if count > 0.0 { (sum_y - slope * sum_x) / count } else { 0.0 };
    let mut line = intercept - slope;
    values
        .iter()
        .map(|&y| {
            line += slope;
            if y.is_finite() { y - line } else { 0.0 }
        })
        .collect()
}

const SECONDS_IN_WEEK: f64 = 7.0 * 86_400.0;
/// Weeks in a mean year of 365.25 days.
const WEEKS_IN_YEAR: f64 = 365.25 / 7.0;
/// A further period has to be longer than this many of the one before it.
const DISTINCT: f64 = 1.5;
/// Whole periods that a history has to hold.
const FEWEST_WHOLE_PERIODS: f64 = 2.0;

/// Periods in rows, shortest first: `season_length`, then the week and the year where they are
/// longer and `rows` rows hold two of them. Slots that are closed do not count, so a week of an axis
/// without Sundays is shorter; a year is seldom a whole number of rows.
pub fn periods(axis: &TimeAxis, season_length: usize, rows: usize) -> Vec<f64> {
    let mut found = vec![number(season_length.max(1))];
    let TimeAxis::Calendar(calendar) = axis else { return found };
    let unit = calendar.frequency.unit;
    if !matches!(
        unit,
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day | Unit::BusinessDay | Unit::Week
    ) {
        return found;
    }
    let Some(last) = rows.checked_sub(1).filter(|&last| last > 0) else { return found };
    let weeks = (axis.plot_x(last) - axis.plot_x(0)) / SECONDS_IN_WEEK;
    let per_week = number(last) / weeks;
    for period in [per_week.round(), per_week * WEEKS_IN_YEAR] {
        let longest = found.last().copied().unwrap_or(1.0);
        if period > DISTINCT * longest && FEWEST_WHOLE_PERIODS * period <= number(rows) {
            found.push(period);
        }
    }
    found
}

/// Of the periods of so many values those that they keep. On ten years of daily temperatures MSTL is
/// better by the year alone than by the year and the week, which says nothing there. Where the values
/// keep none, the one season is left. A season that they show beside the calendar's joins them.
pub fn kept_periods(axis: &TimeAxis, season_length: usize, values: &[f64]) -> Vec<f64> {
    let mut found = periods(axis, season_length, values.len());
    let own = axis.is_calendar().then(|| own_season(&calendar_seasons(axis, values), values));
    let own = own.flatten().filter(|own| own.rows != season_length);
    if found.len() > 1 || own.is_some() {
        found.retain(|&period| !is_weak(values, rounded(period)));
    }
    found.extend(own.map(|own| number(own.rows)));
    found.sort_unstable_by(f64::total_cmp);
    if found.is_empty() {
        found.push(number(season_length.max(1)));
    }
    found
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "periods are row counts"
)]
const fn rounded(period: f64) -> usize {
    period.round() as usize
}

#[cfg(test)]
#[path = "seasons_tests.rs"]
mod tests;
