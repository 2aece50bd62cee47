//! Rows of settings of how the file is read: the name over what was found, a menu beside them, and
//! under them why the file cannot be read so.

use eframe::egui::{Align, ComboBox, Label, Layout, RichText, Sense, Ui, Vec2};

use crate::app::{AppState, Command, ReadingSetting};
use crate::project::Setting;
use crate::series::visible;

use super::edited::way_back_ui;
use super::reading_bar::undo_ui;
use super::setting::{CONTROL_WIDTH, NAME_WIDTH};
use super::{icon, theme};

/// What a menu says of a setting that is left to the file.
const AS_FOUND: &str = "As found";

/// Most height of a menu, in points: enough for the longest list of choices, less for names.
const MENU_HEIGHT: f32 = 448.0;

/// What a row says.
struct Row<'a> {
    of: Setting,
    /// What was found of the setting.
    found: Option<String>,
    /// What is chosen; `None` for what was found.
    text: Option<String>,
    /// The default, where another is chosen.
    usual: Option<&'a str>,
}

/// Draws rows.
pub struct ReadingRows<'a> {
    /// What is known of the reading.
    pub state: &'a AppState,
    /// Where wishes go.
    pub commands: &'a mut Vec<Command>,
}

impl ReadingRows<'_> {
    /// One of a few, or as found.
    pub fn choice<T: PartialEq + Copy>(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<T>,
        options: &[(T, &str)],
    ) {
        let chosen = options.iter().find(|(option, _)| Some(*option) == *value);
        let text = chosen.map(|(_, name)| (*name).to_owned());
        let row = Row { of, found, text, usual: value.is_some().then_some(AS_FOUND) };
        let goes_back = self.row(ui, row, &setting, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (option, name) in options {
                ui.selectable_value(value, Some(*option), *name);
            }
        });
        value.take_if(|_| goes_back);
    }

    /// One of a few, with a default of its own.
    pub fn one_of<T: PartialEq + Copy + Default>(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut T,
        options: &[(T, &str)],
    ) {
        let name_of = |value: T| {
            options.iter().find(|(option, _)| *option == value).map_or("", |(_, name)| *name)
        };
        let (text, usual) = (Some(name_of(*value).to_owned()), T::default());
        let usual_name = (*value != usual).then(|| name_of(usual));
        let row = Row { of, found, text, usual: usual_name };
        let goes_back = self.row(ui, row, &setting, |ui| {
            for (option, name) in options {
                ui.selectable_value(value, *option, *name);
            }
        });
        if goes_back {
            *value = usual;
        }
    }

    /// One of a list of names, each with what the menu shows for it, or as found.
    pub fn name(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<String>,
        names: &[(String, String)],
    ) {
        let usual = value.is_some().then_some(AS_FOUND);
        let text = value.as_deref().map(|value| visible(value).into_owned());
        let row = Row { of, found, text, usual };
        let goes_back = self.row(ui, row, &setting, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (name, label) in names {
                ui.selectable_value(value, Some(name.clone()), visible(label).into_owned());
            }
        });
        value.take_if(|_| goes_back);
    }

    /// The name of a setting over what was found, a menu beside them, and its problem under it; whether
    /// it is to go back to its default.
    fn row(
        &mut self,
        ui: &mut Ui,
        row: Row<'_>,
        setting: &ReadingSetting,
        menu: impl FnOnce(&mut Ui),
    ) -> bool {
        let Row { of, found, text, usual } = row;
        let is_problem = self.unread_setting() == Some(setting);
        let found_text = found.map_or(String::new(), |found| format!("found: {}", visible(&found)));
        let row = ui.horizontal(|ui| {
            let goes_back =
                usual.is_some_and(|usual| way_back_ui(ui, of.info().label.as_str(), usual));
            let size = Vec2::new(NAME_WIDTH, theme::GRID * 4.5);
            let label = ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                let error = ui.visuals().error_fg_color;
                let name = RichText::new(of.info().label.as_str());
                let name = if is_problem { name.color(error) } else { name };
                let label = ui.add(Label::new(name).truncate().sense(Sense::hover()));
                let print = theme::fine_print(found_text.as_str());
                ui.add(Label::new(print).truncate()).on_hover_text(found_text.as_str());
                label
            });
            let label = label.inner.on_hover_text(of.info().tooltip.as_str());
            let shown = text.unwrap_or_else(|| AS_FOUND.to_owned());
            let response = ComboBox::from_id_salt(of.info().label.as_str())
                .width(CONTROL_WIDTH)
                .height(MENU_HEIGHT)
                .truncate()
                .selected_text(shown)
                .show_ui(ui, menu)
                .response;
            response.labelled_by(label.id).on_hover_text(of.info().tooltip.as_str());
            goes_back
        });
        if is_problem {
            self.problem(ui);
        }
        row.inner
    }

    /// The setting by which the file cannot be read.
    pub fn unread_setting(&self) -> Option<&ReadingSetting> {
        self.state.document.unread.as_ref()?.setting.as_ref()
    }

    /// Why it cannot, with the way back.
    pub fn problem(&mut self, ui: &mut Ui) {
        let Some(unread) = &self.state.document.unread else { return };
        let color = ui.visuals().error_fg_color;
        let text = format!("{} {}", icon::WARNING, visible(&unread.message));
        ui.label(RichText::new(text).small().color(color));
        undo_ui(ui, self.state, self.commands);
        ui.add_space(theme::GRID / 2.0);
    }
}
