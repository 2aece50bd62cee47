//! How the values of one step become one: mean, sum or last, set or told by name and content.
//!
//! Only for files whose times are irregular; rows on an even step are never gathered.

use super::place::Placed;
use crate::import::config::ImportConfig;
use crate::import::error::listed;
use crate::import::irregular_times::Gather;
use crate::import::role::Role;
use crate::import::roles::{Roles, value_columns};
use crate::import::table::Table;

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
