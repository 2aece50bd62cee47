//! Settings of what the network carries from one batch into the next, and of what it is asked for.

use eframe::egui::Ui;

use crate::project::setting;
use crate::train::{StateMode, TrainConfig};
use crate::window::Supervision;

use super::edited::{Edited, field};
use super::number_field;
use super::setting::{Settings, sized};

/// Stateless or stateful, chunks and lanes, and which rows forecast.
pub fn state_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    settings.choice(ui, field!(train.state_mode));
    if train.now.state_mode == StateMode::Stateful {
        settings.count(ui, field!(train.chunk));
        lane_rows_ui(ui, train, settings);
    } else {
        settings.leave_out(setting!(train.chunk));
    }
    let auto = match train.now.state_mode.supervision() {
        Supervision::Last => "Auto: last",
        Supervision::Every => "Auto: every",
    };
    settings.choice_or_left(ui, field!(train.supervise), auto);
}

fn lane_rows_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    const LEFT: &str = "auto";
    let written = |rows: &Option<usize>| rows.map_or(LEFT.to_owned(), |rows| rows.to_string());
    settings.row(ui, field!(train.lane_rows), written, |ui, rows| {
        let field = number_field::whole_or_left(rows, LEFT, 0..=10_000_000);
        sized(ui, setting!(train.lane_rows), field)
    });
}
