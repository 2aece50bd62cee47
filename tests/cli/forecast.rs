//! `tidegate forecast`: models, errors, defaults and what is written.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use std::fs;

use super::{airline, forecast_json, model, tidegate};

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
            // Each run has a name of its own.
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
fn a_season_that_the_values_hardly_keep_is_said_with_a_stronger_one() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("recipe.toml");
    fs::write(&recipe, "[baselines]\nseason_length = 5\n").unwrap();
    let told = contains("note: baselines.season_length: the values keep a season of 5 rows")
        .and(contains("one of 12 rows is stronger (0.8"))
        .and(contains("compare the errors by both"));
    let forecast = || {
        let mut command = tidegate();
        command.args(["forecast", "--models", "naive", "--recipe"]).arg(&recipe).arg(airline());
        command
    };
    forecast().assert().success().stderr(told);
    forecast().arg("--quiet").assert().success().stderr(contains("season_length").not());
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
