//! Preferences as they lie on disk: what can be read of a file, what other versions wrote into it, and
//! what a person wrote that is no TOML.
//!
//! Not for what is remembered (`preferences`).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serializer};
use toml::{Table, Value};

use crate::project::{MOST_SETTINGS, bytes_at_most};
use crate::report::write_atomically;

/// Copies of unreadable files that are kept beside the file.
const MOST_COPIES: usize = 9;

/// What stands in the file and is not in use.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Foreign {
    /// Entries that this version does not know, or whose values it does not: kept as they are.
    Entries { entries: Table, stand_ins: Table },
    /// Everything: the file could not be read, and these values stand in for it.
    Unread(Table),
}

impl Default for Foreign {
    fn default() -> Self {
        Self::Entries { entries: Table::new(), stand_ins: Table::new() }
    }
}

impl Foreign {
    /// Foreign entries, where `used` is what stands in for them.
    pub(super) fn among(entries: Table, used: &Table) -> Self {
        let known = |key: &String| Some((key.clone(), used.get(key)?.clone()));
        Self::Entries { stand_ins: entries.keys().filter_map(known).collect(), entries }
    }

    /// These entries, with the foreign ones in the place of what only stood in for them.
    pub(super) fn over(&self, mut own: Table, path: &Path) -> Result<Table, String> {
        match self {
            Self::Entries { entries, stand_ins } => {
                for (key, value) in entries {
                    if own.get(key) == stand_ins.get(key) {
                        own.insert(key.clone(), value.clone());
                    }
                }
                Ok(own)
            }
            Self::Unread(stand_ins) => {
                let there = read(path)?.into_iter().filter_map(|(key, value)| Some((key, value?)));
                let mut all: Table = there.collect();
                own.retain(|key, value| stand_ins.get(key) != Some(&*value));
                for (key, mut value) in own {
                    // What was remembered since comes before what was there.
                    if let (Value::Array(new), Some(Value::Array(old))) =
                        (&mut value, all.get(&key))
                    {
                        let known = new.clone();
                        new.extend(old.iter().filter(|entry| !known.contains(entry)).cloned());
                    }
                    all.insert(key, value);
                }
                Ok(all)
            }
        }
    }
}

/// Every entry of a file; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Option<Value>)>, String> {
    match bytes_at_most(path, MOST_SETTINGS) {
        Ok(bytes) => Ok(entries(&String::from_utf8_lossy(&bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// Every entry of a text, whatever stands beside it; without a value where that is no TOML.
fn entries(text: &str) -> Vec<(String, Option<Value>)> {
    if let Ok(entries) = text.parse::<Table>() {
        return entries.into_iter().map(|(key, value)| (key, Some(value))).collect();
    }
    // Each line may be an entry of its own. Those of tables come last, and are lost to a broken file.
    let is_header = |line: &str| line.starts_with('[') && line.parse::<Table>().is_ok();
    text.lines().take_while(|line| !is_header(line)).filter_map(entry).collect()
}

fn entry(line: &str) -> Option<(String, Option<Value>)> {
    if let Ok(entry) = line.parse::<Table>() {
        return entry.into_iter().next().map(|(key, value)| (key, Some(value)));
    }
    let (key, _) = line.split_once('=')?;
    Some((key.trim().to_owned(), None))
}

/// Copies a file aside that is no TOML, for it is about to be written over.
pub(super) fn keep_unreadable(path: &Path) -> Result<(), String> {
    let bytes = match bytes_at_most(path, MOST_SETTINGS) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
    };
    let is_readable = str::from_utf8(&bytes).is_ok_and(|text| text.parse::<Table>().is_ok());
    if is_readable {
        return Ok(());
    }
    let copy = |number: usize| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".unreadable{number}"));
        path.with_file_name(name)
    };
    let is_free =
        |path: &PathBuf| bytes_at_most(path, MOST_SETTINGS).map_or(true, |kept| kept == bytes);
    let copies = (1..=MOST_COPIES).map(copy);
    let place = copies.clone().find(is_free).or_else(|| copies.clone().next_back());
    let Some(place) = place else { return Ok(()) };
    write_atomically(&place, &bytes).map_err(|error| error.to_string())
}

/// Writes paths, but for those that are no text: a list of recent files is not worth more.
pub(super) fn paths_in_text<S: Serializer>(
    paths: &[PathBuf],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let texts: Vec<&str> = paths.iter().filter_map(|path| path.to_str()).collect();
    let mut list = serializer.serialize_seq(Some(texts.len()))?;
    texts.into_iter().try_for_each(|text| list.serialize_element(text))?;
    list.end()
}

/// The paths of a list, whatever else is in it.
pub(super) fn paths_among<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<PathBuf>, D::Error> {
    let values: Vec<Value> = Vec::deserialize(deserializer)?;
    Ok(values.iter().filter_map(Value::as_str).map(PathBuf::from).collect())
}
