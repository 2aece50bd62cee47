//! How the values of one step become one: mean, sum or last, set or told by name and content.
//!
//! Only for files whose times are irregular; rows on an even step are never gathered.

use super::place::{Ordered, Placed};
use super::stamps::Ruler;
use super::strays::{Grid, model};
use crate::import::config::{Gather, ImportConfig, IrregularRows, Role};
use crate::import::error::listed;
use crate::import::ledger::Spot;
use crate::import::parsed::Table;
use crate::import::roles::{Roles, value_columns};
use crate::import::selection::{Lines, Order};
use crate::series::steps::{axis_of_steps, is_long_enough, likeliest_step};
use crate::series::{Clock, Frequency, TimeAxis, default_horizon};

/// Words in names of what adds up, in lower case.
const SUM_WORDS: [&str; 42] = [
    "sales",
    "sold",
    "count",
    "counts",
    "cnt",
    "qty",
    "quantity",
    "amount",
    "amounts",
    "volume",
    "orders",
    "order",
    "units",
    "clicks",
    "visits",
    "visitors",
    "views",
    "revenue",
    "turnover",
    "rain",
    "rainfall",
    "precipitation",
    "kwh",
    "mwh",
    "wh",
    "energy",
    "consumption",
    "trips",
    "rides",
    "passengers",
    "cases",
    "deaths",
    "births",
    "calls",
    "events",
    "tickets",
    "downloads",
    "total",
    "sum",
    "payments",
    "cost",
    "spend",
];
/// Words in names of what stands until it changes.
const LAST_WORDS: [&str; 20] = [
    "price",
    "prices",
    "close",
    "closing",
    "balance",
    "stock",
    "stocks",
    "inventory",
    "level",
    "levels",
    "state",
    "status",
    "odometer",
    "meter",
    "reading",
    "cumulative",
    "cum",
    "index",
    "quote",
    "nav",
];
/// Words in names of what is measured.
const MEAN_WORDS: [&str; 30] = [
    "temperature",
    "temp",
    "humidity",
    "pressure",
    "speed",
    "rate",
    "ratio",
    "percent",
    "pct",
    "share",
    "mean",
    "avg",
    "average",
    "voltage",
    "current",
    "power",
    "kw",
    "mw",
    "frequency",
    "ph",
    "co2",
    "pm10",
    "pm25",
    "latency",
    "duration",
    "score",
    "rating",
    "weight",
    "bpm",
    "density",
];
/// Counts reach down to a part of their mean; heart beats and temperatures do not.
const SPREAD_OF_COUNTS: f64 = 4.0;
/// Rows from which values that never fall are a meter's.
const FEWEST_OF_A_METER: usize = 10;

/// How each value column is gathered, and a note of it where rows were. What a column holds is told by
/// the rows that decide how the file is read.
pub(crate) fn methods(
    table: Table<'_>,
    roles: &Roles,
    placed: &[Placed],
    config: &ImportConfig,
) -> (Vec<Gather>, Option<String>) {
    let columns = value_columns(roles);
    if !placed.iter().any(|series| series.is_gathered) {
        return (vec![Gather::Last; columns.len()], None);
    }
    let irregular = &config.irregular;
    let method = |&column: &usize| {
        let name = table.name(column);
        let set = irregular.methods.get(name).copied().or(irregular.method);
        let is_category = roles.words.iter().any(|(words, _)| *words == column);
        set.unwrap_or_else(|| {
            let values = &table.numbers[column].values;
            likeliest(name, &deciding_values(placed, values), roles, column, is_category)
        })
    };
    let methods: Vec<Gather> = columns.iter().map(method).collect();
    let by = |wanted: Gather| {
        let names = columns.iter().zip(&methods).filter(|&(_, &method)| method == wanted);
        let names = listed(names.map(|(&column, _)| table.name(column)));
        (!names.is_empty()).then(|| match wanted {
            Gather::Mean => format!("their mean in {names}"),
            Gather::Sum => format!("their sum in {names}"),
            Gather::Last => format!("the last of them in {names}"),
        })
    };
    let said: Vec<String> =
        [Gather::Mean, Gather::Sum, Gather::Last].into_iter().filter_map(by).collect();
    let note = format!("values of one step become one: {}", said.join("; "));
    (methods, Some(note))
}

/// The known values of a column in the deciding rows of each series that is gathered, in time order.
fn deciding_values(placed: &[Placed], values: &[f64]) -> Vec<Vec<f64>> {
    let of_series = |series: &Placed| {
        let rows = series.rows.iter().take(series.deciding).map(|row| values[row]);
        rows.filter(|value| !value.is_nan()).collect()
    };
    placed.iter().filter(|series| series.is_gathered).map(of_series).collect()
}

/// The method that a column's name tells, else its values, one list a series.
fn likeliest(
    name: &str,
    values: &[Vec<f64>],
    roles: &Roles,
    column: usize,
    is_category: bool,
) -> Gather {
    if is_category || roles.by_column[column] == Role::FutureCovariate {
        return Gather::Last;
    }
    let lower = words(name);
    let named = |list: &[&str]| lower.iter().any(|word| list.contains(&word.as_str()));
    for (list, method) in [
        (MEAN_WORDS.as_slice(), Gather::Mean),
        (LAST_WORDS.as_slice(), Gather::Last),
        (SUM_WORDS.as_slice(), Gather::Sum),
    ] {
        if named(list) {
            return method;
        }
    }
    by_content(values)
}

/// Values that never fall are a meter's; whole numbers from nothing up are counts.
fn by_content(values: &[Vec<f64>]) -> Gather {
    let known = || values.iter().flatten().copied();
    let count = known().count();
    let rises = values.iter().all(|series| series.is_sorted())
        && values.iter().any(|series| series.first() < series.last());
    if rises && count >= FEWEST_OF_A_METER {
        return Gather::Last;
    }
    let are_whole = known().all(|value| value >= 0.0 && value.fract() == 0.0);
    let least = known().fold(f64::INFINITY, f64::min);
    let sum: f64 = known().sum();
    let mean = sum / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    if are_whole && count > 0 && least * SPREAD_OF_COUNTS <= mean {
        Gather::Sum
    } else {
        Gather::Mean
    }
}

/// The words of a name in lower case: `totalSales_EUR` has three.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let starts = !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
        if starts {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// One value of several, without those that are missing (NaN); NaN where all are.
pub(crate) fn gathered(values: impl Iterator<Item = f64> + Clone, method: Gather) -> f64 {
    let known = values.filter(|value| !value.is_nan());
    let Some(last) = known.clone().last() else { return f64::NAN };
    // The sum of finite numbers may pass the range of f64.
    let finite = |value: f64| value.clamp(f64::MIN, f64::MAX);
    match method {
        Gather::Last => last,
        Gather::Sum => finite(known.sum()),
        Gather::Mean => {
            let count = f64::from(u32::try_from(known.clone().count()).unwrap_or(u32::MAX));
            let sum: f64 = known.clone().sum();
            let mean = if sum.is_finite() { sum / count } else { known.map(|v| v / count).sum() };
            finite(mean)
        }
    }
}

/// Gathers the rows of series without a grid into steps, where the settings and the times allow it;
/// says so.
pub(crate) fn gather_rows(
    name: &str,
    ruler: &Ruler,
    ordered: &mut [Ordered],
    grids: &mut [Option<Grid>],
    lines: &Lines,
    config: &ImportConfig,
) -> Vec<String> {
    let mut notes = Vec::new();
    let Ruler::Calendar(clock, _) = ruler else { return notes };
    let irregular: Vec<usize> = (0..grids.len())
        .filter(|&at| grids[at].is_none() && !ordered[at].times.is_empty())
        .collect();
    if irregular.is_empty() || config.irregular.rows == IrregularRows::Numbered {
        return notes;
    }
    let common = common_step(grids);
    let mut step = step_of(clock, ordered, &irregular, common, config, &mut notes);
    for _ in 0..MOST_TRIES {
        let Some(known) = step else { return notes };
        if !decide_before(known, clock, ordered, &irregular, config.held_out) {
            break;
        }
        notes.clear();
        step = step_of(clock, ordered, &irregular, common, config, &mut notes);
    }
    let Some(step) = step else { return notes };
    let (mut rows, mut steps) = (0, 0);
    let mut left = irregular.len();
    for &at in &irregular {
        let series = &mut ordered[at];
        if !is_long_enough(&series.times, clock, step) {
            continue;
        }
        take_back_same_times(series);
        let Some((axis, slots)) = axis_of_steps(&series.times, clock, step) else { continue };
        count_merged(series, &slots, lines);
        let axis = TimeAxis::Calendar(axis);
        if let TimeAxis::Calendar(axis) = &axis {
            for (time, &slot) in series.times.iter_mut().zip(&slots) {
                *time = axis.instant_micros(slot);
            }
        }
        rows += slots.len();
        steps += slots.chunk_by(|one, next| one == next).count();
        left -= 1;
        series.is_gathered = true;
        grids[at] = Some((axis, slots));
    }
    let whose = match (irregular.len() - left, ordered.len()) {
        (0, _) => return notes,
        (_, 1) => format!("the times in column {name}"),
        (gathered, all) => format!("the times of {gathered} of {all} series in column {name}"),
    };
    notes.push(format!(
        "{whose} follow no even step, so their rows are gathered into steps of {step}, each named by \
         its start: {rows} rows make {steps} steps, of which the first and the last may be cut short; \
         another step or method can be set, or the rows numbered instead"
    ));
    notes
}

/// Fewer times than this show no step.
const FEWEST_DECIDING: usize = 3;
/// Times that the step is looked for again where it shows that the hold-out begins earlier.
const MOST_TRIES: usize = 4;

/// Lets no row from the hold-out on decide, where it begins by this step; tells whether one did.
fn decide_before(
    step: Frequency,
    clock: &Clock,
    ordered: &mut [Ordered],
    irregular: &[usize],
    held_out: Option<usize>,
) -> bool {
    let mut did = false;
    for &at in irregular {
        let series = &mut ordered[at];
        if series.deciding == series.times.len() || !is_long_enough(&series.times, clock, step) {
            continue;
        }
        let Some((axis, slots)) = axis_of_steps(&series.times, clock, step) else { continue };
        let rows = slots.last().map_or(0, |last| last + 1);
        let axis = TimeAxis::Calendar(axis);
        let held_out = default_horizon(&axis, 1, rows).max(held_out.unwrap_or(0));
        let before = slots.partition_point(|&slot| slot + held_out < rows);
        if (FEWEST_DECIDING..series.deciding).contains(&before) {
            series.deciding = before;
            did = true;
        }
    }
    did
}

/// The step that is set, if the times have rows enough for it; else that of the even series beside
/// them, or the likeliest of the longest one.
fn step_of(
    clock: &Clock,
    ordered: &[Ordered],
    irregular: &[usize],
    common: Option<Frequency>,
    config: &ImportConfig,
    notes: &mut Vec<String>,
) -> Option<Frequency> {
    let longest = irregular.iter().copied().max_by_key(|&at| ordered[at].times.len())?;
    let series = &ordered[longest];
    let times = &series.times[..series.deciding];
    let set = config.irregular.step.filter(|step| step.count > 0);
    if let Some(step) = set {
        if is_long_enough(times, clock, step) {
            return Some(step);
        }
        notes.push(format!(
            "a step of {step} is too short for the times of this file: nearly all steps would be \
             empty, so the likeliest step is taken instead"
        ));
    }
    common
        .filter(|&step| is_long_enough(times, clock, step))
        .or_else(|| likeliest_step(times, clock))
}

/// The step that the even series of the file share.
fn common_step(grids: &[Option<Grid>]) -> Option<Frequency> {
    match &grids[model(grids)?] {
        Some((TimeAxis::Calendar(axis), _)) => Some(axis.frequency),
        _ => None,
    }
}

/// Rows that have the time of another row are no conflict where rows are gathered.
fn take_back_same_times(series: &mut Ordered) {
    if series.same_time.is_empty() {
        return;
    }
    let until = series.times.get(series.deciding).copied();
    let mut timed: Vec<(i64, usize)> = series.times.drain(..).zip(series.rows.iter()).collect();
    timed.append(&mut series.same_time);
    timed.sort_unstable();
    let (times, rows): (Vec<i64>, Vec<usize>) = timed.into_iter().unzip();
    series.deciding =
        until.map_or(times.len(), |until| times.partition_point(|&time| time < until));
    (series.times, series.rows) = (times, rows.into());
    series.tallies.conflicting = Default::default();
}

/// Counts the rows that share the step of an earlier row.
pub(super) fn count_merged(series: &mut Ordered, slots: &[usize], lines: &Lines) {
    let rows = series.rows.iter().zip(&series.times).skip(1);
    let shared = slots.windows(2).zip(rows).filter(|(slots, _)| slots[0] == slots[1]);
    let mut merged: Vec<(usize, i64)> = shared.map(|(_, (row, &time))| (row, time)).collect();
    merged.sort_unstable();
    series.tallies.merged = Default::default();
    for (row, time) in merged {
        series.tallies.merged.add_at(lines.at(row), || Spot::Time(time));
    }
}

/// The values of a column on the slots of the axis, NaN where no row stands; those of one slot become
/// one by `method`.
pub(crate) fn values_of(placed: &Placed, values: &[f64], method: Gather) -> Vec<f64> {
    if let (Order::Counted(rows), Order::Counted(_), false) =
        (&placed.rows, &placed.slots, placed.is_gathered)
    {
        return values[..*rows].to_vec();
    }
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    if placed.is_gathered {
        let slots: Vec<usize> = placed.slots.iter().collect();
        let mut first = 0;
        for step in slots.chunk_by(|one, next| one == next) {
            let places = first..first + step.len();
            on_slots[step[0]] = gathered(places.map(|at| values[placed.rows.at(at)]), method);
            first += step.len();
        }
        return on_slots;
    }
    for (slot, row) in placed.slots.iter().zip(placed.rows.iter()) {
        on_slots[slot] = values[row];
    }
    on_slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("totalSales_EUR"), ["total", "sales", "eur"]);
        assert_eq!(words("PM10 (µg/m³)"), ["pm10", "µg", "m³"]);
        assert!(words("_ -").is_empty());
    }

    #[test]
    fn content_tells_counts_meters_and_measures() {
        let of = |values: &[f64]| by_content(&[values.to_vec()]);
        assert_eq!(of(&[0.0, 3.0, 12.0, 1.0]), Gather::Sum);
        assert_eq!(of(&[71.0, 69.0, 75.0]), Gather::Mean);
        assert_eq!(of(&[0.5, 3.0, 12.0]), Gather::Mean);
        let meter: Vec<f64> = (0..20).map(|row| f64::from(row * row)).collect();
        assert_eq!(of(&meter), Gather::Last);
        assert_eq!(by_content(&[meter.clone(), meter]), Gather::Last);
        assert_eq!(by_content(&[]), Gather::Mean);
    }

    #[test]
    fn missing_values_take_no_part() {
        let values = [1.0, f64::NAN, 4.0, f64::NAN];
        let of = |method| gathered(values.iter().copied(), method);
        assert_eq!((of(Gather::Mean), of(Gather::Sum), of(Gather::Last)), (2.5, 5.0, 4.0));
        assert!(gathered([f64::NAN].into_iter(), Gather::Sum).is_nan());
        assert_eq!(gathered([f64::MAX; 2].into_iter(), Gather::Mean), f64::MAX);
        assert_eq!(gathered([f64::MAX; 2].into_iter(), Gather::Sum), f64::MAX);
    }
}
