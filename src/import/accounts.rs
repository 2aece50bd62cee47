//! Placed rows to series, and the account of every cell in them.

use super::cleaning::{Cleaning, Fate};
use super::error::shown;
use super::irregular_times::Gather;
use super::keys::{Keys, SEPARATOR};
use super::ledger::{Ledger, LedgerEntry, Place, Reason, SeriesLedger};
use super::roles::{Roles, value_columns};
use super::table::Table;
use super::tally::{Spot, Tally};
use super::time::place::Placed;
use super::time::row_tallies::RowTallies;
use super::time::slot_values::values_of;
use crate::series::{Panel, Series};

/// Cells of one column that are not in its series.
#[derive(Debug, Clone, Default)]
struct CellTallies {
    missing: Tally,
    unparsable: Tally,
    outliers: Tally,
    /// Values of a column that is left out.
    dropped: Tally,
}

impl CellTallies {
    fn absorb(&mut self, other: &Self) {
        self.missing.absorb(&other.missing);
        self.unparsable.absorb(&other.unparsable);
        self.outliers.absorb(&other.outliers);
        self.dropped.absorb(&other.dropped);
    }

    const fn count(&self) -> usize {
        self.missing.count + self.unparsable.count + self.outliers.count + self.dropped.count
    }
}

/// The series of every key, or of the one table where there is no key: for each key, one a value
/// column.
/// The values of rows that share a step become one by the column's method.
pub(crate) fn panel(
    table: Table<'_>,
    roles: &Roles,
    placed: &[Placed],
    methods: &[Gather],
) -> Panel {
    let columns = value_columns(roles);
    let mut panel = Panel { series: Vec::with_capacity(placed.len() * columns.len()) };
    for (group, placed) in placed.iter().enumerate() {
        for (&column, &method) in columns.iter().zip(methods) {
            let name = series_name(table, roles.keys.as_ref(), group, column, columns.len());
            let values = values_of(placed, &table.numbers[column].values, method);
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

/// Files what happened to the rows and cells, of the file and of each key.
pub(crate) fn account(
    table: Table<'_>,
    roles: &Roles,
    placed: &[Placed],
    cleaning: &Cleaning,
    ledger: &mut Ledger,
) {
    let columns = value_columns(roles);
    let time = roles.time.as_ref().map(|(column, _)| table.name(*column));
    let mut rows = RowTallies::default();
    let mut cells = vec![CellTallies::default(); columns.len()];
    for (group, placed) in placed.iter().enumerate() {
        let account = KeyAccount::of(table, &columns, placed, group, cleaning);
        rows.absorb(&account.rows);
        for (all, own) in cells.iter_mut().zip(&account.cells) {
            all.absorb(own);
        }
        ledger.rows_used += account.rows_used;
        ledger.cells_read += account.cells_read;
        ledger.cells_used += account.cells_used;
        if let Some(keys) = &roles.keys {
            let KeyAccount { rows, cells, rows_used, cells_read, cells_used } = account;
            let mut entries = Vec::new();
            rows.file(time, &mut entries);
            file_cells(table, &columns, cells, &mut entries);
            ledger.series.push(SeriesLedger {
                name: keys.names[group].clone(),
                rows_read: keys.groups[group].len(),
                rows_used,
                cells_read,
                cells_used,
                entries,
            });
        }
    }
    rows.file(time, &mut ledger.entries);
    file_cells(table, &columns, cells, &mut ledger.entries);
}

/// What happened to the rows and cells of one key, or of the one table.
struct KeyAccount {
    rows: RowTallies,
    /// One a value column; none where the series are dropped.
    cells: Vec<CellTallies>,
    rows_used: usize,
    cells_read: usize,
    cells_used: usize,
}

impl KeyAccount {
    fn of(
        table: Table<'_>,
        columns: &[usize],
        placed: &Placed,
        group: usize,
        cleaning: &Cleaning,
    ) -> Self {
        let series = group * columns.len()..(group + 1) * columns.len();
        let kept = cleaning.kept(series.clone());
        let mut rows = placed.tallies.clone();
        rows.move_to(kept.as_ref());
        if kept.is_none() {
            let missing = cleaning.fates[series].iter().map(|fate| fate.missing).sum::<usize>();
            let mut used: Vec<usize> = placed.rows.iter().collect();
            used.sort_unstable();
            for row in used {
                rows.dropped.add(table.lines.at(row));
            }
            rows.dropped.detail_with(|| format!("the first has {missing} missing values"));
            rows.missing_slots = Tally::default();
            // Every row is dropped, those that share a step too.
            rows.merged = Tally::default();
            return Self { rows, cells: Vec::new(), rows_used: 0, cells_read: 0, cells_used: 0 };
        }
        if rows.missing_slots.count > 0 {
            let neighbours = placed.slots.iter().zip(placed.slots.iter().skip(1));
            let holes = neighbours.flat_map(|(slot, next)| slot + 1..next);
            rows.missing_slots.imputed = cleaning.filled_among(series.clone(), holes);
        }
        let of_column = |(series, &column): (usize, &usize)| {
            cell_tallies(table, column, placed, &cleaning.fates[series], cleaning.places[series])
        };
        let cells: Vec<CellTallies> = series.zip(columns).map(of_column).collect();
        let cells_read = placed.rows.len() * columns.len();
        let cells_used = cells_read - cells.iter().map(CellTallies::count).sum::<usize>();
        Self { rows, cells, rows_used: placed.rows_used(), cells_read, cells_used }
    }
}

/// The cells of one column that are the panel's series at `place`.
fn cell_tallies(
    table: Table<'_>,
    column: usize,
    placed: &Placed,
    fate: &Fate,
    place: Option<usize>,
) -> CellTallies {
    let numbers = &table.numbers[column];
    let mut tallies = CellTallies::default();
    let on_slots = placed.rows.iter().zip(placed.slots.iter());
    let left_out = |&(row, slot): &(usize, usize)| {
        place.is_none() || numbers.values[row].is_nan() || fate.is_outlier(slot)
    };
    let mut masked: Vec<(usize, usize)> = on_slots.filter(left_out).collect();
    masked.sort_unstable();
    for (row, slot) in masked {
        let cell = || table.cells.cell(column, row);
        let is_unparsable = numbers.is_unparsable(row, cell);
        let has_value = !numbers.values[row].is_nan();
        let tally = if has_value && place.is_none() {
            &mut tallies.dropped
        } else if has_value {
            &mut tallies.outliers
        } else if is_unparsable {
            &mut tallies.unparsable
        } else {
            &mut tallies.missing
        };
        tally.add_at(table.lines.at(row), || {
            place.map_or(Spot::Nowhere, |place| {
                Spot::Place(Place { series: place..place + 1, slots: slot..slot + 1 })
            })
        });
        tally.imputed += usize::from(fate.is_filled(slot));
        if is_unparsable {
            tally.detail_with(|| format!("for example \"{}\"", shown(cell().trim())));
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
    for (&column, cells) in columns.iter().zip(cells) {
        let CellTallies { missing, unparsable, outliers, dropped } = cells;
        missing.file(Reason::MissingCell, Some(table.name(column)), entries);
        unparsable.file(Reason::UnparsableCell, Some(table.name(column)), entries);
        outliers.file(Reason::Outlier, Some(table.name(column)), entries);
        dropped.file(Reason::DroppedColumn, Some(table.name(column)), entries);
    }
}

/// Times that mostly repeat are the sign of several series one under another.
pub(crate) fn note_several_series(ledger: &Ledger, notes: &mut Vec<String>) {
    let conflicting = ledger.count(Reason::ConflictingRow);
    if conflicting > ledger.rows_used {
        notes.push(format!(
            "{conflicting} of {} rows repeat the time of an earlier row with other values: the \
             file seems to hold several series one under another, and only the first row of each \
             time is used; set the columns that tell them apart as ids",
            ledger.rows_read
        ));
    }
}
