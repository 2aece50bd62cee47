//! A corpus of odd and malformed files, each with the reading or the error that it must give. Not for
//! files made from them at random (`fuzz`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use tidegate::import::{ImportConfig, Reading, read_bytes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    file: Vec<Expected>,
}

/// What a file must give: an `error`, or all of the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    name: String,
    why: String,
    error: Option<String>,
    reading: Option<String>,
    series: Option<usize>,
    /// Read, used, merged, dropped.
    rows: Option<[usize; 4]>,
    /// Read, used, missing.
    cells: Option<[usize; 3]>,
    span: Option<(String, String)>,
    #[serde(default)]
    notes: Vec<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import")
}

fn index() -> Vec<Expected> {
    let text = fs::read_to_string(folder().join("index.toml")).unwrap();
    toml::from_str::<Index>(&text).unwrap().file
}

fn read(name: &str) -> Result<Reading, String> {
    let bytes = fs::read(folder().join(name)).unwrap();
    read_bytes(name, &bytes, &ImportConfig::default()).map_err(|error| error.to_string())
}

fn differences(expected: &Expected) -> Vec<String> {
    let reading = match (read(&expected.name), &expected.error) {
        (Err(error), Some(wanted)) if error == *wanted => return Vec::new(),
        (Err(error), _) => return vec![format!("error {error:?}, not {:?}", expected.error)],
        (Ok(reading), Some(wanted)) => return vec![format!("{reading}, not error {wanted:?}")],
        (Ok(reading), None) => reading,
    };
    let ledger = &reading.ledger;
    let rows = [ledger.rows_read, ledger.rows_used, ledger.rows_merged(), ledger.rows_dropped()];
    let cells = [ledger.cells_read, ledger.cells_used, ledger.cells_missing()];
    let mut found = Vec::new();
    let mut differs = |what: &str, is: String, wanted: String| {
        if is != wanted {
            found.push(format!("{what} {is}, not {wanted}"));
        }
    };
    differs("reading", reading.summary(), expected.reading.clone().unwrap_or_default());
    differs(
        "series",
        format!("{:?}", Some(reading.panel.series.len())),
        format!("{:?}", expected.series),
    );
    differs("rows", format!("{:?}", Some(rows)), format!("{:?}", expected.rows));
    differs("cells", format!("{:?}", Some(cells)), format!("{:?}", expected.cells));
    differs("span", format!("{:?}", reading.target().span()), format!("{:?}", expected.span));
    differs("notes", format!("{:?}", reading.notes), format!("{:?}", expected.notes));
    differs("balance", ledger.balances().to_string(), "true".to_owned());
    found
}

#[test]
fn every_file_gives_its_reading_or_its_error() {
    let problems: Vec<String> = index()
        .iter()
        .flat_map(|expected| {
            let name = format!("{} ({})", expected.name, expected.why);
            differences(expected).into_iter().map(move |problem| format!("{name}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn the_index_names_every_file() {
    let named: BTreeSet<String> = index().into_iter().map(|expected| expected.name).collect();
    let present: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "index.toml" && name != ".gitattributes")
        .collect();
    assert_eq!(named, present);
    assert!(named.len() >= 60, "{} files", named.len());
}
