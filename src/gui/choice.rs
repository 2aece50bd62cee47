//! A setting that is one of a few, with the parameters of the choice under it; and the settings of a part
//! that have no row of their own, each drawn by its kind.

use ciborium::Value as Tree;
use eframe::egui::{ComboBox, Ui};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::project::Setting;
use crate::project::settings::{Choice, SettingInfo, SettingKind, entry, parts};

use super::setting::{CONTROL_WIDTH, Edited, Field, FormUi};

pub trait SettingValue: PartialEq + Clone + Serialize + DeserializeOwned {}
impl<T: PartialEq + Clone + Serialize + DeserializeOwned> SettingValue for T {}

/// The values that a setting can be, each with its name for people.
pub fn options<T: DeserializeOwned>(setting: Setting) -> Vec<(T, &'static str)> {
    let choices = setting.info().choices().iter();
    choices.filter_map(|choice| Some((made(choice)?, choice.label.as_str()))).collect()
}

fn made<T: DeserializeOwned>(choice: &Choice) -> Option<T> {
    let name = Tree::Text(choice.name.clone());
    let parameters = choice.parameters.iter().map(|parameter| {
        let default = parameter.default.as_ref().map_or(Tree::Null, tree_of);
        (Tree::Text(parameter.name().to_owned()), default)
    });
    let parameters: Vec<(Tree, Tree)> = parameters.collect();
    let is_word = parameters.is_empty();
    let tree = if is_word { name } else { Tree::Map(vec![(name, Tree::Map(parameters))]) };
    tree.deserialized().ok()
}

/// The choice that a tree of a value is of.
fn chosen(setting: Setting, tree: &Tree) -> Option<&'static Choice> {
    let single = || tree.as_map()?.first()?.0.as_text();
    let name = tree.as_text().or_else(single)?;
    setting.info().choices().iter().find(|choice| choice.name == name)
}

fn tree_of<T: Serialize>(value: &T) -> Tree {
    Tree::serialized(value).unwrap_or(Tree::Null)
}

impl FormUi<'_> {
    pub fn choice<T: SettingValue>(&mut self, ui: &mut Ui, mut field: Field<'_, T>) {
        let setting = field.setting;
        let name = |value: &T| chosen(setting, &tree_of(value)).map_or("", |choice| &choice.label);
        self.row(
            ui,
            field.again(),
            |usual| name(usual).to_owned(),
            |ui, value| {
                let now = name(value);
                let menu = ComboBox::from_id_salt(&setting.info().label).width(CONTROL_WIDTH);
                let menu = menu.selected_text(now).show_ui(ui, |ui| {
                    for choice in setting.info().choices() {
                        let item = ui.selectable_label(choice.label == now, choice.label.as_str());
                        if item.on_hover_text(choice.words()).clicked()
                            && choice.label != now
                            && let Some(other) = made(choice)
                        {
                            *value = other;
                        }
                    }
                });
                menu.response
            },
        );
        self.parameters(ui, field);
    }

    /// One of a few, or left to the program, which `left` is the word for.
    pub fn choice_or_left<T: SettingValue>(
        &mut self,
        ui: &mut Ui,
        field: Field<'_, Option<T>>,
        left: &'static str,
    ) {
        let options = options::<T>(field.setting);
        let name = |value: &Option<T>| {
            let known = options.iter().find(|(option, _)| Some(option) == value.as_ref());
            known.map_or(left, |(_, label)| *label)
        };
        let label = &field.setting.info().label;
        self.row(
            ui,
            field,
            |usual| name(usual).to_owned(),
            |ui, value| {
                let menu = ComboBox::from_id_salt(label).width(CONTROL_WIDTH);
                let menu = menu.selected_text(name(value)).show_ui(ui, |ui| {
                    ui.selectable_value(value, None, left);
                    for (option, label) in &options {
                        ui.selectable_value(value, Some(option.clone()), *label);
                    }
                });
                menu.response
            },
        );
    }

    fn parameters<T: SettingValue>(&mut self, ui: &mut Ui, field: Field<'_, T>) {
        let Edited { now, usual } = field.value;
        let mut tree = tree_of(now);
        let Some(choice) = chosen(field.setting, &tree).filter(|one| !one.parameters.is_empty())
        else {
            return;
        };
        let made = made::<T>(choice).as_ref().map(tree_of);
        let usual = [tree_of(usual), made.unwrap_or(Tree::Null)];
        let usual = usual.iter().find_map(|tree| entry(tree, &choice.name));
        let (Some(inner), Some(usual)) = (entry_mut(&mut tree, &choice.name), usual) else {
            return;
        };
        for parameter in &choice.parameters {
            self.by_kind(ui, parameter, inner, usual);
        }
        write_back(now, tree);
    }

    /// The settings of a part that have not been drawn, but for those that need a row of their own.
    pub fn rest<T: SettingValue>(&mut self, ui: &mut Ui, path: &str, part: &mut Edited<'_, T>) {
        let (mut tree, usual) = (tree_of(part.now), tree_of(part.usual));
        let settings = parts().iter().filter(|part| part.path == path);
        for setting in settings.flat_map(|part| &part.settings) {
            if !self.drawn.contains(&Setting::at(&setting.path)) {
                self.by_kind(ui, setting, &mut tree, &usual);
            }
        }
        write_back(part.now, tree);
    }

    fn by_kind(&mut self, ui: &mut Ui, info: &'static SettingInfo, part: &mut Tree, usual: &Tree) {
        let (setting, name) = (Setting::at(&info.path), info.name());
        let (Some(value), Some(usual)) = (entry_mut(part, name), entry(usual, name)) else {
            return;
        };
        match info.kind {
            SettingKind::Whole(_) => self.of_tree(ui, setting, value, usual, Self::count),
            SettingKind::Real(_) => self.of_tree(ui, setting, value, usual, Self::number),
            SettingKind::Switch => self.of_tree(ui, setting, value, usual, Self::switch),
            SettingKind::Choice(_) if !info.is_optional => {
                let field = Field { setting, value: Edited { now: value, usual } };
                self.choice(ui, field);
            }
            _ => {}
        }
    }

    /// A value of a tree as one of its type; one that is left to the program has no control here.
    fn of_tree<T: SettingValue>(
        &mut self,
        ui: &mut Ui,
        setting: Setting,
        value: &mut Tree,
        usual: &Tree,
        draw: impl FnOnce(&mut Self, &mut Ui, Field<'_, T>),
    ) {
        let (Ok(mut now), Ok(usual)) = (value.deserialized::<T>(), usual.deserialized::<T>())
        else {
            return;
        };
        let before = now.clone();
        draw(self, ui, Field { setting, value: Edited { now: &mut now, usual: &usual } });
        if now != before {
            *value = tree_of(&now);
        }
    }
}

fn entry_mut<'a>(tree: &'a mut Tree, name: &str) -> Option<&'a mut Tree> {
    let entries = tree.as_map_mut()?;
    entries.iter_mut().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

fn write_back<T: SettingValue>(value: &mut T, tree: Tree) {
    if tree != tree_of(value)
        && let Ok(edited) = tree.deserialized()
    {
        *value = edited;
    }
}
