//! Buttons with an icon beside their words. A screen reader hears the words alone.

use eframe::egui::{Button, Response, Role, Ui, Vec2, WidgetInfo};

use super::theme;

/// A button before it is drawn.
pub struct IconButton<'a> {
    icon: &'a str,
    text: &'a str,
    enabled: bool,
    accent: bool,
    frame: bool,
    size: Vec2,
}

impl<'a> IconButton<'a> {
    /// An icon and words. Words that are empty leave the icon alone, and a tooltip has to speak; an
    /// icon that is empty leaves the words.
    pub const fn new(icon: &'a str, text: &'a str) -> Self {
        Self { icon, text, enabled: true, accent: false, frame: true, size: Vec2::ZERO }
    }

    /// In the accent colour: the one thing to click next.
    pub const fn accent(mut self) -> Self {
        self.accent = true;
        self
    }

    /// Greyed out and deaf unless `enabled`.
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Without a frame, like a link.
    pub const fn bare(mut self) -> Self {
        self.frame = false;
        self
    }

    /// At least this large, in points.
    pub const fn min_size(mut self, width: f32, height: f32) -> Self {
        self.size = Vec2::new(width, height);
        self
    }

    /// Draws it under a name of its own for screen readers and tests.
    pub fn show_as(self, ui: &mut Ui, name: &str) -> Response {
        let text = match (self.icon, self.text) {
            (icon, "") => icon.to_owned(),
            ("", text) => text.to_owned(),
            (icon, text) => format!("{icon} {text}"),
        };
        let button = if self.accent {
            theme::accent_button(ui.visuals(), text)
        } else {
            Button::new(text).frame(self.frame)
        };
        let response = ui.add_enabled(self.enabled, button.min_size(self.size));
        if self.accent && response.has_focus() {
            theme::focus_ring(ui, response.rect);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, name));
        response
    }

    /// Draws it; its name is its words.
    pub fn show(self, ui: &mut Ui) -> Response {
        let name = self.text;
        self.show_as(ui, name)
    }
}
