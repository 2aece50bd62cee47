//! The network: its parameters, copies of its weights, known inputs.

use candle_core::{Device, Tensor};

use super::{Cell, Dropout, ModelConfig, Network, Pass, PassInputs};
use crate::cancellation::Cancellation;

/// A copy of every weight.
pub fn weights_of(network: &Network) -> Vec<Vec<f32>> {
    let mut weights = Vec::new();
    network.copy_weights(&mut weights).unwrap();
    weights
}

fn ones(batch: usize, steps: usize, steps_values: &[f32]) -> PassInputs<'_> {
    PassInputs { batch, steps, steps_values, ..PassInputs::default() }
}

fn config(cell: Cell, layers: usize, hidden_size: usize) -> ModelConfig {
    ModelConfig { cell, layers, hidden_size, ..ModelConfig::default() }
}

#[test]
fn counts_parameters_as_pytorch_does() {
    // sum(p.numel() for p in torch.nn.LSTM(10, 20, num_layers=2).parameters()) == 5920
    let lstm = Network::new(&config(Cell::Lstm, 2, 20), 10, 3, 1).unwrap();
    assert_eq!(lstm.parameter_count(), 5_920 + 3 * 20 + 3);
    // sum(p.numel() for p in torch.nn.GRU(10, 20, num_layers=2).parameters()) == 4440
    let gru = Network::new(&config(Cell::Gru, 2, 20), 10, 3, 1).unwrap();
    assert_eq!(gru.parameter_count(), 4_440 + 3 * 20 + 3);
    let named = gru.named_parameters().unwrap();
    assert_eq!(named.iter().map(|(_, tensor)| tensor.elem_count()).sum::<usize>(), 4_503);
}

#[test]
fn a_copy_of_the_weights_brings_the_forecast_back() {
    let config = config(Cell::Gru, 2, 8);
    let network = Network::new(&config, 1, 4, 1).unwrap();
    let other = Network::new(&config, 1, 4, 2).unwrap();
    let inputs = ones(3, 5, &[1.0; 15]);
    let forecast = |network: &Network| network.forward(&inputs, &Cancellation::never()).unwrap();
    assert_ne!(forecast(&network), forecast(&other));
    other.exchange(&mut weights_of(&network)).unwrap();
    assert_eq!(forecast(&network), forecast(&other));
    let larger = Network::new(&ModelConfig { layers: 3, ..config }, 1, 4, 1).unwrap();
    assert!(larger.exchange(&mut weights_of(&network)).is_err());
}

#[test]
fn exchanged_weights_come_back() {
    let network = Network::new(&config(Cell::Gru, 1, 8), 1, 4, 1).unwrap();
    let before = weights_of(&network);
    let mut values = weights_of(&Network::new(&config(Cell::Gru, 1, 8), 1, 4, 2).unwrap());
    let others = values.clone();
    network.exchange(&mut values).unwrap();
    assert_eq!((weights_of(&network), &values), (others, &before));
    network.exchange(&mut values).unwrap();
    assert_eq!(weights_of(&network), before);
    assert!(network.exchange(&mut [vec![0.0; 3]]).is_err());
    assert!(network.exchange(&mut []).is_err());
}

#[test]
fn training_and_forecasting_passes_agree_without_dropout() {
    for cell in Cell::ALL {
        let config = ModelConfig { bidirectional: true, ..config(cell, 2, 8) };
        let network = Network::new(&config, 2, 4, 1).unwrap();
        let (inputs, never) = (ones(3, 5, &[1.0; 30]), Cancellation::never());
        let (mut pass, mut dropout) = (Pass::new(&network), Dropout::new(0.0, 1));
        let training = pass.forward(&network, &inputs, Some(&mut dropout), &never).unwrap();
        assert_eq!(training, network.forward(&inputs, &never).unwrap());
    }
}

#[test]
fn known_inputs_of_a_row_are_added_to_that_row() {
    let device = &Device::Cpu;
    let config = config(Cell::Gru, 1, 8);
    let network = Network::with_known(&config, 2, 3, 1).unwrap();
    assert_eq!(network.parameter_count(), 3 * 8 * (3 + 8 + 2) + 3 * 9 + 2);
    let steps = ones(1, 5, &[1.0; 15]);
    let inputs = PassInputs { ahead: &[0.0, 0.0, 1.0, 0.0, 2.0, 3.0], ..steps };
    let never = Cancellation::never();
    let run = || network.forward(&inputs, &never).unwrap();
    let before = run();
    let known = network.parameters()[network.parameters().len() - 1].clone();
    known.set(&Tensor::from_slice(&[10.0_f32, 100.0], (1, 2), device).unwrap()).unwrap();
    for ((after, before), added) in run().into_iter().zip(before).zip([0.0, 10.0, 320.0]) {
        assert!((after - before - added).abs() < 1e-4, "{after} {before}");
    }
    let names: Vec<String> =
        network.named_parameters().unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.last().unwrap(), "head.known.weight");
    assert!(network.forward(&steps, &never).is_err(), "known inputs missing");
    let plain = Network::new(&config, 3, 3, 1).unwrap();
    assert!(plain.forward(&inputs, &never).is_err(), "known inputs unasked for");
    // A gradient reaches the known weights, as every other.
    let (mut pass, mut dropout) = (Pass::new(&network), Dropout::new(0.0, 1));
    pass.forward(&network, &inputs, Some(&mut dropout), &never).unwrap();
    pass.backward(&network, &[1.0; 3], &never).unwrap();
    assert_eq!(pass.gradients().last().unwrap(), &[3.0, 3.0]);
}

#[test]
fn without_known_inputs_a_network_is_the_plain_one() {
    let config = config(Cell::Lstm, 2, 8);
    let plain = weights_of(&Network::new(&config, 1, 4, 1).unwrap());
    assert_eq!(weights_of(&Network::with_known(&config, 0, 4, 1).unwrap()), plain);
}

#[test]
fn sizes_of_zero_and_wrong_inputs_are_errors() {
    assert!(Network::new(&config(Cell::Lstm, 0, 8), 1, 1, 1).is_err());
    assert!(Network::new(&config(Cell::Lstm, 1, 0), 1, 1, 1).is_err());
    let network = Network::new(&config(Cell::Lstm, 1, 8), 2, 1, 1).unwrap();
    assert!(network.forward(&ones(3, 5, &[1.0; 15]), &Cancellation::never()).is_err());
}
