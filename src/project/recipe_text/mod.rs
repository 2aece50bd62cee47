//! A recipe as a file to read and edit: every setting with its value, its words and its choices.
//!
//! Not for reading recipes (`recipe_file`).

pub(super) mod one_line;

use std::collections::BTreeMap;

use toml::{Table, Value};

use self::one_line as toml_text;
use super::Recipe;
use super::recipe_versions::VERSION;
use super::settings::{Choice, RecipePart, SettingInfo, SettingKind, parts};
use crate::import::{Packing, Reading};
use crate::nn::kernels::cores;
use crate::series::visible;

/// Letters in a line of comment.
const WIDTH: usize = 98;

impl Recipe {
    /// This recipe for what was read from a file, as TOML with comments. Settings that follow from
    /// the data stand behind a `#`, with what was found. It loads back to this recipe.
    ///
    /// # Errors
    /// Where a value has no TOML form.
    pub fn to_commented_toml(&self, reading: &Reading) -> Result<String, toml::ser::Error> {
        let all = Table::try_from(self)?;
        let page = RecipePage { found: self.found(reading) };
        let mut text = self.heading(reading);
        text.push_str(&format!("version = {VERSION}\n"));
        for part in parts() {
            page.part(part, table_at(&all, &part.path), &mut text);
        }
        Ok(text)
    }

    fn heading(&self, reading: &Reading) -> String {
        let series = reading.target();
        let words = format!(
            "Recipe for {}: series {}, {} rows, step {}, season {}. A setting that is left out, or \
             that stands behind a #, follows from the data; what stands there \
             was found, or shows how it is written.",
            reading.source,
            series.name,
            series.len(),
            series.axis.step_label(),
            self.season_length(series)
        );
        let mut text = String::new();
        comment(&words, "", &mut text);
        text
    }

    /// What the data say where a setting says nothing.
    fn found(&self, reading: &Reading) -> BTreeMap<String, Value> {
        let series = reading.target();
        let whole = |number: usize| i64::try_from(number).ok().map(Value::Integer);
        let text = |text: &str| Some(Value::String(text.to_owned()));
        let word = |word: Result<Value, toml::ser::Error>| word.ok();
        let sheet = match &reading.format.packing {
            Packing::Sheet(name) => Some(name),
            _ => None,
        };
        let found = [
            ("import.time", reading.time_column.as_deref().and_then(text)),
            ("import.target", text(&series.name)),
            ("import.layout", text(reading.layout.name())),
            ("import.sheet", sheet.and_then(|sheet| text(sheet))),
            ("import.delimiter", word(Value::try_from(reading.format.delimiter))),
            ("import.decimal", text(if reading.format.decimal_comma { "comma" } else { "point" })),
            ("import.header", Some(Value::Boolean(reading.format.has_header))),
            ("import.held_out", whole(series.default_horizon())),
            ("train.threads", whole(cores())),
            ("baselines.season_length", whole(self.season_length(series))),
        ];
        let known = found.into_iter().filter_map(|(path, value)| Some((path.to_owned(), value?)));
        known.collect()
    }
}

/// The tables of a recipe, with what was found beside what is set.
struct RecipePage {
    /// By path: what the data say where a setting says nothing.
    found: BTreeMap<String, Value>,
}

impl RecipePage {
    /// A table under its header: plain settings first, maps after them, each as a table of its own.
    fn part(&self, part: &RecipePart, values: Option<&Table>, text: &mut String) {
        text.push('\n');
        comment(&part.doc, "", text);
        text.push_str(&format!("[{}]\n", part.path));
        let (maps, settings): (Vec<&SettingInfo>, Vec<&SettingInfo>) =
            part.settings.iter().partition(|setting| matches!(setting.kind, SettingKind::Map(_)));
        for (number, setting) in settings.into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            self.setting(setting, values.and_then(|values| values.get(setting.name())), text);
        }
        for map in maps {
            let inner = values.and_then(|values| values.get(map.name())).and_then(Value::as_table);
            map_table(map, inner, text);
        }
    }

    fn setting(&self, setting: &SettingInfo, value: Option<&Value>, text: &mut String) {
        comment(&setting.words(), "", text);
        let of = if let SettingKind::List(of) = &setting.kind { of } else { &setting.kind };
        choices(of, text);
        let name = setting.name();
        let line = match (value, self.found.get(&setting.path)) {
            (Some(value), _) => format!("{name} = {}\n", toml_text::value(value)),
            (None, Some(found)) => format!("# {name} = {}\n", toml_text::value(found)),
            (None, None) => format!("# {name} = {}\n", example(setting)),
        };
        text.push_str(&line);
    }
}

/// A setting with an entry for each name, which are the user's own.
fn map_table(map: &SettingInfo, values: Option<&Table>, text: &mut String) {
    text.push('\n');
    comment(&map.words(), "", text);
    text.push_str(&format!("[{}]\n", map.path));
    if let SettingKind::Map(of) = &map.kind {
        choices(of, text);
    }
    for (key, value) in values.into_iter().flatten() {
        let (key, value) = (toml_text::key(key), toml_text::value(value));
        text.push_str(&format!("{key} = {value}\n"));
    }
}

/// What a setting of this kind can be, where it is one of a few.
fn choices(kind: &SettingKind, text: &mut String) {
    let SettingKind::Choice(choices) = kind else { return };
    for choice in choices {
        comment(&format!("{}: {}", choice.name, choice.words()), "  ", text);
        choice.parameters.iter().for_each(|one| comment(&parameter(choice, one), "    ", text));
    }
}

/// A parameter of a choice and how it is set.
fn parameter(choice: &Choice, setting: &SettingInfo) -> String {
    let (name, words) = (setting.name(), setting.words());
    format!("{{ {} = {{ {name} = {} }} }}: {words}", choice.name, example(setting))
}

/// A value of a setting, to show how it is written.
fn example(setting: &SettingInfo) -> String {
    if let Some(default) = &setting.default {
        return toml_text::value(default);
    }
    match &setting.kind {
        SettingKind::Switch => "true".to_owned(),
        SettingKind::Whole(_) => "1".to_owned(),
        SettingKind::Real(_) => "1.0".to_owned(),
        SettingKind::Choice(choices) => {
            let first = choices.first().map_or("", |choice| &choice.name);
            format!("\"{first}\"")
        }
        SettingKind::Record(values) => {
            let each = |value: &SettingInfo| format!("{} = {}", value.name(), example(value));
            format!("{{ {} }}", values.iter().map(each).collect::<Vec<_>>().join(", "))
        }
        SettingKind::Text | SettingKind::List(_) | SettingKind::Map(_) => "\"name\"".to_owned(),
    }
}

/// The table at a path.
fn table_at<'a>(all: &'a Table, path: &str) -> Option<&'a Table> {
    path.split('.').try_fold(all, |table, key| table.get(key)?.as_table())
}

/// Adds words as lines of comment, the lines after the first further in. TOML has no controls in
/// comments.
fn comment(words: &str, indent: &str, text: &mut String) {
    let words = &*visible(words);
    let mut line = format!("# {indent}");
    let mut is_begun = false;
    for word in words.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = format!("# {indent}{indent}");
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    if is_begun {
        text.push_str(&line);
        text.push('\n');
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
