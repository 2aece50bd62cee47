//! What the program is, and what others wrote of it, with their licences.

use eframe::egui::{Context, ScrollArea, TextStyle, Window};

use super::theme;

/// Fonts and crates with their versions, licences, and the texts of these.
const THIRD_PARTY: &str = include_str!("../../THIRD-PARTY.md");
/// Size of the list, in points.
const SIZE: [f32; 2] = [620.0, 360.0];

/// The window that says so.
#[derive(Debug, Default)]
pub struct About {
    is_open: bool,
}

impl About {
    /// Opens the window.
    pub const fn open(&mut self) {
        self.is_open = true;
    }

    /// Draws the window while it is open.
    pub fn about_ui(&mut self, context: &Context) {
        if !self.is_open {
            return;
        }
        let window = Window::new("About Tidegate").open(&mut self.is_open).default_size(SIZE);
        window.show(context, |ui| {
            ui.label(theme::strong(concat!("Tidegate ", env!("CARGO_PKG_VERSION"))));
            ui.label(env!("CARGO_PKG_DESCRIPTION"));
            ui.label(concat!("Licence: ", env!("CARGO_PKG_LICENSE")));
            ui.separator();
            let lines: Vec<&str> = THIRD_PARTY.lines().collect();
            let height = ui.text_style_height(&TextStyle::Monospace);
            ScrollArea::both().auto_shrink(false).show_rows(
                ui,
                height,
                lines.len(),
                |ui, shown| {
                    for line in &lines[shown] {
                        ui.monospace(*line);
                    }
                },
            );
        });
    }
}
