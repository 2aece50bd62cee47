//! Few rows off the step of all others are dropped and said; they do not change the step.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use tidegate::import::{ImportConfig, Reading, Reason, Role, read_bytes};

#[track_caller]
fn read(text: &str) -> Reading {
    let reading = read_bytes("f.csv", text.as_bytes(), &ImportConfig::default()).unwrap();
    assert!(reading.ledger.balances(), "{:?}", reading.ledger);
    reading
}

fn dates(rows: i64, step: impl Fn(i64) -> Span) -> Vec<String> {
    (0..rows).map(|row| date(2022, 1, 3).checked_add(step(row)).unwrap()).map(written).collect()
}

fn written(day: Date) -> String {
    day.to_string()
}

fn table(times: &[String]) -> String {
    let rows = times.iter().enumerate().map(|(row, time)| format!("{time},{}.5\n", row * row % 17));
    format!("when,sold\n{}", rows.collect::<String>())
}

/// Reads times of which the one on `row` is a stray, and checks that it alone is left out.
#[track_caller]
fn check_stray(times: &[String], row: usize, step: &str) -> Reading {
    let reading = read(&table(times));
    assert_eq!(reading.time_column.as_deref(), Some("when"), "{:?}", reading.notes);
    assert_eq!(reading.target().name, "sold");
    assert_eq!(reading.target().axis.step_label(), step, "{:?}", reading.notes);
    let ledger = &reading.ledger;
    assert_eq!((ledger.rows_read, ledger.rows_used), (times.len(), times.len() - 1));
    let entry = ledger.entry(Reason::OffGrid, Some("when")).unwrap();
    assert_eq!((entry.count, entry.lines.as_slice()), (1, [row + 2].as_slice()));
    assert_eq!(entry.detail.as_deref(), Some(format!("for example \"{}\"", times[row]).as_str()));
    assert_eq!(ledger.count(Reason::OutOfOrder), 0);
    let said = format!("off the step of {step}");
    let line = format!("line {}", row + 2);
    let note = reading.notes.iter().find(|note| note.contains(&said)).unwrap();
    assert!(note.contains(&line) && note.contains(&times[row]), "{note}");
    reading
}

#[test]
fn one_date_a_day_late_leaves_weeks_weeks() {
    let mut times = dates(60, jiff::ToSpan::weeks);
    let late: Date = times[30].parse().unwrap();
    times[30] = written(late.tomorrow().unwrap());
    let reading = check_stray(&times, 30, "1 week");
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 1);
    assert_eq!(reading.target().len(), 60);
}

#[test]
fn one_wild_number_leaves_an_index_an_index() {
    let mut times: Vec<String> = (1..=100).map(|row| row.to_string()).collect();
    times[56] = "987654".to_owned();
    check_stray(&times, 56, "1 row");
    let mut years: Vec<String> = (1950..2020).map(|year| year.to_string()).collect();
    years[20] = "19700".to_owned();
    let reading = read(&table(&years));
    assert_eq!(reading.target().axis.step_label(), "1 year");
    assert_eq!(reading.ledger.entry(Reason::UnparsableTime, Some("when")).unwrap().lines, [22]);
}

#[test]
fn one_date_of_the_next_century_does_not_end_the_axis() {
    let mut times = dates(400, jiff::ToSpan::days);
    times[100] = "2120-04-13".to_owned();
    let reading = check_stray(&times, 100, "1 day");
    assert_eq!(reading.target().len(), 400);
}

#[test]
fn one_odd_time_of_day_leaves_days_days() {
    let mut times: Vec<String> =
        dates(80, jiff::ToSpan::days).iter().map(|day| format!("{day} 00:00:00")).collect();
    times[7] = times[7].replace("00:00:00", "13:07:11");
    check_stray(&times, 7, "1 day");
    let mut days = dates(80, jiff::ToSpan::days);
    days[7] += " 13:07:11";
    assert_eq!(check_stray(&days, 7, "1 day").target().axis.iso(0), "2022-01-03");
}

#[test]
fn one_odd_day_leaves_months_months() {
    let mut times = dates(48, jiff::ToSpan::months);
    times[11] = times[11].replace("-03", "-05");
    check_stray(&times, 11, "1 month");
}

#[test]
fn each_series_of_a_panel_drops_its_own_strays() {
    let mut rows = vec!["store,when,sold".to_owned()];
    for store in ["a", "b", "c"] {
        for (row, day) in dates(30, jiff::ToSpan::weeks).iter().enumerate() {
            let day = if (store, row) == ("b", 12) { "2022-03-29" } else { day };
            rows.push(format!("{store},{day},{row}"));
        }
    }
    let reading = read(&rows.join("\n"));
    assert_eq!(reading.panel.series.len(), 3);
    assert!(reading.panel.series.iter().all(|one| one.axis.step_label() == "1 week"));
    assert_eq!(reading.ledger.series[1].count(Reason::OffGrid), 1);
    assert_eq!(reading.ledger.series[0].count(Reason::OffGrid), 0);
    assert_eq!(reading.ledger.entry(Reason::OffGrid, Some("when")).unwrap().lines, [44]);
}

#[test]
fn a_step_of_the_clock_that_daylight_saving_moves_is_kept() {
    let rows = (20..32).flat_map(|day| [0, 6, 12, 18].map(|hour| (day, hour)));
    let rows = rows.map(|(day, hour)| {
        let summer = (day, hour) > (28, 2);
        let (date, offset) =
            (date(2021, 3, 1).checked_add((day - 1).days()).unwrap(), 1 + i32::from(summer));
        format!("{date}T{hour:02}:00:00+0{offset}:00,{}\n", day + hour)
    });
    let reading = read(&format!("when,load\n{}", rows.collect::<String>()));
    let axis = &reading.target().axis;
    assert_eq!((axis.step_label().as_str(), reading.target().len()), ("6 hours", 48));
    assert_eq!(axis.iso(48), "2021-04-01T00:00:00");
    let said = "step by 6 hours on the clock of ";
    assert!(reading.notes.iter().any(|note| note.contains(said)), "{:?}", reading.notes);
    assert_eq!(reading.ledger.rows_dropped(), 0);
}

#[test]
fn gaps_holidays_and_many_odd_rows_are_no_strays() {
    let business: Vec<String> = dates(90, |row| (row / 5 * 7 + row % 5).days());
    let reading = read(&table(&business));
    assert_eq!(reading.target().axis.step_label(), "1 business day");
    assert_eq!(reading.ledger.rows_dropped(), 0);
    let doubled = |rows| dates(rows, |row| if row < 30 { row.weeks() } else { (180 + row).days() });
    assert_eq!(read(&table(&doubled(200))).ledger.rows_dropped(), 0);
    // Days that only the last fifth of the file has do not make its weeks days: those that fall into a
    // week of their own stand for it, and the others are counted.
    let reading = read(&table(&doubled(60)));
    assert_eq!(reading.target().axis.step_label(), "1 week");
    assert_eq!(reading.columns[0].role, Role::Time);
    assert!(reading.ledger.balances() && reading.ledger.count(Reason::OffGrid) > 20);
}
