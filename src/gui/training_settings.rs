//! Settings of training: what is always shown, and what is folded away. A parameter stands only
//! beside the choice that reads it.

use eframe::egui::Ui;

use crate::nn::kernels::cores;
use crate::project::Setting;
use crate::train::{ClipBy, Loss, Optimizer, Schedule, TrainConfig};

use super::edited::{Edited, field};
use super::setting::{Settings, sized};
use super::{number_field, words};

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
pub fn training_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let before = train.now.epochs;
    settings.count(ui, words::EPOCHS, Setting::Epochs, field!(train.epochs), 1..=100_000);
    if train.now.epochs < before {
        // A patience longer than the run would never run out.
        train.now.patience = train.now.patience.min(train.now.epochs);
    }
    let rate = field!(train.learning_rate);
    settings.number(ui, words::LEARNING_RATE, Setting::LearningRate, rate, 1e-6..=1.0);
    settings.count(ui, words::ENSEMBLE, Setting::Ensemble, field!(train.ensemble), 1..=32);
    let seed = field!(train.seed);
    settings.row(ui, words::SEED, None, seed, ToString::to_string, |ui, seed| {
        sized(ui, words::SEED, number_field::seed(seed))
    });
}

/// What is rarely set.
pub fn more_training_ui(
    ui: &mut Ui,
    train: &mut Edited<'_, TrainConfig>,
    settings: &mut Settings<'_>,
) {
    loss_ui(ui, train, settings);
    optimizer_ui(ui, train, settings);
    schedule_ui(ui, train, settings);
    let batch = field!(train.batch_size);
    settings.count(ui, words::BATCH_SIZE, Setting::BatchSize, batch, 1..=65_536);
    let clips = [(ClipBy::Norm, "Norm"), (ClipBy::Value, "Value")];
    settings.choice(ui, words::CLIP_BY, None, field!(train.clip_by), &clips);
    let clip = field!(train.gradient_clip);
    settings.number(ui, words::GRADIENT_CLIP, Setting::GradientClip, clip, 0.0..=1e3);
    let noise = field!(train.input_noise);
    settings.number(ui, words::INPUT_NOISE, Setting::InputNoise, noise, 0.0..=10.0);
    settings.count(ui, words::PATIENCE, Setting::Patience, field!(train.patience), 1..=100_000);
    let least = field!(train.minimum_improvement);
    settings.number(ui, words::MINIMUM_IMPROVEMENT, Setting::MinimumImprovement, least, 0.0..=0.5);
    settings.switch(ui, words::REFIT, None, field!(train.refit));
    threads_ui(ui, train, settings);
}

fn loss_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let losses = [
        (Loss::Mse, "MSE"),
        (Loss::Mae, "MAE"),
        (Loss::Huber, "Huber"),
        (Loss::Smape, "sMAPE"),
        (Loss::Pinball, "Pinball"),
    ];
    settings.choice(ui, words::LOSS, Setting::Loss, field!(train.loss), &losses);
    match train.now.loss {
        Loss::Huber => {
            let delta = field!(train.huber_delta);
            settings.number(ui, words::HUBER_DELTA, Setting::HuberDelta, delta, 1e-3..=100.0);
        }
        Loss::Pinball => {
            let level = field!(train.pinball_level);
            settings.number(ui, words::PINBALL_LEVEL, Setting::PinballLevel, level, 0.01..=0.99);
        }
        Loss::Mse | Loss::Mae | Loss::Smape => {}
    }
}

fn optimizer_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let optimizers = [
        (Optimizer::AdamW, "AdamW"),
        (Optimizer::Adam, "Adam"),
        (Optimizer::Sgd, "SGD"),
        (Optimizer::RmsProp, "RMSprop"),
    ];
    settings.choice(ui, words::OPTIMIZER, None, field!(train.optimizer), &optimizers);
    if train.now.optimizer == Optimizer::Sgd {
        let momentum = field!(train.momentum);
        settings.number(ui, words::MOMENTUM, Setting::Momentum, momentum, 0.0..=0.999);
    }
    let decay = field!(train.weight_decay);
    settings.number(ui, words::WEIGHT_DECAY, Setting::WeightDecay, decay, 0.0..=1.0);
}

fn schedule_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let schedules = [
        (Schedule::Constant, "Constant"),
        (Schedule::Step, "Step"),
        (Schedule::Cosine, "Cosine"),
        (Schedule::OneCycle, "One cycle"),
        (Schedule::Plateau, "Plateau"),
    ];
    settings.choice(ui, words::SCHEDULE, None, field!(train.schedule), &schedules);
    let epochs = match train.now.schedule {
        Schedule::Constant | Schedule::OneCycle => return,
        Schedule::Cosine => {
            let rise = field!(train.warm_up_epochs);
            settings.count(ui, words::WARM_UP, Setting::WarmUpEpochs, rise, 0..=100_000);
            return;
        }
        Schedule::Step => words::STEP_EPOCHS,
        Schedule::Plateau => words::PLATEAU_EPOCHS,
    };
    settings.count(ui, epochs, Setting::StepEpochs, field!(train.step_epochs), 1..=100_000);
    let factor = field!(train.step_factor);
    settings.number(ui, words::STEP_FACTOR, Setting::StepFactor, factor, 0.01..=0.99);
}

fn threads_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let all = || format!("all ({})", cores());
    let written = |threads: &Option<usize>| threads.map_or_else(all, |threads| threads.to_string());
    let threads = field!(train.threads);
    settings.row(ui, words::THREADS, Setting::Threads, threads, written, |ui, threads| {
        sized(ui, words::THREADS, number_field::whole_or_left(threads, &all(), 0..=cores()))
    });
}
