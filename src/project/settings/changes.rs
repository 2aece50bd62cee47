//! Changes to a recipe by the names of recipe files: those of a file, and `--set PATH=VALUE`.

use toml::{Table, Value};

use super::Setting;
use super::table::{SettingInfo, SettingKind, parts, setting_at, settings};

/// Settings by their names in recipe files, to be laid over a recipe.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    table: Table,
    /// Settings that go back to what the program finds.
    left_out: Vec<String>,
}

/// Why a setting cannot be set so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// No `=` in it.
    #[error("\"{text}\" sets nothing; write it as PATH=VALUE, as in train.batch_size=64")]
    NoValue {
        /// What was given.
        text: String,
    },
    /// There is no such setting.
    #[error("there is no setting \"{path}\"{}; `tidegate recipe --reference` lists all", near.as_ref().map(|near| format!(", did you mean {near}?")).unwrap_or_default())]
    Unknown {
        /// The path as given.
        path: String,
        /// The setting most like it.
        near: Option<String>,
    },
    /// The value is of another kind.
    #[error("{path}: expected {expected}, got \"{value}\"")]
    Kind {
        /// The setting.
        path: String,
        /// What it can be.
        expected: String,
        /// What was given.
        value: String,
    },
}

impl Changes {
    /// The changes of a table as recipe files hold it.
    pub const fn of_table(table: Table) -> Self {
        Self { table, left_out: Vec::new() }
    }

    /// Adds a change written as `PATH=VALUE`. An empty value leaves a setting to the program.
    ///
    /// # Errors
    /// Where there is no such setting, or the value is of another kind.
    pub fn set(&mut self, text: &str) -> Result<(), SetError> {
        let Some((path, value)) = text.split_once('=') else {
            return Err(SetError::NoValue { text: text.to_owned() });
        };
        let (path, value) = (path.trim(), value.trim());
        let (setting, entry) = find(path)
            .ok_or_else(|| SetError::Unknown { path: path.to_owned(), near: nearest(path) })?;
        if value.is_empty() && setting.is_optional {
            self.left_out.push(path.to_owned());
            return Ok(());
        }
        let kind = match (&setting.kind, entry) {
            (SettingKind::Map(of), Some(_)) => of,
            (kind, _) => kind,
        };
        let read = read(kind, value).ok_or_else(|| SetError::Kind {
            path: path.to_owned(),
            expected: kind.expected_of(value),
            value: value.to_owned(),
        })?;
        let mut keys: Vec<&str> = setting.path.split('.').collect();
        keys.extend(entry);
        let change = keys
            .into_iter()
            .rev()
            .fold(read, |inner, key| Value::Table(Table::from_iter([(key.to_owned(), inner)])));
        if let Value::Table(change) = change {
            lay_over("", &mut self.table, change);
        }
        self.left_out.retain(|other| other != path);
        Ok(())
    }

    /// Adds other changes, which count where both set the same.
    pub fn add(&mut self, other: Self) {
        let set = other.paths();
        self.left_out.retain(|path| !set.contains(path));
        lay_over("", &mut self.table, other.table);
        self.left_out.extend(other.left_out);
    }

    /// Lays them over a recipe as a table.
    pub(in crate::project) fn over(&self, recipe: &mut Table) {
        lay_over("", recipe, self.table.clone());
        for path in &self.left_out {
            remove(recipe, path);
        }
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty() && self.left_out.is_empty()
    }

    /// The whole number that a setting is changed to.
    pub fn whole(&self, setting: Setting) -> Option<usize> {
        let mut keys = setting.path().split('.');
        let first = self.table.get(keys.next()?)?;
        let value = keys.try_fold(first, |value, key| value.get(key))?;
        usize::try_from(value.as_integer()?).ok()
    }

    /// The settings that are changed, by their parts and names: `train.loss`.
    pub fn paths(&self) -> Vec<String> {
        let of_part = |(part, names): (&String, &Value)| -> Vec<String> {
            let names = names.as_table().into_iter().flatten();
            names.map(|(name, _)| format!("{part}.{name}")).collect()
        };
        self.table.iter().flat_map(of_part).chain(self.left_out.iter().cloned()).collect()
    }
}

/// The setting at a path, and what follows it where it is a map with an entry for each name.
fn find(path: &str) -> Option<(&'static SettingInfo, Option<&str>)> {
    if let Some(setting) = setting_at(path) {
        return Some((setting, None));
    }
    let mut maps = settings().filter(|setting| matches!(setting.kind, SettingKind::Map(_)));
    maps.find_map(|setting| {
        let name = path.strip_prefix(&setting.path)?.strip_prefix('.')?;
        Some((setting, Some(name.trim_matches('"'))))
    })
}

/// The path of a setting that differs from one in few letters, or ends in the same name.
fn nearest(path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let same_name = |known: &str| known.rsplit('.').next() == Some(name);
    let distance = |known: &str| {
        if same_name(known) { 0 } else { letters_apart(known, path) }
    };
    let best = settings().min_by_key(|known| distance(&known.path))?;
    (distance(&best.path) <= 3).then(|| best.path.clone())
}

/// Letters to add, take away or change to make one word of the other (Levenshtein 1966).
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], place + 1);
        for (at, against) in other.iter().enumerate() {
            let changed = before + usize::from(letter != *against);
            before = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(before + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A value of a kind as it is typed: words need no quotes.
fn read(kind: &SettingKind, text: &str) -> Option<Value> {
    let parsed = || toml::from_str::<Table>(&format!("v = {text}")).ok()?.remove("v");
    let word = || Value::String(text.to_owned());
    match kind {
        SettingKind::Text => Some(parsed().filter(Value::is_str).unwrap_or_else(word)),
        SettingKind::Choice(choices) => {
            let known = choices.iter().any(|choice| choice.name == text || choice.is_form);
            if known {
                Some(word())
            } else {
                parsed().filter(|value| value.is_table() || value.is_str())
            }
        }
        SettingKind::Whole(range) => {
            let number = text.replace('_', "");
            let whole = number.parse::<u64>().ok()?;
            match i64::try_from(whole) {
                Ok(whole) => Some(Value::Integer(whole)),
                // TOML has no larger whole number; a seed may be as large, and is read from text too.
                Err(_) if range.allows_every_u64() => Some(Value::String(number)),
                Err(_) => None,
            }
        }
        SettingKind::Real(_) => text.parse().ok().map(Value::Float),
        SettingKind::Switch => match text {
            "true" | "on" | "yes" => Some(Value::Boolean(true)),
            "false" | "off" | "no" => Some(Value::Boolean(false)),
            _ => None,
        },
        SettingKind::List(of) => {
            let whole = parsed().filter(Value::is_array);
            let single = || read(of, text).map(|value| Value::Array(vec![value]));
            whole.or_else(single)
        }
        SettingKind::Map(_) | SettingKind::Record(_) => parsed().filter(Value::is_table),
    }
}

impl SettingKind {
    /// What a value has to be instead of this text, in words.
    fn expected_of(&self, text: &str) -> String {
        match (self, text.parse()) {
            (Self::Whole(range), Ok(number)) => format!("a whole number, {}", range.advice(number)),
            _ => self.expected(),
        }
    }

    /// What a value of it has to be, in words.
    pub fn expected(&self) -> String {
        match self {
            Self::Whole(range) => format!("a whole number, {range}"),
            Self::Real(range) => format!("a number, {range}"),
            Self::Switch => "true or false".to_owned(),
            Self::Choice(choices) => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
                format!("one of {}", names.join(", "))
            }
            Self::Text => "text".to_owned(),
            Self::List(of) => format!("a list in brackets, each {}", of.expected()),
            Self::Map(of) => format!("for each name {}", of.expected()),
            Self::Record(values) => {
                let names: Vec<&str> = values.iter().map(SettingInfo::name).collect();
                format!("{{ {} }}", names.join(" = …, ") + " = …")
            }
        }
    }
}

/// Puts `changes` into `all`, table by table. A choice with parameters gives way to another choice, and
/// keeps them where the same is named again.
fn lay_over(path: &str, all: &mut Table, changes: Table) {
    for (key, change) in changes {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (all.get_mut(&key), change) {
            (Some(Value::Table(inner)), Value::Table(changes))
                if is_laid_over(&path, inner, &changes) =>
            {
                lay_over(&path, inner, changes);
            }
            (Some(Value::Table(inner)), Value::String(word)) if is_choice(&path, inner, &word) => {}
            (_, change) => {
                all.insert(key, change);
            }
        }
    }
}

/// Whether a table of changes is laid over one, rather than taking its place.
fn is_laid_over(path: &str, before: &Table, changes: &Table) -> bool {
    let is_same_choice = || before.keys().eq(changes.keys());
    match setting_at(path).map(|setting| &setting.kind) {
        Some(SettingKind::Choice(_)) => is_same_choice(),
        Some(SettingKind::Record(_)) => false,
        _ => true,
    }
}

/// Whether a table is a choice of this name with its parameters.
fn is_choice(path: &str, chosen: &Table, word: &str) -> bool {
    let is_choice = setting_at(path).is_some_and(|setting| !setting.choices().is_empty());
    is_choice && chosen.keys().eq([word])
}

/// Takes the value at a path out of a table.
fn remove(table: &mut Table, path: &str) {
    match path.split_once('.') {
        None => drop(table.remove(path)),
        Some((key, rest)) => {
            if let Some(Value::Table(inner)) = table.get_mut(key) {
                remove(inner, rest);
            }
        }
    }
}

/// The parts of a recipe file, for messages: `[import], [transform], …`.
pub(in crate::project) fn part_names() -> String {
    let top = parts().iter().filter(|part| !part.path.contains('.'));
    let names: Vec<String> = top.map(|part| format!("[{}]", part.path)).collect();
    names.join(", ")
}
