//! What the networks are made of, set by flags.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use super::{airline, forecast_json, tidegate};

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
    let common =
        ["--epochs", "2", "--hidden", "8", "--initialization", "orthogonal", "--dropout", "0.1"];
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
fn stateful_training_asks_every_row_unless_told_otherwise() {
    let forecast = |options: &[&str]| {
        let common = ["--models", "gru", "--epochs", "2", "--hidden", "8"];
        let json = forecast_json(&airline(), &[&common[..], options].concat());
        json["models"][0]["forecast"].clone()
    };
    let left = forecast(&["--stateful"]);
    assert_eq!(left, forecast(&["--stateful", "--supervise", "every"]));
    assert_ne!(left, forecast(&["--stateful", "--supervise", "last"]));
    assert_eq!(forecast(&[]), forecast(&["--supervise", "last"]));
}

#[test]
fn wrong_network_settings_name_the_range() {
    tidegate()
        .args(["forecast", "--models", "lstm", "--recurrent-dropout", "1", "--threads", "0"])
        .arg(airline())
        .assert()
        .code(1)
        .stderr(contains(
            "model.recurrent_dropout: Recurrent dropout 1 is out of range; use 0 or more",
        ))
        .stderr(contains("train.threads: Threads 0 is out of range; use 1 or more"));
}

#[test]
fn any_setting_is_set_by_its_name_and_flags_are_short_for_that() {
    let forecast = |options: &[&str]| {
        let common =
            ["--models", "lstm", "--set", "train.epochs=2", "--set", "model.hidden_size=4"];
        let json = forecast_json(&airline(), &[&common[..], options].concat());
        json["models"][0]["forecast"].clone()
    };
    let plain = forecast(&[]);
    assert_ne!(plain, forecast(&["--set", "train.input_noise=0.5"]));
    assert_ne!(plain, forecast(&["--set", "transform.power=log1p"]));
    assert_eq!(forecast(&["--loss", "huber"]), forecast(&["--set", "train.loss.huber.delta=1"]));
    assert_ne!(forecast(&["--loss", "huber"]), forecast(&["--set", "train.loss.huber.delta=0.1"]));
    let small = forecast(&["--set", "train.loss.huber.delta=0.1"]);
    assert_eq!(small, forecast(&["--loss", "huber", "--set", "train.loss.huber.delta=0.1"]));
    let both = forecast(&["--set", "train.state_mode=stateful"]);
    assert_eq!(both, forecast(&["--stateful"]));
    assert_eq!(both, forecast(&["--state-mode", "stateful"]));
    let former = forecast(&["--start", "glorot", "--learned-start"]);
    let now = forecast(&["--initialization", "glorot", "--learned-initial-state"]);
    assert_eq!(former, now, "names of before are understood");
    let refused = |set: &str, what: &'static str| {
        tidegate()
            .args(["forecast", "--set", set])
            .arg(airline())
            .assert()
            .code(2)
            .stderr(contains(what));
    };
    refused("train.epoch=2", "did you mean train.epochs?");
    refused("train.epochs=x", "expected a whole number, 1 or more, got \"x\"");
}

#[test]
fn a_recipe_is_printed_with_what_is_set_and_so_are_its_schema_and_its_reference() {
    let output = tidegate()
        .args(["recipe", "--set", "train.loss=huber", "--set", "window.horizon=6"])
        .arg(airline())
        .assert()
        .success();
    let recipe = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert!(recipe.contains("\nloss = { huber = { delta = 1.0 } }\n"), "{recipe}");
    assert!(recipe.contains("\nhorizon = 6\n") && recipe.contains("\ntest = 6\n"), "{recipe}");
    let schema = tidegate().args(["recipe", "--schema"]).assert().success();
    let schema: Value = serde_json::from_slice(&schema.get_output().stdout).unwrap();
    assert_eq!(schema["properties"]["train"]["properties"]["epochs"]["minimum"], 1);
    let reference = tidegate().args(["recipe", "--reference"]).assert().success();
    reference.stdout(contains("**`train.loss`** Loss").and(contains("- `huber`:")));
    tidegate().arg("recipe").assert().code(2).stderr(contains("FILE"));
}
