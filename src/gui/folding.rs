//! The panels at both sides of the work: folded away and shown again, from a button beside the tabs, the
//! View menu or the keyboard.

use eframe::egui::{
    Button, KeyboardShortcut, Rect, Response, Role, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
};

use crate::app::{Command, Preferences};

use super::shortcuts;

/// A panel at a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidePanel {
    /// The settings, on the left.
    Settings,
    /// The scorecard, on the right.
    Scorecard,
}

impl SidePanel {
    /// Both, from left to right.
    pub const ALL: [Self; 2] = [Self::Settings, Self::Scorecard];

    /// What it holds.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Scorecard => "Scorecard",
        }
    }

    /// Its key.
    pub const fn shortcut(self) -> &'static KeyboardShortcut {
        match self {
            Self::Settings => &shortcuts::FOLD_SETTINGS,
            Self::Scorecard => &shortcuts::FOLD_SCORECARD,
        }
    }

    /// Whether it is folded away.
    pub const fn is_folded(self, preferences: &Preferences) -> bool {
        match self {
            Self::Settings => preferences.settings_folded,
            Self::Scorecard => preferences.scorecard_folded,
        }
    }

    /// What folds it away where it is shown, and shows it where it is not.
    pub const fn toggle(self, preferences: &Preferences) -> Command {
        let folded = !self.is_folded(preferences);
        match self {
            Self::Settings => Command::FoldSettings(folded),
            Self::Scorecard => Command::FoldScorecard(folded),
        }
    }
}

/// Draws the button that folds a panel away or shows it: a window with that side filled.
pub fn fold_ui(
    ui: &mut Ui,
    panel: SidePanel,
    preferences: &Preferences,
    commands: &mut Vec<Command>,
) {
    let is_folded = panel.is_folded(preferences);
    let size = Vec2::new(28.0, ui.spacing().interact_size.y);
    let response = ui.add_sized(size, Button::new("").frame(false));
    picture(ui, &response, panel, is_folded);
    let does = if is_folded { "Show" } else { "Fold away" };
    let name = format!("{does} the {}", panel.name().to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let keys = ui.ctx().format_shortcut(panel.shortcut());
    if response.on_hover_text(format!("{name} ({keys})")).clicked() {
        commands.push(panel.toggle(preferences));
    }
}

fn picture(ui: &Ui, response: &Response, panel: SidePanel, is_folded: bool) {
    let visuals = ui.style().interact(response);
    let stroke = Stroke::new(1.2, visuals.text_color());
    let window = Rect::from_center_size(response.rect.center(), Vec2::new(16.0, 12.0));
    ui.painter().rect_stroke(window, 2.0, stroke, StrokeKind::Inside);
    let (from, to) = match panel {
        SidePanel::Settings => (window.left(), window.left() + 5.5),
        SidePanel::Scorecard => (window.right() - 5.5, window.right()),
    };
    let side = Rect::from_min_max(pos2(from, window.top()), pos2(to, window.bottom()));
    if is_folded {
        ui.painter().rect_stroke(side, 2.0, stroke, StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(side, 2.0, stroke.color);
    }
}

/// Draws contents that keep to the width of their panel: wider ones are cut, and make it no wider.
pub fn within_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let place = ui.available_rect_before_wrap();
    let mut inside = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    inside.shrink_clip_rect(place.expand2(Vec2::new(12.0, 0.0)));
    contents(&mut inside);
    ui.advance_cursor_after_rect(place);
}
