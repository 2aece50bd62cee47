//! What each column is for: by name in the settings, else by content.
//!
//! Covariates are found by the words of a column's name, and where it holds nothing but 0 and 1: a guess
//! that a person can change. Columns of a few words become numbers: `FALSE` and `TRUE` are 0 and 1, and
//! `clear`, `mist`, `rain` are 0, 1, 2, by their place in the alphabet.

use std::collections::{BTreeMap, HashMap};

use super::columns::NumberColumn;
use super::config::{ColumnRole, ImportConfig, Role};
use super::error::{ImportError, listed, shown};
use super::keys::{Keys, find_keys};
use super::number::is_missing;
use super::parsed::Table;
use super::time::find_time::{chosen_time, found_time, is_date_part, time_within_keys, with_parts};
use super::time::integers::counts_rows;
use super::time::stamps::FoundTime;

/// The columns of a table by role.
#[derive(Debug)]
pub(crate) struct Roles {
    /// The time column and its number.
    pub time: Option<FoundTime>,
    /// One a column.
    pub by_column: Vec<Role>,
    /// Number of the target column.
    pub target: usize,
    /// The series of a long panel.
    pub keys: Option<Keys>,
    /// The words of columns that are categories, by column.
    pub words: Vec<(usize, Vec<String>)>,
    /// The codes of those columns, in the same order.
    pub codes: Vec<NumberColumn>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Numbers of the columns that are series, in file order.
pub(crate) fn value_columns(roles: &Roles) -> Vec<usize> {
    (0..roles.by_column.len()).filter(|&column| roles.by_column[column].is_series()).collect()
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Id => "id",
            Self::Target => "target",
            Self::PastCovariate => "past covariate",
            Self::FutureCovariate => "future covariate",
            Self::Static => "static",
            Self::RowNumber => "row number",
            Self::Text => "text",
            Self::Empty => "empty",
            Self::Ignored => "ignored",
        })
    }
}

/// Gives each column its role. `config.target` may also name a series of a long panel; that is left
/// to the reading.
///
/// # Errors
/// A name in `config` that no column has or that cannot play its part; no numeric column.
pub(crate) fn assign(table: Table<'_>, config: &ImportConfig) -> Result<Roles, ImportError> {
    let chosen = chosen_roles(table, config)?;
    let (time, keys) = time_and_keys(table, config, &chosen)?;
    let time_at = time.as_ref().map(|(column, _)| *column);
    let is_joined =
        |column: usize| time.as_ref().is_some_and(|(_, time)| time.joined.contains(&column));
    let is_key = |column: usize| keys.as_ref().is_some_and(|keys| keys.columns.contains(&column));
    let mut by_column: Vec<Role> = (0..table.width())
        .map(|column| match chosen[column] {
            _ if Some(column) == time_at || is_joined(column) => Role::Time,
            Some(role) => role.into(),
            None if is_key(column) => Role::Id,
            None => table.plain_role(column),
        })
        .collect();
    let is_series_name =
        |name: &str| keys.as_ref().is_some_and(|keys| keys.holds_name(name, &table.sheet.names));
    let wanted = config.target.as_deref().filter(|name| !is_series_name(name));
    let wanted = wanted.map(|name| table.named("target", name)).transpose()?;
    if let Some(column) = wanted {
        table.checked_target(column, &by_column)?;
        by_column[column] = Role::Target;
    }
    for column in (0..table.width()).filter(|&at| chosen[at] == Some(ColumnRole::Target)) {
        table.checked_target(column, &by_column)?;
    }
    table.covariates(&chosen, wanted, time_at.is_some(), &mut by_column);
    if let Some(keys) = &keys {
        table.statics(&chosen, wanted, keys, &mut by_column);
    }
    let mut notes = Vec::new();
    let target = match wanted {
        Some(column) => column,
        None => table.default_target(&mut by_column, &mut notes)?,
    };
    let (words, codes) = table.category_columns(&chosen, &mut by_column);
    Ok(Roles { time, by_column, target, keys, words, codes, notes })
}

fn chosen_roles(
    table: Table<'_>,
    config: &ImportConfig,
) -> Result<Vec<Option<ColumnRole>>, ImportError> {
    let mut chosen = vec![None; table.width()];
    for (name, &role) in &config.roles {
        chosen[table.named(role.name(), name)?] = Some(role);
    }
    if let Some(name) = &config.time {
        chosen[table.named("time", name)?] = Some(ColumnRole::Time);
    }
    let mut times = (0..table.width()).filter(|&at| chosen[at] == Some(ColumnRole::Time));
    if let (Some(one), Some(other)) = (times.next(), times.next()) {
        return Err(ImportError::TwoTimes {
            file: table.file.to_owned(),
            columns: listed([table.name(one), table.name(other)]),
        });
    }
    Ok(chosen)
}

fn time_and_keys(
    table: Table<'_>,
    config: &ImportConfig,
    chosen: &[Option<ColumnRole>],
) -> Result<(Option<FoundTime>, Option<Keys>), ImportError> {
    let target = config.target.as_deref();
    let may = |column: usize| chosen[column].is_none() && target != Some(table.name(column));
    let set = chosen.iter().position(|role| *role == Some(ColumnRole::Time));
    let time = match set {
        Some(column) => Some(chosen_time(table, column, config.date_order)?),
        None => found_time(table, &may, config.date_order),
    };
    let time = with_parts(table, time, set.is_some(), &may, config)?;
    if time.is_none()
        && let Some((time, keys)) = time_within_keys(table, &may, config)?
    {
        return Ok((Some(time), Some(keys)));
    }
    let keys = find_keys(table, time.as_ref(), config)?;
    Ok((time, keys))
}

/// Columns that fit a message.
const SHOWN_COLUMNS: usize = 5;

impl Table<'_> {
    fn plain_role(&self, column: usize) -> Role {
        let numbers = &self.numbers[column];
        if numbers.filled == 0 {
            return Role::Empty;
        }
        if !numbers.is_numeric() {
            return Role::Text;
        }
        if column == 0 && counts_rows(self.hint(column, false), || self.whole_numbers(column)) {
            return Role::RowNumber;
        }
        Role::Target
    }

    /// Turns found targets into covariates where they look like such, unless none would be left.
    fn covariates(
        &self,
        chosen: &[Option<ColumnRole>],
        wanted: Option<usize>,
        timed: bool,
        roles: &mut [Role],
    ) {
        let mut guessed = roles.to_vec();
        for (column, role) in guessed.iter_mut().enumerate() {
            let free = *role == Role::Target && chosen[column].is_none() && Some(column) != wanted;
            if free && timed {
                let values = &self.numbers[column].values;
                *role = covariate_role(self.name(column), values).unwrap_or(*role);
            }
        }
        if guessed.contains(&Role::Target) {
            roles.copy_from_slice(&guessed);
        }
    }

    /// Columns that say the same in all rows of each series, unless no target would be left.
    fn statics(
        &self,
        chosen: &[Option<ColumnRole>],
        wanted: Option<usize>,
        keys: &Keys,
        roles: &mut [Role],
    ) {
        let mut guessed = roles.to_vec();
        for (column, role) in guessed.iter_mut().enumerate() {
            let free = chosen[column].is_none() && Some(column) != wanted;
            let says = *role == Role::Text || role.is_series();
            if free && says && keys.hold_constant(*self, column) {
                *role = Role::Static;
            }
        }
        if guessed.contains(&Role::Target) {
            roles.copy_from_slice(&guessed);
        }
    }

    fn category_columns(
        &self,
        chosen: &[Option<ColumnRole>],
        roles: &mut [Role],
    ) -> (Vec<(usize, Vec<String>)>, Vec<NumberColumn>) {
        let (mut words, mut codes) = (Vec::new(), Vec::new());
        for (column, role) in roles.iter_mut().enumerate() {
            let set = chosen[column].is_some() && role.is_series();
            if self.numbers[column].is_numeric() || !(set || *role == Role::Text) {
                continue;
            }
            let Some(found) = categories(|| self.cells.column(column), set) else { continue };
            if !set {
                let guess = covariate_role(self.name(column), &[]);
                *role = guess.unwrap_or(Role::PastCovariate);
            }
            words.push((column, found.words));
            codes.push(found.codes);
        }
        (words, codes)
    }

    fn default_target(
        &self,
        roles: &mut [Role],
        notes: &mut Vec<String>,
    ) -> Result<usize, ImportError> {
        let first = |role: Role| roles.iter().position(|&found| found == role);
        let targets = || (0..roles.len()).filter(|&column| roles[column] == Role::Target);
        let is_part = |column: &usize| is_date_part(self.written_name(*column));
        if let Some(column) = targets().find(|column| !is_part(column)) {
            let passed = listed(targets().take_while(|&at| at < column).map(|at| self.name(at)));
            if !passed.is_empty() {
                notes.push(format!(
                    "columns named like parts of a date are no target by default: {passed}; the \
                     target is {}; set another to change it",
                    self.name(column)
                ));
            }
            return Ok(column);
        }
        let number = || {
            let row_number = first(Role::RowNumber)?;
            Some((row_number, Role::Target))
        };
        if let Some((column, role)) =
            first(Role::Target).map(|column| (column, Role::Target)).or_else(number)
        {
            roles[column] = role;
            return Ok(column);
        }
        let example = |column: usize| {
            let filled = || self.cells.column(column).position(|cell| !is_missing(cell));
            let row = self.numbers[column].unparsable.first().copied().or_else(filled);
            let name = self.name(column);
            row.map_or(format!("nothing in {name}"), |row| {
                let (cell, line) = (shown(&self.cells.cell(column, row)), self.lines.at(row));
                format!("\"{cell}\" in {name} on line {line}")
            })
        };
        let mut columns: Vec<String> = (0..roles.len()).take(SHOWN_COLUMNS).map(example).collect();
        if roles.len() > SHOWN_COLUMNS {
            columns.push("…".to_owned());
        }
        Err(ImportError::NoNumericColumn {
            file: self.file.to_owned(),
            columns: columns.join(", "),
        })
    }

    fn checked_target(&self, column: usize, roles: &[Role]) -> Result<(), ImportError> {
        if roles[column].is_series() && self.numbers[column].is_numeric() {
            return Ok(());
        }
        let numeric = (0..roles.len())
            .filter(|&other| roles[other].is_series() && self.numbers[other].is_numeric())
            .map(|column| self.name(column));
        let choice = choice(numeric);
        let (file, name) = (self.file.to_owned(), self.name(column).to_owned());
        if roles[column] == Role::Time {
            return Err(ImportError::TargetIsTime { file, column: name, choice });
        }
        let row = self.numbers[column].unparsable.first().copied().unwrap_or(0);
        Err(ImportError::TargetIsText {
            file,
            column: name,
            cell: shown(&self.cells.cell(column, row)),
            line: self.lines.at(row),
            choice,
        })
    }
}

/// Advice on which columns can be the target.
pub(crate) fn choice<'a>(numeric: impl Iterator<Item = &'a str>) -> String {
    match listed(numeric) {
        none if none.is_empty() => "no other column holds numbers".to_owned(),
        names => format!("choose one of {names}"),
    }
}

/// Words of columns that the calendar or a plan tells in advance, in lower case.
const KNOWN_AHEAD: [&str; 27] = [
    "holiday",
    "holidays",
    "workingday",
    "workday",
    "businessday",
    "weekend",
    "isweekend",
    "weekday",
    "dayofweek",
    "dow",
    "dayofyear",
    "doy",
    "dayofmonth",
    "hour",
    "hourofday",
    "month",
    "quarter",
    "week",
    "weekofyear",
    "year",
    "promo",
    "promotion",
    "onpromotion",
    "discount",
    "event",
    "schoolholiday",
    "stateholiday",
];
/// Words of columns that measure the weather, in lower case.
const WEATHER: [&str; 24] = [
    "temperature",
    "temp",
    "atemp",
    "tmin",
    "tmax",
    "hum",
    "humidity",
    "wind",
    "windspeed",
    "pressure",
    "precipitation",
    "rain",
    "rainfall",
    "snow",
    "snowfall",
    "solar",
    "irradiance",
    "cloud",
    "clouds",
    "cloudcover",
    "dewpoint",
    "dew",
    "visibility",
    "weather",
];
/// Rows that a column of flags has at least.
const FEWEST_FLAGS: usize = 10;

/// What a column of numbers, or of categories, is for by its name and values.
pub(crate) fn covariate_role(name: &str, values: &[f64]) -> Option<Role> {
    let name = name.to_lowercase();
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let whole: String = words().collect();
    let is_among = |names: &[&str]| {
        names.contains(&whole.as_str()) || words().any(|word| names.contains(&word))
    };
    if is_among(&KNOWN_AHEAD) {
        return Some(Role::FutureCovariate);
    }
    (is_among(&WEATHER) || are_flags(values)).then_some(Role::PastCovariate)
}

/// Nothing but 0 and 1, and both of them.
fn are_flags(values: &[f64]) -> bool {
    let (mut zeros, mut ones) = (0, 0);
    for value in values.iter().filter(|value| !value.is_nan()) {
        match *value {
            0.0 => zeros += 1,
            1.0 => ones += 1,
            _ => return false,
        }
    }
    zeros > 0 && ones > 0 && zeros + ones >= FEWEST_FLAGS
}

/// Most different words of a category.
const MOST_CATEGORIES: usize = 20;
/// Rows for each word, so that no column of remarks counts as one.
const ROWS_PER_CATEGORY: usize = 3;
/// Pairs of words that are always two categories, in lower case and in order.
const PAIRS: [[&str; 2]; 6] =
    [["false", "true"], ["no", "yes"], ["n", "y"], ["f", "t"], ["off", "on"], ["closed", "open"]];

/// A column's words and their codes.
#[derive(Debug)]
pub(crate) struct Categories {
    /// The words, in order of their codes.
    pub words: Vec<String>,
    /// The codes as numbers.
    pub codes: NumberColumn,
}

/// Reads a column of words as categories; `None` where there are too many words. With `any` their
/// number does not matter.
pub(crate) fn categories<'a, I: Iterator<Item = &'a str>>(
    cells: impl Fn() -> I,
    any: bool,
) -> Option<Categories> {
    let mut known: BTreeMap<&str, f64> = BTreeMap::new();
    let mut filled = 0;
    for cell in cells().map(str::trim).filter(|cell| !is_missing(cell)) {
        filled += 1;
        if !known.contains_key(cell) {
            if known.len() == MOST_CATEGORIES && !any {
                return None;
            }
            known.insert(cell, 0.0);
        }
    }
    let few = known.len() * ROWS_PER_CATEGORY <= filled && known.len() > 1;
    if known.is_empty() || !(any || few || is_pair(&known)) {
        return None;
    }
    let mut next = 0.0;
    for code in known.values_mut() {
        *code = next;
        next += 1.0;
    }
    let codes: HashMap<&str, f64> = known.iter().map(|(&word, &code)| (word, code)).collect();
    let values = cells().map(|cell| codes.get(cell.trim()).copied().unwrap_or(f64::NAN)).collect();
    let codes = NumberColumn { values, filled, ..NumberColumn::default() };
    Some(Categories { words: known.into_keys().map(str::to_owned).collect(), codes })
}

fn is_pair(known: &BTreeMap<&str, f64>) -> bool {
    let words: Vec<String> = known.keys().map(|word| word.to_lowercase()).collect();
    PAIRS.iter().any(|pair| *pair == words.iter().map(String::as_str).collect::<Vec<_>>()[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_flags_tell_covariates() {
        assert_eq!(covariate_role("Holiday", &[1.0]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("is_holiday", &[]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("day_of_week", &[]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("Temperature (C)", &[21.5]), Some(Role::PastCovariate));
        assert_eq!(covariate_role("open", &[0.0, 1.0].repeat(5)), Some(Role::PastCovariate));
        assert_eq!(covariate_role("Demand", &[0.0, 1.0, 2.0].repeat(5)), None);
        assert_eq!(covariate_role("template", &[0.0, 0.0]), None);
    }
}

#[cfg(test)]
mod categories_tests {
    use super::*;

    fn read(cells: &[&str]) -> Option<(Vec<String>, Vec<f64>)> {
        categories(|| cells.iter().copied(), false).map(|found| (found.words, found.codes.values))
    }

    #[test]
    fn truth_is_one() {
        let (words, codes) = read(&["TRUE", "FALSE", "", "TRUE"]).unwrap();
        assert_eq!(words, ["FALSE", "TRUE"]);
        assert_eq!(codes[..2], [1.0, 0.0]);
        assert!(codes[2].is_nan());
    }

    #[test]
    fn few_words_in_many_rows_are_categories() {
        let cells = ["rain", "clear", "clear", "rain", "clear", "rain"];
        assert_eq!(read(&cells).unwrap().1, [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
        assert!(read(&["a", "b", "c", "a"]).is_none());
        assert!(read(&["", "NA"]).is_none());
    }
}
