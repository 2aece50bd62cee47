//! All the periods that values on a calendar may repeat by: the day, the week, the year, and one of their
//! own.
//!
//! For models of several seasons. Not for the one season of the others (`frequency`, `season`).

use super::found_seasons::{calendar_seasons, is_weak};
use super::own_season::own_season;
use super::{TimeAxis, Unit};
use crate::stats::number;

const SECONDS_IN_WEEK: f64 = 7.0 * 86_400.0;
/// Weeks in a mean year of 365.25 days.
const WEEKS_IN_YEAR: f64 = 365.25 / 7.0;
/// A further period has to be longer than this many of the one before it.
const DISTINCT: f64 = 1.5;
/// Whole periods that a history has to hold.
const FEWEST_PERIODS: f64 = 2.0;

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
        if period > DISTINCT * longest && FEWEST_PERIODS * period <= number(rows) {
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
mod tests {
    use super::*;
    use crate::series::{CalendarAxis, Clock, Frequency, Precision};

    fn axis(frequency: Frequency) -> TimeAxis {
        TimeAxis::Calendar(CalendarAxis {
            start: "2024-01-01T00:00".parse().unwrap(),
            frequency,
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        })
    }

    #[test]
    fn hours_have_days_weeks_and_years() {
        let hours = axis(Frequency::every(Unit::Hour));
        assert_eq!(periods(&hours, 24, 400), [24.0, 168.0]);
        assert_eq!(periods(&hours, 24, 300), [24.0]);
        let years = periods(&hours, 24, 20_000);
        assert!((years[2] - 8_766.0).abs() < 1e-6, "{years:?}");
    }

    #[test]
    fn a_week_that_says_nothing_is_left_out_beside_a_year() {
        let days = axis(Frequency::every(Unit::Day));
        let by = |period: f64| {
            (0..3_000).map(move |row| (f64::from(row) / period * std::f64::consts::TAU).sin())
        };
        let noise = |row: u32| {
            let mixed = u64::from(row + 1).wrapping_mul(6_364_136_223_846_793_005);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            f64::from(u32::try_from(mixed >> 40).unwrap()) / f64::from(1_u32 << 24)
        };
        let year: Vec<f64> = by(365.25).zip(0..).map(|(value, row)| value + noise(row)).collect();
        assert_eq!(kept_periods(&days, 7, &year).len(), 1);
        let both: Vec<f64> = year.iter().zip(by(7.0)).map(|(year, week)| year + week).collect();
        assert_eq!(kept_periods(&days, 7, &both).len(), 2);
        let none: Vec<f64> = (0..3_000).map(noise).collect();
        assert_eq!(kept_periods(&days, 7, &none), [7.0]);
    }

    #[test]
    fn days_weeks_and_months() {
        let days = periods(&axis(Frequency::every(Unit::Day)), 7, 1_000);
        assert_eq!(days.len(), 2);
        assert!((days[1] - 365.25).abs() < 1e-9);
        assert_eq!(periods(&axis(Frequency::every(Unit::Month)), 12, 500), [12.0]);
        assert_eq!(periods(&TimeAxis::row_numbers(), 20, 500), [20.0]);
        assert_eq!(periods(&axis(Frequency::every(Unit::Day)), 7, 0), [7.0]);
    }
}
