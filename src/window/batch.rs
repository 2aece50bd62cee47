//! Windows, or chunks of lanes, gathered into a reused buffer.
//!
//! Values leave f64 here, after the last value of a window has been subtracted in f64, so that a
//! small movement on a large level keeps its digits.

use std::ops::Range;

use super::source::narrow;
use super::{BatchSource, KnownInputs, LanePlan, LaneStep, Reference, Slot, Supervision, Windows};

/// Inputs and targets of some windows, or of a chunk of some lanes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// `[batch, steps, 1 + known]`, row-major: the value, then what is known of its row; 0 where a
    /// lane has ended.
    pub inputs: Vec<f32>,
    /// `[batch, outputs, horizon, known]`, row-major: what is known of the rows to forecast; 0 where
    /// there is no such row.
    pub ahead: Vec<f32>,
    /// `[batch, outputs, horizon]`, row-major; 0 where masked.
    pub targets: Vec<f32>,
    /// `[batch, outputs, horizon]`, row-major: 1 for a target, 0 for none, which has no part in any
    /// loss.
    pub mask: Vec<f32>,
    /// `[batch, outputs]`: what was subtracted from the targets of each; 0 where all are masked.
    pub levels: Vec<f32>,
    /// Targets that are not masked.
    pub known_targets: usize,
    /// Number of windows, or of slots for lanes.
    pub size: usize,
    /// Input rows of each.
    pub steps: usize,
    /// Rows of each that forecast: 1 for the last, or all `steps`.
    pub outputs: usize,
}

impl Batch {
    /// Replaces the contents by the windows at `positions` of `windows`, of which the last row
    /// forecasts. Takes memory only where a window is larger than any before it, or ends in a gap.
    pub fn gather(&mut self, source: &BatchSource<'_>, windows: &Windows, positions: &[usize]) {
        self.clear(positions.len(), windows.lookback, 1);
        for &position in positions {
            let start = windows.starts()[position];
            let origin = start + windows.lookback;
            let inputs = source.rows.inputs(start..origin);
            let (level, target_level) = source.reference.of_window(&inputs);
            self.push_inputs(source.known, start, &inputs, level);
            self.push_ahead(source.known, origin, windows.horizon);
            self.push_targets(source, origin, windows, target_level);
        }
    }

    /// Replaces the contents by the windows at `positions` of `windows`, of which every row forecasts
    /// the rows after it. A row where a value is missing forecasts only as the last of its window: what
    /// stands in for it elsewhere may have been made with a look at what came after.
    pub fn gather_every(
        &mut self,
        source: &BatchSource<'_>,
        windows: &Windows,
        positions: &[usize],
    ) {
        self.clear(positions.len(), windows.lookback, windows.lookback);
        for &position in positions {
            let start = windows.starts()[position];
            let end = start + windows.lookback;
            let inputs = source.rows.inputs(start..end);
            self.push_inputs(source.known, start, &inputs, 0.0);
            let gaps = source.rows.gaps();
            let mut gap = gaps.partition_point(|gap| gap.end <= start);
            for (row, &input) in (start..).zip(&*inputs) {
                while gaps.get(gap).is_some_and(|gap| gap.end <= row) {
                    gap += 1;
                }
                let made_up = gaps.get(gap).is_some_and(|gap| gap.start <= row);
                self.push_ahead(source.known, row + 1, windows.horizon);
                if made_up && row + 1 < end {
                    self.push_no_outputs(1, windows.horizon);
                } else {
                    let level = source.reference.of_row(input);
                    self.push_targets(source, row + 1, windows, level);
                }
            }
        }
    }

    /// Replaces the contents by one window without targets: its scaled `inputs`, and what is `known`
    /// of their rows and of the `horizon` rows after them. Its last row forecasts. Returns the level to
    /// be added to the forecast.
    pub fn gather_input(
        &mut self,
        inputs: &[f64],
        known: &KnownInputs,
        reference: Reference,
        horizon: usize,
    ) -> f64 {
        self.clear(1, inputs.len(), 1);
        let (level, target_level) = reference.of_window(inputs);
        self.push_inputs(known, 0, inputs, level);
        self.push_ahead(known, inputs.len(), horizon);
        target_level
    }

    /// Empties it for `size` windows or slots.
    pub(super) fn clear(&mut self, size: usize, steps: usize, outputs: usize) {
        self.inputs.clear();
        self.ahead.clear();
        self.targets.clear();
        self.mask.clear();
        self.levels.clear();
        self.known_targets = 0;
        (self.size, self.steps, self.outputs) = (size, steps, outputs);
    }

    /// Appends inputs from row `start` on, and what is known of their rows.
    pub(super) fn push_inputs(
        &mut self,
        known: &KnownInputs,
        start: usize,
        inputs: &[f64],
        level: f64,
    ) {
        if known.width() == 0 {
            self.inputs.extend(inputs.iter().map(|value| narrow(value - level)));
            return;
        }
        for (row, value) in (start..).zip(inputs) {
            self.inputs.push(narrow(value - level));
            self.inputs.extend_from_slice(known.rows(row..row + 1));
        }
    }

    /// Appends what is known of `horizon` rows from `first` on; 0 past the last that anything is known
    /// of, where there is no target either.
    pub(super) fn push_ahead(&mut self, known: &KnownInputs, first: usize, horizon: usize) {
        let rows = first.min(known.len())..first.saturating_add(horizon).min(known.len());
        let absent = horizon - rows.len();
        self.ahead.extend_from_slice(known.rows(rows));
        self.ahead.extend(std::iter::repeat_n(0.0, absent * known.width()));
    }

    /// Appends the `horizon` targets from row `first` on, those outside the windows' part masked.
    fn push_targets(
        &mut self,
        source: &BatchSource<'_>,
        first: usize,
        windows: &Windows,
        level: f64,
    ) {
        self.push_targets_within(
            source,
            first,
            windows.horizon,
            windows.target_rows().clone(),
            level,
        );
    }

    /// Appends `horizon` targets from row `first` on, those outside of `part` masked.
    pub(super) fn push_targets_within(
        &mut self,
        source: &BatchSource<'_>,
        first: usize,
        horizon: usize,
        part: Range<usize>,
        level: f64,
    ) {
        let end = first.saturating_add(horizon);
        let inside = first.clamp(part.start, part.end)..end.clamp(part.start, part.end);
        if inside.is_empty() {
            return self.push_no_outputs(1, horizon);
        }
        self.levels.push(narrow(level));
        self.push_no_targets(inside.start - first);
        for target in source.rows.targets(inside.clone()) {
            let is_known = !target.is_nan();
            self.known_targets += usize::from(is_known);
            self.mask.push(if is_known { 1.0 } else { 0.0 });
            self.targets.push(if is_known { narrow(target - level) } else { 0.0 });
        }
        self.push_no_targets(end - inside.end);
    }

    /// Appends `outputs` of `horizon` masked targets each.
    pub(super) fn push_no_outputs(&mut self, outputs: usize, horizon: usize) {
        self.levels.extend(std::iter::repeat_n(0.0, outputs));
        self.push_no_targets(outputs * horizon);
    }

    /// Appends `count` masked targets.
    fn push_no_targets(&mut self, count: usize) {
        self.mask.extend(std::iter::repeat_n(0.0, count));
        self.targets.extend(std::iter::repeat_n(0.0, count));
    }
}

impl Batch {
    /// Replaces the contents by the rows of `step`. Nothing later than a row is subtracted from
    /// it. Where `supervision` is `Last`, one output a slot is enough, save where a slot is padded:
    /// its last row is not the last step, so there every step has an output, all but the last row of
    /// each slot masked. Takes no memory once the largest step has been gathered.
    pub fn gather_lanes(
        &mut self,
        source: &BatchSource<'_>,
        plan: &LanePlan,
        step: &LaneStep,
        supervision: Supervision,
    ) {
        let steps = step.rows();
        let padded = step.slots.iter().flatten().any(|slot| slot.rows.len() < steps);
        let outputs = match supervision {
            Supervision::Last if !padded => 1,
            Supervision::Last | Supervision::Every => steps,
        };
        self.clear(step.slots.len(), steps, outputs);
        for slot in &step.slots {
            let rows = slot.as_ref().map_or(0, |slot| slot.rows.len());
            if let Some(slot) = slot {
                self.push_slot(source, plan, slot, supervision);
            }
            self.push_padding(source, steps - rows, plan.horizon(), outputs);
        }
    }

    fn push_slot(
        &mut self,
        source: &BatchSource<'_>,
        plan: &LanePlan,
        slot: &Slot,
        supervision: Supervision,
    ) {
        // Rows of a lane have values of their own, so these are its inputs too.
        let values = source.rows.targets(slot.rows.clone());
        self.push_inputs(source.known, slot.rows.start, values, 0.0);
        let origins = &plan.lanes()[slot.lane].origins;
        let last = slot.rows.end - 1;
        for (row, &value) in slot.rows.clone().zip(values) {
            if self.outputs == 1 && row != last {
                continue;
            }
            self.push_ahead(source.known, row + 1, plan.horizon());
            let is_asked = supervision == Supervision::Every || row == last;
            if is_asked && origins.contains(&row) {
                let part = plan.target_rows().clone();
                let level = source.reference.of_row(value);
                self.push_targets_within(source, row + 1, plan.horizon(), part, level);
            } else {
                self.push_no_outputs(1, plan.horizon());
            }
        }
    }

    /// Appends `rows` steps after a lane's last row, or of a slot without a lane.
    fn push_padding(
        &mut self,
        source: &BatchSource<'_>,
        rows: usize,
        horizon: usize,
        outputs: usize,
    ) {
        let width = source.known.width();
        let outputs = if outputs == 1 { rows.min(1) } else { rows };
        self.inputs.extend(std::iter::repeat_n(0.0, rows * (1 + width)));
        self.ahead.extend(std::iter::repeat_n(0.0, outputs * horizon * width));
        self.push_no_outputs(outputs, horizon);
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "lane_batch_tests.rs"]
mod lane_batch_tests;
