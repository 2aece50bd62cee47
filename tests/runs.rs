//! Runs kept on disk, as a person or a script meets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "runs/broken.rs"]
mod broken;
#[cfg(target_os = "linux")]
#[path = "runs/faults.rs"]
mod faults;
#[cfg(target_os = "linux")]
#[path = "runs/full_disk.rs"]
mod full_disk;
#[cfg(target_os = "linux")]
#[path = "runs/scene.rs"]
mod scene;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// A folder of runs of its own, and the program that keeps them there.
struct Place {
    folder: tempfile::TempDir,
    /// Where the runs are, if not in that folder.
    at: Option<PathBuf>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), at: None }
    }

    fn runs(&self) -> PathBuf {
        self.at.clone().unwrap_or_else(|| self.folder.path().join("runs"))
    }

    fn tidegate(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("tidegate").expect("built with its tests");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
        command.env("TIDEGATE_RUNS", self.runs()).args(arguments);
        command
    }

    fn out(&self, arguments: &[&str]) -> String {
        let output = self.tidegate(arguments).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.out(arguments)).expect("one JSON value")
    }

    /// A copy of the airline series that a test may change.
    fn data(&self) -> PathBuf {
        let path = self.folder.path().join("air.csv");
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        fs::copy(sample.join("airline-passengers.csv"), &path).unwrap();
        path
    }

    /// Trains a small GRU for three epochs and gives the name of its run.
    fn train(&self, more: &[&str]) -> String {
        self.train_for("3", more)
    }

    fn train_for(&self, epochs: &str, more: &[&str]) -> String {
        let data = self.data();
        let small = ["--models", "gru", "--hidden", "4", "--lookback", "6", "--epochs", epochs];
        let all = [&["forecast", "--json", "--quiet"], &small[..], more, &[data.to_str().unwrap()]];
        let json = self.json(&all.concat());
        json["models"][0]["run"].as_str().expect("a run was kept").to_owned()
    }
}

#[test]
fn every_network_keeps_a_run_and_no_baseline_does() {
    let place = Place::new();
    let data = place.data();
    let models =
        ["--models", "lstm,gru,naive", "--hidden", "4", "--lookback", "6", "--epochs", "3"];
    place
        .tidegate(&["forecast"])
        .args(models)
        .arg(&data)
        .assert()
        .success()
        .stderr(contains("run: lstm kept in").and(contains("run: gru kept in")));
    let listed = place.json(&["runs", "list", "--json"]);
    let mut models: Vec<&str> =
        listed.as_array().unwrap().iter().map(|run| run["model"].as_str().unwrap()).collect();
    models.sort_unstable();
    assert_eq!(models, ["gru", "lstm"]);
    let text = place.out(&["runs", "list"]);
    assert!(text.contains("finished") && text.contains("Passengers"), "{text}");
    for file in ["run.json", "recipe.toml", "losses.jsonl", "events.jsonl", "forecasts.json"] {
        assert!(Path::new(listed[0]["path"].as_str().unwrap()).join(file).is_file(), "{file}");
    }
}

#[test]
fn a_run_shows_what_it_was_made_of_and_what_it_brought() {
    let place = Place::new();
    let name = place.train(&["--seed", "7"]);
    let digits = name.rsplit('-').next().unwrap();
    let run = place.json(&["runs", "show", digits, "--json"]);
    assert_eq!(run["name"], name.as_str());
    assert_eq!(
        (&run["status"], &run["seed"], &run["rows"]),
        (&"finished".into(), &7.into(), &144.into())
    );
    assert_eq!(run["epochs"].as_array().unwrap().len(), 3);
    assert_eq!(run["forecasts"]["future"]["times"][0], "1961-01");
    assert!(run["metrics"]["mase"].is_number() && run["weights_digest"].is_string(), "{run}");
    let text = place.out(&["runs", "show", &name]);
    for expected in ["air.csv", "seed 7", "epochs    3; best", "hold-out  MAE", "1961-12"] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
}

#[test]
fn a_run_is_reproduced_to_the_last_bit_or_the_first_difference_is_told() {
    let place = Place::new();
    let name = place.train(&["--dropout", "0.2"]);
    let text = place.out(&["runs", "reproduce", &name, "--quiet"]);
    assert!(text.contains("identical: 3 epochs, weights, forecasts and scores"), "{text}");
    // One digit of an epoch's error, as another machine might give it.
    let losses = place.runs().join(&name).join("losses.jsonl");
    let mut lines: Vec<String> =
        fs::read_to_string(&losses).unwrap().lines().map(str::to_owned).collect();
    let then = lines[1].clone();
    lines[1] = then.replacen("\"training\":", "\"training\":1", 1);
    fs::write(&losses, lines.join("\n") + "\n").unwrap();
    let output = place.tidegate(&["runs", "reproduce", &name, "--json"]).assert().code(1);
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&json["identical"], &json["epochs"]), (&false.into(), &1.into()));
    let difference = &json["first_difference"];
    assert_eq!(difference["epoch"], 2);
    assert_ne!(difference["then"]["training"], difference["now"]["training"]);
    assert_eq!(difference["then"]["validation"], difference["now"]["validation"]);
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .code(1)
        .stdout(contains("differs from epoch 2 on").and(contains("then").and(contains("now"))))
        .stderr(contains("was not reproduced"));
}

#[test]
fn a_longer_history_of_losses_than_comes_out_is_a_difference() {
    let place = Place::new();
    let name = place.train(&[]);
    let losses = place.runs().join(&name).join("losses.jsonl");
    let more = "{\"epoch\":4,\"training\":1.0,\"validation\":1.0,\"improved\":false}\n";
    fs::write(&losses, fs::read_to_string(&losses).unwrap() + more).unwrap();
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .code(1)
        .stdout(contains("differs from epoch 4 on").and(contains("no such epoch")));
}

#[test]
fn data_that_changed_are_told_of() {
    let place = Place::new();
    let name = place.train(&[]);
    let data = place.folder.path().join("air.csv");
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&data, text.replacen("112", "113", 1)).unwrap();
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .code(1)
        .stderr(contains("the data changed since the run began").and(contains("air.csv")));
    fs::write(&data, text.replace('\n', "\r\n")).unwrap();
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .success()
        .stdout(contains("identical"))
        .stderr(contains("other bytes than then; its series is the same"));
}

#[test]
fn runs_are_deleted_only_when_that_is_agreed() {
    let place = Place::new();
    let (one, other) = (place.train(&[]), place.train(&["--seed", "2"]));
    for answer in ["n\n", "", "\n"] {
        place
            .tidegate(&["runs", "delete", &one])
            .write_stdin(answer)
            .assert()
            .code(1)
            .stderr(contains("was not deleted"));
    }
    assert!(place.runs().join(&one).is_dir());
    place.tidegate(&["runs", "delete", &one]).write_stdin("y\n").assert().success();
    assert!(!place.runs().join(&one).exists() && place.runs().join(&other).is_dir());
    place.tidegate(&["runs", "delete", &other, "--yes"]).assert().success();
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 0);
    assert!(place.out(&["runs", "list"]).contains("No run is kept in"));
    assert_eq!(place.json(&["runs", "list", "--json"]), serde_json::json!([]));
}

#[test]
fn an_unknown_run_is_told_with_those_there() {
    let place = Place::new();
    let name = place.train(&[]);
    for command in ["show", "reproduce", "delete"] {
        place
            .tidegate(&["runs", command, "nothing"])
            .assert()
            .code(1)
            .stderr(contains("no run \"nothing\"").and(contains(&name)));
    }
}

#[test]
fn no_run_is_kept_where_none_is_wanted_and_the_forecast_is_the_same() {
    let place = Place::new();
    let data = place.data();
    let forecast = |more: &[&str], code: i32| {
        let small = ["--models", "lstm", "--hidden", "4", "--lookback", "6", "--epochs", "2"];
        let all = [&["forecast", "--json", "--quiet"], &small[..], more, &[data.to_str().unwrap()]];
        let assert = place.tidegate(&all.concat()).assert().code(code);
        let output = assert.get_output();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(code == 3, errors.contains("no run of lstm is kept"), "{errors}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["models"][0]["forecast"].clone()
    };
    let without = forecast(&["--no-run"], 0);
    assert!(!place.runs().exists());
    // A folder that cannot be made costs the run alone; it is said.
    fs::write(place.runs(), "a file").unwrap();
    assert_eq!(forecast(&[], 3), without);
    place
        .tidegate(&["forecast", "--models", "lstm", "--epochs", "1", "--runs"])
        .arg(place.runs())
        .arg(&data)
        .assert()
        .code(3)
        .stdout(contains("lstm"))
        .stderr(contains("cannot be written").and(contains("--runs")));
    fs::remove_file(place.runs()).unwrap();
    assert_eq!(forecast(&[], 0), without);
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 1);
}

#[test]
fn a_run_that_fails_is_kept_with_the_reason() {
    let place = Place::new();
    let data = place.folder.path().join("wild.csv");
    // The rate is as high as is allowed, and nothing clips the gradient.
    let rows: Vec<String> = (0..120).map(|row| format!("{row},{}", row * 37 % 11)).collect();
    fs::write(&data, format!("i,v\n{}\n", rows.join("\n"))).unwrap();
    let recipe = place.folder.path().join("wild.toml");
    let wild = "[train]\nlearning_rate = 1.0\ngradient_clip = 1e30\nepochs = 200\npatience = 200\n\
                [transform]\nscaling = \"none\"\n[model]\ncell = \"rnn-relu\"\nhidden_size = 16\n";
    fs::write(&recipe, wild).unwrap();
    let failed = place
        .tidegate(&["forecast", "--models", "rnn-relu", "--horizon", "2", "--lookback", "48"])
        .arg("--recipe")
        .arg(&recipe)
        .arg(&data)
        .assert();
    failed.code(1).stderr(contains("lower learning rate"));
    let listed = place.json(&["runs", "list", "--json"]);
    assert_eq!(listed[0]["status"], "failed");
    let why = listed[0]["state"]["failed"].as_str().unwrap();
    assert!(why.contains(" became "), "{why}");
}

#[test]
fn a_printed_recipe_gives_the_forecast_of_no_recipe() {
    let place = Place::new();
    let data = place.data();
    let data = data.to_str().unwrap();
    let text = place.out(&["recipe", data, "--horizon", "6"]);
    assert!(text.contains("# time = \"Month\"") && text.contains("horizon = 6"), "{text}");
    let recipe = place.folder.path().join("r.toml");
    fs::write(&recipe, &text).unwrap();
    let forecast = |settings: &[&str]| {
        let options =
            ["forecast", "--json", "--quiet", "--no-run", "--models", "gru,theta", "--epochs", "2"];
        let mut json = place.json(&[&options[..], settings, &[data]].concat());
        for model in json["models"].as_array_mut().unwrap() {
            model["seconds"] = Value::Null;
        }
        json
    };
    assert_eq!(forecast(&["--recipe", recipe.to_str().unwrap()]), forecast(&["--horizon", "6"]));
}

#[test]
fn a_run_that_has_ended_is_trained_further_as_a_run_of_its_own() {
    let place = Place::new();
    let name = place.train(&[]);
    let json = place.json(&["resume", &name, "--json", "--quiet", "--epochs", "6"]);
    let longer = json["models"][0]["run"].as_str().unwrap();
    let run = place.json(&["runs", "show", longer, "--json"]);
    assert_eq!(run["epochs"].as_array().unwrap().len(), 6);
    assert_eq!(run["continues"]["run"], name.as_str());
    assert_eq!(run["continues"]["epoch"], 3);
    let text = place.out(&["runs", "reproduce", longer, "--quiet"]);
    assert!(text.contains("identical: 3 epochs after epoch 3"), "{text}");
    // The rate is constant and no patience was lost: it is the run that had six epochs from the first.
    let whole = place.train_for("6", &[]);
    let weights =
        |name: &str| fs::read(place.runs().join(name).join("weights.safetensors")).unwrap();
    assert!(weights(longer) == weights(&whole));
    place
        .tidegate(&["resume", longer, "--epochs", "6"])
        .assert()
        .code(1)
        .stderr(contains("has 6 epochs; ask for more"));
    fs::remove_file(place.runs().join(longer).join("checkpoint.safetensors")).unwrap();
    place
        .tidegate(&["resume", longer, "--epochs", "9"])
        .assert()
        .code(1)
        .stderr(contains("cannot be trained further").and(contains("was not kept")));
}
