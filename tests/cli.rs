//! The command line as a person or a script meets it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "cli/forecast.rs"]
mod forecast;
#[path = "cli/network.rs"]
mod network;
#[path = "cli/partial.rs"]
mod partial;
#[path = "cli/rates.rs"]
mod rates;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/score.rs"]
mod score;
#[path = "cli/stopping.rs"]
mod stopping;
#[path = "cli/text.rs"]
mod text;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Where these tests keep runs.
const RUNS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/runs");

fn tidegate() -> Command {
    let mut command = Command::cargo_bin("tidegate").expect("the program is built with its tests");
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
    // Not among the runs of whoever runs the tests.
    command.env("TIDEGATE_RUNS", RUNS);
    command
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data").join(name)
}

fn airline() -> PathBuf {
    sample("airline-passengers.csv")
}

/// Standard output of `tidegate forecast FILE --json …` as JSON.
fn forecast_json(file: &Path, options: &[&str]) -> Value {
    let output = tidegate()
        .args(["forecast", "--json", "--quiet"])
        .args(options)
        .arg(file)
        .assert()
        .success()
        .get_output()
        .stdout
        .clone();
    serde_json::from_slice(&output).expect("one JSON object")
}

fn model<'a>(json: &'a Value, name: &str) -> &'a Value {
    let models = json["models"].as_array().expect("models");
    models.iter().find(|model| model["name"] == name).expect("the model was asked for")
}

/// Forty rows, one of them without a value and one far from the others.
fn holed_file(folder: &Path) -> PathBuf {
    let row = |day: u32| match day {
        7 => String::new(),
        21 => "999".to_owned(),
        day => (10 + day * 37 % 11).to_string(),
    };
    let rows: Vec<String> = (1..=40).map(|day| format!("{},{}", 1_000 + day, row(day))).collect();
    let path = folder.join("holed.csv");
    fs::write(&path, format!("i,v\n{}\n", rows.join("\n"))).unwrap();
    path
}

/// Runs `tidegate forecast`, expects exit code 1 and one message with all the words.
fn refused(file: &Path, options: &[&str], words: &[&str]) {
    let assert = tidegate().arg("forecast").args(options).arg(file).assert().code(1);
    let message = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(assert.get_output().stdout.is_empty(), "nothing on standard output");
    assert_eq!(message.matches("error:").count(), 1, "{message}");
    assert!(!message.contains("panicked"), "{message}");
    for word in words {
        assert!(message.contains(word), "no {word:?} in: {message}");
    }
}

#[test]
fn samples_come_out_as_they_lie_in_the_folder() {
    for (name, file) in [
        ("airline", "airline-passengers.csv"),
        ("sunspots", "monthly-sunspots.csv"),
        ("temperatures", "daily-min-temperatures.csv"),
        ("damped-sine", "damped-sine.csv"),
    ] {
        let text = fs::read_to_string(sample(file)).unwrap();
        tidegate().args(["sample", name]).assert().success().stdout(text);
    }
    tidegate().args(["sample", "tides"]).assert().code(2).stderr(contains("airline"));
}

#[cfg(feature = "gui")]
#[test]
fn without_a_display_the_main_job_runs_in_the_terminal() {
    tidegate()
        .assert()
        .success()
        .stderr(contains("No window").and(contains("DISPLAY")).and(contains("OpenGL")))
        .stdout(contains("seasonal-naive").and(contains("1961-12")));
}

#[cfg(not(feature = "gui"))]
#[test]
fn a_build_without_a_window_says_so() {
    tidegate()
        .assert()
        .code(2)
        .stderr(contains("This build has no window").and(contains("inspect")));
    tidegate()
        .arg(sample("airline-passengers.csv"))
        .assert()
        .success()
        .stderr(contains("No window: this build").and(contains("\"gui\"")))
        .stdout(contains("seasonal-naive").and(contains("1961-12")));
}

#[test]
fn hostile_files_get_one_line_and_no_panic_text() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    for (name, words) in [
        ("xls_circle.xls", "runs in a circle"),
        ("xls_cut.xls", "is past its end"),
        ("xlsx_far_row.xlsx", "its cell B99999999999 is outside of any sheet"),
        ("xlsx_row_past_the_end.xlsx", "rows end at 1,048,576"),
        ("parquet_contradicts.parquet", "not where it should be"),
    ] {
        let mut command = tidegate();
        command.env("RUST_BACKTRACE", "1").arg("inspect").arg(fixtures.join(name));
        let output = command.assert().code(1).get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: ") && said.lines().count() == 1, "{said}");
        assert!(said.contains(words) && output.stdout.is_empty(), "{said}");
    }
}
