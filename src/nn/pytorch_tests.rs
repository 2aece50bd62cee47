//! The network, its gradients and the optimiser's weights beside PyTorch's numbers.
//!
//! `tests/fixtures/nn/generate.py` made them, in float64.

use std::collections::BTreeMap;

use candle_core::{Device, Tensor, Var};
use serde::Deserialize;

use super::network::Snapshot;
use super::{Cell, Dropout, ModelConfig, Network};

/// Five steps of two layers in f32, with activations good to 5e-7, against f64.
const TOLERANCE: f64 = 3e-6;

#[derive(Deserialize)]
struct Fixture {
    batch: usize,
    steps: usize,
    features: usize,
    hidden: usize,
    layers: usize,
    horizon: usize,
    inputs: Vec<f32>,
    targets: Vec<f32>,
    weights: BTreeMap<String, Vec<f32>>,
    forecast: Vec<f64>,
    loss: f64,
    gradients: BTreeMap<String, Vec<f64>>,
}

fn fixture(cell: Cell) -> Fixture {
    serde_json::from_str(match cell {
        Cell::Lstm => include_str!("../../tests/fixtures/nn/lstm.json"),
        _ => include_str!("../../tests/fixtures/nn/gru.json"),
    })
    .unwrap()
}

/// PyTorch's tensors in the order of the network's flat ones.
fn flat<T: Copy>(named: &BTreeMap<String, Vec<T>>, layers: usize) -> Vec<Vec<T>> {
    let of_layer = |layer: usize| {
        let blocks = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        blocks.iter().flat_map(|block| named[&format!("{block}_l{layer}")].clone()).collect()
    };
    let mut tensors: Vec<Vec<T>> = (0..layers).map(of_layer).collect();
    tensors.extend([named["head.weight"].clone(), named["head.bias"].clone()]);
    tensors
}

fn network(cell: Cell, fixture: &Fixture) -> Network {
    let Fixture { layers, hidden, features, horizon, .. } = *fixture;
    let config = ModelConfig { cell, layers, hidden_size: hidden, ..ModelConfig::default() };
    let network = Network::new(&config, features, horizon, 1).unwrap();
    network.restore(&Snapshot::from_values(flat(&fixture.weights, layers))).unwrap();
    network
}

fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(found) - expected).abs();
        assert!(difference < TOLERANCE, "{what} [{index}]: {found} for {expected}");
    }
}

#[test]
fn forecasts_loss_and_every_gradient_are_pytorchs() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let fixture = fixture(cell);
        let network = network(cell, &fixture);
        let Fixture { batch, steps, features, horizon, layers, .. } = fixture;
        let device = &Device::Cpu;
        let inputs = Tensor::from_slice(&fixture.inputs, (batch, steps, features), device).unwrap();
        let targets = Tensor::from_slice(&fixture.targets, (batch, horizon), device).unwrap();
        let forecast = network.forward_training(&inputs, &mut Dropout::new(0.0, 1)).unwrap();
        let values = forecast.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_close(&values, &fixture.forecast, "forecast");
        let loss = (forecast - targets).unwrap().sqr().unwrap().mean_all().unwrap();
        assert_close(&[loss.to_scalar::<f32>().unwrap()], &[fixture.loss], "loss");
        let gradients = loss.backward().unwrap();
        let of = |parameter: &Var| {
            gradients.get(parameter).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        let expected = flat(&fixture.gradients, layers);
        for (index, parameter) in network.parameters().into_iter().enumerate() {
            assert_close(&of(parameter), &expected[index], &format!("{cell} gradient {index}"));
        }
    }
}

#[test]
fn named_parameters_are_pytorchs() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let fixture = fixture(cell);
        let named = network(cell, &fixture).named_parameters().unwrap();
        assert_eq!(named.len(), fixture.weights.len());
        for (name, tensor) in named {
            let values = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            assert_eq!(values, fixture.weights[&name], "{name}");
        }
    }
}
