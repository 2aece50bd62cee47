//! A value that is being edited beside the one it has by default, and the way back to that.
//!
//! Not for undo, which goes back in time whatever the defaults are.

use eframe::egui::{Align2, CursorIcon, Rect, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use crate::project::Setting;

use super::{icon, theme};

/// Room left of the rows of a panel, in points: a mark stands there, so that no row moves.
pub const GUTTER: i8 = 12;
/// Radius of a mark, in points.
const DOT: f32 = 2.5;

/// A value and its default.
#[derive(Debug)]
pub struct Edited<'a, T> {
    /// The value as it stands.
    pub now: &'a mut T,
    /// What it is where nothing was set.
    pub usual: &'a T,
}

/// A setting that is being edited.
#[derive(Debug)]
pub struct Field<'a, T> {
    /// Which it is.
    pub setting: Setting,
    /// Its value beside its default.
    pub value: Edited<'a, T>,
}

/// A part of an edited struct, with the same part of the default.
macro_rules! part {
    ($of:ident . $($name:ident).+) => {
        $crate::gui::edited::Edited {
            now: &mut $of.now.$($name).+,
            usual: &$of.usual.$($name).+,
        }
    };
}
pub(super) use part;

/// A setting of an edited part of the recipe; the variable has the name of the part.
macro_rules! field {
    ($of:ident . $($name:ident).+) => {
        $crate::gui::edited::Field {
            setting: $crate::project::setting!($of.$($name).+),
            value: $crate::gui::edited::part!($of.$($name).+),
        }
    };
}
pub(super) use field;

impl<T> Field<'_, T> {
    /// The same, for a while.
    pub fn again(&mut self) -> Field<'_, T> {
        let Edited { now, usual } = &mut self.value;
        Field { setting: self.setting, value: Edited { now, usual } }
    }
}

impl<T: PartialEq + Clone> Edited<'_, T> {
    /// Draws the way back where the value differs from its default; whether it was taken.
    pub fn way_back_ui(&self, ui: &Ui, name: &str, written: impl FnOnce(&T) -> String) -> bool {
        *self.now != *self.usual && way_back_ui(ui, name, &written(self.usual))
    }

    /// Goes back to the default.
    pub fn reset(self) {
        *self.now = self.usual.clone();
    }
}

/// A mark in the margin left of the row that `ui` begins, which becomes an arrow under the pointer;
/// whether it was clicked.
pub fn way_back_ui(ui: &Ui, name: &str, usual: &str) -> bool {
    let row = ui.max_rect();
    let size = Vec2::new(f32::from(GUTTER), ui.spacing().interact_size.y);
    let place = Rect::from_min_size(row.left_top() - Vec2::new(size.x, 0.0), size);
    let response = ui.interact(place, ui.unique_id().with("way back"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Reset {name}")));
    let accent = theme::palette(ui.visuals()).accent;
    if response.hovered() || response.has_focus() {
        let font = TextStyle::Small.resolve(ui.style());
        let arrow = icon::ARROW_COUNTER_CLOCKWISE;
        ui.painter().text(place.center(), Align2::CENTER_CENTER, arrow, font, accent);
    } else {
        ui.painter().circle_filled(place.center(), DOT, accent);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    response.on_hover_text(format!("Default: {usual}. Click to go back to it")).clicked()
}
