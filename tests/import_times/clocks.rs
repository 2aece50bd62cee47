//! Wall clocks that change: hours told apart, repeated or missing.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use tidegate::import::{ImportConfig, Reading, Reason, read_bytes};

use super::{file, moments, note, read, weekday, written};

/// The times that a clock of a zone shows, `step_secs` apart, without their offset.
fn wall_times(zone: &str, from: &str, count: i64, step_secs: i64) -> Vec<String> {
    let zone = jiff::tz::TimeZone::get(zone).unwrap();
    let first: jiff::Timestamp = from.parse().unwrap();
    let at = |row: i64| first.checked_add(SignedDuration::from_secs(row * step_secs)).unwrap();
    (0..count).map(|row| written(&zone.to_datetime(at(row)))).collect()
}

#[track_caller]
fn check_wall_times(times: &[String], step: &str, zone: &str) -> Reading {
    let reading = read(&file(times));
    assert_eq!(reading.target().axis.step_label(), step, "{:?}", reading.notes);
    assert_eq!(reading.target().len(), times.len(), "{:?}", reading.ledger);
    assert_eq!(reading.ledger.rows_used, times.len());
    assert_eq!(reading.target().missing(), 0);
    let axis = &reading.target().axis;
    for (row, time) in times.iter().enumerate() {
        assert_eq!(axis.iso(row)[..16], time.replace(' ', "T")[..16]);
    }
    let said = note(&reading, "where clocks are put");
    assert!(said.contains(zone), "{said}");
    reading
}

#[test]
fn hours_of_a_clock_that_changes_are_told_apart() {
    let times = wall_times("Europe/Berlin", "2021-01-01T00:00Z", 24 * 460, 3_600);
    let reading = check_wall_times(
        &times,
        "1 hour",
        "repeat where clocks are put back (once) and skip where clocks are put forward (twice) as in Europe/Berlin",
    );
    let row = times.iter().position(|time| time == "2021-10-31 02:00:00").unwrap();
    assert_eq!(reading.target().axis.iso(row), "2021-10-31T02:00:00");
    assert_eq!(reading.target().axis.iso(row + 1), "2021-10-31T02:00:00");
    assert_eq!(
        reading.target().values[row + 1],
        f64::from(u32::try_from((row + 1).pow(2) % 1_009).unwrap()) + 0.5
    );
}

#[test]
fn quarters_of_an_hour_and_half_hours_are_told_apart_too() {
    for (secs, step) in [(900, "15 minutes"), (1_800, "30 minutes")] {
        let times = wall_times("America/New_York", "2022-10-20T04:00Z", 30 * 86_400 / secs, secs);
        check_wall_times(
            &times,
            step,
            "repeat where clocks are put back (once) as in America/New_York",
        );
        let mut newest_first = times.clone();
        newest_first.reverse();
        let reading = read(&file(&newest_first));
        assert_eq!((reading.target().len(), reading.target().missing()), (times.len(), 0));
    }
}

#[test]
fn repeats_and_holes_of_no_zone_stay_what_they_are() {
    // A Wednesday in June.
    let mut times: Vec<String> =
        moments(date(2021, 6, 1).at(0, 0, 0, 0), 24 * 30, 3_600).iter().map(written).collect();
    times.insert(200, times[200].clone());
    times.remove(500);
    let reading = read(&file(&times));
    assert_eq!(reading.ledger.count(Reason::ConflictingRow), 1);
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 1);
    assert_eq!(reading.target().axis.iso(0), "2021-06-01T00:00:00");
    // Hours of UTC run through the night in which Berlin's clock changes.
    let utc = wall_times("UTC", "2021-01-01T00:00Z", 24 * 420, 3_600);
    assert_eq!(read(&file(&utc)).target().axis.iso(0), "2021-01-01T00:00:00");
}

#[test]
fn gaps_beside_a_change_of_clocks_stay_gaps() {
    let mut times = wall_times("Europe/Paris", "2020-10-01T00:00Z", 24 * 200, 3_600);
    times.drain(2_000..2_005);
    let reading = read(&file(&times));
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 5);
    assert_eq!(reading.ledger.rows_used, times.len());
}

#[test]
fn hours_of_trading_follow_the_clock_of_the_exchange() {
    let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let all = moments(date(2023, 1, 2).at(9, 30, 0, 0), 48 * 800, 1_800);
    let is_open = |at: &DateTime| {
        let minutes = i32::from(at.hour()) * 60 + i32::from(at.minute());
        let holiday = ["12-25", "01-01", "06-19"].contains(&&*at.strftime("%m-%d").to_string());
        weekday(at.date()) < 5 && (570..960).contains(&minutes) && !holiday
    };
    let rows = all.iter().filter(|at| is_open(at)).map(|&at| {
        let offset = zone.to_zoned(at).unwrap().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        format!("{offset},101.5\n")
    });
    let rows: Vec<String> = rows.collect();
    let reading = read(&format!("when,price\n{}", rows.concat()));
    assert_eq!(reading.target().axis.step_label(), "30 open minutes");
    assert_eq!(reading.target().season_length(), 13);
    let said = note(&reading, "working calendar");
    assert!(said.contains("Monday to Friday 09:30 to 15:30"), "{said}");
    let axis = &reading.target().axis;
    for (row, text) in rows.iter().enumerate() {
        assert_eq!(axis.iso(row), text[..25]);
    }
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_row_of_a_changing_clock_is_lost(
        zone in prop::sample::select(vec![
            "Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata",
        ]),
        start_hours in 0_i64..24 * 365 * 6,
        step in prop::sample::select(vec![900_i64, 1_800, 3_600]),
        rows in 30_i64..3_000,
    ) {
        let start = jiff::Timestamp::from_second(1_420_070_400 + start_hours * 3_600).unwrap();
        let times = wall_times(zone, &start.to_string(), rows, step);
        let reading = read_bytes("f", file(&times).as_bytes(), &ImportConfig::default()).unwrap();
        prop_assert!(reading.ledger.balances());
        let span = jiff::tz::TimeZone::get(zone).unwrap();
        let end = jiff::Timestamp::from_second(start.as_second() + rows * step).unwrap();
        let far = |secs: i64| secs > 86_400;
        let first = span.following(start).next().map(|change| change.timestamp());
        let whole = first.is_none_or(|at| {
            let next = span.following(at).next().map_or(i64::MAX, |next| next.timestamp().as_second());
            let to_end = end.as_second() - at.as_second();
            (far(at.as_second() - start.as_second()) && far(to_end) && next > end.as_second() + 86_400)
                || to_end < -86_400
        });
        if whole {
            prop_assert_eq!(reading.target().len(), times.len());
            prop_assert_eq!(reading.target().missing(), 0);
        }
    }

    #[test]
    fn times_at_the_ends_of_the_calendar_do_no_harm(
        year in prop::sample::select(vec![1_i32, 2, 1500, 4000, 9997, 9998]),
        stamps in prop::collection::vec((1_u8..=12, 1_u8..=28, 0_u8..24, 0_u8..60), 1..60),
    ) {
        let rows = stamps.iter().map(|(month, day, hour, minute)| {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02},1.5\n")
        });
        let text = format!("when,v\n{}", rows.collect::<String>());
        if let Ok(reading) = read_bytes("f", text.as_bytes(), &ImportConfig::default()) {
            prop_assert!(reading.ledger.balances());
            let axis = &reading.target().axis;
            prop_assert!(axis.plot_x(0) <= axis.plot_x(reading.target().len() + 100_000));
        }
    }
}
