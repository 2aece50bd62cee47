//! Seasons by the calendar and by values, their strength, and periods.

mod strengths {
    use super::super::*;
    use crate::series::{CalendarAxis, Clock, Frequency, Precision, Series, Unit};
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

mod of_their_own {
    use super::super::*;
    use super::super::{found_seasons, kept_periods};
    use crate::series::{CalendarAxis, Clock, Frequency, Precision, Series, TimeAxis, Unit};
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

mod without_a_calendar {
    use super::super::*;
    use std::f64::consts::TAU;

    #[test]
    fn a_sine_on_a_trend_has_its_period() {
        let values: Vec<f64> =
            (0..200).map(|i| f64::from(i) * 0.3 + (TAU * f64::from(i) / 20.0).sin()).collect();
        assert_eq!(season_length_from_values(&values), 20);
    }

    #[test]
    fn a_damped_sine_has_its_period() {
        let values: Vec<f64> = (0..200)
            .map(|i| 0.5 + 0.5 * (TAU * f64::from(i) / 20.0).sin() * (-0.05 * f64::from(i)).exp())
            .collect();
        let period = season_length_from_values(&values);
        assert!((19..=21).contains(&period), "found {period}");
    }

    #[test]
    fn lines_constants_and_short_series_have_none() {
        assert_eq!(season_length_from_values(&[]), 1);
        assert_eq!(season_length_from_values(&[1.0, 2.0]), 1);
        assert_eq!(season_length_from_values(&[3.0; 50]), 1);
        assert_eq!(season_length_from_values(&[f64::NAN; 50]), 1);
    }
}

mod of_models {
    use super::super::*;
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
