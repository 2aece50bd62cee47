//! The JSON schema of a recipe, its values as a tree, and the page of all settings.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::project::Recipe;
use crate::project::recipe_versions::VERSION;

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
