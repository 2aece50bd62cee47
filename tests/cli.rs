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
    // Not among the runs of whoever runs the tests.
    command.env("TIDEGATE_RUNS", concat!(env!("CARGO_TARGET_TMPDIR"), "/runs"));
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
fn a_forecast_follows_the_policy_for_missing_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("open.csv");
    // The last value is missing: without something in its place a network has no input.
    let rows: Vec<String> = (1..60).map(|row| format!("{row},{}", row * 37 % 11)).collect();
    fs::write(&path, format!("i,v\n{}\n60,\n61,4\n62,\n", rows.join("\n"))).unwrap();
    let options = ["--models", "gru", "--horizon", "2", "--lookback", "6", "--epochs", "2"];
    let json = forecast_json(&path, &options);
    assert!(json["models"][0]["forecast"][1]["value"].is_number(), "{json}");
    tidegate()
        .args(["forecast", "--missing", "leave"])
        .args(options)
        .arg(&path)
        .assert()
        .failure()
        .stderr(contains("missing value"));
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
    assert!(text.contains("outliers 1 in v, kept: 999.0 at 1021 (line 22)"), "{text}");
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
            // A run of its own for each.
            model["run"] = Value::Null;
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
    for name in [
        "lstm",
        "gru",
        "naive",
        "seasonal-naive",
        "drift",
        "theta",
        "auto-ets",
        "auto-arima",
        "combination",
    ] {
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
    assert_eq!(json["models"].as_array().unwrap().len(), 9, "networks and baselines");
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
fn the_policy_for_missing_values_reaches_reading_and_training() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gap.csv");
    let days = (1..=120).filter(|day| *day != 118);
    let rows = days.map(|day| {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day - 1);
        format!("{date},{}\n", day % 7)
    });
    fs::write(&file, rows.fold("day,y\n".to_owned(), |text, row| text + &row)).unwrap();
    let call = ["inspect", "--json", "--missing", "linear"];
    let output = tidegate().args(call).arg(&file).assert().success();
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(json["missing_policy"], "linear");
    let options = ["--models", "lstm", "--lookback", "20", "--epochs", "1", "--missing"];
    forecast_json(&file, &[&options[..], &["linear"]].concat());
    refused(&file, &[&options[..], &["leave"]].concat(), &["missing value", "2024-04-27"]);
    let output = tidegate().args(["inspect", "--missing", "hope"]).arg(&file).assert();
    output.code(2).stderr(contains("drop-series"));
}

#[test]
fn uneven_times_and_closed_days_are_read_as_the_flags_say() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("uneven.csv");
    let mut text = "when,sold\n".to_owned();
    for day in 0..60_i64 {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        for row in 0..=day % 3 {
            text += &format!("{date} {:02}:{:02},2\n", 8 + 3 * row, (day * 17 + row) % 60);
        }
    }
    fs::write(&file, text).unwrap();
    let inspect = |flags: &[&str]| -> Value {
        let output = tidegate().args(["inspect", "--json"]).args(flags).arg(&file).assert();
        serde_json::from_slice(&output.success().get_output().stdout).unwrap()
    };
    assert_eq!(inspect(&[])["step"], "1 day");
    assert_eq!(inspect(&["--step", "week", "--gather", "sold=mean"])["step"], "1 week");
    assert_eq!(inspect(&["--irregular", "numbered"])["slots"], 120);
    let options = ["--models", "naive", "--gather", "last", "--working-times", "all"];
    assert_eq!(forecast_json(&file, &options)["models"][0]["forecast"][0]["value"], 2.0);
    for flags in [["--step", "often"], ["--gather", "most"], ["--working-times", "none"]] {
        tidegate().arg("inspect").args(flags).arg(&file).assert().code(2);
    }
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

/// Whether this process was started with interrupts ignored, as shells start jobs in the background.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_quietly() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command as Process, Stdio};

    if ignores_interrupts() {
        eprintln!("skipped: interrupts are ignored here, and a child would inherit that");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("long.toml");
    fs::write(&recipe, "[train]\nepochs = 10000000\npatience = 10000000\n").unwrap();
    let child = Process::new(assert_cmd::cargo::cargo_bin("tidegate"))
        .args(["forecast", "--models", "lstm", "--recipe"])
        .arg(&recipe)
        .arg(airline())
        .env_remove("RUST_LOG")
        .env("TIDEGATE_RUNS", concat!(env!("CARGO_TARGET_TMPDIR"), "/runs"))
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

#[test]
fn a_summary_lists_layers_shapes_and_parameters_and_trains_nothing() {
    let output = tidegate()
        .args(["forecast", "--summary", "--models", "lstm,rnn-relu,naive", "--layers", "2"])
        .args(["--hidden", "20", "--bidirectional"])
        .arg(airline())
        .assert()
        .success();
    // torch.nn.LSTM(1, 20, 2, bidirectional=True) has 13,600 parameters; Linear(40, 12) has 492.
    output
        .stdout(contains("lstm: 14092 parameters").and(contains("rnn-relu: ")))
        .stdout(contains("weight_hh_l1_reverse").and(contains("[80, 20]")))
        .stdout(contains("naive:").not());
}

#[test]
fn networks_train_on_every_cell_and_option_and_threads_change_nothing() {
    let common = ["--epochs", "2", "--hidden", "8", "--start", "orthogonal", "--dropout", "0.1"];
    let run = |options: &[&str]| {
        let options: Vec<&str> = common.iter().chain(options).copied().collect();
        let json = forecast_json(&airline(), &options);
        let models = json["models"].as_array().unwrap();
        let forecasts: Vec<Value> = models.iter().map(|m| m["forecast"].clone()).collect();
        forecasts
    };
    let cells = ["--models", "gru-cho,rnn-tanh,rnn-relu,lstm", "--recurrent-dropout", "0.2"];
    let cells = |threads| {
        run(&[&cells[..], &["--forget-bias", "1", "--weight-decay", "0.01", "--threads", threads]]
            .concat())
    };
    let forecasts = cells("1");
    assert_eq!(forecasts.len(), 4);
    assert_eq!(forecasts, cells("2"));
    let plain = run(&["--models", "lstm"]);
    assert_ne!(plain, run(&["--models", "lstm", "--no-bias", "--bidirectional"]));
}

#[test]
fn wrong_network_settings_name_the_range() {
    tidegate()
        .args(["forecast", "--models", "lstm", "--recurrent-dropout", "1", "--threads", "0"])
        .arg(airline())
        .assert()
        .code(1)
        .stderr(contains("model.recurrent_dropout: recurrent dropout is 1; use 0 or more"))
        .stderr(contains("train.threads: the number of threads is 0; use 1 or more"));
}

#[test]
fn intervals_stand_in_json_tables_and_csv() {
    let models = ["--models", "auto-ets,arima(0,1,1)(0,1,1)[12],naive", "--levels", "80,95"];
    let json = forecast_json(&airline(), &models);
    let ets = model(&json, "auto-ets");
    assert!(ets["description"].as_str().unwrap().starts_with("ETS("));
    let bounds = |point: &Value, name: &str| point[name].as_f64().unwrap();
    for point in ets["forecast"].as_array().unwrap() {
        let names = ["lower_95", "lower_80", "value", "upper_80", "upper_95"];
        let fan = names.map(|name| bounds(point, name));
        assert!(fan.is_sorted_by(|a, b| a < b), "{fan:?}");
    }
    let levels: Vec<f64> =
        ets["intervals"].as_array().unwrap().iter().map(|i| bounds(i, "level")).collect();
    assert_eq!(levels, [0.8, 0.95]);
    model(&json, "arima(0,1,1)(0,1,1)[12]");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let mut run = tidegate();
    run.args(["forecast", "--quiet", "--out"]).arg(&out).args(models).arg(airline());
    run.assert().success().stdout(contains("lower 95 %"));
    let text = fs::read_to_string(&out).unwrap();
    assert!(text.starts_with("series,time,model,value,lower_80,upper_80,lower_95,upper_95\n"));
    let wrong = tidegate().args(["forecast", "--levels", "0,80"]).arg(airline()).assert();
    wrong.code(2).stderr(contains("above 0 and below 100"));
}

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
