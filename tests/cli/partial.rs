//! Results that are there are shown and written, whatever else fails; exit codes say which it was.

use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use tidegate::cli::EXIT_CODES;

use super::{airline, refused, tidegate};

/// An order that no series of this length can be fitted with.
const IMPOSSIBLE: &str = "arima(24,2,24)(4,2,4)[60]";

/// Twelve and a half years of months, with another value in one of them.
fn months(folder: &Path, name: &str, value: impl Fn(i32) -> f64) -> PathBuf {
    let row = |month: i32| format!("{}-{:02},{}", 1900 + month / 12, month % 12 + 1, value(month));
    let rows: Vec<String> = (0..150).map(row).collect();
    let path = folder.join(name);
    fs::write(&path, format!("m,y\n{}\n", rows.join("\n"))).unwrap();
    path
}

/// Two to four with a season of twelve.
fn wave(month: i32) -> f64 {
    2.0 + (f64::from(month) * std::f64::consts::TAU / 12.0).sin()
}

/// Runs `tidegate forecast --json` and gives the exit code, the JSON, and what was said.
fn forecast(file: &Path, options: &[&str]) -> (i32, Value, String) {
    let mut call = tidegate();
    call.args(["forecast", "--json", "--no-run"]).args(options).arg(file);
    let output = call.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), json, said)
}

fn names<'a>(json: &'a Value, list: &str, key: &str) -> Vec<&'a str> {
    json[list].as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

#[test]
fn a_model_that_fails_costs_no_other_its_result() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let models = format!("naive,{IMPOSSIBLE},drift");
    for quiet in [&[][..], &["--quiet"]] {
        let options = [&["--models", &models, "--out", out.to_str().unwrap()], quiet].concat();
        let (code, json, said) = forecast(&airline(), &options);
        assert_eq!(code, 3, "{said}");
        assert_eq!(names(&json, "models", "name"), ["drift", "naive"]);
        assert_eq!(names(&json, "failures", "model"), [IMPOSSIBLE]);
        let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(lines.len() == 1 && lines[0].contains(IMPOSSIBLE), "{said}");
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1 + 2 * 12);
    }
    let run = tidegate().args(["forecast", "--models", &models]).arg(airline()).assert();
    run.code(3).stdout(contains("Forecast of the next").and(contains("naive")));
}

#[test]
fn a_network_that_diverges_costs_no_other_its_result() {
    let folder = tempfile::tempdir().unwrap();
    // Their squares are beyond the numbers that networks calculate with.
    let file = months(folder.path(), "large.csv", |month| wave(month) * 1e30);
    let recipe = folder.path().join("r.toml");
    let transform = "[transform]\nscaling = \"none\"\nsubtract_last = false\n";
    fs::write(&recipe, format!("{transform}[train]\nloss = \"mse\"\n")).unwrap();
    let recipe = recipe.to_str().unwrap();
    let options = ["--models", "lstm,naive", "--epochs", "2", "--recipe", recipe];
    let (code, json, said) = forecast(&file, &options);
    assert_eq!(code, 3, "{said}");
    assert_eq!(names(&json, "models", "name"), ["naive"]);
    assert_eq!(names(&json, "failures", "model"), ["lstm"]);
}

#[test]
fn where_every_model_fails_there_is_nothing_but_the_reasons() {
    let (code, json, said) = forecast(&airline(), &["--models", IMPOSSIBLE]);
    assert_eq!(code, 1);
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert_eq!(names(&json, "failures", "model"), [IMPOSSIBLE]);
    assert_eq!(json["models"], Value::Array(Vec::new()));
    let other = "arima(24,2,23)(4,2,4)[60]";
    let (code, json, said) = forecast(&airline(), &["--models", &format!("{IMPOSSIBLE},{other}")]);
    assert_eq!(code, 1);
    assert_eq!(names(&json, "failures", "model"), [IMPOSSIBLE, other]);
    assert!(said.contains("none of the 2 models"), "{said}");
    refused(&airline(), &["--models", IMPOSSIBLE], &[IMPOSSIBLE]);
}

/// A device that is always full takes no file, which shows only when it is written.
#[test]
fn a_file_that_cannot_be_written_in_the_end_leaves_the_tables() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: this system has no /dev/full");
        return;
    }
    let options = ["forecast", "--quiet", "--models", "naive", "--out", "/dev/full"];
    let call = tidegate().args(options).arg(airline()).assert();
    call.code(3)
        .stderr(contains("error: /dev/full cannot be written"))
        .stdout(contains("Forecast of the next"));
}

#[test]
fn levels_are_checked_before_any_work() {
    for (levels, word) in [
        ("80.0000001,80", "same"),
        ("80,95,80", "a level of 80 % is given twice; give each level once"),
        ("100", "below 100"),
        ("99.9999999", "below 100"),
    ] {
        let call = tidegate().args(["forecast", "--levels", levels, "no-such-file.csv"]).assert();
        call.code(2).stderr(contains(word));
    }
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("r.toml");
    fs::write(&recipe, "[baselines]\nlevels = [0.8, 0.800000001]\n").unwrap();
    let options = ["--models", "naive", "--recipe", recipe.to_str().unwrap()];
    refused(&airline(), &options, &["baselines.levels", "same"]);
}

#[test]
fn the_help_and_the_page_of_commands_list_every_exit_code() {
    let help = tidegate().arg("--help").assert().success();
    let help = String::from_utf8(help.get_output().stdout.clone()).unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    let page = fs::read_to_string(page).unwrap();
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (help, page) = (one_line(&help), one_line(&page));
    for (code, means) in EXIT_CODES {
        assert!(help.contains(&format!("{code} {means}")), "{code} in {help}");
        assert!(page.contains(&format!("| {code} | {means} |")), "{code} in docs/commands.md");
    }
}

#[test]
fn a_value_beyond_arithmetic_is_named_and_the_other_models_run() {
    let folder = tempfile::tempdir().unwrap();
    for (name, large, at) in [("a.csv", 1e155, 60), ("b.csv", 1e300, 137)] {
        let file =
            months(folder.path(), name, |month| if month == at { large } else { wave(month) });
        let year = (1900 + at / 12).to_string();
        let (code, json, said) = forecast(&file, &["--models", "lstm,naive,seasonal-naive"]);
        assert_eq!(code, 3, "{said}");
        assert_eq!(names(&json, "failures", "model"), ["lstm"]);
        let reason = json["failures"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(&year) && reason.contains("--outliers mask"), "{reason}");
        assert!(said.contains(&format!("{year}, line {}", at + 2)), "{said}");
        for model in json["models"].as_array().unwrap() {
            assert!(model["mae"].is_number() && model["rmse"].is_number(), "{name}: {model}");
        }
        // The fix helps.
        let options = ["--models", "lstm,naive", "--epochs", "2", "--outliers", "mask"];
        let (code, json, said) = forecast(&file, &options);
        assert_eq!(code, 0, "{said}");
        assert_eq!(json["models"].as_array().unwrap().len(), 2, "{json}");
    }
}

/// Rows of the hold-out decide nothing but the score: the forecast of them is the same to the last bit.
#[test]
fn a_value_of_the_hold_out_costs_what_comes_after_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("r.toml");
    fs::write(&recipe, "[transform]\npower = \"log1p\"\n").unwrap();
    let recipe = recipe.to_str().unwrap();
    let of = |name: &str, value: f64, options: &[&str]| {
        let file =
            months(folder.path(), name, |month| if month == 140 { value } else { wave(month) });
        let all = [&["--models", "lstm,naive", "--epochs", "2"], options].concat();
        forecast(&file, &all)
    };
    let holdout = |json: &Value, name: &str| -> Vec<Value> {
        let models = json["models"].as_array().unwrap();
        let model = models.iter().find(|model| model["name"] == name).unwrap();
        model["holdout"].as_array().unwrap().iter().map(|row| row["value"].clone()).collect()
    };
    for (value, options) in [(1e155, &[][..]), (-f64::MAX, &[]), (-5.0, &["--recipe", recipe])] {
        let (code, plain, said) = of("plain.csv", 2.0, options);
        assert_eq!(code, 0, "{said}");
        let (code, json, said) = of("odd.csv", value, options);
        assert_eq!(code, 3, "{value}: {said}");
        assert_eq!(names(&json, "failures", "model"), [""; 0], "{said}");
        for name in ["lstm", "naive"] {
            assert_eq!(holdout(&json, name), holdout(&plain, name), "{value}: {name}");
        }
        let models = json["models"].as_array().unwrap();
        let lstm = models.iter().find(|model| model["name"] == "lstm").unwrap();
        let shortfall = lstm["shortfall"].as_str().unwrap();
        assert!(said.contains(&format!("error: lstm: {shortfall}")), "{said}");
        let unscored = models.iter().filter(|model| model["rmse"].is_null()).count();
        let dated = said.matches("at 1911-09, which is held out").count()
            + said.matches("at Sep 1911, which is held out").count();
        assert_eq!(unscored, dated, "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_hides_no_failure() {
    use std::process::{Command, Stdio};
    let models = format!("naive,{IMPOSSIBLE}");
    for (models, code) in [(models.as_str(), 3), ("naive", 0), (IMPOSSIBLE, 1)] {
        for form in [&["--json"][..], &[]] {
            let mut call = Command::new(assert_cmd::cargo::cargo_bin("tidegate"));
            call.args(["forecast", "--no-run", "--models", models]).args(form).arg(airline());
            let mut child = call.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            drop(child.stdout.take());
            assert_eq!(child.wait().unwrap().code(), Some(code), "{models}");
        }
    }
}

/// With nothing set, networks that the values leave out are a note.
#[test]
fn series_of_a_scale_beyond_arithmetic_keep_the_models_that_can() {
    type ValueOf = fn(i32) -> f64;
    let folder = tempfile::tempdir().unwrap();
    let scales: [(&str, ValueOf); 3] = [
        ("large.csv", |month| wave(month) * 1e155),
        ("grow.csv", |month| 10_f64.powi(2 * month)),
        ("end.csv", |month| if month % 3 == 0 { -1.7e308 } else { 1.7e308 }),
    ];
    for (name, value) in scales {
        let file = months(folder.path(), name, value);
        let (code, json, said) = forecast(&file, &[]);
        assert!(code == 0 || code == 3, "{name}: {said}");
        assert!(said.contains("no network was trained") && said.contains("divide"), "{said}");
        assert!(names(&json, "models", "name").contains(&"naive"), "{name}: {json}");
        let text = json.to_string();
        for model in json["models"].as_array().unwrap() {
            let is_said = model["mae"].is_null() && said.contains("too large for a number");
            assert!(model["mae"].is_number() || is_said, "{name}: {text}");
        }
    }
}
