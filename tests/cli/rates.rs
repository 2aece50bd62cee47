//! `tidegate rates`: a learning rate that suits a network and a file.

use std::path::Path;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use super::{airline, forecast_json, model, tidegate};

/// Standard output of `tidegate rates FILE --json …` as JSON.
fn rates_json(file: &Path, options: &[&str]) -> Value {
    let assert = tidegate().args(["rates", "--json"]).args(options).arg(file).assert().success();
    let output = assert.get_output();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no bar where nobody looks");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_suggested_rate_is_one_to_train_with() {
    let found = rates_json(&airline(), &["--model", "gru"]);
    assert_eq!((&found["target"], &found["model"]), (&"Passengers".into(), &"gru".into()));
    let points = found["points"].as_array().unwrap();
    let rates: Vec<f64> = points.iter().map(|p| p["learning_rate"].as_f64().unwrap()).collect();
    assert!(rates.len() > 20 && rates.is_sorted(), "{rates:?}");
    let suggestion = found["suggestion"].as_f64().unwrap();
    assert!((rates[0]..1.0).contains(&suggestion), "{suggestion}");
    let rate = suggestion.to_string();
    let options = ["--models", "gru,seasonal-naive", "--learning-rate", &rate];
    let scored = forecast_json(&airline(), &options);
    let mae = |name| model(&scored, name)["mae"].as_f64().unwrap();
    assert!(mae("gru") < mae("seasonal-naive"), "{} at {rate}", mae("gru"));
}

#[test]
fn it_is_about_the_network_that_the_settings_make() {
    let usual = rates_json(&airline(), &[]);
    assert_eq!(usual["model"], "lstm");
    assert_eq!(usual, rates_json(&airline(), &["--threads", "1", "--learning-rate", "0.1"]));
    for other in [["--hidden", "8"], ["--seed", "2"], ["--loss", "mse"], ["--chunk", "12"]] {
        let changed = rates_json(&airline(), &other);
        // A chunk is none of a network that is trained on windows.
        let same = other[0] == "--chunk";
        assert_eq!(changed["points"] == usual["points"], same, "{other:?}");
    }
    let stateful = rates_json(&airline(), &["--stateful", "--chunk", "12"]);
    assert_ne!(stateful["points"], usual["points"]);
}

#[test]
fn a_person_reads_a_table_and_what_to_try() {
    tidegate()
        .args(["rates", "--learning-rate", "0"])
        .arg(airline())
        .assert()
        .success()
        .stdout(contains("Passengers by lstm").and(contains("learning rate  loss, scaled")))
        .stdout(contains("Try --learning-rate 0.0"));
}

#[test]
fn what_has_no_rate_and_what_cannot_be_trained_is_refused() {
    let run = |options: &[&str]| tidegate().arg("rates").args(options).arg(airline()).assert();
    run(&["--model", "theta"]).code(2).stderr(contains("theta").and(contains("gru-cho")));
    run(&["--lookback", "140"]).code(1).stderr(contains("window.lookback"));
    tidegate().args(["rates", "none.csv"]).assert().code(1).stderr(contains("none.csv"));
}
