//! Tests of gathered lanes, and of windows whose every row forecasts.

use super::*;
use proptest::prelude::*;

use crate::series::{Filler, MissingPolicy, TimeAxis};
use crate::transform::{FourierTerms, Scaling, TimeFeatures, Transform, TransformConfig};
use crate::window::source::narrow;
use crate::window::{
    KnownInputs, LaneCursor, LaneRules, Part, Reference, Rows, Split, WindowConfig, Windows,
};

const LENGTH: usize = 70;

fn config() -> WindowConfig {
    WindowConfig { lookback: 5, horizon: 3, validation: 9, test: 6 }
}

fn transform(values: &[f64], difference: bool) -> Transform {
    let config =
        TransformConfig { difference, scaling: Scaling::None, ..TransformConfig::default() };
    Transform::fit(&config, 4, values).unwrap()
}

const FILLER: Filler = Filler { policy: MissingPolicy::Linear, season_length: 4 };

fn known() -> KnownInputs {
    let fourier = vec![FourierTerms { period: 7.0, pairs: 1 }];
    let settings = TransformConfig { fourier, ..TransformConfig::default() };
    let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), LENGTH).unwrap();
    // Shorter than the rows that the last origins look ahead to.
    KnownInputs::of_rows(&features, 0..LENGTH - 15)
}

/// A plan's steps in time order, each gathered.
fn gathered(
    source: &BatchSource<'_>,
    plan: &LanePlan,
    supervision: Supervision,
) -> Vec<(LaneStep, Batch)> {
    let order: Vec<usize> = (0..plan.len()).collect();
    let (mut steps, mut batch, mut all) = (LaneCursor::default(), Batch::default(), Vec::new());
    while let Some(step) = steps.advance(plan, &order) {
        batch.gather_lanes(source, plan, step, supervision);
        all.push((step.clone(), batch.clone()));
    }
    all
}

/// Targets of an output of a slot, and which of them are there.
fn targets_of(batch: &Batch, slot: usize, output: usize) -> (&[f32], &[f32]) {
    let horizon = batch.targets.len() / (batch.size * batch.outputs);
    let first = (slot * batch.outputs + output) * horizon;
    (&batch.targets[first..first + horizon], &batch.mask[first..first + horizon])
}

fn plan(rows: &Rows<'_>, chunk: usize, lane_rows: usize, batch: usize) -> LanePlan {
    let rules = LaneRules { chunk, lane_rows: Some(lane_rows), batch };
    LanePlan::new(rows, &Split::new(LENGTH, &config()), &config(), rules)
}

#[test]
fn rows_are_told_relative_to_themselves() {
    let values: Vec<f64> =
        (0..u32::try_from(LENGTH).unwrap()).map(|row| f64::from(row * row)).collect();
    let rows = Rows::unfilled(&values);
    let known = KnownInputs::default();
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Row };
    let steps = gathered(&source, &plan(&rows, 4, 10, 2), Supervision::Every);
    let (_, batch) = &steps[0];
    assert_eq!((batch.size, batch.steps, batch.outputs), (2, 4, 4));
    assert_eq!(batch.inputs, [0.0, 1.0, 4.0, 9.0, 100.0, 121.0, 144.0, 169.0]);
    assert_eq!(targets_of(batch, 0, 3).0, [7.0, 16.0, 27.0]);
    let zero = BatchSource { reference: Reference::Zero, ..source };
    let steps = gathered(&zero, &plan(&rows, 4, 10, 2), Supervision::Every);
    assert_eq!(targets_of(&steps[0].1, 0, 3).0, [16.0, 25.0, 36.0]);
    // As a forecast warmed up over the same rows.
    let mut batch = Batch::default();
    assert_eq!(batch.gather_input(&values[..4], &known, Reference::Row, 3), 9.0);
    assert_eq!((&batch.inputs[..], batch.steps), (&[0.0, 1.0, 4.0, 9.0][..], 4));
}

#[test]
fn the_last_supervised_alone_is_the_last_row_of_each_chunk() {
    let mut values: Vec<f64> = (0..u32::try_from(LENGTH).unwrap()).map(f64::from).collect();
    values[13] = f64::NAN;
    let rows = Rows::unfilled(&values);
    let known = KnownInputs::default();
    let source = BatchSource { rows: &rows, known: &known, reference: Reference::Zero };
    // A lane of 13 beside lanes of 10, in chunks of 4: two steps have chunks of two lengths.
    let steps = gathered(&source, &plan(&rows, 4, 10, 4), Supervision::Last);
    assert_eq!(steps.iter().filter(|(_, batch)| batch.outputs > 1).count(), 2);
    for (step, batch) in steps {
        for (place, slot) in step.slots.iter().enumerate() {
            for output in 0..batch.outputs {
                let (targets, mask) = targets_of(&batch, place, output);
                let is_last = |slot: &&Slot| {
                    batch.outputs == 1 || slot.rows.start + output == slot.rows.end - 1
                };
                let last = slot.as_ref().filter(is_last);
                assert_eq!(mask.contains(&1.0), last.is_some());
                for (ahead, (&target, &mask)) in targets.iter().zip(mask).enumerate() {
                    if mask == 1.0 {
                        let row = last.map_or(0, |slot| slot.rows.end + ahead);
                        assert_eq!(f64::from(target), values[row]);
                    }
                }
            }
        }
    }
}

fn holed(missing: &[(usize, usize)], values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    for &(row, length) in missing {
        values.iter_mut().skip(row).take(length).for_each(|value| *value = f64::NAN);
    }
    values
}

/// Other values after `row`, missing where they were.
fn changed_after(values: &[f64], row: usize) -> Vec<f64> {
    let mut values = values.to_vec();
    values[row + 1..].iter_mut().for_each(|value| *value = 3.0 - *value * 2.0);
    values
}

proptest! {
    /// Every row of the training part that can be a target is one exactly once at each place of the
    /// horizon; no target lies elsewhere, and what is padded or finished has none.
    #[test]
    fn every_target_is_met_once_at_each_place(
        values in prop::collection::vec(-9.0_f64..9.0, LENGTH),
        missing in prop::collection::vec((0_usize..LENGTH, 1_usize..6), 0..5),
        difference in any::<bool>(),
        chunk in 1_usize..9, lane_rows in 1_usize..40, batch in 1_usize..6,
    ) {
        let values = holed(&missing, &values);
        let transform = transform(&values, difference);
        let (rows, known) = (Rows::new(&values, Some(&transform), FILLER), known());
        let source = BatchSource { rows: &rows, known: &known, reference: Reference::Zero };
        let horizon = config().horizon;
        let mut met = vec![[0; 3]; LENGTH];
        for (step, batch) in gathered(&source, &plan(&rows, chunk, lane_rows, batch), Supervision::Every) {
            prop_assert_eq!(batch.inputs.len(), batch.size * batch.steps * 3);
            prop_assert_eq!(batch.ahead.len(), batch.size * batch.outputs * horizon * 2);
            let mut supervised = 0;
            for (place, slot) in step.slots.iter().enumerate() {
                for output in 0..batch.outputs {
                    let (targets, mask) = targets_of(&batch, place, output);
                    let first = (place * batch.steps + output) * 3;
                    let inputs = &batch.inputs[first..first + 3];
                    let row = slot.as_ref().map_or(usize::MAX, |slot| slot.rows.start + output);
                    if slot.as_ref().is_none_or(|slot| row >= slot.rows.end) {
                        prop_assert!(mask.iter().chain(targets).chain(inputs).all(|&v| v == 0.0));
                        continue;
                    }
                    prop_assert_eq!(inputs[0], narrow(rows.targets(row..row + 1)[0]));
                    prop_assert_eq!(&inputs[1..], known.rows(row..row + 1));
                    for (ahead, (&target, &mask)) in targets.iter().zip(mask).enumerate() {
                        let target_row = row + 1 + ahead;
                        if mask == 1.0 {
                            prop_assert_eq!(target, narrow(rows.targets(target_row..target_row + 1)[0]));
                            met[target_row][ahead] += 1;
                            supervised += 1;
                        }
                        let first = ((place * batch.outputs + output) * horizon + ahead) * 2;
                        let expected = if target_row < known.len() {
                            known.rows(target_row..target_row + 1)
                        } else {
                            &[0.0, 0.0]
                        };
                        prop_assert_eq!(&batch.ahead[first..first + 2], expected);
                    }
                }
            }
            prop_assert_eq!(batch.known_targets, supervised);
        }
        let has_target = |row: usize| !rows.targets(row..row + 1)[0].is_nan();
        for (row, places) in met.iter().enumerate() {
            for (ahead, &count) in places.iter().enumerate() {
                let origin = row.checked_sub(ahead + 1);
                let is_target = row < LENGTH - 15 && has_target(row)
                    && origin.is_some_and(has_target);
                prop_assert_eq!(count, usize::from(is_target), "row {} at {}", row, ahead);
            }
        }
    }

    /// What comes after a row changes no input up to it, of lanes nor of windows, wherever that row
    /// forecasts.
    #[test]
    fn nothing_after_a_row_reaches_its_inputs(
        values in prop::collection::vec(-9.0_f64..9.0, LENGTH),
        missing in prop::collection::vec((0_usize..LENGTH, 1_usize..6), 0..5),
        policy in prop::sample::select(&MissingPolicy::ALL[..]),
        (difference, is_relative) in any::<(bool, bool)>(),
        row in 0_usize..LENGTH - 15,
    ) {
        let values = holed(&missing, &values);
        let (transform, known) = (transform(&values, difference), known());
        let changed = changed_after(&values, row);
        let filler = Filler { policy, season_length: 4 };
        let reference = Reference::of_rows(is_relative);
        let [(before, windows), (after, other)] = [&values, &changed].map(|values| {
            let rows = Rows::new(values, Some(&transform), filler);
            let source = BatchSource { rows: &rows, known: &known, reference };
            let steps = gathered(&source, &plan(&rows, 4, 12, 3), Supervision::Every);
            let split = Split::new(LENGTH, &config());
            let windows = Windows::new(&rows, &split, &config(), Part::Train);
            let mut batch = Batch::default();
            let positions: Vec<usize> = (0..windows.len()).collect();
            batch.gather_every(&source, &windows, &positions);
            (steps, (windows, batch))
        });
        for ((step, before), (_, after)) in before.iter().zip(&after) {
            for (place, slot) in step.slots.iter().enumerate() {
                let Some(slot) = slot else { continue };
                let rows = (row + 1).clamp(slot.rows.start, slot.rows.end) - slot.rows.start;
                let first = place * before.steps * 3;
                let seen = first..first + rows * 3;
                prop_assert_eq!(&before.inputs[seen.clone()], &after.inputs[seen]);
            }
        }
        let ((windows, batch), (_, other)) = (windows, other);
        for (place, start) in windows.starts().iter().enumerate() {
            let Some(output) = row.checked_sub(*start).filter(|&output| output < 5) else { continue };
            if targets_of(&batch, place, output).1.contains(&1.0) {
                let seen = place * 15..place * 15 + (output + 1) * 3;
                prop_assert_eq!(&batch.inputs[seen.clone()], &other.inputs[seen], "window {}", start);
            }
        }
    }

    /// Lanes of one chunk are windows whose every row forecasts.
    #[test]
    fn lanes_of_one_chunk_are_windows(
        values in prop::collection::vec(-9.0_f64..9.0, LENGTH), is_relative in any::<bool>(),
    ) {
        let (rows, known) = (Rows::unfilled(&values), known());
        let reference = Reference::of_rows(is_relative);
        let source = BatchSource { rows: &rows, known: &known, reference };
        let split = Split::new(LENGTH, &config());
        let windows = Windows::new(&rows, &split, &config(), Part::Train);
        // The last lane has no whole window: its last row lacks targets.
        let plan = plan(&rows, 5, 5, 20);
        let count = plan.len() - 1;
        let positions: Vec<usize> = (0..count).map(|lane| lane * 5).collect();
        let mut batch = Batch::default();
        batch.gather_every(&source, &windows, &positions);
        let order: Vec<usize> = (0..plan.len()).collect();
        let mut steps = LaneCursor::default();
        let mut chunk = Batch::default();
        chunk.gather_lanes(&source, &plan, steps.advance(&plan, &order).unwrap(), Supervision::Every);
        for (of_window, of_lane) in [
            (&batch.inputs, &chunk.inputs), (&batch.targets, &chunk.targets),
            (&batch.mask, &chunk.mask), (&batch.ahead, &chunk.ahead),
        ] {
            prop_assert_eq!(of_window, &of_lane[..of_window.len()]);
        }
        // And of windows the last output is what is gathered where the last alone forecasts.
        let mut last = Batch::default();
        last.gather(&source, &windows, &positions);
        prop_assert_eq!(&last.inputs, &batch.inputs);
        for place in 0..count {
            prop_assert_eq!(targets_of(&last, place, 0), targets_of(&batch, place, 4));
        }
    }
}
