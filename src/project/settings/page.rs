//! The page of all settings, as Markdown.

use super::{RecipePart, SettingInfo, SettingKind, parts};
use crate::project::recipe_text::one_line as toml_text;

/// What stands above the settings.
const HEAD: &str = "# Settings

Every setting of a recipe, by its name in recipe files. `tidegate recipe FILE` prints those that suit a
file; `--set NAME=VALUE` sets any of them on the command line, as in `--set train.batch_size=64`; the
window shows the same words as tooltips. `tidegate recipe --schema` prints a JSON schema, by which
editors complete and check recipe files.

This page is printed by `tidegate recipe --reference`.
";

/// The page, as Markdown.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    for part in parts() {
        add_part(part, &mut text);
    }
    text
}

fn add_part(part: &RecipePart, text: &mut String) {
    let level = if part.path.contains('.') { "###" } else { "##" };
    text.push_str(&format!("\n{level} `[{}]` {}\n\n{}\n", part.path, part.label, part.doc));
    for setting in &part.settings {
        add_setting(setting, text);
    }
}

fn add_setting(setting: &SettingInfo, text: &mut String) {
    text.push_str(&format!("\n**`{}`** {}: {}.", setting.path, setting.label, kind_words(setting)));
    text.push_str(&format!(" Default: {}.\n\n{}\n", default_words(setting), setting.doc));
    let of_list = if let SettingKind::List(of) | SettingKind::Map(of) = &setting.kind {
        of
    } else {
        &setting.kind
    };
    match of_list {
        SettingKind::Choice(choices) => {
            text.push('\n');
            for choice in choices {
                text.push_str(&format!("- `{}`: {}\n", choice.name, choice.doc));
                for parameter in &choice.parameters {
                    add_value(parameter, "  ", text);
                }
            }
        }
        SettingKind::Record(values) => {
            text.push('\n');
            for value in values {
                add_value(value, "", text);
            }
        }
        _ => {}
    }
}

fn add_value(setting: &SettingInfo, indent: &str, text: &mut String) {
    let name = setting.name();
    let default = match &setting.default {
        Some(_) => format!(" Default: {}.", default_words(setting)),
        None => String::new(),
    };
    let (kind, doc) = (kind_words(setting), &setting.doc);
    text.push_str(&format!("{indent}- `{name}`: {kind}.{default} {doc}\n"));
}

fn kind_words(setting: &SettingInfo) -> String {
    let kind = match &setting.kind {
        SettingKind::Choice(_) => "one of a few".to_owned(),
        SettingKind::List(_) => "a list".to_owned(),
        SettingKind::Map(_) => "one for each name".to_owned(),
        SettingKind::Record(_) => "a few values together".to_owned(),
        kind => kind.expected(),
    };
    match &setting.unit {
        Some(unit) => format!("{kind}, in {unit}"),
        None => kind,
    }
}

fn default_words(setting: &SettingInfo) -> String {
    match (&setting.default_words, &setting.default) {
        (Some(words), _) => words.clone(),
        (None, Some(value)) => format!("`{}`", toml_text::value(value)),
        (None, None) => "left out".to_owned(),
    }
}
