//! The time axes of real files: opening hours and holidays, irregular times, jitter, and clocks that
//! change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;
use tidegate::import::{
    Gather, ImportConfig, IrregularRows, IrregularTimes, Reading, Reason, WorkingTimes, read_bytes,
};
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
    let rows = times.iter().enumerate().map(|(row, time)| format!("{time},{}.5\n", row * row % 17));
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

/// Stamps some minutes apart, without any step.
fn scattered(count: i64, mean_secs: i64) -> Vec<DateTime> {
    let mut at = date(2024, 1, 1).at(8, 0, 11, 0);
    let mut state = 7_i64;
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(at);
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        at = at.checked_add(SignedDuration::from_secs(1 + state % (2 * mean_secs))).unwrap();
    }
    all
}

fn three_columns(times: &[DateTime]) -> String {
    let row = |(row, at): (usize, &DateTime)| {
        format!("{},{}.5,{},{}.25\n", written(at), row % 9, row % 5, 100 + row)
    };
    let rows: String = times.iter().enumerate().map(row).collect();
    format!("when,temp,sold,price\n{rows}")
}

#[test]
fn irregular_times_are_gathered_into_the_likeliest_step() {
    let times = scattered(500, 3_000);
    let reading = read(&three_columns(&times));
    assert_eq!(reading.target().axis.step_label(), "1 hour");
    assert!(note(&reading, "no even step").contains("steps of 1 hour, each named by its start"));
    let how = r#"their mean in "temp"; their sum in "sold"; the last of them in "price""#;
    assert!(note(&reading, "values of one step").contains(how));
    let ledger = &reading.ledger;
    assert_eq!(ledger.rows_used + ledger.count(Reason::SameStep), 500);
    assert_eq!(ledger.rows_used + ledger.count(Reason::MissingSlot), reading.target().len());
    assert_eq!((ledger.cells_read, ledger.cells_used), (1500, 1500));
    assert_eq!(reading.target().axis.iso(0), "2024-01-01T08:00:00");
    let first_hour: Vec<usize> =
        (0..500).take_while(|&row| times[row].hour() == 8 && times[row].day() == 1).collect();
    let count = f64::from(u32::try_from(first_hour.len()).unwrap());
    let of = |f: &dyn Fn(usize) -> f64| first_hour.iter().map(|&row| f(row)).sum::<f64>();
    let number = |n: usize| f64::from(u32::try_from(n).unwrap());
    let value = |name: &str| reading.panel.get(name).unwrap().values[0];
    assert!((value("temp") - of(&|row| number(row % 9) + 0.5) / count).abs() < 1e-12);
    assert_eq!(value("sold"), of(&|row| number(row % 5)));
    assert_eq!(value("price"), 100.25 + count - 1.0);
}

#[test]
fn step_and_method_of_irregular_times_can_be_set() {
    let text = three_columns(&scattered(500, 3_000));
    let irregular = IrregularTimes {
        step: Some(Frequency::every(Unit::Day)),
        method: Some(Gather::Sum),
        methods: [("price".to_owned(), Gather::Mean)].into(),
        ..IrregularTimes::default()
    };
    let reading = read_with(&text, &ImportConfig { irregular, ..ImportConfig::default() });
    assert_eq!(reading.target().axis.step_label(), "1 day");
    assert_eq!(reading.target().axis.iso(0), "2024-01-01");
    assert!(
        note(&reading, "values of one")
            .contains(r#"their mean in "price"; their sum in "temp", "sold""#)
    );
    let numbered = IrregularTimes { rows: IrregularRows::Numbered, ..IrregularTimes::default() };
    let config = ImportConfig { irregular: numbered, ..ImportConfig::default() };
    let reading = read_with(&text, &config);
    assert_eq!(reading.target().len(), 500);
    assert!(note(&reading, "rows are numbered").contains("no even step"));
    let seconds =
        IrregularTimes { step: Some(Frequency::every(Unit::Second)), ..IrregularTimes::default() };
    let config = ImportConfig { irregular: seconds, ..ImportConfig::default() };
    let reading = read_with(&text, &config);
    assert_eq!(reading.target().axis.step_label(), "1 hour");
    assert!(note(&reading, "too short").contains("1 second"));
}

#[test]
fn rows_of_one_time_are_gathered_too_where_times_are_irregular() {
    let mut text = three_columns(&scattered(300, 40_000));
    text.push_str("2024-01-01 08:00:11,1,1000,5\n");
    let reading = read(&text);
    assert_eq!(reading.ledger.count(Reason::ConflictingRow), 0);
    let sold = &reading.panel.get("sold").unwrap().values;
    assert!(sold[0] >= 1000.0, "{}", sold[0]);
    assert_eq!(reading.ledger.cells_used, 903);
}

#[test]
fn gathered_days_keep_a_working_calendar() {
    let times: Vec<DateTime> =
        scattered(2_000, 20_000).into_iter().filter(|at| weekday(at.date()) < 5).collect();
    let reading = read(&three_columns(&times));
    assert_eq!(reading.target().axis.step_label(), "1 business day");
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 0);
}

proptest! {
    #[test]
    fn gathered_rows_and_cells_balance(
        distances in prop::collection::vec(1_i64..200_000, 3..80),
        blanks in prop::collection::vec(prop::bool::weighted(0.2), 80),
    ) {
        let mut at = date(2024, 1, 1).at(0, 0, 0, 0);
        let rows = distances.iter().zip(&blanks).map(|(&secs, &blank)| {
            at = at.checked_add(SignedDuration::from_secs(secs)).unwrap();
            format!("{},{},2\n", written(&at), if blank { "" } else { "1.5" })
        });
        let text = format!("when,temp,sold\n{}", rows.collect::<String>());
        let reading = read_bytes("f", text.as_bytes(), &ImportConfig::default()).unwrap();
        let ledger = &reading.ledger;
        prop_assert!(ledger.balances());
        prop_assert_eq!(ledger.rows_read, distances.len());
        prop_assert_eq!(ledger.cells_read, reading.panel.series.len() * distances.len());
        if let Some(sold) = reading.panel.get("sold") {
            let steps = ledger.rows_used + ledger.count(Reason::MissingSlot);
            prop_assert_eq!(steps, sold.len());
        }
    }
}

#[test]
fn jitter_of_seconds_is_read_as_on_the_step() {
    let late = [3, 0, 5, 2, 2, 0, 1, 7, 4, 3, 9, 1, 0];
    let exact = moments(date(2024, 1, 1).at(10, 0, 0, 0), 400, 60);
    let times: Vec<String> = exact
        .iter()
        .enumerate()
        .filter(|(row, _)| row % 50 != 49)
        .map(|(row, at)| {
            written(&at.checked_add(SignedDuration::from_secs(late[row % 13])).unwrap())
        })
        .collect();
    let mut text = file(&times);
    text.push_str(&format!("{},999.5\n", times[7]));
    let reading = read(&text);
    assert_eq!(reading.target().axis.step_label(), "1 minute");
    assert_eq!(reading.ledger.count(Reason::MissingSlot), 7);
    assert_eq!(reading.ledger.count(Reason::ConflictingRow), 1);
    let moved = reading.ledger.entry(Reason::Jitter, Some("when")).unwrap();
    assert!(moved.count > 300 && moved.lines[0] == 2, "{moved:?}");
    assert!(
        note(&reading, "off an even step").contains("up to 9.0 s off an even step of 1 minute")
    );
    assert_eq!(reading.target().axis.iso(0), "2024-01-01T10:00:00");
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
        f64::from(u32::try_from((row + 1).pow(2) % 17).unwrap()) + 0.5
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
fn years_pasted_in_the_wrong_order_are_put_right() {
    let year = |year: i16| days(date(year, 1, 1), 365, |_| true);
    let times = [year(2022), year(2021), year(2023)].concat();
    let reading = read(&file(&times));
    assert_eq!(reading.target().axis.iso(0), "2021-01-01");
    assert_eq!((reading.target().len(), reading.target().missing()), (1095, 0));
    let moved = reading.ledger.entry(Reason::OutOfOrder, None).unwrap();
    assert_eq!((moved.count, moved.lines[0]), (365, 367));
    // The first row of 2021 is row 366 of the file.
    assert_eq!(reading.target().values[0], f64::from(365 * 365 % 17) + 0.5);
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
