//! Settings of what the network carries from one batch into the next, and of what it is asked for.

use eframe::egui::{DragValue, Ui};

use crate::project::Setting;
use crate::train::{TrainConfig, Way};
use crate::window::Supervision;

use super::setting::{CONTROL_WIDTH, Settings};
use super::words;

/// Stateless or stateful, chunks and lanes, and which rows forecast.
pub fn way_ui(ui: &mut Ui, train: &mut TrainConfig, settings: &mut Settings<'_>) {
    let ways = [(Way::Stateless, "Stateless"), (Way::Stateful, "Stateful")];
    settings.checked_choice(ui, words::WAY, Some(Setting::Way), &mut train.way, &ways);
    if train.way == Way::Stateful {
        settings.count(ui, words::CHUNK, Setting::Chunk, &mut train.chunk, 1..=100_000);
        let mut rows = train.lane_rows.unwrap_or(0);
        settings.row(ui, words::LANE_ROWS, Some(Setting::LaneRows), |ui| {
            let number = DragValue::new(&mut rows).range(0..=10_000_000).speed(1.0);
            let number = number.custom_formatter(|value, _| {
                if value < 1.0 { "auto".to_owned() } else { format!("{value:.0}") }
            });
            ui.add_sized([CONTROL_WIDTH, ui.spacing().interact_size.y], number)
        });
        train.lane_rows = (rows > 0).then_some(rows);
    }
    let auto = match train.way.supervision() {
        Supervision::Last => "Auto (last)",
        Supervision::Every => "Auto (every)",
    };
    let rows = [
        (None, auto),
        (Some(Supervision::Last), "Last row"),
        (Some(Supervision::Every), "Every row"),
    ];
    let supervise = Some(Setting::Supervise);
    settings.checked_choice(ui, words::SUPERVISE, supervise, &mut train.supervise, &rows);
}
