//! Tests of time features by hand and by their laws.

use super::*;
use crate::series::{Clock, Frequency, Precision};
use proptest::prelude::*;

fn axis(start: &str, unit: Unit, count: u32) -> TimeAxis {
    TimeAxis::Calendar(CalendarAxis {
        start: start.parse().unwrap(),
        frequency: Frequency { unit, count },
        month_end: false,
        clock: Clock::Wall,
        precision: Precision::Second,
        calendar: None,
    })
}

fn calendar() -> TransformConfig {
    TransformConfig { calendar: true, ..TransformConfig::default() }
}

fn fourier(terms: &[(f64, usize)]) -> TransformConfig {
    let fourier = terms.iter().map(|&(period, pairs)| FourierTerms { period, pairs }).collect();
    TransformConfig { fourier, ..TransformConfig::default() }
}

fn row(features: &TimeFeatures, row: usize) -> Vec<f64> {
    features.row(row).collect()
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 1e-12, "{found:?} for {expected:?}");
    }
}

const YEAR: CalendarCycle = CalendarCycle::Year;
const WEEK: CalendarCycle = CalendarCycle::Week;
const DAY: CalendarCycle = CalendarCycle::Day;

#[test]
fn the_step_decides_which_cycles_there_are() {
    let cycles = |unit, count, rows| calendar_cycles(&axis("2020-01-01T00:00", unit, count), rows);
    assert_eq!(cycles(Unit::Month, 1, 108), [YEAR]);
    assert_eq!(cycles(Unit::Quarter, 1, 20), [YEAR]);
    assert_eq!(cycles(Unit::Year, 1, 50), []);
    assert_eq!(cycles(Unit::Week, 1, 200), [YEAR]);
    assert_eq!(cycles(Unit::Day, 1, 800), [YEAR, WEEK]);
    assert_eq!(cycles(Unit::Day, 1, 100), [WEEK], "less than two years");
    assert_eq!(cycles(Unit::BusinessDay, 1, 600), [YEAR, WEEK]);
    assert_eq!(cycles(Unit::Minute, 30, 48 * 7 * 110), [YEAR, WEEK, DAY]);
    assert_eq!(cycles(Unit::Hour, 12, 20), [DAY]);
    assert_eq!(cycles(Unit::Second, 1, 3_600), []);
    assert_eq!(calendar_cycles(&TimeAxis::row_numbers(), 10_000), []);
}

#[test]
fn places_in_the_year_the_week_and_the_day() {
    let monthly =
        TimeFeatures::new(&calendar(), &axis("1949-01-01T00:00", Unit::Month, 1), 108).unwrap();
    assert_close(&row(&monthly, 0), &[0.0, 1.0]);
    assert_close(&row(&monthly, 3), &[1.0, 0.0]);
    // April 1961, a year past the end of a series that ends with 1960.
    assert_close(&row(&monthly, 147), &[1.0, 0.0]);
    // 2024-01-01 was a Monday.
    let hourly =
        TimeFeatures::new(&calendar(), &axis("2024-01-01T00:00", Unit::Hour, 1), 24 * 20).unwrap();
    let wednesday = TAU * 2.0 / 7.0;
    assert_close(&row(&hourly, 54), &[wednesday.sin(), wednesday.cos(), 1.0, 0.0]);
}

#[test]
fn fourier_terms_by_hand() {
    let features =
        TimeFeatures::new(&fourier(&[(8.0, 2), (365.25, 1)]), &TimeAxis::row_numbers(), 50)
            .unwrap();
    let half = 0.5_f64.sqrt();
    let (sine, cosine) = (TAU / 365.25).sin_cos();
    assert_close(&row(&features, 1), &[half, half, 1.0, 0.0, sine, cosine]);
    assert_close(&row(&features, 9)[..4], &[half, half, 1.0, 0.0]);
    assert_eq!(features.width(), 6);
}

#[test]
fn impossible_features_say_why() {
    let error = TimeFeatures::new(&calendar(), &TimeAxis::row_numbers(), 500).unwrap_err();
    assert!(error.to_string().contains("1 row"), "{error}");
    for (period, pairs) in [(1.0, 1), (f64::NAN, 1), (f64::INFINITY, 1), (7.0, 4), (7.0, 0)] {
        let error = TimeFeatures::new(&fourier(&[(period, pairs)]), &TimeAxis::row_numbers(), 50)
            .unwrap_err();
        assert!(matches!(error, TransformError::Fourier { .. }), "{error}");
    }
    assert!(TimeFeatures::new(&fourier(&[(7.0, 3)]), &TimeAxis::row_numbers(), 50).is_ok());
}

proptest! {
    /// A feature of a row depends on the date of that row alone: the same date reached from an
    /// axis that starts elsewhere has the same calendar features.
    #[test]
    fn calendar_features_follow_the_date(start in 0_i64..3_000, from in 0_usize..400, at in 0_usize..3_000) {
        let day = |days: i64| {
            let first: DateTime = "2001-03-05T00:00".parse().unwrap();
            let date = first + jiff::SignedDuration::from_hours(24 * days);
            TimeAxis::Calendar(CalendarAxis {
                start: date,
                frequency: Frequency::every(Unit::Day),
                month_end: false,
                clock: Clock::Wall,
                precision: Precision::Day,
                calendar: None,
            })
        };
        let features = |axis: &TimeAxis| TimeFeatures::new(&calendar(), axis, 1_000).unwrap();
        let here = features(&day(start));
        let later = features(&day(start + i64::try_from(from).unwrap()));
        let (a, b) = (row(&here, from + at), row(&later, at));
        prop_assert_eq!(&a, &b);
        prop_assert!(a.iter().all(|value| value.abs() <= 1.0));
        prop_assert_eq!(a.len(), here.width());
    }

    #[test]
    fn fourier_terms_come_round_after_their_period(period in 2_u32..500, at in 0_usize..10_000) {
        let terms = fourier(&[(f64::from(period), (period as usize / 2).min(4))]);
        let features = TimeFeatures::new(&terms, &TimeAxis::row_numbers(), 10).unwrap();
        for (a, b) in features.row(at).zip(features.row(at + period as usize)) {
            prop_assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }
}
