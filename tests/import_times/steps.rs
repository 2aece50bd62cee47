//! Times that keep no step: gathered into the likeliest one, or put back on it.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use tidegate::import::{Gather, ImportConfig, IrregularRows, IrregularTimes, Reason, read_bytes};
use tidegate::series::{Frequency, Unit};

use super::{file, moments, note, read, read_with, weekday, written};

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
    let gathered: Vec<_> = reading.columns.iter().map(|column| column.gathered).collect();
    assert_eq!(gathered, [None, Some(Gather::Mean), Some(Gather::Sum), Some(Gather::Last)]);
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
