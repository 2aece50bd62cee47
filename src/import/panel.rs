//! Placed rows to series; what the settings do about their missing values and outliers; and the ledger
//! of every cell.
//!
//! The values of a series stay as the file has them. Not for the filling (`series::gaps`).

use std::borrow::Cow;
use std::ops::Range;

use super::config::{Gather, ImportConfig};
use super::error::{ImportError, listed, shown};
use super::keys::{Keys, SEPARATOR};
use super::ledger::{Ledger, LedgerEntry, Place, Reason, RowTallies, SeriesLedger, Spot, Tally};
use super::parsed::Table;
use super::reading::Reading;
use super::roles::{Roles, value_columns};
use super::time::gather::values_of;
use super::time::place::Placed;
use crate::series::gaps::gaps;
use crate::series::number::compact;
use crate::series::outliers::{are_rare, too_large};
use crate::series::{Filler, MissingPolicy, OutlierPolicy, Panel, Series, outliers};

/// Cells of one column that are not in its series.
#[derive(Debug, Clone, Default)]
struct CellTallies {
    missing: Tally,
    unparsable: Tally,
    outliers: Tally,
    /// Values of a column that is left out.
    dropped: Tally,
    /// After the last value of the targets, where future covariates are known.
    to_come: Tally,
}

impl CellTallies {
    fn absorb(&mut self, other: &Self) {
        self.missing.absorb(&other.missing);
        self.unparsable.absorb(&other.unparsable);
        self.outliers.absorb(&other.outliers);
        self.dropped.absorb(&other.dropped);
        self.to_come.absorb(&other.to_come);
    }

    const fn count(&self) -> usize {
        self.missing.count
            + self.unparsable.count
            + self.outliers.count
            + self.dropped.count
            + self.to_come.count
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
        } else if slot >= fate.rows {
            &mut tallies.to_come
        } else {
            &mut tallies.missing
        };
        tally.add_at(table.lines.at(row), || {
            place.filter(|_| slot < fate.rows).map_or(Spot::Nowhere, |place| {
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
        let CellTallies { missing, unparsable, outliers, dropped, to_come } = cells;
        missing.file(Reason::MissingCell, Some(table.name(column)), entries);
        unparsable.file(Reason::UnparsableCell, Some(table.name(column)), entries);
        outliers.file(Reason::Outlier, Some(table.name(column)), entries);
        dropped.file(Reason::DroppedColumn, Some(table.name(column)), entries);
        to_come.file(Reason::CellToCome, Some(table.name(column)), entries);
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

/// What becomes of the missing values of one series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// Runs of missing or masked values that are filled in, rising.
    filled: Vec<Range<usize>>,
    /// Slots of outliers that are masked, rising.
    outliers: Vec<usize>,
    /// Slots of the series.
    rows: usize,
    /// Slots without a value.
    pub missing: usize,
    /// Whether the series is left out for them.
    pub is_dropped: bool,
}

impl Fate {
    /// What the settings say of a series, as of its end: a gap there is filled by what is before it.
    pub fn of(series: &Series, config: &ImportConfig) -> Self {
        let (rows, missing) = (series.len(), series.missing());
        let masks = config.outliers == OutlierPolicy::Mask;
        if missing == 0 && !masks {
            return Self { rows, ..Self::default() };
        }
        if missing > 0 && config.missing == MissingPolicy::DropSeries {
            return Self { rows, missing, is_dropped: true, ..Self::default() };
        }
        let season_length = series.season_length();
        let outliers = if masks { outliers(&series.values, season_length) } else { Vec::new() };
        let mut values = Cow::Borrowed(&series.values[..]);
        for &slot in &outliers {
            values.to_mut()[slot] = f64::NAN;
        }
        let inputs = Filler { policy: config.missing, season_length }.fill(&values);
        let filled = gaps(&values).into_iter().filter(|gap| !inputs[gap.start].is_nan()).collect();
        Self { filled, outliers, rows, missing, is_dropped: false }
    }

    /// Whether the value of a slot is masked for standing far from the others.
    pub fn is_outlier(&self, slot: usize) -> bool {
        self.outliers.binary_search(&slot).is_ok()
    }

    /// Whether an input stands in for a missing value.
    pub fn is_filled(&self, slot: usize) -> bool {
        let at = self.filled.partition_point(|run| run.end <= slot);
        self.filled.get(at).is_some_and(|run| run.contains(&slot))
    }
}

/// The fates of all series of a file.
#[derive(Debug)]
pub(crate) struct Cleaning {
    /// One a series of the panel before any is dropped.
    pub fates: Vec<Fate>,
    /// The place of each among those that are kept.
    pub places: Vec<Option<usize>>,
}

impl Cleaning {
    /// Weighs every series. Those of one key (`per_key` of them) are dropped together; the numbers of
    /// a category have no outliers.
    ///
    /// # Errors
    /// Where no series is kept.
    pub fn new(
        file: &str,
        panel: &Panel,
        per_key: usize,
        is_category: impl Fn(usize) -> bool,
        config: &ImportConfig,
    ) -> Result<Self, ImportError> {
        let plain = ImportConfig { outliers: OutlierPolicy::Keep, ..config.clone() };
        let fate = |(at, series): (usize, &Series)| {
            Fate::of(series, if is_category(at) { &plain } else { config })
        };
        let mut fates: Vec<Fate> = panel.series.iter().enumerate().map(fate).collect();
        for key in fates.chunks_mut(per_key.max(1)) {
            let is_dropped = key.iter().any(|fate| fate.is_dropped);
            for fate in key {
                fate.is_dropped = is_dropped;
            }
        }
        let mut kept = 0;
        let place = |fate: &Fate| {
            kept += usize::from(!fate.is_dropped);
            (!fate.is_dropped).then(|| kept - 1)
        };
        let places: Vec<Option<usize>> = fates.iter().map(place).collect();
        if kept == 0 && !places.is_empty() {
            return Err(ImportError::AllDropped { file: file.to_owned(), series: places.len() });
        }
        Ok(Self { fates, places })
    }

    /// The places that these series have among those that are kept; `None` where none is.
    pub fn kept(&self, series: Range<usize>) -> Option<Range<usize>> {
        let mut places = self.places.get(series)?.iter().flatten();
        let first = *places.next()?;
        Some(first..places.last().map_or(first, |&last| last) + 1)
    }

    /// The series that are kept.
    pub fn keep(&self, panel: &mut Panel) {
        let mut places = self.places.iter();
        panel.series.retain(|_| places.next().is_some_and(Option::is_some));
    }

    /// Of these missing slots, how many are filled in, in every one of `series`.
    pub fn filled_among(&self, series: Range<usize>, slots: impl Iterator<Item = usize>) -> usize {
        let fates = self.fates.get(series).unwrap_or_default();
        slots.filter(|&slot| fates.iter().all(|fate| fate.is_filled(slot))).count()
    }

    /// Says which series are left out.
    pub fn note(&self, panel: &Panel) -> Option<String> {
        let dropped = panel.series.iter().zip(&self.places).filter(|(_, place)| place.is_none());
        let names: Vec<&str> = dropped.map(|(series, _)| series.name.as_str()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "{} of {} series are left out for their missing values, as import.missing says: {}",
                names.len(),
                panel.series.len(),
                listed(names.into_iter())
            )
        })
    }
}

/// Values that a note names one by one.
const NAMED: usize = 4;

/// Names them by series, date and line, with what to do; `None` where there are none.
pub(crate) fn note_large_values(reading: &Reading) -> Option<String> {
    let per_key = reading.series_per_key();
    let (mut count, mut named, mut rare) = (0, Vec::new(), true);
    for (place, series) in reading.panel.series.iter().enumerate() {
        let slots = too_large(&series.values);
        if slots.is_empty() {
            continue;
        }
        count += slots.len();
        rare &= are_rare(&slots, &series.values);
        let lines = reading.lines.get(place / per_key);
        let left = NAMED.saturating_sub(named.len());
        named.extend(slots.into_iter().take(left).map(|slot| {
            let line = lines.and_then(|lines| lines.line_of(slot));
            in_words(series, slot, line)
        }));
    }
    if count == 0 {
        return None;
    }
    let (values, are) = if count == 1 { ("value", "is") } else { ("values", "are") };
    let more = if count > named.len() { ", …" } else { "" };
    let what = match (rare, reading.outliers) {
        (true, OutlierPolicy::Keep) => {
            "most likely a sign for \"missing\", as which --outliers mask counts it"
        }
        (true, OutlierPolicy::Mask) => {
            "most likely a sign for \"missing\", and counted so, for outliers are masked"
        }
        (false, _) => "divide the column by a power of ten for those models",
    };
    Some(format!(
        "{count} {values} {are} too large for networks and some models to calculate with ({}{more}): {what}",
        named.join(", ")
    ))
}

fn in_words(series: &Series, slot: usize, line: Option<usize>) -> String {
    let (value, date) = (compact(series.values[slot]), series.axis.display(slot));
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    format!("{value} in {} at {date}{line}", series.name)
}
