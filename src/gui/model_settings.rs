//! Settings of the network: what is always shown, what is folded away, and what it adds up to.

use eframe::egui::{Grid, Label, Ui};

use crate::nn::{Cell, ModelConfig, Start, Summary};
use crate::project::Setting;
use crate::series::number::grouped;

use super::setting::Settings;
use super::{theme, words};

/// Folded settings that can be wrong.
pub const FOLDED: [Setting; 4] =
    [Setting::Bias, Setting::Dropout, Setting::RecurrentDropout, Setting::ForgetBias];

/// The cell and its size, and what they add up to.
pub fn model_ui(
    ui: &mut Ui,
    model: &mut ModelConfig,
    summary: Option<&Summary>,
    settings: &mut Settings<'_>,
) {
    let cells = [
        (Cell::Lstm, "LSTM"),
        (Cell::Gru, "GRU"),
        (Cell::GruCho, "GRU (Cho)"),
        (Cell::RnnTanh, "RNN (tanh)"),
        (Cell::RnnRelu, "RNN (ReLU)"),
    ];
    settings.choice(ui, words::CELL, &mut model.cell, &cells);
    settings.count(ui, words::LAYERS, Setting::Layers, &mut model.layers, 1..=8);
    settings.count(ui, words::HIDDEN_SIZE, Setting::HiddenSize, &mut model.hidden_size, 1..=4_096);
    if let Some(summary) = summary {
        let text = format!("{} weights", grouped(summary.parameters()));
        ui.label(theme::fine_print(text)).on_hover_ui(|ui| summary_ui(ui, summary));
    }
}

/// The layers with what they give out and how many weights they have.
fn summary_ui(ui: &mut Ui, summary: &Summary) {
    Grid::new("summary").num_columns(3).spacing([theme::GRID * 2.0, 2.0]).show(ui, |ui| {
        for row in &summary.rows {
            ui.add(Label::new(&row.layer).extend());
            ui.add(Label::new(&row.output).extend());
            ui.add(Label::new(grouped(row.parameters())).extend());
            ui.end_row();
        }
    });
}

/// The rarely used settings of the network.
pub fn more_model_ui(ui: &mut Ui, model: &mut ModelConfig, settings: &mut Settings<'_>) {
    settings.switch(ui, words::BIDIRECTIONAL, &mut model.bidirectional);
    settings.number(ui, words::DROPOUT, Setting::Dropout, &mut model.dropout, 0.0..=0.95);
    let share = &mut model.recurrent_dropout;
    settings.number(ui, words::RECURRENT_DROPOUT, Setting::RecurrentDropout, share, 0.0..=0.95);
    let starts =
        [(Start::Uniform, "Uniform"), (Start::Glorot, "Glorot"), (Start::Orthogonal, "Orthogonal")];
    settings.choice(ui, words::START, &mut model.start, &starts);
    settings.switch(ui, words::LEARNED_START, &mut model.learned_start);
    settings.checked_switch(ui, words::BIAS, Some(Setting::Bias), &mut model.bias);
    if model.cell == Cell::Lstm {
        let mut is_set = model.forget_bias.is_some();
        settings.switch(ui, words::SET_FORGET_BIAS, &mut is_set);
        model.forget_bias = is_set.then(|| model.forget_bias.unwrap_or(1.0));
        if let Some(bias) = &mut model.forget_bias {
            settings.number(ui, words::FORGET_BIAS, Setting::ForgetBias, bias, -10.0..=10.0);
        }
    }
}
