//! The season that values on a calendar show and no cycle of the calendar has: a machine that goes round
//! in 36 hours, a shift plan of ten days.
//!
//! Slow swings and the calendar's seasons are taken out first, so that what is left repeats by nothing
//! else. Not for the period of a series without a calendar (`season`), which has no others to take out.

use super::cycle::Cycle;
use super::found_seasons::{FoundSeason, STRONG, WEAK, strength};
use super::season::{LONGEST_PERIOD, ROWS_LOOKED_AT, season_length_from_values};

/// Times that a season has to come round in the rows looked at: fewer resemble each other by chance. On
/// 3,000 half-hours of electricity demand, weeks of one weather came round seven times in 285 rows.
const FEWEST_SEASONS: usize = 10;

/// The season that the values show beside those of the `calendar`, where they keep it strongly.
pub(super) fn own_season(calendar: &[FoundSeason], values: &[f64]) -> Option<FoundSeason> {
    let newest = &values[values.len().saturating_sub(ROWS_LOOKED_AT)..];
    let longest = LONGEST_PERIOD.min(newest.len() / FEWEST_SEASONS);
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

#[cfg(test)]
mod tests {
    use super::super::{CalendarAxis, Clock, Frequency, Precision, Series, TimeAxis, Unit};
    use super::super::{found_seasons, kept_periods};
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

    /// Evenly spread, between -0.5 and 0.5, of no period.
    fn noise(seed: u32) -> impl FnMut() -> f64 {
        let mut state = u64::from(seed) * 2 + 1;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31) - 0.5
        }
    }

    fn series(unit: Unit, rows: u32, value: impl Fn(f64) -> f64) -> Series {
        let mut noise = noise(7);
        let values = (0..rows).map(|row| value(f64::from(row)) + noise());
        Series::new("y", axis(unit), values.collect::<Vec<f64>>())
    }

    fn wave(row: f64, period: f64) -> f64 {
        3.0 * (TAU * row / period).sin() + (2.0 * TAU * row / period).cos()
    }

    fn own(series: &Series) -> Option<usize> {
        let found = found_seasons(&series.axis, &series.values);
        found.iter().find(|season| season.cycle == Cycle::Rows).map(|season| season.rows)
    }

    #[test]
    fn a_machine_that_goes_round_in_36_hours_is_found_and_forecast_by() {
        let hours = series(Unit::Hour, 1_500, |row| wave(row, 36.0));
        assert_eq!((own(&hours), hours.season_length()), (Some(36), 36));
        assert_eq!(kept_periods(&hours.axis, 36, &hours.values), [36.0]);
        let days = series(Unit::Day, 400, |row| 0.1 * row + wave(row, 10.0));
        assert_eq!((own(&days), days.season_length()), (Some(10), 10));
        let years = series(Unit::Year, 250, |row| wave(row, 11.0));
        assert_eq!((own(&years), years.season_length()), (Some(11), 11));
    }

    #[test]
    fn it_is_found_beside_days_slow_swings_and_gaps() {
        let mut hours = series(Unit::Hour, 3_000, |row| {
            wave(row, 24.0) + wave(row, 36.0) + 20.0 * (row / 800.0).sin()
        });
        let mut values = hours.values.to_vec();
        values.iter_mut().skip(100).step_by(17).for_each(|value| *value = f64::NAN);
        hours.values = values.into();
        assert_eq!(own(&hours), Some(36));
        assert_eq!(hours.season_length(), 24, "the day is kept, and stays");
        assert_eq!(kept_periods(&hours.axis, 24, &hours.values)[..2], [24.0, 36.0]);
    }

    #[test]
    fn the_calendars_own_seasons_are_no_others() {
        let hours = series(Unit::Hour, 3_000, |row| wave(row, 24.0) + wave(row, 168.0));
        assert_eq!(own(&hours), None);
        assert_eq!(own(&series(Unit::Day, 900, |row| wave(row, 7.0) + row * row / 1e3)), None);
    }

    #[test]
    fn noise_and_walks_have_none() {
        for seed in 0..60 {
            for kept in [0.0, 0.8, 1.0] {
                let (mut noise, mut level) = (noise(seed), 0.0);
                let values = (0..700).map(|_| {
                    level = kept * level + noise();
                    level
                });
                let found = Series::new("y", axis(Unit::Day), values.collect::<Vec<f64>>());
                assert_eq!((own(&found), found.season_length()), (None, 7), "{seed}, {kept}");
            }
        }
    }

    #[test]
    fn only_what_stands_before_the_origin_tells() {
        let hours = series(Unit::Hour, 1_500, |row| wave(row, 36.0));
        let mut values = hours.values.to_vec();
        for (row, value) in (0..1_500_u32).zip(&mut values).skip(1_200) {
            *value = 1e4 * wave(f64::from(row), 17.0);
        }
        let changed = Series { values: values.into(), ..hours.clone() };
        for row in [1_200, 1_000, 1_500] {
            let found = hours.found_seasons_before(row);
            assert_eq!(changed.found_seasons_before(row), found);
            assert_eq!(changed.season_length_before(row), 36);
        }
    }
}
