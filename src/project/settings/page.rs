//! The page of all settings, as Markdown, and the JSON schema of a recipe.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::{RecipePart, SettingInfo, SettingKind, parts};
use crate::project::Recipe;
use crate::project::recipe_text::one_line as toml_text;
use crate::project::recipe_versions::VERSION;

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

/// The JSON schema of a recipe file. A setting may be left out; TOML knows no null. A choice with
/// parameters may stand there as a word too.
pub fn recipe_schema() -> Value {
    let mut schema = declared();
    with_words(&mut schema);
    schema
}

/// The schema as it is declared.
pub(super) fn declared() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<Recipe>().to_value();
    without_null(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), "Tidegate recipe".into());
        if let Some(parts) = root.get_mut("properties").and_then(Value::as_object_mut) {
            let version = serde_json::json!({
                "description": "Version of the names in this file.",
                "type": "integer", "minimum": 1, "maximum": VERSION,
            });
            parts.insert("version".into(), version);
        }
    }
    schema
}

/// Adds to each choice that has parameters its name alone, which stands for their defaults.
fn with_words(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(with_words),
        Value::Object(object) => {
            object.values_mut().for_each(with_words);
            if let Some(Value::Array(forms)) = object.get_mut("oneOf") {
                let words: Vec<Value> = forms.iter().filter_map(word).collect();
                forms.extend(words);
            }
        }
        _ => {}
    }
}

/// The name of a choice that has parameters, as a form of its own.
fn word(form: &Value) -> Option<Value> {
    let name = form.get("properties")?.as_object()?.keys().next()?;
    let mut word = serde_json::json!({ "type": "string", "const": name });
    for key in ["title", "description"] {
        if let Some(value) = form.get(key) {
            word[key] = value.clone();
        }
    }
    Some(word)
}

/// Takes null out of everything that may be null, and marks it as optional.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(without_null),
        Value::Object(object) => {
            object.values_mut().for_each(without_null);
            object.remove("format");
            if take_null(object) {
                object.insert("x-optional".into(), true.into());
            }
            if object.contains_key("x-default") || object.get("default").is_some_and(Value::is_null)
            {
                object.remove("default");
            }
        }
        _ => {}
    }
}

/// Whether null was one of the types, or one of two schemas; of those the other's keys come in.
fn take_null(object: &mut Map<String, Value>) -> bool {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        let before = types.len();
        types.retain(|one| one != "null");
        let had_null = types.len() < before;
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".into(), only);
        }
        return had_null;
    }
    let is_null = |one: &Value| one.get("type").is_some_and(|kind| kind == "null");
    let Some(Value::Array(forms)) = object.get_mut("anyOf") else { return false };
    let before = forms.len();
    forms.retain(|one| !is_null(one));
    let had_null = forms.len() < before;
    if let [Value::Object(only)] = &forms[..] {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
    had_null
}
