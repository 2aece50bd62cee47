//! The roles of a table as a dataset: targets, each with the covariates and static values of its key.
//!
//! Not for what a role is given for: that is `roles`.

use super::config::{ImportConfig, Role};
use super::error::listed;
use super::number::is_missing;
use super::parsed::Table;
use super::reading::Reading;
use super::roles::{Roles, value_columns};
use super::time::place::Placed;
use crate::series::number::grouped;
use crate::series::{Covariate, DatasetSeries, Panel, Series, StaticCovariate, StaticValue};

impl Reading {
    /// The series at a place of the panel, with what the file knows beside it.
    pub fn dataset_series(&self, place: usize) -> DatasetSeries {
        let per_key = self.series_per_key();
        let first = place - place % per_key;
        let target = &self.panel.series[place];
        let of_role = |role: Role, most: usize| {
            let columns = self.columns.iter().filter(move |column| column.role == role);
            columns.filter_map(move |column| {
                let at = first + column.series?;
                let series = self.panel.series.get(at).filter(|_| at != place)?;
                let values = if series.len() > most {
                    series.values[..most].into()
                } else {
                    series.values.clone()
                };
                Some(Covariate { name: column.name.clone(), values })
            })
        };
        DatasetSeries {
            past: of_role(Role::PastCovariate, target.len()).collect(),
            future: of_role(Role::FutureCovariate, usize::MAX).collect(),
            statics: self.statics.get(place / per_key).cloned().unwrap_or_default(),
            target: target.clone(),
        }
    }

    /// The target with what the file knows beside it.
    pub fn target_with_covariates(&self) -> DatasetSeries {
        self.dataset_series(self.target)
    }
}

/// Ends the targets of each key after the last value of any of them, where a future covariate is known
/// for later rows: those rows miss no value, they are still to come. Says so in a note.
pub(crate) fn end_targets(panel: &mut Panel, roles: &Roles) -> Option<String> {
    let columns: Vec<Role> =
        value_columns(roles).iter().map(|&column| roles.by_column[column]).collect();
    if !columns.contains(&Role::FutureCovariate) {
        return None;
    }
    let mut to_come = 0;
    for key in panel.series.chunks_mut(columns.len()) {
        let end_of = |role: Role| {
            let of_role = key.iter().zip(&columns).filter(|(_, other)| **other == role);
            of_role.filter_map(|(series, _)| last_value(series)).max().map_or(0, |last| last + 1)
        };
        let (end, known) = (end_of(Role::Target), end_of(Role::FutureCovariate));
        if end == 0 || known <= end {
            continue;
        }
        to_come += known - end;
        let targets = key.iter_mut().zip(&columns).filter(|(_, role)| **role == Role::Target);
        targets.for_each(|(series, _)| *series = series.first(end));
    }
    let (rows, have) = if to_come == 1 { ("row", "has") } else { ("rows", "have") };
    (to_come > 0).then(|| {
        format!(
            "{} {rows} at the end {have} future covariates but no value to forecast: the forecast \
             begins there",
            grouped(to_come)
        )
    })
}

fn last_value(series: &Series) -> Option<usize> {
    series.values.iter().rposition(|value| !value.is_nan())
}

/// The static values of each key: the first that its rows have. A column that is set to be static
/// and changes within a key is named in `notes`.
pub(crate) fn statics(
    table: Table<'_>,
    roles: &Roles,
    placed: &[Placed],
    config: &ImportConfig,
    notes: &mut Vec<String>,
) -> Vec<Vec<StaticCovariate>> {
    let is_static = |column: &usize| roles.by_column[*column] == Role::Static;
    let columns: Vec<usize> = (0..roles.by_column.len()).filter(is_static).collect();
    let changes = |column: &&usize| {
        let is_set = config.roles.contains_key(table.name(**column));
        is_set && placed.iter().any(|placed| changes(table, **column, placed))
    };
    let changing = listed(columns.iter().filter(changes).map(|&column| table.name(column)));
    if !changing.is_empty() {
        notes.push(format!(
            "static columns hold one value for a whole series, but these change within one, and \
             only their first value counts: {changing}"
        ));
    }
    let values = |placed: &Placed| {
        let of_column = |&column: &usize| StaticCovariate {
            name: table.name(column).to_owned(),
            value: static_value(table, column, placed),
        };
        columns.iter().map(of_column).collect()
    };
    placed.iter().map(values).collect()
}

fn static_value(table: Table<'_>, column: usize, placed: &Placed) -> StaticValue {
    let numbers = &table.numbers[column];
    if numbers.is_numeric() {
        let mut values = placed.rows.iter().map(|row| numbers.value(row));
        return StaticValue::Number(values.find(|value| !value.is_nan()).unwrap_or(f64::NAN));
    }
    let mut cells = placed.rows.iter().map(|row| table.cells.cell(column, row));
    let cell = cells.find(|cell| !is_missing(cell));
    StaticValue::Category(cell.map(|cell| cell.trim().to_owned()).unwrap_or_default())
}

/// Whether the rows of a key hold two values.
fn changes(table: Table<'_>, column: usize, placed: &Placed) -> bool {
    let numbers = &table.numbers[column];
    if numbers.is_numeric() {
        let mut values = placed.rows.iter().map(|row| numbers.value(row)).filter(|v| !v.is_nan());
        let first = values.next();
        return values.any(|value| Some(value) != first);
    }
    let cells = placed.rows.iter().map(|row| table.cells.cell(column, row));
    let mut cells = cells.filter(|cell| !is_missing(cell));
    let first = cells.next();
    first.is_some_and(|first| cells.any(|cell| cell.trim() != first.trim()))
}
