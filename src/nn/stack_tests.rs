//! Stacks of layers as candle graphs beside PyTorch's numbers, and what their states are.
//!
//! `tests/fixtures/nn/layers.py` made the numbers, in float64.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Result, Tensor, Var, bail};
use serde::Deserialize;

use super::fused::FusedOutput;
use super::network_tests::weights_of;
use super::stack::{RecurrentLayer, joined};
use super::{Cell, Dropout, ModelConfig, Network, PassInputs, RecurrentStack};
use crate::cancellation::Cancellation;

/// States between two stretches of a sequence, for every layer: PyTorch's `(h_n, c_n)`, or `h_n`
/// alone. Layers come first to last, forward before backward.
#[derive(Debug, Clone)]
pub struct States {
    /// `[layers * directions, batch, hidden]`
    pub hidden: Tensor,
    /// `[layers * directions, batch, hidden]`: the memory of LSTM.
    pub memory: Option<Tensor>,
}

impl States {
    /// The same values without a way back: what goes from one stretch to the next in truncated
    /// backpropagation through time (Williams and Peng 1990).
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { hidden: self.hidden.detach(), memory: self.memory.as_ref().map(Tensor::detach) }
    }
}

/// All that a stack gives out; Keras' `return_sequences` and `return_state` in one.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// `[batch, steps, directions * hidden]`: every step of the last layer.
    pub sequence: Tensor,
    /// `[batch, directions * hidden]`: the last layer after its last step; backward, that is the
    /// first step of the sequence.
    pub last: Tensor,
    /// Where every layer stands after its last step.
    pub states: States,
}

/// What one layer gave out, time-major.
struct LayerOutputs {
    /// `[steps, batch, directions * hidden]`
    sequence: Tensor,
    /// `[1, batch, hidden]` for each direction.
    hidden: Vec<Tensor>,
    /// Likewise, for LSTM.
    memory: Vec<Tensor>,
}

/// Everything over `[batch, steps, features]`, from `start` or from zero. With `dropout`, for
/// `backward`; it falls between layers and, where it drops states, within them.
pub fn forward(
    stack: &RecurrentStack,
    input: &Tensor,
    start: Option<&States>,
    mut dropout: Option<&mut Dropout>,
) -> Result<Outputs> {
    let mut values = input.transpose(0, 1)?.contiguous()?;
    let (mut hidden, mut memory, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for (index, layers) in stack.by_layer().enumerate() {
        if index > 0
            && let Some(dropout) = dropout.as_deref_mut()
        {
            values = dropout.apply(&values)?;
        }
        let outputs = layer_outputs(stack, index, layers, &values, start, dropout.as_deref_mut())?;
        values = outputs.sequence;
        last.clone_from(&outputs.hidden);
        hidden.extend(outputs.hidden);
        memory.extend(outputs.memory);
    }
    Ok(Outputs {
        sequence: values.transpose(0, 1)?,
        last: Tensor::cat(&last, 2)?.squeeze(0)?,
        states: States {
            hidden: Tensor::cat(&hidden, 0)?,
            memory: if memory.is_empty() { None } else { Some(Tensor::cat(&memory, 0)?) },
        },
    })
}

fn layer_outputs(
    stack: &RecurrentStack,
    index: usize,
    layers: &[RecurrentLayer],
    input: &Tensor,
    start: Option<&States>,
    mut dropout: Option<&mut Dropout>,
) -> Result<LayerOutputs> {
    let (steps, batch, _) = input.dims3()?;
    let (mut sequences, mut hidden, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for (direction, layer) in layers.iter().enumerate() {
        let shape = layer.shape();
        let start = match start {
            Some(start) => Some(start_of(stack, start, index * layers.len() + direction)?),
            None => None,
        };
        let mask = dropout.as_deref_mut().and_then(|d| d.state_mask(batch * shape.hidden));
        let operation = layer.operation(input, FusedOutput::Everything, dropout.is_some(), mask);
        let parameters = layer.parameters().as_tensor();
        let all = match &start {
            None => input.apply_op2(parameters, operation)?,
            Some(start) => input.apply_op3(parameters, start, operation)?,
        };
        let last_step = if shape.reverse { 0 } else { steps - 1 };
        hidden.push(all.narrow(0, last_step, 1)?);
        if shape.cell.has_memory() {
            memory.push(all.narrow(0, steps, 1)?);
        }
        sequences.push(all.narrow(0, 0, steps)?);
    }
    Ok(LayerOutputs { sequence: joined(sequences)?, hidden, memory })
}

/// The states one layer and direction begins with, `[states, batch, hidden]`.
fn start_of(stack: &RecurrentStack, start: &States, place: usize) -> Result<Tensor> {
    let count = stack.layers().count();
    let (found, _, _) = start.hidden.dims3()?;
    if found != count {
        bail!("{count} layers and directions begin with as many states, got {found}")
    }
    let hidden = start.hidden.narrow(0, place, 1)?;
    let has_memory = stack.layers().any(|(_, layer)| layer.shape().cell.has_memory());
    match (&start.memory, has_memory) {
        (Some(memory), true) => Tensor::cat(&[hidden, memory.narrow(0, place, 1)?], 0),
        (None, false) => hidden.contiguous(),
        (None, true) => bail!("LSTM begins with a memory beside the hidden state; got none"),
        (Some(_), false) => {
            bail!("only LSTM begins with a memory; pass the hidden state alone")
        }
    }
}

/// Four steps of three layers in f32, with activations good to 5e-7, against f64.
const TOLERANCE: f64 = 1e-5;

#[derive(Deserialize)]
struct Fixture {
    cell: Cell,
    layers: usize,
    bidirectional: bool,
    bias: bool,
    batch: usize,
    steps: usize,
    features: usize,
    hidden: usize,
    inputs: Vec<f32>,
    start: BTreeMap<String, Vec<f32>>,
    weights: BTreeMap<String, Vec<f32>>,
    outputs: BTreeMap<String, Vec<f64>>,
    output_weights: BTreeMap<String, Vec<f32>>,
    gradients: BTreeMap<String, Vec<f64>>,
}

fn assert_close(found: &Tensor, expected: &[f64], what: &str) {
    let found = found.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let bound = TOLERANCE * expected.abs().max(1.0);
        let difference = (f64::from(found) - expected).abs();
        assert!(difference < bound, "{what} [{index}]: {found} for {expected}");
    }
}

fn variable(values: &[f32], dims: &[usize]) -> Var {
    Var::from_slice(values, dims, &Device::Cpu).unwrap()
}

fn stack_of(fixture: &Fixture) -> RecurrentStack {
    let config = ModelConfig {
        cell: fixture.cell,
        layers: fixture.layers,
        hidden_size: fixture.hidden,
        bidirectional: fixture.bidirectional,
        bias: fixture.bias,
        ..ModelConfig::default()
    };
    let stack = RecurrentStack::from_seed(&config, fixture.features, 1).unwrap();
    for (index, layer) in stack.layers() {
        let mut flat = Vec::new();
        for (name, ..) in layer.named_blocks(index) {
            flat.extend_from_slice(&fixture.weights[&name]);
        }
        layer.parameters().set(&variable(&flat, &[flat.len()])).unwrap();
    }
    stack
}

#[test]
fn every_output_and_gradient_is_pytorchs() {
    let text = include_str!("../../tests/fixtures/nn/layers.json");
    let fixtures: Vec<Fixture> = serde_json::from_str(text).unwrap();
    assert_eq!(fixtures.len(), 96);
    for fixture in fixtures {
        let &Fixture { cell, layers, bidirectional, batch, steps, features, hidden, .. } = &fixture;
        let what = format!("{cell} of {layers}, both ways {bidirectional}");
        let stack = stack_of(&fixture);
        let directions = if bidirectional { 2 } else { 1 };
        let inputs = variable(&fixture.inputs, &[batch, steps, features]);
        let state_dims = [layers * directions, batch, hidden];
        let start: BTreeMap<&str, Var> = fixture
            .start
            .iter()
            .map(|(name, values)| (name.as_str(), variable(values, &state_dims)))
            .collect();
        let states = start.get("hidden").map(|hidden| States {
            hidden: hidden.as_tensor().clone(),
            memory: start.get("memory").map(|memory| memory.as_tensor().clone()),
        });
        let mut dropout = Dropout::new(0.0, 1);
        let outputs = forward(&stack, &inputs, states.as_ref(), Some(&mut dropout)).unwrap();
        let mut named = vec![("sequence", &outputs.sequence), ("hidden", &outputs.states.hidden)];
        named.extend(outputs.states.memory.as_ref().map(|memory| ("memory", memory)));
        assert_eq!(named.len(), fixture.outputs.len());
        let mut loss = Tensor::zeros((), DType::F32, &Device::Cpu).unwrap();
        for (name, output) in named {
            assert_close(output, &fixture.outputs[name], &format!("{what}: {name}"));
            let weights = variable(&fixture.output_weights[name], output.dims());
            loss = (loss + (output * weights.as_tensor()).unwrap().sum_all().unwrap()).unwrap();
        }
        let gradients = loss.backward().unwrap();
        let check = |name: &str, found: &Tensor| {
            assert_close(found, &fixture.gradients[name], &format!("{what}: gradient of {name}"));
        };
        check("inputs", gradients.get(&inputs).unwrap());
        for (name, state) in &start {
            check(name, gradients.get(state).unwrap());
        }
        for (index, layer) in stack.layers() {
            let flat = gradients.get(layer.parameters()).unwrap();
            for (name, _, range) in layer.named_blocks(index) {
                check(&name, &flat.narrow(0, range.start, range.len()).unwrap());
            }
        }
    }
}

fn wave(dims: (usize, usize, usize)) -> Tensor {
    let len = u16::try_from(dims.0 * dims.1 * dims.2).unwrap();
    let values: Vec<f32> = (0..len).map(|index| (f32::from(index) * 0.7).sin()).collect();
    Tensor::from_vec(values, dims, &Device::Cpu).unwrap()
}

fn flat(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn small(cell: Cell) -> ModelConfig {
    ModelConfig { cell, layers: 2, hidden_size: 5, ..ModelConfig::default() }
}

#[test]
fn a_sequence_in_two_stretches_is_the_sequence() {
    for cell in Cell::ALL {
        let stack = RecurrentStack::from_seed(&small(cell), 2, 3).unwrap();
        let input = wave((3, 7, 2));
        let whole = forward(&stack, &input, None, None).unwrap();
        let first = forward(&stack, &input.narrow(1, 0, 4).unwrap(), None, None).unwrap();
        let carried = first.states.detach();
        let second =
            forward(&stack, &input.narrow(1, 4, 3).unwrap(), Some(&carried), None).unwrap();
        let joined = Tensor::cat(&[first.sequence, second.sequence], 1).unwrap();
        for (found, whole) in [
            (&second.last, &whole.last),
            (&joined, &whole.sequence),
            (&second.states.hidden, &whole.states.hidden),
        ] {
            for (found, whole) in flat(found).into_iter().zip(flat(whole)) {
                // A product of fewer rows may take its sums in another order.
                assert!((found - whole).abs() < 1e-6, "{cell}: {found} for {whole}");
            }
        }
    }
}

#[test]
fn detached_states_end_the_way_back() {
    let stack = RecurrentStack::from_seed(&small(Cell::Lstm), 2, 3).unwrap();
    let first = Var::from_tensor(&wave((2, 3, 2))).unwrap();
    let mut dropout = Dropout::new(0.0, 1);
    let states = forward(&stack, &first, None, Some(&mut dropout)).unwrap().states;
    let reaches = |states: &States, dropout: &mut Dropout| {
        let outputs = forward(&stack, &wave((2, 3, 2)), Some(states), Some(dropout)).unwrap();
        outputs.last.sum_all().unwrap().backward().unwrap().get(&first).is_some()
    };
    assert!(reaches(&states, &mut dropout) && !reaches(&states.detach(), &mut dropout));
}

#[test]
fn states_of_another_kind_or_size_are_errors() {
    let input = wave((2, 3, 2));
    let state = Tensor::zeros((2, 2, 5), DType::F32, &Device::Cpu).unwrap();
    let with = |cell, states: States| {
        let stack = RecurrentStack::from_seed(&small(cell), 2, 3).unwrap();
        forward(&stack, &input, Some(&states), None).map(|_| ())
    };
    let both = States { hidden: state.clone(), memory: Some(state.clone()) };
    let one = States { hidden: state.clone(), memory: None };
    let short = States { hidden: state.narrow(1, 0, 1).unwrap(), memory: None };
    assert!(with(Cell::Lstm, both.clone()).is_ok() && with(Cell::Gru, one.clone()).is_ok());
    assert!(with(Cell::Lstm, one).is_err() && with(Cell::Gru, both).is_err());
    assert!(with(Cell::Gru, short).is_err());
}

#[test]
fn state_dropout_keeps_its_mask_over_all_steps() {
    let config = ModelConfig { layers: 1, ..small(Cell::RnnTanh) };
    let stack = RecurrentStack::from_seed(&config, 2, 3).unwrap();
    // With every state dropped, each step sees its own input alone: the order of steps is lost.
    let all = Dropout::with_recurrent(0.0, 0.999_999, 1);
    let input = wave((2, 3, 2));
    let swapped = Tensor::cat(
        &[
            input.narrow(1, 1, 1).unwrap(),
            input.narrow(1, 0, 1).unwrap(),
            input.narrow(1, 2, 1).unwrap(),
        ],
        1,
    )
    .unwrap();
    let last = |input: &Tensor, dropout: Option<Dropout>| {
        flat(&stack.last(input, dropout.clone().as_mut()).unwrap())
    };
    assert_eq!(last(&input, Some(all.clone())), last(&swapped, Some(all)));
    assert_ne!(last(&input, None), last(&swapped, None));
    // One stretch from the same seed is dropped the same way.
    let half = || Dropout::with_recurrent(0.0, 0.5, 1);
    assert_eq!(last(&input, Some(half())), last(&input, Some(half())));
    assert_ne!(last(&input, Some(half())), last(&input, None));
}

#[derive(Deserialize)]
struct Saved {
    inputs: Vec<f32>,
    forecast: Vec<f64>,
}

#[test]
fn a_file_that_pytorch_saved_loads_and_goes_back() {
    let file = include_bytes!("../../tests/fixtures/nn/lstm.safetensors");
    let saved = include_str!("../../tests/fixtures/nn/lstm.safetensors.json");
    let saved: Saved = serde_json::from_str(saved).unwrap();
    let config =
        ModelConfig { layers: 2, hidden_size: 3, bidirectional: true, ..ModelConfig::default() };
    let network = Network::new(&config, 2, 4, 1).unwrap();
    network.load_safetensors(file).unwrap();
    let inputs =
        PassInputs { batch: 2, steps: 5, steps_values: &saved.inputs, ..PassInputs::default() };
    let forecast = network.forward(&inputs, &Cancellation::never()).unwrap();
    let forecast = Tensor::from_vec(forecast, (2, 4), &Device::Cpu).unwrap();
    assert_close(&forecast, &saved.forecast, "forecast");
    // A copy gives the same.
    let copy = Network::new(&config, 2, 4, 2).unwrap();
    copy.load_safetensors(&network.to_safetensors().unwrap()).unwrap();
    assert_eq!(weights_of(&copy), weights_of(&network));
}

#[test]
fn weights_of_another_network_say_what_differs_and_change_nothing() {
    let file = include_bytes!("../../tests/fixtures/nn/lstm.safetensors");
    let config = ModelConfig { layers: 2, hidden_size: 3, ..ModelConfig::default() };
    let refused = |config: &ModelConfig, expected: &str| {
        let network = Network::new(config, 2, 4, 1).unwrap();
        let before = weights_of(&network);
        let error = network.load_safetensors(file).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(weights_of(&network), before);
    };
    refused(&config, "\"lstm.weight_ih_l1\" is [12, 6] in the file and [12, 3] here");
    let deep = ModelConfig { layers: 3, bidirectional: true, ..config.clone() };
    refused(&deep, "no \"lstm.weight_ih_l2\"");
    refused(&ModelConfig { hidden_size: 4, bidirectional: true, ..config }, "[16, 2] here");
    let network = Network::new(&ModelConfig::default(), 2, 4, 1).unwrap();
    assert!(network.load_safetensors(b"PK\x03\x04").is_err());
}
