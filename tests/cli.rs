//! The command line as a person or a script meets it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

fn tidegate() -> Command {
    let mut command = Command::cargo_bin("tidegate").expect("the program is built with its tests");
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
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

#[test]
fn inspect_tells_of_missing_values_and_outliers_and_takes_their_policies() {
    let folder = tempfile::tempdir().unwrap();
    let file = holed_file(folder.path());
    let inspect = |flags: &[&str]| {
        let output = tidegate().arg("inspect").arg(&file).args(flags).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let text = inspect(&[]);
    assert!(text.contains("40 read, 39 used, 1 imputed, 0 masked"), "{text}");
    assert!(text.contains("policy auto: 1 filled in as input, 0 left"), "{text}");
    assert!(text.contains("outliers 1 in v, kept: 999 at 1021 (line 22)"), "{text}");
    let text = inspect(&["--missing", "leave", "--outliers", "mask"]);
    assert!(text.contains("40 read, 38 used, 0 imputed, 2 masked"), "{text}");
    let json: Value = serde_json::from_str(&inspect(&["--json"])).unwrap();
    assert_eq!(json["outliers"][0]["line"], 22);
    assert_eq!(json["missing_policy"], "auto");
    tidegate()
        .arg("inspect")
        .arg(&file)
        .args(["--missing", "guess"])
        .assert()
        .failure()
        .stderr(contains("drop-series"));
}

#[test]
fn baselines_of_the_airline_series_have_their_known_errors_and_real_dates() {
    let json = forecast_json(&airline(), &["--models", "naive,seasonal-naive,drift"]);
    assert_eq!(json["rows"], serde_json::json!({"read": 144, "used": 144}));
    assert_eq!((&json["step"], &json["season_length"]), (&"1 month".into(), &12.into()));
    let seasonal = model(&json, "seasonal-naive");
    // Seasonal naive's MASE on the last 12 months, worked by hand: 47.833 / 30.453.
    assert!((seasonal["mase"].as_f64().unwrap() - 1.571).abs() < 5e-4);
    let times: Vec<&str> = seasonal["forecast"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["time"].as_str().unwrap())
        .collect();
    assert_eq!((times.len(), times[0], times[11]), (12, "1961-01", "1961-12"));
    assert_eq!(seasonal["holdout"][0]["time"], "1960-01");
    assert_eq!(seasonal["holdout"][0]["actual"], 417.0);
    assert_eq!(json["models"][0]["name"], "seasonal-naive", "best first");
}

#[test]
fn the_same_seed_gives_the_same_forecast_to_the_last_bit_and_another_seed_does_not() {
    let options = ["--models", "lstm,gru", "--epochs", "4", "--seed"];
    let run = |seed| {
        let mut json = forecast_json(&airline(), &[&options[..], &[seed]].concat());
        for model in json["models"].as_array_mut().unwrap() {
            model["seconds"] = Value::Null;
        }
        json
    };
    let first = run("7");
    assert_eq!(first, run("7"));
    assert_ne!(first["models"], run("8")["models"]);
}

#[test]
fn values_after_the_origin_change_no_hold_out_forecast() {
    let text = fs::read_to_string(airline()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let changed = folder.path().join("changed.csv");
    // The last 12 rows are the hold-out; every one of them gets another value.
    let kept: Vec<&str> = text.lines().collect();
    let cut = kept.len() - 12;
    let mut lines: Vec<String> = kept[..cut].iter().map(|line| (*line).to_owned()).collect();
    for (row, line) in kept[cut..].iter().enumerate() {
        let (date, _) = line.split_once(',').unwrap();
        lines.push(format!("{date},{}", 9_000 - 500 * row));
    }
    fs::write(&changed, lines.join("\n")).unwrap();
    let options = ["--epochs", "4"];
    let (before, after) = (forecast_json(&airline(), &options), forecast_json(&changed, &options));
    for name in ["lstm", "gru", "naive", "seasonal-naive", "drift"] {
        let values = |json: &Value| -> Vec<String> {
            let rows = model(json, name)["holdout"].as_array().unwrap().clone();
            rows.iter().map(|row| row["value"].to_string()).collect()
        };
        assert_eq!(values(&before), values(&after), "{name}");
        assert_ne!(model(&before, name)["forecast"], model(&after, name)["forecast"], "{name}");
    }
}

#[test]
fn values_after_the_origin_choose_no_default_either() {
    // Rows without dates take their season from the values, and horizon and lookback from that.
    let output = tidegate().args(["sample", "damped-sine"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (plain, flat) = (folder.path().join("plain.csv"), folder.path().join("flat.csv"));
    fs::write(&plain, &text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines.len() - 20;
    let zeros = lines[cut..].iter().map(|line| format!("{},0", line.split_once(',').unwrap().0));
    let kept = lines[..cut].iter().map(|line| (*line).to_owned());
    fs::write(&flat, kept.chain(zeros).collect::<Vec<String>>().join("\n")).unwrap();
    let options = ["--models", "lstm,seasonal-naive", "--seed", "3"];
    let (before, after) = (forecast_json(&plain, &options), forecast_json(&flat, &options));
    assert_eq!(before["season_length"], 20);
    assert_eq!(after["season_length"], 20);
    for name in ["lstm", "seasonal-naive"] {
        let values = |json: &Value| -> Vec<String> {
            let rows = model(json, name)["holdout"].as_array().unwrap().clone();
            rows.iter().map(|row| row["value"].to_string()).collect()
        };
        assert_eq!(values(&before), values(&after), "{name}");
    }
}

#[test]
fn a_file_with_gaps_trains_with_nothing_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gaps.csv");
    let mut text = "day,y\n".to_owned();
    for day in (0..200_i64).filter(|day| day % 17 != 5) {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        text += &format!("{date},{}\n", 10 + day % 7);
    }
    fs::write(&file, text).unwrap();
    let json = forecast_json(&file, &[]);
    assert_eq!(json["models"].as_array().unwrap().len(), 5, "networks and baselines");
}

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
fn dropped_rows_are_told_of_beside_the_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twice.csv");
    let rows: Vec<String> = (0..60).map(|row| format!("{},{}", row / 2, row % 9)).collect();
    fs::write(&file, format!("t,y\n{}\n", rows.join("\n"))).unwrap();
    let run = |quiet: &[&str]| {
        let mut command = tidegate();
        command.args(["forecast", "--models", "naive", "--time", "t"]).args(quiet).arg(&file);
        String::from_utf8_lossy(&command.assert().success().get_output().stderr).into_owned()
    };
    assert!(run(&[]).contains("30"), "{}", run(&[]));
    assert_eq!(run(&["--quiet"]), "");
}

#[test]
fn tables_are_for_people_and_the_file_is_for_machines() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("forecast.csv");
    tidegate()
        .args(["forecast", "--models", "naive,drift", "--horizon", "3", "--out"])
        .arg(&out)
        .arg(airline())
        .assert()
        .success()
        .stdout(contains("model").and(contains("MASE")).and(contains("1961-03")))
        .stdout(contains("1961-04").not());
    let text = fs::read_to_string(out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("series,time,model,value", 7));
    assert!(lines.contains(&"Passengers,1961-01,naive,432.0"), "{text}");
}

#[test]
fn a_recipe_file_and_flags_set_the_same_things() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("recipe.toml");
    fs::write(&recipe, "[window]\nhorizon = 6\n[baselines]\nseason_length = 4\n").unwrap();
    let recipe = recipe.to_str().unwrap();
    let models = ["--models", "seasonal-naive"];
    let by_file = forecast_json(&airline(), &[&models[..], &["--recipe", recipe]].concat());
    assert_eq!(by_file["season_length"], 4);
    assert_eq!(by_file["models"][0]["forecast"].as_array().unwrap().len(), 6);
    let options = [&models[..], &["--recipe", recipe, "--horizon", "5"]].concat();
    let by_both = forecast_json(&airline(), &options);
    assert_eq!(by_both["models"][0]["forecast"].as_array().unwrap().len(), 5);
}

#[test]
fn inspect_accounts_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("messy.csv");
    fs::write(&file, "day,y\n2024-01-01,1\n2024-01-02,x\n2024-01-02,3\nnever,4\n2024-01-05,5\n")
        .unwrap();
    let output = tidegate().args(["inspect", "--json"]).arg(&file).assert().success();
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let rows = &json["rows"];
    assert_eq!(rows["read"], 5);
    let dropped: u64 = rows["dropped"].as_u64().unwrap();
    assert_eq!(rows["used"].as_u64().unwrap() + dropped, 5);
    let reason = |name: &str| {
        let reasons = rows["by_reason"].as_array().unwrap();
        reasons.iter().find(|entry| entry["reason"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(reason("unparsable-time")["lines"], serde_json::json!([5]));
    assert_eq!(reason("unparsable-cell")["lines"], serde_json::json!([3]));
    assert_eq!(json["step"], "1 day");
    tidegate().arg("inspect").arg(&file).assert().success().stdout(contains("5 read"));
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

#[test]
fn without_a_display_the_main_job_runs_in_the_terminal() {
    tidegate()
        .assert()
        .success()
        .stderr(contains("No window").and(contains("DISPLAY")).and(contains("OpenGL")))
        .stdout(contains("seasonal-naive").and(contains("1961-12")));
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

#[test]
fn flags_and_recipe_files_say_how_a_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.csv");
    let mut text = String::new();
    for day in 1..=28 {
        text += &format!("{day:02}/{:02}/2024;{},5;{day}\n", day % 12 + 1, day % 9);
    }
    fs::write(&file, &text).unwrap();
    let inspect = |flags: &[&str]| -> Value {
        let output = tidegate().args(["inspect", "--json"]).args(flags).arg(&file).assert();
        serde_json::from_slice(&output.success().get_output().stdout).unwrap()
    };
    let role_of = |json: &Value, name: &str| {
        let columns = json["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap()["role"].clone()
    };
    let flags = [
        "--no-header",
        "--delimiter",
        ";",
        "--decimal",
        "comma",
        "--date-order",
        "day-first",
        "--layout",
        "wide-columns",
        "--role",
        "column 3=ignored",
        "--target",
        "column 2",
    ];
    let json = inspect(&flags);
    assert_eq!(json["rows"]["read"], 28);
    assert_eq!(json["target"], "column 2");
    assert_eq!(role_of(&json, "column 3"), "ignored");
    assert!(json["reading"].as_str().unwrap().contains("day-first"), "{json}");
    assert_eq!(inspect(&["--header"])["rows"]["read"], 27);
    refused(&file, &["--delimiter", "pipe"], &["odd.csv", "no column holds numbers"]);
    // The same settings by a recipe file, one of them taken over by a flag.
    let recipe = folder.path().join("recipe.toml");
    let settings = "[import]\nheader = false\ndelimiter = \"semicolon\"\ndecimal = \"comma\"\n\
                    date_order = \"day-first\"\ntarget = \"column 2\"\n";
    fs::write(&recipe, settings).unwrap();
    let options = ["--models", "naive", "--recipe", recipe.to_str().unwrap()];
    assert_eq!(forecast_json(&file, &options)["target"], "column 2");
    let options = [&options[..], &["--target", "column 3"]].concat();
    assert_eq!(forecast_json(&file, &options)["target"], "column 3");
}

#[test]
fn a_reading_that_cannot_be_is_refused_and_a_wrong_word_is_a_wrong_call() {
    let file = airline();
    refused(&file, &["--role", "Nope=ignored"], &["Nope", "Passengers"]);
    refused(&file, &["--role", "Passengers=time"], &["Passengers"]);
    for (flags, word) in [
        (["--layout", "tall"], "wide-columns"),
        (["--role", "Passengers=boss"], "past-covariate"),
        (["--role", "Passengers"], "price=ignored"),
        (["--decimal", "dot"], "point"),
        (["--date-order", "iso"], "day-first"),
    ] {
        let call = tidegate().arg("inspect").args(flags).arg(&file).assert();
        call.code(2).stderr(contains(word));
    }
    tidegate().args(["inspect", "--header", "--no-header", "x.csv"]).assert().code(2);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_quietly() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command as Process, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("long.toml");
    fs::write(&recipe, "[train]\nepochs = 10000000\npatience = 10000000\n").unwrap();
    let child = Process::new(assert_cmd::cargo::cargo_bin("tidegate"))
        .args(["forecast", "--models", "lstm", "--recipe"])
        .arg(&recipe)
        .arg(airline())
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let sent = Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(2), "ended by the interrupt itself");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no word of it");
    assert!(output.stdout.is_empty());
}
