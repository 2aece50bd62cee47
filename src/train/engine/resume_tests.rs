//! Runs that are interrupted, steered, or meet a batch that diverges.

use super::*;
use crate::nn::network_tests::weights_of;
use crate::nn::{Cell, ModelConfig};
use crate::train::{Checkpoint, Material, Optimizer, Schedule, StateMode};
use crate::window::{
    BatchSource, KnownInputs, LanePlan, LaneRules, Part, Reference, Rows, Split, Supervision,
    WindowConfig, Windows,
};

const WINDOW: WindowConfig = WindowConfig { lookback: 6, horizon: 2, validation: 14, test: 0 };

pub(super) struct Setting {
    rows: Rows<'static>,
    known: KnownInputs,
    plan: [LanePlan; 2],
    windows: [Windows; 2],
    none: Windows,
    model: ModelConfig,
}

impl Setting {
    fn new(values: Vec<f64>) -> Self {
        let split = Split::new(values.len(), &WINDOW);
        let rows = Rows::unfilled(values.leak());
        let rules = LaneRules { chunk: 5, lane_rows: Some(17), batch: 3 };
        let lanes = LanePlan::new(&rows, &split, &WINDOW, rules);
        let judge = LanePlan::of_part(&rows, &split, &WINDOW, Part::Validation, 20, rules);
        let of = |part| Windows::new(&rows, &split, &WINDOW, part);
        let windows = [of(Part::Train), of(Part::Validation)];
        let none = of(Part::Test);
        let model = ModelConfig {
            cell: Cell::Lstm,
            layers: 2,
            hidden_size: 5,
            dropout: 0.2,
            recurrent_dropout: 0.1,
            ..ModelConfig::default()
        };
        Self { rows, known: KnownInputs::default(), plan: [lanes, judge], windows, none, model }
    }

    pub(super) fn sine() -> Self {
        Self::new((0..80).map(|row| (f64::from(row) * 0.5).sin()).collect())
    }

    pub(super) fn data(&self, way: StateMode, validates: bool) -> TrainingData<'_> {
        let (train, judge) = match way {
            StateMode::Stateful => (Material::Lanes(&self.plan[0]), Material::Lanes(&self.plan[1])),
            StateMode::Stateless => {
                (Material::Windows(&self.windows[0]), Material::Windows(&self.windows[1]))
            }
        };
        TrainingData {
            source: BatchSource { rows: &self.rows, known: &self.known, reference: Reference::Row },
            train,
            validation: if validates { judge } else { Material::Windows(&self.none) },
            zero: 0.0,
        }
    }

    pub(super) fn network(&self) -> Network {
        Network::new(&self.model, 1, WINDOW.horizon, 7).unwrap()
    }

    pub(super) fn engine<'a>(
        &self,
        network: &'a Network,
        data: &TrainingData<'a>,
        config: &TrainConfig,
    ) -> Engine<'a> {
        Engine::new(network, data, config, self.model.dropout_of_seed(7)).unwrap()
    }
}

pub(super) fn config(way: StateMode) -> TrainConfig {
    TrainConfig {
        state_mode: way,
        supervise: Some(Supervision::Every),
        epochs: 3,
        batch_size: if way == StateMode::Stateful { 3 } else { 16 },
        schedule: Schedule::Cosine { warm_up_epochs: 1 },
        input_noise: 0.05,
        seed: 7,
        ..TrainConfig::default()
    }
}

/// Steps until the run is done, with a change on the way; `None` where it ends first.
pub(super) fn go_on(engine: &mut Engine<'_>, from: usize, until: usize) -> usize {
    let mut step = from;
    while step < until && !engine.is_done() {
        engine.step(&Cancellation::never()).unwrap();
        step += 1;
        if step == 4 {
            engine.change(Change {
                learning_rate: Some(0.02),
                gradient_clip: Some(0.5),
                batch_size: Some(2),
            });
        }
    }
    step
}

type Weights = Vec<Vec<f32>>;

pub(super) fn result(
    engine: &mut Engine<'_>,
) -> (Weights, Vec<EpochLosses>, Weights, Vec<Changed>) {
    let last = weights_of(engine.network());
    let outcome = engine.finish(None).unwrap();
    (last, engine.losses().to_vec(), weights_of(engine.network()), outcome.changes)
}

#[test]
fn a_run_taken_up_at_any_step_ends_as_if_never_interrupted() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        for optimizer in [Optimizer::AdamW, Optimizer::Sgd { momentum: 0.9 }] {
            let data = setting.data(way, true);
            let config = TrainConfig { optimizer, ..config(way) };
            let network = setting.network();
            let mut engine = setting.engine(&network, &data, &config);
            let steps = go_on(&mut engine, 0, usize::MAX);
            let expected = result(&mut engine);
            for at in 0..=steps {
                let network = setting.network();
                let mut engine = setting.engine(&network, &data, &config);
                assert_eq!(go_on(&mut engine, 0, at), at);
                let bytes = engine.checkpoint().unwrap().to_bytes().unwrap();
                let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
                // Another network of the same shape, with weights of its own.
                let network = Network::new(&setting.model, 1, WINDOW.horizon, 99).unwrap();
                let dropout = setting.model.dropout_of_seed(7);
                let mut engine =
                    Engine::resume(&network, &data, &config, dropout, &checkpoint).unwrap();
                assert_eq!(engine.checkpoint().unwrap().to_bytes().unwrap(), bytes, "step {at}");
                go_on(&mut engine, at, usize::MAX);
                assert_eq!(result(&mut engine), expected, "{way:?} {optimizer:?} step {at}");
            }
            eprintln!("{way:?} {optimizer:?}: the same from each of {steps} steps");
        }
    }
}

#[test]
fn a_finished_run_goes_on_and_a_checkpoint_of_another_is_refused() {
    let setting = Setting::sine();
    let data = setting.data(StateMode::Stateful, true);
    let base = TrainConfig { schedule: Schedule::Constant, ..config(StateMode::Stateful) };
    let long = TrainConfig { epochs: 5, ..base.clone() };
    let network = setting.network();
    let mut engine = setting.engine(&network, &data, &long);
    go_on(&mut engine, 0, usize::MAX);
    let expected = result(&mut engine);
    let network = setting.network();
    let mut engine = setting.engine(&network, &data, &base);
    go_on(&mut engine, 0, usize::MAX);
    let checkpoint = engine.checkpoint().unwrap();
    engine.add_epochs(2);
    go_on(&mut engine, 1_000, usize::MAX);
    assert_eq!(result(&mut engine), expected);

    let resume = |config: &TrainConfig| {
        let dropout = setting.model.dropout_of_seed(7);
        Engine::resume(&network, &data, config, dropout, &checkpoint).map(|_| ())
    };
    resume(&base).unwrap();
    for other in [
        TrainConfig { seed: 8, ..base.clone() },
        TrainConfig { optimizer: Optimizer::RmsProp, ..base.clone() },
        TrainConfig { state_mode: StateMode::Stateless, ..base.clone() },
    ] {
        assert!(matches!(resume(&other), Err(TrainError::OtherRun { .. })));
    }
}

#[test]
fn validation_touches_nothing_of_training() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        let weights = |validates| {
            let data = setting.data(way, validates);
            let network = setting.network();
            let mut engine = setting.engine(&network, &data, &config(way));
            while !engine.is_done() {
                engine.step(&Cancellation::never()).unwrap();
            }
            assert!(engine.losses().iter().any(|l| l.training != l.validation) == validates);
            weights_of(&network)
        };
        assert_eq!(weights(true), weights(false), "{way:?}");
    }
}

#[test]
fn threads_change_no_weight() {
    let setting = Setting::sine();
    let wide = ModelConfig { hidden_size: 96, dropout: 0.1, ..ModelConfig::default() };
    for way in StateMode::ALL {
        let weights = |threads| {
            let data = setting.data(way, true);
            let network = Network::new(&wide, 1, WINDOW.horizon, 7).unwrap();
            let config =
                TrainConfig { threads: Some(threads), batch_size: 64, epochs: 2, ..config(way) };
            let dropout = wide.dropout_of_seed(7);
            Engine::new(&network, &data, &config, dropout)
                .unwrap()
                .run(&Cancellation::never(), &mut |_, _| Flow::Continue)
                .unwrap();
            weights_of(&network)
        };
        assert_eq!(weights(1), weights(2), "{way:?}");
    }
}

#[test]
fn a_batch_that_gives_no_number_is_told_of_and_undone() {
    let mut values: Vec<f64> = (0..80).map(|row| (f64::from(row) * 0.5).sin()).collect();
    values[30] = 3e38;
    let setting = Setting::new(values);
    for way in StateMode::ALL {
        let data = setting.data(way, false);
        let network = setting.network();
        let config = TrainConfig { batch_size: 1, ..config(way) };
        let mut before = vec![weights_of(&network)];
        let mut told = None;
        let error = setting.engine(&network, &data, &config).run(
            &Cancellation::never(),
            &mut |engine, event| {
                match event {
                    TrainEvent::Diverged(account) => told = Some(account),
                    _ => before.push(weights_of(engine.network())),
                }
                Flow::Continue
            },
        );
        let Err(TrainError::Diverged(account)) = error else { panic!("{error:?}") };
        assert_eq!(told.as_ref(), Some(&account));
        let slot = &account.slots[0];
        let near = slot.rows.start..slot.rows.end + WINDOW.horizon;
        eprintln!("{way:?}: {account}");
        assert!(near.contains(&30), "{near:?}");
        assert!(slot.inputs.iter().chain(&slot.targets).any(|value| value.abs() > 1e38));
        // One batch good, or none: back to before the last that was.
        let kept = before
            .len()
            .saturating_sub(2)
            .max(usize::from(account.batch == 1) * (before.len() - 1));
        assert_eq!(weights_of(&network), before[kept], "{way:?} batch {}", account.batch);
    }
}

#[test]
fn a_rate_that_blows_up_is_redone_within_the_run() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        let data = setting.data(way, true);
        let network = setting.network();
        let config = TrainConfig { learning_rate: 1e30, ..config(way) };
        let mut redone = 0;
        let outcome = setting.engine(&network, &data, &config).run(
            &Cancellation::never(),
            &mut |_, event| match event {
                TrainEvent::Diverged(_) => {
                    redone += 1;
                    let learning_rate = Some(0.005);
                    Flow::Change(Change { learning_rate, ..Change::default() })
                }
                _ => Flow::Continue,
            },
        );
        let outcome = outcome.unwrap();
        assert_eq!((redone, outcome.changes.len()), (1, 1));
        assert_eq!(outcome.changes[0].learning_rate, Some(Exact(0.005)));
        assert!(outcome.best_epoch >= 1);
    }
}

#[test]
fn every_loss_and_optimiser_learns() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        for loss in crate::train::Loss::ALL {
            for optimizer in Optimizer::ALL {
                // Shares of values need values that stay away from zero.
                let data = TrainingData { zero: -3.0, ..setting.data(way, true) };
                let network = setting.network();
                let learning_rate =
                    if matches!(optimizer, Optimizer::Sgd { .. }) { 0.05 } else { 0.01 };
                let config = TrainConfig {
                    loss,
                    optimizer,
                    learning_rate,
                    epochs: 25,
                    schedule: Schedule::Constant,
                    input_noise: 0.0,
                    ..config(way)
                };
                let mut engine = setting.engine(&network, &data, &config);
                engine.run(&Cancellation::never(), &mut |_, _| Flow::Continue).unwrap();
                let losses: Vec<f64> = engine.losses().iter().map(|l| l.training.0).collect();
                let (first, last) = (losses[0], losses[losses.len() - 1]);
                assert!(last < 0.9 * first, "{way:?} {loss:?} {optimizer:?}: {first} to {last}");
            }
        }
    }
}
