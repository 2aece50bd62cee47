//! Tests of time axes.

use super::*;
use jiff::tz::TimeZone;

fn axis(start: &str, unit: Unit, precision: Precision) -> CalendarAxis {
    CalendarAxis {
        start: start.parse().unwrap(),
        frequency: Frequency::every(unit),
        month_end: false,
        clock: Clock::Wall,
        precision,
        calendar: None,
    }
}

fn labels(axis: CalendarAxis, rows: usize) -> Vec<String> {
    let axis = TimeAxis::Calendar(axis);
    (0..rows).map(|row| axis.iso(row)).collect()
}

#[test]
fn months_follow_the_data_into_the_next_year() {
    let months = labels(axis("1960-11-01T00:00", Unit::Month, Precision::Month), 4);
    assert_eq!(months, ["1960-11", "1960-12", "1961-01", "1961-02"]);
}

#[test]
fn month_ends_stay_month_ends_through_february() {
    let ends =
        CalendarAxis { month_end: true, ..axis("2023-11-30T00:00", Unit::Month, Precision::Day) };
    let expected = ["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"];
    assert_eq!(labels(ends, 5), expected);
}

#[test]
fn the_thirtieth_of_a_month_comes_back_after_february() {
    let days = labels(axis("2023-01-30T00:00", Unit::Month, Precision::Day), 3);
    assert_eq!(days, ["2023-01-30", "2023-02-28", "2023-03-30"]);
}

#[test]
fn days_pass_through_a_leap_day() {
    let days = labels(axis("2024-02-28T00:00", Unit::Day, Precision::Day), 3);
    assert_eq!(days, ["2024-02-28", "2024-02-29", "2024-03-01"]);
}

#[test]
fn quarters_and_weeks_and_years() {
    let quarters = labels(axis("2023-10-01T00:00", Unit::Quarter, Precision::Quarter), 2);
    assert_eq!(quarters, ["2023-10-01", "2024-01-01"]);
    let shown = TimeAxis::Calendar(axis("2023-10-01T00:00", Unit::Quarter, Precision::Quarter));
    assert_eq!(shown.display(1), "2024 Q1");
    let weeks = labels(axis("2024-02-26T00:00", Unit::Week, Precision::Day), 2);
    assert_eq!(weeks, ["2024-02-26", "2024-03-04"]);
    let years = labels(axis("2024-02-29T00:00", Unit::Year, Precision::Day), 5);
    assert_eq!(years, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
}

#[test]
fn months_quarters_and_years_are_named_as_such_however_the_file_writes_them() {
    let shown = |start: &str, unit: Unit, precision: Precision, month_end: bool| {
        let axis = CalendarAxis { month_end, ..axis(start, unit, precision) };
        TimeAxis::Calendar(axis).display(1)
    };
    let (day, second) = (Precision::Day, Precision::Second);
    assert_eq!(shown("2022-04-01T00:00", Unit::Month, day, false), "May 2022");
    assert_eq!(shown("2022-04-01T00:00", Unit::Month, second, false), "May 2022");
    assert_eq!(shown("2022-01-31T00:00", Unit::Month, day, true), "Feb 2022");
    assert_eq!(shown("2022-04-01T00:00", Unit::Month, Precision::Month, false), "May 2022");
    assert_eq!(shown("2015-10-01T00:00", Unit::Quarter, day, false), "2016 Q1");
    assert_eq!(shown("2015-12-31T00:00", Unit::Quarter, day, true), "2016 Q1");
    assert_eq!(shown("2015-11-01T00:00", Unit::Quarter, day, false), "Feb 2016");
    assert_eq!(shown("2015-01-01T00:00", Unit::Year, day, false), "2016");
    assert_eq!(shown("2015-12-31T00:00", Unit::Year, day, true), "2016");
    assert_eq!(shown("2015-07-01T00:00", Unit::Year, day, false), "Jul 2016");
    // A day of its own is written as a day.
    assert_eq!(shown("2022-04-15T00:00", Unit::Month, day, false), "2022-05-15");
    assert_eq!(shown("2022-04-30T00:00", Unit::Day, day, false), "2022-05-01");
}

#[test]
fn times_name_the_clock_that_the_file_names() {
    let shown = |clock: Clock| {
        let axis = TimeAxis::Calendar(CalendarAxis {
            clock,
            ..axis("2021-03-28T13:00", Unit::Hour, Precision::Second)
        });
        (axis.display(1), axis.clock_name())
    };
    let offset = |hours: i8| Clock::Fixed(jiff::tz::offset(hours));
    let of = |time: &str, clock: Option<&str>| (time.to_owned(), clock.map(str::to_owned));
    assert_eq!(shown(Clock::Wall), of("2021-03-28 14:00", None));
    assert_eq!(shown(offset(0)), of("2021-03-28 14:00 UTC", Some("UTC")));
    assert_eq!(shown(offset(-3)), of("2021-03-28 14:00 -03:00", Some("UTC-03:00")));
    let berlin = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
    assert_eq!(shown(berlin), of("2021-03-28 14:00 +02:00", Some("Europe/Berlin")));
}

#[test]
fn business_days_skip_the_weekend() {
    let days = labels(axis("2024-03-07T00:00", Unit::BusinessDay, Precision::Day), 4);
    assert_eq!(days, ["2024-03-07", "2024-03-08", "2024-03-11", "2024-03-12"]);
}

#[test]
fn hours_in_a_zone_keep_to_the_instant_across_daylight_saving() {
    let zoned = CalendarAxis {
        clock: Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap()),
        ..axis("2021-03-28T00:00", Unit::Hour, Precision::Second)
    };
    let expected = [
        "2021-03-28T00:00:00+01:00",
        "2021-03-28T01:00:00+01:00",
        "2021-03-28T03:00:00+02:00",
        "2021-03-28T04:00:00+02:00",
    ];
    assert_eq!(labels(zoned, 4), expected);
}

#[test]
fn days_in_a_zone_keep_their_hour_across_daylight_saving() {
    let zoned = CalendarAxis {
        clock: Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap()),
        ..axis("2021-03-27T00:00", Unit::Day, Precision::Second)
    };
    let expected =
        ["2021-03-27T00:00:00+01:00", "2021-03-28T00:00:00+01:00", "2021-03-29T00:00:00+02:00"];
    assert_eq!(labels(zoned, 3), expected);
}

#[test]
fn the_nearest_row_is_found_from_a_plot_coordinate() {
    let axis = TimeAxis::Calendar(axis("2024-01-01T00:00", Unit::Day, Precision::Day));
    assert_eq!(axis.row_at(axis.plot_x(5) + 1000.0, 10), Some(5));
    assert_eq!(axis.row_at(f64::MIN, 10), Some(0));
    assert_eq!(axis.row_at(f64::MAX, 10), Some(9));
    assert_eq!(axis.row_at(0.0, 0), None);
}
