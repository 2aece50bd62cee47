//! A pass beside the tensor library's graph over the same kernels, for every option of the network.

use candle_core::{Device, Tensor, Var};
use proptest::prelude::*;

use super::kernels::with_threads;
use super::network_tests::weights_of;
use super::stack_tests::{States, forward};
use super::{Cell, Dropout, ModelConfig, Network, OutputSteps, Pass, PassInputs, StateValues};
use crate::cancellation::Cancellation;

/// Both take the same sums, but those of the head over several outputs, and of known inputs, in
/// another order.
const TOLERANCE: f32 = 2e-6;

#[derive(Debug, Clone)]
struct Case {
    config: ModelConfig,
    known: usize,
    horizon: usize,
    batch: usize,
    steps: usize,
    every: bool,
    given: bool,
}

fn wave(len: usize, first: u16) -> Vec<f32> {
    (0..u16::try_from(len).unwrap()).map(|i| (f32::from(i + first) * 0.7).sin()).collect()
}

fn cases() -> impl Strategy<Value = Case> {
    let cell = prop::sample::select(&Cell::ALL[..]);
    let sizes = (1..4_usize, 1..10_usize, 0..3_usize, 1..4_usize, 1..6_usize, 1..7_usize);
    let flags = prop::array::uniform7(any::<bool>());
    (cell, sizes, flags).prop_map(|(cell, sizes, flags)| {
        let (layers, hidden_size, known, horizon, batch, steps) = sizes;
        let [bidirectional, bias, learned_start, every, given, dropped, states_dropped] = flags;
        let config = ModelConfig {
            cell,
            layers,
            hidden_size,
            bidirectional,
            bias,
            learned_initial_state: learned_start,
            dropout: if dropped { 0.4 } else { 0.0 },
            recurrent_dropout: if states_dropped { 0.3 } else { 0.0 },
            ..ModelConfig::default()
        };
        Case { config, known, horizon, batch, steps, every, given }
    })
}

impl Case {
    /// A network whose learned starts are not zero.
    fn network(&self) -> Network {
        let network = Network::with_known(&self.config, self.known, self.horizon, 3).unwrap();
        network
            .update(|index, values| {
                let first = u16::try_from(index * 31).unwrap();
                let other = wave(values.len(), first);
                values.iter_mut().zip(other).for_each(|(value, other)| *value += 0.2 * other);
            })
            .unwrap();
        network
    }

    fn outputs(&self) -> usize {
        if self.every { self.steps } else { 1 }
    }

    fn steps_values(&self) -> Vec<f32> {
        wave(self.batch * self.steps * (1 + self.known), 5)
    }

    fn ahead(&self) -> Vec<f32> {
        wave(self.batch * self.outputs() * self.horizon * self.known, 77)
    }

    fn start(&self) -> Option<StateValues> {
        let len = self.config.layers * self.config.directions() * self.batch;
        let len = len * self.config.hidden_size;
        let memory = if self.config.cell.has_memory() { wave(len, 9) } else { Vec::new() };
        self.given.then(|| StateValues { hidden: wave(len, 3), memory })
    }

    /// The gradient that the forecast is given.
    fn d_forecast(&self) -> Vec<f32> {
        wave(self.batch * self.outputs() * self.horizon, 11)
    }

    fn run(&self, network: &Network, pass: &mut Pass, dropout: Option<&mut Dropout>) -> Vec<f32> {
        let start = self.start();
        let inputs = PassInputs {
            batch: self.batch,
            steps: self.steps,
            steps_values: &self.steps_values(),
            ahead: &self.ahead(),
            start: start.as_ref(),
            fresh: &[],
            outputs: if self.every { OutputSteps::Every } else { OutputSteps::Last },
        };
        pass.forward(network, &inputs, dropout, &Cancellation::never()).unwrap().to_vec()
    }

    /// The forecast by the tensor library, `[batch, outputs, horizon]`, and the states behind it.
    fn graph(&self, network: &Network, dropout: &mut Dropout) -> (Tensor, States) {
        let &Self { batch, steps, known, horizon, .. } = self;
        let device = &Device::Cpu;
        let input =
            Tensor::from_vec(self.steps_values(), (batch, steps, 1 + known), device).unwrap();
        let places = self.config.layers * self.config.directions();
        let state =
            |values| Tensor::from_vec(values, (places, batch, self.config.hidden_size), device);
        let start = self.start().map(|start| States {
            hidden: state(start.hidden).unwrap(),
            memory: (!start.memory.is_empty()).then(|| state(start.memory).unwrap()),
        });
        let all =
            forward(network.recurrent(), &input, start.as_ref(), Some(&mut *dropout)).unwrap();
        let outputs = self.outputs();
        let width = self.config.directions() * self.config.hidden_size;
        let values = if self.every {
            all.sequence.transpose(0, 1).unwrap().contiguous().unwrap()
        } else {
            all.last.unsqueeze(0).unwrap()
        };
        let values = dropout.apply(&values).unwrap().reshape((outputs * batch, width)).unwrap();
        let ahead = (known > 0).then(|| {
            let ahead = Tensor::from_vec(self.ahead(), (batch, outputs, horizon, known), device);
            let ahead = ahead.unwrap().transpose(0, 1).unwrap().contiguous().unwrap();
            ahead.reshape((outputs * batch, horizon, known)).unwrap()
        });
        let (weight, bias) = (network.head().weight(), network.head().bias());
        let mut forecast =
            values.matmul(&weight.t().unwrap()).unwrap().broadcast_add(bias).unwrap();
        if let (Some(weight), Some(ahead)) = (network.head().known(), ahead) {
            let rows = ahead.reshape((outputs * batch * horizon, known)).unwrap();
            let added = rows.matmul(&weight.t().unwrap()).unwrap();
            forecast = (forecast + added.reshape((outputs * batch, horizon)).unwrap()).unwrap();
        }
        let forecast = forecast.reshape((outputs, batch, horizon)).unwrap();
        (forecast.transpose(0, 1).unwrap(), all.states)
    }
}

fn flat(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn assert_close(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let size = expected.iter().fold(1.0_f32, |most, value| most.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let close = (found - expected).abs() <= TOLERANCE * size;
        assert!(close, "{what} [{index}]: {found} for {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_pass_is_the_graph(case in cases()) {
        let network = case.network();
        let mut pass = Pass::new(&network);
        // A second batch finds the buffers of another one.
        let other = Case { batch: case.batch + 2, steps: case.steps + 3, ..case.clone() };
        other.run(&network, &mut pass, Some(&mut case.config.dropout_of_seed(1)));
        let forecast = case.run(&network, &mut pass, Some(&mut case.config.dropout_of_seed(2)));
        let mut dropout = case.config.dropout_of_seed(2);
        let (expected, states) = case.graph(&network, &mut dropout);
        assert_close(&forecast, &flat(&expected), "forecast");
        let mut found = StateValues::default();
        pass.states(&mut found);
        assert_close(&found.hidden, &flat(&states.hidden), "hidden states");
        let memory = states.memory.as_ref().map(flat).unwrap_or_default();
        assert_close(&found.memory, &memory, "memory");
        let d_forecast = case.d_forecast();
        pass.backward(&network, &d_forecast, &Cancellation::never()).unwrap();
        let weights = Tensor::from_vec(d_forecast, expected.shape(), &Device::Cpu).unwrap();
        let loss = (expected * weights).unwrap().sum_all().unwrap();
        let gradients = loss.backward().unwrap();
        let parameters: Vec<&Var> = network.parameters();
        assert_eq!(pass.gradients().len(), parameters.len());
        for (index, parameter) in parameters.into_iter().enumerate() {
            let expected = gradients.get(parameter).unwrap();
            assert_close(&pass.gradients()[index], &flat(expected), &format!("gradient {index}"));
        }
        // Without dropout it is what forecasts are made with.
        if !case.every && !case.given {
            let (steps_values, ahead) = (&case.steps_values()[..], &case.ahead()[..]);
            let Case { batch, steps, .. } = case;
            let inputs = PassInputs { batch, steps, steps_values, ahead, ..PassInputs::default() };
            let expected = network.forward(&inputs, &Cancellation::never()).unwrap();
            assert_close(&case.run(&network, &mut pass, None), &expected, "plain forecast");
        }
    }
}

fn whole(cell: Cell, learned_start: bool) -> Case {
    let config = ModelConfig {
        cell,
        layers: 2,
        hidden_size: 6,
        bidirectional: true,
        learned_initial_state: learned_start,
        ..ModelConfig::default()
    };
    Case { config, known: 1, horizon: 2, batch: 5, steps: 4, every: true, given: true }
}

/// Those rows of `[places, batch, width]` values.
fn rows(values: &[f32], batch: usize, width: usize, chosen: &[usize]) -> Vec<f32> {
    let places = values.chunks_exact(batch * width);
    places
        .flat_map(|place| chosen.iter().flat_map(|&row| place[row * width..][..width].to_vec()))
        .collect()
}

#[test]
fn rows_that_begin_with_a_fresh_state_are_as_if_nothing_were_given() {
    for (cell, learned) in Cell::ALL.into_iter().flat_map(|cell| [(cell, false), (cell, true)]) {
        let case = whole(cell, learned);
        let network = case.network();
        let (steps_values, ahead, start) = (case.steps_values(), case.ahead(), case.start());
        let (batch, d_forecast) = (case.batch, case.d_forecast());
        let part = |chosen: &[usize], given: bool, fresh: &[bool]| {
            let mut pass = Pass::new(&network);
            let of = |values: &[f32]| rows(values, batch, values.len() / batch, chosen);
            let hidden = case.config.hidden_size;
            let start = start.as_ref().filter(|_| given).map(|start| StateValues {
                hidden: rows(&start.hidden, batch, hidden, chosen),
                memory: rows(&start.memory, batch, hidden, chosen),
            });
            let inputs = PassInputs {
                batch: chosen.len(),
                steps: case.steps,
                steps_values: &of(&steps_values),
                ahead: &of(&ahead),
                start: start.as_ref(),
                fresh,
                outputs: OutputSteps::Every,
            };
            let mut dropout = Dropout::new(0.0, 1);
            let never = Cancellation::never();
            let forecast = pass.forward(&network, &inputs, Some(&mut dropout), &never);
            let forecast = forecast.unwrap().to_vec();
            pass.backward(&network, &of(&d_forecast), &never).unwrap();
            (forecast, pass.gradients().to_vec())
        };
        let (forecast, gradients) = part(&[0, 1, 2, 3, 4], true, &[false, true, false, true, true]);
        let (own, of_own) = part(&[1, 3, 4], false, &[]);
        let (given, of_given) = part(&[0, 2], true, &[]);
        let len = forecast.len() / batch;
        assert_close(
            &rows(&forecast, batch, len, &[1, 3, 4]),
            &own,
            "rows that begin with a fresh state",
        );
        assert_close(&rows(&forecast, batch, len, &[0, 2]), &given, "rows that go on");
        for ((both, own), given) in gradients.iter().zip(of_own).zip(of_given) {
            let sum: Vec<f32> = own.iter().zip(given).map(|(own, given)| own + given).collect();
            assert_close(both, &sum, "gradient");
        }
    }
}

#[test]
fn threads_change_no_bit_of_a_pass() {
    let config = ModelConfig { layers: 2, hidden_size: 61, ..ModelConfig::default() };
    let case =
        Case { config, known: 4, horizon: 2, batch: 53, steps: 9, every: false, given: true };
    let network = case.network();
    let run = |threads| {
        with_threads(threads, || {
            let mut pass = Pass::new(&network);
            let forecast = case.run(&network, &mut pass, Some(&mut Dropout::new(0.5, 1)));
            pass.backward(&network, &case.d_forecast(), &Cancellation::never()).unwrap();
            (forecast, pass.gradients().to_vec())
        })
    };
    let first = run(Some(1));
    for threads in [Some(2), None] {
        assert!(run(threads) == first, "the number of threads changed something");
    }
}

#[test]
fn wrong_lengths_and_orders_are_errors() {
    let case = whole(Cell::Lstm, false);
    let network = case.network();
    let mut pass = Pass::new(&network);
    let (d_forecast, never) = (case.d_forecast(), Cancellation::never());
    assert!(pass.backward(&network, &d_forecast, &never).is_err(), "nothing went forward");
    case.run(&network, &mut pass, None);
    assert!(pass.backward(&network, &d_forecast, &never).is_err(), "nothing was to be learned");
    case.run(&network, &mut pass, Some(&mut Dropout::new(0.0, 1)));
    assert!(pass.backward(&network, &d_forecast[1..], &never).is_err(), "a gradient too short");
    let (values, ahead, start) = (case.steps_values(), case.ahead(), case.start().unwrap());
    let good = PassInputs {
        batch: case.batch,
        steps: case.steps,
        steps_values: &values,
        ahead: &ahead,
        start: Some(&start),
        fresh: &[],
        outputs: OutputSteps::Every,
    };
    let short = StateValues { hidden: start.hidden.clone(), memory: Vec::new() };
    let wrong = [
        PassInputs { steps_values: &values[1..], ..good },
        PassInputs { ahead: &[], ..good },
        PassInputs { start: Some(&short), ..good },
        PassInputs { fresh: &[true], ..good },
        PassInputs { batch: 0, ..good },
        PassInputs { outputs: OutputSteps::Last, ..good },
    ];
    assert!(pass.forward(&network, &good, None, &never).is_ok());
    for wrong in wrong {
        assert!(pass.forward(&network, &wrong, None, &never).is_err(), "{wrong:?}");
    }
    let other = Network::with_known(&case.config, 2, case.horizon, 1).unwrap();
    assert!(pass.forward(&other, &good, None, &never).is_err(), "another network");
}

#[test]
fn a_learned_start_is_a_parameter_with_a_name() {
    let case = whole(Cell::Lstm, true);
    let network = case.network();
    let named = network.named_parameters().unwrap();
    let start = named.iter().find(|(name, _)| name == "start_l1_reverse").unwrap();
    assert_eq!(start.1.dims(), [2, 6]);
    let copy = Network::with_known(&case.config, case.known, case.horizon, 4).unwrap();
    copy.load_safetensors(&network.to_safetensors().unwrap()).unwrap();
    assert_eq!(weights_of(&copy), weights_of(&network));
    // It begins at zero, and changes no other weight.
    let plain = ModelConfig { learned_initial_state: false, ..case.config.clone() };
    let plain = Network::with_known(&plain, case.known, case.horizon, 4).unwrap();
    let fresh = Network::with_known(&case.config, case.known, case.horizon, 4).unwrap();
    let named = fresh.named_parameters().unwrap();
    let (starts, others): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|(name, _)| name.starts_with("start"));
    assert!(starts.iter().all(|(_, start)| flat(start).iter().all(|&value| value == 0.0)));
    let plain = plain.named_parameters().unwrap();
    assert_eq!(others.len(), plain.len());
    assert!(others.iter().zip(&plain).all(|(a, b)| a.0 == b.0 && flat(&a.1) == flat(&b.1)));
}
