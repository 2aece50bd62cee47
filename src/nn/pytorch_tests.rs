//! The network, its gradients and the optimiser's weights beside PyTorch's numbers.
//!
//! `tests/fixtures/nn/generate.py` made them, in float64.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Cell, Dropout, ModelConfig, Network, Pass, PassInputs};
use crate::cancellation::Cancellation;

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
    network.exchange(&mut flat(&fixture.weights, layers)).unwrap();
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
        assert_eq!(fixture.inputs.len(), batch * steps * features);
        let inputs =
            PassInputs { batch, steps, steps_values: &fixture.inputs, ..Default::default() };
        let (mut pass, never) = (Pass::new(&network), Cancellation::never());
        let mut dropout = Dropout::new(0.0, 1);
        let forecast = pass.forward(&network, &inputs, Some(&mut dropout), &never).unwrap();
        assert_close(forecast, &fixture.forecast, "forecast");
        // Mean squared error.
        let count = f32::from(u16::try_from(batch * horizon).unwrap());
        let errors: Vec<f32> = forecast.iter().zip(&fixture.targets).map(|(f, y)| f - y).collect();
        let loss = errors.iter().map(|error| error * error).sum::<f32>() / count;
        assert_close(&[loss], &[fixture.loss], "loss");
        let slopes: Vec<f32> = errors.iter().map(|error| 2.0 * error / count).collect();
        pass.backward(&network, &slopes, &never).unwrap();
        let expected = flat(&fixture.gradients, layers);
        for (index, gradient) in pass.gradients().iter().enumerate() {
            assert_close(gradient, &expected[index], &format!("{cell} gradient {index}"));
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
