//! Settings of training: what is always shown, and what is folded away. A parameter stands only
//! beside the choice that reads it.

use eframe::egui::{DragValue, Ui};

use crate::nn::kernels::cores;
use crate::project::Setting;
use crate::train::{ClipBy, Loss, Optimizer, Schedule, TrainConfig};

use super::setting::{CONTROL_WIDTH, Settings};
use super::words;

/// Folded settings that can be wrong.
pub const FOLDED: [Setting; 14] = [
    Setting::Loss,
    Setting::HuberDelta,
    Setting::PinballLevel,
    Setting::Momentum,
    Setting::WeightDecay,
    Setting::WarmUpEpochs,
    Setting::StepEpochs,
    Setting::StepFactor,
    Setting::BatchSize,
    Setting::GradientClip,
    Setting::InputNoise,
    Setting::Patience,
    Setting::MinimumImprovement,
    Setting::Threads,
];

/// What is set most.
pub fn training_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let before = train.epochs;
    settings.count(ui, words::EPOCHS, Setting::Epochs, &mut train.epochs, 1..=100_000);
    if train.epochs < before {
        // A patience longer than the run would never run out.
        train.patience = train.patience.min(train.epochs);
    }
    let rate = &mut train.learning_rate;
    settings.number(ui, words::LEARNING_RATE, Setting::LearningRate, rate, 1e-6..=1.0);
    settings.count(ui, words::ENSEMBLE, Setting::Ensemble, &mut train.ensemble, 1..=32);
    settings.row(ui, words::SEED, None, |ui| {
        let number = DragValue::new(&mut train.seed).speed(0.1);
        ui.add_sized([CONTROL_WIDTH, ui.spacing().interact_size.y], number)
    });
}

/// What is rarely set.
pub fn more_training_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    loss_ui(ui, train, settings);
    optimizer_ui(ui, train, settings);
    schedule_ui(ui, train, settings);
    settings.count(ui, words::BATCH_SIZE, Setting::BatchSize, &mut train.batch_size, 1..=65_536);
    let clips = [(ClipBy::Norm, "Norm"), (ClipBy::Value, "Value")];
    settings.choice(ui, words::CLIP_BY, &mut train.clip_by, &clips);
    let clip = &mut train.gradient_clip;
    settings.number(ui, words::GRADIENT_CLIP, Setting::GradientClip, clip, 0.0..=1e3);
    let noise = &mut train.input_noise;
    settings.number(ui, words::INPUT_NOISE, Setting::InputNoise, noise, 0.0..=10.0);
    settings.count(ui, words::PATIENCE, Setting::Patience, &mut train.patience, 1..=100_000);
    let least = &mut train.minimum_improvement;
    settings.number(ui, words::MINIMUM_IMPROVEMENT, Setting::MinimumImprovement, least, 0.0..=0.5);
    settings.switch(ui, words::REFIT, &mut train.refit);
    threads_ui(ui, train, settings);
}

fn loss_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let losses = [
        (Loss::Mse, "MSE"),
        (Loss::Mae, "MAE"),
        (Loss::Huber, "Huber"),
        (Loss::Smape, "sMAPE"),
        (Loss::Pinball, "Pinball"),
    ];
    settings.checked_choice(ui, words::LOSS, Some(Setting::Loss), &mut train.loss, &losses);
    match train.loss {
        Loss::Huber => {
            let delta = &mut train.huber_delta;
            settings.number(ui, words::HUBER_DELTA, Setting::HuberDelta, delta, 1e-3..=100.0);
        }
        Loss::Pinball => {
            let level = &mut train.pinball_level;
            settings.number(ui, words::PINBALL_LEVEL, Setting::PinballLevel, level, 0.01..=0.99);
        }
        Loss::Mse | Loss::Mae | Loss::Smape => {}
    }
}

fn optimizer_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let optimizers = [
        (Optimizer::AdamW, "AdamW"),
        (Optimizer::Adam, "Adam"),
        (Optimizer::Sgd, "SGD"),
        (Optimizer::RmsProp, "RMSprop"),
    ];
    settings.choice(ui, words::OPTIMIZER, &mut train.optimizer, &optimizers);
    if train.optimizer == Optimizer::Sgd {
        let momentum = &mut train.momentum;
        settings.number(ui, words::MOMENTUM, Setting::Momentum, momentum, 0.0..=0.999);
    }
    let decay = &mut train.weight_decay;
    settings.number(ui, words::WEIGHT_DECAY, Setting::WeightDecay, decay, 0.0..=1.0);
}

fn schedule_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let schedules = [
        (Schedule::Constant, "Constant"),
        (Schedule::Step, "Step"),
        (Schedule::Cosine, "Cosine"),
        (Schedule::OneCycle, "One cycle"),
        (Schedule::Plateau, "Plateau"),
    ];
    settings.choice(ui, words::SCHEDULE, &mut train.schedule, &schedules);
    let epochs = match train.schedule {
        Schedule::Constant | Schedule::OneCycle => return,
        Schedule::Cosine => {
            let rise = &mut train.warm_up_epochs;
            settings.count(ui, words::WARM_UP, Setting::WarmUpEpochs, rise, 0..=100_000);
            return;
        }
        Schedule::Step => words::STEP_EPOCHS,
        Schedule::Plateau => words::PLATEAU_EPOCHS,
    };
    settings.count(ui, epochs, Setting::StepEpochs, &mut train.step_epochs, 1..=100_000);
    let factor = &mut train.step_factor;
    settings.number(ui, words::STEP_FACTOR, Setting::StepFactor, factor, 0.01..=0.99);
}

fn threads_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let mut threads = train.threads.unwrap_or(0);
    settings.row(ui, words::THREADS, Some(Setting::Threads), |ui| {
        let number = DragValue::new(&mut threads).range(0..=cores()).speed(0.05).custom_formatter(
            |value, _| {
                if value < 1.0 { format!("all ({})", cores()) } else { format!("{value:.0}") }
            },
        );
        ui.add_sized([CONTROL_WIDTH, ui.spacing().interact_size.y], number)
    });
    train.threads = (threads > 0).then_some(threads);
}
