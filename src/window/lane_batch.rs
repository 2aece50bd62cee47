//! Chunks of lanes gathered into a reused buffer.
//!
//! Not for windows (`batch`).

use super::{Batch, LanePlan, LaneStep, Slot, Source, Supervision};

impl Batch {
    /// Replaces the contents by the rows of `step`. A row is told relative to nothing later than
    /// itself. Where `supervision` is `Last`, one output a slot is enough, save where a slot is padded:
    /// its last row is not the last step, so there every step has an output, all but the last row of
    /// each slot masked. Takes no memory once the largest step has been gathered.
    pub fn gather_lanes(
        &mut self,
        source: &Source<'_>,
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
        source: &Source<'_>,
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
    fn push_padding(&mut self, source: &Source<'_>, rows: usize, horizon: usize, outputs: usize) {
        let width = source.known.width();
        let outputs = if outputs == 1 { rows.min(1) } else { rows };
        self.inputs.extend(std::iter::repeat_n(0.0, rows * (1 + width)));
        self.ahead.extend(std::iter::repeat_n(0.0, outputs * horizon * width));
        self.push_no_outputs(outputs, horizon);
    }
}

#[cfg(test)]
#[path = "lane_batch_tests.rs"]
mod tests;
