//! Days on which nothing happens: working weeks, holidays, opening hours.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use tidegate::import::{ImportConfig, Reason, WorkingTimes};

use super::{days, file, moments, note, read, read_with, weekday, written};

fn is_shop_open(day: Date) -> bool {
    weekday(day) != 6
        && !["12-25", "01-01"].contains(&day.strftime("%m-%d").to_string().as_str())
        && !["2023-04-07", "2024-03-29", "2025-04-18"].contains(&day.to_string().as_str())
}

#[test]
fn a_shop_closed_on_sundays_and_holidays_has_no_gaps() {
    let times = days(date(2023, 1, 2), 800, is_shop_open);
    let reading = read(&file(&times));
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 0);
    assert_eq!(reading.target().len(), times.len());
    assert_eq!(reading.target().season_length(), 6);
    let said = note(&reading, "working calendar");
    assert!(said.contains("closed on Sundays, 1 January, Good Friday and 25 December"), "{said}");
    let axis = &reading.target().axis;
    assert!((0..times.len()).all(|row| axis.iso(row) == times[row]));
    // Dates to come: the last row is 2025-03-11; Good Friday of 2025 is 18 April.
    let to_come: Vec<String> = (times.len()..times.len() + 60).map(|row| axis.iso(row)).collect();
    let open = days(date(2025, 3, 12), 80, is_shop_open);
    assert_eq!(to_come, open[..60]);
    for row in [0, 5, 300, times.len() + 10] {
        assert_eq!(axis.row_at(axis.plot_x(row), times.len() + 50), Some(row));
    }
}

#[test]
fn a_day_off_that_follows_no_rule_stays_a_gap() {
    let off = [date(2023, 8, 17), date(2024, 2, 6)];
    let times = days(date(2023, 1, 2), 800, |day| is_shop_open(day) && !off.contains(&day));
    let reading = read(&file(&times));
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 2);
    assert_eq!(reading.target().missing(), 2);
    assert_eq!(reading.target().season_length(), 6);
}

#[test]
fn a_working_calendar_can_be_switched_off() {
    let times = days(date(2023, 1, 2), 800, is_shop_open);
    let config = ImportConfig { working_times: WorkingTimes::All, ..ImportConfig::default() };
    let reading = read_with(&file(&times), &config);
    assert_eq!(reading.target().axis.step_label(), "1 day");
    assert_eq!(reading.target().len(), 800);
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 800 - times.len());
}

#[test]
fn opening_hours_of_weekdays_are_learned() {
    let is_open = |at: &DateTime| weekday(at.date()) < 5 && (10..20).contains(&at.hour());
    let all = moments(date(2024, 1, 1).at(0, 0, 0, 0), 48 * 40, 1_800);
    let times: Vec<String> = all.iter().filter(|at| is_open(at)).map(written).collect();
    let reading = read(&file(&times));
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 0);
    assert_eq!(reading.target().season_length(), 20);
    let said = note(&reading, "working calendar");
    let hours = "open Monday to Friday 10:00 to 19:30; closed on Saturdays and Sundays";
    assert!(said.contains(hours), "{said}");
    let axis = &reading.target().axis;
    // The last open slot is Friday 2024-02-09, 19:30.
    assert_eq!(axis.iso(times.len() - 1), "2024-02-09T19:30:00");
    assert_eq!(axis.iso(times.len()), "2024-02-12T10:00:00");
    assert_eq!(axis.iso(times.len() + 20), "2024-02-13T10:00:00");
}

#[test]
fn business_days_keep_their_name_and_learn_holidays() {
    let times = days(date(2018, 1, 2), 2500, |day| {
        weekday(day) < 5
            && !["12-25", "01-01", "05-01"].contains(&&*day.strftime("%m-%d").to_string())
    });
    let reading = read(&file(&times));
    assert_eq!(reading.target().axis.step_label(), "1 business day");
    assert_eq!(reading.target().season_length(), 5);
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 0);
}

#[test]
fn a_panel_shares_one_calendar() {
    let mut rows = vec!["shop,when,sales".to_owned()];
    for (shop, off) in [("a", date(2023, 3, 8)), ("b", date(2023, 5, 9))] {
        let times = days(date(2023, 1, 2), 300, |day| weekday(day) != 6 && day != off);
        rows.extend(times.iter().map(|time| format!("{shop},{time},3.5")));
    }
    let reading = read(&rows.join("\n"));
    assert_eq!(reading.panel.series.len(), 2);
    assert!(reading.panel.series.iter().all(|one| one.axis.step_label() == "1 open day"));
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 2);
}

#[test]
fn last_business_days_are_ends_of_months() {
    let times: Vec<String> = (0..48)
        .map(|month: i8| {
            let end = date(2020 + i16::from(month / 12), month % 12 + 1, 1).last_of_month();
            let back = (weekday(end) - 4).max(0);
            end.checked_sub(i64::from(back).days()).unwrap().to_string()
        })
        .collect();
    let reading = read(&file(&times));
    assert_eq!(reading.target().axis.step_label(), "1 month");
    assert_eq!(reading.ledger.rows_used, 48);
    assert_eq!(reading.target().axis.iso(48), "2024-01-31");
    assert!(note(&reading, "off an even step").contains("1 month"));
}
