//! A corpus of odd and malformed files, each with the reading or the error that it must give; and
//! files made from them by mutation, none of which may panic or leave a row unaccounted for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
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

/// Pieces that tell importers one thing and mean another.
const PIECES: [&[u8]; 24] = [
    b",",
    b";",
    b"\t",
    b"|",
    b"\"",
    b"\"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b"#",
    b"%",
    b"$",
    b"(",
    b"-",
    b".",
    b"NA",
    b"1e309",
    b"-inf",
    b"9999-12-31",
    b"0000-00-00",
    b"24:00",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\0",
];

/// The bytes after a few cuts, copies, swaps and insertions.
fn mutated(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..8) {
        let at = random.random_range(0..=bytes.len());
        let end = random.random_range(at..=bytes.len().min(at + 40));
        match random.random_range(0..5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let copy = bytes[at..end].to_vec();
                let to = random.random_range(0..=bytes.len());
                bytes.splice(to..to, copy);
            }
            2 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            3 if at < bytes.len() => bytes[at] = random.random(),
            _ => bytes.truncate(bytes.len() - bytes.len().min(end - at)),
        }
    }
    bytes
}

/// Files made where `TIDEGATE_FUZZ_SECS` gives no time: the same ones at every run.
const FILES: u64 = 1_000;

/// How long files are made for; without, there are as many as [`FILES`].
fn fuzz_time() -> Option<Duration> {
    let secs = std::env::var("TIDEGATE_FUZZ_SECS").ok()?.parse().ok()?;
    Some(Duration::from_secs(secs))
}

/// Far above what any mutation of a small file takes, on a machine that does nothing else.
const SLOWEST: Duration = Duration::from_secs(5);

#[test]
fn mutated_files_neither_panic_nor_lose_rows() {
    let files: Vec<(String, Vec<u8>)> = index()
        .into_iter()
        .map(|expected| {
            let bytes = fs::read(folder().join(&expected.name)).unwrap();
            (expected.name, bytes)
        })
        .filter(|(_, bytes)| bytes.len() < 10_000)
        .collect();
    let start = Instant::now();
    let mut seed = 0;
    let fuzz_time = fuzz_time();
    while fuzz_time.map_or(seed < FILES, |time| start.elapsed() < time) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (name, bytes) = &files[random.random_range(0..files.len())];
        let bytes = mutated(bytes, &mut random);
        let began = Instant::now();
        let shown = || format!("seed {seed}, from {name}: {:?}", String::from_utf8_lossy(&bytes));
        let outcome =
            std::panic::catch_unwind(|| read_bytes("f", &bytes, &ImportConfig::default()));
        match outcome {
            Err(panic) => panic!("panicked with {}: {panic:?}", shown()),
            Ok(Ok(reading)) => {
                assert!(reading.ledger.balances(), "{:?}\n{}", reading.ledger, shown());
                assert!(reading.target < reading.panel.series.len(), "{}", shown());
                let mut values =
                    reading.panel.series.iter().flat_map(|series| series.values.iter());
                assert!(values.all(|value| !value.is_infinite()), "{}", shown());
            }
            Ok(Err(error)) => assert!(!error.to_string().is_empty(), "{}", shown()),
        }
        let took = began.elapsed();
        assert!(fuzz_time.is_none() || took < SLOWEST, "took {took:?}: {}", shown());
        seed += 1;
    }
    assert!(seed > 0, "no file was made");
}
