//! The time axes of real files: opening hours and holidays, irregular times, jitter, and clocks that
//! change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "import_times/calendars.rs"]
mod calendars;
#[path = "import_times/clocks.rs"]
mod clocks;
#[path = "import_times/steps.rs"]
mod steps;

use jiff::SignedDuration;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use tidegate::import::{Gather, ImportConfig, Reading, Reason, WorkingTimes, read_bytes};
use tidegate::series::{Frequency, Unit};

#[track_caller]
fn read_with(text: &str, config: &ImportConfig) -> Reading {
    let reading = read_bytes("f.csv", text.as_bytes(), config).unwrap();
    assert!(reading.ledger.balances(), "{:?}", reading.ledger);
    reading
}

#[track_caller]
fn read(text: &str) -> Reading {
    read_with(text, &ImportConfig::default())
}

/// A file of these times, with values that are no counts.
fn file(times: &[String]) -> String {
    let rows =
        times.iter().enumerate().map(|(row, time)| format!("{time},{}.5\n", row * row % 1_009));
    format!("when,temperature\n{}", rows.collect::<String>())
}

fn days(from: Date, count: i64, is_open: impl Fn(Date) -> bool) -> Vec<String> {
    let all = (0..count).map(|day| from.checked_add(day.days()).unwrap());
    all.filter(|&day| is_open(day)).map(|day| day.to_string()).collect()
}

fn moments(from: DateTime, count: i64, step_secs: i64) -> Vec<DateTime> {
    let at = |row: i64| from.checked_add(SignedDuration::from_secs(row * step_secs)).unwrap();
    (0..count).map(at).collect()
}

fn written(moment: &DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn weekday(day: Date) -> i8 {
    day.weekday().to_monday_zero_offset()
}

#[track_caller]
fn note<'a>(reading: &'a Reading, part: &str) -> &'a str {
    let found = reading.notes.iter().find(|note| note.contains(part));
    found.unwrap_or_else(|| panic!("{part:?} in {:?}", reading.notes))
}

#[test]
fn years_pasted_in_the_wrong_order_are_put_right() {
    let year = |year: i16| days(date(year, 1, 1), 365, |_| true);
    let times = [year(2022), year(2021), year(2023)].concat();
    let reading = read(&file(&times));
    assert_eq!(reading.target().axis.iso(0), "2021-01-01");
    assert_eq!((reading.target().len(), reading.target().missing()), (1095, 0));
    let moved = reading.ledger.entry(Reason::OutOfOrder, None).unwrap();
    assert_eq!((moved.count, moved.lines[0]), (365, 367));
    // The first row of 2021 is row 366 of the file.
    assert_eq!(reading.target().values[0], f64::from(365 * 365 % 1_009) + 0.5);
}

#[test]
fn blanks_at_both_ends_are_told_from_gaps() {
    let mut text = "when,temperature\n,\n,\n".to_owned();
    for (row, time) in days(date(2024, 1, 1), 30, |_| true).iter().enumerate() {
        let blank = !(3..27).contains(&row);
        text.push_str(&format!("{time},{}\n", if blank { "" } else { "7.5" }));
    }
    text.push_str(",\n,\n");
    let reading = read(&text);
    assert_eq!(reading.ledger.count(Reason::EmptyRow), 4);
    assert_eq!(reading.ledger.count(Reason::MissingCell), 6);
    assert_eq!((reading.target().len(), reading.target().missing()), (30, 6));
}

#[test]
fn the_settings_of_times_survive_a_recipe() {
    let text = "working_times = \"all\"\n[irregular]\nrows = \"numbered\"\nmethod = \"sum\"\n\
                step = { unit = \"hour\", count = 6 }\n[irregular.methods]\nprice = \"last\"\n";
    let config: ImportConfig = toml::from_str(text).unwrap();
    assert_eq!(config.working_times, WorkingTimes::All);
    assert_eq!(config.irregular.step, Some(Frequency { unit: Unit::Hour, count: 6 }));
    assert_eq!(config.irregular.methods["price"], Gather::Last);
    let again: ImportConfig = toml::from_str(&toml::to_string(&config).unwrap()).unwrap();
    assert_eq!(again, config);
}
