//! Recipes as TOML files. A file names only what it changes; the rest stays as the data suggests.
//! Files larger than any recipe are refused before they are read.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Recipe;
use super::recipe_versions::{VERSION, up_to_date};
use super::settings::{Changes, SetError, part_names, settings};
use crate::series::number::grouped;

/// Why a recipe file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// It cannot be read.
    #[error("the recipe {} cannot be read: {source}; check that the path is that of a recipe", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// It is no TOML.
    #[error("the recipe {} is not TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The parser's words, with line and column.
        message: String,
    },
    /// A key or a value is not a recipe's.
    #[error("the recipe {} cannot be used: {message}; the keys are those of {} that `tidegate recipe --reference` explains", path.display(), part_names())]
    Content {
        /// The file.
        path: PathBuf,
        /// Which key, and what was expected.
        message: String,
    },
    /// A setting of the command line is not one.
    #[error("--set {0}")]
    Set(#[from] SetError),
    /// Settings of the command line do not make a recipe.
    #[error("--set cannot be used: {message}")]
    Sets {
        /// Which key, and what was expected.
        message: String,
    },
}

impl Recipe {
    /// This recipe with a file's settings laid over it.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or has an unknown key or a value of the wrong kind.
    pub fn with_file(&self, path: &Path) -> Result<Self, RecipeError> {
        let text = text_at_most(path, MOST_SETTINGS)
            .map_err(|source| RecipeError::Unreadable { path: path.to_owned(), source })?;
        self.with_text(path, &text)
    }

    /// The recipe of a text that [`Self::to_toml`] made; `path` is for messages.
    ///
    /// # Errors
    /// As [`Self::with_file`].
    pub fn from_toml(path: &Path, text: &str) -> Result<Self, RecipeError> {
        Self::default().with_text(path, text)
    }

    fn with_text(&self, path: &Path, text: &str) -> Result<Self, RecipeError> {
        let changes: Table =
            text.parse().map_err(|error: toml::de::Error| RecipeError::Syntax {
                path: path.to_owned(),
                message: error.to_string().trim_end().to_owned(),
            })?;
        let content = |message: String| RecipeError::Content { path: path.to_owned(), message };
        let changes = up_to_date(changes).map_err(content)?;
        self.laid_over(&Changes::of_table(changes)).map_err(content)
    }

    /// This recipe with changes laid over it.
    ///
    /// # Errors
    /// Where a value is of the wrong kind.
    pub fn with(&self, changes: &Changes) -> Result<Self, RecipeError> {
        self.laid_over(changes).map_err(|message| RecipeError::Sets { message })
    }

    fn laid_over(&self, changes: &Changes) -> Result<Self, String> {
        let mut all = Table::try_from(self).map_err(|error| error.to_string())?;
        changes.over(&mut all);
        spell_out_choices(&mut all);
        all.try_into().map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())
    }

    /// The whole recipe as TOML, readable by [`Recipe::with_file`].
    ///
    /// # Errors
    /// Where a value has no TOML form.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("version = {VERSION}\n\n{}", toml::to_string_pretty(self)?))
    }
}

/// A choice that has parameters and stands there as a word alone has those of its defaults.
fn spell_out_choices(all: &mut Table) {
    for setting in settings() {
        let Some((part, name)) = setting.path.split_once('.') else { continue };
        let value =
            all.get_mut(part).and_then(Value::as_table_mut).and_then(|part| part.get_mut(name));
        let Some(Value::String(word)) = value.as_deref() else { continue };
        let choice = setting.choices().iter().find(|choice| choice.name == *word);
        if let (Some(choice), Some(value)) = (choice, value)
            && !choice.parameters.is_empty()
        {
            let parameters = (choice.name.clone(), Value::Table(Table::new()));
            *value = Value::Table(Table::from_iter([parameters]));
        }
    }
}

/// Bytes of a file that people write, or that is as small: a recipe with a role for each of 20,000
/// columns has two million.
pub(crate) const MOST_SETTINGS: u64 = 16 << 20;

/// The bytes of a file of at most `most` bytes. Devices and pipes end there too.
///
/// # Errors
/// Where there is no such file, or it cannot be read; or it is larger, with the size found and the size
/// allowed.
pub(crate) fn bytes_at_most(path: &Path, most: u64) -> IoResult<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() > most {
        return Err(too_large(&bytes_of(metadata.len()), most));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large("more bytes", most));
    }
    Ok(bytes)
}

/// The text of a file of at most `most` bytes.
///
/// # Errors
/// As [`bytes_at_most`], and where it is not UTF-8.
pub(crate) fn text_at_most(path: &Path, most: u64) -> IoResult<String> {
    let bytes = bytes_at_most(path, most)?;
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

fn too_large(found: &str, most: u64) -> Error {
    Error::other(format!("it has {found}, and at most {} are read", bytes_of(most)))
}

fn bytes_of(count: u64) -> String {
    format!("{} bytes", grouped(usize::try_from(count).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::ImportConfig;
    use crate::nn::Cell;
    use crate::series::{MissingPolicy, OutlierPolicy};
    use crate::transform::{FourierTerms, Power, Scaling};

    fn read(text: &str) -> Result<Recipe, RecipeError> {
        Recipe::default().with_text(Path::new("r.toml"), text)
    }

    #[test]
    fn a_file_changes_only_what_it_names() {
        let recipe = read("[window]\nlookback = 7\n[model]\ncell = \"gru\"\n").unwrap();
        let mut expected = Recipe::default();
        expected.window.lookback = 7;
        expected.model.cell = Cell::Gru;
        assert_eq!(recipe, expected);
    }

    #[test]
    fn a_recipe_survives_the_way_through_toml() {
        let mut recipe = Recipe::default();
        recipe.baselines.season_length = Some(7);
        recipe.train.learning_rate = 0.1 + 0.2;
        recipe.transform.power = Power::BoxCoxGuerrero;
        recipe.transform.fourier = vec![FourierTerms { period: 365.25, pairs: 3 }];
        assert_eq!(read(&recipe.to_toml().unwrap()).unwrap(), recipe);
    }

    #[test]
    fn transforms_are_read_by_the_names_of_the_readme() {
        let text = "[transform]\npower = \"log1p\"\nscaling = \"robust\"\ncalendar = true\n\
                    fourier = [{ period = 48, pairs = 2 }, { period = 336.0, pairs = 1 }]\n";
        let transform = read(text).unwrap().transform;
        assert_eq!((transform.power, transform.scaling), (Power::Log1p, Scaling::Robust));
        assert!(transform.calendar && transform.subtract_last);
        let terms = |period, pairs| FourierTerms { period, pairs };
        assert_eq!(transform.fourier, [terms(48.0, 2), terms(336.0, 1)]);
        let error = read("[transform]\npower = \"sqrt\"\n").unwrap_err().to_string();
        assert!(error.contains("sqrt") && error.contains("box-cox-guerrero"), "{error}");
    }

    #[test]
    fn policies_are_read_by_name_and_recipes_without_them_still_load() {
        let text = "[import]\nmissing = \"drop-series\"\noutliers = \"mask\"\n";
        let import = read(text).unwrap().import;
        assert_eq!(import.missing, MissingPolicy::DropSeries);
        assert_eq!(import.outliers, OutlierPolicy::Mask);
        let earlier: ImportConfig = toml::from_str("target = \"y\"\n").unwrap();
        assert_eq!((earlier.missing, earlier.outliers), (MissingPolicy::Auto, OutlierPolicy::Keep));
        for policy in MissingPolicy::ALL {
            let named = read(&format!("[import]\nmissing = \"{}\"\n", policy.name()));
            assert_eq!(named.unwrap().import.missing, policy);
        }
        for policy in OutlierPolicy::ALL {
            let named = read(&format!("[import]\noutliers = \"{}\"\n", policy.name()));
            assert_eq!(named.unwrap().import.outliers, policy);
        }
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = read("[window]\nlokback = 7\n").unwrap_err().to_string();
        assert!(error.contains("lokback") && error.contains("lookback"), "{error}");
        let error = read("[windw]\nlookback = 7\n").unwrap_err().to_string();
        assert!(error.contains("windw"), "{error}");
    }

    #[test]
    fn a_wrong_value_and_a_broken_file_say_what_was_found() {
        let error = read("[window]\nlookback = \"long\"\n").unwrap_err().to_string();
        assert!(error.contains("long"), "{error}");
        let error = read("[window\n").unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.toml");
        std::fs::write(&path, "12345678").unwrap();
        assert_eq!(text_at_most(&path, 8).unwrap(), "12345678");
        let error = text_at_most(&path, 7).unwrap_err().to_string();
        assert_eq!(error, "it has 8 bytes, and at most 7 bytes are read");
        std::fs::write(&path, b"\xff").unwrap();
        assert!(bytes_at_most(&path, 7).is_ok() && text_at_most(&path, 7).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_never_ends_is_not_read_for_ever() {
        let error = bytes_at_most(Path::new("/dev/zero"), 100).unwrap_err().to_string();
        assert_eq!(error, "it has more bytes, and at most 100 bytes are read");
    }
}
