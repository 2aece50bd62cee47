//! The ledger: every row is used or dropped for a stated reason, every missing value is counted,
//! and every line number is the file's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use tidegate::import::{
    ImportConfig, ImportError, Layout, Ledger, LedgerEntry, Place, Reading, Reason, SeriesLedger,
    read_bytes,
};
use tidegate::series::{Filler, MissingPolicy, OutlierPolicy, Series, masked, outliers};

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
fn values_stand_on_their_dates() {
    let reading = read(MESSY);
    let shown = |name: &str| -> Vec<String> {
        reading.panel.get(name).unwrap().values.iter().map(f64::to_string).collect()
    };
    assert_eq!(shown("a"), ["1", "NaN", "3", "NaN", "NaN", "NaN", "NaN", "NaN", "9"]);
    assert_eq!(shown("b"), ["10", "20", "NaN", "30", "NaN", "NaN", "NaN", "NaN", "NaN"]);
}

#[test]
fn lines_point_at_the_slots_they_stand_on() {
    let reading = read(MESSY);
    let places = |reason, column| -> Vec<Option<(usize, usize, usize, usize)>> {
        let entry = entry(&reading.ledger, reason, column);
        assert_eq!(entry.places.len(), entry.lines.len());
        let place = |place: Place| {
            (place.series.start, place.series.len(), place.slots.start, place.slots.len())
        };
        entry.places.into_iter().map(|one| one.map(place)).collect()
    };
    // Rows are about both series of the table, cells about that of their column.
    assert_eq!(places(Reason::RepeatedRow, None), [Some((0, 2, 2, 1))]);
    assert_eq!(places(Reason::ConflictingRow, None), [Some((0, 2, 1, 1))]);
    let moved = [Some((0, 2, 2, 1)), Some((0, 2, 2, 1)), Some((0, 2, 1, 1))];
    assert_eq!(places(Reason::OutOfOrder, None), moved);
    assert_eq!(places(Reason::MissingSlot, None), [Some((0, 2, 4, 4))]);
    assert_eq!(places(Reason::MissingCell, Some("a")), [Some((0, 1, 1, 1))]);
    assert_eq!(places(Reason::UnparsableCell, Some("a")), [Some((0, 1, 3, 1))]);
    assert_eq!(places(Reason::UnparsableCell, Some("b")), [Some((1, 1, 8, 1))]);
    for (reason, column) in [
        (Reason::RaggedRow, None),
        (Reason::EmptyRow, None),
        (Reason::MissingTime, Some("date")),
        (Reason::UnparsableTime, Some("date")),
    ] {
        let places = places(reason, column);
        assert!(!places.is_empty() && places.iter().all(Option::is_none), "{reason:?}");
    }
    assert_eq!(reading.repeated_slots(), [1, 2]);
}

#[test]
fn the_slots_of_a_long_panel_are_those_of_the_key() {
    let reading = read(
        "key,t,v\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,3\nb,2024-01-02,\n\
         b,2024-01-03,5\na,2024-01-03,3\na,2024-01-04,4\nb,2024-01-04,6\nb,2024-01-03,5\n",
    );
    assert_eq!(reading.layout, Layout::LongPanel);
    let missing = entry(&reading.ledger, Reason::MissingCell, Some("v"));
    assert_eq!(missing.places, [Some(Place { series: 1..2, slots: 1..2 })]);
    let repeated = entry(&reading.ledger, Reason::RepeatedRow, None);
    assert_eq!(repeated.places, [Some(Place { series: 1..2, slots: 2..3 })]);
    assert!(reading.repeated_slots().is_empty(), "the target is a");
    let reading = reading.with_target("b").unwrap();
    assert_eq!(reading.repeated_slots(), [2]);
}

#[test]
fn a_row_that_is_a_series_points_at_its_first_hole() {
    let reading = read("id,V1,V2,V3,V4,V5,V6\nx,1,2,3,4,5,6\ny,1,,,4,,6\nz,1,2,3,bad,5,6\n");
    assert_eq!(reading.layout, Layout::WideRows);
    let missing = entry(&reading.ledger, Reason::MissingCell, None);
    assert_eq!((missing.count, missing.lines), (3, vec![3]));
    assert_eq!(missing.places, [Some(Place { series: 1..2, slots: 1..3 })]);
    let bad = entry(&reading.ledger, Reason::UnparsableCell, None);
    assert_eq!(bad.places, [Some(Place { series: 2..3, slots: 3..4 })]);
}

#[test]
fn listed_lines_are_kept_to_look_at_with_a_row_around_them() {
    let row = |i: usize| match i {
        500 => "500,".to_owned(),
        700 => "700,1,2".to_owned(),
        i => format!("{i},{i}.5"),
    };
    let rows: Vec<String> = (0..1_000).map(row).collect();
    let preview = read(&format!("i,v\n{}\n", rows.join("\n"))).preview;
    let place = preview.place_of(502).unwrap();
    let shown: Vec<&str> = preview.rows[place - 1..place + 2].iter().map(|row| &*row[0]).collect();
    assert_eq!(shown, ["499", "500", "501"]);
    assert_eq!(preview.left_out_before(place - 1), 499 - 200);
    let ragged = preview.place_of(702).unwrap();
    assert_eq!(preview.rows[ragged], ["700", "1", "2"]);
    assert_eq!(preview.left_out_before(ragged), 0);
    assert_eq!(preview.left_out_before(ragged - 1), 699 - 502);
    // Row 701 stands on the step after the one that the ragged row left empty.
    assert_eq!((preview.rows.len(), preview.rows[ragged + 2][0].as_str()), (207, "702"));
    assert_eq!(preview.place_of(903), None);
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

#[test]
fn only_the_first_hundred_lines_are_listed() {
    let rows: Vec<String> = (0..150).map(|i| format!("{i},x{i},\n{i},1,2")).collect();
    let reading = read(&format!("k,v,w\n{}", rows.join("\n")));
    let dropped = entry(&reading.ledger, Reason::MissingCell, Some("w"));
    assert_eq!((dropped.count, dropped.lines.len()), (150, 100));
}

/// A row of a generated file, and whether it has the right number of fields.
fn row() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        6 => (1_u8..=28, 1_u8..=12).prop_map(|(day, month)| format!("2024-{month:02}-{day:02}")),
        1 => Just(String::new()),
        1 => Just("31.02.2024".to_owned()),
        1 => Just("\"never\nmind\"".to_owned()),
    ];
    let value = prop_oneof![
        6 => (-999_i32..999).prop_map(|value| format!("{}.{}", value / 10, value.abs() % 10)),
        1 => Just(String::new()),
        1 => Just("NA".to_owned()),
        1 => Just("oops".to_owned()),
        1 => Just("\"a, b\"".to_owned()),
    ];
    let end = prop_oneof![8 => Just(""), 1 => Just(",extra"), 1 => Just("\n")];
    prop_oneof![
        12 => (time, value.clone(), value, end).prop_map(|(t, a, b, end)| format!("{t},{a},{b}{end}")),
        1 => Just("alone".to_owned()),
        1 => Just(",,".to_owned()),
    ]
}

/// A row of a long panel: mostly one of few keys, with repeats, holes and bad cells.
fn keyed_row() -> impl Strategy<Value = String> {
    let key = prop_oneof![9 => "[abc]", 1 => Just(String::new())];
    let time = prop_oneof![
        9 => (1_u8..=12).prop_map(|month| format!("2024-{month:02}-01")),
        1 => Just("soon".to_owned()),
    ];
    let part = prop_oneof![Just("x"), Just("y")];
    (key, part, time, cell(), cell())
        .prop_map(|(key, part, t, a, b)| format!("{key},{part},{t},{a},{b}"))
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (-99_i32..99).prop_map(|value| value.to_string()),
        1 => Just(String::new()),
        1 => Just("NA".to_owned()),
        1 => Just("oops".to_owned()),
    ]
}

/// Every policy for missing values.
fn config() -> impl Strategy<Value = ImportConfig> {
    let policies = (
        prop::sample::select(&MissingPolicy::ALL[..]),
        prop::sample::select(&OutlierPolicy::ALL[..]),
    );
    policies.prop_map(|(missing, outliers)| ImportConfig {
        missing,
        outliers,
        ..ImportConfig::default()
    })
}

/// Missing and masked values of a series that are filled in, counted without the ledger.
fn filled(series: &Series, config: &ImportConfig) -> usize {
    let season_length = series.season_length();
    let values = match config.outliers {
        OutlierPolicy::Keep => series.values.to_vec(),
        OutlierPolicy::Mask => masked(&series.values, season_length, &[series.len()]),
    };
    let filler = Filler { policy: config.missing, season_length };
    let known = |values: &[f64]| values.iter().filter(|value| !value.is_nan()).count();
    known(&filler.fill(&values)) - known(&values)
}

/// Values of all series that are neither missing nor masked.
fn used(reading: &Reading, config: &ImportConfig) -> usize {
    let of_series = |series: &Series| {
        let outliers = match config.outliers {
            OutlierPolicy::Keep => 0,
            OutlierPolicy::Mask => outliers(&series.values, series.season_length()).len(),
        };
        series.len() - series.missing() - outliers
    };
    reading.panel.series.iter().map(of_series).sum()
}

proptest! {
    #[test]
    fn what_is_filled_in_is_counted_by_reason(
        rows in prop::collection::vec((1_u8..=28, 1_u8..=2, cell()), 6..60), config in config(),
    ) {
        let rows = rows.iter().map(|(day, month, cell)| format!("2024-{month:02}-{day:02},{cell}"));
        let text = format!("t,v\n2024-01-01,1\n{}\n", rows.collect::<Vec<_>>().join("\n"));
        match read_bytes("f", text.as_bytes(), &config) {
            Ok(reading) => {
                let ledger = &reading.ledger;
                prop_assert!(ledger.balances(), "{:?}", ledger);
                let slots = ledger.entry(Reason::MissingSlot, None).map_or(0, |entry| entry.imputed);
                let expected = filled(reading.target(), &config);
                prop_assert_eq!(ledger.cells_imputed() + slots, expected, "{:?}", ledger);
                let shown: usize = reading.imputed_slots().iter().map(ExactSizeIterator::len).sum();
                let masked =
                    ledger.entry(Reason::Outlier, Some("v")).map_or(0, |entry| entry.imputed);
                prop_assert_eq!(shown + masked, expected);
            }
            Err(error) => prop_assert!(
                matches!(error, ImportError::AllDropped { series: 1, .. })
                    || config.missing != MissingPolicy::DropSeries,
                "{}", error
            ),
        }
    }

    #[test]
    fn rows_read_are_rows_used_and_rows_dropped(
        rows in prop::collection::vec(row(), 0..60), config in config(),
    ) {
        let text = format!("t,a,b\n{}\n", rows.join("\n"));
        if let Ok(reading) = read_bytes("f", text.as_bytes(), &config) {
            let ledger = &reading.ledger;
            // A row of words alone under the header counts as one of units.
            let units = reading.notes.iter().filter(|note| note.contains("units")).count();
            prop_assert_eq!(ledger.rows_read + units, rows.len());
            prop_assert!(ledger.balances(), "{:?}", ledger);
            if reading.layout == Layout::WideColumns {
                for series in &reading.panel.series {
                    let steps = ledger.rows_used + ledger.count(Reason::MissingSlot);
                    prop_assert_eq!(steps, series.len());
                }
            }
            // Rows of irregular times share steps.
            let values = used(&reading, &config);
            prop_assert!(values == ledger.cells_used || ledger.count(Reason::SameStep) > 0);
            prop_assert!(values <= ledger.cells_used);
            for entry in &ledger.entries {
                prop_assert!(entry.lines.iter().all(|&line| line > 1 && line <= text.lines().count()));
            }
        }
    }

    #[test]
    fn long_panels_balance_series_by_series(
        rows in prop::collection::vec(keyed_row(), 6..90), config in config(),
    ) {
        let text = format!("key,part,t,a,b\n{}\n", rows.join("\n"));
        if let Ok(reading) = read_bytes("f", text.as_bytes(), &config) {
            let ledger = &reading.ledger;
            let units = reading.notes.iter().filter(|note| note.contains("units")).count();
            prop_assert_eq!(ledger.rows_read + units, rows.len());
            prop_assert!(ledger.balances(), "{:?}", ledger);
            // Rows of irregular times share steps.
            let values = used(&reading, &config);
            prop_assert!(values == ledger.cells_used || ledger.count(Reason::SameStep) > 0);
            prop_assert!(values <= ledger.cells_used);
            if reading.layout == Layout::LongPanel {
                let of_series = |count: fn(&SeriesLedger) -> usize| -> usize {
                    ledger.series.iter().map(count).sum()
                };
                prop_assert_eq!(of_series(|one| one.rows_used), ledger.rows_used);
                prop_assert_eq!(of_series(|one| one.cells_used), ledger.cells_used);
                for reason in [Reason::RepeatedRow, Reason::MissingCell, Reason::UnparsableTime] {
                    let all: usize = ledger.series.iter().map(|one| one.count(reason)).sum();
                    prop_assert_eq!(all, ledger.count(reason));
                }
            }
        }
    }

    #[test]
    fn wide_rows_balance_series_by_series(
        rows in prop::collection::vec(prop::collection::vec(cell(), 6), 1..30),
        config in config(),
    ) {
        let lines = rows.iter().enumerate().map(|(i, row)| format!("s{i},{}", row.join(",")));
        let text = format!("id,1,2,3,4,5,6\n{}\n", lines.collect::<Vec<_>>().join("\n"));
        if let Ok(reading) = read_bytes("f", text.as_bytes(), &config) {
            let ledger = &reading.ledger;
            let units = reading.notes.iter().filter(|note| note.contains("units")).count();
            prop_assert_eq!(ledger.rows_read + units, rows.len());
            prop_assert!(ledger.balances(), "{:?}", ledger);
            prop_assert_eq!(used(&reading, &config), ledger.cells_used);
            if reading.layout == Layout::WideRows {
                let steps: usize = reading.panel.series.iter().map(Series::len).sum();
                prop_assert_eq!(steps, ledger.cells_read);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_bytes("f", &bytes, &ImportConfig::default());
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9a,;\t|\"\r\n .:/TQ-]{0,300}") {
        if let Ok(reading) = read_bytes("f", text.as_bytes(), &ImportConfig::default()) {
            prop_assert!(reading.ledger.balances());
            prop_assert!(reading.target < reading.panel.series.len());
        }
    }
}
