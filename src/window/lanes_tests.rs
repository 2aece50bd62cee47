//! Tests of cutting a series into lanes and dealing them.

use super::*;
use proptest::prelude::*;

use crate::series::{Filler, MissingPolicy};
use crate::window::{LaneStep, Windows};

fn config(horizon: usize, validation: usize, test: usize) -> WindowConfig {
    WindowConfig { lookback: 4, horizon, validation, test }
}

fn rows(values: &[f64]) -> Rows<'_> {
    Rows::new(values, None, Filler { policy: MissingPolicy::Linear, season_length: 1 })
}

fn rules(chunk: usize, lane_rows: Option<usize>, batch: usize) -> LaneRules {
    LaneRules { chunk, lane_rows, batch }
}

fn ranges(plan: &LanePlan) -> Vec<Range<usize>> {
    plan.lanes().iter().map(|lane| lane.rows.clone()).collect()
}

#[test]
fn lanes_end_at_gaps_and_at_the_part() {
    let mut values = vec![1.0; 40];
    values[10..12].fill(f64::NAN);
    values[20..30].fill(f64::NAN);
    let config = config(3, 2, 3);
    let rows = rows(&values);
    let split = Split::new(40, &config);
    let plan = LanePlan::new(&rows, &split, &config, rules(4, Some(100), 8));
    // Row 9 forecasts row 12 over the short gap; row 19 nothing, nor row 34, the last of training.
    assert_eq!(ranges(&plan), [0..10, 12..19, 30..34]);
    assert_eq!((plan.slots(), plan.longest(), plan.rows()), (3, 10, 21));
}

#[test]
fn by_default_every_row_of_the_batch_has_a_lane_of_whole_chunks() {
    let values = vec![1.0; 1931];
    let config = config(3, 0, 0);
    let split = Split::new(1931, &config);
    let plan =
        |chunk, batch| LanePlan::new(&rows(&values), &split, &config, rules(chunk, None, batch));
    // 1,930 rows over 8 slots are 242, 11 chunks of 24.
    assert_eq!((plan(24, 8).lane_rows(), plan(24, 8).len()), (264, 8));
    // Over 64 slots they would be 31; four chunks are kept.
    assert_eq!((plan(24, 64).lane_rows(), plan(24, 64).slots()), (96, 20));
    // 1,920 rows are 20 lanes; the ten left over stay with the last.
    assert_eq!(plan(24, 64).lanes()[19].rows, 1824..1930);
}

#[test]
fn a_slot_takes_the_next_lane_and_stays_empty_after_the_last() {
    let config = config(1, 0, 0);
    let values = vec![1.0; 26];
    let split = Split::new(26, &config);
    let plan = LanePlan::new(&rows(&values), &split, &config, rules(4, Some(10), 2));
    assert_eq!(ranges(&plan), [0..10, 10..20, 20..25]);
    let mut steps = LaneCursor::default();
    let mut dealt = Vec::new();
    while let Some(LaneStep { slots }) = steps.advance(&plan, &[2, 0, 1]) {
        let of = |slot: &Option<crate::window::Slot>| {
            slot.as_ref().map(|slot| (slot.lane, slot.rows.clone(), slot.starts))
        };
        dealt.push((of(&slots[0]), of(&slots[1])));
    }
    let expected = [
        (Some((2, 20..24, true)), Some((0, 0..4, true))),
        (Some((2, 24..25, false)), Some((0, 4..8, false))),
        (Some((1, 10..14, true)), Some((0, 8..10, false))),
        (Some((1, 14..18, false)), None),
        (Some((1, 18..20, false)), None),
    ];
    assert_eq!(dealt, expected);
    assert!(steps.advance(&plan, &[2, 0, 1]).is_none());
    assert_eq!(plan.step_count(&[2, 0, 1]), 5);
}

#[test]
fn a_part_is_scored_in_one_run_that_warms_up_before_it() {
    let config = config(3, 10, 5);
    let mut values = vec![1.0; 60];
    let plan = |values: &[f64], warm_up| {
        let split = Split::new(60, &config);
        let part = Part::Validation;
        LanePlan::of_part(&rows(values), &split, &config, part, warm_up, rules(4, None, 8))
    };
    // Validation is 45..55, so forecasts are made at 44..=51.
    assert_eq!(plan(&values, 20).lanes(), [Lane { rows: 24..52, origins: 44..52 }]);
    assert_eq!(plan(&values, 1000).lanes(), [Lane { rows: 0..52, origins: 44..52 }]);
    values[40] = f64::NAN;
    values[48] = f64::NAN;
    let expected = [Lane { rows: 41..48, origins: 44..48 }, Lane { rows: 49..52, origins: 49..52 }];
    assert_eq!(plan(&values, 20).lanes(), expected);
}

#[test]
fn impossible_settings_give_no_lane_or_the_least_there_is() {
    let values = vec![1.0; 30];
    let split = Split::new(30, &config(3, 5, 5));
    let of = |values: &[f64], horizon, rules| {
        LanePlan::new(&rows(values), &split, &config(horizon, 5, 5), rules)
    };
    assert!(of(&values, 0, rules(4, None, 8)).is_empty());
    assert!(of(&[], 3, rules(4, None, 8)).is_empty());
    assert!(of(&[f64::NAN; 30], 3, rules(4, None, 8)).is_empty());
    assert!(of(&values[..1], 3, rules(4, None, 8)).is_empty());
    let plan = of(&values, 3, rules(0, Some(0), 0));
    assert_eq!((plan.len(), plan.chunk(), plan.slots()), (19, 1, 1));
    let plan = of(&values, usize::MAX, rules(usize::MAX, None, usize::MAX));
    assert_eq!((plan.len(), ranges(&plan)[0].clone(), plan.step_count(&[0])), (1, 0..19, 1));
}

proptest! {
    #[test]
    fn every_row_is_in_one_lane_and_no_lane_crosses_a_gap(
        known in prop::collection::vec(prop::option::weighted(0.9, Just(1.0)), 0..120),
        horizon in 1_usize..6, validation in 0_usize..20, test in 0_usize..10,
        chunk in 1_usize..9, lane_rows in prop::option::of(1_usize..40), batch in 1_usize..6,
        order in Just((0..200_usize).collect::<Vec<_>>()).prop_shuffle(),
        resumed in 0_usize..30,
    ) {
        let values: Vec<f64> = known.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        let config = config(horizon, validation, test);
        let split = Split::new(values.len(), &config);
        let rows = rows(&values);
        let plan = LanePlan::new(&rows, &split, &config, rules(chunk, lane_rows, batch));
        let mut lane_of = vec![0; values.len()];
        for lane in plan.lanes() {
            prop_assert!(lane.rows.end <= split.train.end && !lane.rows.is_empty());
            for row in lane.rows.clone() {
                prop_assert!(!values[row].is_nan());
                lane_of[row] += 1;
            }
        }
        for (row, count) in lane_of.into_iter().enumerate() {
            let targets = row + 1..(row + 1 + horizon).min(split.train.end);
            let is_used = row < split.train.end && !values[row].is_nan()
                && targets.into_iter().any(|target| !values[target].is_nan());
            prop_assert_eq!(count, usize::from(is_used), "row {}", row);
        }
        // Whatever the order: each slot goes through a lane from first to last row, chunk by chunk.
        let order: Vec<usize> = order.into_iter().filter(|&lane| lane < plan.len()).collect();
        let (mut steps, mut all) = (LaneCursor::default(), Vec::new());
        while let Some(step) = steps.advance(&plan, &order) {
            all.push(step.clone());
        }
        let mut ended = 0;
        for slot in 0..plan.slots() {
            let mut at: Option<(usize, usize)> = None;
            for now in all.iter().map(|step| &step.slots[slot]) {
                let Some(now) = now else {
                    prop_assert!(at.is_none_or(|(lane, end)| plan.lanes()[lane].rows.end == end));
                    continue;
                };
                let lane = &plan.lanes()[now.lane].rows;
                prop_assert_eq!(now.starts, now.rows.start == lane.start);
                prop_assert!(now.rows.len() == chunk || now.rows.end == lane.end);
                if !now.starts {
                    prop_assert_eq!(at, Some((now.lane, now.rows.start)));
                }
                ended += usize::from(now.rows.end == lane.end);
                at = Some((now.lane, now.rows.end));
            }
        }
        prop_assert_eq!(ended, plan.len());
        prop_assert_eq!(plan.step_count(&order), all.len());
        // And the same again from any step on.
        let mut again = LaneCursor::default();
        for _ in 0..resumed {
            again.advance(&plan, &order);
        }
        for step in all.iter().skip(resumed) {
            prop_assert_eq!(again.advance(&plan, &order), Some(step));
        }
        prop_assert!(again.advance(&plan, &order).is_none());
    }

    /// Where nothing is missing, a part is scored at the origins of its windows.
    #[test]
    fn a_part_has_the_origins_of_its_windows(
        length in 10_usize..80, horizon in 1_usize..6, validation in 0_usize..20,
        warm_up in 4_usize..30, chunk in 1_usize..9,
    ) {
        let values = vec![1.0; length];
        let config = config(horizon, validation, 3);
        let (rows, split) = (rows(&values), Split::new(length, &config));
        let windows = Windows::new(&rows, &split, &config, Part::Validation);
        let rules = rules(chunk, None, 4);
        let plan = LanePlan::of_part(&rows, &split, &config, Part::Validation, warm_up, rules);
        let origins: Vec<usize> = plan.lanes().iter().flat_map(|lane| lane.origins.clone()).collect();
        // A window needs its whole lookback; a state that starts at the first row does not.
        let expected: Vec<usize> = windows.starts().iter().map(|start| start + 3).collect();
        let with_lookback: Vec<usize> = origins.into_iter().filter(|&row| row >= 3).collect();
        prop_assert_eq!(with_lookback, expected);
    }
}
