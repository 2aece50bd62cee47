//! A recipe as a file to read and edit: every setting with its value, its words and its choices.
//!
//! Not for reading recipes (`recipe_file`).

mod declared;
mod one_line;

use std::collections::BTreeMap;

use toml::{Table, Value};

use self::declared::{Declaration, Entry, declarations};
use self::one_line as toml_text;
use super::Recipe;
use crate::baseline::Baseline;
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
        let page = Page { declarations: declarations(), found: self.found(reading) };
        let mut text = self.heading(reading);
        if let Some(recipe) = page.declarations.get("Recipe") {
            for part in &recipe.entries {
                let values = all.get(&part.name).and_then(Value::as_table);
                page.table(&part.name, part, values, &mut text);
            }
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

struct Page {
    declarations: BTreeMap<String, Declaration>,
    found: BTreeMap<String, Value>,
}

impl Page {
    /// A table under its header: plain settings first, tables within it after them.
    fn table(&self, path: &str, part: &Entry, values: Option<&Table>, text: &mut String) {
        text.push('\n');
        comment(&part.doc, "", text);
        text.push_str(&format!("[{path}]\n"));
        let Some(declaration) = self.declarations.get(&part.kind) else {
            // A map: its entries are the user's own.
            let kind = part.kind.rsplit(", ").next().unwrap_or("").trim_end_matches('>');
            self.choices(kind, text);
            for (key, value) in values.into_iter().flatten() {
                let (key, value) = (toml_text::key(key), toml_text::value(value));
                text.push_str(&format!("{key} = {value}\n"));
            }
            return;
        };
        let (tables, settings): (Vec<&Entry>, Vec<&Entry>) =
            declaration.entries.iter().partition(|entry| self.is_table(entry));
        for (number, entry) in settings.into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            let value = values.and_then(|values| values.get(&entry.name));
            self.setting(path, entry, value, text);
        }
        for entry in tables {
            let inner = values.and_then(|values| values.get(&entry.name)).and_then(Value::as_table);
            self.table(&format!("{path}.{}", entry.name), entry, inner, text);
        }
    }

    fn is_table(&self, entry: &Entry) -> bool {
        let declared = self.declarations.get(&entry.kind);
        entry.kind.starts_with("BTreeMap<") || declared.is_some_and(|found| !found.is_choice)
    }

    fn setting(&self, path: &str, entry: &Entry, value: Option<&Value>, text: &mut String) {
        comment(&entry.doc, "", text);
        let kind = inner(&entry.kind);
        self.choices(kind, text);
        let name = &entry.name;
        let line = match (value, self.found.get(&format!("{path}.{name}"))) {
            (Some(value), _) => format!("{name} = {}\n", toml_text::value(value)),
            (None, Some(found)) => format!("# {name} = {}\n", toml_text::value(found)),
            (None, None) => format!("# {name} = {}\n", self.example(kind)),
        };
        text.push_str(&line);
    }

    /// What a setting of this type can be, where it is one of a few words.
    fn choices(&self, kind: &str, text: &mut String) {
        if kind == "Baseline" {
            let names: Vec<String> = Baseline::all().map(|baseline| baseline.to_string()).collect();
            let orders = "and with orders of your own arima(1,1,1)(0,1,1)[12], ets(A,Ad,M)";
            comment(&format!("{}; {orders}", names.join(", ")), "  ", text);
        }
        let Some(declaration) = self.declarations.get(kind).filter(|found| found.is_choice) else {
            return;
        };
        for choice in &declaration.entries {
            comment(&format!("{}: {}", choice.name, choice.doc), "  ", text);
        }
    }

    /// A value of this type, to show how it is written.
    fn example(&self, kind: &str) -> String {
        let declared = self.declarations.get(kind).and_then(|found| found.entries.first());
        match (kind, declared) {
            ("bool", _) => "true".to_owned(),
            ("usize" | "u64", _) => "1".to_owned(),
            ("f64", _) => "1.0".to_owned(),
            ("Frequency", _) => "{ unit = \"day\", count = 1 }".to_owned(),
            (_, Some(choice)) => format!("\"{}\"", choice.name),
            _ => "\"name\"".to_owned(),
        }
    }
}

/// `T` of `Option<T>` and `Vec<T>`.
fn inner(kind: &str) -> &str {
    let within = |outer| kind.strip_prefix(outer)?.strip_suffix('>');
    within("Option<").or_else(|| within("Vec<")).unwrap_or(kind)
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
