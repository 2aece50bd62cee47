//! What a page says that has nothing to show yet.

use eframe::egui::{RichText, Ui};

/// Share of the room above the words.
const ABOVE: f32 = 0.45;

/// Draws the words in the middle of the room that is left.
pub fn hint_ui(ui: &mut Ui, text: &str) {
    let above = ui.available_height() * ABOVE;
    ui.vertical_centered(|ui| {
        ui.add_space(above);
        ui.label(RichText::new(text).weak());
    });
}
