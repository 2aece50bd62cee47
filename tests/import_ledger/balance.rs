//! What is read is used or dropped with a reason, to the last row and cell.

use proptest::prelude::*;
use tidegate::import::{
    ImportConfig, ImportError, Layout, Reading, Reason, SeriesLedger, read_bytes,
};
use tidegate::series::{Filler, MissingPolicy, OutlierPolicy, Series, masked, outliers};

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

/// Reads rows of a day and a cell each; what is filled in is what the ledger counts.
fn assert_filled_in_is_counted(rows: &[String], config: &ImportConfig) {
    let text = format!("t,v\n2024-01-01,1\n{}\n", rows.join("\n"));
    match read_bytes("f", text.as_bytes(), config) {
        Ok(reading) => {
            let ledger = &reading.ledger;
            assert!(ledger.balances(), "{ledger:?}");
            let slots = ledger.entry(Reason::MissingSlot, None).map_or(0, |entry| entry.imputed);
            let expected = filled(reading.target(), config);
            assert_eq!(ledger.cells_imputed() + slots, expected, "{ledger:?}");
            let shown: usize = reading.imputed_slots().iter().map(ExactSizeIterator::len).sum();
            let masked = ledger.entry(Reason::Outlier, Some("v")).map_or(0, |entry| entry.imputed);
            assert_eq!(shown + masked, expected);
        }
        Err(ImportError::AllDropped { series: 1, .. }) => {
            assert_eq!(config.missing, MissingPolicy::DropSeries);
        }
        // Too many cells that are no number.
        Err(ImportError::NoNumericColumn { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn too_many_words_are_no_column_of_numbers() {
    let rows = ["0", "oops", "0", "", "oops", "oops"].map(|cell| format!("2024-01-01,{cell}"));
    let config = ImportConfig { missing: MissingPolicy::DropSeries, ..ImportConfig::default() };
    assert_filled_in_is_counted(&rows, &config);
}

proptest! {
    #[test]
    fn what_is_filled_in_is_counted_by_reason(
        rows in prop::collection::vec((1_u8..=28, 1_u8..=2, cell()), 6..60), config in config(),
    ) {
        let rows = rows.iter().map(|(day, month, cell)| format!("2024-{month:02}-{day:02},{cell}"));
        assert_filled_in_is_counted(&rows.collect::<Vec<_>>(), &config);
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
