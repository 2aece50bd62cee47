//! Rows onto the time axis: order, repeats, gaps. What is dropped is counted for the ledger.
//!
//! Each series of a file is placed by itself. Not for the step of the axis (`axes`), nor for the values
//! of its slots (`slots`).

use std::ops::Range;

use super::slots::gaps;
use super::stamp::{Stamp, Stamps};
use super::stamps::{Ruler, TimeColumn};
use super::strays::{keeps_a_step, strays};
use crate::import::ledger::{LedgerEntry, Reason};
use crate::import::lines::Lines;
use crate::import::order::Order;
use crate::import::tally::{Spot, Tally};
use crate::series::jitter::{Steadied, steadied, steadied_months};
use crate::series::{Frequency, TimeAxis};

/// Rows that stand on the axis of one series.
#[derive(Debug)]
pub(crate) struct Placed {
    pub axis: TimeAxis,
    /// Rows that are used, in time order.
    pub rows: Order,
    /// The slot of each of them, rising; the same for rows that are gathered into one step.
    pub slots: Order,
    /// Slots for which the file has more than one row, rising.
    pub repeated: Vec<usize>,
    /// Whether rows may share a slot.
    pub is_gathered: bool,
    /// What happened to the rows of this series.
    pub tallies: RowTallies,
}

/// What placing needs to know of the rows.
pub(crate) struct Rows<'a> {
    /// Line of each row.
    pub lines: &'a Lines,
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
    pub moved: Tally,
    pub out_of_order: Tally,
    pub repeated: Tally,
    pub conflicting: Tally,
    pub dropped: Tally,
    pub merged: Tally,
    pub missing_slots: Tally,
}

/// Rows of one series that have a time of their own, before the axis is known.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    /// Rising, each once.
    pub times: Vec<i64>,
    /// The row of each time.
    pub rows: Order,
    /// Times that more than one row has, rising.
    pub repeated: Vec<i64>,
    /// Times and rows left out because an earlier row has the same time and other values.
    pub same_time: Vec<(i64, usize)>,
    /// The even step that the times stood a little off, and by how many microseconds at most.
    pub jitter: Option<(Frequency, i64)>,
    /// Whether the times are starts of steps that rows share.
    pub is_gathered: bool,
    /// Places in the panel of the series that these rows are.
    pub series: Range<usize>,
    pub tallies: RowTallies,
}

impl Ordered {
    /// The rows on an axis: `slots` are those of their times.
    pub fn on_axis(self, axis: TimeAxis, slots: Vec<usize>, lines: &Lines) -> Placed {
        let Self { times, rows, repeated, is_gathered, series, mut tallies, .. } = self;
        let slot_of = |time: i64| {
            // A step holds every time from its start on.
            let at = times.partition_point(|&start| start <= time).checked_sub(1)?;
            (is_gathered || times[at] == time).then(|| slots[at])
        };
        let RowTallies { out_of_order, repeated: same, conflicting, merged, moved, .. } =
            &mut tallies;
        for tally in [out_of_order, same, conflicting, merged, moved] {
            tally.stand_on(&series, slot_of);
        }
        tallies.missing_slots = gaps(&axis, &slots, &rows, lines, &series);
        let mut repeated: Vec<usize> = repeated.into_iter().filter_map(slot_of).collect();
        repeated.dedup();
        Placed { axis, rows, slots: slots.into(), repeated, is_gathered, tallies }
    }
}

impl RowTallies {
    /// Tells the times of lines by another clock.
    pub fn tell_by(&mut self, other: impl Fn(i64) -> i64) {
        let Self { out_of_order, repeated, conflicting, merged, moved, .. } = self;
        for tally in [out_of_order, repeated, conflicting, merged, moved] {
            tally.tell_by(&other);
        }
    }
}

impl Placed {
    /// Rows that stand for a slot.
    pub fn rows_used(&self) -> usize {
        self.rows.len() - self.tallies.merged.count
    }
}

impl RowTallies {
    /// Counts what happened to the rows of another series.
    pub fn absorb(&mut self, other: &Self) {
        self.empty.absorb(&other.empty);
        self.missing_time.absorb(&other.missing_time);
        self.unparsable_time.absorb(&other.unparsable_time);
        self.off_grid.absorb(&other.off_grid);
        self.moved.absorb(&other.moved);
        self.out_of_order.absorb(&other.out_of_order);
        self.repeated.absorb(&other.repeated);
        self.conflicting.absorb(&other.conflicting);
        self.dropped.absorb(&other.dropped);
        self.merged.absorb(&other.merged);
        self.missing_slots.absorb(&other.missing_slots);
    }

    /// Points at other series of the panel, at none where those are left out.
    pub fn move_to(&mut self, series: Option<&Range<usize>>) {
        let Self { moved, out_of_order, repeated, conflicting, merged, missing_slots, .. } = self;
        for tally in [moved, out_of_order, repeated, conflicting, merged, missing_slots] {
            tally.move_to(series);
        }
    }

    /// Files what happened.
    pub fn file(self, time: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        self.empty.file(Reason::EmptyRow, None, entries);
        self.missing_time.file(Reason::MissingTime, time, entries);
        self.unparsable_time.file(Reason::UnparsableTime, time, entries);
        self.off_grid.file(Reason::OffGrid, time, entries);
        self.moved.file(Reason::Jitter, time, entries);
        self.out_of_order.file(Reason::OutOfOrder, None, entries);
        self.repeated.file(Reason::RepeatedRow, None, entries);
        self.conflicting.file(Reason::ConflictingRow, None, entries);
        self.dropped.file(Reason::DroppedSeries, None, entries);
        self.merged.file(Reason::SameStep, None, entries);
        self.missing_slots.file(Reason::MissingSlot, None, entries);
    }
}

/// Places rows that have no time column: each after the one before. Empty rows at the end are
/// dropped, or they would count as missing values that the file never meant.
pub(crate) fn by_number(group: &Order, rows: &Rows<'_>) -> Placed {
    let is_filled = |&place: &usize| !(rows.is_empty)(group.at(place));
    let used = (0..group.len()).rev().find(is_filled).map_or(0, |last| last + 1);
    let mut tallies = RowTallies::default();
    (used..group.len()).for_each(|place| tallies.empty.add(rows.lines.at(group.at(place))));
    let axis = TimeAxis::row_numbers();
    let slots = Order::Counted(used);
    let (rows, repeated) = (group.first(used), Vec::new());
    Placed { axis, rows, slots, repeated, is_gathered: false, tallies }
}

/// The rows of a file of one series, where all of them have a time and stand in order, and none off
/// the step. Takes the stamps out of the column, which are as large as a part of the file.
pub(crate) fn already_placed(series: Range<usize>, time: &mut TimeColumn) -> Option<Ordered> {
    if !time.stamps.rise() {
        return None;
    }
    let times = std::mem::take(&mut time.stamps).into_times();
    if !stand_well(&time.ruler, &times) {
        time.stamps = Stamps::of_packed(times);
        return None;
    }
    let rows = Order::Counted(times.len());
    Some(Ordered { times, rows, series, ..Ordered::default() })
}

/// Whether no time is a little off the step of all, and none far off it.
fn stand_well(ruler: &Ruler, times: &[i64]) -> bool {
    steadied_times(ruler, times).is_none() && strays(ruler, times).is_empty()
}

/// The rows of a group in time order, the first of each time, without those off the step; they are
/// the panel's `series`.
pub(crate) fn in_time_order(
    group: Order,
    series: Range<usize>,
    time: &TimeColumn,
    rows: &Rows<'_>,
) -> Ordered {
    if let Some(times) = already_in_order(&group, time)
        && stand_well(&time.ruler, &times)
    {
        return Ordered { times, rows: group, series, ..Ordered::default() };
    }
    let mut tallies = RowTallies::default();
    let mut kept = with_time(&group, time, rows, &mut tallies);
    let jitter = without_jitter(&mut kept, &time.ruler, rows, &mut tallies);
    let kept = without_strays(kept, &time.ruler, rows, &mut tallies);
    let kept = in_order(kept, rows, &mut tallies);
    let Kept { rows: kept, repeated, same_time } = without_repeats(kept, rows, &mut tallies);
    let (times, rows): (_, Vec<usize>) = kept.into_iter().unzip();
    let rows = rows.into();
    Ordered { times, rows, repeated, same_time, jitter, is_gathered: false, series, tallies }
}

/// The times of a group whose rows all have one and stand in order, as in most files.
fn already_in_order(group: &Order, time: &TimeColumn) -> Option<Vec<i64>> {
    let times = || group.iter().map(|row| time.stamps.at(row).time());
    let rises = times().is_sorted_by(|one, next| one.is_some() && one < next);
    if rises { times().collect() } else { None }
}

/// Time and number of each row that has a time.
fn with_time(
    group: &Order,
    time: &TimeColumn,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Vec<(i64, usize)> {
    let mut timed = Vec::with_capacity(group.len());
    for row in group.iter() {
        let line = rows.lines.at(row);
        match time.stamps.at(row) {
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

/// Times on the even step that they stand a little off, if they do.
fn steadied_times(ruler: &Ruler, times: &[i64]) -> Option<Steadied> {
    let Ruler::Calendar(clock, _) = ruler else { return None };
    steadied(times, clock).or_else(|| {
        let has_step = keeps_a_step(ruler, times) || !strays(ruler, times).is_empty();
        if has_step { None } else { steadied_months(times, clock) }
    })
}

/// Moves times onto the even step that they stand a little off, and counts them; the step and the
/// farthest move in microseconds, if there is one.
fn without_jitter(
    timed: &mut [(i64, usize)],
    ruler: &Ruler,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Option<(Frequency, i64)> {
    let times = distinct_times(timed);
    let Steadied { instants, step } = steadied_times(ruler, &times)?;
    let mut farthest = 0;
    for (time, row) in timed {
        let Ok(at) = times.binary_search(time) else { continue };
        let moved = (instants[at] - *time).abs();
        if moved > 0 {
            let example = || format!("for example \"{}\"", (rows.time_cell)(*row));
            tallies.moved.add_at(rows.lines.at(*row), || Spot::Time(instants[at]));
            tallies.moved.detail_with(example);
            farthest = farthest.max(moved);
        }
        *time = instants[at];
    }
    Some((step, farthest))
}

/// Times, rising and each once.
fn distinct_times(timed: &[(i64, usize)]) -> Vec<i64> {
    let mut times: Vec<i64> = timed.iter().map(|&(time, _)| time).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The rows whose time is on the step of the others.
fn without_strays(
    mut timed: Vec<(i64, usize)>,
    ruler: &Ruler,
    rows: &Rows<'_>,
    tallies: &mut RowTallies,
) -> Vec<(i64, usize)> {
    let strays = strays(ruler, &distinct_times(&timed));
    if strays.is_empty() {
        return timed;
    }
    timed.retain(|&(time, row)| {
        let keeps = strays.binary_search(&time).is_err();
        if !keeps {
            let example = || format!("for example \"{}\"", (rows.time_cell)(row));
            tallies.off_grid.add(rows.lines.at(row));
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
            moved.add_at(rows.lines.at(row), || Spot::Time(time));
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

/// Rows of which each time has one.
#[derive(Debug, Default)]
struct Kept {
    /// Time and row.
    rows: Vec<(i64, usize)>,
    /// Times that more than one row has, rising.
    repeated: Vec<i64>,
    /// The later rows of a time that say something else.
    same_time: Vec<(i64, usize)>,
}

/// The first row of each time.
fn without_repeats(timed: Vec<(i64, usize)>, rows: &Rows<'_>, tallies: &mut RowTallies) -> Kept {
    if timed.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return Kept { rows: timed, ..Kept::default() };
    }
    let (mut repeated, mut conflicting, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut same_time = Vec::new();
    let mut kept: Vec<(i64, usize)> = Vec::with_capacity(timed.len());
    for (time, row) in timed {
        match kept.last() {
            Some(&(kept_time, first)) if kept_time == time => {
                times.push(time);
                if (rows.is_repeat)(first, row) {
                    repeated.push((row, first, time));
                } else {
                    conflicting.push((row, first, time));
                    same_time.push((time, row));
                }
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
            tally.add_at(rows.lines.at(row), || Spot::Time(time));
            tally.detail_with(|| {
                let (time, line) = ((rows.time_cell)(row), rows.lines.at(first));
                format!("{time} stands on line {line} first")
            });
        }
    }
    Kept { rows: kept, repeated: times, same_time }
}
