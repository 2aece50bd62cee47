//! Settings of the network: what is always shown, what is folded away, and what it adds up to.

use eframe::egui::{Grid, Label, Ui};

use crate::import::{Column, Reading};
use crate::nn::{Cell, ModelConfig, Summary};
use crate::series::number::grouped;
use crate::series::visible;

use super::edited::{Edited, Field, field};
use super::setting::Settings;
use super::theme;

/// The bias of the forget gate where one is set: an LSTM that remembers from the start.
const FORGET_BIAS: f64 = 1.0;

/// The cell and its size, and what they add up to.
pub fn model_ui(
    ui: &mut Ui,
    model: &mut Edited<'_, ModelConfig>,
    summary: Option<&Summary>,
    settings: &mut Settings<'_>,
) {
    settings.choice(ui, field!(model.cell));
    settings.count(ui, field!(model.layers));
    settings.count(ui, field!(model.hidden_size));
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
    settings.rest(ui, "model", model);
    if model.now.cell == Cell::Lstm {
        forget_bias_ui(ui, field!(model.forget_bias), settings);
    }
}

/// Whether the forget gate has a bias of its own, and which.
fn forget_bias_ui(ui: &mut Ui, bias: Field<'_, Option<f64>>, settings: &mut Settings<'_>) {
    let Field { setting, value: Edited { now, usual } } = bias;
    let (mut is_set, is_usually_set) = (now.is_some(), usual.is_some());
    let switch = Edited { now: &mut is_set, usual: &is_usually_set };
    settings.switch_named(ui, "Set forget bias", Field { setting, value: switch });
    *now = is_set.then(|| now.unwrap_or(FORGET_BIAS));
    if let Some(now) = now {
        let value = Edited { now, usual: &usual.unwrap_or(FORGET_BIAS) };
        settings.number(ui, Field { setting, value });
    }
}
