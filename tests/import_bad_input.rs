//! Input that cannot be used gets one clear error: what was found, where, and what to do. Input that
//! is only odd is read. Nothing panics and nothing hangs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;

use tidegate::import::{ImportConfig, Reading, read_bytes, read_file};

fn read(bytes: &[u8]) -> Result<Reading, String> {
    read_with(bytes, &ImportConfig::default())
}

fn read_with(bytes: &[u8], config: &ImportConfig) -> Result<Reading, String> {
    read_bytes("f.csv", bytes, config).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(bytes: &[u8], words: &[&str]) {
    refused_with(bytes, &ImportConfig::default(), words);
}

#[track_caller]
fn refused_with(bytes: &[u8], config: &ImportConfig, words: &[&str]) {
    says(&read_with(bytes, config).unwrap_err(), words);
}

#[track_caller]
fn says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "{word:?} is missing in {message:?}");
    }
}

fn open(path: &Path) -> String {
    read_file(path, &ImportConfig::default()).unwrap_err().to_string()
}

#[test]
fn a_missing_file() {
    says(
        &open(Path::new("no/such/file.csv")),
        &["no/such/file.csv", "no such file", "check the name"],
    );
}

#[test]
fn a_folder() {
    let folder = tempfile::tempdir().unwrap();
    says(&open(folder.path()), &["is a folder", "open one of the files"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_system_will_not_read() {
    // The first page of a process's memory is never mapped.
    says(&open(Path::new("/proc/self/mem")), &["cannot be read", "check that it may be read"]);
    says(&open(Path::new("/dev/zero")), &["not a plain file"]);
}

#[test]
fn a_plain_file_is_read_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ok.csv");
    std::fs::write(&path, "t,v\n2024-01-01,1\n").unwrap();
    let reading = read_file(&path, &ImportConfig::default()).unwrap();
    assert!(reading.source.ends_with("ok.csv"));
}

#[test]
fn an_empty_file() {
    refused(
        b"",
        &["f.csv: is empty (0 bytes)", "a column of numbers was expected", "export the file"],
    );
    for bytes in [&b"\n\n"[..], b"\xef\xbb\xbf", b"  \r\n \n", b"# a\n# b\n"] {
        refused(bytes, &["f.csv: holds no row", "a column of numbers was expected"]);
    }
}

#[test]
fn a_header_alone() {
    refused(b"\ndate,value\n", &["line 2 is a header (\"date\", \"value\") with no rows"]);
    refused(b"value", &["header", "no rows"]);
}

#[test]
fn one_row_is_read() {
    let reading = read(b"date,value\n2024-01-01,5\n").unwrap();
    assert_eq!((&*reading.target().values, reading.ledger.rows_used), (&[5.0][..], 1));
    assert_eq!(reading.time_column.as_deref(), Some("date"));
    assert_eq!(&*read(b"7").unwrap().target().values, [7.0]);
}

#[test]
fn no_numeric_column() {
    refused(
        b"date,name\n2024-01-01,ann\n2024-01-02,bob\n",
        &["no column holds numbers", "\"2024-01-01\" in date on line 2, \"ann\" in name on line 2"],
    );
    refused(b"a,b\nx,\ny,NA\n", &["nothing in b"]);
}

#[test]
fn text_or_time_as_target() {
    let text = b"date,name,v,w\n2024-01-01,NA,1,2\n2024-01-02,bob,2,3\n";
    let target =
        |name: &str| ImportConfig { target: Some(name.to_owned()), ..ImportConfig::default() };
    refused_with(
        text,
        &target("name"),
        &["\"name\" cannot be the target", "\"bob\" on line 3", "choose one of \"v\", \"w\""],
    );
    let time = ImportConfig {
        target: Some("date".to_owned()),
        time: Some("date".to_owned()),
        ..ImportConfig::default()
    };
    refused_with(text, &time, &["\"date\" is the time column"]);
    let again = read(text).unwrap();
    says(&again.clone().with_target("name").unwrap_err().to_string(), &["\"bob\" on line 3"]);
    says(&again.clone().with_target("date").unwrap_err().to_string(), &["is the time column"]);
    says(&again.with_target("x").unwrap_err().to_string(), &["no column is named \"x\""]);
}

#[test]
fn unknown_columns_and_a_time_that_is_none() {
    let text = b"date,v\n2024-01-01,1.5\n2024-01-02,2.5\n";
    let config = |time: Option<&str>, target: Option<&str>| ImportConfig {
        time: time.map(Into::into),
        target: target.map(Into::into),
        ..ImportConfig::default()
    };
    refused_with(
        text,
        &config(Some("Date"), None),
        &["no column is named \"Date\"", "as time", "\"date\", \"v\""],
    );
    refused_with(text, &config(None, Some("x")), &["no column is named \"x\"", "as target"]);
    refused_with(
        text,
        &config(Some("v"), None),
        &["\"v\" cannot be the time", "\"1.5\" on line 2", "2024-01-31"],
    );
}

#[test]
fn binary_files() {
    refused(b"PK\x03\x04\x14\0\0\0", &["zip archive", "save it as CSV"]);
    refused(b"a,b\n1,2\n3,\0\n", &["binary data", "line 3"]);
    refused(&[0x1f, 0x8b, 8, 0, 1], &["gzip"]);
}

#[test]
fn mixed_encodings_are_read_with_a_note() {
    let reading = read(
        "t,é\n2024-01-01,1\n".bytes().chain(*b"2024-01-02,2\xa0\n").collect::<Vec<_>>().as_slice(),
    )
    .unwrap();
    assert_eq!(reading.target().name, "é");
    assert_eq!(&*reading.target().values, [1.0, 2.0]);
    assert!(reading.notes[0].contains("line 3"), "{:?}", reading.notes);
}

#[test]
fn a_quote_that_never_closes() {
    refused(b"t,v\n2024-01-01,1\n2024-01-02,\"2\n2024-01-03,3\n", &["line 3 is never closed"]);
}

#[test]
fn a_line_of_50_megabytes() {
    // Anything worse than linear would take hours.
    const LENGTH: usize = 50_000_000;
    refused(&vec![b'x'; LENGTH], &["header", "no rows"]);
    refused(&b"1,".repeat(LENGTH / 2), &["fields; at most 20000 columns"]);
    let mut table = b"t,note,v\n2024-01-01,a,1\n2024-01-02,".to_vec();
    table.resize(LENGTH, b'9');
    table.extend_from_slice(b",2\n2024-01-03,b,3\n");
    assert_eq!(read(&table).unwrap().ledger.rows_used, 3);
    let mut table = b"t,v\n2024-01-01,1\n2024-01-02,".to_vec();
    table.extend_from_slice(&b"5,".repeat(LENGTH / 2));
    table.extend_from_slice(b"\n2024-01-03,3\n");
    assert_eq!(read(&table).unwrap().ledger.rows_used, 2);
}

#[test]
fn rows_that_cannot_be_used_at_all() {
    let config = ImportConfig { time: Some("when".to_owned()), ..ImportConfig::default() };
    refused_with(b"when,v\nsoon,1\nlater,2\n", &config, &["\"soon\" on line 2 is not a date"]);
}

#[test]
fn extreme_values_do_not_panic() {
    for text in [
        "t,v\n-9223372036854775808,1\n9223372036854775807,2\n5,3\n",
        "t,v\n9999-12-31,1\n2024-01-01,2\n2024-01-02,3\n",
        "t,v\n0001-01-01T00:00-18:00,1\n9998-12-31T23:59+18:00,2\n",
        "t,v\n2024-01-01,1e308\n2024-01-02,1e309\n2024-01-03,-inf\n",
        "a,a,a\n,,\n,,\n1,2,3\n",
        "\"\"\n\"\"\n1\n",
        ",\n,\n1,2\n",
        "\u{feff}\u{feff}a\n1\n",
    ] {
        if let Ok(reading) = read(text.as_bytes()) {
            assert!(reading.panel.series.iter().all(|s| s.values.iter().all(|v| !v.is_infinite())));
        }
    }
}
