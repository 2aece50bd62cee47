//! What a setting is for, and what it can be, read from where it is declared.
//!
//! The doc comments of the settings' structs are the one place that explains them; the sources are
//! part of the program and are read line by line, in the form that `rustfmt` gives them. A test holds
//! that every setting is found.

use std::collections::BTreeMap;

/// The files that declare the parts of a recipe, and the types of their fields.
const SOURCES: [&str; 15] = [
    include_str!("../recipe.rs"),
    include_str!("../../import/config.rs"),
    include_str!("../../import/format.rs"),
    include_str!("../../import/time/gather.rs"),
    include_str!("../../import/layout.rs"),
    include_str!("../../import/number.rs"),
    include_str!("../../import/time/stamps.rs"),
    include_str!("../../series/gaps.rs"),
    include_str!("../../series/outliers.rs"),
    include_str!("../../transform/config.rs"),
    include_str!("../../window/config.rs"),
    include_str!("../../nn/config.rs"),
    include_str!("../../train/config.rs"),
    include_str!("../../train/choices.rs"),
    include_str!("../../baseline/config.rs"),
];

/// A struct of settings, or an enum of choices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// What it is for.
    pub doc: String,
    /// Its fields, or its choices; in the order in which they are declared.
    pub entries: Vec<Entry>,
    /// Whether it is an enum.
    pub is_choice: bool,
}

/// A field or a choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The name in recipe files.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// A field's type; empty for a choice.
    pub kind: String,
}

/// Every public struct and enum of the settings, by name.
pub fn declarations() -> BTreeMap<String, Declaration> {
    let mut found = BTreeMap::new();
    for source in SOURCES {
        read(source, &mut found);
    }
    found
}

fn read(source: &str, found: &mut BTreeMap<String, Declaration>) {
    let mut open: Option<(String, Declaration)> = None;
    let (mut doc, mut renamed) = (String::new(), None);
    for line in source.lines().take_while(|line| *line != "#[cfg(test)]") {
        let text = line.trim();
        if let Some(words) = text.strip_prefix("///") {
            doc.push_str(words);
            continue;
        }
        if let Some(name) = text.strip_prefix("#[serde(rename = \"") {
            renamed = name.split('"').next().map(str::to_owned);
        }
        if text.starts_with("#[") {
            continue;
        }
        let words = plain(&std::mem::take(&mut doc));
        let renamed = renamed.take();
        match &mut open {
            None => {
                let declared = |keyword| {
                    let rest = text.strip_prefix("pub ")?.strip_prefix(keyword)?;
                    rest.strip_suffix(" {").map(str::to_owned)
                };
                let is_choice = text.starts_with("pub enum ");
                if let Some(name) = declared("struct ").or_else(|| declared("enum ")) {
                    open =
                        Some((name, Declaration { doc: words, is_choice, ..Default::default() }));
                }
            }
            Some(_) if line == "}" => found.extend(open.take()),
            Some((_, declaration)) => {
                declaration.entries.extend(entry(text, words, renamed, declaration.is_choice));
            }
        }
    }
}

/// The field or choice of a line; `None` for any other line.
fn entry(text: &str, doc: String, renamed: Option<String>, is_choice: bool) -> Option<Entry> {
    let text = text.strip_suffix(',')?;
    let (name, kind) = if is_choice {
        (kebab(text), "")
    } else {
        let (name, kind) = text.strip_prefix("pub ")?.split_once(": ")?;
        (name.to_owned(), kind)
    };
    Some(Entry { name: renamed.unwrap_or(name), doc, kind: kind.to_owned() })
}

/// The name that serde's `kebab-case` gives a choice.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

/// Words for a file of settings, where nothing is called `None` and nothing is linked.
fn plain(doc: &str) -> String {
    let mut plain = String::new();
    for (number, piece) in doc.trim().split("[`").enumerate() {
        if number == 0 {
            plain.push_str(piece);
            continue;
        }
        let (link, rest) = piece.split_once("`]").unwrap_or((piece, ""));
        let name = link.rsplit("::").next().unwrap_or(link);
        let is_choice = name.starts_with(char::is_uppercase);
        plain.push_str(&if is_choice { kebab(name) } else { name.to_owned() });
        plain.push_str(rest);
    }
    let plain = plain.replace(". `None`", ". Left out").replace("`None`", "left out");
    plain.replace("`true`", "true").replace("`false`", "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_choices_and_their_words_are_read() {
        let source = "use x;\n\n/// A part,\n/// in two lines.\n#[derive(Debug)]\npub struct Part {\n    \
                      /// How many; `None` for [`Self::Most`].\n    #[serde(skip)]\n    pub count: \
                      Option<usize>,\n}\n\n/// Ways.\npub enum Way {\n    /// One.\n    MinMax,\n    \
                      /// Other.\n    #[serde(rename = \"log1p\")]\n    Log1p,\n}\n\nimpl Part {\n    \
                      pub struct: no,\n}\n#[cfg(test)]\npub struct Hidden {\n}\n";
        let mut found = BTreeMap::new();
        read(source, &mut found);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["Part", "Way"]);
        let part = &found["Part"];
        assert_eq!(part.doc, "A part, in two lines.");
        let count = Entry {
            name: "count".to_owned(),
            doc: "How many; left out for most.".to_owned(),
            kind: "Option<usize>".to_owned(),
        };
        assert_eq!(part.entries, [count]);
        let way = &found["Way"];
        let names: Vec<&str> = way.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert!(way.is_choice && names == ["min-max", "log1p"], "{names:?}");
    }
}
