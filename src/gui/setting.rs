//! One setting: its name and its control in two aligned columns, its tooltip, and its problem with
//! a mend under it.

use std::ops::RangeInclusive;

use eframe::egui::{
    Align, ComboBox, DragValue, Label, Layout, Response, RichText, Sense, Ui, Vec2, Widget,
    WidgetText,
};

use crate::app::Command;
use crate::project::{Problem, Setting};
use crate::series::visible;

use super::button::IconButton;
use super::check_box::check_box;
use super::edited::Edited;
use super::{icon, theme};

/// Width of the column of names, in points.
pub const NAME_WIDTH: f32 = 128.0;
/// Width of a control, in points.
pub const CONTROL_WIDTH: f32 = 112.0;

/// What a setting is called and what its tooltip says.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Name beside the control.
    pub name: &'static str,
    /// What it does, when to raise or lower it, and its name elsewhere.
    pub tooltip: &'static str,
}

/// Draws settings and notes their problems.
pub struct Settings<'a> {
    /// Problems of the recipe.
    pub problems: &'a [Problem],
    /// Where wishes go.
    pub commands: &'a mut Vec<Command>,
}

impl Settings<'_> {
    /// A row with a name and any control over a value, and the way back where the value is not its
    /// default; whether that was taken.
    pub fn row<T: PartialEq + Clone>(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, T>,
        written: impl FnOnce(&T) -> String,
        control: impl FnOnce(&mut Ui, &mut T) -> Response,
    ) -> bool {
        let problem = setting
            .into()
            .and_then(|here| self.problems.iter().find(|problem| problem.setting == here));
        let row = ui.horizontal(|ui| {
            let goes_back = value.way_back_ui(ui, words.name, written);
            let name = match problem {
                Some(_) => RichText::new(words.name).color(ui.visuals().error_fg_color),
                None => RichText::new(words.name),
            };
            let height = ui.spacing().interact_size.y;
            let layout = Layout::left_to_right(Align::Center);
            let label = ui
                .allocate_ui_with_layout(Vec2::new(NAME_WIDTH, height), layout, |ui| {
                    ui.set_min_width(NAME_WIDTH);
                    ui.add(Label::new(name).truncate().sense(Sense::hover()))
                })
                .inner
                .on_hover_text(words.tooltip);
            control(ui, value.now).labelled_by(label.id).on_hover_text(words.tooltip);
            goes_back
        });
        if row.inner {
            value.reset();
        }
        if let Some(problem) = problem {
            self.problem(ui, problem);
        }
        row.inner
    }

    /// A whole number, marked where `setting` has a problem.
    pub fn count(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, usize>,
        range: RangeInclusive<usize>,
    ) {
        #[expect(clippy::cast_precision_loss, reason = "how fast a drag changes a number")]
        let speed = (*value.now as f64 / 60.0).clamp(0.1, 20.0);
        self.row(ui, words, setting, value, ToString::to_string, |ui, value| {
            sized(
                ui,
                DragValue::new(value).range(range).speed(speed).clamp_existing_to_range(false),
            )
        });
    }

    /// A number with a fraction, marked where `setting` has a problem.
    pub fn number(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, f64>,
        range: RangeInclusive<f64>,
    ) {
        let speed = (value.now.abs() / 100.0).clamp(1e-5, 0.1);
        self.row(
            ui,
            words,
            setting,
            value,
            |usual| plain(*usual),
            |ui, value| {
                let number = DragValue::new(value)
                    .range(range)
                    .speed(speed)
                    .max_decimals(6)
                    .custom_formatter(|value, _| plain(value))
                    .clamp_existing_to_range(false);
                sized(ui, number)
            },
        );
    }

    /// One of a few, marked where `setting` has a problem.
    pub fn choice<T: PartialEq + Copy>(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, T>,
        options: &[(T, &str)],
    ) {
        let name_of = |value: &T| {
            options.iter().find(|(option, _)| option == value).map_or("", |(_, name)| *name)
        };
        let chosen = name_of(value.now);
        self.row(
            ui,
            words,
            setting,
            value,
            |usual| name_of(usual).to_owned(),
            |ui, value| {
                ComboBox::from_id_salt(words.name)
                    .width(CONTROL_WIDTH)
                    .selected_text(WidgetText::from(chosen))
                    .show_ui(ui, |ui| {
                        for (option, name) in options {
                            ui.selectable_value(value, *option, *name);
                        }
                    })
                    .response
            },
        );
    }

    /// On or off, marked where `setting` has a problem.
    pub fn switch(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, bool>,
    ) {
        let state = |on: bool| if on { "on" } else { "off" };
        self.row(
            ui,
            words,
            setting,
            value,
            |usual| state(*usual).to_owned(),
            |ui, value| {
                let text = state(*value);
                check_box(ui, true, value, text)
            },
        );
    }

    /// The problem of a setting whose control is drawn elsewhere, where it has one.
    pub fn problem_of(&mut self, ui: &mut Ui, setting: Setting) {
        if let Some(problem) = self.problems.iter().find(|problem| problem.setting == setting) {
            self.problem(ui, problem);
        }
    }

    fn problem(&mut self, ui: &mut Ui, problem: &Problem) {
        let color = ui.visuals().error_fg_color;
        ui.label(
            RichText::new(format!("{} {}", icon::WARNING, visible(&problem.message)))
                .small()
                .color(color),
        );
        if let Some(mend) = &problem.mend {
            if IconButton::new(icon::WRENCH, &mend.label).show(ui).clicked() {
                self.commands.push(Command::EditRecipe(mend.recipe.clone()));
            }
            ui.add_space(theme::GRID / 2.0);
        }
    }
}

/// A control as wide as its column.
pub fn sized(ui: &mut Ui, control: impl Widget) -> Response {
    ui.add_sized([CONTROL_WIDTH, ui.spacing().interact_size.y], control)
}

/// A number with six decimals at the most and no zeros behind them: `0.005`, `1`.
pub fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_shown_without_zeros_behind_them() {
        assert_eq!(plain(0.005), "0.005");
        assert_eq!(plain(100.0), "100");
        assert_eq!(plain(0.0), "0");
        assert_eq!(plain(-0.0), "0");
    }
}
