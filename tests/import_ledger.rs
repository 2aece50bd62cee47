//! The ledger: every row is used or dropped for a stated reason, every missing value is counted,
//! and every line number is the file's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "import_ledger/balance.rs"]
mod balance;
#[path = "import_ledger/places.rs"]
mod places;

use tidegate::import::{
    ImportConfig, ImportError, Ledger, LedgerEntry, Place, Reading, Reason, read_bytes,
};
use tidegate::series::{MissingPolicy, OutlierPolicy};

#[track_caller]
fn read(text: &str) -> Reading {
    read_bytes("f.csv", text.as_bytes(), &ImportConfig::default()).unwrap()
}

#[track_caller]
fn entry(ledger: &Ledger, reason: Reason, column: Option<&str>) -> LedgerEntry {
    ledger.entry(reason, column).unwrap_or_else(|| panic!("{reason:?} in {ledger:?}")).clone()
}

const MESSY: &str = "date,note,a,b
2024-01-01,x,1,10
2024-01-02,\"two
lines\",,20

2024-01-04,y,oops,30
2024-01-03,z,3,NA
2024-01-03,z,3,NA
2024-01-02,w,9,99
not a date,q,5,50
,q,5,50
2024-01-05,short
2024-01-06,long,1,2,3
,,,
2024-01-09,end,9,inf
";

#[test]
fn every_row_and_cell_is_accounted_for() {
    let reading = read(MESSY);
    let ledger = &reading.ledger;
    assert_eq!((ledger.rows_read, ledger.rows_used, ledger.rows_dropped()), (12, 5, 6));
    assert_eq!(ledger.rows_merged(), 1);
    assert_eq!((ledger.cells_read, ledger.cells_used, ledger.cells_missing()), (10, 6, 4));
    let of = |reason, column| {
        let entry = entry(ledger, reason, column);
        (entry.count, entry.lines)
    };
    assert_eq!(of(Reason::RaggedRow, None), (2, vec![12, 13]));
    assert_eq!(of(Reason::EmptyRow, None), (1, vec![14]));
    assert_eq!(of(Reason::MissingTime, Some("date")), (1, vec![11]));
    assert_eq!(of(Reason::UnparsableTime, Some("date")), (1, vec![10]));
    assert_eq!(of(Reason::RepeatedRow, None), (1, vec![8]));
    assert_eq!(of(Reason::ConflictingRow, None), (1, vec![9]));
    assert_eq!(of(Reason::OutOfOrder, None), (3, vec![7, 8, 9]));
    assert_eq!(of(Reason::MissingCell, Some("a")), (1, vec![3]));
    assert_eq!(of(Reason::UnparsableCell, Some("a")), (1, vec![6]));
    assert_eq!(of(Reason::MissingCell, Some("b")), (1, vec![7]));
    assert_eq!(of(Reason::UnparsableCell, Some("b")), (1, vec![15]));
    assert_eq!(of(Reason::MissingSlot, None), (4, vec![15]));
    let details: Vec<String> =
        ledger.entries.iter().filter_map(|entry| entry.detail.clone()).collect();
    assert!(
        details.iter().any(|d| d == "line 12 has 2 fields where 4 were expected"),
        "{details:?}"
    );
    assert!(details.iter().any(|d| d == "for example \"oops\""), "{details:?}");
    assert!(details.iter().any(|d| d == "4 between 2024-01-04 and 2024-01-09"), "{details:?}");
    assert!(details.iter().any(|d| d == "2024-01-02 stands on line 3 first"), "{details:?}");
}

#[test]
fn outliers_are_masked_only_where_that_is_set() {
    let value = |row: usize| match row {
        60 => 900.0,
        row => 10.0 + f64::from(u32::try_from(row * 37 % 11).unwrap()),
    };
    let rows: Vec<String> = (0..200).map(|row| format!("{row},{}", value(row))).collect();
    let text = format!("i,v\n{}\n", rows.join("\n"));
    let kept = read(&text);
    assert_eq!((kept.outlier_slots(), kept.line_of(60)), (vec![60], Some(62)));
    assert_eq!(kept.ledger.cells_used, 200);
    let config = ImportConfig { outliers: OutlierPolicy::Mask, ..ImportConfig::default() };
    let masked = read_bytes("f", text.as_bytes(), &config).unwrap();
    assert_eq!(masked.panel, kept.panel, "the series keeps its values");
    let ledger = &masked.ledger;
    assert_eq!((ledger.cells_read, ledger.cells_used, ledger.cells_imputed()), (200, 199, 1));
    let entry = entry(ledger, Reason::Outlier, Some("v"));
    assert_eq!(entry.places, [Some(Place { series: 0..1, slots: 60..61 })]);
    assert_eq!(entry.lines, [62]);
    assert!(ledger.balances());
}

fn dropping() -> ImportConfig {
    ImportConfig { missing: MissingPolicy::DropSeries, ..ImportConfig::default() }
}

#[test]
fn a_column_with_missing_values_is_left_out_where_that_is_set() {
    let text = "t,a,b,c\n2024-01-01,1,2,3\n2024-01-02,,5,6\n2024-01-03,7,8,9\n";
    let reading = read_bytes("f", text.as_bytes(), &dropping()).unwrap();
    assert_eq!(reading.panel.names().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(reading.target().name, "b");
    assert!(reading.notes.iter().any(|note| note.contains("1 of 3 series")), "{:?}", reading.notes);
    let ledger = &reading.ledger;
    assert_eq!((ledger.cells_read, ledger.cells_used, ledger.cells_masked()), (9, 6, 3));
    assert_eq!(entry(ledger, Reason::DroppedColumn, Some("a")).lines, [2, 4]);
    assert_eq!(entry(ledger, Reason::MissingCell, Some("a")).places, [None]);
    assert_eq!(reading.with_target("c").unwrap().target().name, "c");
    let named = ImportConfig { target: Some("a".to_owned()), ..dropping() };
    let error = read_bytes("f", text.as_bytes(), &named).unwrap_err();
    assert!(matches!(error, ImportError::TargetDropped { missing: 1, .. }), "{error}");
}

#[test]
fn a_key_with_missing_values_is_left_out_where_that_is_set() {
    let text = "key,t,v\na,2024-01-01,1\na,2024-01-03,2\na,2024-01-04,2\na,2024-01-05,2\n\
                b,2024-01-01,3\nb,2024-01-02,4\nb,2024-01-02,4\nb,2024-01-03,5\nb,2024-01-04,6\n";
    let reading = read_bytes("f", text.as_bytes(), &dropping()).unwrap();
    assert_eq!(reading.panel.names().collect::<Vec<_>>(), ["b"]);
    let ledger = &reading.ledger;
    assert_eq!((ledger.rows_read, ledger.rows_used, ledger.rows_dropped()), (9, 4, 4));
    assert_eq!(entry(ledger, Reason::DroppedSeries, None).lines, [2, 3, 4, 5]);
    assert_eq!(
        entry(ledger, Reason::RepeatedRow, None).places,
        [Some(Place { series: 0..1, slots: 1..2 })],
        "the series that is left is the first"
    );
    assert_eq!(reading.repeated_slots(), [1]);
    assert_eq!(ledger.series[0].rows_used, 0);
    assert!(ledger.balances());
}

#[test]
fn a_file_from_newest_to_oldest_is_turned_and_said() {
    let reading = read("t,v\n2024-01-03,3\n2024-01-02,2\n2024-01-01,1\n");
    assert_eq!(&*reading.target().values, [1.0, 2.0, 3.0]);
    let moved = entry(&reading.ledger, Reason::OutOfOrder, None);
    assert_eq!(moved.count, 2);
    assert!(moved.detail.unwrap().contains("newest"));
}

#[test]
fn empty_rows_at_the_end_are_no_missing_values() {
    let reading = read("a,b\n1,2\n3,4\n,\n,\n");
    assert_eq!(&*reading.panel.get("a").unwrap().values, [1.0, 3.0]);
    assert_eq!(entry(&reading.ledger, Reason::EmptyRow, None).lines, [4, 5]);
    let reading = read("a,b\n1,2\n,\n3,4\n");
    assert_eq!(reading.target().missing(), 1);
    assert!(reading.ledger.balances());
}
