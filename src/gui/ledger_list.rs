//! What became of the rows and cells of the file, line by line.

use eframe::egui::{ScrollArea, Ui};

use super::{icon, theme};
use crate::import::Reading;

/// Draws the reading in one line, its notes, and the ledger.
pub fn ledger_ui(ui: &mut Ui, reading: &Reading) {
    ui.label(theme::strong("How the file was read"));
    ScrollArea::vertical().id_salt("ledger").auto_shrink([false, false]).show(ui, |ui| {
        ui.label(reading.summary());
        for note in &reading.notes {
            ui.label(format!("{} {note}", icon::INFO));
        }
        if reading.ledger.entries.is_empty() {
            ui.label(theme::fine_print(
                "Every row was used as it stands: none missing, repeated or unreadable.",
            ));
        }
        for entry in &reading.ledger.entries {
            let lines: Vec<String> = entry.lines.iter().map(usize::to_string).collect();
            let all = if entry.count > entry.lines.len() { ", and more" } else { "" };
            ui.label(entry.to_string()).on_hover_text(format!("Lines {}{all}", lines.join(", ")));
        }
    });
}
