//! What cannot be done is refused with one message and a mend.

use predicates::prelude::*;
use predicates::str::contains;
use std::fs;

use super::{airline, refused, tidegate};

#[test]
fn the_data_are_never_replaced_by_the_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.csv");
    fs::copy(airline(), &file).unwrap();
    let out = file.to_str().unwrap();
    refused(&file, &["--models", "naive", "--out", out], &["data.csv", "another name"]);
    assert_eq!(fs::read(&file).unwrap(), fs::read(airline()).unwrap());
}

#[test]
fn files_that_cannot_be_used_are_refused_with_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    refused(&folder.path().join("none.csv"), &[], &["none.csv"]);
    refused(folder.path(), &[], &["folder"]);
    refused(&write("empty.csv", ""), &[], &["empty.csv", "empty"]);
    refused(&write("header.csv", "day,y\n"), &[], &["header.csv"]);
    refused(&write("one.csv", "day,y\n2024-01-01,1\n"), &[], &["1 row"]);
    refused(&write("text.csv", "a,b\nx,y\nz,w\n"), &[], &["text.csv", "numeric"]);
    let words = write("words.csv", "day,y,w\n2024-01-01,1,a\n2024-01-02,2,b\n");
    refused(&words, &["--target", "w"], &["w", "y"]);
    refused(&words, &["--target", "nope"], &["nope", "y"]);
}

#[test]
fn settings_that_do_not_fit_are_refused_with_a_mend() {
    let file = airline();
    refused(&file, &["--horizon", "500"], &["500", "144 rows", "use 28 or less"]);
    refused(&file, &["--lookback", "0"], &["lookback", "0", "use 1 or more"]);
    refused(&file, &["--lookback", "140"], &["window.lookback", "140", "or less"]);
    refused(&file, &["--epochs", "0"], &["train.epochs", "0"]);
    for flag in ["--horizon", "--lookback", "--holdout"] {
        let longest = usize::MAX.to_string();
        refused(&file, &[flag, longest.as_str()], &["use"]);
    }
    refused(&file, &["--holdout", "130"], &["window.test", "130 for test"]);
    refused(&file, &["--holdout", "0"], &["window.test"]);
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("recipe.toml");
    fs::write(&recipe, "[model]\nhiden = 3\n").unwrap();
    refused(&file, &["--recipe", recipe.to_str().unwrap()], &["recipe.toml", "hiden"]);
    let out = folder.path().join("no/such/folder.csv");
    let options = ["--models", "naive", "--out", out.to_str().unwrap()];
    refused(&file, &options, &["cannot be written", "folder"]);
}

#[test]
fn a_wrong_call_is_exit_code_two() {
    tidegate().args(["forecast"]).assert().code(2);
    tidegate().args(["forecast", "--horizon", "soon", "x.csv"]).assert().code(2);
    tidegate()
        .args(["forecast", "--models", "prophet", "x.csv"])
        .assert()
        .code(2)
        .stderr(contains("prophet").and(contains("seasonal-naive")));
}
