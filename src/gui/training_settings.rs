//! Settings of training: what is always shown, and what is folded away.

use eframe::egui::Ui;

use crate::nn::kernels::cores;
use crate::project::setting;
use crate::train::TrainConfig;

use super::edited::{Edited, field};
use super::number_field;
use super::setting::{Settings, sized};

/// What is set most.
pub fn training_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let before = train.now.epochs;
    settings.count(ui, field!(train.epochs));
    if train.now.epochs < before {
        // A patience longer than the run would never run out.
        train.now.patience = train.now.patience.min(train.now.epochs);
    }
    settings.number(ui, field!(train.learning_rate));
    settings.count(ui, field!(train.ensemble));
    settings.row(ui, field!(train.seed), ToString::to_string, |ui, seed| {
        sized(ui, setting!(train.seed), number_field::seed(seed))
    });
}

/// What is rarely set.
pub fn more_training_ui(
    ui: &mut Ui,
    train: &mut Edited<'_, TrainConfig>,
    settings: &mut Settings<'_>,
) {
    settings.rest(ui, "train", train);
    let all = format!("all ({})", cores());
    let written = |threads: &Option<usize>| threads.map_or(all.clone(), |one| one.to_string());
    settings.row(ui, field!(train.threads), written, |ui, threads| {
        let field = number_field::whole_or_left(threads, &all, 0..=cores());
        sized(ui, setting!(train.threads), field)
    });
}
