//! Rows of irregular times into even steps: which rows share a step, and the account of it.
//!
//! All irregular series of a file take the same step. Not for the values of a step (`gather`).

use super::grid::{Grid, model};
use super::place::Ordered;
use super::stamps::Ruler;
use crate::import::config::ImportConfig;
use crate::import::irregular_times::IrregularRows;
use crate::import::lines::Lines;
use crate::import::tally::Spot;
use crate::series::steps::{axis_of_steps, is_long_enough, likeliest_step};
use crate::series::{Clock, Frequency, TimeAxis, default_horizon};

/// Gathers the rows of series without a grid into steps, where the settings and the times allow it;
/// tells of it.
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
