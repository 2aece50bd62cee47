//! `tidegate score`: models over many series.

use predicates::str::contains;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

use super::tidegate;

#[test]
fn models_are_scored_over_the_rows_of_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    // Seasonal naive is right on the first series and misses by 1 on the second.
    fs::write(&train, "id,v1,v2,v3,v4,v5,v6,v7,v8\na,1,2,1,2,1,2,1,2\nb,1,3,1,3,2,4,2,4\n")
        .unwrap();
    fs::write(&test, "id,v1,v2\na,1,2\nb,3,5\n").unwrap();
    let score = |options: &[&str]| {
        let mut run = tidegate();
        run.arg("score").arg(&train).arg(&test).args(["--season-length", "2", "--quiet"]);
        run.args(options).assert()
    };
    let output = score(&["--models", "seasonal-naive,mean", "--json"]).success();
    let output = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let lines: Vec<Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["name"], &lines[0]["series"]), (&"seasonal-naive".into(), &2.into()));
    assert_eq!(lines[0]["failed"], 0);
    let smape = 0.25 * (200.0 / 5.0 + 200.0 / 9.0);
    assert!((lines[0]["smape"].as_f64().unwrap() - smape).abs() < 1e-9);
    assert!(lines[0]["coverage_80"].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)));
    score(&["--models", "naive", "--every", "2"]).success().stdout(contains("naive"));
}

/// Series that rise by one from another thousand each, and the five values after them.
fn thousands(folder: &Path, train: &[&str], test: &[&str]) -> [PathBuf; 2] {
    let file = |name: &str, ids: &[&str], values: std::ops::Range<usize>| {
        let mut text = String::new();
        for (place, id) in ids.iter().enumerate() {
            // The thousand of a name is that of its last digit; of others that of their place.
            let thousand = id.chars().last().and_then(|digit| digit.to_digit(10));
            let thousand = thousand.map_or(place + 1, |digit| digit as usize);
            let values: Vec<String> =
                values.clone().map(|row| (1_000 * thousand + row).to_string()).collect();
            text += &format!("{id},{}\n", values.join(","));
        }
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    [file("train.csv", train, 0..40), file("test.csv", test, 40..45)]
}

/// The exit code, the means of drift as JSON, and what was said.
fn drift(files: &[PathBuf; 2], options: &[&str]) -> (i32, Value, String) {
    let mut call = tidegate();
    call.args(["score", "--models", "drift", "--json"]).args(options).args(files);
    let output = call.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), json, said)
}

#[test]
fn rows_are_paired_by_name_and_a_series_without_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let train = ["S1", "S2", "S3", "S4"];
    for quiet in [&[][..], &["--quiet"]] {
        let files = thousands(folder.path(), &train, &["S4", "S1", "S3"]);
        let (code, json, said) = drift(&files, quiet);
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("no row for S2"), "{said}");
        assert_eq!((&json["series"], &json["left_out"]), (&3.into(), &serde_json::json!(["S2"])));
        assert!(json["smape"].as_f64().unwrap() < 1e-9, "each on its own values: {json}");
    }
    let files = thousands(folder.path(), &train, &["S2", "S1", "S5", "S3", "S4", "S2"]);
    let (code, json, said) = drift(&files, &[]);
    assert_eq!((code, &json["series"]), (0, &4.into()), "{said}");
    assert!(said.contains("not used: S5, S2 (2)") && said.contains("rows of one name"), "{said}");
    assert!(json["smape"].as_f64().unwrap() < 1e-9, "{json}");
}

#[test]
fn rows_are_paired_by_order_only_where_no_name_tells() {
    let folder = tempfile::tempdir().unwrap();
    let files = thousands(folder.path(), &["a1", "b2", "c3"], &["x1", "y2", "z3"]);
    let (code, json, said) = drift(&files, &[]);
    assert_eq!((code, &json["series"]), (0, &3.into()), "{said}");
    assert!(said.contains("paired by their order"), "{said}");
    assert!(json["smape"].as_f64().unwrap() < 1e-9, "{json}");
    let files = thousands(folder.path(), &["a1", "b2", "c3"], &["x1", "z3"]);
    let (code, _, said) = drift(&files, &[]);
    assert_eq!(code, 1);
    assert!(said.contains("2 rows for 3 series") && said.contains("a row of its name"), "{said}");
    // Of every third series, none may be left.
    let files = thousands(folder.path(), &["a1", "b2", "c3", "d4"], &["b2", "c3"]);
    let (code, _, said) = drift(&files, &["--every", "3"]);
    assert_eq!(code, 1, "{said}");
}

#[test]
fn a_model_that_fails_on_a_series_is_told_with_the_series() {
    let folder = tempfile::tempdir().unwrap();
    let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    fs::write(&train, "id,v1,v2,v3,v4,v5,v6\na,1,2,3,4,5,6\nb,1,2,1,2,1,2\n").unwrap();
    fs::write(&test, "id,v1,v2\na,9,10\nb,NA,NA\n").unwrap();
    let output = tidegate()
        .args(["score", "--models", "naive,drift", "--json", "--quiet"])
        .args([&train, &test])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].contains("naive failed on 1 of 2 series, first on b"),
        "{said}"
    );
    let json = String::from_utf8(output.stdout).unwrap();
    let json: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&json["series"], &json["failures"][0]["series"]), (&1.into(), &"b".into()));
}

#[test]
fn threads_are_never_more_than_cores() {
    let folder = tempfile::tempdir().unwrap();
    let files = thousands(folder.path(), &["S1", "S2"], &["S1", "S2"]);
    let (code, json, said) = drift(&files, &["--threads", "500000"]);
    assert_eq!((code, &json["series"]), (0, &2.into()), "{said}");
}
