//! How a file is read, as flags: the settings of `ImportConfig` by the names that recipe files use.

use std::collections::HashSet;
use std::path::Path;

use clap::Args;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::import::{
    ColumnRole, DateOrder, Decimal, Delimiter, Gather, ImportConfig, ImportError, IrregularRows,
    IrregularTimes, Layout, Reading, WorkingTimes, read_file_watched,
};
use crate::project::settings::{Changes, SetError};
use crate::project::{Recipe, setting};
use crate::series::{Frequency, MissingPolicy, OutlierPolicy, Unit};

use super::error::CliError;
use super::flags::help_of;
use super::progress::ReadingProgress;

/// Settings of the reading; what is not given is found by content.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How the file is read (what is not given is found by content)")]
pub struct ReadingOptions {
    /// Any setting by its name in recipe files, as in `train.input_noise=0.05`; an empty value leaves it
    /// to the program; may be given several times. `tidegate recipe --reference` lists all
    #[arg(long, value_name = "NAME=VALUE", value_parser = set)]
    pub set: Vec<Changes>,
    #[arg(long, value_name = "COL", help = help_of(setting!(import.time)))]
    pub time: Option<String>,
    #[arg(long, value_name = "COL", help = help_of(setting!(import.target)))]
    pub target: Option<String>,
    /// wide-columns (a series a column), long-panel (one under another, by ids) or wide-rows
    #[arg(long, value_name = "LAYOUT", value_parser = word::<Layout>)]
    pub layout: Option<Layout>,
    /// What a column is for: time, id, target, past-covariate, future-covariate, static or ignored;
    /// may be given several times
    #[arg(long = "role", value_name = "COL=ROLE", value_parser = role)]
    pub roles: Vec<(String, ColumnRole)>,
    #[arg(long, value_name = "NAME", help = help_of(setting!(import.sheet)))]
    pub sheet: Option<String>,
    /// comma, semicolon, tab, pipe or none, or the sign itself
    #[arg(long, value_name = "SIGN", value_parser = delimiter)]
    pub delimiter: Option<Delimiter>,
    #[arg(
        long, value_name = "SIGN", value_parser = word::<Decimal>,
        help = help_of(setting!(import.decimal))
    )]
    pub decimal: Option<Decimal>,
    /// The first row of the table names the columns
    #[arg(long, conflicts_with = "no_header")]
    pub header: bool,
    /// The first row of the table is one of values
    #[arg(long)]
    pub no_header: bool,
    #[arg(
        long, value_name = "ORDER", value_parser = word::<DateOrder>,
        help = help_of(setting!(import.date_order))
    )]
    pub date_order: Option<DateOrder>,
    #[arg(
        long, value_name = "POLICY", value_parser = word::<MissingPolicy>,
        help = help_of(setting!(import.missing))
    )]
    pub missing: Option<MissingPolicy>,
    #[arg(
        long, value_name = "POLICY", value_parser = word::<OutlierPolicy>,
        help = help_of(setting!(import.outliers))
    )]
    pub outliers: Option<OutlierPolicy>,
    #[arg(
        long, value_name = "TIMES", value_parser = word::<WorkingTimes>,
        help = help_of(setting!(import.working_times))
    )]
    pub working_times: Option<WorkingTimes>,
    #[arg(
        long, value_name = "ROWS", value_parser = word::<IrregularRows>,
        help = help_of(setting!(import.irregular.rows))
    )]
    pub irregular: Option<IrregularRows>,
    /// Step to gather them into, such as day, "15 minutes" or 6-hour
    #[arg(long, value_name = "STEP", value_parser = step)]
    pub step: Option<Frequency>,
    /// How values of one step become one: mean, sum or last; of one column as COL=METHOD, and may be
    /// given several times
    #[arg(long, value_name = "METHOD", value_parser = gather)]
    pub gather: Vec<(Option<String>, Gather)>,
}

impl ReadingOptions {
    /// What `--set` sets, the later of two that set the same.
    pub fn sets(&self) -> Changes {
        self.set.iter().cloned().fold(Changes::default(), |mut all, one| {
            all.add(one);
            all
        })
    }

    /// These settings laid over those of a recipe.
    ///
    /// # Errors
    /// Where a column is given two roles, or two ways to be gathered, or what `--set` sets is of the
    /// wrong kind.
    pub fn over(&self, recipe: ImportConfig) -> Result<ImportConfig, CliError> {
        once("--role", self.roles.iter().map(|(column, _)| Some(column.as_str())))?;
        once("--gather", self.gather.iter().map(|(column, _)| column.as_deref()))?;
        let recipe = Recipe { import: recipe, ..Recipe::default() };
        Ok(self.flags_over(recipe.with(&self.sets())?.import))
    }

    fn flags_over(&self, recipe: ImportConfig) -> ImportConfig {
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
            working_times: self.working_times.unwrap_or(recipe.working_times),
            held_out: recipe.held_out,
            irregular: self.irregular_over(recipe.irregular),
            roles,
        }
    }
}

impl ReadingOptions {
    fn irregular_over(&self, mut irregular: IrregularTimes) -> IrregularTimes {
        irregular.rows = self.irregular.unwrap_or(irregular.rows);
        irregular.step = self.step.or(irregular.step);
        for (column, method) in &self.gather {
            match column {
                Some(column) => drop(irregular.methods.insert(column.clone(), *method)),
                None => irregular.method = Some(*method),
            }
        }
        irregular
    }
}

/// Nothing where a flag that may be given several times names each column once; `None` stands for all of
/// them.
fn once<'a>(
    flag: &'static str,
    columns: impl Iterator<Item = Option<&'a str>>,
) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    for column in columns {
        if !seen.insert(column) {
            let what =
                column.map_or_else(|| "all columns".to_owned(), |name| format!("column {name}"));
            return Err(CliError::Twice { flag, what });
        }
    }
    Ok(())
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
pub(super) fn word<T: DeserializeOwned>(word: &str) -> Result<T, String> {
    let words: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(words).map_err(|error| error.to_string())
}

fn set(text: &str) -> Result<Changes, SetError> {
    let mut changes = Changes::default();
    changes.set(text)?;
    Ok(changes)
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

fn gather(text: &str) -> Result<(Option<String>, Gather), String> {
    match text.rsplit_once('=') {
        Some((column, method)) => Ok((Some(column.to_owned()), word(method)?)),
        None => Ok((None, word(text)?)),
    }
}

/// `day`, `6-hour`, `15 minutes`.
fn step(text: &str) -> Result<Frequency, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(digits);
    let unit = unit.trim_matches([' ', '-']).trim_end_matches('s').replace(' ', "-");
    let unit: Unit = word(&unit)?;
    let count = if count.is_empty() { Ok(1) } else { count.parse() };
    match count {
        Ok(count) if count > 0 => Ok(Frequency { unit, count }),
        _ => Err("a whole number of units from 1 on was expected, as in 15-minute".to_owned()),
    }
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
        let minutes = Frequency { unit: Unit::Minute, count: 15 };
        assert_eq!(step("15 minutes"), Ok(minutes));
        assert_eq!(step("15minute"), Ok(minutes));
        assert_eq!(step("business-day"), Ok(Frequency::every(Unit::BusinessDay)));
        assert!(step("0 days").unwrap_err().contains("from 1 on"));
        assert!(step("often").unwrap_err().contains("minute"));
        assert_eq!(gather("sold=sum"), Ok((Some("sold".to_owned()), Gather::Sum)));
        assert_eq!(gather("last"), Ok((None, Gather::Last)));
    }

    #[test]
    fn flags_are_laid_over_a_recipe() {
        let mut recipe = ImportConfig { header: Some(true), ..ImportConfig::default() };
        recipe.roles.insert("a".to_owned(), ColumnRole::Id);
        recipe.roles.insert("b".to_owned(), ColumnRole::Id);
        let roles = vec![("b".to_owned(), ColumnRole::Ignored)];
        let options = ReadingOptions { no_header: true, roles, ..ReadingOptions::default() };
        let config = options.over(recipe.clone()).unwrap();
        assert_eq!(config.header, Some(false));
        assert_eq!(config.roles["a"], ColumnRole::Id);
        assert_eq!(config.roles["b"], ColumnRole::Ignored);
        assert_eq!(ReadingOptions::default().over(recipe.clone()).unwrap(), recipe);
    }
}
