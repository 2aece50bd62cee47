//! Choices remembered between starts: recent files, the theme, the way of looking at data.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::export::write_atomically;

/// Files remembered.
const MOST_RECENT_FILES: usize = 8;

/// Which colours the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
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

/// What is remembered. Entries that are absent have their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The theme.
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
    pub recent_files: Vec<PathBuf>,
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
        }
    }
}

impl Preferences {
    /// Where preferences live for this user, if the system has such a place.
    pub fn default_path() -> Option<PathBuf> {
        let folders = directories::ProjectDirs::from("", "", "tidegate")?;
        Some(folders.config_dir().join("preferences.toml"))
    }

    /// Reads preferences; a file that is absent or unreadable gives the defaults, because choices
    /// of taste must never keep the program from starting.
    pub fn load(path: &Path) -> Self {
        std::fs::read_to_string(path)
            .ok()
            .and_then(|text| toml::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Writes preferences, whole or not at all.
    ///
    /// # Errors
    /// A sentence for the log, where the folder cannot be made or the file not be written.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        }
        let text = toml::to_string_pretty(self).map_err(|error| error.to_string())?;
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

    #[test]
    fn a_broken_file_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.toml");
        std::fs::write(&path, "theme = 3").unwrap();
        assert_eq!(Preferences::load(&path), Preferences::default());
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
