//! Rows onto the time axis: order, repeats, gaps. What is dropped is counted for the ledger.
//!
//! Each series of a file is placed by itself. Not for the step of the axis (`axes`), nor for the values
//! of its slots (`slots`).

use std::ops::Range;

use super::stamp::{Stamp, Stamps};
use super::stamps::TimeColumn;
use super::standing::{Settled, Standing, settle};
use crate::import::config::ImportConfig;
use crate::import::ledger::{Place, RowTallies, Spot, Tally};
use crate::import::selection::{Lines, Order};
use crate::series::{Frequency, TimeAxis, deciding_times};

/// Rows that stand on the axis of one series.
#[derive(Debug)]
pub(crate) struct Placed {
    pub axis: TimeAxis,
    /// Rows that are used, in time order.
    pub rows: Order,
    /// How many of them, from the first, decide how the file is read.
    pub deciding: usize,
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
pub(crate) struct PlacingRows<'a> {
    /// Line of each row.
    pub lines: &'a Lines,
    /// Whether a row holds nothing at all.
    pub is_empty: &'a dyn Fn(usize) -> bool,
    /// Whether two rows of the same time say the same.
    pub is_repeat: &'a dyn Fn(usize, usize) -> bool,
    /// A row's time cell as written.
    pub time_cell: &'a dyn Fn(usize) -> String,
}

/// Rows of one series that have a time of their own, before the axis is known.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    /// Rising, each once.
    pub times: Vec<i64>,
    /// The row of each time.
    pub rows: Order,
    /// How many of the times, from the first, decide how the file is read.
    pub deciding: usize,
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
    /// Whether another series has the same times, and the same of them decide.
    pub fn has_same_times(&self, other: &Self) -> bool {
        self.deciding == other.deciding && self.times == other.times
    }

    /// Leaves out the rows whose times are not `kept`, which are closed. `detail` names the first.
    pub fn leave_out_closed(
        &mut self,
        kept: &[bool],
        lines: &Lines,
        detail: impl Fn(i64) -> String,
    ) {
        let mut left_out: Vec<(usize, i64)> = Vec::new();
        let timed = self.times.iter().zip(self.rows.iter()).zip(kept);
        left_out.extend(timed.filter(|(_, kept)| !**kept).map(|((&time, row), _)| (row, time)));
        left_out.sort_unstable();
        for (row, time) in left_out {
            self.tallies.closed.add(lines.at(row));
            self.tallies.closed.detail_with(|| detail(time));
        }
        let of_deciding = kept[..self.deciding.min(kept.len())].iter();
        self.deciding = of_deciding.filter(|kept| **kept).count();
        let mut keeps = kept.iter();
        self.times.retain(|_| keeps.next().is_none_or(|kept| *kept));
        let rows = self.rows.iter().zip(kept).filter(|(_, kept)| **kept).map(|(row, _)| row);
        self.rows = rows.collect::<Vec<usize>>().into();
    }

    /// The rows on an axis: `slots` are those of their times.
    pub fn on_axis(self, axis: TimeAxis, slots: Vec<usize>, lines: &Lines) -> Placed {
        let Self { times, rows, deciding, repeated, is_gathered, series, mut tallies, .. } = self;
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
        Placed { axis, rows, deciding, slots: slots.into(), repeated, is_gathered, tallies }
    }
}

impl Placed {
    /// Rows that stand for a slot.
    pub fn rows_used(&self) -> usize {
        self.rows.len() - self.tallies.merged.count
    }
}

/// Places rows that have no time column: each after the one before. Empty rows at the end are
/// dropped, or they would count as missing values that the file never meant.
pub(crate) fn by_number(group: &Order, rows: &PlacingRows<'_>) -> Placed {
    let is_filled = |&place: &usize| !(rows.is_empty)(group.at(place));
    let used = (0..group.len()).rev().find(is_filled).map_or(0, |last| last + 1);
    let mut tallies = RowTallies::default();
    (used..group.len()).for_each(|place| tallies.empty.add(rows.lines.at(group.at(place))));
    let axis = TimeAxis::row_numbers();
    let slots = Order::Counted(used);
    let (rows, repeated) = (group.first(used), Vec::new());
    Placed { axis, rows, deciding: used, slots, repeated, is_gathered: false, tallies }
}

/// The rows of a file of one series, where all of them have a time and stand in order, and none off
/// the step. Takes the stamps out of the column, which are as large as a part of the file.
pub(crate) fn already_placed(
    series: Range<usize>,
    time: &mut TimeColumn,
    config: &ImportConfig,
) -> Option<Ordered> {
    if !time.stamps.rise() {
        return None;
    }
    let times = std::mem::take(&mut time.stamps).into_times();
    let deciding = deciding_times(&times, config.held_out);
    if settle(&time.ruler, &times, deciding, config.working_times).is_some() {
        time.stamps = Stamps::of_packed(times);
        return None;
    }
    let rows = Order::Counted(times.len());
    Some(Ordered { times, rows, deciding, series, ..Ordered::default() })
}

/// The rows of a group in time order, the first of each time, without those off the step; they are
/// the panel's `series`.
pub(crate) fn in_time_order(
    group: Order,
    series: Range<usize>,
    time: &TimeColumn,
    rows: &PlacingRows<'_>,
    config: &ImportConfig,
) -> Ordered {
    let in_order_already = already_in_order(&group, time);
    let mut tallies = RowTallies::default();
    let is_in_order = in_order_already.is_some();
    let mut timed = Vec::new();
    if !is_in_order {
        timed = with_time(&group, time, rows, &mut tallies);
    }
    let times = in_order_already.unwrap_or_else(|| distinct_times(&timed));
    let deciding = deciding_times(&times, config.held_out);
    let settled = settle(&time.ruler, &times, deciding, config.working_times);
    if is_in_order {
        if settled.is_none() {
            return Ordered { times, rows: group, deciding, series, ..Ordered::default() };
        }
        timed = times.iter().copied().zip(group.iter()).collect();
    }
    let mut ordered = Ordered { deciding, ..Ordered::default() };
    if let Some(settled) = settled {
        let left_out = [Standing::Off, Standing::Closed];
        let of_deciding = &settled.standings[..deciding];
        ordered.deciding = of_deciding.iter().filter(|one| !left_out.contains(one)).count();
        ordered.jitter = as_settled(&mut timed, &times, &settled, rows, &mut tallies);
    }
    let timed = in_order(timed, rows, &mut tallies);
    let UniqueRows { rows: kept, repeated, same_time } = without_repeats(timed, rows, &mut tallies);
    let (times, rows): (_, Vec<usize>) = kept.into_iter().unzip();
    Ordered { times, rows: rows.into(), repeated, same_time, series, tallies, ..ordered }
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
    rows: &PlacingRows<'_>,
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

/// Moves times onto the even step that they stand a little off, leaves out the rows off it, and counts
/// both; the step and the farthest move in microseconds, if there is one.
fn as_settled(
    timed: &mut Vec<(i64, usize)>,
    times: &[i64],
    settled: &Settled,
    rows: &PlacingRows<'_>,
    tallies: &mut RowTallies,
) -> Option<(Frequency, i64)> {
    let mut farthest = 0;
    timed.retain_mut(|(time, row)| {
        let Ok(at) = times.binary_search(time) else { return true };
        let example = || format!("for example \"{}\"", (rows.time_cell)(*row));
        let line = rows.lines.at(*row);
        match settled.standings[at] {
            Standing::Kept => true,
            Standing::Moved(to) => {
                tallies.moved.add_at(line, || Spot::Time(to));
                tallies.moved.detail_with(example);
                farthest = farthest.max((to - *time).abs());
                *time = to;
                true
            }
            Standing::Off => {
                tallies.off_grid.add(line);
                tallies.off_grid.detail_with(example);
                false
            }
            Standing::Closed => {
                tallies.closed.add(line);
                tallies.closed.detail_with(example);
                false
            }
        }
    });
    settled.step.filter(|_| farthest > 0).map(|step| (step, farthest))
}

/// Times, rising and each once.
fn distinct_times(timed: &[(i64, usize)]) -> Vec<i64> {
    let mut times: Vec<i64> = timed.iter().map(|&(time, _)| time).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// Rows in time order, those of the same time in file order.
fn in_order(
    mut timed: Vec<(i64, usize)>,
    rows: &PlacingRows<'_>,
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
struct UniqueRows {
    /// Time and row.
    rows: Vec<(i64, usize)>,
    /// Times that more than one row has, rising.
    repeated: Vec<i64>,
    /// The later rows of a time that say something else.
    same_time: Vec<(i64, usize)>,
}

/// The first row of each time.
fn without_repeats(
    timed: Vec<(i64, usize)>,
    rows: &PlacingRows<'_>,
    tallies: &mut RowTallies,
) -> UniqueRows {
    if timed.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return UniqueRows { rows: timed, ..UniqueRows::default() };
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
    UniqueRows { rows: kept, repeated: times, same_time }
}

/// Gaps that a sentence can name.
const SHOWN_GAPS: usize = 3;

/// The slots that no row stands on.
fn gaps(
    axis: &TimeAxis,
    slots: &[usize],
    used: &Order,
    lines: &Lines,
    series: &Range<usize>,
) -> Tally {
    let mut tally = Tally::default();
    let (mut places, mut count, mut holes) = (Vec::new(), 0, 0);
    for (pair, row) in slots.windows(2).zip(used.iter().skip(1)) {
        let missing = (pair[1] - pair[0]).saturating_sub(1);
        if missing == 0 {
            continue;
        }
        count += missing;
        holes += 1;
        let gap = pair[0] + 1..pair[1];
        tally.list(lines.at(row), || Spot::Place(Place { series: series.clone(), slots: gap }));
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
