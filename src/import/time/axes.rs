//! The axis of each series, from its own times, with the step that most series of the file share.
//!
//! A series of two rows tells little of its step: where the common step fits it, it gets that. Not
//! for the step of one series (`series::steps`).

use super::gather::gather_rows;
use super::openings::keep_open_slots;
use super::place::{Ordered, Placed};
use super::stamps::Ruler;
use super::standing::decided_grid;
use super::strays::{
    Grid, ROWS_WITHOUT_STEP, as_fine_as_its_step, grid_of, has_same_step, model, step_by_clock,
};
use crate::import::config::{ImportConfig, WorkingTimes};
use crate::import::selection::Lines;
use crate::series::number::duration;
use crate::series::steps::axis_through;
use crate::series::{CalendarAxis, Clock, PositionAxis, TimeAxis};

/// Rows from which a series is trusted to show its own step.
const ROWS_FOR_OWN_STEP: usize = 10;

const DAY: i64 = 86_400 * 1_000_000;

/// Puts each series on its axis; rows are numbered where the times are irregular.
pub(crate) fn on_axes(
    name: &str,
    ruler: &Ruler,
    mut ordered: Vec<Ordered>,
    lines: &Lines,
    config: &ImportConfig,
    notes: &mut Vec<String>,
) -> Vec<Placed> {
    let mut grids: Vec<Option<Grid>> = Vec::with_capacity(ordered.len());
    for (at, series) in ordered.iter().enumerate() {
        // Most panels repeat the same times from series to series.
        let same = at > 0 && ordered[at - 1].has_same_times(series);
        let own = || decided_grid(ruler, &series.times, series.deciding, config.working_times);
        grids.push(if same { grids[at - 1].clone() } else { own() });
    }
    let by_wall = by_wall_clock(name, ruler, &mut ordered, &mut grids);
    share_the_step(ruler, &ordered, &mut grids);
    notes.extend(gather_rows(name, ruler, &mut ordered, &mut grids, lines, config));
    let uneven = ordered.iter().zip(&grids);
    let uneven = uneven.filter(|(series, grid)| grid.is_none() && !series.times.is_empty()).count();
    if uneven > 0 {
        notes.push(uneven_note(name, ruler, uneven, ordered.len()));
    }
    notes.extend(strays_note(name, &ordered, &grids));
    notes.extend(jitter_note(name, &ordered));
    notes.extend(by_wall);
    if config.working_times == WorkingTimes::Learned {
        notes.extend(keep_open_slots(name, &mut ordered, &mut grids, lines, config.held_out));
    }
    notes.extend(closed_note(name, &ordered));
    let placed = ordered.into_iter().zip(grids).map(|(series, grid)| {
        let numbered = || (TimeAxis::row_numbers(), (0..series.times.len()).collect());
        let (axis, slots) = grid.unwrap_or_else(numbered);
        series.on_axis(axis, slots, lines)
    });
    placed.collect()
}

/// Says which rows were left out for their time, and what step the others keep.
fn strays_note(name: &str, ordered: &[Ordered], grids: &[Option<Grid>]) -> Option<String> {
    let left_out =
        ordered.iter().zip(grids).filter(|(series, _)| series.tallies.off_grid.count > 0);
    let rows: usize = left_out.clone().map(|(series, _)| series.tallies.off_grid.count).sum();
    let line_of = |series: &Ordered| series.tallies.off_grid.first_line();
    let (series, grid) = left_out.min_by_key(|(series, _)| line_of(series))?;
    let (line, (axis, _)) = (line_of(series)?, grid.as_ref()?);
    let (step, example) = (axis.step_label(), series.tallies.off_grid.detail.as_deref()?);
    let (have, are) = if rows == 1 { ("row has a time", "is") } else { ("rows have times", "are") };
    Some(format!(
        "{rows} {have} in column {name} off the step of {step} that the others keep, and {are} \
         dropped; the first is on line {line} ({example}): correct it in the file to use it"
    ))
}

/// Says which rows were left out because they stand on what the working calendar closes.
fn closed_note(name: &str, ordered: &[Ordered]) -> Option<String> {
    let closed = ordered.iter().map(|series| &series.tallies.closed);
    let rows: usize = closed.clone().map(|tally| tally.count).sum();
    let first = closed.filter(|tally| tally.count > 0).min_by_key(|tally| tally.first_line())?;
    let (line, example) = (first.first_line()?, first.detail.as_deref()?);
    let (stand, are) = if rows == 1 { ("row stands", "is") } else { ("rows stand", "are") };
    Some(format!(
        "{rows} {stand} in column {name} on a day or hour that is closed but for a few rows, and \
         {are} left out as an exception; the first is on line {line} ({example}): to keep such rows, \
         set the working times to all"
    ))
}

/// Says that times were moved onto the step that they stand a little off.
fn jitter_note(name: &str, ordered: &[Ordered]) -> Option<String> {
    let moved = |series: &&Ordered| series.tallies.moved.count;
    let rows: usize = ordered.iter().map(|series| moved(&series)).sum();
    let most = ordered.iter().max_by_key(moved)?;
    let (step, _) = most.jitter?;
    let farthest = ordered.iter().filter_map(|series| series.jitter).map(|(_, by)| by).max()?;
    let farthest = match farthest / DAY {
        #[expect(clippy::cast_precision_loss, reason = "a duration in words has few digits")]
        0 => duration(farthest as f64 / 1e6),
        1 => "a day".to_owned(),
        days => format!("{days} days"),
    };
    Some(format!(
        "{rows} times in column {name} stand up to {farthest} off an even step of {step}, and are \
         read as on it"
    ))
}

/// Reads the rows of a zone by its wall clock where they keep a longer step on it than in time: every
/// six hours of a clock that daylight saving moves. Says so.
fn by_wall_clock(
    name: &str,
    ruler: &Ruler,
    ordered: &mut [Ordered],
    grids: &mut [Option<Grid>],
) -> Option<String> {
    let Ruler::Calendar(clock, precision) = ruler else { return None };
    clock.zone()?;
    let mut step = None;
    for (series, grid) in ordered.iter_mut().zip(grids) {
        let Some((TimeAxis::Calendar(axis), slots)) = grid else { continue };
        let Some(unit) = axis.frequency.unit.fixed_seconds() else { continue };
        let is_full =
            slots.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() * 2 > slots.len();
        let found = i64::from(axis.frequency.count).saturating_mul(unit);
        if is_full || step_by_clock(clock, &series.times).is_none_or(|shown| shown <= found) {
            continue;
        }
        let wall = |time: i64| Clock::Wall.instant_micros(clock.local(time));
        let walls: Vec<i64> = series.times.iter().map(|&time| wall(time)).collect();
        let by_wall = axis_through(&walls, &Clock::Wall, *precision);
        if let Some((axis, slots)) = by_wall.filter(|_| walls.is_sorted_by(|one, next| one < next))
        {
            step = Some(axis.frequency);
            *grid = Some((TimeAxis::Calendar(as_fine_as_its_step(axis)), slots));
            series.times = walls;
            series.repeated.iter_mut().for_each(|time| *time = wall(*time));
            series.tallies.tell_by(wall);
        }
    }
    let step = step?;
    Some(format!(
        "the times in column {name} step by {step} on the clock of {clock}, which daylight saving \
         moves; they are read by that clock, without their offsets"
    ))
}

fn uneven_note(name: &str, ruler: &Ruler, uneven: usize, series: usize) -> String {
    let way_out = match ruler {
        Ruler::Calendar(..) => "; a step can be set to gather them into",
        Ruler::Positions => "",
    };
    let whose = if series > 1 {
        format!("the times of {uneven} of {series} series in column {name}")
    } else {
        format!("the times in column {name}")
    };
    format!(
        "{whose} follow no even step of whole seconds or more, so rows are numbered in time \
         order: a step ahead is one row, of no fixed length{way_out}"
    )
}

/// Gives series that cannot show a step the one that most others have.
fn share_the_step(ruler: &Ruler, ordered: &[Ordered], grids: &mut [Option<Grid>]) {
    let Some(model) = model(grids) else { return };
    let Some((axis, _)) = &grids[model] else { return };
    let axis = axis.clone();
    for at in 0..grids.len() {
        let times = &ordered[at].times;
        let differs = grids[at].as_ref().is_none_or(|(own, _)| !has_same_step(own, &axis));
        if !differs || times.len() >= ROWS_FOR_OWN_STEP {
            continue;
        }
        let shared = shared_grid(ruler, &axis, &ordered[model].times, times);
        let own_slots = grids[at].as_ref().map(|(_, slots)| slots.last().map_or(0, |&last| last));
        let fits = |(_, slots): &Grid| {
            let last = slots.last().map_or(0, |&last| last);
            times.len() < ROWS_WITHOUT_STEP || own_slots.is_none_or(|own| last <= 2 * own)
        };
        if let Some(grid) = shared.filter(fits) {
            grids[at] = Some(grid);
        }
    }
}

/// The times of a series on the grid of the model, where they all stand on it.
fn shared_grid(ruler: &Ruler, axis: &TimeAxis, model: &[i64], times: &[i64]) -> Option<Grid> {
    let mut all = [model, times].concat();
    all.sort_unstable();
    all.dedup();
    let (joint, slots) = grid_of(ruler, &all).filter(|(joint, _)| has_same_step(joint, axis))?;
    let own: Option<Vec<usize>> =
        times.iter().map(|time| Some(slots[all.binary_search(time).ok()?])).collect();
    let own = own?;
    let first = *own.first()?;
    let axis = match joint {
        TimeAxis::Calendar(joint) => {
            let start = joint.local(first);
            TimeAxis::Calendar(CalendarAxis { start, ..joint })
        }
        TimeAxis::Position(joint) => {
            TimeAxis::Position(PositionAxis { start: joint.at(first), ..joint })
        }
    };
    Some((axis, own.into_iter().map(|slot| slot - first).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::selection::Order;
    use crate::series::Precision;

    fn steps(series: &[&[&str]]) -> (Vec<(String, Vec<usize>)>, Vec<String>) {
        let micros = |day: &&str| Clock::Wall.instant_micros(day.parse().unwrap());
        let ordered = series.iter().map(|days| Ordered {
            times: days.iter().map(micros).collect(),
            rows: Order::Counted(days.len()),
            deciding: days.len(),
            ..Ordered::default()
        });
        let mut notes = Vec::new();
        let ruler = Ruler::Calendar(Clock::Wall, Precision::Day);
        let (lines, config) = ((2..22).collect(), ImportConfig::default());
        let placed = on_axes("t", &ruler, ordered.collect(), &lines, &config, &mut notes);
        let slots = |one: Placed| (one.axis.step_label(), one.slots.iter().collect());
        (placed.into_iter().map(slots).collect(), notes)
    }

    #[test]
    fn a_series_of_two_rows_takes_the_common_step() {
        let months: &[&str] = &["2024-01-01", "2024-02-01", "2024-03-01"];
        let (found, _) = steps(&[months, &["2024-05-01", "2024-11-01"], &["2024-07-01"]]);
        assert_eq!(found[1], ("1 month".to_owned(), vec![0, 6]));
        assert_eq!(found[2], ("1 month".to_owned(), vec![0]));
    }

    #[test]
    fn weeks_on_other_days_stay_weeks() {
        let mondays: &[&str] = &["2024-01-01", "2024-01-08", "2024-01-15"];
        let tuesdays: &[&str] = &["2024-01-02", "2024-01-09", "2024-01-16"];
        let (found, notes) = steps(&[mondays, tuesdays]);
        assert!(found.iter().all(|(step, _)| step == "1 week"), "{found:?}");
        assert!(notes.is_empty());
    }

    #[test]
    fn uneven_series_are_counted_in_one_note() {
        let uneven: &[&str] = &["2024-01-01", "2024-01-02", "2027-07-09"];
        let (found, notes) = steps(&[uneven, &["2024-01-01", "2024-01-02", "2024-01-03"]]);
        assert_eq!(found[0].0, "1 row");
        assert!(notes[0].contains("times of 1 of 2 series"), "{notes:?}");
    }
}
