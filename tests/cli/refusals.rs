//! What cannot be done is refused with one message and a fix.

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

/// The recipe too, and by every name that the system has for a file.
#[test]
#[cfg(unix)]
fn no_input_is_replaced_by_any_of_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::copy(airline(), place("data.csv")).unwrap();
    fs::write(place("r.toml"), "[window]\nhorizon = 6\n").unwrap();
    let recipe = place("r.toml");
    let options = ["--models", "naive", "--recipe", recipe.to_str().unwrap(), "--out"];
    for (input, what) in [("data.csv", "the file that is read"), ("r.toml", "the recipe")] {
        let (soft, hard) = (place(&format!("soft-{input}")), place(&format!("hard-{input}")));
        std::os::unix::fs::symlink(place(input), &soft).unwrap();
        fs::hard_link(place(input), &hard).unwrap();
        let before = fs::read(place(input)).unwrap();
        for out in [place(input), soft, hard, place(".").join(input)] {
            let out = out.to_str().unwrap().to_owned();
            let options = [&options[..], &[out.as_str()]].concat();
            refused(&place("data.csv"), &options, &[what, "another name"]);
        }
        assert_eq!(fs::read(place(input)).unwrap(), before);
    }
}

/// Where the file goes to standard output, nothing else does.
#[test]
#[cfg(unix)]
fn a_file_on_standard_output_is_the_file_alone() {
    let options = ["forecast", "--models", "naive", "--horizon", "2", "--out", "/dev/stdout"];
    let csv =
        "series,time,model,value\nPassengers,1961-01,naive,432.0\nPassengers,1961-02,naive,432.0\n";
    tidegate()
        .args(options)
        .arg(airline())
        .assert()
        .success()
        .stdout(csv)
        .stderr(contains("Forecast of the next 2 rows"));
    let quiet = tidegate().args(options).arg("--quiet").arg(airline()).assert().success();
    quiet.stdout(csv).stderr("");
    let call = tidegate().args(options).arg("--json").arg(airline()).assert();
    call.code(1).stderr(contains("both write to standard output"));
    // A file that standard output is added to keeps what it holds.
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    fs::write(&log, "kept\n").unwrap();
    let file = fs::OpenOptions::new().append(true).open(&log).unwrap();
    let mut call = std::process::Command::new(assert_cmd::cargo::cargo_bin("tidegate"));
    call.args(["forecast", "--quiet", "--models", "naive", "--horizon", "2", "--out"]).arg(&log);
    let status = call.arg(airline()).stdout(file).status().unwrap();
    assert!(status.success());
    assert_eq!(fs::read_to_string(&log).unwrap(), format!("kept\n{csv}"));
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
fn settings_that_do_not_fit_are_refused_with_a_fix() {
    let file = airline();
    refused(&file, &["--horizon", "500"], &["500", "144 rows", "use 28 or less"]);
    refused(&file, &["--lookback", "0"], &["lookback", "0", "use 1 or more"]);
    refused(&file, &["--lookback", "140"], &["window.lookback", "140", "or less"]);
    refused(&file, &["--epochs", "0"], &["train.epochs", "0"]);
    for flag in ["--layers", "--hidden", "--ensemble"] {
        let most = usize::MAX.to_string();
        let command = ["forecast", "--models", "lstm,naive", flag, most.as_str()];
        tidegate()
            .args(command)
            .arg(&file)
            .assert()
            .code(2)
            .stderr(contains("expected a whole number, 1 to"));
        refused(&file, &["--models", "lstm,naive", flag, "9000000"], &["use 1 to"]);
    }
    for flag in ["--horizon", "--lookback", "--holdout"] {
        refused(&file, &[flag, "9000000000000000000"], &["use"]);
    }
    let options = ["--holdout", "130", "--lookback", "24"];
    refused(&file, &options, &["window.test", "130 for test", "use a test part of 12 rows"]);
    refused(&file, &["--holdout", "0"], &["window.test"]);
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("recipe.toml");
    fs::write(&recipe, "[model]\nhiden = 3\n").unwrap();
    refused(&file, &["--recipe", recipe.to_str().unwrap()], &["recipe.toml", "hiden"]);
    let terms = "{ period = 12.0, pairs = 6 }, ".repeat(100_000);
    fs::write(&recipe, format!("[transform]\nfourier = [{terms}]\n")).unwrap();
    let words = ["transform.fourier", "600000 pairs", "200 or fewer"];
    refused(&file, &["--models", "lstm", "--recipe", recipe.to_str().unwrap()], &words);
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

#[test]
fn what_is_given_twice_is_refused() {
    for (options, words) in [
        (&["forecast", "--models", "naive,drift,NAIVE"][..], "naive is named twice"),
        (&["score", "--models", "theta,theta", "x.csv"], "theta is named twice"),
        (&["forecast", "--epochs", "3", "--epochs", "4"], "--epochs"),
    ] {
        tidegate().args(options).arg(airline()).assert().code(2).stderr(contains(words));
    }
    for (options, words) in [
        (["--role", "a=id", "--role", "a=target"], "--role is given twice for column a"),
        (["--gather", "a=sum", "--gather", "a=sum"], "--gather is given twice for column a"),
        (["--gather", "mean", "--gather", "sum"], "--gather is given twice for all columns"),
    ] {
        refused(&airline(), &options, &[words, "give it once"]);
        let call = tidegate().arg("inspect").args(options).arg(airline()).assert();
        call.code(1).stderr(contains(words));
    }
}

#[test]
fn a_recipe_that_is_far_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("r.toml");
    fs::File::create(&recipe).unwrap().set_len(1 << 40).unwrap();
    let options = ["--models", "naive", "--recipe", recipe.to_str().unwrap()];
    refused(&airline(), &options, &["r.toml", "bytes, and at most", "are read"]);
    if std::path::Path::new("/dev/zero").exists() {
        let options = ["--models", "naive", "--recipe", "/dev/zero"];
        refused(&airline(), &options, &["/dev/zero", "it has more bytes, and at most"]);
    }
}
