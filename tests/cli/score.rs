//! `tidegate score`: models over many series.

use predicates::str::contains;
use serde_json::Value;
use std::fs;

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
    fs::write(&test, "id,v1,v2\na,1,2\n").unwrap();
    score(&["--models", "naive"]).code(1).stderr(contains("no row for series b"));
}
