//! Rows onto the time axis: order, repeats, gaps. What is dropped is counted for the ledger.
//!
//! Each series of a file is placed by itself. Not for the step of the axis (`axes`), nor for values:
//! `values_of` only carries them to their slots.

use std::ops::Range;

use super::ledger::{LedgerEntry, Place, Reason};
use super::stamps::{Ruler, Stamp, TimeColumn};
use super::strays::strays;
use super::tally::{Spot, Tally};
use crate::series::TimeAxis;

/// Rows that stand on the axis of one series.
#[derive(Debug)]
pub(crate) struct Placed {
    pub axis: TimeAxis,
    /// Rows that are used, in time order.
    pub rows: Vec<usize>,
    /// The slot of each of them, rising.
    pub slots: Vec<usize>,
    /// Slots for which the file has more than one row, rising.
    pub repeated: Vec<usize>,
    /// What happened to the rows of this series.
    pub tallies: RowTallies,
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

/// Rows by what happened to them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowTallies {
    pub empty: Tally,
    pub missing_time: Tally,
    pub unparsable_time: Tally,
    pub off_grid: Tally,
    pub out_of_order: Tally,
    pub repeated: Tally,
    pub conflicting: Tally,
    pub missing_slots: Tally,
}

/// Rows of one series that have a time of their own, before the axis is known.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    /// Rising, each once.
    pub times: Vec<i64>,
    /// The row of each time.
    pub rows: Vec<usize>,
    /// Times that more than one row has, rising.
    pub repeated: Vec<i64>,
    /// Places in the panel of the series that these rows are.
    pub series: Range<usize>,
    pub tallies: RowTallies,
}

impl Ordered {
    /// The rows on an axis: `slots` are those of their times.
    pub fn on_axis(self, axis: TimeAxis, slots: Vec<usize>, lines: &[usize]) -> Placed {
        let Self { times, rows, repeated, series, mut tallies } = self;
        let RowTallies { out_of_order, repeated: same, conflicting, .. } = &mut tallies;
        for tally in [out_of_order, same, conflicting] {
            tally.stand_on(&series, &times, &slots);
        }
        tallies.missing_slots = gaps(&axis, &slots, &rows, lines, &series);
        let slot_of = |time| times.binary_search(&time).ok().map(|at| slots[at]);
        let repeated = repeated.into_iter().filter_map(slot_of).collect();
        Placed { axis, rows, slots, repeated, tallies }
    }
}

impl RowTallies {
    /// Counts what happened to the rows of another series.
    pub fn absorb(&mut self, other: &Self) {
        self.empty.absorb(&other.empty);
        self.missing_time.absorb(&other.missing_time);
        self.unparsable_time.absorb(&other.unparsable_time);
        self.off_grid.absorb(&other.off_grid);
        self.out_of_order.absorb(&other.out_of_order);
        self.repeated.absorb(&other.repeated);
        self.conflicting.absorb(&other.conflicting);
        self.missing_slots.absorb(&other.missing_slots);
    }

    /// Files what happened.
    pub fn file(self, time: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        self.empty.file(Reason::EmptyRow, None, entries);
        self.missing_time.file(Reason::MissingTime, time, entries);
        self.unparsable_time.file(Reason::UnparsableTime, time, entries);
        self.off_grid.file(Reason::OffGrid, time, entries);
        self.out_of_order.file(Reason::OutOfOrder, None, entries);
        self.repeated.file(Reason::RepeatedRow, None, entries);
        self.conflicting.file(Reason::ConflictingRow, None, entries);
        self.missing_slots.file(Reason::MissingSlot, None, entries);
    }
}

/// Places rows that have no time column: each after the one before. Empty rows at the end are
/// dropped, or they would count as missing values that the file never meant.
pub(crate) fn by_number(group: &[usize], rows: &Rows<'_>) -> Placed {
    let used = group.iter().rposition(|&row| !(rows.is_empty)(row)).map_or(0, |last| last + 1);
    let mut tallies = RowTallies::default();
    group[used..].iter().for_each(|&row| tallies.empty.add(rows.lines[row]));
    let axis = TimeAxis::row_numbers();
    let (rows, slots) = (group[..used].to_vec(), (0..used).collect());
    Placed { axis, rows, slots, repeated: Vec::new(), tallies }
}

/// The rows of a group in time order, the first of each time, without those off the step; they are
/// the panel's `series`.
pub(crate) fn in_time_order(
    group: &[usize],
    series: Range<usize>,
    time: &TimeColumn,
    rows: &Rows<'_>,
) -> Ordered {
    let in_order_already = already_in_order(group, time);
    if let Some(times) = in_order_already.filter(|times| strays(&time.ruler, times).is_empty()) {
        return Ordered { times, rows: group.to_vec(), series, ..Ordered::default() };
    }
    let mut tallies = RowTallies::default();
    let kept = with_time(group, time, rows, &mut tallies);
    let kept = without_strays(kept, &time.ruler, rows, &mut tallies);
    let kept = in_order(kept, rows, &mut tallies);
    let (kept, repeated) = without_repeats(kept, rows, &mut tallies);
    let (times, rows) = kept.into_iter().unzip();
    Ordered { times, rows, repeated, series, tallies }
}

/// The times of a group whose rows all have one and stand in order, as in most files.
fn already_in_order(group: &[usize], time: &TimeColumn) -> Option<Vec<i64>> {
    let times = || group.iter().map(|&row| time.stamps[row].time());
    let rises = times().is_sorted_by(|one, next| one.is_some() && one < next);
    if rises { times().collect() } else { None }
}

/// Time and number of each row that has a time.
fn with_time(
    group: &[usize],
    time: &TimeColumn,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Vec<(i64, usize)> {
    let mut timed = Vec::with_capacity(group.len());
    for &row in group {
        let line = rows.lines[row];
        match time.stamps[row] {
            Stamp::At(time) => timed.push((time, row)),
            Stamp::Missing if (rows.is_empty)(row) => tallies.empty.add(line),
            Stamp::Missing => tallies.missing_time.add(line),
            Stamp::Unparsable => {
                let example = || format!("for example \"{}\"", (rows.time_cell)(row));
                tallies.unparsable_time.add(line);
                tallies.unparsable_time.detail_with(example);
            }
        }
    }
    timed
}

/// The rows whose time is on the step of the others.
fn without_strays(
    mut timed: Vec<(i64, usize)>,
    ruler: &Ruler,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Vec<(i64, usize)> {
    let mut times: Vec<i64> = timed.iter().map(|&(time, _)| time).collect();
    times.sort_unstable();
    times.dedup();
    let strays = strays(ruler, &times);
    if strays.is_empty() {
        return timed;
    }
    timed.retain(|&(time, row)| {
        let keeps = strays.binary_search(&time).is_err();
        if !keeps {
            let example = || format!("for example \"{}\"", (rows.time_cell)(row));
            tallies.off_grid.add(rows.lines[row]);
            tallies.off_grid.detail_with(example);
        }
        keeps
    });
    timed
}

/// Rows in time order, those of the same time in file order.
fn in_order(
    mut timed: Vec<(i64, usize)>,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Vec<(i64, usize)> {
    let moved = &mut tallies.out_of_order;
    let mut newest = i64::MIN;
    for &(time, row) in &timed {
        if time < newest {
            moved.add_at(rows.lines[row], || Spot::Time(time));
        }
        newest = newest.max(time);
    }
    if moved.count > 0 {
        if timed.windows(2).all(|pair| pair[1].0 <= pair[0].0) {
            moved.detail = Some("the file runs from the newest row to the oldest".to_owned());
        }
        timed.sort_by_key(|&(time, _)| time);
    }
    timed
}

/// The first row of each time, and the times that more than one row has.
fn without_repeats(
    timed: Vec<(i64, usize)>,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> (Vec<(i64, usize)>, Vec<i64>) {
    if timed.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return (timed, Vec::new());
    }
    let (mut repeated, mut conflicting, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut kept: Vec<(i64, usize)> = Vec::with_capacity(timed.len());
    for (time, row) in timed {
        match kept.last() {
            Some(&(kept_time, first)) if kept_time == time => {
                let same = (rows.is_repeat)(first, row);
                if same { &mut repeated } else { &mut conflicting }.push((row, first, time));
                times.push(time);
            }
            _ => kept.push((time, row)),
        }
    }
    times.dedup();
    for (mut left_out, tally) in
        [(repeated, &mut tallies.repeated), (conflicting, &mut tallies.conflicting)]
    {
        left_out.sort_unstable();
        for (row, first, time) in left_out {
            tally.add_at(rows.lines[row], || Spot::Time(time));
            tally.detail_with(|| {
                let (time, line) = ((rows.time_cell)(row), rows.lines[first]);
                format!("{time} stands on line {line} first")
            });
        }
    }
    (kept, times)
}

/// Gaps that a sentence can name.
const SHOWN_GAPS: usize = 3;

/// The slots that no row stands on.
fn gaps(
    axis: &TimeAxis,
    slots: &[usize],
    used: &[usize],
    lines: &[usize],
    series: &Range<usize>,
) -> Tally {
    let mut tally = Tally::default();
    let (mut places, mut count, mut holes) = (Vec::new(), 0, 0);
    for (pair, rows) in slots.windows(2).zip(used.windows(2)) {
        let missing = pair[1] - pair[0] - 1;
        if missing == 0 {
            continue;
        }
        count += missing;
        holes += 1;
        let gap = pair[0] + 1..pair[1];
        tally.list(lines[rows[1]], || Spot::Place(Place { series: series.clone(), slots: gap }));
        if places.len() < SHOWN_GAPS {
            let (before, after) = (axis.display(pair[0]), axis.display(pair[1]));
            places.push(format!("{missing} between {before} and {after}"));
        }
    }
    if holes > SHOWN_GAPS {
        places.push(format!("and {} more gaps", holes - SHOWN_GAPS));
    }
    tally.count = count;
    tally.detail = (count > 0).then(|| places.join(", "));
    tally
}

/// The values of a column on the slots of the axis, NaN where no row stands.
pub(crate) fn values_of(placed: &Placed, values: &[f64]) -> Vec<f64> {
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    for (&slot, &row) in placed.slots.iter().zip(&placed.rows) {
        on_slots[slot] = values[row];
    }
    on_slots
}
