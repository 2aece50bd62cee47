//! What each column is for: by name in the settings, else by content.

use super::categories::categories;
use super::columns::NumberColumn;
use super::config::{ColumnRole, ImportConfig};
use super::covariates::covariate_role;
use super::error::{ImportError, listed, shown};
use super::keys::{Keys, find_keys};
use super::number::is_missing;
use super::role::Role;
use super::table::Table;
use super::time::find_time::{chosen_time, found_time, time_within_keys};
use super::time::integers::counts_rows;
use super::time::joined::{is_date_part, with_parts};
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
