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

/// The rows that are left out as rare openings, by their lines.
fn exceptions(reading: &tidegate::import::Reading) -> Vec<usize> {
    let entry = reading.ledger.entry(Reason::RareOpening, Some("when"));
    entry.map(|entry| entry.lines.clone()).unwrap_or_default()
}

#[test]
fn a_rare_opening_is_an_exception_and_all_else_reads_as_without_it() {
    let plain = days(date(2023, 1, 2), 800, is_shop_open);
    let expected = read(&file(&plain));
    // Early, in the middle, and among the rows that are scored; the last one is a holiday.
    for odd in
        [&["2023-02-05"][..], &["2024-03-10"], &["2025-03-09"], &["2023-06-18", "2024-12-25"]]
    {
        let mut times = plain.clone();
        times.extend(odd.iter().map(|&day| day.to_owned()));
        times.sort_unstable();
        let reading = read(&file(&times));
        let lines: Vec<usize> =
            odd.iter().map(|&day| times.iter().position(|time| time == day).unwrap() + 2).collect();
        let is_learned = !odd.contains(&"2024-12-25");
        assert!(reading.ledger.balances());
        if is_learned {
            assert_eq!(exceptions(&reading), lines, "{odd:?}");
            assert_eq!(reading.target().axis, expected.target().axis, "{odd:?}");
            assert_eq!(reading.target().len(), plain.len());
            let said = note(&reading, "left out as an exception");
            assert!(
                said.contains(odd[0]) && said.contains("set the working times to all"),
                "{said}"
            );
        } else {
            // Worked in one year of two: no holiday, but Sundays stay closed.
            assert_eq!(exceptions(&reading), lines[..1]);
            assert_eq!(reading.target().season_length(), 6);
        }
        let config = ImportConfig { working_times: WorkingTimes::All, ..ImportConfig::default() };
        let all = read_with(&file(&times), &config);
        assert_eq!((exceptions(&all).len(), all.target().len()), (0, 800), "{odd:?}");
    }
}

#[test]
fn a_saturday_among_business_days_is_an_exception() {
    let plain = days(date(2018, 1, 1), 1_089, |day| weekday(day) < 5);
    let expected = read(&file(&plain));
    for odd in ["2018-06-09", "2020-12-19"] {
        let mut times = plain.clone();
        times.push(odd.to_owned());
        times.sort_unstable();
        let reading = read(&file(&times));
        let line = times.iter().position(|time| time == odd).unwrap() + 2;
        assert_eq!(exceptions(&reading), [line]);
        assert_eq!(reading.target().axis, expected.target().axis);
        assert_eq!(reading.target().len(), plain.len());
        let config = ImportConfig { working_times: WorkingTimes::All, ..ImportConfig::default() };
        let all = read_with(&file(&times), &config);
        assert_eq!(
            (all.target().axis.step_label().as_str(), all.ledger.rows_dropped()),
            ("1 day", 0)
        );
    }
}

#[test]
fn an_hour_at_night_is_an_exception() {
    let is_open = |at: &DateTime| weekday(at.date()) < 5 && (8..18).contains(&at.hour());
    let all = moments(date(2021, 3, 1).at(0, 0, 0, 0), 24 * 89, 3_600);
    let plain: Vec<String> = all.iter().filter(|at| is_open(at)).map(written).collect();
    let expected = read(&file(&plain));
    for odd in [date(2021, 3, 16).at(3, 0, 0, 0), date(2021, 5, 27).at(21, 0, 0, 0)] {
        let times: Vec<String> =
            all.iter().filter(|at| is_open(at) || **at == odd).map(written).collect();
        let reading = read(&file(&times));
        assert_eq!(exceptions(&reading).len(), 1);
        assert_eq!(reading.target().axis, expected.target().axis);
        assert_eq!(reading.target().season_length(), 10);
    }
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
