//! Times that stand in several columns are joined into one, parts of dates are no targets, and years
//! that name columns are no rows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use tidegate::import::{ImportConfig, Reading, Reason, Role, read_bytes};

#[track_caller]
fn read(text: &str) -> Reading {
    let reading = read_bytes("f.csv", text.as_bytes(), &ImportConfig::default()).unwrap();
    assert!(reading.ledger.balances(), "{:?}", reading.ledger);
    reading
}

#[track_caller]
fn check(text: &str, step: &str, first: &str, names: &str) -> Reading {
    let reading = read(text);
    assert_eq!(reading.target().axis.step_label(), step, "{:?}", reading.notes);
    assert_eq!(reading.target().axis.iso(0), first);
    let names: Vec<String> = names.split(", ").map(|name| format!("\"{name}\"")).collect();
    let names = names.join(", ");
    let said = format!("columns {names} are joined into one time");
    assert!(reading.notes.iter().any(|note| note.starts_with(&said)), "{:?}", reading.notes);
    assert_eq!(reading.ledger.rows_dropped(), 0, "{:?}", reading.ledger);
    reading
}

fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> =
        (0..count).map(|at| format!("{},{}\n", row(at), at * at % 7)).collect();
    lines.concat()
}

#[test]
fn a_day_and_a_time_of_day_are_one_time() {
    let of = |row: usize| format!("2024-01-{:02},{:02}:00", row / 24 + 1, row % 24);
    let reading = check(
        &format!("date,time,y\n{}", rows(72, of)),
        "1 hour",
        "2024-01-01T00:00:00",
        "date, time",
    );
    let roles: Vec<Role> = reading.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Time, Role::Time, Role::Target]);
    assert_eq!(reading.target().len(), 72);
    let of = |row: usize| format!("{}:30 PM,{}/1/2024", row % 2 + 1, row / 2 + 13);
    let text = format!("clock,when,y\n{}", rows(10, of));
    let reading = read(&text);
    assert_eq!(reading.target().axis.iso(0), "2024-01-13T13:30:00");
    assert_eq!((reading.target().len(), reading.ledger.rows_used), (98, 10));
}

#[test]
fn a_bad_time_of_day_is_shown_with_its_day() {
    let of = |row: usize| format!("2024-01-01,{row:02}:00");
    let reading = read(&format!("date,time,y\n{},03:00,9\n2024-01-01,,9\n", rows(20, of)));
    assert_eq!(reading.ledger.count(Reason::MissingTime), 2, "{:?}", reading.ledger);
    let reading = read(&format!("date,time,y\n{}2024-01-01,03:00,99\n", rows(20, of)));
    let entry = reading.ledger.entry(Reason::ConflictingRow, None).unwrap();
    assert_eq!(entry.detail.as_deref(), Some("2024-01-01 03:00 stands on line 5 first"));
}

#[test]
fn times_of_day_that_days_do_not_need_stay_text() {
    let of = |row: usize| format!("2024-01-{:02},07:{:02}", row + 1, row * row % 31);
    let reading = read(&format!("date,sunrise,y\n{}", rows(20, of)));
    assert_eq!(reading.target().axis.step_label(), "1 day");
    assert_eq!(reading.columns[1].role, Role::Text);
}

#[test]
fn years_months_days_and_hours_are_one_time() {
    let months = |row: usize| format!("{},{}", 1990 + row / 12, row % 12 + 1);
    let text = format!("Year,Month,y\n{}", rows(40, months));
    let reading = check(&text, "1 month", "1990-01", "Year, Month");
    assert_eq!(reading.target().name, "y");
    let text = format!("yr,mon,y\n{}", rows(40, months));
    check(&text, "1 month", "1990-01", "yr, mon");
    let days = |row: usize| format!("{},2,2021", row + 1);
    check(
        &format!("day,month,year,y\n{}", rows(28, days)),
        "1 day",
        "2021-02-01",
        "year, month, day",
    );
    let hours = |row: usize| format!("{},2021,3,{},{}", row + 1, row / 24 + 1, row % 24);
    let text = format!("No,year,month,day,hour,y\n{}", rows(96, hours));
    let reading = check(&text, "1 hour", "2021-03-01T00:00:00", "year, month, day, hour");
    assert_eq!(reading.target().name, "y");
}

#[test]
fn columns_named_by_years_beside_dates_are_series() {
    for names in ["2020,2021", "2019,2020,2021"] {
        let columns = names.split(',').count();
        let row = |day: usize| format!("2024-01-{day:02}{}\n", format!(",{day}").repeat(columns));
        let rows: String = (1..=12).map(row).collect();
        let reading = read(&format!("d,{names}\n{rows}"));
        assert_eq!(reading.time_column.as_deref(), Some("d"));
        assert_eq!(reading.panel.names().collect::<Vec<_>>().join(","), names);
        assert_eq!((reading.target().len(), reading.ledger.rows_dropped()), (12, 0));
    }
}

#[test]
fn a_panel_may_count_its_months_in_two_columns() {
    let of =
        |row: usize| format!("{},{},{}", ["a", "b"][row / 24], 2020 + row % 24 / 12, row % 12 + 1);
    let text = format!("store,year,month,y\n{}", rows(48, of));
    let reading = check(&text, "1 month", "2020-01", "year, month");
    assert_eq!(reading.panel.series.len(), 2);
}

#[test]
fn parts_that_make_no_time_are_no_target_by_default() {
    let of = |row: usize| format!("{},{}", row % 12 + 1, row * row % 31 + 1);
    let reading = read(&format!("month,day,y\n{}", rows(30, of)));
    assert_eq!(reading.target().name, "y");
    let said = "no target by default: \"month\", \"day\"; the target is y";
    assert!(reading.notes.iter().any(|note| note.contains(said)), "{:?}", reading.notes);
    assert_eq!(read("month,day\n3,1\n9,4\n2,8\n").target().name, "month");
}
