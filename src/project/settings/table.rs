//! The table itself, built once from the schema of [`Recipe`] and its defaults.
//!
//! The values of a recipe as a tree, by the paths of settings.

use std::collections::HashMap;
use std::sync::LazyLock;

use ciborium::Value as Tree;
use serde_json::Value;

use super::range::Range;
use super::schema::declared;
use crate::project::Recipe;

/// A table of a recipe file: `[train]`.
#[derive(Debug)]
pub struct RecipePart {
    pub path: String,
    /// What it is called in the window.
    pub label: String,
    /// What its settings are for.
    pub doc: String,
    /// Its settings, in the order in which they are declared.
    pub settings: Vec<SettingInfo>,
}

/// What is known of a setting.
#[derive(Debug)]
pub struct SettingInfo {
    /// Its path in a recipe file.
    pub path: String,
    /// What it is called in the window and in messages.
    pub label: String,
    /// What it does, when to raise or lower it, and its name elsewhere; Markdown.
    pub doc: String,
    /// The doc in plain words, and those of its choices.
    pub tooltip: String,
    /// What a number counts.
    pub unit: Option<String>,
    /// The flag of the command line that is short for it; of a switch, what turns its default round.
    pub flag: Option<String>,
    /// What it can be.
    pub kind: SettingKind,
    /// Whether it may be left to the program.
    pub is_optional: bool,
    /// What it is where nothing is set.
    pub default: Option<toml::Value>,
    /// The default in words, where it follows from the data.
    pub default_words: Option<String>,
}

/// What a setting can be.
#[derive(Debug)]
pub enum SettingKind {
    /// A whole number.
    Whole(Range),
    /// A number.
    Real(Range),
    /// On or off.
    Switch,
    /// One of a few.
    Choice(Vec<Choice>),
    /// Any text.
    Text,
    /// Several of a kind.
    List(Box<SettingKind>),
    /// One of a kind for each name.
    Map(Box<SettingKind>),
    /// A few values together.
    Record(Vec<SettingInfo>),
}

/// One of the few values of a setting.
#[derive(Debug)]
pub struct Choice {
    /// The name in recipe files; of a form, how such names are written.
    pub name: String,
    /// Whether it stands for many names of one form.
    pub is_form: bool,
    /// What it is called in the window.
    pub label: String,
    /// What it does; Markdown.
    pub doc: String,
    /// What can be set of it.
    pub parameters: Vec<SettingInfo>,
}

/// Every table of a recipe file, in the order of the file.
pub fn parts() -> &'static [RecipePart] {
    &PARTS
}

/// Every setting, the parameters of a choice after it.
pub fn settings() -> impl Iterator<Item = &'static SettingInfo> {
    parts().iter().flat_map(|part| &part.settings).flat_map(|setting| {
        let choices = match &setting.kind {
            SettingKind::Choice(choices) => &choices[..],
            _ => &[],
        };
        let parameters = choices.iter().flat_map(|choice| &choice.parameters);
        std::iter::once(setting).chain(parameters)
    })
}

/// The setting at a path.
pub fn setting_at(path: &str) -> Option<&'static SettingInfo> {
    PLACES.get(path).copied()
}

impl SettingInfo {
    /// The last name of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// The doc in plain words.
    pub fn words(&self) -> String {
        plain(&self.doc)
    }

    /// The first sentence of it.
    pub fn summary(&self) -> String {
        first_sentence(&plain(&self.doc)).to_owned()
    }

    /// The choices, where it is one of a few.
    pub fn choices(&self) -> &[Choice] {
        if let SettingKind::Choice(choices) = &self.kind { choices } else { &[] }
    }

    /// The range, where it is a number.
    pub const fn range(&self) -> Option<&Range> {
        match &self.kind {
            SettingKind::Whole(range) | SettingKind::Real(range) => Some(range),
            _ => None,
        }
    }

    /// What stands in for one that is not declared.
    pub(super) fn unknown() -> &'static Self {
        static UNKNOWN: LazyLock<SettingInfo> = LazyLock::new(|| SettingInfo {
            path: String::new(),
            label: String::new(),
            doc: String::new(),
            tooltip: String::new(),
            unit: None,
            flag: None,
            kind: SettingKind::Text,
            is_optional: false,
            default: None,
            default_words: None,
        });
        &UNKNOWN
    }
}

impl Choice {
    /// The doc in plain words.
    pub fn words(&self) -> String {
        plain(&self.doc)
    }
}

/// Markdown without its marks.
fn plain(doc: &str) -> String {
    doc.replace('`', "")
}

/// Up to the first full stop that ends a sentence.
fn first_sentence(words: &str) -> &str {
    words.find(". ").map_or(words, |end| &words[..end])
}

static PARTS: LazyLock<Vec<RecipePart>> = LazyLock::new(|| {
    let schema = declared();
    // A tree of the defaults keeps the order in which fields are declared; JSON does not.
    let order = tree_of(&Recipe::default());
    let defaults = toml::Table::try_from(Recipe::default()).unwrap_or_default();
    let mut parts = Vec::new();
    for (name, part) in properties(&schema, Some(&order)) {
        add_part(name.clone(), part, entry(&order, name), defaults.get(name), &mut parts);
    }
    parts
});

static PLACES: LazyLock<HashMap<&'static str, &'static SettingInfo>> = LazyLock::new(|| {
    let all = settings().flat_map(|setting| std::iter::once(setting).chain(values_of(setting)));
    all.map(|setting| (setting.path.as_str(), setting)).collect()
});

/// The values of a record, or of those of a list.
fn values_of(setting: &'static SettingInfo) -> &'static [SettingInfo] {
    match &setting.kind {
        SettingKind::Record(values) => values,
        SettingKind::List(of) => match &**of {
            SettingKind::Record(values) => values,
            _ => &[],
        },
        _ => &[],
    }
}

/// Adds the table at a path, then the tables within it.
fn add_part(
    path: String,
    schema: &Value,
    order: Option<&Tree>,
    default: Option<&toml::Value>,
    parts: &mut Vec<RecipePart>,
) {
    let place = parts.len();
    let (label, doc) = (text(schema, "title"), words(schema));
    parts.push(RecipePart { path: path.clone(), label, doc, settings: Vec::new() });
    for (name, schema) in properties(schema, order) {
        let path = format!("{path}.{name}");
        let default = default.and_then(|part| part.get(name));
        let is_part = schema.get("properties").is_some() && !is_optional(schema);
        if is_part {
            add_part(path, schema, order.and_then(|order| entry(order, name)), default, parts);
        } else {
            parts[place].settings.push(setting(path, schema, default.cloned()));
        }
    }
}

fn setting(path: String, schema: &Value, default: Option<toml::Value>) -> SettingInfo {
    let kind = kind(&path, schema);
    let some = |key| schema.get(key).and_then(Value::as_str).map(str::to_owned);
    let doc = words(schema);
    SettingInfo {
        label: text(schema, "title"),
        tooltip: tooltip(&doc, &kind),
        doc,
        unit: some("x-unit"),
        flag: some("x-flag"),
        default_words: some("x-default"),
        is_optional: is_optional(schema),
        path,
        kind,
        default,
    }
}

/// The words of a setting, and under them what each choice does.
fn tooltip(doc: &str, kind: &SettingKind) -> String {
    let mut text = plain(doc);
    if let SettingKind::Choice(choices) = kind {
        for choice in choices.iter().filter(|choice| !choice.label.is_empty()) {
            text.push_str(&format!("\n{}: {}", choice.label, choice.words()));
        }
    }
    text
}

/// A parameter of a choice, or a value of a record: its default stands in the schema.
fn parameter(path: String, schema: &Value) -> SettingInfo {
    let default = schema.get("default").and_then(|value| toml::Value::try_from(value).ok());
    setting(path, schema, default)
}

fn kind(path: &str, schema: &Value) -> SettingKind {
    let forms = ["oneOf", "anyOf"].into_iter().find_map(|key| schema.get(key)?.as_array());
    if let Some(forms) = forms {
        return SettingKind::Choice(forms.iter().filter_map(|form| choice(path, form)).collect());
    }
    let named =
        schema.get("type").map(|kind| kind.as_array().and_then(|all| all.first()).unwrap_or(kind));
    match named.and_then(Value::as_str) {
        Some("boolean") => SettingKind::Switch,
        Some("integer") => SettingKind::Whole(Range::of_schema(schema, true)),
        Some("number") => SettingKind::Real(Range::of_schema(schema, false)),
        Some("array") => {
            SettingKind::List(Box::new(kind(path, schema.get("items").unwrap_or(&Value::Null))))
        }
        Some("object") if schema.get("properties").is_some() => SettingKind::Record(
            properties(schema, None)
                .into_iter()
                .map(|(name, schema)| parameter(format!("{path}.{name}"), schema))
                .collect(),
        ),
        Some("object") => SettingKind::Map(Box::new(kind(
            path,
            schema.get("additionalProperties").unwrap_or(&Value::Null),
        ))),
        _ => SettingKind::Text,
    }
}

/// A choice: a word, or an object of one key that holds its parameters.
fn choice(path: &str, form: &Value) -> Option<Choice> {
    let single =
        form.get("properties").and_then(Value::as_object).and_then(|all| all.iter().next());
    let (name, parameters) = match single {
        Some((name, inner)) => {
            let path = format!("{path}.{name}");
            let parameters = properties(inner, None).into_iter();
            let parameters =
                parameters.map(|(name, schema)| parameter(format!("{path}.{name}"), schema));
            (name.clone(), parameters.collect())
        }
        None => {
            (form.get("const").or_else(|| form.get("x-form"))?.as_str()?.to_owned(), Vec::new())
        }
    };
    let is_form = form.get("x-form").is_some();
    Some(Choice { name, is_form, label: text(form, "title"), doc: words(form), parameters })
}

/// The properties of an object, in the order of a tree of it where there is one.
fn properties<'a>(schema: &'a Value, order: Option<&Tree>) -> Vec<(&'a String, &'a Value)> {
    let all = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut all: Vec<(&String, &Value)> = all.collect();
    let names = order.and_then(Tree::as_map).map_or(&[][..], Vec::as_slice);
    let place = |name: &str| names.iter().position(|(key, _)| key.as_text() == Some(name));
    all.retain(|(name, _)| order.is_none() || place(name).is_some());
    all.sort_by_key(|(name, _)| place(name));
    all
}

fn is_optional(schema: &Value) -> bool {
    schema.get("x-optional").is_some()
}

fn text(schema: &Value, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The doc comment in one line.
fn words(schema: &Value) -> String {
    text(schema, "description").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tree of a recipe.
pub fn tree_of(recipe: &Recipe) -> Tree {
    Tree::serialized(recipe).unwrap_or(Tree::Null)
}

/// The value at a path; `None` where there is none, as for a parameter of a choice that is not made.
pub fn value_at<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, entry)
}

/// The entry of a map by name.
pub fn entry<'a>(tree: &'a Tree, name: &str) -> Option<&'a Tree> {
    let entries = tree.as_map()?;
    entries.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// A number of either kind, and how it is written.
pub fn number_of(value: &Tree) -> Option<(f64, String)> {
    if let Some(number) = value.as_float() {
        return Some((number, number.to_string()));
    }
    let whole = i128::from(value.as_integer()?);
    #[expect(clippy::cast_precision_loss, reason = "to compare with a range")]
    Some((whole as f64, whole.to_string()))
}

impl Recipe {
    /// This recipe with another number at a setting; `None` where it takes no such number.
    pub(in crate::project) fn with_number(
        &self,
        path: &str,
        number: SettingNumber,
    ) -> Option<Self> {
        let mut tree = tree_of(self);
        let place = path.split('.').try_fold(&mut tree, |tree, name| {
            let entries = tree.as_map_mut()?;
            let named = entries.iter_mut().find(|(key, _)| key.as_text() == Some(name));
            named.map(|(_, value)| value)
        })?;
        *place = match number {
            SettingNumber::Whole(number) => Tree::from(number),
            SettingNumber::Real(number) => Tree::from(number),
            SettingNumber::LeftOut => Tree::Null,
        };
        tree.deserialized().ok()
    }
}

/// What a setting of a number is set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingNumber {
    /// A whole number.
    Whole(u64),
    /// A number.
    Real(f64),
    /// Nothing: it is left to the program.
    LeftOut,
}
