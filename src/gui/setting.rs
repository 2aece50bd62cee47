//! One setting, edited beside its default: its name and its control in two aligned columns, the way back
//! to the default, its tooltip, and its problem with a fix under it.

use std::ops::RangeInclusive;

use eframe::egui::{
    Align, Align2, CursorIcon, Label, Layout, Rect, Response, RichText, Role, Sense, TextStyle, Ui,
    Vec2, WidgetInfo,
};

use crate::app::{Command, Document};
use crate::project::settings::Range;
use crate::project::{Problem, Setting};
use crate::series::visible;
use crate::stats::whole;

use super::draft_field::DraftField;
use super::number_text::plain;
use super::widgets::{IconButton, check_box, icon};
use super::{draft_field, number_field, theme};

pub const NAME_WIDTH: f32 = 128.0;
pub const CONTROL_WIDTH: f32 = 112.0;

pub struct FormUi<'a> {
    /// What is open. Its problems are those of the recipe; of the one before the last edits, while these are
    /// checked.
    pub document: &'a Document,
    /// Whether they are those of the recipe as it stands. A fix is a whole recipe: one of an earlier
    /// recipe would take the last edits back.
    pub is_checked: bool,
    pub commands: &'a mut Vec<Command>,
    /// Settings that have been drawn, or are left out where they mean nothing.
    pub drawn: Vec<Setting>,
}

impl FormUi<'_> {
    /// A row with the name of a setting and any control over its value, and the way back where the
    /// value is not its default; whether that was taken.
    pub fn row<T: PartialEq + Clone>(
        &mut self,
        ui: &mut Ui,
        field: Field<'_, T>,
        written: impl FnOnce(&T) -> String,
        control: impl FnOnce(&mut Ui, &mut T) -> Response,
    ) -> bool {
        let label = &field.setting.info().label;
        self.row_named(ui, label, field, written, control)
    }

    /// As [`Self::row`], with another name: a setting may need two controls.
    pub fn row_named<T: PartialEq + Clone>(
        &mut self,
        ui: &mut Ui,
        label: &str,
        field: Field<'_, T>,
        written: impl FnOnce(&T) -> String,
        control: impl FnOnce(&mut Ui, &mut T) -> Response,
    ) -> bool {
        let Field { setting, value } = field;
        let tooltip = setting.info().tooltip.as_str();
        self.drawn.push(setting);
        let problem =
            self.document.derived.problems.iter().find(|problem| problem.setting == setting);
        let row = ui.horizontal(|ui| {
            let goes_back = value.way_back_ui(ui, label, written);
            let name = match problem {
                Some(_) => RichText::new(label).color(ui.visuals().error_fg_color),
                None => RichText::new(label),
            };
            let height = ui.spacing().interact_size.y;
            let layout = Layout::left_to_right(Align::Center);
            let label = ui
                .allocate_ui_with_layout(Vec2::new(NAME_WIDTH, height), layout, |ui| {
                    ui.set_min_width(NAME_WIDTH);
                    ui.add(Label::new(name).truncate().sense(Sense::hover()))
                })
                .inner
                .on_hover_text(tooltip);
            let control = control(ui, value.now);
            let control = control.labelled_by(label.id).on_hover_text(tooltip);
            (goes_back, control.id)
        });
        let (goes_back, control) = row.inner;
        if goes_back {
            value.reset();
            draft_field::forget(ui, control);
        }
        draft_field::complaint_ui(ui, control);
        if let Some(problem) = problem {
            self.problem(ui, problem);
        }
        goes_back
    }

    /// A whole number. Arrows and a drag keep to its range; what is typed beyond is for the check of the
    /// recipe to refuse.
    pub fn count(&mut self, ui: &mut Ui, field: Field<'_, usize>) {
        self.count_to(ui, field, usize::MAX);
    }

    /// As [`Self::count`], with arrows and a drag up to a number that the data set.
    pub fn count_to(&mut self, ui: &mut Ui, field: Field<'_, usize>, most: usize) {
        let setting = field.setting;
        let (low, high) = whole_steps(setting).into_inner();
        self.row(ui, field, ToString::to_string, |ui, value| {
            sized(ui, setting, number_field::whole(value, low..=high.min(most)))
        });
    }

    /// A number with a fraction. Arrows and a drag keep to its range; what is typed beyond is for the
    /// check of the recipe to refuse.
    pub fn number(&mut self, ui: &mut Ui, field: Field<'_, f64>) {
        let setting = field.setting;
        self.row(
            ui,
            field,
            |usual| plain(*usual),
            |ui, value| sized(ui, setting, number_field::fraction(value, steps(setting))),
        );
    }

    pub fn switch(&mut self, ui: &mut Ui, field: Field<'_, bool>) {
        let label = &field.setting.info().label;
        self.switch_named(ui, label, field);
    }

    /// As [`Self::switch`], with another name.
    pub fn switch_named(&mut self, ui: &mut Ui, label: &str, field: Field<'_, bool>) {
        let state = |on: bool| if on { "on" } else { "off" };
        self.row_named(
            ui,
            label,
            field,
            |usual| state(*usual).to_owned(),
            |ui, value| {
                let text = state(*value);
                check_box(ui, true, value, text)
            },
        );
    }

    /// Leaves a setting out where it means nothing.
    pub fn leave_out(&mut self, setting: Setting) {
        self.drawn.push(setting);
    }

    /// The problem of a setting whose control is drawn elsewhere, where it has one.
    pub fn problem_of(&mut self, ui: &mut Ui, setting: Setting) {
        if let Some(problem) =
            self.document.derived.problems.iter().find(|problem| problem.setting == setting)
        {
            self.problem(ui, problem);
        }
    }

    /// What is worth changing though nothing stands in the way.
    pub fn advice(&mut self, ui: &mut Ui, advice: &Problem) {
        let text = format!("{} {}", icon::INFO, visible(&advice.message));
        ui.label(theme::fine_print(text));
        self.fix_ui(ui, advice);
    }

    fn problem(&mut self, ui: &mut Ui, problem: &Problem) {
        let color = ui.visuals().error_fg_color;
        ui.label(
            RichText::new(format!("{} {}", icon::WARNING, visible(&problem.message)))
                .small()
                .color(color),
        );
        self.fix_ui(ui, problem);
    }

    fn fix_ui(&mut self, ui: &mut Ui, problem: &Problem) {
        if let Some(fix) = &problem.fix {
            let button = IconButton::new(icon::WRENCH, &fix.label).enabled(self.is_checked);
            let button =
                button.show(ui).on_disabled_hover_text("The new settings are being checked");
            if button.clicked() {
                self.commands.push(Command::EditRecipe(fix.recipe.clone()));
            }
            ui.add_space(theme::GRID / 2.0);
        }
    }
}

pub fn sized<T: PartialEq + Clone>(
    ui: &mut Ui,
    setting: Setting,
    field: DraftField<'_, T>,
) -> Response {
    let size = Vec2::new(CONTROL_WIDTH, ui.spacing().interact_size.y);
    field.show(ui, &setting.info().label, size)
}

pub fn steps(setting: Setting) -> RangeInclusive<f64> {
    setting.info().range().map_or(f64::MIN..=f64::MAX, Range::steps)
}

pub fn whole_steps(setting: Setting) -> RangeInclusive<usize> {
    let (low, high) = steps(setting).into_inner();
    whole(low)..=whole(high)
}

/// Room left of the rows of a panel, in points: a mark stands there, so that no row moves.
pub const GUTTER: i8 = 12;
const DOT: f32 = 2.5;

/// A value and its default.
#[derive(Debug)]
pub struct Edited<'a, T> {
    /// The value as it stands.
    pub now: &'a mut T,
    /// What it is where nothing was set.
    pub usual: &'a T,
}

#[derive(Debug)]
pub struct Field<'a, T> {
    pub setting: Setting,
    pub value: Edited<'a, T>,
}

/// A part of an edited struct, with the same part of the default.
macro_rules! part {
    ($of:ident . $($name:ident).+) => {
        $crate::gui::setting::Edited {
            now: &mut $of.now.$($name).+,
            usual: &$of.usual.$($name).+,
        }
    };
}
pub(super) use part;

/// A setting of an edited part of the recipe; the variable has the name of the part.
macro_rules! field {
    ($of:ident . $($name:ident).+) => {
        $crate::gui::setting::Field {
            setting: $crate::project::setting!($of.$($name).+),
            value: $crate::gui::setting::part!($of.$($name).+),
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

#[cfg(test)]
mod tests {
    use crate::gui::number_text::plain;

    #[test]
    fn numbers_are_shown_without_zeros_behind_them() {
        assert_eq!(plain(0.005), "0.005");
        assert_eq!(plain(100.0), "100");
        assert_eq!(plain(0.0), "0");
        assert_eq!(plain(-0.0), "0");
        assert_eq!(plain(1.0 / 3.0), "0.333333");
    }

    #[test]
    fn a_small_number_is_not_shown_as_none() {
        assert_eq!(plain(2.5e-7), "0.00000025");
        assert_eq!(plain(1e-12), "1e-12");
        assert_eq!(plain(-3e300), "-3e300");
    }
}
