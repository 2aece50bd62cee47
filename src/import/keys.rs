//! The key of a long panel: which columns name the series that a row belongs to.
//!
//! The sign of a long panel is that times repeat, and that with some columns of ids beside them
//! hardly any do. Not for the values of the series.

use std::collections::HashMap;

use super::config::{ColumnRole, ImportConfig, Layout};
use super::error::ImportError;
use super::parsed::Table;
use super::time::stamp::{Stamp, Stamps};
use super::time::stamps::FoundTime;
use crate::series::number::grouped;
use crate::series::text::unmarked;

/// The series of a long panel.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The columns of the key, in file order.
    pub columns: Vec<usize>,
    /// The name of each series: its ids joined with ` / `.
    pub names: Vec<String>,
    /// The rows of each series, in file order.
    pub groups: Vec<Vec<usize>>,
    /// Rows whose key has an empty cell.
    pub keyless: Vec<usize>,
    /// What tells that the file is a long panel.
    pub evidence: String,
}

impl Keys {
    /// Whether a column says the same in all rows of each series.
    pub fn hold_constant(&self, table: Table<'_>, column: usize) -> bool {
        self.groups.iter().all(|rows| {
            let Some((&first, others)) = rows.split_first() else { return true };
            let numbers = &table.numbers[column];
            if numbers.is_numeric() {
                let bits = |row: usize| numbers.value(row).to_bits();
                return others.iter().all(|&row| bits(row) == bits(first));
            }
            let cell = table.cells.cell(column, first);
            others.iter().all(|&row| table.cells.cell(column, row) == cell)
        })
    }

    /// Whether a series is called so: by its key, or by its key and one of `columns`.
    pub fn holds_name(&self, name: &str, columns: &[String]) -> bool {
        let of_column = |column: &String| {
            let key = name.strip_suffix(column.as_str())?.strip_suffix(SEPARATOR)?;
            self.names.iter().any(|known| known == key).then_some(())
        };
        self.names.iter().any(|known| known == name) || columns.iter().find_map(of_column).is_some()
    }
}

/// Of hundred rows, so many share their time with an earlier one before ids are looked for.
const REPEATS_PERCENT: usize = 15;
/// Ids tell series apart where they leave one of so many repeated times, or fewer.
const REPEATS_FOR_CONFLICT: usize = 3;
/// What stands between the parts of a key.
pub(crate) const SEPARATOR: &str = " / ";
/// Names of columns of whole numbers that are ids, in lower case.
const ID_NAMES: [&str; 34] = [
    "id",
    "item",
    "store",
    "sku",
    "product",
    "series",
    "key",
    "shop",
    "region",
    "country",
    "code",
    "group",
    "user",
    "customer",
    "sensor",
    "device",
    "station",
    "meter",
    "location",
    "loc",
    "city",
    "state",
    "family",
    "category",
    "dept",
    "department",
    "site",
    "zone",
    "symbol",
    "ticker",
    "unique_id",
    "channel",
    "plant",
    "line",
];
/// Endings of such names.
const ID_ENDINGS: [&str; 6] = ["_id", " id", "_nbr", "_nr", "_no", "_code"];

/// A column's cells as small numbers, one for each different cell.
struct Codes {
    codes: Vec<u32>,
    distinct: usize,
}

/// The code of an empty cell.
const NO_CODE: u32 = u32::MAX;

/// The key of a long panel; `None` where the file is none.
///
/// # Errors
/// A name in `config` that no column has.
pub(crate) fn find_keys(
    table: Table<'_>,
    time: Option<&FoundTime>,
    config: &ImportConfig,
) -> Result<Option<Keys>, ImportError> {
    if matches!(config.layout, Some(Layout::WideColumns | Layout::WideRows)) {
        return Ok(None);
    }
    let mut chosen = Vec::new();
    for (name, _) in config.roles.iter().filter(|(_, role)| **role == ColumnRole::Id) {
        chosen.push(table.named("id", name)?);
    }
    chosen.sort_unstable();
    if !chosen.is_empty() {
        let codes: Vec<Codes> = chosen.iter().map(|&column| codes_of(table, column)).collect();
        return Ok(Some(keys(table, chosen, &codes, "its id columns are set".to_owned())));
    }
    let Some((time_at, time)) = time else { return Ok(None) };
    let rows = time.times().count();
    let repeats = time.repeats();
    let forced = config.layout == Some(Layout::LongPanel);
    if !forced && repeats * 100 < rows * REPEATS_PERCENT {
        return Ok(None);
    }
    let taken = |column: usize| {
        column == *time_at
            || time.joined.contains(&column)
            || config.roles.contains_key(table.name(column))
            || { config.target.as_deref() == Some(table.name(column)) }
    };
    let free = (0..table.width()).filter(|&column| !taken(column));
    let mut found: Vec<(usize, Codes)> = Vec::new();
    for column in free {
        if let Some(codes) = candidate(table, column, &time.stamps) {
            found.push((column, codes));
        }
    }
    let left = |series: &[u32]| repeats_within(&time.stamps, series);
    let all: Vec<&Codes> = found.iter().map(|(_, codes)| codes).collect();
    let most_left = left(&joined(&all));
    if all.is_empty() || most_left * REPEATS_FOR_CONFLICT > repeats {
        return Ok(None);
    }
    let kept = needed(&all, most_left, &left);
    let mut place = 0;
    found.retain(|_| {
        place += 1;
        kept.binary_search(&(place - 1)).is_ok()
    });
    let (columns, codes): (Vec<usize>, Vec<Codes>) = found.into_iter().unzip();
    let names: Vec<&str> = columns.iter().map(|&column| table.name(column)).collect();
    let evidence = format!(
        "{} of {} rows have a time in {} that an earlier row has too, {} within the same {}; if they are \
         one series, choose the layout wide-columns",
        grouped(repeats),
        grouped(rows),
        table.name(*time_at),
        if most_left == 0 {
            "but none".to_owned()
        } else {
            format!("but only {}", grouped(most_left))
        },
        names.join(SEPARATOR)
    );
    Ok(Some(keys(table, columns, &codes, evidence)))
}

/// A column that may be an id: words, or whole numbers that are named or placed like ids, each of
/// them in several rows.
fn candidate(table: Table<'_>, column: usize, stamps: &Stamps) -> Option<Codes> {
    let numbers = &table.numbers[column];
    if numbers.filled * 2 < stamps.len() {
        return None;
    }
    if numbers.is_numeric() && !table.is_whole(column) {
        return None;
    }
    let codes = codes_of(table, column);
    if codes.distinct < 2 || codes.distinct * 2 > numbers.filled {
        return None;
    }
    let like_id = !numbers.is_numeric()
        || is_id_name(table.written_name(column))
        || changes_where_time_starts_again(&codes, stamps);
    like_id.then_some(codes)
}

fn is_id_name(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ID_NAMES.contains(&name.as_str()) || ID_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether time rises as long as the column stays the same, and each value stands in one stretch.
fn changes_where_time_starts_again(codes: &Codes, stamps: &Stamps) -> bool {
    let mut stretches = 1;
    let neighbours = stamps.iter().zip(stamps.iter().skip(1));
    for (codes, (before, after)) in codes.codes.windows(2).zip(neighbours) {
        if codes[0] != codes[1] {
            stretches += 1;
        } else if let (Stamp::At(before), Stamp::At(after)) = (before, after)
            && after <= before
        {
            return false;
        }
    }
    stretches == codes.distinct
}

fn codes_of(table: Table<'_>, column: usize) -> Codes {
    let numbers = &table.numbers[column];
    if numbers.is_counted && !numbers.values.is_empty() {
        let ids = numbers.values.iter().map(|number| number.to_bits());
        return codes(ids, |id| (!f64::from_bits(*id).is_nan()).then_some(*id));
    }
    codes(table.cells.column(column), |cell| Some(id(cell)).filter(|word| !word.is_empty()))
}

/// The id that a cell holds: without blanks around it, and without the mark of text that keeps
/// spreadsheets from running it as a formula.
pub(crate) fn id(cell: &str) -> &str {
    unmarked(cell.trim())
}

/// A code for each cell; `NO_CODE` for those without an id.
fn codes<C: PartialEq, I: std::hash::Hash + Eq>(
    cells: impl Iterator<Item = C>,
    id: impl Fn(&C) -> Option<I>,
) -> Codes {
    let mut known: HashMap<I, u32> = HashMap::new();
    let mut codes = Vec::new();
    let mut last: Option<(C, u32)> = None;
    for cell in cells {
        // Long panels mostly stand in blocks, so a cell often repeats the one above.
        let code = match &last {
            Some((above, code)) if *above == cell => *code,
            _ => {
                let next = u32::try_from(known.len()).unwrap_or(NO_CODE);
                id(&cell).map_or(NO_CODE, |id| *known.entry(id).or_insert(next))
            }
        };
        codes.push(code);
        last = Some((cell, code));
    }
    Codes { codes, distinct: known.len() }
}

/// One code for each different combination; `NO_CODE` where a part has none.
fn joined(parts: &[&Codes]) -> Vec<u32> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    rest.iter().fold(first.codes.clone(), |joint, part| with(&joint, &part.codes))
}

/// One code for each different pair.
fn with(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut known: HashMap<(u32, u32), u32> = HashMap::new();
    let pairs = one.iter().zip(other);
    pairs
        .map(|(&one, &other)| {
            let next = u32::try_from(known.len()).unwrap_or(NO_CODE);
            if one == NO_CODE || other == NO_CODE {
                NO_CODE
            } else {
                *known.entry((one, other)).or_insert(next)
            }
        })
        .collect()
}

/// Rows that share key and time with an earlier one.
fn repeats_within(stamps: &Stamps, codes: &[u32]) -> usize {
    let timed = || {
        let rows = stamps.iter().zip(codes).filter(|&(_, &code)| code != NO_CODE);
        rows.filter_map(|(stamp, &code)| Some((code, stamp.time()?)))
    };
    // In most files each series stands in time order, so that no two of its times are the same.
    let mut newest: HashMap<u32, i64> = HashMap::new();
    let mut last = (NO_CODE, i64::MIN);
    let rises = timed().all(|(code, time)| {
        let before = if code == last.0 {
            Some(last.1)
        } else {
            newest.insert(last.0, last.1);
            newest.get(&code).copied()
        };
        last = (code, time);
        before.is_none_or(|before| before < time)
    });
    if rises {
        return 0;
    }
    let mut rows: Vec<(u32, i64)> = timed().collect();
    let count = rows.len();
    rows.sort_unstable();
    rows.dedup();
    count - rows.len()
}

/// The parts of the key, by their place: a part that the others make needless stays if it is the
/// same in all rows of each series, and so is a label; one that changes from row to row is none.
fn needed(all: &[&Codes], most_left: usize, left: &dyn Fn(&[u32]) -> usize) -> Vec<usize> {
    // What the parts before each tell apart; those after it are joined as they are kept.
    let mut before: Vec<Vec<u32>> = Vec::new();
    for part in all {
        let next = before.last().map_or_else(|| part.codes.clone(), |all| with(all, &part.codes));
        before.push(next);
    }
    let mut kept = Vec::new();
    let mut after: Option<Vec<u32>> = None;
    for part in (0..all.len()).rev() {
        before.truncate(part);
        let others = match (before.last(), &after) {
            (Some(before), Some(after)) => with(before, after),
            (Some(before), None) => before.clone(),
            (None, Some(after)) => after.clone(),
            (None, None) => Vec::new(),
        };
        let is_needless =
            !others.is_empty() && changes_within(&others, all[part]) && left(&others) <= most_left;
        if !is_needless {
            let codes = &all[part].codes;
            after = Some(after.map_or_else(|| codes.clone(), |after| with(codes, &after)));
            kept.push(part);
        }
    }
    kept.reverse();
    kept
}

fn changes_within(series: &[u32], part: &Codes) -> bool {
    let mut first: HashMap<u32, u32> = HashMap::new();
    series
        .iter()
        .zip(&part.codes)
        .any(|(&series, &code)| series != NO_CODE && *first.entry(series).or_insert(code) != code)
}

/// Groups the rows, series in the order in which they first occur.
fn keys(table: Table<'_>, columns: Vec<usize>, codes: &[Codes], evidence: String) -> Keys {
    let parts: Vec<&Codes> = codes.iter().collect();
    let mut keys = Keys { columns, names: vec![], groups: vec![], keyless: vec![], evidence };
    let mut places: HashMap<u32, usize> = HashMap::new();
    for (row, code) in joined(&parts).into_iter().enumerate() {
        if code == NO_CODE {
            keys.keyless.push(row);
            continue;
        }
        let place = *places.entry(code).or_insert_with(|| {
            let cells = keys.columns.iter().map(|&column| table.cells.cell(column, row));
            let ids: Vec<String> = cells.map(|cell| id(&cell).to_owned()).collect();
            keys.names.push(ids.join(SEPARATOR));
            keys.groups.push(Vec::new());
            keys.groups.len() - 1
        });
        keys.groups[place].push(row);
    }
    keys
}
