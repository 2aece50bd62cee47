//! Which column is the time and which is the target, by content or by name.
//!
//! Dates win over years, years over positions; of equals, a column without repeated times wins,
//! then the first. A column of numbers is never taken for time if it is the only one.

use super::cells::Cells;
use super::columns::NumberColumn;
use super::config::ImportConfig;
use super::error::{ImportError, listed, shown};
use super::integers::{Hint, counts_rows, from_integers};
use super::layout::Layout;
use super::number::is_missing;
use super::stamps::{TimeColumn, TimeStyle, from_text};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The dates or positions of the rows.
    Time,
    /// The series to forecast.
    Target,
    /// Another series.
    Numeric,
    /// A series that only numbers the rows; never the target by default.
    RowNumber,
    /// Words, or dates beside the time column.
    Text,
    /// No cell holds anything.
    Empty,
}

/// The columns of a table by role.
#[derive(Debug)]
pub(crate) struct Roles {
    /// The time column and its number.
    pub time: Option<(usize, TimeColumn)>,
    /// One a column.
    pub by_column: Vec<Role>,
    /// Number of the target column.
    pub target: usize,
}

/// A table whose columns get their roles.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub file: &'a str,
    pub layout: &'a Layout,
    /// Line of each row of `cells`.
    pub lines: &'a [usize],
    pub cells: &'a Cells,
    /// Every column read as numbers.
    pub numbers: &'a [NumberColumn],
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Target => "target",
            Self::Numeric => "numeric",
            Self::RowNumber => "row number",
            Self::Text => "text",
            Self::Empty => "empty",
        })
    }
}

/// Gives each column its role.
///
/// # Errors
/// A name in `config` that no column has or that cannot play its part; no numeric column.
pub(crate) fn assign(table: Table<'_>, config: &ImportConfig) -> Result<Roles, ImportError> {
    let wanted_target = config.target.as_deref().map(|name| table.named("target", name));
    let wanted_target = wanted_target.transpose()?;
    let time = match &config.time {
        Some(name) => Some(table.chosen_time(table.named("time", name)?)?),
        None => table.found_time(wanted_target),
    };
    let time_at = time.as_ref().map(|(column, _)| *column);
    let mut roles: Vec<Role> = (0..table.numbers.len())
        .map(|column| if Some(column) == time_at { Role::Time } else { table.plain_role(column) })
        .collect();
    let target = match wanted_target {
        Some(column) => table.checked_target(column, &roles)?,
        None => table.default_target(&roles)?,
    };
    roles[target] = Role::Target;
    Ok(Roles { time, by_column: roles, target })
}

/// Columns that fit a message.
const SHOWN_COLUMNS: usize = 5;

impl Table<'_> {
    fn name(&self, column: usize) -> &str {
        &self.layout.names[column]
    }

    /// The header's own name, empty where the file gives none.
    fn written_name(&self, column: usize) -> &str {
        self.layout.header.as_ref().map_or("", |header| header[column].as_str())
    }

    fn named(&self, role: &'static str, name: &str) -> Result<usize, ImportError> {
        let names = &self.layout.names;
        names.iter().position(|known| known == name.trim()).ok_or_else(|| {
            ImportError::UnknownColumn {
                file: self.file.to_owned(),
                role,
                name: name.to_owned(),
                columns: listed(names.iter().map(String::as_str)),
            }
        })
    }

    fn hint(&self, column: usize, chosen: bool) -> Hint<'_> {
        Hint { name: self.written_name(column), first: column == 0, chosen }
    }

    fn plain_role(&self, column: usize) -> Role {
        let numbers = &self.numbers[column];
        if numbers.filled == 0 {
            return Role::Empty;
        }
        if !numbers.is_numeric() {
            return Role::Text;
        }
        let may_count = column == 0;
        if may_count && counts_rows(self.hint(column, false), &self.column(column)) {
            return Role::RowNumber;
        }
        Role::Numeric
    }

    fn column(&self, column: usize) -> Vec<&str> {
        self.cells.column(column).collect()
    }

    fn chosen_time(&self, column: usize) -> Result<(usize, TimeColumn), ImportError> {
        let cells = self.column(column);
        let time = if self.numbers[column].is_numeric() {
            from_integers(self.hint(column, true), &cells)
        } else {
            from_text(self.name(column), &cells, true)
        };
        let time = time.map(|time| (column, time));
        time.ok_or_else(|| {
            let numbers = &self.numbers[column];
            let row = numbers
                .unparsable
                .first()
                .copied()
                .or_else(|| cells.iter().position(|cell| !is_missing(cell)));
            let row = row.unwrap_or(0);
            ImportError::NotATime {
                file: self.file.to_owned(),
                column: self.name(column).to_owned(),
                cell: shown(cells.get(row).copied().unwrap_or_default()),
                line: self.lines.get(row).copied().unwrap_or(1),
            }
        })
    }

    fn found_time(&self, target: Option<usize>) -> Option<(usize, TimeColumn)> {
        let numeric = self.numbers.iter().filter(|numbers| numbers.is_numeric()).count();
        let candidates = (0..self.numbers.len()).filter(|&column| Some(column) != target);
        candidates
            .filter_map(|column| {
                let numbers = &self.numbers[column];
                let time = if numbers.filled == 0 {
                    return None;
                } else if !numbers.is_numeric() {
                    from_text(self.name(column), &self.column(column), false)?
                } else if numeric > 1 && numbers.unparsable.is_empty() {
                    // The values tell quickly that a column of measurements holds no whole numbers.
                    let whole = numbers.values.iter().all(|n| n.is_nan() || n.fract() == 0.0);
                    whole
                        .then(|| self.column(column))
                        .and_then(|cells| from_integers(self.hint(column, false), &cells))?
                } else {
                    return None;
                };
                Some((rank(time.style), time.has_duplicates(), column, time))
            })
            .min_by_key(|&(rank, repeats, column, _)| (rank, repeats, column))
            .map(|(.., column, time)| (column, time))
    }

    fn default_target(&self, roles: &[Role]) -> Result<usize, ImportError> {
        let first = |role: Role| roles.iter().position(|&found| found == role);
        first(Role::Numeric).or_else(|| first(Role::RowNumber)).ok_or_else(|| {
            let example = |column: usize| {
                let filled = || self.cells.column(column).position(|cell| !is_missing(cell));
                let row = self.numbers[column].unparsable.first().copied().or_else(filled);
                let name = self.name(column);
                row.map_or(format!("nothing in {name}"), |row| {
                    let (cell, line) = (shown(self.cells.cell(column, row)), self.lines[row]);
                    format!("\"{cell}\" in {name} on line {line}")
                })
            };
            let mut columns: Vec<String> =
                (0..roles.len()).take(SHOWN_COLUMNS).map(example).collect();
            if roles.len() > SHOWN_COLUMNS {
                columns.push("…".to_owned());
            }
            ImportError::NoNumericColumn { file: self.file.to_owned(), columns: columns.join(", ") }
        })
    }

    fn checked_target(&self, column: usize, roles: &[Role]) -> Result<usize, ImportError> {
        if matches!(roles[column], Role::Numeric | Role::RowNumber) {
            return Ok(column);
        }
        let numeric = (0..roles.len())
            .filter(|&column| matches!(roles[column], Role::Numeric | Role::RowNumber))
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
            cell: shown(self.cells.cell(column, row)),
            line: self.lines.get(row).copied().unwrap_or(1),
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

/// Preference among time columns found by content, best first.
fn rank(style: TimeStyle) -> u8 {
    match style {
        TimeStyle::Dates | TimeStyle::DayFirst | TimeStyle::MonthFirst => 0,
        TimeStyle::CompactDates | TimeStyle::UnixTime => 1,
        TimeStyle::YearMonth => 2,
        TimeStyle::Quarters => 3,
        TimeStyle::Years => 4,
        TimeStyle::Index => 5,
    }
}
