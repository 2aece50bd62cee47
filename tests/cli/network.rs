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
        .stderr(contains("model.recurrent_dropout: recurrent dropout is 1; use 0 or more"))
        .stderr(contains("train.threads: the number of threads is 0; use 1 or more"));
}
