//! Choices remembered between starts: recent files, the theme, the way of looking at data.
//!
//! Preferences as they lie on disk: what can be read of a file, what other versions wrote into it, and
//! what a person wrote that is no TOML.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::{Table, Value};

use crate::project::{MOST_SETTINGS, bytes_at_most};
use crate::report::write_atomically;

/// Files remembered.
const MOST_RECENT_FILES: usize = 8;

/// Which colours the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A way of looking at the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataView {
    /// The series over time, with what is special about single rows.
    #[default]
    Series,
    /// Rows as the file writes them, under what each column is for.
    Table,
    /// The value columns of the file, one under another.
    Columns,
    /// Every series of a panel, small.
    Panel,
    /// Seasons over each other.
    Season,
    /// How often values occur.
    Distribution,
    /// How the series resembles itself some rows earlier.
    Autocorrelation,
}

impl DataView {
    /// All views, from the series itself to what is computed from it.
    pub const ALL: [Self; 7] = [
        Self::Series,
        Self::Table,
        Self::Columns,
        Self::Panel,
        Self::Season,
        Self::Distribution,
        Self::Autocorrelation,
    ];
}

/// What is remembered. Entries that are absent have their defaults; none is optional, so that every one
/// is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    pub theme: Theme,
    /// How the data were looked at last.
    pub data_view: DataView,
    /// The panel of the settings is folded away.
    pub settings_folded: bool,
    /// The panel of the scorecard is folded away.
    pub scorecard_folded: bool,
    /// Whether the runs of networks are kept on disk.
    pub keep_runs: bool,
    /// Files opened, newest first.
    #[serde(serialize_with = "paths_in_text", deserialize_with = "paths_among")]
    pub recent_files: Vec<PathBuf>,
    /// What other versions wrote.
    #[serde(skip)]
    foreign: Foreign,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            data_view: DataView::default(),
            settings_folded: false,
            scorecard_folded: false,
            keep_runs: true,
            recent_files: Vec::new(),
            foreign: Foreign::default(),
        }
    }
}

impl Preferences {
    /// Where preferences live for this user, if the system has such a place.
    pub fn default_path() -> Option<PathBuf> {
        let folders = directories::ProjectDirs::from("", "", "tidegate")?;
        Some(folders.config_dir().join("preferences.toml"))
    }

    /// Reads preferences: every entry that can be used, and the defaults for the rest, because choices
    /// of taste must never keep the program from starting.
    pub fn load(path: &Path) -> Self {
        match read(path) {
            Ok(entries) => Self::of_entries(entries),
            Err(error) => {
                tracing::warn!("{error}");
                // What stands there may be other than the defaults, which are not written over it.
                let unread = Self { keep_runs: false, ..Self::default() };
                let used = Table::try_from(&unread).unwrap_or_default();
                Self { foreign: Foreign::Unread(used), ..unread }
            }
        }
    }

    fn of_entries(entries: Vec<(String, Option<Value>)>) -> Self {
        let Ok(mut used) = Table::try_from(Self::default()) else { return Self::default() };
        let mut foreign = Table::new();
        for (key, value) in entries {
            let is_known = used.contains_key(&key);
            if let Some(value) = &value {
                let mut with = used.clone();
                with.insert(key.clone(), value.clone());
                if is_known && with.clone().try_into::<Self>().is_ok() {
                    used = with;
                    continue;
                }
            }
            if key == "keep_runs" {
                // Somebody chose something else than to keep them.
                used.insert(key.clone(), Value::Boolean(false));
            }
            foreign.extend(value.map(|value| (key, value)));
        }
        let preferences = used.clone().try_into().unwrap_or_default();
        Self { foreign: Foreign::among(foreign, &used), ..preferences }
    }

    /// Writes preferences, whole or not at all, with the entries that other versions wrote. A file that
    /// is no TOML, which a person may have written, is copied aside before.
    ///
    /// # Errors
    /// A sentence for the log, where the folder cannot be made or a file not be written.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        keep_unreadable(path)?;
        let own = Table::try_from(self).map_err(|error| error.to_string())?;
        let text = toml::to_string_pretty(&self.foreign.over(own, path)?);
        let text = text.map_err(|error| error.to_string())?;
        write_atomically(path, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Puts a file on top of the recent ones.
    pub fn remember_file(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.recent_files.retain(|known| *known != path);
        self.recent_files.insert(0, path);
        self.recent_files.truncate(MOST_RECENT_FILES);
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/preferences.toml");
        let mut preferences = Preferences {
            theme: Theme::Dark,
            data_view: DataView::Season,
            settings_folded: true,
            keep_runs: false,
            ..Preferences::default()
        };
        preferences.remember_file(Path::new("/data/a.csv"));
        preferences.save(&path).unwrap();
        assert_eq!(Preferences::load(&path), preferences);
    }

    fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn what_a_later_version_wrote_is_kept_and_the_rest_is_used() {
        let later = "theme = \"sepia\"\ndata_view = \"season\"\nkeep_runs = false\nzoom = 1.5\n\
                     recent_files = [\"/a.csv\", 7, \"/b.csv\"]\n\n[panel]\nwidth = 3\n";
        let (_folder, path) = file(later.as_bytes());
        let mut loaded = Preferences::load(&path);
        assert_eq!((loaded.theme, loaded.data_view), (Theme::System, DataView::Season));
        assert!(!loaded.keep_runs);
        assert_eq!(loaded.recent_files, [Path::new("/a.csv"), Path::new("/b.csv")]);
        loaded.data_view = DataView::Table;
        loaded.save(&path).unwrap();
        let written: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let text = |key: &str| written[key].as_str().unwrap();
        assert_eq!((text("theme"), text("data_view")), ("sepia", "table"));
        assert_eq!(written["keep_runs"], Value::Boolean(false));
        assert_eq!((&written["zoom"], &written["panel"]["width"]), (&1.5.into(), &3.into()));
        // What a person chooses here takes the place of what only another version knows.
        loaded.theme = Theme::Dark;
        loaded.save(&path).unwrap();
        let again = Preferences::load(&path);
        assert_eq!((again.theme, again.data_view), (Theme::Dark, DataView::Table));
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn runs_that_were_not_to_be_kept_are_never_kept() {
        for text in [
            "keep_runs = false\ntheme = 3",
            "theme = \"sepia\"\nkeep_runs = false",
            "keep_runs = \"later-word\"",
            "keep_runs = false\ndata_view = [",
            "recent_files = [\nkeep_runs = false\n",
            "keep_runs = fal",
            "theme = \"dark\nkeep_runs = false",
            "\u{0}\nkeep_runs = false\n",
        ] {
            let (_folder, path) = file(text.as_bytes());
            let loaded = Preferences::load(&path);
            assert!(!loaded.keep_runs, "{text}");
            loaded.save(&path).unwrap();
            assert!(!Preferences::load(&path).keep_runs, "{text}");
        }
        let (_folder, path) = file(b"keep_runs = \"later-word\"");
        Preferences::load(&path).save(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("keep_runs = \"later-word\""));
    }

    #[test]
    fn a_file_that_could_not_be_read_for_a_while_keeps_what_was_not_changed_meanwhile() {
        let text = "keep_runs = true\ntheme = \"dark\"\nlater = 7\nrecent_files = [\"/a.csv\"]\n";
        let (_folder, path) = file(text.as_bytes());
        let aside = path.with_extension("aside");
        std::fs::rename(&path, &aside).unwrap();
        std::fs::create_dir(&path).unwrap();
        let mut loaded = Preferences::load(&path);
        assert!(!loaded.keep_runs);
        loaded.data_view = DataView::Season;
        loaded.recent_files = vec![PathBuf::from("/b.csv")];
        assert!(loaded.save(&path).unwrap_err().contains("cannot be read"));
        std::fs::remove_dir(&path).unwrap();
        std::fs::rename(&aside, &path).unwrap();
        loaded.save(&path).unwrap();
        let again = Preferences::load(&path);
        assert_eq!((again.theme, again.data_view), (Theme::Dark, DataView::Season));
        assert_eq!(again.recent_files, [Path::new("/b.csv"), Path::new("/a.csv")]);
        assert!(again.keep_runs && std::fs::read_to_string(&path).unwrap().contains("later = 7"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_copied_aside_before_it_is_written_over() {
        for broken in [&b"theme = \"dark\"\nkeep_runs = \n"[..], b"\xff\xfe", b"<xml>"] {
            let (folder, path) = file(broken);
            let loaded = Preferences::load(&path);
            loaded.save(&path).unwrap();
            let aside = folder.path().join("preferences.toml.unreadable");
            assert_eq!(std::fs::read(&aside).unwrap(), broken);
            // Another one does not take its place.
            std::fs::write(&path, b"= 2").unwrap();
            Preferences::load(&path).save(&path).unwrap();
            assert_eq!(std::fs::read(&aside).unwrap(), broken);
            let other = folder.path().join("preferences.toml.unreadable-2");
            assert_eq!(std::fs::read(other).unwrap(), b"= 2");
            assert!(std::fs::read_to_string(&path).unwrap().parse::<Table>().is_ok());
        }
    }

    #[test]
    fn the_newest_file_is_on_top_once() {
        let mut preferences = Preferences::default();
        for name in ["/a", "/b", "/a"] {
            preferences.remember_file(Path::new(name));
        }
        assert_eq!(preferences.recent_files, [Path::new("/a"), Path::new("/b")]);
    }
}
