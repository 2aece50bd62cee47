//! Files as people have them: compressed, in workbooks, between remarks, with units, signs and words
//! for "missing".

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::Write;

use tidegate::import::{ImportConfig, Packing, Reading, read_bytes};

const PLAIN: &str = "t,v\n2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,4\n";
const WORKBOOK: &[u8] = include_bytes!("fixtures/import/workbook.xlsx");

#[track_caller]
fn read(bytes: &[u8]) -> Reading {
    read_bytes("f", bytes, &ImportConfig::default()).unwrap()
}

fn refused(bytes: &[u8], config: &ImportConfig) -> String {
    read_bytes("f", bytes, config).unwrap_err().to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

#[test]
fn compressed_text_reads_like_plain_text() {
    let plain = read(PLAIN.as_bytes());
    for (bytes, packing, word) in [
        (gzip(PLAIN.as_bytes()), Packing::Gzip, "gzip, comma-separated"),
        (zstd(PLAIN.as_bytes()), Packing::Zstd, "zstd, comma-separated"),
    ] {
        let reading = read(&bytes);
        assert_eq!((&reading.panel, &reading.ledger), (&plain.panel, &plain.ledger));
        assert_eq!(reading.format.packing, packing);
        assert!(reading.summary().starts_with(word), "{}", reading.summary());
        let cut = refused(&bytes[..bytes.len() - 6], &ImportConfig::default());
        assert!(cut.contains("damaged or was cut short"), "{cut}");
    }
}

#[test]
fn the_first_sheet_of_a_workbook_is_read_or_a_named_one() {
    let reading = read(WORKBOOK);
    assert_eq!(reading.format.packing, Packing::Sheet("Load".to_owned()));
    assert_eq!(&*reading.target().values, [1.5, 2.25, 1_000_000.0]);
    assert_eq!(reading.target().span().unwrap().1, "2024-01-03");
    assert_eq!(reading.preview.lines, [4, 5, 6]);
    assert!(reading.notes.iter().any(|note| note.contains("2 sheets (\"Load\", \"Hours\")")));
    assert!(reading.summary().starts_with("sheet Load, header, time in column Day"));
    let named = |name: &str| ImportConfig { sheet: Some(name.to_owned()), ..Default::default() };
    let hours = read_bytes("f", WORKBOOK, &named("Hours")).unwrap();
    assert_eq!(hours.target().axis.step_label(), "1 hour");
    assert_eq!(hours.ledger.cells_missing(), 1);
    let unknown = refused(WORKBOOK, &named("Days"));
    assert!(unknown.contains("no sheet is named \"Days\"; the sheets are \"Load\""), "{unknown}");
    let broken = refused(&WORKBOOK[..WORKBOOK.len() / 2], &ImportConfig::default());
    assert!(broken.contains("zip archive") && broken.contains("save it as CSV"), "{broken}");
}

#[test]
fn remarks_units_signs_and_words_are_left_out_and_told() {
    let text = "Station report,,\n,,\n\n# measured by hand\ndate,price,share\n\
                yyyy-mm-dd,EUR,percent\n2024-01-01,\"€1,234.50\",5%\n2024-01-02,NA,6 %\n\
                # the meter was changed\n2024-01-03,-,7%\n2024-01-04,€12,?\n";
    let reading = read(text.as_bytes());
    assert_eq!(reading.target().values[0], 1234.5);
    assert_eq!(reading.panel.get("share").unwrap().values[2], 7.0);
    assert_eq!((reading.ledger.rows_read, reading.ledger.cells_missing()), (4, 3));
    let notes = reading.notes.join("\n");
    for words in [
        "lines 1 to 4 above the table",
        "1 comment that begins with # left out (line 9)",
        "line 6 under the header holds no value: units, left out (\"yyyy-mm-dd\", \"EUR\", \"percent\")",
        "2 numbers in column price have signs of currency",
        "3 numbers in column share have signs of currency, percent",
        "\"NA\" (1), \"-\" (1), \"?\" (1)",
    ] {
        assert!(notes.contains(words), "{words:?} is missing in\n{notes}");
    }
    assert!(reading.ledger.balances());
}

#[test]
fn a_hidden_sheet_is_read_where_it_is_named_or_the_only_one_with_data() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let named = |name: &str| ImportConfig { sheet: Some(name.to_owned()), ..Default::default() };
    for file in ["hidden_sheet.xlsx", "hidden_sheet.xls", "hidden_sheet.ods"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let codes = read_bytes(file, &bytes, &named("Codes")).unwrap();
        assert_eq!(codes.target().values[0], 100.0, "{file}");
        let unknown = refused(&bytes, &named("Days"));
        assert!(unknown.contains("hidden: \"Codes\""), "{unknown}");
        let labels: Vec<String> =
            codes.format.sheets.iter().map(tidegate::import::ListedSheet::label).collect();
        assert!(labels.contains(&"Codes (hidden)".to_owned()), "{labels:?}");
        assert!(labels.contains(&"Load".to_owned()), "{labels:?}");
    }
    let bytes = std::fs::read(folder.join("hidden_sheet.xlsx")).unwrap();
    let blank = refused(&bytes, &named("Blank"));
    assert!(blank.contains("sheet \"Blank\" has no filled cell"), "{blank}");
}
