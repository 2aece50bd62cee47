//! Rows onto the time axis: order, repeats, gaps. What is dropped is told to the ledger.
//!
//! Not for values: `values_of` only carries them to their slots.

use super::ledger::{Ledger, Reason, Tally};
use super::stamps::{Ruler, Stamp, TimeColumn};
use crate::series::infer::{axis_through, position_grid};
use crate::series::{PositionAxis, TimeAxis};

/// Rows that stand on the axis.
#[derive(Debug)]
pub(crate) struct Placed {
    pub axis: TimeAxis,
    /// Rows that are used, in time order.
    pub rows: Vec<usize>,
    /// The slot of each of them, rising.
    pub slots: Vec<usize>,
}

/// What placing needs to know of the rows.
pub(crate) struct Rows<'a> {
    /// Line of each row.
    pub lines: &'a [usize],
    /// Whether a row holds nothing at all.
    pub is_empty: &'a dyn Fn(usize) -> bool,
    /// Whether two rows of the same time say the same.
    pub is_repeat: &'a dyn Fn(usize, usize) -> bool,
    /// A row's time cell as written.
    pub time_cell: &'a dyn Fn(usize) -> String,
}

/// Places rows that have no time column: each after the one before. Empty rows at the end are
/// dropped, or they would count as missing values that the file never meant.
pub(crate) fn by_number(rows: &Rows<'_>, ledger: &mut Ledger) -> Placed {
    let count = rows.lines.len();
    let used = (0..count).rposition(|row| !(rows.is_empty)(row)).map_or(0, |last| last + 1);
    let mut empty = Tally::default();
    rows.lines[used..].iter().for_each(|&line| empty.add(line));
    ledger.file(empty, Reason::EmptyRow, None);
    Placed { axis: TimeAxis::row_numbers(), rows: (0..used).collect(), slots: (0..used).collect() }
}

/// Places rows by their time column.
pub(crate) fn by_time(
    name: &str,
    time: &TimeColumn,
    rows: &Rows<'_>,
    ledger: &mut Ledger,
    notes: &mut Vec<String>,
) -> Placed {
    let kept = with_time(name, time, rows, ledger);
    let kept = in_order(kept, rows, ledger);
    let kept = without_repeats(kept, rows, ledger);
    let times: Vec<i64> = kept.iter().map(|&(time, _)| time).collect();
    let (axis, slots) = axis_of(name, &time.ruler, &times, notes);
    let rows_used: Vec<usize> = kept.iter().map(|&(_, row)| row).collect();
    gaps(&axis, &slots, &rows_used, rows.lines, ledger);
    Placed { axis, rows: rows_used, slots }
}

/// Time and number of each row that has a time.
fn with_time(
    name: &str,
    time: &TimeColumn,
    rows: &Rows<'_>,
    ledger: &mut Ledger,
) -> Vec<(i64, usize)> {
    let (mut empty, mut missing, mut unparsable) =
        (Tally::default(), Tally::default(), Tally::default());
    let mut timed = Vec::with_capacity(time.stamps.len());
    for (row, stamp) in time.stamps.iter().enumerate() {
        let line = rows.lines[row];
        match stamp {
            Stamp::At(time) => timed.push((*time, row)),
            Stamp::Missing if (rows.is_empty)(row) => empty.add(line),
            Stamp::Missing => missing.add(line),
            Stamp::Unparsable => {
                unparsable.add_with(line, || format!("for example \"{}\"", (rows.time_cell)(row)));
            }
        }
    }
    ledger.file(empty, Reason::EmptyRow, None);
    ledger.file(missing, Reason::MissingTime, Some(name));
    ledger.file(unparsable, Reason::UnparsableTime, Some(name));
    timed
}

/// Rows in time order, those of the same time in file order.
fn in_order(
    mut timed: Vec<(i64, usize)>,
    rows: &Rows<'_>,
    ledger: &mut Ledger,
) -> Vec<(i64, usize)> {
    let mut moved = Tally::default();
    let mut newest = i64::MIN;
    for &(time, row) in &timed {
        if time < newest {
            moved.add(rows.lines[row]);
        }
        newest = newest.max(time);
    }
    if moved.count > 0 {
        if timed.windows(2).all(|pair| pair[1].0 <= pair[0].0) {
            moved.detail = Some("the file runs from the newest row to the oldest".to_owned());
        }
        timed.sort_by_key(|&(time, _)| time);
    }
    ledger.file(moved, Reason::OutOfOrder, None);
    timed
}

/// The first row of each time.
fn without_repeats(
    timed: Vec<(i64, usize)>,
    rows: &Rows<'_>,
    ledger: &mut Ledger,
) -> Vec<(i64, usize)> {
    let (mut repeated, mut conflicting) = (Vec::new(), Vec::new());
    let mut kept: Vec<(i64, usize)> = Vec::with_capacity(timed.len());
    for (time, row) in timed {
        match kept.last() {
            Some(&(kept_time, first)) if kept_time == time => {
                let same = (rows.is_repeat)(first, row);
                if same { repeated.push((row, first)) } else { conflicting.push((row, first)) }
            }
            _ => kept.push((time, row)),
        }
    }
    for (mut dropped, reason) in
        [(repeated, Reason::RepeatedRow), (conflicting, Reason::ConflictingRow)]
    {
        dropped.sort_unstable();
        let mut tally = Tally::default();
        for (row, first) in dropped {
            tally.add_with(rows.lines[row], || {
                let (time, line) = ((rows.time_cell)(row), rows.lines[first]);
                format!("{time} stands on line {line} first")
            });
        }
        ledger.file(tally, reason, None);
    }
    kept
}

/// The axis through rising times, or row numbers where they are irregular.
fn axis_of(
    name: &str,
    ruler: &Ruler,
    times: &[i64],
    notes: &mut Vec<String>,
) -> (TimeAxis, Vec<usize>) {
    let found = match ruler {
        Ruler::Calendar(clock, precision) => axis_through(times, clock, *precision)
            .map(|(axis, slots)| (TimeAxis::Calendar(axis), slots)),
        Ruler::Positions => position_grid(times).and_then(|(step, slots)| {
            let start = *times.first()?;
            Some((TimeAxis::Position(PositionAxis { start, step }), slots))
        }),
    };
    found.unwrap_or_else(|| {
        if !times.is_empty() {
            notes.push(format!(
                "the times in column {name} follow no even step of whole seconds or more, so \
                 rows are numbered in time order: a step ahead is one row, of no fixed length"
            ));
        }
        (TimeAxis::row_numbers(), (0..times.len()).collect())
    })
}

/// Gaps that a sentence can name.
const SHOWN_GAPS: usize = 3;

/// Files the slots that no row stands on.
fn gaps(axis: &TimeAxis, slots: &[usize], used: &[usize], lines: &[usize], ledger: &mut Ledger) {
    let mut tally = Tally::default();
    let (mut places, mut count, mut holes) = (Vec::new(), 0, 0);
    for (pair, rows) in slots.windows(2).zip(used.windows(2)) {
        let missing = pair[1] - pair[0] - 1;
        if missing == 0 {
            continue;
        }
        count += missing;
        holes += 1;
        tally.add(lines[rows[1]]);
        if places.len() < SHOWN_GAPS {
            let (before, after) = (axis.display(pair[0]), axis.display(pair[1]));
            places.push(format!("{missing} between {before} and {after}"));
        }
    }
    if holes > SHOWN_GAPS {
        places.push(format!("and {} more gaps", holes - SHOWN_GAPS));
    }
    tally.count = count;
    tally.detail = Some(places.join(", "));
    ledger.file(tally, Reason::MissingSlot, None);
}

/// The values of a column on the slots of the axis, NaN where no row stands.
pub(crate) fn values_of(placed: &Placed, values: &[f64]) -> Vec<f64> {
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    for (&slot, &row) in placed.slots.iter().zip(&placed.rows) {
        on_slots[slot] = values[row];
    }
    on_slots
}
