//! Settings of the network: what is always shown, what is folded away, and what it adds up to.

use eframe::egui::{Grid, Label, Ui};

use crate::import::{Column, Reading};
use crate::nn::{Cell, ModelConfig, Start, Summary};
use crate::project::Setting;
use crate::series::number::grouped;
use crate::series::visible;

use super::edited::{Edited, field};
use super::setting::Settings;
use super::{theme, words};

/// Folded settings that can be wrong.
pub const FOLDED: [Setting; 4] =
    [Setting::Bias, Setting::Dropout, Setting::RecurrentDropout, Setting::ForgetBias];

/// The bias of the forget gate where one is set: an LSTM that remembers from the start.
const FORGET_BIAS: f64 = 1.0;

/// The cell and its size, and what they add up to.
pub fn model_ui(
    ui: &mut Ui,
    model: &mut Edited<'_, ModelConfig>,
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
    settings.choice(ui, words::CELL, None, field!(model.cell), &cells);
    settings.count(ui, words::LAYERS, Setting::Layers, field!(model.layers), 1..=8);
    let size = field!(model.hidden_size);
    settings.count(ui, words::HIDDEN_SIZE, Setting::HiddenSize, size, 1..=4_096);
    if let Some(summary) = summary {
        let text = format!("{} weights", grouped(summary.parameters()));
        ui.label(theme::fine_print(text)).on_hover_ui(|ui| summary_ui(ui, summary));
    }
}

/// Columns in a tooltip.
const LISTED_COLUMNS: usize = 12;

/// Columns that one could think a network reads, where there are any.
pub fn unused_columns_ui(ui: &mut Ui, reading: &Reading) {
    let columns: Vec<&Column> = reading.unused_columns().collect();
    let Some((first, note)) = columns.first().and_then(|one| Some((one, one.role.note()?))) else {
        return;
    };
    let more = match columns.len() - 1 {
        0 => String::new(),
        1 => " and 1 more column".to_owned(),
        more => format!(" and {more} more columns"),
    };
    let names: Vec<&str> =
        columns.iter().take(LISTED_COLUMNS).map(|column| column.name.as_str()).collect();
    let text = theme::fine_print(format!("{}{more}: {note}", visible(&first.name)));
    ui.add(Label::new(text).truncate()).on_hover_text(visible(&names.join(", ")));
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
pub fn more_model_ui(
    ui: &mut Ui,
    model: &mut Edited<'_, ModelConfig>,
    settings: &mut Settings<'_>,
) {
    settings.switch(ui, words::BIDIRECTIONAL, None, field!(model.bidirectional));
    settings.number(ui, words::DROPOUT, Setting::Dropout, field!(model.dropout), 0.0..=0.95);
    let share = field!(model.recurrent_dropout);
    settings.number(ui, words::RECURRENT_DROPOUT, Setting::RecurrentDropout, share, 0.0..=0.95);
    let starts =
        [(Start::Uniform, "Uniform"), (Start::Glorot, "Glorot"), (Start::Orthogonal, "Orthogonal")];
    settings.choice(ui, words::START, None, field!(model.start), &starts);
    settings.switch(ui, words::LEARNED_START, None, field!(model.learned_start));
    settings.switch(ui, words::BIAS, Setting::Bias, field!(model.bias));
    if model.now.cell == Cell::Lstm {
        forget_bias_ui(ui, field!(model.forget_bias), settings);
    }
}

/// Whether the forget gate has a bias of its own, and which.
fn forget_bias_ui(ui: &mut Ui, bias: Edited<'_, Option<f64>>, settings: &mut Settings<'_>) {
    let Edited { now, usual } = bias;
    let (mut is_set, is_usually_set) = (now.is_some(), usual.is_some());
    let switch = Edited { now: &mut is_set, usual: &is_usually_set };
    settings.switch(ui, words::SET_FORGET_BIAS, None, switch);
    *now = is_set.then(|| now.unwrap_or(FORGET_BIAS));
    if let Some(now) = now {
        let bias = Edited { now, usual: &usual.unwrap_or(FORGET_BIAS) };
        settings.number(ui, words::FORGET_BIAS, Setting::ForgetBias, bias, -10.0..=10.0);
    }
}
