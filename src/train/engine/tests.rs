//! Tests of the training loop on a short sine.

use super::*;
use crate::nn::network_tests::weights_of;
use crate::nn::{Cell, ModelConfig};
use crate::train::{Loss, Material};
use crate::window::{
    Batch, BatchSource, KnownInputs, Part, Reference, Rows, Split, WindowConfig, Windows,
};

const WINDOW: WindowConfig = WindowConfig { lookback: 8, horizon: 2, validation: 12, test: 0 };

fn config(epochs: usize) -> TrainConfig {
    TrainConfig { epochs, batch_size: 8, learning_rate: 0.01, ..TrainConfig::default() }
}

fn model(cell: Cell) -> ModelConfig {
    ModelConfig { cell, hidden_size: 8, dropout: 0.2, ..ModelConfig::default() }
}

struct Setting {
    rows: Rows<'static>,
    known: KnownInputs,
    train: Windows,
    validation: Windows,
}

impl Setting {
    fn new(values: Vec<f64>, window: &WindowConfig) -> Self {
        let split = Split::new(values.len(), window);
        let rows = Rows::unfilled(values.leak());
        let of = |part| Windows::new(&rows, &split, window, part);
        let (train, validation) = (of(Part::Train), of(Part::Validation));
        Self { rows, known: KnownInputs::default(), train, validation }
    }

    fn sine() -> Self {
        Self::new(sine(), &WINDOW)
    }

    fn data(&self) -> TrainingData<'_> {
        TrainingData {
            source: BatchSource {
                rows: &self.rows,
                known: &self.known,
                reference: Reference::WindowEnd,
            },
            train: Material::Windows(&self.train),
            validation: Material::Windows(&self.validation),
            zero: 0.0,
        }
    }

    fn fit(
        &self,
        cell: Cell,
        config: &TrainConfig,
        mut on_event: impl FnMut(&Network, TrainEvent) -> Flow,
    ) -> (Network, Result<TrainOutcome, TrainError>) {
        let network = Network::new(&model(cell), 1, WINDOW.horizon, config.seed).unwrap();
        let dropout = model(cell).dropout_of_seed(config.seed);
        let outcome =
            fit(&network, &self.data(), config, dropout, &mut |event| on_event(&network, event));
        (network, outcome)
    }
}

fn sine() -> Vec<f64> {
    (0..60).map(|row| (f64::from(row) * 0.5).sin()).collect()
}

#[test]
fn the_loss_of_an_epoch_is_that_of_its_known_targets() {
    // One target in the last, smaller batch of validation windows is missing: were batches weighed
    // by their windows, the others of that batch would count for more than those of the first.
    let window = WindowConfig { validation: 300, ..WINDOW };
    let mut values: Vec<f64> = (0..400).map(|row| (f64::from(row) * 0.5).sin()).collect();
    values[398] = f64::NAN;
    let setting = Setting::new(values, &window);
    assert_eq!(setting.validation.len(), 299);
    let frozen = TrainConfig { learning_rate: 1e-30, ..config(1) };
    let mut found = 0.0;
    let (network, _) = setting.fit(Cell::Gru, &frozen, |_, event| {
        if let TrainEvent::Epoch(summary) = event {
            found = summary.validation_loss;
        }
        Flow::Continue
    });
    let (mut sum, mut count) = (0.0, 0.0);
    let mut batch = Batch::default();
    for position in 0..299 {
        batch.gather(&setting.data().source, &setting.validation, &[position]);
        let forecast = network.forward(&inputs_of(&batch), &Cancellation::never()).unwrap();
        for ((forecast, target), mask) in forecast.iter().zip(&batch.targets).zip(&batch.mask) {
            sum += f64::from(mask * (forecast - target).powi(2));
            count += f64::from(*mask);
        }
    }
    assert_eq!(count, 2.0 * 299.0 - 2.0);
    assert!((found - sum / count).abs() < 1e-6 * found, "{found} for {}", sum / count);
}

#[test]
fn learns_and_repeats_to_the_last_bit() {
    for (cell, loss) in [(Cell::Lstm, Loss::Mse), (Cell::Gru, Loss::Mae)] {
        let setting = Setting::sine();
        let run = || {
            let mut losses = Vec::new();
            let config = TrainConfig { loss, ..config(20) };
            let (network, outcome) = setting.fit(cell, &config, |_, event| {
                if let TrainEvent::Epoch(summary) = event {
                    losses.push(summary.validation_loss);
                }
                Flow::Continue
            });
            (weights_of(&network), outcome.unwrap(), losses)
        };
        let (first, again) = (run(), run());
        assert_eq!(first, again);
        let lowest = first.2.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(lowest < 0.5 * first.2[0], "{:?}", first.2);
    }
}

#[test]
fn the_best_weights_come_back() {
    let setting = Setting::sine();
    let mut weights = Vec::new();
    let config = TrainConfig { learning_rate: 0.05, patience: 4, ..config(200) };
    let (network, outcome) = setting.fit(Cell::Gru, &config, |network, event| {
        if let TrainEvent::Epoch(summary) = event {
            weights.push((weights_of(network), summary));
        }
        Flow::Continue
    });
    let outcome = outcome.unwrap();
    let best = weights.iter().min_by(|a, b| a.1.validation_loss.total_cmp(&b.1.validation_loss));
    assert_eq!(best.unwrap().1.epoch, outcome.best_epoch);
    assert_eq!(weights_of(&network), weights[outcome.best_epoch - 1].0);
    assert_eq!(weights.len(), outcome.best_epoch + 4, "ends when patience has run out");
    assert!(weights.last().unwrap().1.last && !weights[0].1.last);
}

#[test]
fn a_stop_is_heard_within_a_batch_and_keeps_the_best() {
    let setting = Setting::sine();
    let (mut kept, mut later) = (None, 0);
    let (network, outcome) = setting.fit(Cell::Lstm, &config(50), |network, event| match event {
        TrainEvent::Epoch(summary) if summary.epoch == 1 => {
            kept = Some(weights_of(network));
            Flow::Continue
        }
        TrainEvent::Batch { epoch: 2, .. } => {
            later += 1;
            Flow::Stop
        }
        _ => Flow::Continue,
    });
    assert_eq!(
        outcome.unwrap(),
        TrainOutcome { best_epoch: 1, was_stopped: true, ..TrainOutcome::default() }
    );
    assert_eq!((later, weights_of(&network)), (1, kept.unwrap()));
    let (_, outcome) = setting.fit(Cell::Lstm, &config(50), |_, _| Flow::Stop);
    assert_eq!(
        outcome.unwrap(),
        TrainOutcome { best_epoch: 0, was_stopped: true, ..TrainOutcome::default() }
    );
}

#[test]
fn without_validation_windows_the_training_loss_chooses() {
    let window = WindowConfig { validation: 0, ..WINDOW };
    let setting = Setting::new(sine(), &window);
    let (_, outcome) = setting.fit(Cell::Gru, &config(3), |_, event| {
        if let TrainEvent::Epoch(summary) = event {
            assert_eq!(summary.validation_loss, summary.training_loss);
        }
        Flow::Continue
    });
    assert!(outcome.unwrap().best_epoch >= 1);
}

#[test]
fn a_loss_that_is_no_number_says_where() {
    // Targets near the largest f32 square to infinity in the batch that meets them.
    let mut values = sine();
    values[30] = 3e38;
    let setting = Setting::new(values, &WINDOW);
    let (_, outcome) = setting.fit(Cell::Lstm, &config(5), |_, _| Flow::Continue);
    assert!(
        matches!(&outcome, Err(TrainError::Diverged(account)) if account.epoch == 1 && !account.in_validation),
        "{outcome:?}"
    );
    // In the validation part alone, it is found at the end of the epoch.
    let mut values = sine();
    values[58] = 3e38;
    let setting = Setting::new(values, &WINDOW);
    let batches = setting.train.len().div_ceil(8);
    let (_, outcome) = setting.fit(Cell::Gru, &config(5), |_, _| Flow::Continue);
    assert!(
        matches!(&outcome, Err(TrainError::Diverged(account)) if account.batch == batches && account.in_validation),
        "{outcome:?}"
    );
}

#[test]
fn no_training_window_is_an_error() {
    let setting = Setting::new(vec![0.0; 12], &WINDOW);
    let (_, outcome) = setting.fit(Cell::Lstm, &config(1), |_, _| Flow::Continue);
    assert!(matches!(outcome, Err(TrainError::NoWindows)));
}
