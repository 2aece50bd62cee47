//! Times on the step that the deciding ones among them show: which stand on it, which a little beside
//! it, and which off it.
//!
//! The step, and what counts as jitter and as a stray, is learned from the times before the hold-out
//! (`series::data`). The later ones are put on that step and never change it: whatever they are,
//! the rows before them read the same. Not for the learning itself (`series::steps`, `strays`).

use super::stamps::Ruler;
use super::strays::{grid_of, keeps_a_step, strays};
use crate::import::config::WorkingTimes;
use crate::series::jitter::{Steadied, steadied, steadied_months};
use crate::series::{Frequency, TimeAxis, Unit, last_not_alone};

/// A later time may stand beside the step by less than one in so many parts of it, where those before
/// it jitter, and where they do not.
const PARTS_BESIDE_JITTER: i64 = 4;
const PARTS_BESIDE: i64 = 10;

/// What becomes of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It stays as it is.
    Kept,
    /// It counts as this time.
    Moved(i64),
    /// It lies off the step, and its row is left out.
    Off,
    /// It is a day that the step closes, and its row is left out.
    Closed,
}

/// What becomes of times, rising and each once.
#[derive(Debug)]
pub(crate) struct Settled {
    /// One a time.
    pub standings: Vec<Standing>,
    /// The step that times were moved onto, where it is one of the calendar.
    pub step: Option<Frequency>,
}

/// How many times decide the step. Clocks of a zone change in ways that the first rows need not show,
/// and all of its times decide.
pub(crate) fn deciding_step(ruler: &Ruler, deciding: usize, times: usize) -> usize {
    match ruler {
        Ruler::Calendar(clock, _) if clock.zone().is_some() => times,
        _ => deciding.min(times),
    }
}

/// The grid that the first `deciding` times show, with all of them on it; of all times, where those
/// after the deciding ones do not stand on it.
pub(crate) fn decided_grid(
    ruler: &Ruler,
    times: &[i64],
    deciding: usize,
    working: WorkingTimes,
) -> Option<(TimeAxis, Vec<usize>)> {
    let deciding = deciding_step(ruler, deciding, times.len());
    let (axis, mut slots) = grid_of(ruler, &times[..deciding])?;
    if deciding == times.len() {
        return Some((axis, slots));
    }
    if closes_days(&axis) && working == WorkingTimes::All {
        return grid_of(ruler, times);
    }
    let mut walk = Walk { axis: &axis, at: slots.last().copied().unwrap_or_default() };
    slots.reserve(times.len() - deciding);
    for &time in &times[deciding..] {
        if walk.to(time) != time {
            return grid_of(ruler, times);
        }
        slots.push(walk.at);
    }
    Some((axis, slots))
}

/// What becomes of the times; `None` where all stay as they are.
pub(crate) fn settle(
    ruler: &Ruler,
    times: &[i64],
    deciding: usize,
    working: WorkingTimes,
) -> Option<Settled> {
    let deciding = deciding_step(ruler, deciding, times.len());
    let (first, later) = times.split_at(deciding);
    let jitter = steadied_times(ruler, first);
    let steady = jitter.as_ref().map_or(first, |found| &found.instants);
    let strays = strays(ruler, steady);
    let is_stray = |time: &i64| strays.binary_search(time).is_ok();
    let is_even = jitter.is_none() && strays.is_empty();
    let grid = match (later, is_even) {
        ([], _) => None,
        (_, true) => grid_of(ruler, first),
        (_, false) => {
            let on_step = steady.iter().copied().filter(|time| !is_stray(time));
            grid_of(ruler, &on_step.collect::<Vec<i64>>())
        }
    };
    let opens_all = |axis: &TimeAxis| closes_days(axis) && working == WorkingTimes::All;
    let grid = grid.filter(|(axis, _)| !opens_all(axis));
    let put = grid.as_ref().map(|(axis, slots)| Later {
        axis,
        from: slots.last().copied().unwrap_or_default(),
        parts: parts_beside(axis, jitter.is_some()),
    });
    let in_company = (last_not_alone(times) + 1).saturating_sub(deciding);
    let all_stand = || put.as_ref().is_none_or(|put| put.all_stand(later, in_company));
    if is_even && all_stand() {
        return None;
    }
    let standing = |(&time, &steady): (&i64, &i64)| match steady {
        _ if is_stray(&steady) => Standing::Off,
        _ if steady == time => Standing::Kept,
        _ => Standing::Moved(steady),
    };
    let mut standings: Vec<Standing> = first.iter().zip(steady).map(standing).collect();
    match &put {
        Some(put) => standings.extend(put.standings(later, in_company)),
        None => standings.extend(later.iter().map(|_| Standing::Kept)),
    }
    let step = jitter.map(|found| found.step).or(match &grid {
        Some((TimeAxis::Calendar(axis), _)) => Some(axis.frequency),
        _ => None,
    });
    Some(Settled { standings, step })
}

/// Into how many parts a step is cut of which a later time may stand one beside it.
const fn parts_beside(axis: &TimeAxis, has_jitter: bool) -> i64 {
    match (axis, has_jitter) {
        (TimeAxis::Position(_), _) => i64::MAX,
        (_, true) => PARTS_BESIDE_JITTER,
        (_, false) => PARTS_BESIDE,
    }
}

/// Times on the even step that they stand a little off, if they do.
fn steadied_times(ruler: &Ruler, times: &[i64]) -> Option<Steadied> {
    let Ruler::Calendar(clock, _) = ruler else { return None };
    steadied(times, clock).or_else(|| {
        let has_step = keeps_a_step(ruler, times) || !strays(ruler, times).is_empty();
        if has_step { None } else { steadied_months(times, clock) }
    })
}

/// Whether the step leaves out days of the week.
fn closes_days(axis: &TimeAxis) -> bool {
    matches!(axis, TimeAxis::Calendar(axis) if axis.frequency.unit == Unit::BusinessDay)
}

/// The step that the deciding times show, for those after them.
struct Later<'a> {
    axis: &'a TimeAxis,
    /// The last slot of the deciding times.
    from: usize,
    /// Times may stand beside a slot by less than one in so many parts of the step.
    parts: i64,
}

impl Later<'_> {
    /// Whether all of the times stand on slots of their own, and none far from all others.
    fn all_stand(&self, times: &[i64], in_company: usize) -> bool {
        let mut walk = Walk { axis: self.axis, at: self.from };
        in_company >= times.len() && times.iter().all(|&time| walk.to(time) == time)
    }

    /// What becomes of the times, of which the first `in_company` do not stand far from all others.
    fn standings(&self, times: &[i64], in_company: usize) -> Vec<Standing> {
        let mut walk = Walk { axis: self.axis, at: self.from };
        let mut used = self.from;
        let standing = |(place, &time): (usize, &i64)| {
            if place >= in_company {
                return Standing::Off;
            }
            let before = walk.to(time);
            let after = instant(self.axis, walk.at + 1);
            let is_nearer = after - time < time - before;
            let (slot, at) = if is_nearer { (walk.at + 1, after) } else { (walk.at, before) };
            let is_free = slot > used;
            let off = (at - time).abs().saturating_mul(self.parts);
            // A later time that stands on the slot itself has the better claim to it.
            let is_claimed = at > time && times.get(place + 1).is_some_and(|&next| next == at);
            if at == time && is_free {
                used = slot;
                Standing::Kept
            } else if off < after - before && is_free && !is_claimed {
                used = slot;
                Standing::Moved(at)
            } else if closes_days(self.axis) && (time - before) % DAY == 0 {
                Standing::Closed
            } else {
                Standing::Off
            }
        };
        let mut standings: Vec<Standing> = times.iter().enumerate().map(standing).collect();
        let off = standings.iter().filter(|standing| **standing == Standing::Off).count();
        if off * 2 > times.len() {
            self.take_steps(times, &mut standings, in_company);
        }
        standings
    }

    /// Puts times off the step on the step that they fall into, where it is free: most of them keep
    /// another step than the times before, and would be lost.
    fn take_steps(&self, times: &[i64], standings: &mut [Standing], in_company: usize) {
        let mut taken = vec![instant(self.axis, self.from)];
        for (&time, standing) in times.iter().zip(standings.iter()) {
            match standing {
                Standing::Kept => taken.push(time),
                Standing::Moved(to) => taken.push(*to),
                Standing::Off | Standing::Closed => {}
            }
        }
        let mut walk = Walk { axis: self.axis, at: self.from };
        let mut last = i64::MIN;
        for (&time, standing) in times.iter().zip(standings).take(in_company) {
            let start = walk.to(time);
            if *standing == Standing::Off && start > last && taken.binary_search(&start).is_err() {
                *standing = Standing::Moved(start);
                last = start;
            }
        }
    }
}

const DAY: i64 = 86_400 * 1_000_000;

/// A walk along an axis, for rising times.
struct Walk<'a> {
    axis: &'a TimeAxis,
    /// The slot reached.
    at: usize,
}

impl Walk<'_> {
    /// Goes on to the last slot at or before a time, and returns the time of the slot.
    fn to(&mut self, time: i64) -> i64 {
        if let Some(slot) = even_slot(self.axis, time) {
            self.at = slot.max(self.at);
            return instant(self.axis, self.at);
        }
        let mut stride = 1;
        while instant(self.axis, self.at.saturating_add(stride)) <= time && stride < MOST_STRIDE {
            self.at += stride;
            stride *= 2;
        }
        while stride > 0 {
            if instant(self.axis, self.at + stride) <= time {
                self.at += stride;
            }
            stride /= 2;
        }
        instant(self.axis, self.at)
    }
}

/// Slots beyond which no axis is walked.
const MOST_STRIDE: usize = 1 << 40;

/// The last slot at or before a time on an axis whose steps are all of one length.
fn even_slot(axis: &TimeAxis, time: i64) -> Option<usize> {
    let (start, step) = match axis {
        TimeAxis::Position(axis) => (axis.start, axis.step),
        TimeAxis::Calendar(axis) if axis.calendar.is_none() && axis.clock.zone().is_none() => {
            let secs = axis.frequency.unit.fixed_seconds()?;
            let step = secs.checked_mul(i64::from(axis.frequency.count))?.checked_mul(1_000_000)?;
            (axis.instant_micros(0), step)
        }
        TimeAxis::Calendar(_) => return None,
    };
    usize::try_from(time.checked_sub(start)?.div_euclid(step.max(1))).ok()
}

/// The time of a slot, by the ruler of the axis.
fn instant(axis: &TimeAxis, slot: usize) -> i64 {
    match axis {
        TimeAxis::Position(axis) => axis.at(slot),
        TimeAxis::Calendar(axis) => axis.instant_micros(slot),
    }
}
