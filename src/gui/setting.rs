//! One setting: its name and its control in two aligned columns, its tooltip, and its problem with
//! a mend under it.

use std::ops::RangeInclusive;

use eframe::egui::{
    Align, ComboBox, Label, Layout, Response, RichText, Sense, Ui, Vec2, WidgetText,
};

use crate::app::Command;
use crate::project::{Problem, Setting};
use crate::series::visible;

use super::button::IconButton;
use super::check_box::check_box;
use super::draft;
use super::draft_field::DraftField;
use super::edited::Edited;
use super::{icon, number_field, theme};

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
            let control = control(ui, value.now);
            let control = control.labelled_by(label.id).on_hover_text(words.tooltip);
            (goes_back, control.id)
        });
        let (goes_back, control) = row.inner;
        if goes_back {
            value.reset();
            draft::forget(ui, control);
        }
        draft::complaint_ui(ui, control);
        if let Some(problem) = problem {
            self.problem(ui, problem);
        }
        goes_back
    }

    /// A whole number, marked where `setting` has a problem. Arrows and a drag keep to `steps`; what is
    /// typed beyond is for the check of the recipe to refuse.
    pub fn count(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, usize>,
        steps: RangeInclusive<usize>,
    ) {
        self.row(ui, words, setting, value, ToString::to_string, |ui, value| {
            sized(ui, words, number_field::whole(value, steps))
        });
    }

    /// A number with a fraction, marked where `setting` has a problem. Arrows and a drag keep to
    /// `steps`; what is typed beyond is for the check of the recipe to refuse.
    pub fn number(
        &mut self,
        ui: &mut Ui,
        words: Words,
        setting: impl Into<Option<Setting>>,
        value: Edited<'_, f64>,
        steps: RangeInclusive<f64>,
    ) {
        self.row(
            ui,
            words,
            setting,
            value,
            |usual| plain(*usual),
            |ui, value| sized(ui, words, number_field::fraction(value, steps)),
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
        if let Some(mend) = &problem.mend {
            if IconButton::new(icon::WRENCH, &mend.label).show(ui).clicked() {
                self.commands.push(Command::EditRecipe(mend.recipe.clone()));
            }
            ui.add_space(theme::GRID / 2.0);
        }
    }
}

/// A field as wide as its column.
pub fn sized<T: PartialEq + Clone>(
    ui: &mut Ui,
    words: Words,
    field: DraftField<'_, T>,
) -> Response {
    let size = Vec2::new(CONTROL_WIDTH, ui.spacing().interact_size.y);
    field.show(ui, words.name, size)
}

/// A number with six decimals at the most and no zeros behind them: `0.005`, `1`. Where six decimals
/// are too few for it, all of them, or a power of ten: `0.00000025`, `1e-12`.
pub fn plain(value: f64) -> String {
    /// Digits that a field has room for.
    const ROOM: usize = 12;
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let is_close = text.parse().is_ok_and(|shown: f64| (shown - value).abs() <= 1e-4 * value.abs());
    let whole = format!("{value}");
    match () {
        () if is_close && text == "-0" => "0".to_owned(),
        () if is_close && text.len() <= ROOM => text.to_owned(),
        () if whole.len() <= ROOM => whole,
        () => format!("{value:e}"),
    }
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
        assert_eq!(plain(1.0 / 3.0), "0.333333");
    }

    #[test]
    fn a_small_number_is_not_shown_as_none() {
        assert_eq!(plain(2.5e-7), "0.00000025");
        assert_eq!(plain(1e-12), "1e-12");
        assert_eq!(plain(-3e300), "-3e300");
    }
}
