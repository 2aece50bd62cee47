//! A note on values so large that models cannot calculate with them: almost always a program's sign for
//! "no value", such as 1e300 or the largest number of a type.

use super::reading::Reading;
use crate::series::number::compact;
use crate::series::outliers::{are_rare, too_large};
use crate::series::{OutlierPolicy, Series};

/// Values that a note names one by one.
const NAMED: usize = 4;

/// Names them by series, date and line, with what to do; `None` where there are none.
pub(crate) fn note(reading: &Reading) -> Option<String> {
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
