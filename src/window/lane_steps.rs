//! Lanes dealt to the rows of a batch, one chunk of each a step.
//!
//! Not for values (`lane_batch`), nor for the states, which whoever trains keeps by slot.

use std::ops::Range;

use super::LanePlan;

/// What one row of the batch follows in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Place of the lane in the plan.
    pub lane: usize,
    /// Its rows in this step: a chunk, or what is left of the lane.
    pub rows: Range<usize>,
    /// Whether the lane begins here: its state is reset before.
    pub starts: bool,
}

/// One step of training: a chunk of each lane that is being followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneStep {
    /// One for each row of the batch; `None` where no lane is left for it.
    pub slots: Vec<Option<Slot>>,
}

impl LaneStep {
    /// Input rows of the longest slot, at most a chunk. Shorter ones are padded after their last row,
    /// where their lane ends.
    pub fn rows(&self) -> usize {
        self.slots.iter().flatten().map(|slot| slot.rows.len()).max().unwrap_or(0)
    }
}

/// The steps of one pass over the lanes of a plan. A slot whose lane has ended takes the next one in
/// order; where none is left it stays empty. The same order gives the same steps.
#[derive(Debug, Clone)]
pub struct LaneSteps<'a> {
    plan: &'a LanePlan,
    order: &'a [usize],
    /// Lanes of the order begun so far.
    begun: usize,
    step: LaneStep,
}

impl<'a> LaneSteps<'a> {
    pub(super) fn new(plan: &'a LanePlan, order: &'a [usize]) -> Self {
        let step = LaneStep { slots: vec![None; plan.slots()] };
        Self { plan, order, begun: 0, step }
    }

    /// The next step; `None` after the last. Takes no memory.
    pub fn advance(&mut self) -> Option<&LaneStep> {
        let (lanes, chunk) = (self.plan.lanes(), self.plan.chunk());
        for slot in &mut self.step.slots {
            let followed = slot.as_ref().map(|slot| (slot.lane, slot.rows.end, false));
            let next =
                followed.filter(|&(lane, start, _)| start < lanes[lane].rows.end).or_else(|| {
                    let lane = *self.order.get(self.begun)?;
                    self.begun += 1;
                    Some((lane, lanes[lane].rows.start, true))
                });
            *slot = next.map(|(lane, start, starts)| {
                let end = start.saturating_add(chunk).min(lanes[lane].rows.end);
                Slot { lane, rows: start..end, starts }
            });
        }
        self.step.slots.iter().any(Option::is_some).then_some(&self.step)
    }

    /// Passes over `count` steps, as a run does that is taken up again after them.
    pub fn skip_steps(&mut self, count: usize) {
        for _ in 0..count {
            if self.advance().is_none() {
                return;
            }
        }
    }
}
