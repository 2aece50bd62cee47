//! What carrying the state is good for, and that it changes nothing where there is nothing to carry.

use super::*;
use crate::nn::{Cell, ModelConfig, OutputSteps, Pass, PassInputs};
use crate::train::{Material, StateMode};
use crate::window::{
    Batch, BatchSource, KnownInputs, LaneCursor, LanePlan, LaneRules, Part, Reference, Rows, Split,
    Supervision, WindowConfig, Windows,
};

/// Rows from a pulse to the value that repeats its sign.
const DELAY: usize = 200;
/// Rows from pulse to pulse.
const PERIOD: usize = 220;
/// Pulses to learn from.
const PULSES: usize = 64;

/// Delays to learn from: the short ones show what the long ones are about.
const DELAYS: [usize; 5] = [10, 25, 50, 100, DELAY];

/// A pulse up or down, nothing for long, a call, and the sign of the pulse again.
fn pulses(count: usize, delays: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let (mut values, mut signs) = (Vec::new(), Vec::new());
    let mut state = 12_345_u32;
    for index in 0..count {
        let delay = delays[index % delays.len()];
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let sign = if state >> 31 == 0 { 1.0 } else { -1.0 };
        let mut period = vec![0.0; PERIOD];
        (period[0], period[delay - 1], period[delay]) = (sign, 2.0, sign);
        values.extend(period);
        signs.push(sign);
    }
    values.push(0.0);
    (values, signs)
}

/// The mean miss at the value after the call, of a network that was shown the last `shown` rows.
fn miss(network: &Network, shown: usize) -> f64 {
    let (values, signs) = pulses(2 * PULSES, &[DELAY]);
    let mut pass = Pass::new(network);
    let mut sum = 0.0;
    for (index, sign) in signs.iter().enumerate().skip(PULSES) {
        let origin = index * PERIOD + DELAY;
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers")]
        let inputs: Vec<f32> =
            values[origin - shown..origin].iter().map(|&value| value as f32).collect();
        let inputs = PassInputs {
            batch: 1,
            steps: shown,
            steps_values: &inputs,
            outputs: OutputSteps::Last,
            ..PassInputs::default()
        };
        let forecast = pass.forward(network, &inputs, None, &Cancellation::never()).unwrap();
        sum += (f64::from(forecast[0]) - sign).abs();
    }
    sum / f64::from(u32::try_from(PULSES).unwrap())
}

fn train(way: StateMode) -> Network {
    let (values, _) = pulses(PULSES, &DELAYS);
    let window = WindowConfig { lookback: 20, horizon: 1, validation: 0, test: 0 };
    let split = Split::new(values.len(), &window);
    let rows = Rows::unfilled(&values);
    let rules = LaneRules { chunk: 20, lane_rows: Some(PERIOD), batch: 16 };
    let plan = LanePlan::new(&rows, &split, &window, rules);
    let windows = Windows::new(&rows, &split, &window, Part::Train);
    let none = Windows::new(&rows, &split, &window, Part::Validation);
    let model = ModelConfig {
        cell: Cell::Lstm,
        hidden_size: 8,
        forget_bias: Some(5.0),
        ..ModelConfig::default()
    };
    let epochs = if way == StateMode::Stateful { 80 } else { 5 };
    let config = TrainConfig {
        state_mode: way,
        supervise: Some(Supervision::Every),
        epochs,
        batch_size: 16,
        learning_rate: 0.02,
        patience: 1_000,
        ..TrainConfig::default()
    };
    let network = Network::new(&model, 1, 1, 1).unwrap();
    let known = KnownInputs::default();
    let data = TrainingData {
        source: BatchSource { rows: &rows, known: &known, reference: Reference::Zero },
        train: match way {
            StateMode::Stateful => Material::Lanes(&plan),
            StateMode::Stateless => Material::Windows(&windows),
        },
        validation: Material::Windows(&none),
        zero: 0.0,
    };
    let mut engine = Engine::new(&network, &data, &config, model.dropout_of_seed(1)).unwrap();
    engine.run(&Cancellation::never(), &mut |_, _| Flow::Continue).unwrap();
    network
}

#[test]
fn a_carried_state_learns_what_lies_ten_chunks_back_and_windows_do_not() {
    let stateful = miss(&train(StateMode::Stateful), DELAY);
    let stateless_network = train(StateMode::Stateless);
    let (shown, more) = (miss(&stateless_network, 20), miss(&stateless_network, DELAY));
    eprintln!(
        "mean miss of a sign {DELAY} rows back, chunks of 20: stateful {stateful:.3}, stateless \
         {shown:.3} (shown all {DELAY} rows: {more:.3})"
    );
    assert!(stateful < 0.2, "stateful {stateful}");
    assert!(shown > 0.8 && more > 0.8, "stateless {shown} {more}");
}

/// The gradient of a whole epoch in one batch.
fn gradient(
    model: &ModelConfig,
    data: &TrainingData<'_>,
    gather: impl Fn(&mut Batch),
) -> Vec<Vec<f32>> {
    let network = Network::new(model, 1, 1, 3).unwrap();
    let config = TrainConfig { supervise: Some(Supervision::Every), ..TrainConfig::default() };
    let mut engine = Engine::new(&network, data, &config, model.dropout_of_seed(1)).unwrap();
    gather(&mut engine.learner.batch);
    let Engine { learner, feed, last_good, .. } = &mut engine;
    learner.learn(&network, feed, 0.01, last_good, &Cancellation::never()).unwrap();
    learner.pass.gradients().to_vec()
}

#[test]
fn one_chunk_a_lane_has_the_gradients_of_the_same_windows() {
    const ROWS: usize = 12;
    let values: Vec<f64> =
        (0..=120_u32).map(f64::from).map(|row| (row * 0.37).sin() + row * 0.01).collect();
    let window = WindowConfig { lookback: ROWS, horizon: 1, validation: 0, test: 0 };
    let split = Split::new(values.len(), &window);
    let rows = Rows::unfilled(&values);
    let rules = LaneRules { chunk: ROWS, lane_rows: Some(ROWS), batch: 10 };
    let plan = LanePlan::new(&rows, &split, &window, rules);
    let windows = Windows::new(&rows, &split, &window, Part::Train);
    let none = Windows::new(&rows, &split, &window, Part::Validation);
    let known = KnownInputs::default();
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Row };
    let order: Vec<usize> = (0..plan.len()).collect();
    assert_eq!((plan.len(), plan.step_count(&order)), (10, 1));
    let positions: Vec<usize> = plan.lanes().iter().map(|lane| lane.rows.start).collect();
    for cell in Cell::ALL {
        let model = ModelConfig { cell, layers: 2, hidden_size: 8, ..ModelConfig::default() };
        let with =
            |train| TrainingData { source, train, validation: Material::Windows(&none), zero: 0.0 };
        let stateful = gradient(&model, &with(Material::Lanes(&plan)), |batch| {
            let mut steps = LaneCursor::default();
            batch.gather_lanes(
                &source,
                &plan,
                steps.advance(&plan, &order).unwrap(),
                Supervision::Every,
            );
        });
        let stateless = gradient(&model, &with(Material::Windows(&windows)), |batch| {
            batch.gather_every(&source, &windows, &positions);
        });
        let pairs = stateful.iter().flatten().zip(stateless.iter().flatten());
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let size = stateful.iter().flatten().fold(0.0_f32, |most, g| most.max(g.abs()));
        eprintln!("{cell}: largest gradient {size:.4}, largest difference {worst:.1e}");
        assert!(worst <= 1e-6 && size > 1e-3, "{cell}: {worst}");
    }
}
