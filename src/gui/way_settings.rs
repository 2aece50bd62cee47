//! Settings of what the network carries from one batch into the next, and of what it is asked for.

use eframe::egui::Ui;

use crate::project::Setting;
use crate::train::{TrainConfig, Way};
use crate::window::Supervision;

use super::edited::{Edited, field};
use super::setting::{Settings, sized};
use super::{number_field, words};

/// Stateless or stateful, chunks and lanes, and which rows forecast.
pub fn way_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, settings: &mut Settings<'_>) {
    let ways = [(Way::Stateless, "Stateless"), (Way::Stateful, "Stateful")];
    settings.choice(ui, words::WAY, Setting::Way, field!(train.way), &ways);
    if train.now.way == Way::Stateful {
        settings.count(ui, words::CHUNK, Setting::Chunk, field!(train.chunk), 1..=100_000);
        lane_rows_ui(ui, field!(train.lane_rows), settings);
    }
    let auto = match train.now.way.supervision() {
        Supervision::Last => "Auto: last",
        Supervision::Every => "Auto: every",
    };
    let rows = [
        (None, auto),
        (Some(Supervision::Last), "Last row"),
        (Some(Supervision::Every), "Every row"),
    ];
    settings.choice(ui, words::SUPERVISE, Setting::Supervise, field!(train.supervise), &rows);
}

fn lane_rows_ui(ui: &mut Ui, rows: Edited<'_, Option<usize>>, settings: &mut Settings<'_>) {
    const LEFT: &str = "auto";
    let written = |rows: &Option<usize>| rows.map_or(LEFT.to_owned(), |rows| rows.to_string());
    settings.row(ui, words::LANE_ROWS, Setting::LaneRows, rows, written, |ui, rows| {
        sized(ui, words::LANE_ROWS, number_field::whole_or_left(rows, LEFT, 0..=10_000_000))
    });
}
