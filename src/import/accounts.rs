//! Placed rows to series, and the account of every cell in them.

use super::error::shown;
use super::keys::{Keys, SEPARATOR};
use super::ledger::{Ledger, LedgerEntry, Place, Reason, SeriesLedger};
use super::place::{Placed, RowTallies, values_of};
use super::roles::Roles;
use super::table::Table;
use super::tally::{Spot, Tally};
use crate::series::{Panel, Series};

/// Cells of one column without a value.
#[derive(Debug, Clone, Default)]
struct CellTallies {
    missing: Tally,
    unparsable: Tally,
}

/// The series of every key, or of the one table where there is no key: for each key, one a value
/// column.
pub(crate) fn panel(table: Table<'_>, roles: &Roles, placed: &[Placed]) -> Panel {
    let columns = value_columns(roles);
    let mut panel = Panel { series: Vec::with_capacity(placed.len() * columns.len()) };
    for (group, placed) in placed.iter().enumerate() {
        for &column in &columns {
            let name = series_name(table, roles.keys.as_ref(), group, column, columns.len());
            let values = values_of(placed, &table.numbers[column].values);
            panel.series.push(Series::new(name, placed.axis.clone(), values));
        }
    }
    panel
}

fn series_name(
    table: Table<'_>,
    keys: Option<&Keys>,
    group: usize,
    column: usize,
    columns: usize,
) -> String {
    match keys {
        None => table.name(column).to_owned(),
        Some(keys) if columns == 1 => keys.names[group].clone(),
        Some(keys) => format!("{}{SEPARATOR}{}", keys.names[group], table.name(column)),
    }
}

/// Numbers of the columns that are series, in file order.
pub(crate) fn value_columns(roles: &Roles) -> Vec<usize> {
    (0..roles.by_column.len()).filter(|&column| roles.by_column[column].is_series()).collect()
}

/// Files what happened to the rows and cells, of the file and of each key.
pub(crate) fn account(table: Table<'_>, roles: &Roles, placed: &[Placed], ledger: &mut Ledger) {
    let columns = value_columns(roles);
    let time = roles.time.as_ref().map(|(column, _)| table.name(*column));
    let mut rows = RowTallies::default();
    let mut cells = vec![CellTallies::default(); columns.len()];
    for (group, placed) in placed.iter().enumerate() {
        rows.absorb(&placed.tallies);
        let series = (group * columns.len()..).zip(&columns);
        let of_group: Vec<CellTallies> =
            series.map(|(series, &column)| cell_tallies(table, column, placed, series)).collect();
        for (all, own) in cells.iter_mut().zip(&of_group) {
            all.missing.absorb(&own.missing);
            all.unparsable.absorb(&own.unparsable);
        }
        let cells_read = placed.rows.len() * columns.len();
        let masked: usize =
            of_group.iter().map(|cells| cells.missing.count + cells.unparsable.count).sum();
        ledger.rows_used += placed.rows.len();
        ledger.cells_read += cells_read;
        ledger.cells_used += cells_read - masked;
        if let Some(keys) = &roles.keys {
            let mut entries = Vec::new();
            placed.tallies.clone().file(time, &mut entries);
            file_cells(table, &columns, of_group, &mut entries);
            ledger.series.push(SeriesLedger {
                name: keys.names[group].clone(),
                rows_read: keys.groups[group].len(),
                rows_used: placed.rows.len(),
                cells_read,
                cells_used: cells_read - masked,
                entries,
            });
        }
    }
    rows.file(time, &mut ledger.entries);
    file_cells(table, &columns, cells, &mut ledger.entries);
}

/// The cells of one column that are the panel's `series`.
fn cell_tallies(table: Table<'_>, column: usize, placed: &Placed, series: usize) -> CellTallies {
    let numbers = &table.numbers[column];
    let mut tallies = CellTallies::default();
    let on_slots = placed.rows.iter().copied().zip(placed.slots.iter().copied());
    let mut masked: Vec<(usize, usize)> =
        on_slots.filter(|&(row, _)| numbers.values[row].is_nan()).collect();
    masked.sort_unstable();
    for (row, slot) in masked {
        let cell = table.cells.cell(column, row);
        let is_unparsable = numbers.is_unparsable(row, cell);
        let tally = if is_unparsable { &mut tallies.unparsable } else { &mut tallies.missing };
        tally.add_at(table.lines[row], || {
            Spot::Place(Place { series: series..series + 1, slots: slot..slot + 1 })
        });
        if is_unparsable {
            tally.detail_with(|| format!("for example \"{}\"", shown(cell.trim())));
        }
    }
    tallies
}

fn file_cells(
    table: Table<'_>,
    columns: &[usize],
    cells: Vec<CellTallies>,
    entries: &mut Vec<LedgerEntry>,
) {
    for (&column, CellTallies { missing, unparsable }) in columns.iter().zip(cells) {
        missing.file(Reason::MissingCell, Some(table.name(column)), entries);
        unparsable.file(Reason::UnparsableCell, Some(table.name(column)), entries);
    }
}
