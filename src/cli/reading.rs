//! How a file is read, as flags: the settings of `ImportConfig` by the names that recipe files use.

use std::path::Path;

use clap::Args;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::import::{
    ColumnRole, DateOrder, Decimal, Delimiter, ImportConfig, ImportError, Layout, Reading,
    read_file_watched,
};
use crate::series::{MissingPolicy, OutlierPolicy};

use super::progress::ReadingProgress;

/// Settings of the reading; what is not given is found by content.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How the file is read (what is not given is found by content)")]
pub struct ReadingOptions {
    /// Column that holds the time
    #[arg(long, value_name = "COL")]
    pub time: Option<String>,
    /// Column or series to forecast [default: the first target]
    #[arg(long, value_name = "COL")]
    pub target: Option<String>,
    /// wide-columns (a series a column), long-panel (one under another, by ids) or wide-rows
    #[arg(long, value_name = "LAYOUT", value_parser = word::<Layout>)]
    pub layout: Option<Layout>,
    /// What a column is for: time, id, target, past-covariate, future-covariate, static or ignored;
    /// may be given several times
    #[arg(long = "role", value_name = "COL=ROLE", value_parser = role)]
    pub roles: Vec<(String, ColumnRole)>,
    /// Sheet of a workbook [default: the first]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// comma, semicolon, tab, pipe or none, or the sign itself
    #[arg(long, value_name = "SIGN", value_parser = delimiter)]
    pub delimiter: Option<Delimiter>,
    /// point or comma
    #[arg(long, value_name = "SIGN", value_parser = word::<Decimal>)]
    pub decimal: Option<Decimal>,
    /// The first row of the table names the columns
    #[arg(long, conflicts_with = "no_header")]
    pub header: bool,
    /// The first row of the table is one of values
    #[arg(long)]
    pub no_header: bool,
    /// day-first (31/01/2024) or month-first (01/31/2024)
    #[arg(long, value_name = "ORDER", value_parser = word::<DateOrder>)]
    pub date_order: Option<DateOrder>,
    /// What stands in for missing inputs of a network: auto, leave, linear, seasonal, previous, or
    /// drop-series [default: auto]
    #[arg(long, value_name = "POLICY", value_parser = word::<MissingPolicy>)]
    pub missing: Option<MissingPolicy>,
    /// Values far from the others: keep, or mask [default: keep]
    #[arg(long, value_name = "POLICY", value_parser = word::<OutlierPolicy>)]
    pub outliers: Option<OutlierPolicy>,
}

impl ReadingOptions {
    /// These settings laid over those of a recipe.
    pub fn over(&self, recipe: ImportConfig) -> ImportConfig {
        let mut roles = recipe.roles.clone();
        roles.extend(self.roles.iter().cloned());
        let header = (self.header || self.no_header).then_some(self.header);
        ImportConfig {
            time: self.time.clone().or(recipe.time),
            target: self.target.clone().or(recipe.target),
            layout: self.layout.or(recipe.layout),
            sheet: self.sheet.clone().or(recipe.sheet),
            delimiter: self.delimiter.or(recipe.delimiter),
            decimal: self.decimal.or(recipe.decimal),
            header: header.or(recipe.header),
            date_order: self.date_order.or(recipe.date_order),
            missing: self.missing.unwrap_or(recipe.missing),
            outliers: self.outliers.unwrap_or(recipe.outliers),
            roles,
            ..recipe
        }
    }
}

/// Reads a file with a bar on standard error where it takes long and someone is looking.
///
/// # Errors
/// A file that cannot be read by these settings.
pub fn read_with_bar(
    path: &Path,
    config: &ImportConfig,
    quiet: bool,
) -> Result<Reading, ImportError> {
    let mut progress = ReadingProgress::new(path, quiet);
    read_file_watched(path, config, &mut |so_far| progress.hear(so_far))
}

/// A choice by the word that recipe files use for it.
fn word<T: DeserializeOwned>(word: &str) -> Result<T, String> {
    let words: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(words).map_err(|error| error.to_string())
}

fn delimiter(sign: &str) -> Result<Delimiter, String> {
    match sign {
        "," => Ok(Delimiter::Comma),
        ";" => Ok(Delimiter::Semicolon),
        "\t" | "\\t" => Ok(Delimiter::Tab),
        "|" => Ok(Delimiter::Pipe),
        name => word(name),
    }
}

fn role(text: &str) -> Result<(String, ColumnRole), String> {
    let (column, role) = text
        .rsplit_once('=')
        .ok_or_else(|| "a column and its role were expected, as in price=ignored".to_owned())?;
    Ok((column.to_owned(), word(role)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_signs_and_roles_are_read_by_their_names() {
        assert_eq!(delimiter(";"), Ok(Delimiter::Semicolon));
        assert_eq!(delimiter("tab"), Ok(Delimiter::Tab));
        let wrong = delimiter("colon").unwrap_err();
        assert!(wrong.contains("colon") && wrong.contains("semicolon"), "{wrong}");
        let named = role("a=b=past-covariate");
        assert_eq!(named, Ok(("a=b".to_owned(), ColumnRole::PastCovariate)));
        assert!(role("price").unwrap_err().contains("price=ignored"));
    }

    #[test]
    fn flags_are_laid_over_a_recipe() {
        let mut recipe = ImportConfig { header: Some(true), ..ImportConfig::default() };
        recipe.roles.insert("a".to_owned(), ColumnRole::Id);
        recipe.roles.insert("b".to_owned(), ColumnRole::Id);
        let roles = vec![("b".to_owned(), ColumnRole::Ignored)];
        let options = ReadingOptions { no_header: true, roles, ..ReadingOptions::default() };
        let config = options.over(recipe.clone());
        assert_eq!(config.header, Some(false));
        assert_eq!(config.roles["a"], ColumnRole::Id);
        assert_eq!(config.roles["b"], ColumnRole::Ignored);
        assert_eq!(ReadingOptions::default().over(recipe.clone()), recipe);
    }
}
